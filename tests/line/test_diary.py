"""The day as the board keeps it: read from the store once, then kept up to date, and shown by dashboards."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from callin.contracts import HistoryQuery, Page, Store, StoreError
from callin.live.daily_stats import DailyStats
from callin.model import Call
from callin.stores.sqlite import SqliteStore
from tests.line.conftest import HeldClock, House
from tests.support.processes import wait_until

HOUR = 3600


def today(house: House) -> dict[str, Any]:
    return house.dashboards.day_summary(house.clock.now - 24 * HOUR, house.clock.now + 1)


def test_a_show_is_in_the_day_as_it_happens(house: House) -> None:
    assert today(house)["calls"] == 0
    house.ring("CA1", "CA2", "CA3")
    house.clock.advance(57)
    house.put_on_air("CA1")
    house.clock.advance(10)
    house.calls.call_status("CA2", "completed")
    told = today(house)
    assert (told["calls"], told["gave_up"], told["outcomes"]) == (3, 1, {"hung_up": 1})
    assert [(wait["wait_seconds"], wait["aired"]) for wait in told["waits"]] == [(68, False), (69, False), (60, True)]
    assert told["median_wait_seconds"] == 68
    assert [(slot["joined"], slot["aired"], slot["gave_up"]) for slot in told["slots"]] == [(3, 1, 1)]


def test_after_a_restart_the_day_is_what_it_was(house: House) -> None:
    house.ring("CA1", "CA2")
    house.clock.advance(60)
    house.calls.call_status("CA1", "completed")
    before = today(house)
    again = House(house.store, house.clock)
    assert again.board.place("CA2").position == 1
    assert today(again) == before


def test_what_is_older_than_two_days_is_not_read(house: House) -> None:
    house.ring("CA1")
    house.calls.call_status("CA1", "completed")
    house.clock.advance(48 * HOUR)
    house.ring("CA2")
    again = House(house.store, house.clock)
    told = again.dashboards.day_summary(0.0, again.clock.now + 1)
    assert told["calls"] == 1


def test_the_status_has_the_shows_median_once_the_past_was_read(house: House) -> None:
    house.ring("CA1", "CA2", "CA3")
    assert house.dashboards.status()["show"]["median_wait_seconds"] is None
    today(house)
    house.clock.advance(30)
    assert house.dashboards.status()["show"]["median_wait_seconds"] == 32
    house.clock.advance(5 * HOUR)
    assert house.dashboards.status()["show"]["median_wait_seconds"] is None


def test_while_somebody_watches_the_past_is_read_without_anybody_asking(house: House) -> None:
    house.ring("CA1")
    mark = house.dashboards.status()["mark"]
    assert house.dashboards.count_without_news(mark) is not None
    wait_until(lambda: house.dashboards.status()["show"]["median_wait_seconds"] is not None)


@dataclass
class MeanwhileStore:
    """A store in which something happens while its history is read; and which fails for as long as it is told to."""

    inner: Store
    meanwhile: list[Any] = field(default_factory=list)
    problem: str = ""
    pages: int = 0

    def history(self, wanted: HistoryQuery, after: str = "", limit: int = 100) -> Page:
        if self.problem:
            raise StoreError(self.problem)
        page = self.inner.history(wanted, after, limit)
        self.pages += 1
        for happen in self.meanwhile:
            happen()
        return page

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


def test_what_changes_while_the_past_is_read_is_not_put_back(house: House, store: SqliteStore) -> None:
    house.ring("CA1", "CA2")
    meanwhile = MeanwhileStore(store)
    diary = DailyStats(meanwhile, house.clock)

    def hang_up() -> None:
        house.calls.call_status("CA1", "completed")
        call = store.call("CA1")
        assert isinstance(call, Call)
        diary.apply([call])

    meanwhile.meanwhile.append(hang_up)
    told = diary.summary(house.clock.now - HOUR, house.clock.now + 1)
    assert told["calls"] == 2
    assert told["gave_up"] == 1


def test_a_past_of_many_pages_is_read_whole_and_once(store: SqliteStore) -> None:
    house = House(store, HeldClock())
    house.ring(*(f"CA{number:04}" for number in range(1100)))
    counting = MeanwhileStore(store)
    diary = DailyStats(counting, house.clock)
    assert diary.summary(0.0, house.clock.now + 1)["calls"] == 1100
    assert diary.summary(0.0, house.clock.now + 1)["calls"] == 1100
    assert counting.pages == 3


def test_a_past_that_cannot_be_read_raises_and_is_read_again_later(house: House, store: SqliteStore) -> None:
    house.ring("CA1")
    failing = MeanwhileStore(store, problem="The store is away.")
    diary = DailyStats(failing, house.clock)
    with pytest.raises(StoreError):
        diary.summary(0.0, house.clock.now + 1)
    assert diary.median_wait_seconds() is None
    failing.problem = ""
    assert diary.summary(0.0, house.clock.now + 1)["calls"] == 1
