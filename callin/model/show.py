"""The show with its settings, and what people at the desks write: cards and the chat."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, ClassVar

ON_NOW = "show"
"""The show that is on: the key of its record."""


MOST_CALLERS_AT_FIRST = 100
"""The limit until somebody sets one: more callers would wait for longer than a show lasts, and each one costs."""


class Opening(StrEnum):
    """Whether the line takes calls: all calls, only those that wait already, or none."""

    OPEN = "open"
    LAST_CALLS = "last_calls"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Show:
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


@dataclass(frozen=True, slots=True)
class SettingsChange:
    """The settings that a desk changes at once; None for those that stay.

    `automatic` belongs to the air desk, the others to the show. With `by_schedule` the schedule decides again about
    all that desks have pressed; it comes alone.
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
        values = {field.name: getattr(self, field.name) for field in fields(self) if field.name not in others}
        return {name: value for name, value in values.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Words:
    """A field of a card: its text, its author and time. `revision` counts how often it was written.

    `confidence` is how sure Twilio is of what it heard, from 0 to 1; None for what was typed.
    """

    text: str = ""
    revision: int = 0
    by: str = ""
    at: float = 0.0
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """What people typed about a call. A separate record, so that typing never conflicts with a webhook.

    `quality` is how well the caller is heard, from 1 to 5 as a digit; empty where nobody has said.
    """

    call_sid: str
    name: Words = Words()
    place: Words = Words()
    topic: Words = Words()
    note: Words = Words()
    quality: Words = Words()


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """What one desk writes to the others. `number` is `at` in microseconds, or the next free number after it."""

    stored_as: ClassVar[str] = "message"

    number: int
    at: float
    name: str
    text: str
