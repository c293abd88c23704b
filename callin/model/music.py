"""The station's own files as waiting callers hear them: one after the other, each in parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Tune:
    """A stored sound in the rotation: its key, and how long it is."""

    key: str
    seconds: float


class TunePart(NamedTuple):
    """A part of a tune, in whole seconds. `end` is 0 for all that is left of it."""

    key: str
    start: int
    end: int


class MusicPosition(NamedTuple):
    """Where a caller is in the rotation: in which tune, counted from 0, and how many seconds of it they have heard."""

    tune: int = 0
    seconds: int = 0
