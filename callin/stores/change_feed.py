"""Keeps an instance's cache up to date while somebody looks: by one watch, and by polling when the watch fails."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Protocol

from msgspec import Struct

from callin.contracts import StoreError
from callin.stores.change_cache import ChangeCache, Entry

TICK_SECONDS = 0.25
START_SECONDS = 8.0

log = logging.getLogger(__name__)

Report = Callable[[Mapping[str, Entry[Any] | None]], None]
"""Takes what has changed, by document. None stands for one that was deleted."""


class Timing(Struct, frozen=True):
    """When an instance does what, in seconds.

    `idle_seconds`: the feed stops when nobody has asked for this long.
    `first_report_seconds`: a new watch that has reported nothing by then is replaced by polling.
    `late_seconds`: so is a watch that is behind our own writes for longer.
    `poll_seconds`: between polls, while they replace the watch or there is none (`may_watch` is False).
    `retry_seconds`: how long until a watch that has ended or stays behind is restarted.
    `renew_seconds`: the age at which a watch is replaced, because it keeps listing every call that ended meanwhile.
    `check_seconds`: a watch that has been silent for this long is checked by one poll.
    """

    idle_seconds: float = 90.0
    first_report_seconds: float = 1.5
    late_seconds: float = 3.0
    poll_seconds: float = 1.0
    retry_seconds: float = 5.0
    renew_seconds: float = 1_800.0
    check_seconds: float = 60.0
    may_watch: bool = True


class Watch(Protocol):
    """A watch that runs."""

    @property
    def is_active(self) -> bool: ...

    def unsubscribe(self) -> None: ...


class ChangeSource(Protocol):
    """Where changes come from. All methods raise StoreError."""

    @property
    def complete_since(self) -> int:
        """The mark since which `everything` holds all changes. It also holds what changed earlier and is still live."""

    def watch(self, report: Report) -> Watch:
        """Starts a watch. It reports everything once, then what changes."""

    def everything(self) -> Mapping[str, Entry[Any]]:
        """What a watch reports first."""

    def changed_after(self, mark: int) -> Mapping[str, Entry[Any]]:
        """What changed after a mark, and perhaps some of what changed shortly before."""


class ChangeFeed:
    """One thread, from the first look at the line until nobody has looked for a while."""

    def __init__(self, source: ChangeSource, cache: ChangeCache, timing: Timing) -> None:
        self._source = source
        self._cache = cache
        self._timing = timing
        self._thread: threading.Thread | None = None
        self._watch: Watch | None = None
        self._watch_number = 0
        self._used_at = 0.0
        self._is_stopped = False
        self._is_doubtful = False
        self._problem = ""
        self._reset()

    def _reset(self) -> None:
        self._is_complete = False
        self._began_at: float | None = None
        self._is_first_report = True
        self._reported_mark = 0
        self._reported_at = 0.0
        self._behind_since: float | None = None
        self._polled_at = -math.inf

    @property
    def is_running(self) -> bool:
        return self._thread is not None

    @property
    def is_watching(self) -> bool:
        watch = self._watch
        return watch is not None and watch.is_active

    @property
    def has_failed(self) -> bool:
        return bool(self._problem) or self._is_stopped

    def use(self) -> None:
        """Returns once the cache holds everything. Raises StoreError if it cannot."""
        self._used_at = time.monotonic()
        with self._cache.changed:
            if self._thread is None and not self._is_stopped:
                self._problem = ""
                thread = threading.Thread(target=self._run, name="change-feed", daemon=True)
                thread.start()
                self._thread = thread  # only now: if it cannot be started, the next `use` tries again
            self._cache.changed.wait_for(lambda: self._is_complete or self.has_failed, START_SECONDS)
            if self.has_failed or not self._is_complete:
                raise StoreError(self._problem or "The store did not answer in time.")

    def doubt(self) -> None:
        """A request has failed, so the cache may be old: has the thread poll at once."""
        with self._cache.changed:
            self._is_doubtful = True
            self._cache.changed.notify_all()

    def stop(self) -> None:
        """Ends the thread for good."""
        with self._cache.changed:
            self._is_stopped = True
            thread = self._thread
            self._cache.changed.notify_all()
        if thread is not None:
            thread.join(START_SECONDS)

    def _run(self) -> None:
        while self._is_wanted():
            self._tend()
            with self._cache.changed:
                self._cache.changed.wait_for(lambda: self._is_stopped or self._is_doubtful, TICK_SECONDS)

    def _is_wanted(self) -> bool:
        with self._cache.changed:
            if not self._is_stopped and time.monotonic() - self._used_at < self._timing.idle_seconds:
                return True
            watch, self._watch, self._thread = self._watch, None, None
            self._reset()
            self._cache.clear()
            self._cache.changed.notify_all()
        if watch is not None:
            watch.unsubscribe()
        return False

    def _tend(self) -> None:
        now = time.monotonic()
        is_behind = self._timing.may_watch and self._is_complete and self._cache.mark > self._reported_mark
        self._behind_since = (self._behind_since or now) if is_behind else None
        try:
            if self._needs_new_watch(now):
                self._begin_watch(now)
            if self._needs_poll(now):
                self._poll(now)
        except Exception as error:  # noqa: BLE001 - whatever it is, the thread goes on and tries again
            log.warning("Following the store failed: %s", error)
            with self._cache.changed:
                self._problem = str(error) or type(error).__name__
                self._cache.changed.notify_all()

    def _needs_new_watch(self, now: float) -> bool:
        timing = self._timing
        if not timing.may_watch or self._began_at is None:
            return timing.may_watch
        age = now - self._began_at
        stuck_seconds = timing.late_seconds + timing.retry_seconds
        is_stuck = self._behind_since is not None and now - self._behind_since > stuck_seconds
        return age > timing.renew_seconds or (age > timing.retry_seconds and (is_stuck or not self.is_watching))

    def _needs_poll(self, now: float) -> bool:
        timing = self._timing
        is_time = now - self._polled_at > timing.poll_seconds
        if self._is_doubtful or self._problem or not timing.may_watch:
            return self._is_doubtful or is_time
        if not self._is_complete:
            return self._began_at is not None and now - self._began_at > timing.first_report_seconds and is_time
        is_late = self._behind_since is not None or self._cache.seconds_ahead > timing.late_seconds
        is_silent = now - max(self._polled_at, self._reported_at) > timing.check_seconds
        return is_time and (not self.is_watching or is_late or is_silent)

    def _begin_watch(self, now: float) -> None:
        watch, self._watch = self._watch, None
        if watch is not None:
            log.info("Restarting the watch of the store.")
            watch.unsubscribe()
        with self._cache.changed:
            self._watch_number += 1
            self._is_first_report = True
            self._began_at = now
            self._behind_since = None
        self._watch = self._source.watch(partial(self._take_report, self._watch_number))
        # The first time, loading the library took longer than all the rest.
        self._began_at = time.monotonic()

    def _take_report(self, watch_number: int, entries: Mapping[str, Entry[Any] | None]) -> None:
        with self._cache.changed:
            if watch_number != self._watch_number or self._thread is None:
                return
            if self._is_first_report:
                self._cache.replace(entries, self._source.complete_since)
                self._reported_mark = self._cache.mark
                self._is_first_report = False
            else:
                self._cache.update(entries)
                marks = [entry.mark for entry in entries.values() if entry]
                self._reported_mark = max([self._reported_mark, *marks])
            self._became_complete()

    def _poll(self, now: float) -> None:
        self._is_doubtful = False
        self._polled_at = now
        if self._is_complete:
            self._cache.update(self._source.changed_after(self._cache.mark))
        else:
            self._cache.replace(self._source.everything(), self._source.complete_since)
        with self._cache.changed:
            self._became_complete()

    def _became_complete(self) -> None:
        self._is_complete = True
        self._problem = ""
        self._reported_at = time.monotonic()
        self._cache.changed.notify_all()
