"""Keeps what an instance has seen up to date while somebody looks: by one watch, and by polling when that fails."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from callin.contracts import StoreError
from callin.stores.seen import Entry, Seen

TICK_SECONDS = 0.25
START_SECONDS = 8.0

log = logging.getLogger(__name__)

Told = Callable[[Mapping[str, Entry]], None]


@dataclass(frozen=True, slots=True)
class Pace:
    """When an instance does what, in seconds.

    It follows until nobody looked for `idle`. It polls when a watch has not begun to tell after `first`, and every
    `poll` while the watch is behind for more than `late`, or while there is none (`may_listen` is False). A watch that
    has ended, or stays behind, is begun anew after `retry`; so is one of the age of `renew`, since what ended in its
    time would burden it more and more. One that told nothing for `look` is not trusted blindly: it is polled once.
    """

    idle: float = 90.0
    first: float = 1.5
    late: float = 3.0
    poll: float = 1.0
    retry: float = 5.0
    renew: float = 1_800.0
    look: float = 60.0
    may_listen: bool = True


class Listening(Protocol):
    """A watch that runs."""

    @property
    def is_active(self) -> bool: ...

    def unsubscribe(self) -> None: ...


class Source(Protocol):
    """Where changes come from. All raise StoreError."""

    @property
    def complete_since(self) -> int:
        """The mark from which on "everything" holds all that changed, and before which only what is still live."""

    def listen(self, told: Told) -> Listening:
        """Begins to watch. Tells everything once, then what changes."""

    def everything(self) -> Mapping[str, Entry]:
        """What the watch would tell first."""

    def changed_after(self, mark: int) -> Mapping[str, Entry]:
        """What changed after a mark, and perhaps some that changed shortly before."""


class Following:
    """One thread that begins when the line is looked at and ends when nobody did for a while."""

    def __init__(self, source: Source, seen: Seen, pace: Pace) -> None:
        self._source = source
        self._seen = seen
        self._pace = pace
        self._thread: threading.Thread | None = None
        self._listening: Listening | None = None
        self._used_at = 0.0
        self._stopped = False
        self._doubtful = False
        self._problem = ""
        self._watch = 0
        self._forget()

    def _forget(self) -> None:
        self._ready = False
        self._began_at: float | None = None
        self._is_first = True
        self._heard_mark = 0
        self._heard_at = 0.0
        self._behind_since: float | None = None
        self._polled_at = -math.inf

    @property
    def is_running(self) -> bool:
        return self._thread is not None

    @property
    def is_listening(self) -> bool:
        listening = self._listening
        return listening is not None and listening.is_active

    @property
    def has_failed(self) -> bool:
        return bool(self._problem) or self._stopped

    def use(self) -> None:
        """Sees to it that everything has been seen. StoreError when it cannot be."""
        self._used_at = time.monotonic()
        with self._seen.changed:
            if self._thread is None and not self._stopped:
                self._problem = ""
                thread = threading.Thread(target=self._run, name="store-following", daemon=True)
                thread.start()
                self._thread = thread  # not before it runs: else nobody would try again
            self._seen.changed.wait_for(lambda: self._ready or self.has_failed, START_SECONDS)
            if self.has_failed or not self._ready:
                raise StoreError(self._problem or "The store did not answer in time.")

    def doubt(self) -> None:
        """A request has failed: what was seen may be old. The thread asks at once."""
        with self._seen.changed:
            self._doubtful = True
            self._seen.changed.notify_all()

    def stop(self) -> None:
        """Ends it for good."""
        with self._seen.changed:
            self._stopped = True
            thread = self._thread
            self._seen.changed.notify_all()
        if thread is not None:
            thread.join(START_SECONDS)

    def _run(self) -> None:
        while self._is_wanted():
            self._tend()
            with self._seen.changed:
                self._seen.changed.wait_for(lambda: self._stopped or self._doubtful, TICK_SECONDS)

    def _is_wanted(self) -> bool:
        with self._seen.changed:
            if not self._stopped and time.monotonic() - self._used_at < self._pace.idle:
                return True
            listening, self._listening, self._thread = self._listening, None, None
            self._forget()
            self._seen.forget()
            self._seen.changed.notify_all()
        if listening is not None:
            listening.unsubscribe()
        return False

    def _tend(self) -> None:
        now = time.monotonic()
        behind = self._pace.may_listen and self._ready and self._seen.mark > self._heard_mark
        self._behind_since = (self._behind_since or now) if behind else None
        try:
            if self._wants_a_new_watch(now):
                self._begin(now)
            if self._wants_a_poll(now):
                self._poll(now)
        except Exception as error:  # noqa: BLE001 - whatever it is, the thread goes on and tries again
            log.warning("Following the store failed: %s", error)
            with self._seen.changed:
                self._problem = str(error) or type(error).__name__
                self._seen.changed.notify_all()

    def _wants_a_new_watch(self, now: float) -> bool:
        pace = self._pace
        if not pace.may_listen or self._began_at is None:
            return pace.may_listen
        age = now - self._began_at
        stuck = self._behind_since is not None and now - self._behind_since > pace.late + pace.retry
        return age > pace.renew or (age > pace.retry and (stuck or not self.is_listening))

    def _wants_a_poll(self, now: float) -> bool:
        pace = self._pace
        is_time = now - self._polled_at > pace.poll
        if self._doubtful or self._problem or not pace.may_listen:
            return self._doubtful or is_time
        if not self._ready:
            return self._began_at is not None and now - self._began_at > pace.first and is_time
        ended = not self.is_listening
        late = self._behind_since is not None or self._seen.seconds_ahead > pace.late
        return is_time and (ended or late or now - max(self._polled_at, self._heard_at) > pace.look)

    def _begin(self, now: float) -> None:
        listening, self._listening = self._listening, None
        if listening is not None:
            log.info("The watch of the store is begun anew.")
            listening.unsubscribe()
        with self._seen.changed:
            self._watch += 1
            self._is_first = True
            self._began_at = now
            self._behind_since = None
        self._listening = self._source.listen(partial(self._hear, self._watch))
        # The first time, loading the library took longer than all the rest.
        self._began_at = time.monotonic()

    def _hear(self, watch: int, entries: Mapping[str, Entry]) -> None:
        with self._seen.changed:
            if watch != self._watch or self._thread is None:
                return
            if self._is_first:
                self._seen.told_everything(entries, self._source.complete_since)
                self._heard_mark = self._seen.mark
                self._is_first = False
            else:
                self._seen.told(entries)
                self._heard_mark = max([self._heard_mark, *(entry.mark for entry in entries.values())])
            self._up_to_date()

    def _poll(self, now: float) -> None:
        self._doubtful = False
        self._polled_at = now
        if self._ready:
            self._seen.told(self._source.changed_after(self._seen.mark))
        else:
            self._seen.told_everything(self._source.everything(), self._source.complete_since)
        with self._seen.changed:
            self._up_to_date()

    def _up_to_date(self) -> None:
        self._ready = True
        self._problem = ""
        self._heard_at = time.monotonic()
        self._seen.changed.notify_all()
