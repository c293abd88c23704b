"""What a waiting caller is told and hears: the place in line, the station's own sounds, and what follows a queue."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

from callin.model.calls import Stage


class Follow(StrEnum):
    """What follows for a caller after a queue or a redirect; `web.dequeue` makes the document."""

    THANK = "thank"
    QUEUE_AGAIN = "queue_again"
    QUEUE_FULL = "queue_full"
    CLOSED = "closed"
    ONE_MOMENT = "one_moment"
    HOLD_FROM_AIR = "hold_from_air"
    READY = "ready"
    HOLD = "hold"
    BACK = "back"
    ASK_AGAIN = "ask_again"
    MESSAGE = "message"
    NOTHING = "nothing"


NEXT_FEW = 3
"""The first callers in line: they are told how they go on the air, and get short documents to be taken soon."""


class WaitRange(NamedTuple):
    """How long a caller will wait, in whole minutes from the shortest to the longest; `likely_seconds` is the mean."""

    least_minutes: int
    most_minutes: int
    likely_seconds: float


class Place(Struct, frozen=True):
    """A caller's place in the line, and what that means for what they hear next."""

    position: int | None  # from 1; None for a call that is not in line
    size: int
    wait_seconds: int
    stage: Stage | None
    ended_by_closing: bool = False  # the line has closed, and the caller waits: they are thanked now
    hears_ready_check: bool = False  # up next: asked to press 1
    is_passed_over: bool = False  # did not answer the ready check
    is_in_wrong_queue: bool = False  # leaves it, and Twilio asks what follows
    awaits_screener: bool = False  # does not go on the air before a screener has spoken with them
    is_coming: bool = False  # about to be on the air
    is_kept: bool = False  # the DJ's connection is lost: the caller is kept until it is back
    has_notice: bool = False  # has heard the notice: that they go on the air after a tone, and may be broadcast
    needs_notice: bool = False  # hears the notice now
    is_wanted: bool = False  # the DJ waits for them in silence
    wait_range: WaitRange | None = None  # how much longer they will wait; None while nobody can tell
    is_recorded: bool = False  # the desk records what goes on the air


class Tune(Struct, frozen=True):
    """A stored sound in the rotation: its key, and how long it is."""

    key: str
    seconds: float


class RecordedGreeting(Struct, frozen=True):
    """A stored sound that greets callers, with the name that it has on the page Sounds."""

    key: str
    name: str
    says_notice: bool = False
    """Whether it says that calls may be broadcast and recorded. Otherwise the app says so afterwards."""

    @property
    def description(self) -> str:
        """What pages say that a caller has heard."""
        notice = ", which says that calls may be broadcast and recorded" if self.says_notice else ""
        return f"Recording “{self.name}”{notice}."


class TunePart(Struct, frozen=True):
    """A part of a tune, in whole seconds. `end` is 0 for all that is left of it."""

    key: str
    start: int
    end: int


class MusicPosition(Struct, frozen=True):
    """Where a caller is in the rotation: in which tune, counted from 0, and how many seconds of it they have heard."""

    tune: int = 0
    seconds: int = 0
