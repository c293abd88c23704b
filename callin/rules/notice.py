"""Callers are told beforehand that they go on the air after a tone, so that no sentence delays them when they do."""

from __future__ import annotations

from callin.model import NEXT_FEW, Call, ReadyCheckAnswer, Show, Stage, is_screen
from callin.rules.shows import can_be_asked, is_passed_over, may_go_on_air

SECONDS_REMEMBERED = 600.0
"""A caller that was told longer ago than this is told again."""


def is_told(call: Call, now: float) -> bool:
    """Whether a waiting caller has been told."""
    return _is_told(call, call.changed_at, now)


def was_told(call: Call) -> bool:
    """Whether a caller on the air was told before: the tone is enough for them. The same however often Twilio asks."""
    if call.stage is not Stage.ON_AIR or len(call.moments) < 2:
        return False
    return _is_told(call, call.moments[-2].at, call.changed_at)


def _is_told(call: Call, waited_since: float, now: float) -> bool:
    """A talk with a screener, a hold, or time on the air in between makes it old news: the caller is told again."""
    return call.noticed_at >= waited_since and now - call.noticed_at < SECONDS_REMEMBERED


def is_to_be_told(call: Call, show: Show, position: int | None, now: float) -> bool:
    """Whether the caller is told now: they are among the next few, and nothing has to happen before they go on."""
    if position is None or position > NEXT_FEW or is_told(call, now) or is_screen(call.claimed_by):
        return False
    has_answered = call.ready_check_answer is ReadyCheckAnswer.YES or not can_be_asked(call)
    is_ready = not is_passed_over(call, show) and (has_answered or not show.ready_check)
    return is_ready and may_go_on_air(call, show)
