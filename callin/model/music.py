"""The station's own sounds: a greeting, and files that waiting callers hear one after the other, each in parts."""

from __future__ import annotations

from msgspec import Struct


class Tune(Struct, frozen=True):
    """A stored sound in the rotation: its key, and how long it is."""

    key: str
    seconds: float


class Recording(Struct, frozen=True):
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
