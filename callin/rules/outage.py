"""What happened to callers while the app or its store was dead, as far as Twilio's lists show it."""

from __future__ import annotations

from callin.model import READY_QUEUE, WAITING_QUEUE, Call, Desk, Document, Intent, Show, Stage
from callin.rules.calls import WAITS
from callin.rules.shows import may_go_on_air

SENTENCE_SECONDS = 12.0
"""The fallback document's sentence is shorter. A caller that it queues later than this after they went on the air was
on the air for a while."""

SURE_SECONDS = 20.0
"""A call that is in no queue for this long is connected with somebody: no sentence of ours is as long."""


def was_let_go(call: Call, desk: Desk, queued_at: float) -> bool:
    """Whether the desk's leg, which is live, has let a caller go: one that our record has on the air, and Twilio in a
    queue since then. Only a `*`, or a request of ours, parts the two.

    A caller that was queued too soon after that may never have been on the air, and is kept.
    """
    if call.stage is not Stage.ON_AIR or call.intent is Intent.HOLD or call.desk_leg != desk.leg:
        return False
    moved_by_us = desk.displaced == call.call_sid or desk.woken_turn == call.desk_turn
    is_meant = desk.let_go == call.call_sid or not moved_by_us
    return is_meant and queued_at - call.changed_at >= SENTENCE_SECONDS


def went_on(desk: Desk, *, has_caller: bool) -> bool:
    """Whether the desk's leg may have had callers that we do not know of: the one that we know of is not with it."""
    return bool(desk.leg) and not (desk.on_air and has_caller)


def may_have(desk: Desk, call: Call, show: Show) -> bool:
    """Whether a call that waits, and is in no queue, may speak with the air desk's leg: the fallback document has it
    dial the line's own queues. A second leg there may have them as well, and then nobody knows.
    """
    asked_us = (
        desk.instructed_leg == desk.leg
    )  # a leg that never did cannot be about to get the caller that it is promised
    is_free = bool(desk.leg) and not (desk.rival or desk.on_air or (desk.claimed and asked_us))
    is_on_the_way = call.documents_issued > call.document_seq or call.claimed_by
    is_in_line = call.stage in WAITS and call.queue in (READY_QUEUE, WAITING_QUEUE) and not is_on_the_way
    return is_free and is_in_line and may_go_on_air(call, show)


def seconds_until_sure(desk: Desk, *, is_back: bool) -> float:
    """How long the only call that the desk may have is to be in no queue before the two are known to speak.

    Once we are back no webhook is on its way. A desk that dials has a caller if anybody waits; if nobody does, it gets
    the caller that hears a sentence just now. A desk that was idle may not have dialled yet. A leg that never had an
    answer of ours has the fallback document, which dials at once.
    """
    dials = desk.document is not Document.IDLE or desk.instructed_leg != desk.leg
    return 0.0 if is_back and dials else SURE_SECONDS
