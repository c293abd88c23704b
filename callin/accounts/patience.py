"""How often something may be tried: slower and slower after wrong passwords, and so many requests from one address.

Each instance counts for itself, in its memory: an attack costs the store nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable

from callin.accounts.refusals import TooSoonError

LONGEST_SECONDS = 60.0
FORGOTTEN_AFTER_SECONDS = 900.0
MOST_KEYS = 10_000


class Patience:
    """Counts tries by key, which is a kind and a text.

    After the free ones the next must wait: a second, then twice as long each time, to a minute.

    A try counts from its beginning, so that many at once gain nothing; `forgive` takes those of a key back. Of each
    kind the last 10,000 keys are remembered: a flood from many addresses makes no name forgotten.
    """

    def __init__(self) -> None:
        self._tries: dict[str, dict[str, tuple[int, float]]] = {}
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
                kind = self._of_kind(key)
                kind.pop(key[1], None)
                kind[key[1]] = tries + 1, now
                if len(kind) > MOST_KEYS:
                    del kind[next(iter(kind))]

    def forgive(self, key: tuple[str, str]) -> None:
        """What was tried under this key was right in the end."""
        with self._lock:
            self._of_kind(key).pop(key[1], None)

    def take_back(self, key: tuple[str, str]) -> None:
        """The last try under this key was right; those before it still count."""
        with self._lock:
            kind = self._of_kind(key)
            tries, at = kind.get(key[1], (0, 0.0))
            if tries > 1:
                kind[key[1]] = tries - 1, at
            else:
                kind.pop(key[1], None)

    def _of_kind(self, key: tuple[str, str]) -> dict[str, tuple[int, float]]:
        return self._tries.setdefault(key[0], {})

    def _current(self, key: tuple[str, str], now: float) -> tuple[int, float]:
        tries, at = self._of_kind(key).get(key[1], (0, now))
        return (0, now) if now - at > FORGOTTEN_AFTER_SECONDS else (tries, at)

    def _wait(self, key: tuple[str, str], free: int, now: float) -> float:
        tries, at = self._current(key, now)
        if tries < free:
            return 0.0
        return at + min(LONGEST_SECONDS, 2.0 ** min(tries - free, 10)) - now


class Allowance:
    """So many requests under one key at once, and then one every so often."""

    def __init__(self, at_once: int, each_seconds: float) -> None:
        self._at_once = at_once
        self._each_seconds = each_seconds
        self._spent: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, key: str, now: float, times: int = 1) -> bool:
        """Whether this key has one left; it has one less then. `times` is how much more than others it may."""
        with self._lock:
            spent, at = self._spent.pop(key, (0.0, now))
            spent = max(0.0, spent - max(0.0, now - at) * times / self._each_seconds)
            allowed = spent + 1 <= self._at_once * times
            self._spent[key] = spent + allowed, now
            while len(self._spent) > MOST_KEYS:
                del self._spent[next(iter(self._spent))]
            return allowed

    def give_back(self, key: str, count: int = 1) -> None:
        """So many of those taken do not count after all."""
        with self._lock:
            if key in self._spent:
                spent, at = self._spent[key]
                self._spent[key] = max(0.0, spent - count), at
