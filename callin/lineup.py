"""The live calls in order, in memory, kept in step with the store: what every reader of the line asks.

With five thousand callers a place is found by bisection and an average by a running sum, so that neither grows with
the line.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable

from callin.model import Call, Stage

IN_LINE = frozenset({Stage.ARRIVING, Stage.WAITING, Stage.SCREENING, Stage.READY, Stage.HELD})


class Lineup:
    """The live calls. It is not safe to share between threads: the Line keeps it under its lock."""

    def __init__(self) -> None:
        self.version = 0
        """Rises with every change: what was computed from one version holds until the next."""
        self._calls: dict[str, Call] = {}
        self._on_air: dict[str, Call] = {}
        self._order: list[tuple[float, str]] = []
        self._joined_at_sum = 0.0

    def take(self, calls: Iterable[Call]) -> None:
        """Puts in or replaces these calls; those that are done leave."""
        for call in calls:
            before = self._calls.get(call.call_sid)
            if before == call:
                continue
            self.version += 1
            if before is not None:
                self._remove(before)
            if call.live:
                self._add(call)

    def replace(self, calls: Iterable[Call]) -> None:
        """Forgets what it knew and starts from these calls."""
        self.version += 1
        self._calls, self._on_air, self._order, self._joined_at_sum = {}, {}, [], 0.0
        self.take(calls)

    def get(self, call_sid: str) -> Call | None:
        """The live call of that SID, or None."""
        return self._calls.get(call_sid)

    @property
    def size(self) -> int:
        """How many calls are in line. Those on the air are not."""
        return len(self._order)

    def position(self, call: Call) -> int | None:
        """The call's place in line, from 1; None for a call that is not in line."""
        key = (call.joined_at, call.call_sid)
        index = bisect_left(self._order, key)
        return index + 1 if index < len(self._order) and self._order[index] == key else None

    def average_wait_seconds(self, now: float) -> int:
        """The mean time in line so far of those who wait, in whole seconds."""
        if not self._order:
            return 0
        return max(0, int(now - self._joined_at_sum / len(self._order)))

    def first(self, count: int) -> list[Call]:
        """The first `count` calls in line, in order."""
        return [self._calls[call_sid] for _, call_sid in self._order[:count]]

    def on_air(self) -> list[Call]:
        """The calls on the air, the one that went on first before the others."""
        return sorted(self._on_air.values(), key=lambda call: call.changed_at)

    def live(self) -> list[Call]:
        """Every live call, in no order."""
        return list(self._calls.values())

    def _add(self, call: Call) -> None:
        self._calls[call.call_sid] = call
        if call.stage in IN_LINE:
            insort(self._order, (call.joined_at, call.call_sid))
            self._joined_at_sum += call.joined_at
        elif call.stage is Stage.ON_AIR:
            self._on_air[call.call_sid] = call

    def _remove(self, call: Call) -> None:
        del self._calls[call.call_sid]
        self._on_air.pop(call.call_sid, None)
        if call.stage in IN_LINE:
            del self._order[bisect_left(self._order, (call.joined_at, call.call_sid))]
            # A sum that is emptied starts from nothing again, so that rounding never adds up over a long show.
            self._joined_at_sum = self._joined_at_sum - call.joined_at if self._order else 0.0
