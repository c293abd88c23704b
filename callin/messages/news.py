"""Tells dashboards that the list of messages has changed."""

from __future__ import annotations

import contextlib
import threading
import time

from msgspec.structs import replace

from callin.contracts import Store, StoreError

SECONDS_BETWEEN_NEWS = 1.0


class News:
    """Counts changes of the list in a field of the show's record, at most once a second.

    Dashboards follow that record on every instance. They do not follow the records of messages, because an older
    version of the app could not read a store that has one more followed kind.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._counted_at = -SECONDS_BETWEEN_NEWS
        self._is_scheduled = False

    def tell(self) -> None:
        """Counts now, or in a moment if this instance has just counted."""
        with self._lock:
            if self._is_scheduled:
                return
            left = SECONDS_BETWEEN_NEWS - (time.monotonic() - self._counted_at)
            if left > 0:
                timer = threading.Timer(left, self._count_late)
                timer.daemon = True
                with contextlib.suppress(RuntimeError):  # no thread can be started: count now
                    timer.start()
                    self._is_scheduled = True
                    return
            self._counted_at = time.monotonic()
        self._count()

    def _count_late(self) -> None:
        with self._lock:
            self._is_scheduled, self._counted_at = False, time.monotonic()
        self._count()

    def _count(self) -> None:
        with contextlib.suppress(StoreError):  # pages read the list again by themselves after a while
            self._store.change_show(lambda show: replace(show, messages_revision=show.messages_revision + 1))
