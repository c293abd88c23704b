"""Who sits at a desk: which leg is its own, which is offered to take over, and which are over."""

from __future__ import annotations

from dataclasses import replace

from callin.model import Desk, Document, is_screen

LEGS_REMEMBERED = 8

UNUSED_SECONDS = 24 * 3600.0
"""A browser is known as the same screener for half of this, and a leg lives for 4 hours: nobody comes back later."""


def seated(desk: Desk, leg: str, by: str) -> Desk:
    """The desk after a leg asked for a document: it sits down where nobody sits, else it is the rival."""
    if leg == desk.leg or leg in desk.ended_legs:
        return desk
    if not desk.leg:
        return taken_over(desk, leg, by)
    return desk if leg == desk.rival else replace(desk, rival=leg, rival_by=by)


def taken_over(desk: Desk, leg: str, by: str) -> Desk:
    """The desk with another leg: the one that it had is over, whatever its own reports say.

    A desk that is idle until Next stays so: to take over is not to ask for a caller.
    """
    if desk.leg == leg:
        return desk
    ended_legs = _with_ended(desk, desk.leg)
    if desk.rival == leg:
        desk = replace(desk, rival="", rival_by="")
    return replace(desk, leg=leg, leg_by=by, ended_legs=ended_legs, press=None, displaced="")


def ousting(desk: Desk, leg: str, since: float) -> Desk:
    """The desk after we have ended a leg that lived then: whoever had parted with it before was let go by it."""
    return replace(desk, replaced_leg=leg, replaced_at=since)


def leg_ended(desk: Desk, leg: str) -> Desk:
    """The desk after Twilio reported one of its legs ended."""
    ended_legs = _with_ended(desk, leg)
    if desk.rival == leg:
        desk = replace(desk, rival="", rival_by="")
    if desk.leg == leg:
        desk = replace(desk, leg="", leg_by="", press=None, idle=False, displaced="")
    return replace(desk, ended_legs=ended_legs)


def at_rest(desk: Desk) -> Desk:
    """A screener's desk at which nobody sits any more: its turn is over with its leg."""
    if desk.leg or desk.document is Document.IDLE:
        return desk
    return replace(desk, turn=desk.turn + 1, document=Document.IDLE, instructed_leg="")


def dated(desk: Desk, now: float) -> Desk:
    """A desk of which an older program has not noted since when its turn is: at the most since now."""
    return desk if desk.began_at else replace(desk, began_at=now)


def is_unused(desk: Desk, now: float) -> bool:
    """Whether it is a screener's desk that was left for good, with nobody there and nobody to come."""
    is_empty = not (desk.leg or desk.rival or desk.claimed or desk.on_air)
    return is_screen(desk.name) and is_empty and now - desk.began_at >= UNUSED_SECONDS


def _with_ended(desk: Desk, leg: str) -> tuple[str, ...]:
    """The desk's last few ended legs, this one among them."""
    if not leg or leg in desk.ended_legs:
        return desk.ended_legs
    return (*desk.ended_legs, leg)[-LEGS_REMEMBERED:]
