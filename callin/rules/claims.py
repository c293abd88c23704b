"""A desk and a caller: who is promised to it, who speaks with it, and whom it has let go."""

from __future__ import annotations

from dataclasses import replace

from callin.model import Call, Desk, Document, PressKind, Stage, is_screen, queue_of
from callin.rules.calls import WAITS

CLAIM_SECONDS = 10.0
"""A claim that Twilio has not confirmed in this time is undone, and a press that nothing followed may be repeated."""


def letting_go(desk: Desk, call_sid: str) -> Desk:
    """The desk when it is known that this caller was let go: it waits for them no more, unless they have come since."""
    if desk.on_air == call_sid and desk.instructed_leg == desk.leg:
        return desk
    return replace(given_up(parted(desk, call_sid), call_sid), let_go=call_sid)


def claimed(desk: Desk, call_sid: str, now: float) -> Desk:
    """The desk with a caller promised to it, if it has been promised no other."""
    if desk.claimed not in ("", call_sid):
        return desk
    return replace(desk, claimed=call_sid, claimed_at=now, displaced=_without(desk.displaced, call_sid))


def claim_holds(desk: Desk, call: Call | None, now: float) -> bool:
    """Whether the caller who is promised to the desk is still to come: in its queue, or on the way there."""
    if not is_screen(desk.name) and is_to_come_back(desk, call):
        return True
    if call is None or call.stage not in WAITS or call.claimed_by not in ("", desk.name):
        return False
    if is_screen(desk.name) and not desk.leg:
        return False  # nobody is there to speak with them
    # A claim is written on the desk first: one that is new may be about to be written on the call.
    return (bool(call.claimed_by) and call.queue == queue_of(desk.name)) or now - desk.claimed_at < CLAIM_SECONDS


def is_to_come_back(desk: Desk, call: Call | None) -> bool:
    """Whether a caller is on the air with a leg that is the desk's no more: they come back to the one that is."""
    if call is None or call.call_sid == desk.let_go:
        return False
    return call.stage is Stage.ON_AIR and call.desk_leg not in ("", desk.leg)


def went_on_air(desk: Desk, call_sid: str, leg: str, turn: int | None) -> Desk:
    """The desk after Twilio connected a caller to one of its legs."""
    desk = given_up(desk, call_sid)
    desk = replace(desk, displaced=_without(desk.displaced, call_sid))
    if leg not in ("", desk.leg) or turn not in (None, desk.turn):
        return desk  # late: they have parted since, and perhaps are known to have been let go
    return replace(desk, on_air=call_sid, let_go=_without(desk.let_go, call_sid))


def waits_in_vain(desk: Desk) -> bool:
    """Whether the desk's leg dials for a caller who was to come, and does not any more."""
    is_told = bool(desk.leg) and desk.instructed_leg == desk.leg
    return is_told and desk.document is Document.TAKE and not (desk.on_air or desk.claimed)


def may_have(desk: Desk, call: Call) -> bool:
    """Whether a call that waits for somebody, and is in no queue any more, may speak with the desk: its leg dials the
    queue of this call, and is not known to have anybody."""
    if (
        not desk.leg
        or desk.instructed_leg != desk.leg
        or desk.document is Document.IDLE
        or desk.on_air
        or call.stage not in WAITS
    ):
        return False
    return call.queue == (desk.dials if desk.document is Document.DIRECT else queue_of(desk.name))


def has_unawares(desk: Desk, call: Call) -> bool:
    """Whether a call speaks with the desk's leg, in its present turn, and the desk does not know it."""
    return _speaks_with(desk, call) == (desk.leg, desk.turn) and not desk.on_air


def aware(desk: Desk, call: Call) -> Desk:
    """The desk with the caller who speaks with it."""
    return went_on_air(desk, call.call_sid, desk.leg, desk.turn) if has_unawares(desk, call) else desk


def has_no_more(desk: Desk, call: Call | None) -> bool:
    """Whether the caller whom a desk has is over, or speaks with no such desk any more: back in line, or on hold."""
    return call is None or not call.live or _speaks_with(desk, call) is None


def parted(desk: Desk, call_sid: str) -> Desk:
    """The desk without a caller who lives on, and whom it may be promised again by now."""
    return replace(desk, on_air="") if desk.on_air == call_sid else desk


def given_up(desk: Desk, call_sid: str) -> Desk:
    """The desk after a claim is given up. Whoever went on the air in the meantime stays there."""
    if desk.claimed != call_sid:
        return desk
    # Who was chosen does not come: there is nobody for that press to wait for.
    is_over = desk.press is not None and desk.press.kind is PressKind.TAKE
    return replace(desk, claimed="", claimed_at=0.0, press=None if is_over else desk.press)


def released(desk: Desk, call_sid: str) -> Desk:
    """The desk after a call ended: it has that caller no more."""
    desk = replace(desk, displaced=_without(desk.displaced, call_sid))
    return given_up(replace(desk, on_air="") if desk.on_air == call_sid else desk, call_sid)


def _speaks_with(desk: Desk, call: Call) -> tuple[str, int] | None:
    """The leg and the turn of the desk with which the call speaks, None where it does not."""
    if is_screen(desk.name):
        there = call.stage is Stage.SCREENING and call.screener == desk.name
        return (call.screener_leg, call.screener_turn) if there else None
    return (call.desk_leg, call.desk_turn) if call.stage is Stage.ON_AIR else None


def _without(somebody: str, call_sid: str) -> str:
    return "" if somebody == call_sid else somebody
