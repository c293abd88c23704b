"""What becomes of a call: its stage after an event, and what it hears after a queue."""

from __future__ import annotations

from dataclasses import dataclass, replace

from callin.model import (
    AIR_QUEUE,
    HELD_QUEUE,
    WAITING_QUEUE,
    Answer,
    Call,
    Desk,
    Follow,
    Intent,
    Moment,
    Outcome,
    Stage,
)

IN_LINE = frozenset({Stage.ARRIVING, Stage.WAITING, Stage.SCREENING, Stage.READY, Stage.HELD})

ASKS_BEFORE_DOUBT = 3
LET_GO = {Intent.END: Outcome.AIRED, Intent.DROP: Outcome.DROPPED}
ENDED_BY_THE_STUDIO = frozenset(LET_GO.values())
TOLD_TO_GO = ENDED_BY_THE_STUDIO | {Outcome.LINE_FULL, Outcome.LINE_CLOSED}
BEFORE_THE_BRIDGE = frozenset({"error", "leave", "queue-full", "system-error"})
"""Results of a queue that nobody has who is on the air: they tell of an earlier one, and come late."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """The call rang and was asked into the line, or `refused`, which is then its outcome."""

    at: float
    call_sid: str
    number: str
    refused: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Twilio listed the call in a queue, where it has been since `queued_at`. `at` is when the list was asked for."""

    at: float
    call_sid: str
    number: str
    queue: str
    queued_at: float


@dataclass(frozen=True, slots=True)
class Claimed:
    """A desk means to take the call next. It is handed another document, which has not reached it yet."""

    at: float
    desk: str


@dataclass(frozen=True, slots=True)
class Released:
    """A desk gives up its claim."""

    desk: str


@dataclass(frozen=True, slots=True)
class WentOnAir:
    """Twilio asked for the document that comes just before the bridge. `turn` is None when Twilio did not say."""

    at: float
    desk_leg: str
    turn: int | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """The studio wants something of the caller whom it has on the air, or no longer does (None).

    To be put on hold the call is handed another document, which has not reached it yet.
    """

    intent: Intent | None


@dataclass(frozen=True, slots=True)
class Placed:
    """Somebody gave the call another place in line: as if it had joined then, among those who returned or the rest."""

    placed_at: float
    returned: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """The call was asked whether it is ready, and said so, or nothing."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class Ended:
    """The call is over. `outcome` is what ended it where that is known, else it follows from the stage."""

    at: float
    outcome: Outcome | None = None


Event = Arrived | Found | Claimed | Released | WentOnAir | Wanted | Placed | Answered | Ended


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
        return replace(call, placed_at=event.placed_at, returned=event.returned) if in_line else call
    if isinstance(event, Answered):
        return replace(call, is_ready=event.answer) if call.stage in IN_LINE else call
    if isinstance(event, Wanted):
        return _wanted(call, event)
    return _end(call, event)


def new_call(event: Arrived) -> Call:
    """The call that joins the line: it waits from the moment it rang. One that is refused is over at once."""
    if event.refused:
        moments = (Moment(Stage.ARRIVING, event.at), Moment(Stage.DONE, event.at))
        return Call(event.call_sid, event.number, Stage.DONE, moments, outcome=event.refused)
    return Call(event.call_sid, event.number, Stage.WAITING, (Moment(Stage.WAITING, event.at),), queued_at=event.at)


def can_be_claimed(call: Call, desk: str) -> bool:
    """Whether the desk may promise itself this call: it is in line, and no other desk has it."""
    return call.stage in IN_LINE and call.claimed_by in ("", desk)


def _enter(call: Call, stage: Stage, at: float) -> Call:
    if call.stage is stage:
        return call
    return replace(call, stage=stage, moments=(*call.moments, Moment(stage, max(at, call.changed_at))))


def _found(call: Call | None, event: Found) -> Call:
    if call is None:
        moments = (Moment(Stage.WAITING, event.queued_at),)
        return Call(event.call_sid, event.number, Stage.WAITING, moments, queue=event.queue, queued_at=event.queued_at)
    if (call.stage in IN_LINE and call.queue == event.queue) or call.changed_at > event.at:
        return call
    came_back = call.stage not in IN_LINE
    stage = Stage.HELD if event.queue == HELD_QUEUE else Stage.WAITING
    waiting = _enter(replace(call, outcome=None, intent=None), stage, event.at)
    return replace(
        waiting, queue=event.queue, queued_at=event.queued_at, returned=waiting.returned or came_back, desk_leg=""
    )


def _claimed(call: Call, event: Claimed) -> Call:
    if not can_be_claimed(call, event.desk):
        return call
    return replace(call, claimed_by=event.desk, claimed_at=event.at, moves=call.moves + 1)


def _wanted(call: Call, event: Wanted) -> Call:
    if call.stage is not Stage.ON_AIR:
        return call
    return replace(call, intent=event.intent, moves=call.moves + (event.intent is Intent.HOLD))


def _on_air(call: Call, event: WentOnAir) -> Call:
    turn = call.desk_turn if event.turn is None else event.turn
    if not call.live:
        if call.outcome not in TOLD_TO_GO or turn <= call.desk_turn:
            return call
        call = replace(call, outcome=None, intent=None)  # they were never told, and are on the air all the same
    came_back = call.stage is not Stage.ON_AIR
    if call.desk_leg and (turn < call.desk_turn or (came_back and turn == call.desk_turn)):
        return call  # late: the call has been on the air since, or in this very turn and come back
    there = replace(
        call,
        desk_leg=event.desk_leg or call.desk_leg,
        desk_turn=turn,
        claimed_by="",
        claimed_at=0.0,
        returned=False,
    )
    return _enter(there, Stage.ON_AIR, event.at)


def _end(call: Call, event: Ended) -> Call:
    if not call.live:
        # Twilio's queue result is better evidence than a stage: a caller who hung up during the notice was on the
        # way to the air and never there.
        if event.outcome is Outcome.HUNG_UP and call.outcome is Outcome.AIRED and not call.bridged:
            return replace(call, outcome=Outcome.HUNG_UP)
        return call
    by_stage = Outcome.AIRED if call.stage is Stage.ON_AIR or call.bridged else Outcome.HUNG_UP
    by_intent = LET_GO.get(call.intent, by_stage) if call.intent else by_stage
    done = _enter(replace(call, claimed_by="", claimed_at=0.0), Stage.DONE, event.at)
    return replace(done, outcome=event.outcome or by_intent)


@dataclass(frozen=True, slots=True)
class Leaving:
    """A caller's question of what follows, after a queue or when a document is asked for anew.

    `result` is Twilio's QueueResult, empty where the document was sent by REST; `n` the move of the document that the
    question came from, None where it carried none. `call_over` says that the caller has hung up. `leg_over` says
    whether Twilio was asked for the desk's leg, and found it over; `sent_home` that the line is closed to who waits.
    """

    at: float
    n: int | None
    result: str
    call_over: bool = False
    times_asked: int = 0
    leg_over: bool | None = None
    sent_home: bool = False


def follow(call: Call, desk: Desk, leaving: Leaving) -> Follow:
    """What a caller hears.

    A caller who was bridged and still lives was let go by the studio: with a press, whose intent is on the call; with
    `*`, when the desk's leg has asked for its next turn; or by dropping out, when that leg was reported ended. While
    none of this is known the caller waits and we ask again; in doubt the caller is kept. A question that comes from
    an older document, or twice, gets the present document: should Twilio heed it, the caller is kept.
    https://www.twilio.com/docs/voice/twiml/enqueue#attributes-action-parameters
    """
    result = leaving.result
    if leaving.call_over or result in ("redirected", "redirected-from-bridged", "hangup"):
        return Follow.NOTHING
    if call.outcome in ENDED_BY_THE_STUDIO:
        return Follow.THANK
    if (result == "queue-full" and not _is_late(call, leaving)) or call.outcome is Outcome.LINE_FULL:
        return Follow.QUEUE_FULL
    if call.outcome is Outcome.LINE_CLOSED or (leaving.sent_home and result == "leave"):
        return Follow.CLOSED
    if not result and call.intent is Intent.HOLD and call.stage is Stage.ON_AIR:
        return Follow.HOLD
    if result != "bridged" or not call.live or _is_late(call, leaving):
        return Follow.QUEUE_AGAIN
    return _after_the_bridge(call, desk, leaving)


def _after_the_bridge(call: Call, desk: Desk, leaving: Leaving) -> Follow:
    if call.intent:
        return Follow.HOLD if call.intent is Intent.HOLD else Follow.THANK
    if not desk.leg or (call.desk_leg and (call.desk_leg in desk.gone or call.desk_leg != desk.leg)):
        return Follow.ONE_MOMENT
    if desk.displaced == call.call_sid:
        return Follow.ONE_MOMENT
    if desk.leg == call.desk_leg and desk.turn > call.desk_turn:
        return Follow.THANK
    if leaving.times_asked < ASKS_BEFORE_DOUBT:
        return Follow.ASK_AGAIN
    # The caller and the studio both live, and are together no more: nothing but a `*` does that, and a wake of ours.
    by_star = leaving.leg_over is False and call.desk_leg and desk.woken_turn != call.desk_turn
    return Follow.THANK if by_star else Follow.ONE_MOMENT


def _is_late(call: Call, leaving: Leaving) -> bool:
    if call.stage is Stage.ON_AIR and leaving.result in BEFORE_THE_BRIDGE:
        return True
    return leaving.n is not None and leaving.n < call.move


def left(call: Call, desk: Desk, leaving: Leaving, *, awaited: bool) -> tuple[Follow, Call]:
    """What a caller hears, and the call as it is then. `awaited` says that the desk has promised itself this call.

    A call that is done and asks all the same is put back into the queue without being believed: if it really is
    there, Twilio's list will say so.
    """
    what = follow(call, desk, leaving)
    proved = _proved(call, leaving)
    if leaving.call_over or (leaving.result == "hangup" and not _is_late(call, leaving)):
        outcome = Outcome.HUNG_UP if leaving.result == "hangup" and not call.bridged else None
        return what, _end(proved, Ended(leaving.at, outcome))
    if what is Follow.THANK:
        return what, _end(proved, Ended(leaving.at, LET_GO.get(call.intent or Intent.END, Outcome.AIRED)))
    if what is Follow.QUEUE_FULL:
        return what, _end(proved, Ended(leaving.at, Outcome.LINE_FULL))
    if what is Follow.CLOSED:
        return what, _end(proved, Ended(leaving.at, Outcome.LINE_CLOSED))
    stays = what in (Follow.NOTHING, Follow.ASK_AGAIN) or leaving.result == "bridging-in-process"
    if stays or not call.live or _is_late(call, leaving):
        return what, proved
    if not leaving.result:
        return what, _reached(proved, leaving)
    if desk.displaced == call.call_sid:
        proved = replace(proved, desk_leg="")  # the same turn of the same leg is to have them again
    return what, _sent_back(proved, desk.name if awaited else "", leaving, what)


def _proved(call: Call, leaving: Leaving) -> Call:
    """The call with what Twilio's result proves of its past."""
    if leaving.result == "bridged" and not _is_late(call, leaving):
        proved = replace(call, bridged=True)
        if call.live:
            return _enter(replace(proved, claimed_by="", claimed_at=0.0), Stage.ON_AIR, leaving.at)
        return replace(proved, outcome=Outcome.AIRED) if call.outcome in (Outcome.HUNG_UP, Outcome.LOST) else proved
    if leaving.result == "redirected-from-bridged":
        return replace(call, bridged=True)
    return call


def _reached(call: Call, leaving: Leaving) -> Call:
    """A document that was sent by REST has reached the call: it goes into the queue that it was sent to."""
    if leaving.n is None or not call.move < leaving.n <= call.moves:
        return call
    queue = AIR_QUEUE if call.claimed_by else HELD_QUEUE if _is_held(call) else WAITING_QUEUE
    there = replace(call, move=leaving.n, queue=queue, queued_at=leaving.at)
    return _in_queue(there, leaving.at, returned=call.returned or call.stage is Stage.ON_AIR)


def _is_held(call: Call) -> bool:
    return call.intent is Intent.HOLD or call.stage is Stage.HELD


def _in_queue(call: Call, at: float, *, returned: bool) -> Call:
    """The call in the stage that its queue means. Who is on hold is in no line, so nor are they first in it."""
    if call.queue == HELD_QUEUE:
        return replace(_enter(call, Stage.HELD, at), intent=None, returned=False)
    return replace(_enter(call, Stage.WAITING, at), intent=None, returned=returned)


def _sent_back(call: Call, awaited_by: str, leaving: Leaving, what: Follow) -> Call:
    """The call answered with a document that puts it into a queue: the desk's own, where the desk waits for it."""
    move = call.moves + 1
    queue = AIR_QUEUE if awaited_by else HELD_QUEUE if _is_held(call) else WAITING_QUEUE
    there = replace(
        call,
        move=move,
        moves=move,
        queue=queue,
        queued_at=leaving.at,
        claimed_by=awaited_by,
        claimed_at=leaving.at if awaited_by else 0.0,
    )
    return _in_queue(there, leaving.at, returned=call.returned or what is Follow.ONE_MOMENT)
