"""The threads beside the event loop: how many work at a time, and what happens when too many jobs wait."""

from __future__ import annotations

import asyncio
import threading

import pytest

from callin.rsgi import THREADS_AT_WORK, FullError, WorkerPool
from tests.support.processes import until


def test_when_too_many_wait_the_next_is_told_to_try_again() -> None:
    async def story() -> list[int]:
        done: list[int] = []
        free = asyncio.Event()
        loop = asyncio.get_running_loop()

        def work(number: int) -> None:
            asyncio.run_coroutine_threadsafe(free.wait(), loop).result(5)
            done.append(number)

        pool = WorkerPool("slow", work, most_threads=2, most_waiting=3)
        pool.put(0)
        await until(lambda: pool.waiting == 0)  # the first thread has taken it
        for number in (1, 2, 3):
            pool.put(number)
        await until(lambda: pool.waiting == 2)  # the second thread helps, as the first is stuck
        pool.put(4)
        with pytest.raises(FullError):
            pool.put(5)
        free.set()
        await until(lambda: len(done) == 5)
        return done

    assert sorted(asyncio.run(story())) == [0, 1, 2, 3, 4]


@pytest.mark.alone
def test_work_that_does_not_wait_is_done_by_few_threads() -> None:
    async def story() -> set[int]:
        threads: list[int] = []
        pool = WorkerPool("quick", lambda _: threads.append(threading.get_ident()), most_threads=32, most_waiting=1000)
        for number in range(500):
            pool.put(number)
        await until(lambda: len(threads) == 500)
        return set(threads)

    assert len(asyncio.run(story())) <= THREADS_AT_WORK
