"""The legs of a desk: its own, one that is offered to take over, and those that are over."""

from __future__ import annotations

from dataclasses import replace

from callin.model import Desk, InstructionKind, is_screen

LEGS_REMEMBERED = 8

IDLE_SECONDS = 24 * 3600.0
"""A browser keeps its screener's identity for half of this, and a leg lives for 4 hours: nobody comes back later."""


def seated(desk: Desk, leg: str, by: str) -> Desk:
    """The desk after a leg asked for a document. A desk without a leg takes it; to any other it is a rival."""
    if leg == desk.leg or leg in desk.ended_legs:
        return desk
    if not desk.leg:
        return taken_over(desk, leg, by)
    return desk if leg == desk.rival else replace(desk, rival=leg, rival_by=by)


def is_same_phone(desk: Desk, by: str) -> bool:
    """Whether the desk's phone has called again: its old leg is over, and Twilio has not noticed yet.

    A browser may have the page in two tabs, so it is offered to take over like any other.
    """
    return by == desk.leg_by and not by.startswith("client:")


def taken_over(desk: Desk, leg: str, by: str) -> Desk:
    """The desk with another leg. The leg that it had counts as ended, whatever Twilio reports of it.

    A desk that is paused until Next stays paused: taking over does not ask for a caller.
    """
    if desk.leg == leg:
        return desk
    ended_legs = _with_ended(desk, desk.leg)
    if desk.rival == leg:
        desk = replace(desk, rival="", rival_by="")
    return replace(desk, leg=leg, leg_by=by, ended_legs=ended_legs, press=None, displaced="")


def with_replaced_leg(desk: Desk, leg: str, since: float) -> Desk:
    """The desk after we ended its live leg. A caller that had parted from that leg before was let go by it."""
    return replace(desk, replaced_leg=leg, replaced_at=since)


def leg_ended(desk: Desk, leg: str) -> Desk:
    """The desk after Twilio reported that one of its legs ended."""
    ended_legs = _with_ended(desk, leg)
    if desk.rival == leg:
        desk = replace(desk, rival="", rival_by="")
    if desk.leg == leg:
        desk = replace(desk, leg="", leg_by="", press=None, paused=False, displaced="")
    return replace(desk, ended_legs=ended_legs)


def at_rest(desk: Desk) -> Desk:
    """A screener's desk without a leg: its turn ends with the leg."""
    if desk.leg or desk.instruction is InstructionKind.WAIT:
        return desk
    return replace(desk, turn=desk.turn + 1, instruction=InstructionKind.WAIT, instructed_leg="")


def with_start_noted(desk: Desk, now: float) -> Desk:
    """A desk whose turn began in a version that did not store when: it counts as begun now."""
    return desk if desk.began_at else replace(desk, began_at=now)


def is_idle(desk: Desk, now: float) -> bool:
    """Whether it is a screener's desk that nobody will use again: no leg, no caller, for a day."""
    is_empty = not (desk.leg or desk.rival or desk.claimed or desk.on_air)
    return is_screen(desk.name) and is_empty and now - desk.began_at >= IDLE_SECONDS


def _with_ended(desk: Desk, leg: str) -> tuple[str, ...]:
    """The desk's last few ended legs, this one among them."""
    if not leg or leg in desk.ended_legs:
        return desk.ended_legs
    return (*desk.ended_legs, leg)[-LEGS_REMEMBERED:]
