"""What follows for a call after a queue or a redirect: what it hears, and where it is then.

Also a call that leaves the line to record a message, and one that Bring back takes back into the line.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from callin.model import HELD_QUEUE, Call, Desk, Follow, Intent, Outcome, Stage, Standing, queue_of
from callin.rules import screening
from callin.rules.calls import ENDED_BY_THE_STUDIO, INTENT_OUTCOMES, SCREENED_OUT, WAITS, Ended, end, enter, stage_in

ASKS_BEFORE_DOUBT = 3
CLOCKS_DIFFER_SECONDS = 0.25
"""How far the clocks of two instances may differ."""

LATE_WAKE_SECONDS = 5.0
"""A REST request meant for one turn may reach the leg up to this long after its next turn began."""

BRING_BACK_SECONDS = 8.0
"""How long after the thanks began a caller may be brought back. The page offers it for the 5 s that thanks take."""

BEFORE_THE_BRIDGE = frozenset({"error", "leave", "queue-full", "system-error"})
"""QueueResults that a call on the air cannot have: they come late, from an earlier queue."""

CONNECTED = frozenset({"bridged", "redirected-from-bridged"})
"""Results that prove that the caller was on the air, however late they come; of a screener's queue they do not."""

NEVER_BRIDGED = frozenset({"hangup", "bridging-in-process"})
"""Results of a queue that prove that nobody was connected with the caller this time."""


NOTICE_SECONDS = 2.0
"""The notice before the bridge is shorter. A call that is on the air for longer is bridged."""


class FollowRequest(Struct, frozen=True):
    """Twilio asks on the caller's leg what follows, after a queue or a redirect.

    `result` is Twilio's QueueResult, empty after a redirect. `n` is the number of the document that the request came
    from, None for the fallback document. `screening`: it was a screener's queue, so a bridged caller was not on the
    air. `call_over`: the caller has hung up. `times_asked` and `asked_since`, in seconds since 1970, describe the same
    request before. `leg_over` says whether Twilio has the desk's leg as over, None if it was not asked.
    `ended_by_closing`: the line has closed, and the caller is thanked.
    """

    at: float
    n: int | None
    result: str
    call_over: bool = False
    times_asked: int = 0
    asked_since: float = 0.0
    leg_over: bool | None = None
    ended_by_closing: bool = False
    screening: bool = False


def what_follows(call: Call, desk: Desk, request: FollowRequest) -> Follow:
    """What the caller hears next.

    A bridged caller that still lives was let go by the studio: by a press, if the call has an intent; by `*`, if the
    desk's leg has asked for its next turn; or because the studio dropped out, if that leg was reported ended. Until
    one of these is known the caller waits and asks again; if in doubt, the caller is kept. A request that comes from an
    older document, or twice, gets the present document, so that the caller is kept if Twilio plays it.
    https://www.twilio.com/docs/voice/twiml/enqueue#attributes-action-parameters
    """
    result = request.result
    if request.call_over or result in ("redirected", "redirected-from-bridged", "hangup"):
        return Follow.NOTHING
    if call.stage is Stage.MESSAGE and result == "leave":
        return Follow.MESSAGE
    if call.outcome in ENDED_BY_THE_STUDIO or call.outcome in SCREENED_OUT.values():
        return Follow.THANK
    if (result == "queue-full" and not _is_late(call, request)) or call.outcome is Outcome.LINE_FULL:
        return Follow.QUEUE_FULL
    if call.outcome is Outcome.LINE_CLOSED or (request.ended_by_closing and result == "leave"):
        return Follow.CLOSED
    if call.verdict and _is_heard(call, request):
        return screening.FOLLOWS[call.verdict]
    if not result and call.intent is Intent.HOLD and call.stage is Stage.ON_AIR:
        return Follow.HOLD_FROM_AIR
    if request.screening and result in screening.PARTED and call.live and not _is_late(call, request):
        return Follow.BACK
    if result != "bridged" or not call.live or request.screening or _is_late(call, request):
        return Follow.QUEUE_AGAIN
    return _after_the_bridge(call, desk, request)


def _after_the_bridge(call: Call, desk: Desk, request: FollowRequest) -> Follow:
    if call.intent:
        return Follow.HOLD_FROM_AIR if call.intent is Intent.HOLD else Follow.THANK
    if desk.let_go == call.call_sid:
        return Follow.THANK
    if not desk.leg or (call.desk_leg and (call.desk_leg in desk.ended_legs or call.desk_leg != desk.leg)):
        return Follow.THANK if _had_parted_before(call, desk, request.asked_since) else Follow.ONE_MOMENT
    if desk.displaced == call.call_sid:
        return Follow.ONE_MOMENT
    if desk.leg == call.desk_leg and desk.turn > call.desk_turn:
        return Follow.THANK
    if request.times_asked < ASKS_BEFORE_DOUBT:
        return Follow.ASK_AGAIN
    # Both legs live and are no longer connected: only a `*` or a wake of ours does that.
    by_star = request.leg_over is False and call.desk_leg and desk.woken_turn != call.desk_turn
    return Follow.THANK if by_star else Follow.ONE_MOMENT


def _had_parted_before(call: Call, desk: Desk, asked_since: float) -> bool:
    """Whether the caller first asked while the leg, which a take-over has ended since, still lived.

    Then the leg had not dropped out: a `*` separated the two, unless a request of ours may have moved the leg.
    """
    if desk.replaced_leg != call.desk_leg or not 0 < asked_since < desk.replaced_at - CLOCKS_DIFFER_SECONDS:
        return False
    is_new = asked_since - call.changed_at < LATE_WAKE_SECONDS
    return desk.woken_turn not in ((call.desk_turn, call.desk_turn - 1) if is_new else (call.desk_turn,))


def _is_heard(call: Call, request: FollowRequest) -> bool:
    """Whether this is the first document that the caller hears after a screener's verdict."""
    if not call.live:
        return False
    if not request.result:
        return _has_arrived(call, request)
    parted = request.screening and request.result in screening.PARTED
    return (parted or request.result == "leave") and not _is_late(call, request)


def _has_arrived(call: Call, request: FollowRequest) -> bool:
    """Whether a document that a REST request sent has reached the call just now."""
    return request.n is not None and call.document_seq < request.n <= call.documents_issued


def _is_late(call: Call, request: FollowRequest) -> bool:
    if call.stage in (Stage.ON_AIR, Stage.SCREENING) and request.result in BEFORE_THE_BRIDGE:
        return True
    return request.n is not None and request.n < call.document_seq


def left(call: Call, desk: Desk, request: FollowRequest, *, awaited: bool) -> tuple[Follow, Call]:
    """What a caller hears, and the call as it is then. `awaited` says that the desk claims this call.

    A call that is done but asks goes back into the queue and stays done: if it really lives, Twilio's list will say so.
    """
    what = what_follows(call, desk, request)
    proved = _proved(call, desk.name, request)
    if request.call_over or _is_hung_up(call, request):
        outcome = Outcome.HUNG_UP if request.result in NEVER_BRIDGED and not call.bridged else None
        return what, end(proved, Ended(request.at, outcome))
    if what is Follow.THANK:
        return what, end(proved, Ended(request.at, _outcome(call)))
    if what is Follow.QUEUE_FULL:
        return what, end(proved, Ended(request.at, Outcome.LINE_FULL))
    if what is Follow.CLOSED:
        return what, end(proved, Ended(request.at, Outcome.LINE_CLOSED))
    if what in (Follow.NOTHING, Follow.ASK_AGAIN, Follow.MESSAGE) or not call.live or _is_late(call, request):
        return what, proved
    if call.verdict and _is_heard(call, request):
        proved, awaited = screening.obeyed(proved, request.at), False
    if not request.result:
        return what, _reached(proved, request, what)
    if desk.displaced == call.call_sid:
        proved = replace(proved, desk_leg="")  # the same turn of the same leg is to have them again
    return what, _sent_back(proved, desk.name if awaited else "", request, what)


def _is_hung_up(call: Call, request: FollowRequest) -> bool:
    """Whether the result proves that the caller hung up; if the call is done, that it was never on the air."""
    if request.result == "hangup":
        return not _is_late(call, request)
    return request.result in NEVER_BRIDGED and not call.live and not call.intent


def _outcome(call: Call) -> Outcome:
    if call.verdict in SCREENED_OUT:
        return SCREENED_OUT[call.verdict]
    return INTENT_OUTCOMES.get(call.intent or Intent.END, Outcome.AIRED)


def _proved(call: Call, desk: str, request: FollowRequest) -> Call:
    """The call with what Twilio's result proves of its past, with that desk."""
    if request.screening and request.result in screening.PARTED and call.live and not _is_late(call, request):
        return enter(replace(call, claimed_by="", claimed_at=0.0), Stage.SCREENING, request.at)
    if request.screening or request.result not in CONNECTED:
        return call
    proved = replace(call, bridged=True, cleared=True)
    if not call.live:
        return replace(proved, outcome=Outcome.AIRED) if call.outcome in (Outcome.HUNG_UP, Outcome.LOST) else proved
    if request.result != "bridged" or _is_late(call, request):
        return proved  # it is elsewhere by now
    aired = replace(proved, claimed_by="", claimed_at=0.0, verdict=None)
    if call.stage is not Stage.ON_AIR and call.air_desk != desk:
        aired = replace(aired, air_desk=desk, desk_leg="", desk_turn=0)
    return enter(aired, Stage.ON_AIR, request.at)


def _reached(call: Call, request: FollowRequest, what: Follow) -> Call:
    """The call after a document that a REST request sent has reached it: in the queue that the document leads to."""
    if request.n is None or not _has_arrived(call, request):
        return call
    queue = _queue(call, call.claimed_by, what)
    # Twilio's own word for it, redirected-from-bridged, may be lost.
    spoke = call.stage is Stage.ON_AIR and request.at - call.changed_at >= NOTICE_SECONDS
    there = replace(
        call, document_seq=request.n, queue=queue, queued_at=request.at, adrift=False, bridged=call.bridged or spoke
    )
    return _in_queue(there, request.at, returned=call.returned or call.stage is Stage.ON_AIR)


def _queue(call: Call, desk: str, what: Follow) -> str:
    """The queue where the call belongs: the desk's own if a desk claims it."""
    if desk:
        return queue_of(desk)
    is_freed = what in (Follow.READY, Follow.BACK)
    is_held = what is Follow.HOLD or call.intent is Intent.HOLD or (call.stage is Stage.HELD and not is_freed)
    return screening.queue_for(call, held=is_held)


def _in_queue(call: Call, at: float, *, returned: bool) -> Call:
    """The call in the stage that its queue means. A call on hold is not in line, so it is not first there."""
    if call.queue == HELD_QUEUE:
        return replace(enter(call, Stage.HELD, at), intent=None, returned=False)
    stage = stage_in(call.queue, cleared=call.cleared)
    return replace(enter(call, stage, at), intent=None, returned=returned)


def _sent_back(call: Call, awaited_by: str, request: FollowRequest, what: Follow) -> Call:
    """The call after it got a document that puts it into a queue: the desk's own if the desk waits for it."""
    document_seq = call.documents_issued + 1
    queue = _queue(call, awaited_by, what)
    there = replace(
        call,
        document_seq=document_seq,
        documents_issued=document_seq,
        queue=queue,
        queued_at=request.at,
        claimed_by=awaited_by,
        claimed_at=request.at if awaited_by else 0.0,
        adrift=request.result == "error",  # the fallback document is played then, whatever we answer
    )
    return _in_queue(there, request.at, returned=call.returned or what is Follow.ONE_MOMENT)


def brought_back(call: Call | None, at: float) -> Call | None:
    """A call that the studio let go a moment ago: first in line, and another document is issued for it.

    Any other call stays as it is.
    """
    if call is None or call.outcome not in ENDED_BY_THE_STUDIO or call.hung_up:
        return call
    if at - call.changed_at > BRING_BACK_SECONDS:
        return call
    queue = screening.queue_for(call)
    again = replace(call, outcome=None, intent=None, desk_leg="", returned=True, queue=queue, queued_at=at)
    there = replace(again, documents_issued=call.documents_issued + 1)
    return enter(there, stage_in(queue, cleared=call.cleared), at)


WITHOUT_TALK = frozenset({Outcome.HUNG_UP, Outcome.LINE_FULL, Outcome.LINE_CLOSED, Outcome.LOST})
"""Outcomes of callers that nobody spoke with. A message is a better one."""


def may_leave_message(call: Call) -> bool:
    """Whether the caller has keys to press for it, and is not blocked.

    A browser shows no keys: its page takes voice notes.
    """
    is_blocked = call.known is not None and call.known.standing is Standing.BLOCKED
    return not (call.number.startswith("client:") or is_blocked or call.outcome is Outcome.BLOCKED)


def message_begun(call: Call | None, at: float) -> Call | None:
    """The call of a waiting caller that leaves the line to record a message; any other call as it is."""
    if call is None or call.stage not in WAITS or call.claimed_by or not may_leave_message(call):
        return call
    return enter(call, Stage.MESSAGE, at)


def message_left(call: Call | None, at: float) -> Call | None:
    """The call after Twilio has recorded a message. It is over: the caller hears thanks, or has hung up."""
    over = end(call, Ended(at)) if call is not None and call.stage is Stage.MESSAGE else call
    if over is None or over.outcome not in WITHOUT_TALK:
        return over
    return replace(over, outcome=Outcome.LEFT_MESSAGE, hung_up=False)
