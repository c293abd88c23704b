"""What an instance knows of the line in Firestore: live calls, desks, cards, messages, and calls that just ended.

It learns of changes in two ways: the watch reports all of them in the order of time, and the instance's own writes
arrive at once, ahead of the watch. The mark is the watch's, because the watch has reported everything older.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from msgspec import Struct

from callin.contracts import Changes
from callin.model import Call

T = TypeVar("T")

DELETED_KEPT = 200
"""How many deletions are remembered. The watch lags by seconds, and an instance deletes only a few messages in them."""

CONFIRMATION_SECONDS = 0.3
"""How long a wait lasts while the watch has yet to report a write of our own: otherwise pages would ask in a loop."""


class Entry(Struct, Generic[T], frozen=True):
    """A record as it was written at a mark. `stamp` is Firestore's own form of the same time."""

    value: T
    mark: int
    stamp: Any


class ChangeCache:
    """Entries by the names of their documents. Safe to use from many threads."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self._entries: dict[str, Entry[Any]] = {}
        self._deleted: dict[str, int] = {}
        self._mark = 0
        self._newest = 0
        self._ahead_since: float | None = None

    def get(self, name: str) -> Entry[Any] | None:
        with self.changed:
            return self._entries.get(name)

    @property
    def mark(self) -> int:
        return self._mark

    @property
    def seconds_ahead(self) -> float:
        """How long this instance has known of changes that the watch has not reported."""
        ahead_since = self._ahead_since
        return 0.0 if ahead_since is None else time.monotonic() - ahead_since

    def wrote(self, name: str, entry: Entry[Any]) -> None:
        """Takes in a write of this instance."""
        with self.changed:
            self._put(name, entry)
            if entry.mark > self._mark and self._ahead_since is None:
                self._ahead_since = time.monotonic()
            self.changed.notify_all()

    def drop(self, name: str, mark: int) -> None:
        """Forgets a document that this instance has deleted, last written at `mark`.

        The watch may still report that write, and the document must not come back with it.
        """
        with self.changed:
            self._entries.pop(name, None)
            self._deleted.pop(name, None)
            self._deleted[name] = mark
            if len(self._deleted) > DELETED_KEPT:
                del self._deleted[next(iter(self._deleted))]

    def replace(self, entries: Mapping[str, Entry[Any] | None], complete_since: int) -> None:
        """Takes in all documents that are watched. Forgets the others, except later writes of this instance.

        Calls that ended before `complete_since` are not among them: with an older mark, ask Firestore.
        """
        with self.changed:
            mark = max([complete_since, *(entry.mark for entry in entries.values() if entry)])
            self._entries = {name: one for name, one in self._entries.items() if one.mark > mark}
            self._mark = max(self._mark, complete_since)
            self._newest = max(self._newest, self._mark)
            self.update(entries)

    def update(self, entries: Mapping[str, Entry[Any] | None]) -> None:
        """Takes in what changed since the last report. None stands for a document that was deleted."""
        with self.changed:
            for name, entry in entries.items():
                if entry is None:
                    self._entries.pop(name, None)
                else:
                    self._put(name, entry)
                    self._mark = max(self._mark, entry.mark)
            if self._newest <= self._mark:
                self._ahead_since = None
            self.changed.notify_all()

    def clear(self) -> None:
        with self.changed:
            self._entries = {}
            self._newest = self._mark
            self._ahead_since = None

    def _put(self, name: str, entry: Entry[Any]) -> None:
        # A report may be older than what this instance has written since.
        known = self._entries.get(name)
        if entry.mark > (known.mark if known else self._deleted.get(name, -1)):
            self._entries[name] = entry
        self._newest = max(self._newest, entry.mark)

    def live(self) -> Changes:
        with self.changed:
            values = [entry.value for entry in self._entries.values()]
            return Changes.of(self._mark, [one for one in values if not isinstance(one, Call) or one.live])

    def since(self, mark: int) -> Changes:
        with self.changed:
            if mark >= self._newest:
                return Changes(self._mark)
            return Changes.of(self._mark, [entry.value for entry in self._entries.values() if entry.mark > mark])

    def wait(self, mark: int, seconds: float, has_failed: Callable[[], bool]) -> None:
        """Blocks until something may have changed after `mark`, the watch has failed, or time is up."""
        began = time.monotonic()
        with self.changed:
            while self._mark <= mark and not has_failed():
                waited = time.monotonic() - began
                limit = min(CONFIRMATION_SECONDS, seconds) if self._newest > mark else seconds
                if waited >= limit:
                    return
                self.changed.wait(limit - waited)
