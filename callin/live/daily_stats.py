"""The calls of the last two days in memory: waits, who was aired, who gave up, and what they add up to."""

from __future__ import annotations

import logging
import threading
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from msgspec import Struct

from callin.contracts import Clock, HistoryQuery, Store, StoreError
from callin.model import Call, Outcome, Stage
from callin.rules import wait_estimate
from callin.rules.wait_estimate import Pace

KEPT_SECONDS = 48 * 3600.0
KEPT_CALLS = 20_000
SLOT_SECONDS = 300
WAITS_SHOWN = 500
SUMMARIES_KEPT = 8

MEDIAN_SECONDS = 5.0
"""How long a computed median or pace is reused, so that a busy line does not compute it with every change."""

PACE_SECONDS = 3 * 3600.0
GIVE_UPS_SECONDS = 1800.0
"""How far back the times between callers on the air count, and the callers that gave up."""

TURNED_AWAY = frozenset({Outcome.BLOCKED, Outcome.LINE_FULL})
"""Calls that were never in line: they are counted, but they did not wait."""

PAGE_CALLS = 500
MEDIAN_HOURS = 4

log = logging.getLogger(__name__)


class Past(Struct, frozen=True):
    """What is kept of a call. `waited_until` is None while the caller waits."""

    call_sid: str
    joined_at: float
    waited_until: float | None
    aired_at: float | None
    gave_up_at: float | None
    outcome: Outcome | None
    was_in_line: bool

    def wait_seconds(self, now: float) -> float:
        return max(0.0, (now if self.waited_until is None else self.waited_until) - self.joined_at)


class RecentCalls:
    """The calls of the last two days. It is not safe to share between threads.

    Adding a call costs the same however many there are. Totals are computed on request, and once for all requests
    that ask the same.
    """

    def __init__(self, kept_calls: int = KEPT_CALLS) -> None:
        self._kept_calls = kept_calls
        self._past: dict[str, Past] = {}
        self._order: list[tuple[float, str]] = []
        self._forgotten_until = 0.0
        self._summaries: dict[tuple[float, float, int], dict[str, Any]] = {}
        self._median: tuple[float, float, int | None] | None = None
        self._pace: tuple[float, Pace | None] | None = None

    def __len__(self) -> int:
        return len(self._past)

    def __contains__(self, call_sid: object) -> bool:
        return call_sid in self._past

    def apply(self, calls: Iterable[Call], now: float) -> None:
        """Adds these calls or replaces what was known of them, and forgets the oldest."""
        for call in calls:
            past, before = _past(call), self._past.get(call.call_sid)
            if past == before:
                continue
            self._summaries.clear()
            if before is not None and before.joined_at != past.joined_at:
                del self._order[bisect_left(self._order, (before.joined_at, call.call_sid))]
            if before is None or before.joined_at != past.joined_at:
                insort(self._order, (past.joined_at, call.call_sid))
            self._past[call.call_sid] = past
        self._forget(now)

    def summary(self, since: float, until: float, now: float) -> dict[str, Any]:
        """The calls that joined in [since, until) and what happened in it, as `/day` answers.

        The answer is shared: do not change it. Its "from" is later than `since` if older calls were forgotten.
        A slot counts what happened in it, so also the airing of a caller that joined before `since`.
        """
        since = max(since, self._forgotten_until)
        key = (since, until, int(now))
        if key not in self._summaries:
            if len(self._summaries) >= SUMMARIES_KEPT:
                self._summaries.clear()
            self._summaries[key] = self._summary(since, until, now)
        return self._summaries[key]

    def median_wait_seconds(self, since: float, now: float) -> int | None:
        """The median wait of callers that joined after `since`, in whole seconds, at most 5 s old; None for none."""
        if self._median is not None:
            at, its_since, value = self._median
            if 0 <= now - at < MEDIAN_SECONDS and abs(since - its_since) < MEDIAN_SECONDS:
                return value
        waits = [past.wait_seconds(now) for past in self._waited(since, now + 1)]
        self._median = now, since, _median(waits)
        return self._median[2]

    def pace(self, now: float) -> Pace | None:
        """How the show takes its callers, at most 5 s old; None while too few were on the air."""
        if self._pace is None or not 0 <= now - self._pace[0] < MEDIAN_SECONDS:
            self._pace = now, _pace(self._waited(now - PACE_SECONDS, now + 1), now)
        return self._pace[1]

    def _forget(self, now: float) -> None:
        old = bisect_left(self._order, (now - KEPT_SECONDS, ""))
        too_many = len(self._order) - self._kept_calls
        if too_many > old:
            self._forgotten_until = self._order[too_many][0]
        gone = max(old, too_many)
        if gone > 0:
            for _, call_sid in self._order[:gone]:
                del self._past[call_sid]
            del self._order[:gone]
            self._summaries.clear()

    def _joined(self, since: float, until: float) -> list[Past]:
        first, end = (bisect_left(self._order, (at, "")) for at in (since, until))
        return [self._past[call_sid] for _, call_sid in self._order[first:end]]

    def _waited(self, since: float, until: float) -> list[Past]:
        """The calls that were in line and joined in that time, oldest first."""
        return [past for past in self._joined(since, until) if past.was_in_line]

    def _summary(self, since: float, until: float, now: float) -> dict[str, Any]:
        joined = self._joined(since, until)
        waited = self._waited(since, until)
        waits = [past.wait_seconds(now) for past in waited]
        return {
            "from": since,
            "until": until,
            "now": round(now, 3),
            "calls": len(joined),
            "median_wait_seconds": _median(waits),
            "longest_wait_seconds": int(max(waits)) if waits else None,
            "outcomes": dict(Counter(past.outcome.value for past in joined if past.outcome)),
            "gave_up": sum(past.gave_up_at is not None for past in joined),
            "slots": self._slots(since, until),
            "waits": [_wait(past, now) for past in waited[: -WAITS_SHOWN - 1 : -1]],
        }

    def _slots(self, since: float, until: float) -> list[dict[str, int]]:
        counts: dict[int, Counter[str]] = {}
        for past in self._past.values():
            for name, at in (("joined", past.joined_at), ("aired", past.aired_at), ("gave_up", past.gave_up_at)):
                if at is not None and since <= at < until:
                    counts.setdefault(int(at // SLOT_SECONDS) * SLOT_SECONDS, Counter())[name] += 1
        return [
            {"at": at, **{name: count[name] for name in ("joined", "aired", "gave_up")}}
            for at, count in sorted(counts.items())
        ]


class DailyStats:
    """The recent calls, kept in step with the store. Safe to use from many threads.

    The past is read when a page first asks for it, so that neither a start nor a webhook waits for it.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._recent = RecentCalls()
        self._lock = threading.Lock()
        self._loading = threading.Lock()
        self._loaded = threading.Event()

    def apply(self, calls: Iterable[Call]) -> None:
        """Takes in calls that have changed, as they are now."""
        with self._lock:
            self._recent.apply(calls, self._clock())

    def load_soon(self) -> None:
        """Starts reading the past in the background, unless that was started before."""
        if not self._loaded.is_set() and not self._loading.locked():
            threading.Thread(target=self._load_if_possible, name="daily stats", daemon=True).start()

    def load(self) -> None:
        """Reads the past from the store, unless it was read before. StoreError if it cannot be read."""
        if self._loaded.is_set():
            return
        with self._loading:
            if self._loaded.is_set():
                return
            for calls in self._pages_of_the_past():
                with self._lock:
                    # What came as a change is at least as new as what was read, and later changes are still to come.
                    self._recent.apply([call for call in calls if call.call_sid not in self._recent], self._clock())
            self._loaded.set()

    def summary(self, since: float, until: float) -> dict[str, Any]:
        """The object of `/day`: shared, so do not change it."""
        self.load()
        with self._lock:
            return self._recent.summary(since, until, self._clock())

    def median_wait_seconds(self) -> int | None:
        """The median wait of the last four hours; None while nobody called, or the past was not read yet."""
        if not self._loaded.is_set():
            return None
        with self._lock:
            now = self._clock()
            return self._recent.median_wait_seconds(now - MEDIAN_HOURS * 3600, now)

    def pace(self) -> Pace | None:
        """How the show takes its callers, from the calls that are known here; it reads nothing."""
        with self._lock:
            return self._recent.pace(self._clock())

    def _load_if_possible(self) -> None:
        try:
            self.load()
        except StoreError as error:
            log.warning("The calls of the last two days could not be read: %s", error)

    def _pages_of_the_past(self) -> Iterator[tuple[Call, ...]]:
        """The latest calls first, a page at a time: all of them at once take three times the memory of what is kept."""
        now = self._clock()
        wanted = HistoryQuery(since=now - KEPT_SECONDS, until=now + 1)
        after = ""
        for _ in range(KEPT_CALLS // PAGE_CALLS):
            page = self._store.history(wanted, after, PAGE_CALLS)
            yield page.calls
            after = page.next
            if not after:
                return


def _median(waits: list[float]) -> int | None:
    """The middle wait, or the mean of the two in the middle, in whole seconds. (`statistics` is slow to load.)"""
    if not waits:
        return None
    ordered, half = sorted(waits), len(waits) // 2
    return int(ordered[half] if len(waits) % 2 else (ordered[half - 1] + ordered[half]) / 2)


def _pace(waited: list[Past], now: float) -> Pace | None:
    """The pace of these calls. Only callers that waited all the time since the one before show how long one takes."""
    aired = sorted((past.aired_at, past.joined_at) for past in waited if past.aired_at is not None)
    gaps = [at - before for (before, _), (at, joined_at) in pairwise(aired) if joined_at <= before]
    if not gaps:
        return None
    in_line_since = min((past.joined_at for past in waited if past.waited_until is None), default=now)
    since = now - GIVE_UPS_SECONDS
    give_ups = sum(past.gave_up_at is not None and past.gave_up_at > since for past in waited)
    caller_seconds = sum(
        max(0.0, (now if past.waited_until is None else past.waited_until) - max(past.joined_at, since))
        for past in waited
    )
    return wait_estimate.pace(gaps, now - max(aired[-1][0], in_line_since), give_ups / max(1.0, caller_seconds))


def _wait(past: Past, now: float) -> dict[str, Any]:
    return {
        "call_sid": past.call_sid,
        "joined_at": round(past.joined_at, 3),
        "wait_seconds": int(past.wait_seconds(now)),
        "outcome": past.outcome,
        "aired": past.aired_at is not None,
    }


def _past(call: Call) -> Past:
    """What is kept of a call. A wait ends when the caller is first on the air, else when the call ends."""
    aired_at = call.first_aired_at
    ended_at = None if call.live else call.changed_at
    return Past(
        call_sid=call.call_sid,
        joined_at=call.joined_at,
        waited_until=ended_at if aired_at is None else aired_at,
        aired_at=aired_at,
        gave_up_at=ended_at if aired_at is None and call.outcome is Outcome.HUNG_UP else None,
        outcome=call.outcome,
        was_in_line=not _was_turned_away(call),
    )


def _was_turned_away(call: Call) -> bool:
    """Whether the call was never in line. Some calls with the outcome LINE_CLOSED did wait in line first."""
    only_rang = call.outcome is Outcome.LINE_CLOSED and call.moments[0].stage is Stage.ARRIVING
    return only_rang or call.outcome in TURNED_AWAY
