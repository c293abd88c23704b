"""How often something may be tried: slower and slower after wrong passwords, and so many requests from one address.

Each instance counts for itself, in its memory: an attack costs the store nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable

from callin.accounts.refusals import TooSoonError

FREE_TRIES = 5
LONGEST_SECONDS = 60.0
FORGOTTEN_AFTER_SECONDS = 900.0
MOST_KEYS = 10_000


class Patience:
    """Counts tries by key. After the free ones the next must wait: a second, then twice as long each time, to a minute.

    A try counts from its beginning, so that many at once gain nothing; `forgive` takes those of a key back.
    """

    def __init__(self) -> None:
        self._tries: dict[tuple[str, str], tuple[int, float]] = {}
        self._lock = threading.Lock()

    def begin(self, keys: Iterable[tuple[tuple[str, str], int]], now: float) -> None:
        """Begins a try that counts for these keys, each with its number of free ones. TooSoonError: not yet."""
        with self._lock:
            keys = list(keys)
            wait = max(self._wait(key, free, now) for key, free in keys)
            if wait > 0:
                raise TooSoonError(wait)
            for key, _ in keys:
                tries, _ = self._current(key, now)
                self._tries.pop(key, None)
                self._tries[key] = tries + 1, now
            while len(self._tries) > MOST_KEYS:
                del self._tries[next(iter(self._tries))]

    def forgive(self, *keys: tuple[str, str]) -> None:
        """What was tried under these keys was right in the end."""
        with self._lock:
            for key in keys:
                self._tries.pop(key, None)

    def take_back(self, key: tuple[str, str]) -> None:
        """The last try under this key was right; those before it still count."""
        with self._lock:
            tries, at = self._tries.get(key, (0, 0.0))
            if tries > 1:
                self._tries[key] = tries - 1, at
            else:
                self._tries.pop(key, None)

    def _current(self, key: tuple[str, str], now: float) -> tuple[int, float]:
        tries, at = self._tries.get(key, (0, now))
        return (0, now) if now - at > FORGOTTEN_AFTER_SECONDS else (tries, at)

    def _wait(self, key: tuple[str, str], free: int, now: float) -> float:
        tries, at = self._current(key, now)
        if tries < free:
            return 0.0
        return at + min(LONGEST_SECONDS, 2.0 ** min(tries - free, 10)) - now


class Allowance:
    """So many requests from one address at once, and then one every so often."""

    def __init__(self, at_once: int, each_seconds: float) -> None:
        self._at_once = at_once
        self._each_seconds = each_seconds
        self._spent: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, address: str, now: float) -> bool:
        """Whether this address has one left; it has one less then."""
        with self._lock:
            spent, at = self._spent.pop(address, (0.0, now))
            spent = max(0.0, spent - max(0.0, now - at) / self._each_seconds)
            allowed = spent + 1 <= self._at_once
            self._spent[address] = spent + allowed, now
            while len(self._spent) > MOST_KEYS:
                del self._spent[next(iter(self._spent))]
            return allowed
