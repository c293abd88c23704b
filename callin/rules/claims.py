"""A desk and its callers: the call that it claims, the call that it has on the air, and the call that it has let go."""

from __future__ import annotations

from dataclasses import replace

from callin.model import Call, Desk, InstructionKind, PressKind, Stage, is_screen, queue_of
from callin.rules.calls import WAITS

CLAIM_SECONDS = 10.0
"""A claim that Twilio has not confirmed in this time is given up. A press that nothing followed may be repeated."""


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


def is_coming_back(desk: Desk, call: Call | None) -> bool:
    """Whether a call is on the air with a leg that is no longer the desk's: it comes back to the leg that is."""
    if call is None or call.call_sid == desk.let_go:
        return False
    return call.stage is Stage.ON_AIR and call.desk_leg not in ("", desk.leg)


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
    """Whether a call that waits, and is in no queue any more, may be connected with the desk.

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
    return (call.desk_leg, call.desk_turn) if call.stage is Stage.ON_AIR else None


def _without(kept: str, call_sid: str) -> str:
    return "" if kept == call_sid else kept
