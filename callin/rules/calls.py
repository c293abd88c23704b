"""What becomes of a call: its stage after an event, and what it hears after a queue."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from callin.model import (
    HELD_QUEUE,
    READY_QUEUE,
    WAITING_QUEUE,
    Answer,
    Call,
    Intent,
    Known,
    Moment,
    Outcome,
    Stage,
    Verdict,
    is_screen,
)

IN_LINE = frozenset({Stage.ARRIVING, Stage.WAITING, Stage.SCREENING, Stage.READY, Stage.HELD})
WAITS = IN_LINE - {Stage.SCREENING}
"""Who is in line and speaks with nobody."""

LET_GO = {Intent.END: Outcome.AIRED, Intent.DROP: Outcome.DROPPED}
ENDED_BY_THE_STUDIO = frozenset(LET_GO.values())
SCREENED_OUT = {Verdict.LET_GO: Outcome.LET_GO, Verdict.BLOCK: Outcome.BLOCKED}
TOLD_TO_GO = ENDED_BY_THE_STUDIO | {Outcome.LINE_FULL, Outcome.LINE_CLOSED, *SCREENED_OUT.values()}

SECONDS_ON_THE_WAY = 15.0
"""From our answer to the queue that it leads to there is one sentence at most. Who is queued later than this was put
there by the fallback document, since their own could not be had."""


class Arrived(NamedTuple):
    """The call rang and was asked into the line, or `refused`, which is then its outcome."""

    at: float
    call_sid: str
    number: str
    refused: Outcome | None = None
    known: Known | None = None


class Found(NamedTuple):
    """Twilio listed the call in a queue, where it has been since `queued_at`. `at` is when the list was asked for.

    `in_this_order`: its place in line is by that, for it may have been on the air before.
    """

    at: float
    call_sid: str
    number: str
    queue: str
    queued_at: float
    known: Known | None = None
    in_this_order: bool = False


class Claimed(NamedTuple):
    """A desk means to take the call next. It is handed another document, which has not reached it yet."""

    at: float
    desk: str


class Released(NamedTuple):
    """A desk gives up its claim."""

    desk: str


class WentOnAir(NamedTuple):
    """Twilio asked for the document that comes just before the bridge. `turn` is None when Twilio did not say.

    `is_listed`: nobody asked, and Twilio's lists leave no other place for the call.
    """

    at: float
    desk_leg: str
    turn: int | None
    is_listed: bool = False


class SetIntent(NamedTuple):
    """The studio wants something of the caller whom it has on the air, or no longer does (None).

    To be put on hold the call is handed another document, which has not reached it yet.
    """

    intent: Intent | None


class Placed(NamedTuple):
    """Somebody gave the call another place in line: as if it had joined then, among those who returned or the rest."""

    placed_at: float
    returned: bool


class Noticed(NamedTuple):
    """The call was told that it is about to be on the air, and may be broadcast."""

    at: float


class Answered(NamedTuple):
    """The call was asked whether it is ready, and said so, or nothing."""

    answer: Answer


class Ended(NamedTuple):
    """The call is over. `outcome` is what ended it where that is known, else it follows from the stage."""

    at: float
    outcome: Outcome | None = None


Event = Arrived | Found | Claimed | Released | WentOnAir | SetIntent | Placed | Answered | Noticed | Ended


def advance(call: Call | None, event: Event) -> Call | None:
    """The call after an event. Total and idempotent: events come twice, late, out of order or never.

    A call that is done stays done, unless Twilio itself lists it in a queue; what may still change is its outcome,
    from what was supposed to what Twilio proved. An event for a call that nobody knows changes nothing, unless it
    tells who is calling.
    """
    if isinstance(event, Arrived):
        return call or new_call(event)
    if isinstance(event, Found):
        return _found(call, event)
    if call is None:
        return None
    if isinstance(event, Claimed):
        return _claimed(call, event)
    if isinstance(event, Released):
        return replace(call, claimed_by="", claimed_at=0.0) if call.claimed_by == event.desk else call
    if isinstance(event, WentOnAir):
        return _on_air(call, event)
    if isinstance(event, Placed):
        in_line = call.stage in IN_LINE and not call.claimed_by
        return _placed(call, event) if in_line else call
    if isinstance(event, Answered | Noticed):
        return _spoken_to(call, event)
    if isinstance(event, SetIntent):
        return _with_intent(call, event)
    return end(call, event)


def new_call(event: Arrived) -> Call:
    """The call that joins the line: it waits from the moment it rang. One that is refused is over at once."""
    if event.refused:
        over = (Moment(Stage.ARRIVING, event.at), Moment(Stage.DONE, event.at))
        return Call(event.call_sid, event.number, Stage.DONE, over, known=event.known, outcome=event.refused)
    waiting = (Moment(Stage.WAITING, event.at),)
    return Call(event.call_sid, event.number, Stage.WAITING, waiting, queued_at=event.at, known=event.known)


def with_known(call: Call | None, known: Known | None) -> Call | None:
    """The call when somebody has changed what is known of its caller. Of one that is over it stays what it was."""
    return replace(call, known=known) if call is not None and call.live else call


def disowned(call: Call | None) -> Call | None:
    """The call as one of a withheld number, of which nothing is known."""
    return replace(call, number="", known=None) if call is not None else call


def can_be_claimed(call: Call, desk: str) -> bool:
    """Whether the desk may promise itself this call: it is in line, and no other desk has it."""
    return call.stage in WAITS and call.claimed_by in ("", desk)


def _spoken_to(call: Call, event: Answered | Noticed) -> Call:
    if call.stage not in IN_LINE:
        return call
    if isinstance(event, Noticed):
        return replace(call, noticed_at=event.at)
    return replace(call, is_ready=event.answer)


def _placed(call: Call, event: Placed) -> Call:
    if call.stage is Stage.READY and not event.returned:
        return replace(call, ready_at=event.placed_at, returned=False)
    return replace(call, placed_at=event.placed_at, returned=event.returned)


def stage_in(queue: str, *, cleared: bool) -> Stage:
    """The stage that a call is in while it waits in that queue."""
    return Stage.HELD if queue == HELD_QUEUE else Stage.READY if cleared else Stage.WAITING


def enter(call: Call, stage: Stage, at: float) -> Call:
    """The call in that stage, from that moment on; in the stage where it is already, as it was."""
    if call.stage is stage:
        return call
    return replace(call, stage=stage, moments=(*call.moments, Moment(stage, max(at, call.changed_at))))


def is_where(call: Call, queue: str, queued_at: float) -> bool:
    """Whether the call waits in that queue since then by our own documents, as far as the line knows."""
    return call.stage in WAITS and call.queue == queue and queued_at - call.queued_at <= SECONDS_ON_THE_WAY


def _found(call: Call | None, event: Found) -> Call:
    if call is None:
        new = new_call(Arrived(event.queued_at, event.call_sid, event.number, known=event.known))
        return _listed(new, event)
    if is_where(call, event.queue, event.queued_at) or call.changed_at > event.at:
        return call
    came_back = call.stage not in IN_LINE
    again = replace(call, outcome=None, intent=None, verdict=None, desk_leg="", screener_leg="")
    placed_at = event.queued_at if event.in_this_order and not came_back else call.placed_at
    return replace(_listed(again, event), returned=call.returned or came_back, placed_at=placed_at)


def _listed(call: Call, event: Found) -> Call:
    """The call in the queue where Twilio has it. Nobody is among those who are ready but whom a screener put there."""
    cleared = call.cleared or event.queue == READY_QUEUE
    adrift = event.queue in (WAITING_QUEUE, READY_QUEUE)  # only we send a call to any other queue
    there = replace(call, queue=event.queue, queued_at=event.queued_at, cleared=cleared, adrift=adrift)
    return enter(there, stage_in(event.queue, cleared=cleared), event.at)


def _claimed(call: Call, event: Claimed) -> Call:
    if not can_be_claimed(call, event.desk):
        return call
    claimed = replace(
        call, claimed_by=event.desk, claimed_at=event.at, documents_issued=call.documents_issued + 1, verdict=None
    )
    if is_screen(event.desk) and event.desk != call.screener:
        return replace(claimed, screener=event.desk, screener_leg="", screener_turn=0)
    return claimed


def _with_intent(call: Call, event: SetIntent) -> Call:
    if call.stage is not Stage.ON_AIR:
        return call
    return replace(call, intent=event.intent, documents_issued=call.documents_issued + (event.intent is Intent.HOLD))


def _on_air(call: Call, event: WentOnAir) -> Call:
    turn = call.desk_turn if event.turn is None else event.turn
    if not call.live:
        if call.outcome not in TOLD_TO_GO or turn <= call.desk_turn:
            return call
        call = replace(call, outcome=None, intent=None)  # they were never told, and are on the air all the same
    came_back = call.stage is not Stage.ON_AIR
    is_old = turn < call.desk_turn or (came_back and turn == call.desk_turn)
    if call.desk_leg and is_old and not event.is_listed:
        return call  # late: the call has been on the air since, or in this very turn and come back
    there = replace(
        call,
        desk_leg=event.desk_leg or call.desk_leg,
        desk_turn=turn,
        claimed_by="",
        claimed_at=0.0,
        returned=False,
        cleared=True,
        verdict=None,
    )
    return enter(there, Stage.ON_AIR, event.at)


def end(call: Call, event: Ended) -> Call:
    """The call when it is over, with the outcome that is known or follows from where it was."""
    if not call.live:
        # Twilio's queue result is better evidence than a stage: a caller who hung up during the notice was on the
        # way to the air and never there.
        if event.outcome is Outcome.HUNG_UP and call.outcome is Outcome.AIRED and not call.bridged:
            return replace(call, outcome=Outcome.HUNG_UP)
        return call
    by_stage = Outcome.AIRED if call.stage is Stage.ON_AIR or call.bridged else Outcome.HUNG_UP
    by_wish = LET_GO.get(call.intent, by_stage) if call.intent else by_stage
    if call.verdict:
        by_wish = SCREENED_OUT.get(call.verdict, by_wish)
    done = enter(replace(call, claimed_by="", claimed_at=0.0, verdict=None), Stage.DONE, event.at)
    return replace(done, outcome=event.outcome or by_wish)
