"""Threads that are held until there is news: all are let go, in their order, whoever gives up meanwhile."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor

from callin.board.held import Held
from tests.support.processes import wait_until


class Hall:
    """A lock, some news, and whoever waits for it."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.held = Held(self.lock)
        self.inside = 0
        self.first_may_pass_on = threading.Event()
        self.first_may_pass_on.set()
        self.left: list[int] = []

    def wait(self, number: int, seconds: float = 30.0) -> None:
        try:
            with self.lock:
                self.inside += 1
                self.held.wait(seconds)
                self.left.append(number)
        finally:
            if not number:
                self.first_may_pass_on.wait(10)
            self.held.pass_on()

    def enter(self, pool: ThreadPoolExecutor, number: int, seconds: float = 30.0) -> Future[None]:
        entered = pool.submit(self.wait, number, seconds)
        wait_until(lambda: self.inside > number, why="nobody came in")
        with self.lock:  # it gives the lock away only once it waits
            return entered

    def tell(self) -> None:
        with self.lock:
            self.held.let_go()


def test_all_who_wait_are_let_go_in_their_order() -> None:
    hall = Hall()
    with ThreadPoolExecutor(20) as pool:
        entered = [hall.enter(pool, number) for number in range(20)]
        hall.tell()
        for one in entered:
            one.result(10)
    assert hall.left == list(range(20))


def test_whose_time_is_up_goes_and_nobody_behind_them_is_forgotten() -> None:
    hall = Hall()
    with ThreadPoolExecutor(3) as pool:
        first, second, third = hall.enter(pool, 0), hall.enter(pool, 1, seconds=0.01), hall.enter(pool, 2)
        second.result(10)
        hall.tell()
        first.result(10)
        third.result(10)
    assert hall.left == [1, 0, 2]


def test_who_gives_up_between_the_news_and_their_turn_holds_nobody_up() -> None:
    hall = Hall()
    hall.first_may_pass_on.clear()
    with ThreadPoolExecutor(3) as pool:
        first, second, third = hall.enter(pool, 0), hall.enter(pool, 1, seconds=0.3), hall.enter(pool, 2)
        hall.tell()
        second.result(10)
        hall.first_may_pass_on.set()
        first.result(10)
        third.result(10)
    assert hall.left == [0, 1, 2]


def test_news_while_they_are_let_go_reaches_those_who_came_since() -> None:
    hall = Hall()
    with ThreadPoolExecutor(20) as pool:
        entered = [hall.enter(pool, number) for number in range(8)]
        with hall.lock:
            hall.held.let_go()
        entered += [hall.enter(pool, number) for number in range(8, 12)]
        hall.tell()
        for one in entered:
            one.result(10)
    assert sorted(hall.left) == list(range(12))
