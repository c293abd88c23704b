"""Work of many threads in one transaction: each gets its own answer, and a failure meets those whom it concerns."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from callin.stores.together import Together
from tests.support.processes import wait_until


class BrokenError(Exception):
    """The engine fails."""


class Engine:
    """Counts transactions, and fails to commit when it is told to."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.transactions = 0
        self.fails = False
        self.together = Together(self.lock, self.transaction, (BrokenError,))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self.transactions += 1
        yield
        if self.fails:
            raise BrokenError("full")

    def all_at_once(self, works: list[Callable[[], int]]) -> list[object]:
        """What becomes of works that queue up while another holds the lock."""
        with ThreadPoolExecutor(len(works)) as pool:
            with self.lock:
                asked = [pool.submit(self.together.do, work) for work in works]
                wait_until(lambda: self.together.waiting == len(works))
            return [one.exception() or one.result() for one in asked]


def refuse() -> int:
    raise ValueError("no")


def test_what_comes_at_once_is_one_transaction_and_each_gets_its_own_answer() -> None:
    engine = Engine()
    assert engine.all_at_once([lambda number=number: number for number in range(8)]) == list(range(8))  # type: ignore[misc]
    assert engine.transactions == 1


def test_work_that_fails_fails_alone() -> None:
    engine = Engine()
    first, second, third = engine.all_at_once([lambda: 1, refuse, lambda: 3])
    assert (first, third) == (1, 3)
    assert isinstance(second, ValueError)


def test_a_transaction_that_fails_fails_all_of_its_work_and_none_after_it() -> None:
    engine = Engine()
    engine.fails = True
    assert all(isinstance(one, BrokenError) for one in engine.all_at_once([lambda: 1, lambda: 2]))
    engine.fails = False
    assert engine.together.do(lambda: 3) == 3


def test_an_error_of_the_engine_within_work_ends_the_transaction() -> None:
    def breaks() -> int:
        raise BrokenError("gone")

    engine = Engine()
    assert all(isinstance(one, BrokenError) for one in engine.all_at_once([lambda: 1, breaks, lambda: 2]))
    with pytest.raises(BrokenError):
        engine.together.do(breaks)
