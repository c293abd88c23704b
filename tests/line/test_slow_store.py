"""A store whose reads hang: requests that only need a caller's place are answered from memory, at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest

from callin.contracts import Changes, Store, StoreError
from callin.live import Dashboards, Lineup
from callin.live.cache import start_daemon
from callin.stores.sqlite import SqliteStore
from tests.line.conftest import House, read_line
from tests.support.processes import wait_until

SOON_SECONDS = 1.0


@dataclass
class HangingStore:
    """A store whose readings of the line hang, from `hang` until `fail` or `go_on`. All else works."""

    inner: Store
    may_read: threading.Event = field(default_factory=threading.Event)
    reading: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    fails: bool = False

    def __post_init__(self) -> None:
        self.may_read.set()

    def hang(self) -> None:
        self.may_read.clear()

    def fail(self) -> None:
        self.fails = True
        self.may_read.set()

    def go_on(self) -> None:
        self.fails = False
        self.may_read.set()

    def live_calls(self) -> Changes:
        self._wait()
        return self.inner.live_calls()

    def changes_since(self, mark: int) -> Changes:
        self._wait()
        return self.inner.changes_since(mark)

    def show(self) -> Any:
        self._wait()
        return self.inner.show()

    def _wait(self) -> None:
        if not self.may_read.is_set():
            self.reading.release()
            assert self.may_read.wait(30)
        if self.fails:
            raise StoreError("The store did not answer.")

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


def test_a_callers_place_is_read_from_memory_while_another_reading_hangs(house: House, store: SqliteStore) -> None:
    hanging = HangingStore(store)
    board, _dashboards = read_line(hanging, house.clock)
    house.ring("CA1", "CA2")
    assert board.place("CA2").position == 2
    assert board.show_and_size()[1] == 2
    hanging.hang()
    with ThreadPoolExecutor(9) as threads:
        stuck = threads.submit(board.read, Lineup.live)
        assert hanging.reading.acquire(timeout=30)
        began = time.monotonic()
        places = list(threads.map(lambda _: board.place("CA2").position, range(8)))
        assert places == [2] * 8
        assert board.show_and_size()[1] == 2
        assert time.monotonic() - began < SOON_SECONDS / 2
        hanging.go_on()
        assert {call.call_sid for call in stuck.result(30)} == {"CA1", "CA2"}


def test_after_a_reading_that_failed_late_nobody_waits_for_the_next_one(house: House, store: SqliteStore) -> None:
    hanging = HangingStore(store)
    board, dashboards = read_line(hanging, house.clock)
    house.ring("CA1")
    assert board.place("CA1").position == 1
    hanging.hang()
    with ThreadPoolExecutor(1) as threads:
        stuck = threads.submit(board.read, Lineup.live)
        assert hanging.reading.acquire(timeout=30)
        wait_until(lambda: is_quick(lambda: board.place("CA1")), why="others wait for a reading that hangs")
        hanging.fail()
        with pytest.raises(StoreError):
            stuck.result(30)
    hanging.hang()
    assert is_quick(lambda: board.place("CA1"))
    with pytest.raises(StoreError):
        board.first_in_line(1)  # decisions are not made from memory that may be old
    assert json_says_so(dashboards)
    house.ring("CA2")
    hanging.go_on()
    wait_until(lambda: board.place("CA2").position == 2, why="it does not come back")
    assert [call.call_sid for call in board.first_in_line(2)] == ["CA1", "CA2"]


class ThreadsToGive:
    """A system that has no thread to give as long as it is full."""

    is_full = True

    def start(self, run: Callable[[], None]) -> None:
        if self.is_full:
            raise RuntimeError("can't start new thread")
        start_daemon(run)


def test_a_store_that_came_back_is_found_though_no_thread_could_look_for_it_at_first(
    house: House, store: SqliteStore
) -> None:
    hanging = HangingStore(store)
    threads_to_give = ThreadsToGive()
    board, _ = read_line(hanging, house.clock, start=threads_to_give.start)
    house.ring("CA1")
    assert board.place("CA1").position == 1
    hanging.hang()
    with ThreadPoolExecutor(1) as threads:
        stuck = threads.submit(board.read, Lineup.live)
        assert hanging.reading.acquire(timeout=30)
        wait_until(lambda: is_quick(lambda: board.place("CA1")))
        hanging.fail()
        with pytest.raises(StoreError):
            stuck.result(30)
    hanging.go_on()
    threads_to_give.is_full = False
    house.ring("CA2")
    wait_until(lambda: board.place("CA2").position == 2, why="it does not come back")


def json_says_so(dashboards: Dashboards) -> bool:
    return dashboards.status()["twilio"]["ok"] is False


def is_quick(do: Any) -> bool:
    began = time.monotonic()
    do()
    return time.monotonic() - began < SOON_SECONDS / 2


def test_a_board_that_has_never_read_says_that_it_knows_nothing(house: House, store: SqliteStore) -> None:
    hanging = HangingStore(store)
    hanging.fail()
    with pytest.raises(StoreError):
        read_line(hanging, house.clock)[0].place("CA1")
