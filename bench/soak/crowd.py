"""The listeners of a show: a constant number on the phone, each with limited patience."""

from __future__ import annotations

import random
import time
from typing import Any

from bench.soak.watch import Watch
from bench.station import Station

RINGS_A_TICK = 4


class Crowd:
    """Listeners ring and lose patience. The same seed makes the same people, as far as the network's timing allows."""

    def __init__(self, where: Station, watch: Watch, seed: int, crowd: int, patience: tuple[float, float]) -> None:
        self._where = where
        self._watch = watch
        self._dice = random.Random(seed)
        self._crowd = crowd
        self._patience = patience
        self._leaves_at: dict[str, float] = {}
        self.rang_at: dict[str, float] = {}
        """Everybody who rang, and when, in seconds since 1970."""
        self.hung_up: set[str] = set()
        """Callers that hung up by themselves."""

    def _ring(self) -> None:
        live = sum(caller.live for caller in self._watch.callers.values() if caller.call_sid in self.rang_at)
        unseen = sum(call_sid not in self._watch.callers for call_sid in self.rang_at)
        for _ in range(min(RINGS_A_TICK, self._crowd - live - unseen)):
            self._ring_from(self._number())

    def _ring_from(self, number: str) -> str:
        call_sid: str = self._where.control("POST", "callers", {"from": number, "to": "listener"})["call_sid"]
        self.rang_at[call_sid] = time.time()
        self._leaves_at[call_sid] = time.monotonic() + self._dice.uniform(*self._patience)
        return call_sid

    def _number(self) -> str:
        """The number that the next caller rings from."""
        return f"+4477009{self._dice.randrange(100_000):05d}"

    def _lose_patience(self) -> None:
        now = time.monotonic()
        for call_sid in [one for one, at in self._leaves_at.items() if at <= now]:
            del self._leaves_at[call_sid]
            caller = self._watch.callers.get(call_sid)
            if caller is None or caller.live:
                self.hung_up.add(call_sid)
                self._watch.note(call_sid, "hangs up")
                self._steer("DELETE", f"callers/{call_sid}")

    def _steer(self, method: str, path: str, body: Any = None) -> Any:
        """Asks the network; None if it refuses, because that call is over."""
        return self._where.steer(method, path, body)
