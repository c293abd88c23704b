"""The caller behind a number: what the station thinks and knows of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """What the station thinks of a caller: nothing yet, welcome, to be careful with, or not to be let in."""

    NONE = ""
    VIP = "vip"
    WARN = "warn"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the caller behind a number: how often they called before, were aired, and what people noted.

    `name` and `place` are those of whoever called last from there. `last_aired_at` is None for one who never was.
    """

    calls: int = 0
    aired_30_days: int = 0
    last_aired_at: float | None = None
    standing: Standing = Standing.NONE
    name: str = ""
    place: str = ""
