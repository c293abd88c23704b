"""Keeps the day book: what the store has of the last two days is read once, what changes since is taken as it comes."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from typing import Any

from callin.contracts import Clock, Store, StoreError, Wanted
from callin.day import KEPT_CALLS, KEPT_SECONDS, DayBook
from callin.model import Call

PAGE_CALLS = 500
MEDIAN_HOURS = 4

log = logging.getLogger(__name__)


class Diary:
    """The day, kept in step with the store by whoever follows its changes. Safe to use from many threads.

    The past is read when somebody first asks for it, so that neither a start nor a webhook waits for it.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._book = DayBook()
        self._lock = threading.Lock()
        self._loading = threading.Lock()
        self._loaded = threading.Event()

    def take(self, calls: Iterable[Call]) -> None:
        """These calls changed: they are now so."""
        with self._lock:
            self._book.take(calls, self._clock())

    def load_soon(self) -> None:
        """Reads the past meanwhile, unless that was done or is being done. Nobody waits for it."""
        if not self._loaded.is_set() and not self._loading.locked():
            threading.Thread(target=self._load_if_possible, name="diary", daemon=True).start()

    def load(self) -> None:
        """Reads the past from the store, unless that was done. StoreError when it cannot be read."""
        if self._loaded.is_set():
            return
        with self._loading:
            if self._loaded.is_set():
                return
            past = self._past()
            with self._lock:
                # What came as a change is at least as new as what was read, and what changed since is yet to come.
                self._book.take([call for call in past if call.call_sid not in self._book], self._clock())
            self._loaded.set()

    def summary(self, since: float, until: float) -> dict[str, Any]:
        """The object of `/day`: shared, so do not change it."""
        self.load()
        with self._lock:
            return self._book.summary(since, until, self._clock())

    def median_wait_seconds(self) -> int | None:
        """The median wait of the last four hours; None while nobody called, or the past was not read yet."""
        if not self._loaded.is_set():
            return None
        with self._lock:
            now = self._clock()
            return self._book.median_wait_seconds(now - MEDIAN_HOURS * 3600, now)

    def _load_if_possible(self) -> None:
        try:
            self.load()
        except StoreError as error:
            log.warning("The past cannot be read just now: %s", error)

    def _past(self) -> list[Call]:
        now = self._clock()
        wanted = Wanted(since=now - KEPT_SECONDS, until=now + 1)
        past: list[Call] = []
        after = ""
        while len(past) < KEPT_CALLS:
            page = self._store.history(wanted, after, PAGE_CALLS)
            past += page.calls
            after = page.next
            if not after:
                break
        return past
