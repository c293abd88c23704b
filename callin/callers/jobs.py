"""Two jobs that run after each comparison with Twilio's lists: counting finished calls, and deleting old data."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import ClassVar

from msgspec import Struct

from callin.callers.service import Callers
from callin.contracts import Changes, Clock, HistoryQuery, Record, Store
from callin.model import Call
from callin.rules import cards, is_somebodys

STATS_KEY = "calls"
FIRST_RUN_SECONDS = 30 * 86400.0
FIRST_RUN_CALLS = 20_000
PAGE_CALLS = 500
"""How far back the very first run counts, and how many calls it reads at a time."""

BATCH_CALLS = 100
"""How many calls one run deletes. The next run goes on."""

SECONDS_BETWEEN_RUNS = 600.0
CLOCK_SKEW_SECONDS = 86400.0
"""How far in the future another instance's calls may seem to begin."""

log = logging.getLogger(__name__)


class StatsProgress(Struct, frozen=True):
    """The change mark of the store up to which finished calls are counted."""

    stored_as: ClassVar[str] = "counted"

    key: str
    mark: int


class CallerStats:
    """Adds finished calls to their callers, outside of any webhook.

    It follows the store's changes and stores how far it got. Two instances may count at once, and one may be stopped in
    the middle: `Callers.record_call` counts no call twice, and what is not stored is done again.
    """

    def __init__(self, store: Store, callers: Callers, clock: Clock) -> None:
        self._store = store
        self._callers = callers
        self._clock = clock
        self._mark: int | None = None

    def run(self) -> None:
        """Counts the calls that have ended since the last run. After a StoreError the next run does these again."""
        mark = self._mark if self._mark is not None else self._stored_mark()
        if mark is None:
            self._first_run()
            return
        changes = self._store.changes_since(mark)
        finished = self._finished(changes)
        if finished and (stored := self._stored_mark() or 0) > mark:  # another instance has counted meanwhile
            changes = self._store.changes_since(stored)
            finished = self._finished(changes)
        if finished:
            self._count(finished)
            self._store_mark(changes.mark)
        self._mark = changes.mark

    def _finished(self, changes: Changes) -> list[Call]:
        """The calls that have ended, and finished ones whose card was changed."""
        found = {call.call_sid: call for call in changes.calls}
        for card in changes.cards:
            if card.call_sid not in found and (call := self._store.call(card.call_sid)) is not None:
                found[card.call_sid] = call
        return [call for call in found.values() if not call.live]

    def _first_run(self) -> None:
        """Counts the calls of the last month from history."""
        mark = self._store.live_calls().mark
        now = self._clock()
        past: list[Call] = []
        after = ""
        while len(past) < FIRST_RUN_CALLS:
            page = self._store.history(HistoryQuery(now - FIRST_RUN_SECONDS, now + 1), after, PAGE_CALLS)
            past += page.calls
            after = page.next
            if not after:
                break
        self._count(past)
        self._store_mark(mark)
        self._mark = mark

    def _count(self, calls: list[Call]) -> None:
        for call in sorted(calls, key=lambda one: one.changed_at):
            if not call.live and is_somebodys(call.number):
                self._callers.record_call(call)

    def _stored_mark(self) -> int | None:
        progress = self._store.record(StatsProgress, STATS_KEY)
        return progress.mark if progress else None

    def _store_mark(self, mark: int) -> None:
        def change(before: StatsProgress | None) -> StatsProgress:
            return StatsProgress(STATS_KEY, max(mark, before.mark if before else 0))

        self._store.change_record(StatsProgress, STATS_KEY, change)


class DeletionRequest(Struct, frozen=True):
    """A number whose caller, cards and calls are being deleted. Stored first, so that any instance can finish it."""

    stored_as: ClassVar[str] = "toforget"

    key: str
    by: str


class Retention:
    """Deletes a caller when an admin asks for it, and calls past the retention period.

    A deleted caller's calls stay in the day's figures: `anonymise` removes the number from a call.
    `delete_messages` deletes what the caller has left. `keep_seconds()` is the retention period, 0 for ever. Every
    method raises StoreError as the store does.
    """

    def __init__(
        self,
        store: Store,
        callers: Callers,
        clock: Clock,
        anonymise: Callable[[str], object],
        keep_seconds: Callable[[], float],
        batch_calls: int = BATCH_CALLS,
        delete_messages: Callable[[str], object] = lambda _number: None,
    ) -> None:
        self._store = store
        self._callers = callers
        self._clock = clock
        self._anonymise = anonymise
        self._keep_seconds = keep_seconds
        self._batch_calls = batch_calls
        self._delete_messages = delete_messages
        self._next_run_at = 0.0

    def delete_caller(self, number: str, by: str, also: Sequence[Record] = ()) -> bool:
        """Deletes a caller and everything about them. False if `run` has to finish it later."""
        self._store.change_record(DeletionRequest, number, lambda _: DeletionRequest(number, by), also)
        self._callers.deletions.add(number)
        return self._continue(number)

    def run(self) -> None:
        """Deletes some calls at a time: again after the next comparison if there are more, else after 10 minutes."""
        now = self._clock()
        if now < self._next_run_at:
            return
        done = [self._continue(one.key) for one in self._store.records(DeletionRequest)]
        done.append(self._delete_old_calls(now))
        self._callers.browsers.delete_expired()
        self._callers.deletions.delete_expired()
        self._next_run_at = now + SECONDS_BETWEEN_RUNS if all(done) else 0.0

    def _continue(self, number: str) -> bool:
        self._callers.delete(number)
        self._delete_messages(number)
        query = HistoryQuery(since=0.0, until=self._clock() + CLOCK_SKEW_SECONDS, number=number)
        calls = self._store.history(query, limit=self._batch_calls).calls
        for call in calls:
            if call.live:
                self._store.change_card(call.call_sid, lambda card: cards.wiped(card, self._clock()))
            else:
                self._store.remove_card(call.call_sid)
            self._anonymise(call.call_sid)
        if len(calls) >= self._batch_calls:
            return False
        self._callers.delete(number)  # a call may have been counted meanwhile
        self._store.change_record(DeletionRequest, number, lambda _: None)
        return True

    def _delete_old_calls(self, now: float) -> bool:
        keep_seconds = self._keep_seconds()
        if not keep_seconds:
            return True
        calls = self._store.history(HistoryQuery(0.0, now - keep_seconds), limit=self._batch_calls).calls
        old = [call for call in calls if not call.live]
        for call in old:
            # The caller first: once the call is gone, nothing says whose last call it was.
            self._callers.expire(call)
            self._store.remove_call(call.call_sid)
        if old:
            log.info("Deleted %d calls older than %d days.", len(old), keep_seconds // 86400)
        return len(old) < self._batch_calls
