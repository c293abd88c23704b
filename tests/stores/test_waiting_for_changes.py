"""What every store promises to threads that wait for a change, tested on each engine."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from msgspec.structs import replace

from callin.contracts import Store
from callin.model import Desk
from tests.stores.cast import put, settled, waiting
from tests.stores.conftest import Opener
from tests.support.processes import wait_until


def how_long(waits: Callable[[], None]) -> float:
    began = time.monotonic()
    waits()
    return time.monotonic() - began


def test_a_waiter_learns_of_a_change_by_its_own_instance_at_once(store: Store) -> None:
    mark = settled(store)
    timer = threading.Timer(0.2, put, (store, waiting("CA1")))
    timer.start()
    assert how_long(lambda: store.wait_for_change(mark, 5.0)) < 1.0
    timer.join()
    assert store.changes_since(mark).calls == (waiting("CA1"),)


def test_a_waiter_learns_of_another_instances_change_within_a_second(opener: Opener) -> None:
    one, other = opener(), opener()
    mark = settled(other)
    timer = threading.Timer(0.2, one.change_desk, ("air", lambda desk: replace(desk, turn=9)))
    timer.start()
    assert how_long(lambda: other.wait_for_change(mark, 5.0)) < 1.2
    timer.join()
    assert other.changes_since(mark).desks == (Desk("air", turn=9),)


def test_all_who_wait_hear_of_it(store: Store) -> None:
    mark = settled(store)
    with ThreadPoolExecutor(4) as threads:
        waits = [threads.submit(how_long, lambda: store.wait_for_change(mark, 5.0)) for _ in range(4)]
        put(store, waiting("CA1"))
        assert max(wait.result() for wait in waits) < 1.0


def test_a_wait_for_nothing_ends_when_its_time_is_up(store: Store) -> None:
    mark = settled(store)
    assert 0.25 < how_long(lambda: store.wait_for_change(mark, 0.3)) < 0.8


def test_what_changed_before_is_not_waited_for(store: Store) -> None:
    mark = settled(store)
    put(store, waiting("CA1"))
    assert how_long(lambda: store.wait_for_change(mark, 5.0)) < 1.0


def test_a_mark_that_is_ahead_of_this_instance_is_waited_for(opener: Opener) -> None:
    one, other = opener(), opener()
    settled(other)
    put(one, waiting("CA1"))
    mark = settled(one)
    wait_until(lambda: other.changes_since(mark - 1).calls, 1.0)
    assert other.changes_since(mark).calls == ()
    assert how_long(lambda: other.wait_for_change(mark + 1_000, 0.2)) > 0.15
