"""Values in the store that webhooks read from memory, so that no caller waits for the store."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from callin.contracts import Clock, StoreError

T = TypeVar("T")

FRESH_SECONDS = 15.0
"""How old an instance's copy may be. A change takes effect at once on the instance that made it."""

FIRST_PATIENCE_SECONDS = 1.0
"""How long the first request waits for the first reading. Until then the first value holds."""


def start_daemon(run: Callable[[], None]) -> None:
    """Calls `run` in a daemon thread. RuntimeError if the system cannot start one."""
    threading.Thread(target=run, name="refresh", daemon=True).start()


class Refreshed(Generic[T]):
    """A value from the store. If it is old when somebody asks, a thread reads it again. Safe to use from any thread."""

    def __init__(
        self,
        read: Callable[[], T],
        first: T,
        clock: Clock,
        start: Callable[[Callable[[], None]], None] = start_daemon,
    ) -> None:
        """`read` may raise StoreError: then the known value stays. `start` starts a thread."""
        self._read = read
        self._current = first
        self._clock = clock
        self._start = start
        self._read_at: float | None = None
        self._first_time = threading.Event()

    def current(self) -> T:
        """The value that holds now. Only the first request waits for the store, and not for long."""
        now = self._clock()
        if self._read_at is None or not 0 <= now - self._read_at < FRESH_SECONDS:
            self._read_at = now  # one thread reads; if it fails the next try is as far away
            with contextlib.suppress(RuntimeError):  # no thread can be started: the known value stays
                self._start(self.refresh)
            self._first_time.wait(FIRST_PATIENCE_SECONDS)
        return self._current

    def take(self, value: T) -> None:
        """Holds a value that this instance has just read or stored."""
        self._current = value
        self._read_at = self._clock()

    def refresh(self) -> None:
        """Reads the value now, in this thread. If the store fails, the known value stays."""
        try:
            self.take(self._read())
        except StoreError:
            pass
        finally:
            self._first_time.set()
