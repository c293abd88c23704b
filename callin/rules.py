"""The line's decisions: pure functions of values, which know no HTTP, no database, no Twilio and no clock."""

from __future__ import annotations

from dataclasses import dataclass, replace

from callin.model import (
    AIR_QUEUE,
    WAITING_QUEUE,
    Call,
    Desk,
    DeskDocument,
    Direct,
    Follow,
    Moment,
    Outcome,
    Stage,
    Take,
)

ENDED_STATUSES = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
"""Twilio's words for a call that is over. https://www.twilio.com/docs/voice/api/call-resource#call-status-values"""

ASKS_BEFORE_DOUBT = 3
LEGS_REMEMBERED = 8
MIN_NUMBER_DIGITS = 4

WITHHELD_NUMBERS = frozenset({"+266696687", "+7378742883", "+2562533", "+8656696", "+86282452253"})
"""What some carriers send for a withheld number: anonymous, restricted, blocked, unknown and unavailable, spelt on a
telephone's keys."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """The call rang and was asked into the line."""

    at: float
    call_sid: str
    number: str


@dataclass(frozen=True, slots=True)
class WentOnAir:
    """Twilio asked for the document that comes just before the bridge. `turn` is None when Twilio did not say."""

    at: float
    desk_leg: str
    turn: int | None


@dataclass(frozen=True, slots=True)
class Sent:
    """The call was answered with a document that puts it into a queue."""

    at: float
    queue: str


@dataclass(frozen=True, slots=True)
class Bridged:
    """Twilio said afterwards that the call had been bridged."""

    at: float


@dataclass(frozen=True, slots=True)
class Ended:
    """The call is over. `outcome` is what ended it where that is known, else it follows from the stage."""

    at: float
    outcome: Outcome | None = None


Event = Arrived | WentOnAir | Sent | Bridged | Ended


def advance(call: Call | None, event: Event) -> Call | None:
    """The call after an event. Total and idempotent: events come twice, late, out of order or never.

    A call that is done stays done; the one thing that may still change is its outcome, from what was supposed to
    what Twilio proved. An event for a call that nobody knows changes nothing, unless it tells who is calling.
    """
    if isinstance(event, Arrived):
        return call or new_call(event)
    if call is None:
        return None
    if isinstance(event, WentOnAir):
        return _on_air(call, event)
    if isinstance(event, Sent):
        if not call.live:
            return call
        return _enter(replace(call, queue=event.queue, move=call.move + 1), Stage.WAITING, event.at)
    if isinstance(event, Bridged):
        return _bridged(call, event)
    return _end(call, event)


def new_call(event: Arrived) -> Call:
    """The call that joins the line: it waits from the moment it rang."""
    return Call(event.call_sid, event.number, Stage.WAITING, (Moment(Stage.WAITING, event.at),))


def _enter(call: Call, stage: Stage, at: float) -> Call:
    if call.stage is stage:
        return call
    return replace(call, stage=stage, moments=(*call.moments, Moment(stage, max(at, call.changed_at))))


def _on_air(call: Call, event: WentOnAir) -> Call:
    if not call.live:
        return call
    turn = call.desk_turn if event.turn is None else event.turn
    return _enter(replace(call, desk_leg=event.desk_leg or call.desk_leg, desk_turn=turn), Stage.ON_AIR, event.at)


def _bridged(call: Call, event: Bridged) -> Call:
    proved = replace(call, bridged=True)
    if call.live:
        return _enter(proved, Stage.ON_AIR, event.at)
    return replace(proved, outcome=Outcome.AIRED) if call.outcome in (Outcome.HUNG_UP, Outcome.LOST) else proved


def _end(call: Call, event: Ended) -> Call:
    if not call.live:
        # Twilio's queue result is better evidence than a stage: a caller who hung up during the notice was on the
        # way to the air and never there.
        if event.outcome is Outcome.HUNG_UP and call.outcome is Outcome.AIRED and not call.bridged:
            return replace(call, outcome=Outcome.HUNG_UP)
        return call
    outcome = event.outcome or (Outcome.AIRED if call.stage is Stage.ON_AIR else Outcome.HUNG_UP)
    return replace(_enter(call, Stage.DONE, event.at), outcome=outcome)


def dequeue(desk: Desk, leg: str, turn: int | None) -> Desk:
    """The desk after a leg asked what to do. Only the current turn of the current leg begins a new one.

    A leg that is new (`turn` is None, or another leg has the desk) begins a turn; a doubled request finds that its
    turn has passed, and changes nothing.
    """
    new_leg = leg != desk.leg
    if not new_leg and turn is not None and turn != desk.turn:
        return desk
    if not new_leg and turn is None:
        return desk
    return replace(desk, leg=leg, turn=desk.turn + 1)


def document(desk: Desk) -> DeskDocument:
    """What the desk's leg is to do in its present turn: take the caller who is kept for it, else the line's first."""
    return Take(desk.turn, desk.call_sid) if desk.call_sid else Direct(desk.turn)


def given(desk: Desk, call_sid: str) -> Desk:
    """The desk after a caller was put on the air by it, or is kept for it."""
    return replace(desk, call_sid=call_sid)


def released(desk: Desk, call_sid: str) -> Desk:
    """The desk after a call ended: it has that caller no more."""
    return replace(desk, call_sid="") if desk.call_sid == call_sid else desk


def leg_ended(desk: Desk, leg: str) -> Desk:
    """The desk after Twilio reported one of its legs ended."""
    if leg in desk.gone:
        return desk
    return replace(desk, leg="" if desk.leg == leg else desk.leg, gone=(*desk.gone, leg)[-LEGS_REMEMBERED:])


def follow(call: Call, desk: Desk, result: str, *, call_over: bool, times_asked: int) -> Follow:
    """What a caller hears who left a queue with Twilio's `result`, where `call_over` says that they hang up.

    A caller who was bridged and still lives was let go by the studio: with `*`, when its leg has asked for its next
    turn, or by dropping out, when that leg was reported ended. While neither is known the caller waits and we ask
    again; in doubt the caller is kept.
    https://www.twilio.com/docs/voice/twiml/enqueue#attributes-action-parameters
    """
    if call_over or result in ("redirected", "redirected-from-bridged", "hangup", "bridging-in-process"):
        return Follow.NOTHING
    if result == "queue-full":
        return Follow.QUEUE_FULL
    if result != "bridged":
        return Follow.QUEUE_AGAIN
    if desk.leg == call.desk_leg and desk.turn > call.desk_turn:
        return Follow.THANK
    if call.desk_leg in desk.gone or times_asked >= ASKS_BEFORE_DOUBT:
        return Follow.ONE_MOMENT
    return Follow.ASK_AGAIN


def queue_for(follow_up: Follow) -> str:
    """The Twilio queue in which a caller who is kept waits on: one whom the studio lost waits for it alone."""
    return AIR_QUEUE if follow_up is Follow.ONE_MOMENT else WAITING_QUEUE


def masked(number: str) -> str:
    """A number as a dashboard may show it: its last three digits, or a word where there is no number.

    >>> masked("+447700900123"), masked("client:listener_1"), masked("anonymous")
    ('•••123', 'browser', 'withheld')
    """
    if number.startswith("client:"):
        return "browser"
    if number in WITHHELD_NUMBERS:
        return "withheld"
    digits = number.removeprefix("+")
    return f"•••{digits[-3:]}" if digits.isdecimal() and len(digits) >= MIN_NUMBER_DIGITS else "withheld"
