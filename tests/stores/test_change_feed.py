"""The change feed: one watch while somebody looks, and polling when the watch fails."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from callin.contracts import StoreError
from callin.model import Call
from callin.stores.change_cache import DELETED_KEPT, ChangeCache, Entry
from callin.stores.change_feed import ChangeFeed, Report, Timing
from tests.stores.cast import ended, waiting
from tests.support.processes import wait_until

FAST = Timing(first_report_seconds=0.1, late_seconds=0.1, poll_seconds=0.05, retry_seconds=0.1)


@dataclass
class Watch:
    """A watch that the test controls."""

    report: Report
    is_active: bool = True

    def unsubscribe(self) -> None:
        self.is_active = False


@dataclass
class Records:
    """A store's documents in memory: watches on them report or stay silent, requests work or fail."""

    entries: dict[str, Entry[Any]] = field(default_factory=dict)
    watches: list[Watch] = field(default_factory=list)
    polls: int = 0
    watch_is_silent: bool = False
    problem: str = ""
    complete_since: int = 0

    def put(self, call: Call, mark: int) -> None:
        self.entries[call.call_sid] = entry(call, mark)
        if not self.watch_is_silent:
            for watch in self.watches:
                if watch.is_active:
                    watch.report({call.call_sid: self.entries[call.call_sid]})

    def watch(self, report: Report) -> Watch:
        self.watches.append(Watch(report))
        if not self.watch_is_silent:
            report(dict(self.entries))
        return self.watches[-1]

    def everything(self) -> Mapping[str, Entry[Any]]:
        return self.changed_after(0)

    def changed_after(self, mark: int) -> Mapping[str, Entry[Any]]:
        self.polls += 1
        if self.problem:
            raise StoreError(self.problem)
        return {name: one for name, one in self.entries.items() if one.mark > mark}


def entry(call: Call, mark: int) -> Entry[Call]:
    return Entry(call, mark, None)


@contextmanager
def following(records: Records, cache: ChangeCache, timing: Timing = FAST) -> Iterator[ChangeFeed]:
    one = ChangeFeed(records, cache, timing)
    try:
        yield one
    finally:
        one.stop()


@pytest.fixture
def records() -> Records:
    return Records({"CA1": entry(waiting("CA1"), 10)})


@pytest.fixture
def cache() -> ChangeCache:
    return ChangeCache()


def sids(cache: ChangeCache) -> list[str]:
    return sorted(call.call_sid for call in cache.live().calls)


def test_nothing_runs_before_somebody_looks(records: Records, cache: ChangeCache) -> None:
    with following(records, cache) as one:
        assert not one.is_running
        assert records.watches == []
        one.use()
        assert sids(cache) == ["CA1"]
        assert records.polls == 0


def test_one_watch_serves_all_who_look(records: Records, cache: ChangeCache) -> None:
    with following(records, cache) as one:
        threads = [threading.Thread(target=one.use) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        records.put(waiting("CA2"), 20)
        assert sids(cache) == ["CA1", "CA2"]
        assert (len(records.watches), records.polls) == (1, 0)


def test_it_stops_when_nobody_looked_for_a_while_and_begins_again(records: Records, cache: ChangeCache) -> None:
    with following(records, cache, Timing(idle_seconds=0.2)) as one:
        one.use()
        assert records.watches[0].is_active
        wait_until(lambda: not one.is_running and not records.watches[0].is_active, 3.0)
        assert sids(cache) == []
        records.put(waiting("CA2"), 20)
        one.use()
        assert sids(cache) == ["CA1", "CA2"]
        assert len(records.watches) == 2


def test_a_watch_that_never_reports_is_replaced_by_polling(records: Records, cache: ChangeCache) -> None:
    records.watch_is_silent = True
    with following(records, cache) as one:
        one.use()
        assert sids(cache) == ["CA1"]
        assert records.polls > 0


def test_a_watch_that_ends_is_polled_for_and_begun_anew(records: Records, cache: ChangeCache) -> None:
    with following(records, cache, Timing(poll_seconds=0.05, retry_seconds=0.5)) as one:
        one.use()
        records.watches[0].is_active = False
        records.put(waiting("CA2"), 20)
        wait_until(lambda: sids(cache) == ["CA1", "CA2"], 2.0)
        assert records.polls > 0
        wait_until(lambda: len(records.watches) > 1, 3.0)
        records.put(waiting("CA3"), 30)
        assert sids(cache) == ["CA1", "CA2", "CA3"]


def test_a_watch_that_falls_silent_is_found_out_by_our_own_writes(records: Records, cache: ChangeCache) -> None:
    with following(records, cache) as one:
        one.use()
        records.watch_is_silent = True
        records.put(waiting("CA2"), 20)
        records.put(waiting("CA3"), 30)
        cache.wrote("CA3", entry(waiting("CA3"), 30))
        wait_until(lambda: sids(cache) == ["CA1", "CA2", "CA3"], 2.0)
        records.watch_is_silent = False
        wait_until(lambda: len(records.watches) > 1, 2.0)


def test_a_watch_that_has_grown_old_is_begun_anew_and_what_ended_in_its_time_is_let_go(
    records: Records, cache: ChangeCache
) -> None:
    with following(records, cache, Timing(renew_seconds=0.5)) as one:
        one.use()
        records.put(ended(waiting("CA2")), 20)
        assert cache.since(10).calls == (ended(waiting("CA2")),)
        del records.entries["CA2"]
        records.complete_since = 25
        wait_until(lambda: len(records.watches) > 1, 3.0)
        assert not records.watches[0].is_active
        records.put(waiting("CA3"), 30)
        assert cache.since(10).calls == (waiting("CA3"),)
        assert sids(cache) == ["CA1", "CA3"]


def test_a_failure_is_raised_until_it_is_over(records: Records, cache: ChangeCache) -> None:
    with following(records, cache) as one:
        one.use()
        records.problem = "The store is gone."
        one.doubt()
        wait_until(lambda: one.has_failed, 2.0)
        with pytest.raises(StoreError, match="is gone"):
            one.use()
        records.problem = ""
        wait_until(lambda: not one.has_failed, 2.0)
        one.use()


def test_a_store_that_never_answers_is_reported_soon(records: Records, cache: ChangeCache) -> None:
    records.watch_is_silent, records.problem = True, "The store is gone."
    with following(records, cache) as one, pytest.raises(StoreError, match="is gone"):
        one.use()


def test_a_late_report_does_not_undo_our_own_write(records: Records, cache: ChangeCache) -> None:
    with following(records, cache) as one:
        one.use()
        done = ended(waiting("CA1"))
        cache.wrote("CA1", entry(done, 30))
        assert sids(cache) == []
        records.watches[0].report({"CA1": entry(waiting("CA1"), 20)})
        assert sids(cache) == []
        assert cache.since(10).calls == (done,)


def test_a_mark_waits_for_the_watch_though_our_own_write_is_seen_at_once(records: Records, cache: ChangeCache) -> None:
    """Another instance's write may be older than ours and not be reported yet: a mark beyond it would miss it."""
    with following(records, cache, Timing()) as one:
        one.use()
        cache.wrote("CA3", entry(waiting("CA3"), 30))
        assert sids(cache) == ["CA1", "CA3"]
        assert cache.since(10).mark == 10
        records.put(waiting("CA2"), 20)
        records.put(waiting("CA3"), 30)
        assert cache.since(10).mark == 30
        assert {call.call_sid for call in cache.since(10).calls} == {"CA2", "CA3"}


def test_after_a_pause_the_mark_is_one_since_which_nothing_is_missing(records: Records, cache: ChangeCache) -> None:
    """An earlier mark is older than the newest content, so it does not count as up to date."""
    with following(records, cache, Timing(idle_seconds=0.2)) as one:
        one.use()
        mark = cache.live().mark
        wait_until(lambda: not one.is_running, 3.0)
        del records.entries["CA1"]
        records.complete_since = 500
        one.use()
        assert cache.live().mark == 500 > mark


def test_a_late_report_does_not_bring_back_what_this_instance_has_deleted(cache: ChangeCache) -> None:
    cache.wrote("CA1", entry(waiting("CA1"), 10))
    cache.drop("CA1", 10)
    cache.update({"CA1": entry(waiting("CA1"), 10)})
    assert sids(cache) == []
    assert cache.mark == 10, "the report still counts"
    cache.update({"CA1": None})
    cache.update({"CA1": entry(waiting("CA1"), 20)})
    assert sids(cache) == ["CA1"], "somebody has written it again since"


def test_the_last_deletions_are_remembered(cache: ChangeCache) -> None:
    for number in range(DELETED_KEPT + 1):
        cache.drop(f"CA{number}", 10)
    cache.update({name: entry(waiting(name), 10) for name in ("CA0", "CA1", f"CA{DELETED_KEPT}")})
    assert sids(cache) == ["CA0"]
