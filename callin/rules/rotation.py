"""Which parts of the station's own files a waiting caller hears next."""

from __future__ import annotations

import math
from collections.abc import Sequence

from callin.model import MusicPosition, Tune, TunePart

MOST_PARTS = 6
"""In one document: with very short files the document is then shorter than asked for."""


def next_parts(tunes: Sequence[Tune], position: MusicPosition, seconds: int) -> tuple[list[TunePart], MusicPosition]:
    """About `seconds` of music from `position` on, never more, and the position after it.

    A caller goes on where they were interrupted, and no tune follows itself unless it is the only one. `tunes` is not
    empty; it may have changed since the position was noted.
    """
    at = MusicPosition(position.tune % len(tunes), position.seconds)
    parts: list[TunePart] = []
    while seconds > 0 and len(parts) < MOST_PARTS:
        tune = tunes[at.tune]
        length = math.ceil(tune.seconds)
        if at.seconds >= length:
            at = MusicPosition((at.tune + 1) % len(tunes))
            continue
        end = min(length, at.seconds + seconds)
        parts.append(TunePart(tune.key, at.seconds, 0 if end == length else end))
        seconds -= end - at.seconds
        at = MusicPosition(at.tune, end)
    return parts, at
