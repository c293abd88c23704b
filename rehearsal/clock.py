"""Network time: it runs with the machine's own and can be advanced, so that an hour of waiting takes a moment."""

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

GRAIN_SECONDS = 0.02
"""Timers this close together run in one step of an advance: one frame of sound."""

QUIET_TURNS = 12
"""After this many turns of the event loop without activity, everything has settled."""


COMPACT_ABOVE = 500
"""Cancelled timers are removed from the heap when it is larger than this, and twice what was left the last time."""


class Timer:
    """One appointment with the clock; ``cancel`` it when it is no longer wanted."""

    __slots__ = ("_call", "due")

    def __init__(self, due: float, call: Callable[[], None]) -> None:
        self.due = due
        self._call: Callable[[], None] | None = call

    @property
    def wanted(self) -> bool:
        return self._call is not None

    def cancel(self) -> None:
        self._call = None

    def fire(self) -> None:
        call, self._call = self._call, None
        if call is not None:
            call()


class Clock:
    """The network's one clock: seconds since the epoch, with every advance added, and one heap of timers."""

    def __init__(self) -> None:
        self._behind = time.time() - time.monotonic()
        self._heap: list[tuple[float, int, Timer]] = []
        self._compact_at = COMPACT_ABOVE
        self._order = itertools.count()
        self._alarm: asyncio.TimerHandle | None = None
        self._alarm_due = 0.0
        self._busy = 0
        self._stirred = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._advancing = asyncio.Lock()

    @property
    def pending(self) -> int:
        """How many timers are kept."""
        return len(self._heap)

    def now(self) -> float:
        """Seconds since the epoch, as the network counts them."""
        return time.monotonic() + self._behind

    def call_later(self, seconds: float, call: Callable[[], None]) -> Timer:
        """Run ``call`` once, after ``seconds`` of network time."""
        self._stirred += 1
        timer = Timer(self.now() + max(0.0, seconds), call)
        if len(self._heap) > self._compact_at:
            self._forget_cancelled()
        heapq.heappush(self._heap, (timer.due, next(self._order), timer))
        self._set_alarm()
        return timer

    async def sleep(self, seconds: float) -> None:
        """Wait for ``seconds`` of network time; cancelling the waiter cancels the timer."""
        future = asyncio.get_running_loop().create_future()
        timer = self.call_later(seconds, lambda: None if future.done() else future.set_result(None))
        try:
            await future
        finally:
            timer.cancel()

    @contextmanager
    def working(self) -> Iterator[None]:
        """Marks work that an advance must wait for, such as a webhook in flight."""
        self._busy += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._busy -= 1
            self._stirred += 1
            if self._busy == 0:
                self._idle.set()

    async def advance(self, seconds: float, *, settle_seconds: float = 20.0) -> None:
        """Let ``seconds`` pass at once: due timers run in order, and what each starts settles before the next.

        Settling is bounded by ``settle_seconds`` of real time in a step, so that a webhook that never answers
        cannot hold the clock for ever.
        """
        async with self._advancing:
            await self._settle(settle_seconds)
            goal = self.now() + seconds
            while (due := self._next_due()) is not None and due <= goal:
                # Never backwards: real time has passed while the last step settled.
                self._jump_to(max(due + GRAIN_SECONDS, self.now()))
                self._fire_due()
                await self._settle(settle_seconds)
            self._jump_to(max(goal, self.now()))
            self._set_alarm()

    async def _settle(self, bound_seconds: float) -> None:
        deadline = time.monotonic() + bound_seconds
        quiet = 0
        while quiet < QUIET_TURNS and time.monotonic() < deadline:
            before = self._stirred
            if self._busy:
                try:
                    await asyncio.wait_for(self._idle.wait(), deadline - time.monotonic())
                except TimeoutError:
                    return
            await asyncio.sleep(0)
            quiet = quiet + 1 if self._stirred == before and not self._busy else 0

    def _forget_cancelled(self) -> None:
        self._heap = [entry for entry in self._heap if entry[2].wanted]
        heapq.heapify(self._heap)
        self._compact_at = max(COMPACT_ABOVE, 2 * len(self._heap))

    def _jump_to(self, moment: float) -> None:
        self._behind += moment - self.now()
        if self._alarm is not None:  # it was set in real time, and is now late
            self._alarm.cancel()
            self._alarm = None

    def _next_due(self) -> float | None:
        while self._heap and not self._heap[0][2].wanted:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def _fire_due(self) -> None:
        now = self.now()
        while (due := self._next_due()) is not None and due <= now:
            self._stirred += 1
            heapq.heappop(self._heap)[2].fire()

    def _set_alarm(self) -> None:
        due = self._next_due()
        if due is None or (self._alarm is not None and self._alarm_due <= due):
            return
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm_due = due
        self._alarm = asyncio.get_running_loop().call_later(max(0.0, due - self.now()), self._ring)

    def _ring(self) -> None:
        self._alarm = None
        self._fire_due()
        self._set_alarm()
