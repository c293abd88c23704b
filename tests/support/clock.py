"""A clock that a test moves."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class HeldClock:
    """A clock that moves when it is told to."""

    now: float = 1_000_000.0

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds
