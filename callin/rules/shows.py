"""What the show's settings allow: joining the line, going on the air, staying in a line that closes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from callin.model import Call, Desk, Known, Opening, Outcome, ReadyCheckAnswer, SettingsChange, Show, Stage, Standing

REACHED_SECONDS = 60.0
"""Every waiting call asks for a document at least this often, so all are thanked this soon after the line closes."""


def refusal(show: Show, in_line: int, known: Known | None = None) -> Outcome | None:
    """Why a new call may not join the line, as its outcome; None if it may."""
    if known and known.standing is Standing.BLOCKED:
        return Outcome.BLOCKED
    if show.opening is not Opening.OPEN:
        return Outcome.LINE_CLOSED
    return Outcome.LINE_FULL if show.most_callers and in_line >= show.most_callers else None


def is_sent_home(call: Call, show: Show, desk: Desk) -> bool:
    """Whether the caller is thanked now because the line is closed. Callers on the air, or on the way there, stay.

    A caller that the studio lost is kept for it, unless the line closed later and the desk has no leg.
    """
    waits = call.stage in (Stage.WAITING, Stage.READY, Stage.HELD)
    is_expected = call.claimed_by and (desk.leg or call.claimed_at >= show.opening_since)
    return show.opening is Opening.CLOSED and waits and not is_expected


def is_passed_over(call: Call, show: Show) -> bool:
    """Whether Next skips the caller: they did not answer the ready check."""
    return show.ready_check and call.ready_check_answer is ReadyCheckAnswer.NO


def may_go_on_air(call: Call, show: Show) -> bool:
    """Whether the show lets the caller on the air: in a screened show only after a screener made them ready."""
    return call.cleared or not show.screened


def is_asked_first(show: Show) -> bool:
    """Whether something comes between a caller and the air, so that the desk cannot dial the line itself."""
    return show.ready_check or show.whisper


def can_be_asked(call: Call) -> bool:
    """Whether the caller can press 1: a browser shows no keys."""
    return not call.number.startswith("client:")


def changed(show: Show, change: SettingsChange, now: float) -> Show:
    """The show after the change."""
    values: dict[str, Any] = change.of_show()
    if values.get("opening", show.opening) is not show.opening:
        values["opening_since"] = now
    if "screened" in values:
        values["screened_at"] = now
    return replace(show, **values)


def unchanged(show: Show, before: Show, change: SettingsChange, at: float) -> Show:
    """The show with the change of that time undone, unless screening has been set again since: then that holds."""
    if show.screened_at != at:
        return show
    values: dict[str, Any] = {name: getattr(before, name) for name in change.of_show()}
    if change.opening is not None:
        values["opening_since"] = before.opening_since
    return replace(show, **values)
