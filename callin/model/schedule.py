"""The station's schedule of shows, and what follows from it at a moment. Its times are in the station's time zone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from callin.model.show import MOST_CALLERS_AT_FIRST, Show

SCHEDULE = "schedule"
"""The key of the one record."""


@dataclass(frozen=True, slots=True)
class DateException:
    """What is different on one date: the show is cancelled, has other times, or has a topic of its own.

    `date` is the day on which the show begins, as 2026-12-24. With times on a weekday that the show does not have, it
    is an extra show. Empty times and topic mean the usual ones.
    """

    date: str
    cancelled: bool = False
    starts: str = ""
    ends: str = ""
    topic: str = ""


@dataclass(frozen=True, slots=True)
class ScheduledShow:
    """A weekly show: its days (0 is Monday), its times as 19:30, and the settings that hold while it is on.

    A show whose end is not after its start ends on the next day. `words` are said to its callers after the greeting.
    The line takes no new callers in the last `last_calls_minutes`.
    """

    key: str
    title: str
    weekdays: tuple[int, ...] = ()
    starts: str = ""
    ends: str = ""
    topic: str = ""
    words: str = ""
    last_calls_minutes: int = 5
    screened: bool = False
    ready_check: bool = False
    whisper: bool = False
    automatic: bool = False
    most_callers: int = MOST_CALLERS_AT_FIRST
    exceptions: tuple[DateException, ...] = ()


@dataclass(frozen=True, slots=True)
class Schedule:
    """All shows. `revision` rises with each change."""

    stored_as: ClassVar[str] = "schedule"

    key: str = SCHEDULE
    revision: int = 0
    shows: tuple[ScheduledShow, ...] = ()


@dataclass(frozen=True, slots=True)
class Airing:
    """A show on one date, from `starts_at` until just before `ends_at`."""

    starts_at: float
    ends_at: float
    show: ScheduledShow
    topic: str = ""

    @property
    def last_calls_at(self) -> float:
        return max(self.starts_at, self.ends_at - 60 * self.show.last_calls_minutes)


@dataclass(frozen=True, slots=True)
class Slot:
    """What the schedule says from `begins_at` until just before `ends_at`: the airing that is on, or none.

    `last` is the airing on now or most recently, and `next` the one that begins first after this slot began.
    """

    begins_at: float
    ends_at: float
    on: Airing | None = None
    last: Airing | None = None
    next: Airing | None = None


@dataclass(frozen=True, slots=True)
class Programme:
    """What holds for the line now, and until just before `until` unless a desk presses.

    `show` has the values that hold: the schedule's, but for those that a desk has `pressed` since the slot began. The
    rest is empty for a station without a schedule, whose show holds as it is stored.
    """

    show: Show
    until: float = float("inf")
    slot: Slot | None = None
    pressed: tuple[str, ...] = ()

    @property
    def on(self) -> Airing | None:
        """The airing that is on."""
        return self.slot.on if self.slot else None

    @property
    def following(self) -> Airing | None:
        """The airing that begins next."""
        return self.slot.next if self.slot else None

    @property
    def automatic(self) -> bool | None:
        """Auto-advance as the schedule has it; None if it does not say."""
        return self.slot.last.show.automatic if self.slot and self.slot.last else None
