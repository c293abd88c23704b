"""How a language says days and times of day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from callin.words.spoken import filled


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """`{name}` in a text stands for a value, see `filled`. Texts with a time begin in the middle of a sentence."""

    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    today: str
    tomorrow: str
    weekday: str
    date: str
    full_hour: str
    hour_and_minute: str
    has_twelve_hours: bool = False
    midnight: str = ""
    noon: str = ""

    def time(self, at: datetime) -> str:
        """The time of day."""
        if at.minute == 0 and at.hour in (0, 12) and (word := (self.midnight, self.noon)[at.hour == 12]):
            return word
        hour = (at.hour % 12 or 12) if self.has_twelve_hours else at.hour
        text = self.hour_and_minute if at.minute else self.full_hour
        return filled(text, hour=hour, minute=f"{at.minute:02}", half=("AM", "PM")[at.hour >= 12])

    def when(self, at: datetime, now: datetime) -> str:
        """A moment in the next months, as seen from now. Both are in the station's time zone."""
        days = (at.date() - now.date()).days
        texts = {0: self.today, 1: self.tomorrow}
        text = texts.get(days, self.weekday if days < 7 else self.date)
        names = {"weekday": self.weekdays[at.weekday()], "month": self.months[at.month - 1], "day": at.day}
        return filled(text, time=self.time(at), **names)
