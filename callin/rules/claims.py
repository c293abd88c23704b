"""A desk and its callers: the call that it claims, has on the air or has let go, also after an outage."""

from __future__ import annotations

from msgspec.structs import replace

from callin.model import (
    READY_QUEUE,
    WAITING_QUEUE,
    Call,
    Desk,
    InstructionKind,
    Intent,
    PressKind,
    Show,
    Stage,
    is_screen,
    queue_of,
)
from callin.rules.calls import WAITS
from callin.rules.shows import may_go_on_air

CLAIM_SECONDS = 10.0
"""A claim that Twilio has not confirmed in this time is given up. A press that nothing followed may be repeated."""

LINE_BACK_SECONDS = 30.0
"""How long a browser that has the first air desk again may take to connect its other lines."""


def after_letting_go(desk: Desk, call_sid: str) -> Desk:
    """The desk once it is known that it let this caller go. It stays as it is if the caller has come to it since."""
    if desk.on_air == call_sid and desk.instructed_leg == desk.leg:
        return desk
    return replace(without_claim(without_live_caller(desk, call_sid), call_sid), let_go=call_sid)


def with_claim(desk: Desk, call_sid: str, now: float) -> Desk:
    """The desk with a claim on this call, unless it has another claim."""
    if desk.claimed not in ("", call_sid):
        return desk
    return replace(desk, claimed=call_sid, claimed_at=now, displaced=_without(desk.displaced, call_sid))


def claim_holds(desk: Desk, call: Call | None, now: float) -> bool:
    """Whether the claimed caller is still to come: is in the desk's queue, or on the way there."""
    if not is_screen(desk.name) and is_coming_back(desk, call):
        return True
    if call is None or call.stage not in WAITS or call.claimed_by not in ("", desk.name):
        return False
    if is_screen(desk.name) and not desk.leg:
        return False
    # The desk is written before the call: a new claim may not be on the call yet.
    return (bool(call.claimed_by) and call.queue == queue_of(desk.name)) or now - desk.claimed_at < CLAIM_SECONDS


def is_left_alone(desk: Desk, first: Desk, now: float) -> bool:
    """Whether nobody comes back to an extra desk for the caller that waits for it: the caller is first in line then.

    `first` is the first air desk. A phone there has no other line; a browser connects its lines again within seconds.
    """
    if desk.leg or not (desk.claimed and first.leg):
        return False
    is_by_browser = first.leg_by.startswith("client:")
    return not is_by_browser or now - desk.claimed_at >= LINE_BACK_SECONDS


def claimed_anew(desk: Desk, now: float) -> Desk:
    """An extra desk without a leg, when the first one has a leg again: its caller is kept for it from now on."""
    return replace(desk, claimed_at=now) if desk.claimed and not desk.leg else desk


def is_coming_back(desk: Desk, call: Call | None) -> bool:
    """Whether a call is on the air with a leg that is no longer the desk's: it comes back to the leg that is."""
    if call is None or call.call_sid == desk.let_go:
        return False
    return call.stage is Stage.ON_AIR and call.air_desk == desk.name and call.desk_leg not in ("", desk.leg)


def with_caller(desk: Desk, call_sid: str, leg: str, turn: int | None) -> Desk:
    """The desk after Twilio connected a caller to one of its legs."""
    desk = without_claim(desk, call_sid)
    desk = replace(desk, displaced=_without(desk.displaced, call_sid))
    if leg not in ("", desk.leg) or turn not in (None, desk.turn):
        return desk  # late: the two have parted since
    return replace(desk, on_air=call_sid, let_go=_without(desk.let_go, call_sid))


def dials_for_nobody(desk: Desk) -> bool:
    """Whether the desk's leg dials for a caller that no longer comes."""
    is_told = bool(desk.leg) and desk.instructed_leg == desk.leg
    return is_told and desk.instruction is InstructionKind.DIAL_CALLER and not (desk.on_air or desk.claimed)


def may_have(desk: Desk, call: Call) -> bool:
    """Whether a waiting call that is no longer in a queue may be connected with the desk.

    It may if the desk's leg dials the queue of this call and is not known to have a caller.
    """
    is_dialling = desk.leg and desk.instructed_leg == desk.leg and desk.instruction is not InstructionKind.WAIT
    if not is_dialling or desk.on_air or call.stage not in WAITS:
        return False
    return call.queue == (desk.dials if desk.instruction is InstructionKind.DIAL_LINE else queue_of(desk.name))


def misses_caller(desk: Desk, call: Call) -> bool:
    """Whether the call is connected with the desk's leg in its present turn, and the desk does not have it."""
    return _connected_leg(desk, call) == (desk.leg, desk.turn) and not desk.on_air


def with_missed_caller(desk: Desk, call: Call) -> Desk:
    """The desk with the call that is connected with it."""
    return with_caller(desk, call.call_sid, desk.leg, desk.turn) if misses_caller(desk, call) else desk


def has_lost(desk: Desk, call: Call | None) -> bool:
    """Whether the call that the desk has on the air is over, or no longer connected with it: in line, or on hold."""
    return call is None or not call.live or _connected_leg(desk, call) is None


def without_live_caller(desk: Desk, call_sid: str) -> Desk:
    """The desk without a caller that lives on. A claim on that caller stays."""
    return replace(desk, on_air="") if desk.on_air == call_sid else desk


def without_claim(desk: Desk, call_sid: str) -> Desk:
    """The desk without its claim on this call. A caller on the air stays there."""
    if desk.claimed != call_sid:
        return desk
    # The chosen caller does not come: a press that took them has nobody to wait for.
    is_over = desk.press is not None and desk.press.kind is PressKind.TAKE
    return replace(desk, claimed="", claimed_at=0.0, press=None if is_over else desk.press)


def without_call(desk: Desk, call_sid: str) -> Desk:
    """The desk after a call ended: it neither has nor claims it."""
    desk = replace(desk, displaced=_without(desk.displaced, call_sid))
    return without_claim(without_live_caller(desk, call_sid), call_sid)


def after_hang_up(desk: Desk, call_sid: str) -> Desk:
    """The desk after its caller hung up: without auto-advance it is paused until Next.

    If the leg has not followed the last press yet, that press decides who comes.
    """
    after = without_call(desk, call_sid)
    if desk.on_air != call_sid or not desk.leg or desk.instructed_leg != desk.leg:
        return after
    return replace(after, paused=desk.paused or not (desk.automatic or desk.press))


def _connected_leg(desk: Desk, call: Call) -> tuple[str, int] | None:
    """The leg and the turn of the desk with which the call is connected; None if it is not."""
    if is_screen(desk.name):
        there = call.stage is Stage.SCREENING and call.screener == desk.name
        return (call.screener_leg, call.screener_turn) if there else None
    there = call.stage is Stage.ON_AIR and call.air_desk == desk.name
    return (call.desk_leg, call.desk_turn) if there else None


def _without(kept: str, call_sid: str) -> str:
    return "" if kept == call_sid else kept


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
    if desk.turn == call.desk_turn and desk.on_air not in ("", call.call_sid):
        return False  # a turn has one caller, and it is another: this one was only believed to be on the air
    moved_by_us = desk.displaced == call.call_sid or desk.woken_turn == call.desk_turn
    is_meant = desk.let_go == call.call_sid or not moved_by_us
    return is_meant and queued_at - call.changed_at >= SENTENCE_SECONDS


def went_on(desk: Desk, *, has_caller: bool) -> bool:
    """Whether the desk's leg may have had callers that we do not know of, because it no longer has the one we know."""
    return bool(desk.leg) and not (desk.on_air and has_caller)


def may_have_after_outage(desk: Desk, call: Call, show: Show, *, is_back: bool) -> bool:
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


def seconds_until_sure(desk: Desk, *, is_back: bool, has_rung_unseen: bool) -> float:
    """How long the only call that the desk may have must be in no queue until the two are certainly connected.

    Just after a start no webhook is on its way. A desk that dials gets any caller that waits, or the next one that has
    heard its sentence. A leg that waited in silence may not have dialled yet. A leg that never had an answer from us
    has the fallback document, which dials at once. A caller that rang while we were down (`has_rung_unseen`) has heard
    no sentence but the fallback's.
    """
    dials = desk.instruction is not InstructionKind.WAIT or desk.instructed_leg != desk.leg
    if is_back and dials:
        return 0.0
    return SENTENCE_SECONDS if has_rung_unseen else SURE_SECONDS
