"""Threads that wait until a mark is passed: by a write of this process, or by another's, which is looked for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

LOOK_SECONDS = 0.1
"""How often it is looked, while somebody waits, whether another process has changed anything."""


class Waiting:
    """All who wait share one look: `look` answers whether another process changed anything."""

    def __init__(self, mark: Callable[[], int], look: Callable[[], bool]) -> None:
        self._mark = mark
        self._look = look
        self._changed = threading.Condition()
        self._count = 0
        self._looked_at = -LOOK_SECONDS

    def wait(self, mark: int, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        with self._changed:
            self._count += 1
            try:
                while self._mark() <= mark and (left := deadline - time.monotonic()) > 0:
                    if self._is_time_to_look() and self._look():
                        self._changed.notify_all()
                    else:
                        self._changed.wait(min(left, LOOK_SECONDS))
            finally:
                self._count -= 1

    def _is_time_to_look(self) -> bool:
        now = time.monotonic()
        if now < self._looked_at + LOOK_SECONDS:
            return False
        self._looked_at = now
        return True

    def wake(self) -> None:
        """After a write of this process. It costs nothing while nobody waits."""
        if self._count:
            with self._changed:
                self._changed.notify_all()
