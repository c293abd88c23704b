"""What the show's settings allow: joining the line, going on the air and hearing of it before, staying in line."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from callin.model import (
    NEXT_FEW,
    Call,
    Desk,
    Known,
    Opening,
    Outcome,
    Programme,
    ReadyCheckAnswer,
    SettingsChange,
    Show,
    Slot,
    Stage,
    Standing,
    is_screen,
)


def why_not_admitted(show: Show, in_line: int, known: Known | None = None) -> Outcome | None:
    """Why a new call may not join the line, as its outcome; None if it may."""
    if known and known.standing is Standing.BLOCKED:
        return Outcome.BLOCKED
    if show.opening is not Opening.OPEN:
        return Outcome.LINE_CLOSED
    return Outcome.LINE_FULL if show.most_callers and in_line >= show.most_callers else None


def is_ended_by_closing(call: Call, show: Show, desk: Desk) -> bool:
    """Whether the caller is thanked now because the line has closed. Callers on the air, or on the way there, stay.

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


def something_comes_first(show: Show) -> bool:
    """Whether something comes between a caller and the air, so that the desk cannot dial the line itself."""
    return show.ready_check or show.whisper


def can_press_1(call: Call) -> bool:
    """Whether the caller can press 1: a browser shows no keys."""
    return not call.number.startswith("client:")


BY_SCHEDULE = ("opening", "most_callers", "ready_check", "screened", "whisper")
"""The settings of a show that its schedule sets."""


def programme(show: Show, slot: Slot | None, now: float) -> Programme:
    """What holds at a moment. `show` is the stored one, `slot` what the schedule says, None without a schedule.

    Between shows the line is closed, and the switches stay as the last show had them.
    """
    if slot is None:
        return Programme(show)
    values, until = _scheduled(slot, now)
    pressed = show.pressed if show.pressed_at >= slot.begins_at else ()
    for name in pressed:
        values.pop(name, None)
    if "opening" in pressed:
        del values["opening_since"], values["open_since"]
    return Programme(replace(show, **values), until, slot, pressed)


def _scheduled(slot: Slot, now: float) -> tuple[dict[str, Any], float]:
    """The settings by the schedule alone, and until when they hold."""
    on, last = slot.on, slot.last
    values: dict[str, Any] = (
        {name: getattr(last.show, name) for name in BY_SCHEDULE if name != "opening"} if last else {}
    )
    if on is None:
        closed = {"opening": Opening.CLOSED, "opening_since": slot.begins_at, "open_since": 0.0}
        return values | closed, slot.ends_at
    values["open_since"] = on.starts_at
    if now < on.last_calls_at:
        return values | {"opening": Opening.OPEN, "opening_since": on.starts_at}, min(slot.ends_at, on.last_calls_at)
    return values | {"opening": Opening.LAST_CALLS, "opening_since": on.last_calls_at}, slot.ends_at


def changed(before: Programme, change: SettingsChange, now: float) -> Show:
    """The stored show after the change."""
    if change.by_schedule:
        return replace(before.show, pressed=(), screened_at=now)
    values: dict[str, Any] = change.of_show()
    if before.slot is not None:
        values["pressed"] = tuple(sorted({*before.pressed, *values}.intersection(BY_SCHEDULE)))
        values["pressed_at"] = now
    if values.get("opening", before.show.opening) is not before.show.opening:
        values["opening_since"] = now
        values["open_since"] = _open_since(before.show, values["opening"], now)
    if "screened" in values:
        values["screened_at"] = now
    # This also stores what the schedule sets. It does no harm: while there is a schedule it overrides these values.
    return replace(before.show, **values)


def _open_since(before: Show, opening: Opening, now: float) -> float:
    """Since when the line is open after that change. Last calls, and taking them back, do not open it again."""
    if opening is Opening.CLOSED:
        return 0.0
    return now if before.opening is Opening.CLOSED else before.open_since or before.opening_since


def change_undone(show: Show, before: Show, change: SettingsChange, at: float) -> Show:
    """The show with the change made at that time undone, unless screening has been set again since."""
    if show.screened_at != at:
        return show
    values: dict[str, Any] = {name: getattr(before, name) for name in change.of_show()}
    if change.opening is not None:
        values |= {"opening_since": before.opening_since, "open_since": before.open_since}
    return replace(show, **values, pressed=before.pressed, pressed_at=before.pressed_at)


SECONDS_REMEMBERED = 600.0
"""A caller that was told longer ago than this is told again."""


def recorded_since(desk: Desk) -> float:
    """When the desk's page began to record; 0 if it does not. A page that is gone has no leg, so it records nothing."""
    return desk.recording_since if desk.leg and desk.recording_leg == desk.leg else 0.0


def recording_set(desk: Desk, leg: str, *, on: bool, now: float) -> Desk:
    """The desk whose page records from now on, or no longer. Only the page whose leg is the desk's can."""
    if leg != desk.leg or on == bool(recorded_since(desk)):
        return desk
    return replace(desk, recording_leg=leg if on else "", recording_since=now if on else 0.0)


def has_notice(call: Call, now: float, recorded_since: float = 0.0) -> bool:
    """Whether a waiting caller has heard the notice, and of the recording as well if there is one."""
    return _has_notice(call, max(call.changed_at, recorded_since), now)


def had_notice(call: Call, recorded_since: float = 0.0) -> bool:
    """Whether a caller on the air heard the notice before, so that the tone is enough. Twilio may ask this twice."""
    if call.stage is not Stage.ON_AIR or len(call.moments) < 2:
        return False
    began_before = recorded_since if recorded_since <= call.changed_at else 0.0
    return _has_notice(call, max(call.moments[-2].at, began_before), call.changed_at)


def _has_notice(call: Call, waited_since: float, now: float) -> bool:
    """After a talk with a screener, a hold, or time on the air the caller hears the notice again."""
    return call.noticed_at >= waited_since and now - call.noticed_at < SECONDS_REMEMBERED


def needs_notice(call: Call, show: Show, position: int | None, now: float, recorded_since: float = 0.0) -> bool:
    """Whether the caller hears the notice now: they are among the next few, and nothing else has to happen first."""
    if position is None or position > NEXT_FEW or is_screen(call.claimed_by) or has_notice(call, now, recorded_since):
        return False
    has_answered = call.ready_check_answer is ReadyCheckAnswer.YES or not can_press_1(call)
    is_ready = not is_passed_over(call, show) and (has_answered or not show.ready_check)
    return is_ready and may_go_on_air(call, show)
