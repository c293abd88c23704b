"""The show with its settings, the schedule of shows, and what people at the desks write: cards and the chat."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar

from msgspec import Struct

ON_NOW = "show"
"""The show that is on: the key of its record."""


MOST_CALLERS = 5000
"""The size of a Twilio queue: https://www.twilio.com/docs/voice/api/queue-resource"""

MOST_CALLERS_AT_FIRST = 100
"""The limit until somebody sets one: more callers would wait longer than a show lasts, and each waiting call costs."""


class Opening(StrEnum):
    """Whether the line takes calls: all calls, only those that wait already, or none."""

    OPEN = "open"
    LAST_CALLS = "last_calls"
    CLOSED = "closed"


class Show(Struct, frozen=True):
    """What holds for the whole line: whether it is open, since when, and how many may wait (0: as many as call).

    With `ready_check` the caller that is up next is asked to turn the radio down and press 1, or is passed over. In a
    `screened` show only callers that a screener made ready go on the air; `screened_at` is when that was last set. With
    `whisper` the DJ alone hears who is coming just before they are on. Without `browser_calls` listeners can only ring
    by phone. With `ask_callers` new callers are asked for name, place and topic, unless a screener does so.

    For a station with a schedule, of which `schedule_revision` is the last, these are what the desks have set: only
    the settings in `pressed` count, and only if `pressed_at` is in the present slot. See `rules.shows.programme`.

    `messages_revision` rises when listeners' messages change, so that open pages read their list again.
    """

    name: str = ON_NOW
    opening: Opening = Opening.OPEN
    opening_since: float = 0.0
    open_since: float = 0.0  # when it last opened, kept through the last calls; 0 while it is closed
    most_callers: int = MOST_CALLERS_AT_FIRST
    ready_check: bool = False
    screened: bool = False
    whisper: bool = False
    screened_at: float = 0.0
    browser_calls: bool = True
    ask_callers: bool = False
    pressed: tuple[str, ...] = ()
    pressed_at: float = 0.0
    schedule_revision: int = 0
    messages_revision: int = 0


class SettingsChange(Struct, frozen=True):
    """The settings that a desk changes in one request; None for those that stay.

    `automatic` belongs to the air desk, the others to the show. With `by_schedule` all settings follow the schedule
    again, also those that desks have pressed; no other field is set then.
    """

    opening: Opening | None = None
    most_callers: int | None = None
    ready_check: bool | None = None
    screened: bool | None = None
    whisper: bool | None = None
    browser_calls: bool | None = None
    ask_callers: bool | None = None
    automatic: bool | None = None
    by_schedule: bool = False

    def of_show(self) -> dict[str, Any]:
        """The fields of `Show` that change, with their new values."""
        others = ("automatic", "by_schedule")
        values = {name: getattr(self, name) for name in self.__struct_fields__ if name not in others}
        return {name: value for name, value in values.items() if value is not None}


class FieldText(Struct, frozen=True):
    """A field of a card: its text, its author and time. `revision` counts how often it was written.

    `confidence` is how sure Twilio is of what it heard, from 0 to 1; None for what was typed.
    """

    text: str = ""
    revision: int = 0
    by: str = ""
    at: float = 0.0
    confidence: float | None = None


class SavedText(Struct, frozen=True):
    """A text after an edit, and the text that the edit replaced before its writer had seen it, if any."""

    now: FieldText
    replaced: FieldText | None


class Card(Struct, frozen=True):
    """What people typed about a call. A separate record, so that typing never conflicts with a webhook.

    `quality` is how well the caller is heard, from 1 to 5 as a digit; empty if nobody has said.
    """

    call_sid: str
    name: FieldText = FieldText()
    place: FieldText = FieldText()
    topic: FieldText = FieldText()
    note: FieldText = FieldText()
    quality: FieldText = FieldText()


class ChatMessage(Struct, frozen=True):
    """What one desk writes to the others. `number` is `at` in microseconds, or the next free number after it."""

    stored_as: ClassVar[str] = "message"

    number: int
    at: float
    name: str
    text: str


SCHEDULE = "schedule"
"""The key of the one record."""


class DateException(Struct, frozen=True):
    """What is different on one date: the show is cancelled, has other times, or has a topic of its own.

    `date` is the day on which the show begins, as 2026-12-24. With times on a weekday that the show does not have, it
    is an extra show. Empty times and topic mean the usual ones.
    """

    date: str
    cancelled: bool = False
    starts: str = ""
    ends: str = ""
    topic: str = ""


class ScheduledShow(Struct, frozen=True):
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


class Schedule(Struct, frozen=True):
    """All shows. `revision` rises with each change."""

    stored_as: ClassVar[str] = "schedule"

    key: str = SCHEDULE
    revision: int = 0
    shows: tuple[ScheduledShow, ...] = ()


class Airing(Struct, frozen=True):
    """A show on one date, from `starts_at` until just before `ends_at`."""

    starts_at: float
    ends_at: float
    show: ScheduledShow
    topic: str = ""

    @property
    def last_calls_at(self) -> float:
        return max(self.starts_at, self.ends_at - 60 * self.show.last_calls_minutes)


class Slot(Struct, frozen=True):
    """What the schedule says from `begins_at` until just before `ends_at`: the airing that is on, or none.

    `last` is the airing on now or most recently, and `next` the one that begins first after this slot began. If the
    airing interrupts another one, `next` is the rest of that.
    """

    begins_at: float
    ends_at: float
    on: Airing | None = None
    last: Airing | None = None
    next: Airing | None = None


class Programme(Struct, frozen=True):
    """What holds for the line now, and until just before `until` unless a desk presses.

    `show` has the values that hold: the schedule's, except those that a desk has `pressed` since the slot began. The
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
