"""The events of a call, and the call after each."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from callin.model import (
    AIR_DESK,
    HELD_QUEUE,
    READY_QUEUE,
    WAITING_QUEUE,
    Call,
    Intent,
    Known,
    Moment,
    Outcome,
    ReadyCheckAnswer,
    Stage,
    Verdict,
    is_screen,
)

IN_LINE = frozenset({Stage.ARRIVING, Stage.WAITING, Stage.SCREENING, Stage.READY, Stage.HELD})
"""Stages of calls that may still go on the air. Those on hold are here too, although they have no place in line."""
WAITS = IN_LINE - {Stage.SCREENING}
"""The same without calls that speak with a screener."""

INTENT_OUTCOMES = {Intent.END: Outcome.AIRED, Intent.DROP: Outcome.DROPPED}
ENDED_BY_THE_STUDIO = frozenset(INTENT_OUTCOMES.values())
SCREENED_OUT = {Verdict.LET_GO: Outcome.LET_GO, Verdict.BLOCK: Outcome.BLOCKED}
TOLD_TO_GO = ENDED_BY_THE_STUDIO | {Outcome.LINE_FULL, Outcome.LINE_CLOSED, *SCREENED_OUT.values()}

SECONDS_ON_THE_WAY = 15.0
"""The longest time from a document to its queue: it says one sentence. The fallback document queued any later call."""

ASKING_SECONDS = 60.0
"""The greeting and three questions take no longer, because nobody is asked later than this."""


class Arrived(Struct, frozen=True):
    """The call rang and joins the line, after questions if it `is_questioned`; or its outcome is `refused`."""

    at: float
    call_sid: str
    number: str
    refused: Outcome | None = None
    known: Known | None = None
    greeting: str = ""
    city: str = ""
    is_questioned: bool = False


class Found(Struct, frozen=True):
    """Twilio's list, asked for `at`, has the call in a queue since `queued_at`.

    `in_this_order`: its place in line is by `queued_at`, because it may have been on the air before.
    """

    at: float
    call_sid: str
    number: str
    queue: str
    queued_at: float
    known: Known | None = None
    in_this_order: bool = False


class Claimed(Struct, frozen=True):
    """A desk claims the call. A document is issued for it, which has not reached the call yet."""

    at: float
    desk: str


class Released(Struct, frozen=True):
    """A desk gives up its claim."""

    desk: str


class WentOnAir(Struct, frozen=True):
    """Twilio asked for the document that comes just before the bridge. `turn` is None if it is not known.

    `is_listed`: Twilio did not ask, but its lists leave no other place for the call. `desk` is the air desk; `is_past`:
    its leg is in a later turn by now.
    """

    at: float
    desk_leg: str
    turn: int | None
    is_listed: bool = False
    desk: str = AIR_DESK
    is_past: bool = False


class SetIntent(Struct, frozen=True):
    """The studio intends something for the caller on the air, or no longer does (None).

    For a hold a document is issued, which has not reached the call yet.
    """

    intent: Intent | None


class Placed(Struct, frozen=True):
    """Somebody moved the call in line: it now stands as if it joined then, among returned callers or the others."""

    placed_at: float
    returned: bool


class HeardNotice(Struct, frozen=True):
    """The caller has heard, to its end, that they go on the air after a tone and may be broadcast."""

    at: float


class ReadyCheckAnswered(Struct, frozen=True):
    """The caller answered the ready check, or did not in time."""

    answer: ReadyCheckAnswer


class Ended(Struct, frozen=True):
    """The call is over. `outcome` is what ended it if that is known; otherwise the stage tells."""

    at: float
    outcome: Outcome | None = None


Event = Arrived | Found | Claimed | Released | WentOnAir | SetIntent | Placed | ReadyCheckAnswered | HeardNotice | Ended


def advance(call: Call | None, event: Event) -> Call | None:
    """The call after an event. Total and idempotent: events come twice, late, out of order or never.

    A call that is done stays done, unless Twilio lists it in a queue. Its outcome may still change to what Twilio
    proves. An event for an unknown call changes nothing, unless it has the caller's number.
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
    if isinstance(event, ReadyCheckAnswered | HeardNotice):
        return _spoken_to(call, event)
    if isinstance(event, SetIntent):
        return _with_intent(call, event)
    return end(call, event)


def new_call(event: Arrived) -> Call:
    """A new call: it waits from the moment it rang. A refused call is over at once."""
    sid, number, at = event.call_sid, event.number, event.at
    if event.refused:
        over = (Moment(Stage.ARRIVING, at), Moment(Stage.DONE, at))
        return Call(sid, number, Stage.DONE, over, known=event.known, outcome=event.refused)
    call = Call(sid, number, Stage.WAITING, (Moment(Stage.WAITING, at),), queued_at=at, known=event.known)
    until = at + ASKING_SECONDS if event.is_questioned else 0.0
    return replace(call, greeting=event.greeting, city=event.city, asking_until=until)


def with_known(call: Call | None, known: Known | None) -> Call | None:
    """The call with what is known of its caller now. A call that is over keeps what was known then."""
    return replace(call, known=known) if call is not None and call.live else call


def anonymised(call: Call | None) -> Call | None:
    """The call without its number and what was known of its caller."""
    return replace(call, number="", known=None, city="") if call is not None else call


def can_be_claimed(call: Call, desk: str) -> bool:
    """Whether the desk may claim this call: it is in line, and no other desk has it."""
    return call.stage in WAITS and call.claimed_by in ("", desk)


def _spoken_to(call: Call, event: ReadyCheckAnswered | HeardNotice) -> Call:
    if call.stage not in IN_LINE:
        return call
    if isinstance(event, HeardNotice):
        return replace(call, noticed_at=event.at)
    return replace(call, ready_check_answer=event.answer)


def _placed(call: Call, event: Placed) -> Call:
    if call.stage is Stage.READY and not event.returned:
        return replace(call, ready_at=event.placed_at, returned=False)
    return replace(call, placed_at=event.placed_at, returned=event.returned)


def stage_in(queue: str, *, cleared: bool) -> Stage:
    """The stage that a call is in while it waits in that queue."""
    return Stage.HELD if queue == HELD_QUEUE else Stage.READY if cleared else Stage.WAITING


def enter(call: Call, stage: Stage, at: float) -> Call:
    """The call in that stage from that moment on; unchanged if it is in that stage already."""
    if call.stage is stage:
        return call
    return replace(call, stage=stage, moments=(*call.moments, Moment(stage, max(at, call.changed_at))))


def is_where(call: Call, queue: str, queued_at: float) -> bool:
    """Whether, as far as the line knows, one of our documents put the call into that queue then."""
    on_the_way_since = max(call.queued_at, call.asking_until)
    return call.stage in WAITS and call.queue == queue and queued_at - on_the_way_since <= SECONDS_ON_THE_WAY


def _found(call: Call | None, event: Found) -> Call:
    if call is None:
        return _listed(new_call(Arrived(event.queued_at, event.call_sid, event.number, known=event.known)), event)
    if is_where(call, event.queue, event.queued_at) or call.changed_at > event.at:
        return call
    came_back = call.stage not in IN_LINE
    placed_at = event.queued_at if event.in_this_order and not came_back else call.placed_at
    again = replace(_listed(call, event), outcome=None, hung_up=False, intent=None, verdict=None)
    return replace(again, desk_leg="", screener_leg="", returned=call.returned or came_back, placed_at=placed_at)


def _listed(call: Call, event: Found) -> Call:
    """The call in the queue where Twilio has it. Only callers marked ready by a screener are in the ready queue."""
    cleared = call.cleared or event.queue == READY_QUEUE
    adrift = event.queue in (WAITING_QUEUE, READY_QUEUE)  # only we send a call to any other queue
    there = replace(call, queue=event.queue, queued_at=event.queued_at, cleared=cleared, adrift=adrift)
    is_held = call.stage is Stage.HELD and call.verdict is None  # the fallback queued them with the others
    return enter(there, Stage.HELD if is_held else stage_in(event.queue, cleared=cleared), event.at)


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
    is_same_desk = event.desk == call.air_desk
    if not is_same_desk and call.desk_leg and event.is_past:
        return call  # late: two desks' turns cannot be compared
    known_turn = call.desk_turn if is_same_desk else 0
    turn = known_turn if event.turn is None else event.turn
    if not call.live:
        if call.outcome not in TOLD_TO_GO or (is_same_desk and turn <= call.desk_turn):
            return call
        # The end never reached the caller, who is on the air.
        call = replace(call, outcome=None, hung_up=False, intent=None)
    came_back = call.stage is not Stage.ON_AIR
    is_old = is_same_desk and (turn < call.desk_turn or (came_back and turn == call.desk_turn))
    if call.desk_leg and is_old and not event.is_listed:
        return call  # late: the call was on the air in a later turn, or came back from this one
    there = replace(
        call,
        air_desk=event.desk,
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
    """The call after it ended, with the outcome that is known or that its stage tells."""
    if not call.live:
        # Twilio's queue result is better evidence than a stage: a caller that hung up in the notice was never there.
        if event.outcome is Outcome.HUNG_UP and call.outcome is Outcome.AIRED and not call.bridged:
            return replace(call, outcome=Outcome.HUNG_UP)
        return call
    by_stage = Outcome.AIRED if call.stage is Stage.ON_AIR or call.bridged else Outcome.HUNG_UP
    by_intent = INTENT_OUTCOMES.get(call.intent, by_stage) if call.intent else by_stage
    if call.verdict:
        by_intent = SCREENED_OUT.get(call.verdict, by_intent)
    done = enter(replace(call, claimed_by="", claimed_at=0.0, verdict=None), Stage.DONE, event.at)
    by_caller = event.outcome in (None, Outcome.HUNG_UP) and not (call.intent or call.verdict)
    return replace(done, outcome=event.outcome or by_intent, hung_up=by_caller)
