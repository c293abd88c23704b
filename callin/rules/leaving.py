"""What follows for a call that has left a queue, or that was sent for: what it hears, and where it is then."""

from __future__ import annotations

from dataclasses import dataclass, replace

from callin.model import HELD_QUEUE, Call, Desk, Follow, Intent, Outcome, Stage, queue_of
from callin.rules import screening
from callin.rules.calls import ENDED_BY_THE_STUDIO, LET_GO, SCREENED_OUT, Ended, end, enter, stage_in

ASKS_BEFORE_DOUBT = 3
CLOCKS_DIFFER_SECONDS = 0.25
"""At the most, from one instance to another."""

LATE_WAKE_SECONDS = 5.0
"""A request of ours that was to move the leg on from one turn may reach it in the next, so long after that began."""

BEFORE_THE_BRIDGE = frozenset({"error", "leave", "queue-full", "system-error"})
"""Results of a queue that nobody has who speaks with a desk: they tell of an earlier one, and come late."""

NEVER_BRIDGED = frozenset({"hangup", "bridging-in-process"})
"""Results of a queue that prove that this time nobody was connected with the caller."""


NOTICE_SECONDS = 2.0
"""Who is on the air for longer has heard that they are, which is all that comes before the bridge."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """A caller's question of what follows, after a queue or when a document is asked for anew.

    `result` is Twilio's QueueResult, empty where the document was sent by REST; `n` the move of the document that the
    question came from, None where it carried none. `screening` says that the document put the call into a screener's
    queue, so that whoever was bridged spoke with a screener and was not on the air. `call_over` says that the caller
    has hung up. `times_asked` and `asked_since`, in seconds since 1970, tell that they have asked before. `leg_over`
    says whether Twilio was asked for the desk's leg, and found it over; `sent_home` that the line is closed to who
    waits.
    """

    at: float
    n: int | None
    result: str
    call_over: bool = False
    times_asked: int = 0
    asked_since: float = 0.0
    leg_over: bool | None = None
    sent_home: bool = False
    screening: bool = False


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
    if call.outcome in ENDED_BY_THE_STUDIO or call.outcome in SCREENED_OUT.values():
        return Follow.THANK
    if (result == "queue-full" and not _is_late(call, leaving)) or call.outcome is Outcome.LINE_FULL:
        return Follow.QUEUE_FULL
    if call.outcome is Outcome.LINE_CLOSED or (leaving.sent_home and result == "leave"):
        return Follow.CLOSED
    if call.verdict and _is_heard(call, leaving):
        return screening.FOLLOWS[call.verdict]
    if not result and call.intent is Intent.HOLD and call.stage is Stage.ON_AIR:
        return Follow.HOLD
    if leaving.screening and result in screening.PARTED and call.live and not _is_late(call, leaving):
        return Follow.BACK
    if result != "bridged" or not call.live or leaving.screening or _is_late(call, leaving):
        return Follow.QUEUE_AGAIN
    return _after_the_bridge(call, desk, leaving)


def _after_the_bridge(call: Call, desk: Desk, leaving: Leaving) -> Follow:
    if call.intent:
        return Follow.HOLD if call.intent is Intent.HOLD else Follow.THANK
    if desk.let_go == call.call_sid:
        return Follow.THANK
    if not desk.leg or (call.desk_leg and (call.desk_leg in desk.ended_legs or call.desk_leg != desk.leg)):
        return Follow.THANK if _had_parted_before(call, desk, leaving.asked_since) else Follow.ONE_MOMENT
    if desk.displaced == call.call_sid:
        return Follow.ONE_MOMENT
    if desk.leg == call.desk_leg and desk.turn > call.desk_turn:
        return Follow.THANK
    if leaving.times_asked < ASKS_BEFORE_DOUBT:
        return Follow.ASK_AGAIN
    # The caller and the studio both live, and are together no more: nothing but a `*` does that, and a wake of ours.
    by_star = leaving.leg_over is False and call.desk_leg and desk.woken_turn != call.desk_turn
    return Follow.THANK if by_star else Follow.ONE_MOMENT


def _had_parted_before(call: Call, desk: Desk, asked_since: float) -> bool:
    """Whether a caller asked for the first time while the leg still lived that we have ended since for another's sake:
    then that leg had not dropped out. What remains is a `*`, unless a request of ours may have moved it."""
    if desk.replaced_leg != call.desk_leg or not 0 < asked_since < desk.replaced_at - CLOCKS_DIFFER_SECONDS:
        return False
    is_new = asked_since - call.changed_at < LATE_WAKE_SECONDS
    return desk.woken_turn not in ((call.desk_turn, call.desk_turn - 1) if is_new else (call.desk_turn,))


def _is_heard(call: Call, leaving: Leaving) -> bool:
    """Whether the caller hears what is answered now, and it is the first answer since a screener has decided."""
    if not call.live:
        return False
    if not leaving.result:
        return _has_arrived(call, leaving)
    parted = leaving.screening and leaving.result in screening.PARTED
    return (parted or leaving.result == "leave") and not _is_late(call, leaving)


def _has_arrived(call: Call, leaving: Leaving) -> bool:
    """Whether a document that was sent by REST has reached the call just now."""
    return leaving.n is not None and call.document_seq < leaving.n <= call.documents_issued


def _is_late(call: Call, leaving: Leaving) -> bool:
    if call.stage in (Stage.ON_AIR, Stage.SCREENING) and leaving.result in BEFORE_THE_BRIDGE:
        return True
    return leaving.n is not None and leaving.n < call.document_seq


def left(call: Call, desk: Desk, leaving: Leaving, *, awaited: bool) -> tuple[Follow, Call]:
    """What a caller hears, and the call as it is then. `awaited` says that the desk has promised itself this call.

    A call that is done and asks all the same is put back into the queue without being believed: if it really is
    there, Twilio's list will say so.
    """
    what = follow(call, desk, leaving)
    proved = _proved(call, leaving)
    if leaving.call_over or _is_hung_up(call, leaving):
        outcome = Outcome.HUNG_UP if leaving.result in NEVER_BRIDGED and not call.bridged else None
        return what, end(proved, Ended(leaving.at, outcome))
    if what is Follow.THANK:
        return what, end(proved, Ended(leaving.at, _outcome(call)))
    if what is Follow.QUEUE_FULL:
        return what, end(proved, Ended(leaving.at, Outcome.LINE_FULL))
    if what is Follow.CLOSED:
        return what, end(proved, Ended(leaving.at, Outcome.LINE_CLOSED))
    if what in (Follow.NOTHING, Follow.ASK_AGAIN) or not call.live or _is_late(call, leaving):
        return what, proved
    if call.verdict and _is_heard(call, leaving):
        proved, awaited = screening.obeyed(proved, leaving.at), False
    if not leaving.result:
        return what, _reached(proved, leaving, what)
    if desk.displaced == call.call_sid:
        proved = replace(proved, desk_leg="")  # the same turn of the same leg is to have them again
    return what, _sent_back(proved, desk.name if awaited else "", leaving, what)


def _is_hung_up(call: Call, leaving: Leaving) -> bool:
    """Whether the result itself tells that the caller is gone: of one who is done, that they never were on the air."""
    if leaving.result == "hangup":
        return not _is_late(call, leaving)
    return leaving.result in NEVER_BRIDGED and not call.live and not call.intent


def _outcome(call: Call) -> Outcome:
    """Why a call is done that is thanked."""
    if call.verdict in SCREENED_OUT:
        return SCREENED_OUT[call.verdict]
    return LET_GO.get(call.intent or Intent.END, Outcome.AIRED)


def _proved(call: Call, leaving: Leaving) -> Call:
    """The call with what Twilio's result proves of its past."""
    if leaving.screening and leaving.result in screening.PARTED and call.live and not _is_late(call, leaving):
        return enter(replace(call, claimed_by="", claimed_at=0.0), Stage.SCREENING, leaving.at)
    if leaving.screening:
        return call
    if leaving.result == "bridged" and not _is_late(call, leaving):
        proved = replace(call, bridged=True)
        if call.live:
            aired = replace(proved, claimed_by="", claimed_at=0.0, cleared=True, verdict=None)
            return enter(aired, Stage.ON_AIR, leaving.at)
        return replace(proved, outcome=Outcome.AIRED) if call.outcome in (Outcome.HUNG_UP, Outcome.LOST) else proved
    if leaving.result == "redirected-from-bridged":
        return replace(call, bridged=True, cleared=True)
    return call


def _reached(call: Call, leaving: Leaving, what: Follow) -> Call:
    """A document that was sent by REST has reached the call: it goes into the queue that it was sent to."""
    if leaving.n is None or not _has_arrived(call, leaving):
        return call
    queue = _queue(call, call.claimed_by, what)
    # Twilio's own word for it, redirected-from-bridged, may be lost.
    spoke = call.stage is Stage.ON_AIR and leaving.at - call.changed_at >= NOTICE_SECONDS
    there = replace(
        call, document_seq=leaving.n, queue=queue, queued_at=leaving.at, adrift=False, bridged=call.bridged or spoke
    )
    return _in_queue(there, leaving.at, returned=call.returned or call.stage is Stage.ON_AIR)


def _queue(call: Call, desk: str, what: Follow) -> str:
    """The queue where the call belongs, which is the desk's own where one is to have it."""
    if desk:
        return queue_of(desk)
    is_freed = what in (Follow.READY, Follow.BACK)
    is_held = what is Follow.PARK or call.intent is Intent.HOLD or (call.stage is Stage.HELD and not is_freed)
    return screening.queue_for(call, held=is_held)


def _in_queue(call: Call, at: float, *, returned: bool) -> Call:
    """The call in the stage that its queue means. Who is on hold is in no line, so nor are they first in it."""
    if call.queue == HELD_QUEUE:
        return replace(enter(call, Stage.HELD, at), intent=None, returned=False)
    stage = stage_in(call.queue, cleared=call.cleared)
    return replace(enter(call, stage, at), intent=None, returned=returned)


def _sent_back(call: Call, awaited_by: str, leaving: Leaving, what: Follow) -> Call:
    """The call answered with a document that puts it into a queue: the desk's own, where the desk waits for it."""
    move = call.documents_issued + 1
    queue = _queue(call, awaited_by, what)
    there = replace(
        call,
        document_seq=move,
        documents_issued=move,
        queue=queue,
        queued_at=leaving.at,
        claimed_by=awaited_by,
        claimed_at=leaving.at if awaited_by else 0.0,
        adrift=leaving.result == "error",  # the fallback document is played then, whatever we answer
    )
    return _in_queue(there, leaving.at, returned=call.returned or what is Follow.ONE_MOMENT)
