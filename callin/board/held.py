"""Threads that are held until there is news, and are then let go one after the other."""

from __future__ import annotations

import threading
from collections import deque


class Held:
    """Who waits for news. The lock that guards the news is held by whoever calls, but for `pass_on`.

    Fifty that wake at the same moment do little for a while but take the interpreter, and then the lock, from one
    another. So each lets the next go when it has its answer, and all have theirs sooner.
    """

    def __init__(self, lock: threading.RLock) -> None:
        self._lock = lock
        self._waiting: deque[threading.Lock] = deque()
        self._due: deque[threading.Lock] = deque()

    def wait(self, seconds: float) -> None:
        """Gives the lock away until there is news, or the time is up. Then `pass_on` must follow, without delay."""
        turn = threading.Lock()
        turn.acquire()
        self._waiting.append(turn)
        self._lock.release()
        try:
            is_let_go = turn.acquire(timeout=seconds)
        finally:
            self._lock.acquire()
        if not is_let_go:
            for those in (self._waiting, self._due):
                if turn in those:
                    those.remove(turn)

    def let_go(self) -> None:
        """There is news: everyone who waits now is to hear it."""
        self._due += self._waiting
        self._waiting.clear()
        self.pass_on()

    def pass_on(self) -> None:
        """Lets the next one go, if anybody is to be let go."""
        try:
            turn = self._due.popleft()
        except IndexError:
            return
        turn.release()
