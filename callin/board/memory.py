"""What is known of the line, brought up to date by the store's mark, and how the last look at Twilio went."""

from __future__ import annotations

import contextlib
import threading
import time
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from typing import TypeVar

from callin.contracts import Changes, Clock, Store, StoreError
from callin.diary import Diary
from callin.lineup import Lineup
from callin.model import MissedCalls, Reading

MARK_SECONDS = 600.0
"""A dashboard whose mark is older than this takes everything anew."""

MARKS_REMEMBERED = 5000

PATIENCE_SECONDS = 0.25
"""How long the reading of another thread may take in all before others no longer wait for it."""

HANGS_SECONDS = 2.0
"""From then on dashboards are told."""

FIRST_PATIENCE_SECONDS = 5.0
"""The same for the first reading, of all calls."""

NO_ANSWER = "The store takes too long to answer."

T = TypeVar("T")


class SlowError(StoreError):
    """The store has not answered yet. It need not be a trouble."""


class Memory:
    """The line as this instance remembers it. Whatever reads or changes it holds the lock, `_changed`.

    The lock is never held while the store is read: a store that hangs stops only those that ask it themselves.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._changed = threading.RLock()
        self._turn = threading.Lock()
        """Whose turn it is to read the store. It is taken before `_changed`, never while that is held."""
        self._asked_at: float | None = None
        self._late_failure = ""
        self._lineup = Lineup()
        self._diary = Diary(store, clock)
        self._mark: int | None = None
        self._told: tuple[int | None, str] | None = None
        self._news_count = 0
        self._on_news: tuple[Callable[[], object], ...] = ()
        self._marks: deque[tuple[int, float]] = deque(maxlen=MARKS_REMEMBERED)
        self._reading = Reading()

    @property
    def news_count(self) -> int:
        """How often there was news for dashboards so far. Reading it takes no lock."""
        return self._news_count

    def call_on_news(self, call: Callable[[], object]) -> None:
        """From now on `call` is called each time after the count grew, while the lock is held: it must not wait."""
        self._on_news += (call,)

    def is_twilio_read(self) -> bool:
        """Whether the last look at Twilio's member list went well, and nothing has failed since."""
        with self._changed:
            return self._reading.good_at is not None and not self._reading.problem

    def twilio_was_read(self, problem: str = "", *, permanent: bool = False) -> None:
        """Says how a reading of Twilio's member list went: `problem` is a sentence, or empty when it went well."""
        with self._changed:
            good_at = self._reading.good_at if problem else self._clock()
            self._reading = Reading(good_at, problem, permanent, self._reading.missed)
            self._tell()

    def calls_missed(self, missed: MissedCalls) -> None:
        """Says which calls did not reach the app, as Twilio's list shows it."""
        with self._changed:
            self._reading = self._reading._replace(missed=missed)
            self._tell()

    def reading(self) -> Reading:
        """How the last look at Twilio went."""
        with self._changed:
            return self._reading

    def store_problem(self) -> str:
        """What kept the line from being read from the store just now, as a sentence; empty where nothing did."""
        if self._refresh_if_possible():
            return ""
        with self._changed:
            return self._reading.problem

    # Reading the store: the lock is not held, for a reading may take seconds

    @contextlib.contextmanager
    def _fresh(self) -> Iterator[None]:
        """The lock, once memory is as the store is. StoreError when the store does not tell in time."""
        self._refresh()
        with self._changed:
            yield

    @contextlib.contextmanager
    def _as_known(self) -> Iterator[None]:
        """The same; while the store does not tell, memory as it is, and dashboards are told why."""
        self._refresh_if_possible()
        with self._changed:
            yield

    def _refresh(self, *, is_probe: bool = False) -> None:
        self._read(self._ask_for_changes, self._take_changes, is_probe=is_probe)

    def _refresh_if_possible(self, *, is_probe: bool = False) -> bool:
        try:
            self._refresh(is_probe=is_probe)
        except SlowError:
            return False
        except StoreError as error:
            with self._changed:
                self._reading = self._reading._replace(problem=str(error), permanent=False)
                self._tell()
            return False
        return True

    def _read(self, ask: Callable[[], T], take: Callable[[T], object], *, is_probe: bool = False) -> None:
        """Takes into memory what the store answers. One thread at a time, so that nothing older overwrites newer.

        While the reading of another thread hangs, or after one that failed late, it fails at once; but for a probe,
        by which it is found out that the store answers again.
        """
        if not is_probe and self._late_failure:
            self._have_it_probed()
            raise StoreError(self._late_failure)
        patience = FIRST_PATIENCE_SECONDS if self._mark is None else max(0.0, PATIENCE_SECONDS - self._seconds_asked())
        if not self._turn.acquire(timeout=patience):
            raise StoreError(NO_ANSWER) if self._seconds_asked() > HANGS_SECONDS else SlowError(NO_ANSWER)
        began = self._asked_at = time.monotonic()
        try:
            answer = ask()
            with self._changed:
                take(answer)
            self._late_failure = ""
        except StoreError as error:
            if time.monotonic() - began > PATIENCE_SECONDS:
                self._late_failure = str(error)
                self._have_it_probed()
            raise
        finally:
            self._asked_at = None
            self._turn.release()

    def _have_it_probed(self) -> None:
        with self._changed, contextlib.suppress(RuntimeError):  # no thread to be had: the next question tries again
            self._follow()

    def _seconds_asked(self) -> float:
        """How long the store has been asked by now; 0 if it is not being asked."""
        asked_at = self._asked_at
        return 0.0 if asked_at is None else time.monotonic() - asked_at

    def _follow(self) -> bool:
        """Has a thread read the store again and again for a while. Whether it did already."""
        raise NotImplementedError

    def _ask_for_changes(self) -> Changes:
        return self._store.live_calls() if self._mark is None else self._store.changes_since(self._mark)

    # Inside: the lock is held

    def _take_changes(self, changes: Changes) -> None:
        if self._mark is None:
            self._lineup.replace(changes)
            self._diary.take(changes.calls)
        else:
            # What this instance has just written may be told before its mark is.
            self._lineup.take(changes)
            if changes.calls:  # else a caller would wait for whoever is adding up the day
                self._diary.take(changes.calls)
            if changes.mark == self._mark:
                return
        self._mark = changes.mark
        self._marks.append((changes.mark, self._clock()))
        self._tell()

    def _tell(self) -> None:
        """Says so if there is news: it is news only once, for the thread that comes upon it first."""
        news = self._mark, self._reading_word()
        if news == self._told:
            return
        self._told = news
        self._news_count += 1
        for call in self._on_news:
            call()

    def _reading_word(self) -> str:
        problem, missed = self._reading.problem, self._reading.missed
        if problem or missed.count:
            return f"{zlib.crc32(f'{problem} {missed.count} {missed.cause}'.encode()):x}"
        return "unread" if self._reading.good_at is None else "ok"

    def _is_old(self, mark: int) -> bool:
        """Whether the mark was the line's more than 10 minutes ago, as far as this instance remembers."""
        if not self._marks or mark == self._mark:
            return False
        since = self._clock()
        for known, at in reversed(self._marks):
            if known <= mark:
                break
            since = at
        return mark < self._marks[0][0] or self._clock() - since > MARK_SECONDS
