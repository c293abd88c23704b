"""What is known of the line, brought up to date by the store's mark, and how the last look at Twilio went."""

from __future__ import annotations

import threading
import zlib
from collections import deque
from collections.abc import Callable

from callin.contracts import Clock, Store, StoreError
from callin.diary import Diary
from callin.lineup import Lineup
from callin.model import MissedCalls, Reading

MARK_SECONDS = 600.0
"""A dashboard whose mark is older than this takes everything anew."""

MARKS_REMEMBERED = 5000


class Memory:
    """The line as this instance remembers it. Who reads it holds the lock, `_changed`, and refreshes it before."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._changed = threading.RLock()
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
        with self._changed:
            return "" if self._refresh_if_possible() else self._reading.problem

    # Inside: the lock is held

    def _refresh(self) -> None:
        if self._mark is None:
            changes = self._store.live_calls()
            self._lineup.replace(changes)
            self._diary.take(changes.calls)
        else:
            changes = self._store.changes_since(self._mark)
            # What this instance has just written may be told before its mark is.
            self._lineup.take(changes)
            if changes.calls:  # else a caller would wait for whoever is adding up the day
                self._diary.take(changes.calls)
            if changes.mark == self._mark:
                return
        self._mark = changes.mark
        self._marks.append((changes.mark, self._clock()))
        self._tell()

    def _refresh_if_possible(self) -> bool:
        try:
            self._refresh()
        except StoreError as error:
            self._reading = self._reading._replace(problem=str(error), permanent=False)
            self._tell()
            return False
        return True

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
