"""Moments as pages show them: in words, for whoever has no script, and for the script that puts them in local time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple


class Told(NamedTuple):
    """A moment in words, and as HTML's `datetime` has it."""

    text: str
    iso: str


def told(at: float) -> Told | None:
    """A moment in seconds since 1970; None for 0, which is never."""
    if not at:
        return None
    moment = datetime.fromtimestamp(at, UTC)
    return Told(f"{moment:%d %B %Y, %H:%M} UTC", f"{moment:%Y-%m-%dT%H:%M:%SZ}")
