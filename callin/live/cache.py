"""The line in memory: brought up to date by the store's mark, with whether Twilio's lists could be read."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from datetime import UTC, tzinfo
from typing import TypeVar

from msgspec.structs import replace

from callin.contracts import Changes, Clock, Store, StoreError
from callin.live.daily_stats import DailyStats
from callin.live.lineup import Lineup
from callin.live.programme import Programmes
from callin.model import MissedCalls, Show, TwilioStatus

MARK_SECONDS = 600.0
"""A dashboard with an older mark gets everything again."""

MARKS_REMEMBERED = 5000

PATIENCE_SECONDS = 0.25
"""How long threads wait for another thread's reading."""

HANGS_SECONDS = 2.0
"""A reading that takes longer is a problem that dashboards show."""

FIRST_PATIENCE_SECONDS = 5.0
"""How long threads wait for the first reading, of all calls."""

FOLLOW_SECONDS = 1.0
FOLLOWED_SECONDS = 15.0
"""How long the store is followed after a dashboard asked: each asks at least every 10 s."""

NO_ANSWER = "The store takes too long to answer."

T = TypeVar("T")

log = logging.getLogger(__name__)


class SlowError(StoreError):
    """The store has not answered yet, which need not be a problem."""


def start_daemon(run: Callable[[], None]) -> None:
    """Calls `run` in a daemon thread. RuntimeError if the system cannot start one."""
    threading.Thread(target=run, name="cache", daemon=True).start()


class LineCache:
    """The line as this instance remembers it. Hold `lock` to read or change it.

    The lock is never held while the store is read: a store that hangs stops only the threads that read it themselves.
    While dashboards ask, one thread follows the store.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        start: Callable[[Callable[[], None]], None] = start_daemon,
        zone: Callable[[], tzinfo] = lambda: UTC,
    ) -> None:
        """`start` starts a thread. `zone` returns the station's time zone; it may wait for the store."""
        self._store = store
        self._clock = clock
        self._start = start
        self.lock = threading.RLock()
        self._turn = threading.Lock()
        """Held by the thread that reads the store. It is taken before `lock`, never while that is held."""
        self._asked_at: float | None = None
        self._late_failure = ""
        self._followed_until = 0.0
        self._is_followed = False
        self.programmes = Programmes(store, clock, zone)
        self.lineup = Lineup(self.programmes.of)
        self.stats = DailyStats(store, clock)
        self.mark: int | None = None
        """The store's mark of what is in memory; None before the first reading."""
        self._last_news: tuple[int | None, str] | None = None
        self._news_count = 0
        self._on_news: tuple[Callable[[], object], ...] = ()
        self._marks: deque[tuple[int, float]] = deque(maxlen=MARKS_REMEMBERED)
        self.twilio = TwilioStatus()

    @property
    def news_count(self) -> int:
        """How often there was news for dashboards so far. Reading it takes no lock."""
        return self._news_count

    def call_on_news(self, call: Callable[[], object]) -> None:
        """Calls `call` each time the count has grown. The lock is held then, so `call` must not wait."""
        self._on_news += (call,)

    def is_twilio_read(self) -> bool:
        """Whether Twilio's lists could be read the last time, and nothing has failed since."""
        with self.lock:
            return self.twilio.good_at is not None and not self.twilio.problem

    def twilio_was_read(self, problem: str = "", *, permanent: bool = False) -> None:
        """Stores how reading Twilio's lists went: `problem` is a sentence, or empty if it went well."""
        with self.lock:
            good_at = self.twilio.good_at if problem else self._clock()
            self.twilio = TwilioStatus(good_at, problem, permanent, self.twilio.missed)
            self._announce_news()

    def calls_missed(self, missed: MissedCalls) -> None:
        """Stores which calls did not reach the app, as Twilio's list shows."""
        with self.lock:
            self.twilio = replace(self.twilio, missed=missed)
            self._announce_news()

    def twilio_status(self) -> TwilioStatus:
        """How the last reading of Twilio's lists went."""
        with self.lock:
            return self.twilio

    def store_problem(self) -> str:
        """Why the store could not be read just now, as a sentence; empty if it could."""
        if self.refresh_if_possible():
            return ""
        with self.lock:
            return self.twilio.problem

    # Reading the store: the lock is not held, because a reading may take seconds

    @contextlib.contextmanager
    def fresh(self) -> Iterator[None]:
        """Holds the lock, with the cache up to date. StoreError if the store does not answer in time."""
        self.refresh()
        with self.lock:
            self.settle()
            yield

    @contextlib.contextmanager
    def as_known(self) -> Iterator[None]:
        """The same, but while the store fails, the cache is used as it is, and dashboards show the reason."""
        self.refresh_if_possible()
        with self.lock:
            self.settle()
            yield

    def refresh(self, *, is_probe: bool = False) -> None:
        """Takes in what has changed in the store. StoreError; SlowError if another thread is still asking it."""
        self.read(self._ask_for_changes, self._apply_changes, is_probe=is_probe)

    def refresh_if_possible(self, *, is_probe: bool = False) -> bool:
        """The same without an error: returns whether memory is up to date. Dashboards show why the store fails."""
        try:
            self.refresh(is_probe=is_probe)
        except SlowError:
            return False
        except StoreError as error:
            with self.lock:
                self.twilio = replace(self.twilio, problem=str(error), permanent=False)
                self._announce_news()
            return False
        return True

    def read(self, ask: Callable[[], T], take: Callable[[T], object], *, is_probe: bool = False) -> None:
        """Takes the store's answer into memory. One thread at a time, so that nothing older overwrites newer.

        While another thread's reading hangs, or after one that failed late, it fails at once, except for a probe,
        which finds out when the store answers again.
        """
        if not is_probe and self._late_failure:
            self._start_probing()
            raise StoreError(self._late_failure)
        patience = FIRST_PATIENCE_SECONDS if self.mark is None else max(0.0, PATIENCE_SECONDS - self._seconds_asked())
        if not self._turn.acquire(timeout=patience):
            raise StoreError(NO_ANSWER) if self._seconds_asked() > HANGS_SECONDS else SlowError(NO_ANSWER)
        began = self._asked_at = time.monotonic()
        try:
            answer = ask()
            with self.lock:
                take(answer)
            self._late_failure = ""
        except StoreError as error:
            if time.monotonic() - began > PATIENCE_SECONDS:
                self._late_failure = str(error)
                self._start_probing()
            raise
        finally:
            self._asked_at = None
            self._turn.release()

    def _start_probing(self) -> None:
        # If the system cannot start a thread, the next request tries again.
        with self.lock, contextlib.suppress(RuntimeError):
            self.follow()

    def _seconds_asked(self) -> float:
        """How long the store has been asked by now; 0 if it is not being asked."""
        asked_at = self._asked_at
        return 0.0 if asked_at is None else time.monotonic() - asked_at

    def follow(self) -> bool:
        """Has a thread refresh the cache at each change of the store, for a while. True if one did already.

        The lock is held. RuntimeError if no thread can be started.
        """
        self._followed_until = time.monotonic() + FOLLOWED_SECONDS
        if self._is_followed:
            return True
        self.stats.load_soon()
        self._start(self._run)
        self._is_followed = True  # set last: a thread that could not be started follows nothing
        return False

    @property
    def is_followed(self) -> bool:
        """Whether a thread refreshes the cache, so that no other has to."""
        return self._is_followed

    def _run(self) -> None:
        while True:
            with self.lock:
                if time.monotonic() > self._followed_until and not self._late_failure:
                    self._is_followed = False
                    return
            try:
                if self.refresh_if_possible(is_probe=True):
                    self._store.wait_for_change(self.mark or 0, FOLLOW_SECONDS)
                    continue
            except Exception:  # the next change must be noticed, whatever went wrong with this one
                log.exception("Following the store failed")
            time.sleep(FOLLOW_SECONDS)  # and no `wait_for_change`, which may return at once

    def _ask_for_changes(self) -> Changes:
        changes = self._store.live_calls() if self.mark is None else self._store.changes_since(self.mark)
        self.programmes.learn(changes.shows[-1] if changes.shows else None)
        return changes

    def read_show(self) -> Show:
        """The stored show. StoreError."""
        show = self._store.show()
        self.programmes.learn(show)
        return show

    # Inside: the lock is held

    def settle(self) -> None:
        """Has the show follow the schedule. Dashboards are told."""
        if self.lineup.settle():
            self.lineup.touch_show(self.mark or 0)
            self._announce_news()

    def _apply_changes(self, changes: Changes) -> None:
        if self.mark is None:
            self.lineup.replace(changes)
            self.stats.apply(changes.calls)
        else:
            # The store may report what this instance has just written before its mark moves.
            self.lineup.apply(changes)
            self.settle()
            if changes.calls:  # otherwise a caller might wait for a thread that computes the day
                self.stats.apply(changes.calls)
            if changes.mark == self.mark:
                return
        self.mark = changes.mark
        self._marks.append((changes.mark, self._clock()))
        self._announce_news()

    def _announce_news(self) -> None:
        """Announces news once, from the thread that finds it first."""
        news = self.mark, self.unstored_tag()
        if news == self._last_news:
            return
        self._last_news = news
        self._news_count += 1
        for call in self._on_news:
            call()

    def unstored_tag(self) -> str:
        """A short text that changes with what is not in the store: how Twilio was read, and the programme."""
        problem, missed, programme = self.twilio.problem, self.twilio.missed, self.lineup.programme
        tag = "unread" if self.twilio.good_at is None else "ok"
        if problem or missed.count:
            tag = f"{zlib.crc32(f'{problem} {missed.count} {missed.cause}'.encode()):x}"
        if programme.slot is None:
            return tag
        return f"{tag}-{int(max(programme.slot.begins_at, programme.show.opening_since)):x}"

    def is_old(self, mark: int) -> bool:
        """Whether this mark was the current one more than 10 minutes ago, as far as this instance remembers."""
        if not self._marks or mark == self.mark:
            return False
        since = self._clock()
        for known, at in reversed(self._marks):
            if known <= mark:
                break
            since = at
        return mark < self._marks[0][0] or self._clock() - since > MARK_SECONDS
