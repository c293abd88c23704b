"""What happened to callers while the app or its store was dead, as far as Twilio's lists show it."""

from __future__ import annotations

from callin.model import READY_QUEUE, WAITING_QUEUE, Call, Desk, InstructionKind, Intent, Show, Stage
from callin.rules.calls import WAITS
from callin.rules.shows import may_go_on_air

SENTENCE_SECONDS = 12.0
"""The fallback document's sentence is shorter. A caller that it queues later than this after they went on the air was
on the air for a while."""

SURE_SECONDS = 20.0
"""A call that is in no queue for this long is connected with somebody: no sentence of ours is as long."""


def was_let_go(call: Call, desk: Desk, queued_at: float) -> bool:
    """Whether the desk's live leg has let a caller go that the store has on the air and Twilio in a queue.

    Only a `*`, or a request of ours, parts the two. A caller that was queued very soon after going on the air may
    never have been there, and is kept.
    """
    if call.stage is not Stage.ON_AIR or call.intent is Intent.HOLD or call.desk_leg != desk.leg:
        return False
    moved_by_us = desk.displaced == call.call_sid or desk.woken_turn == call.desk_turn
    is_meant = desk.let_go == call.call_sid or not moved_by_us
    return is_meant and queued_at - call.changed_at >= SENTENCE_SECONDS


def went_on(desk: Desk, *, has_caller: bool) -> bool:
    """Whether the desk's leg may have had callers that we do not know of: it no longer has the one that we know of."""
    return bool(desk.leg) and not (desk.on_air and has_caller)


def may_have(desk: Desk, call: Call, show: Show, *, is_back: bool) -> bool:
    """Whether a call that waits, and is in no queue, may be connected with the air desk's leg.

    The fallback document has the leg dial the line's own queues. Just after a start (`is_back`) a second leg, the
    rival, may do so too, and nothing is certain. Later it has our offer, and dials nothing.
    """
    # A leg that never asked us cannot be about to get the caller that the desk claims.
    asked_us = desk.instructed_leg == desk.leg
    is_free = bool(desk.leg) and not (desk.on_air or (desk.rival and is_back) or (desk.claimed and asked_us))
    is_on_the_way = call.documents_issued > call.document_seq or call.claimed_by
    is_in_line = call.stage in WAITS and call.queue in (READY_QUEUE, WAITING_QUEUE) and not is_on_the_way
    return is_free and is_in_line and may_go_on_air(call, show)


def seconds_until_sure(desk: Desk, *, is_back: bool) -> float:
    """How long the only call that the desk may have must be in no queue until the two are certainly connected.

    Just after a start no webhook is on its way. A desk that dials gets any caller that waits, or the next one that has
    heard its sentence. A leg that waited in silence may not have dialled yet. A leg that never had an answer from us
    has the fallback document, which dials at once.
    """
    dials = desk.instruction is not InstructionKind.WAIT or desk.instructed_leg != desk.leg
    return 0.0 if is_back and dials else SURE_SECONDS
