"""Which press at a desk counts, and for how long the desk's leg follows it."""

from __future__ import annotations

from dataclasses import replace

from callin.model import Desk, Press, PressKind
from callin.rules.claims import CLAIM_SECONDS

PRESS_SECONDS = 20.0
"""After this a press that nothing followed is forgotten, so that nobody comes on the air by surprise."""

TOGETHER_SECONDS = 1.5
"""Two people that press within this time mean the same caller, though the second page may show the next already."""

NOBODY_FOLLOWS = frozenset({PressKind.DROP, PressKind.HOLD})
"""After these the desk is idle until Next, also with auto-advance."""


def press_in_force(desk: Desk, now: float) -> Press | None:
    """The press that the leg has not followed yet, if it is not too old."""
    return desk.press if desk.press is not None and now - desk.press.at < PRESS_SECONDS else None


def refusal(desk: Desk, press: Press) -> str:
    """Why a press does not count, as a code for the page; empty if it counts."""
    if not desk.leg:
        return "not_connected"
    if desk.press not in (None, press) and not desk.press.failed and press.at - desk.press.at < CLAIM_SECONDS:
        return "already"
    if press.seen != desk.on_air or (press.seen and press.turn != desk.turn) or _is_meant_for_the_last(desk, press):
        return "already"
    if press.kind in NOBODY_FOLLOWS:
        return "" if press.seen else "nobody"
    # With a caller on the air, Next brings the claimed caller.
    return "busy" if desk.claimed and (press.kind is PressKind.TAKE or not press.seen) else ""


def _is_meant_for_the_last(desk: Desk, press: Press) -> bool:
    """Whether another person pressed just before, and this press would end the caller that their press brought."""
    last = desk.last_press
    if last is None or last.by == press.by or not press.seen:
        return False
    return last.seen != press.seen and press.at - last.at < TOGETHER_SECONDS


def pressed(desk: Desk, press: Press) -> Desk:
    """The desk after a press, unless it is refused."""
    return desk if refusal(desk, press) else replace(desk, press=press)


def press_failed(desk: Desk, press: Press) -> Desk:
    """The desk after a press that Twilio could not act on: it may be repeated, and the leg may still follow it."""
    return replace(desk, press=replace(press, failed=True)) if desk.press == press else desk


def unpressed(desk: Desk, press: Press) -> Desk:
    """The desk without a press that came to nothing, so that its leg does not follow it."""
    return replace(desk, press=None) if desk.press in (press, replace(press, failed=True)) else desk


def with_automatic(desk: Desk, *, on: bool) -> Desk:
    """The desk with auto-advance on or off. It does not bring a caller to a desk that is idle."""
    return replace(desk, automatic=on)
