"""Counts the calls that ended for their callers, apart from any webhook: none is lost, and none counted twice."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from callin.callers.book import Callers
from callin.contracts import Changes, Clock, Store, Wanted
from callin.model import Call
from callin.rules import is_somebodys

KEY = "calls"
PAST_SECONDS = 30 * 86400.0
PAST_CALLS = 20_000
PAGE_CALLS = 500
"""What is counted of calls from before there was a tally, and how many are read at a time."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Counted:
    """Up to which mark of the store the calls that ended are counted."""

    key: str
    mark: int


class Tally:
    """Follows the store by its mark, which it writes down once all that changed until then is counted.

    It is of no harm when two instances count at once, or when one is ended in the middle: a call is known by its
    CallSid, and what was not written down is counted again.
    """

    def __init__(self, store: Store, callers: Callers, clock: Clock) -> None:
        self._store = store
        self._callers = callers
        self._clock = clock
        self._mark: int | None = None

    def run(self) -> None:
        """Counts what ended since. StoreError when the store fails: the next run goes on from where this one was."""
        mark = self._mark if self._mark is not None else self._written()
        if mark is None:
            self._begin()
            return
        changes = self._store.changes_since(mark)
        ended = self._ended(changes)
        if ended and (written := self._written() or 0) > mark:  # another instance has counted meanwhile
            changes = self._store.changes_since(written)
            ended = self._ended(changes)
        if ended:
            self._count(ended)
            self._write(changes.mark)
        self._mark = changes.mark

    def _ended(self, changes: Changes) -> list[Call]:
        """The calls that ended, and those that somebody wrote about since."""
        told = {call.call_sid: call for call in changes.calls}
        for card in changes.cards:
            if card.call_sid not in told and (call := self._store.call(card.call_sid)) is not None:
                told[card.call_sid] = call
        return [call for call in told.values() if not call.live]

    def _begin(self) -> None:
        """The first time: what ended of late is counted from history."""
        mark = self._store.live_calls().mark
        now = self._clock()
        past: list[Call] = []
        after = ""
        while len(past) < PAST_CALLS:
            page = self._store.history(Wanted(now - PAST_SECONDS, now + 1), after, PAGE_CALLS)
            past += page.calls
            after = page.next
            if not after:
                break
        self._count(past)
        self._write(mark)
        self._mark = mark

    def _count(self, calls: list[Call]) -> None:
        for call in sorted(calls, key=lambda one: one.changed_at):
            if not call.live and is_somebodys(call.number):
                self._callers.count(call)

    def _written(self) -> int | None:
        counted = self._store.record(Counted, KEY)
        return counted.mark if counted else None

    def _write(self, mark: int) -> None:
        self._store.change_record(Counted, KEY, lambda before: Counted(KEY, max(mark, before.mark if before else 0)))
