"""A thread pool for the event loop. One thread works while it keeps up; others join when it waits."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from typing import Generic, TypeVar

Job = TypeVar("Job")

STUCK_SECONDS = 0.02
"""If jobs wait and none has been taken for so long, the working threads must be waiting themselves. A thread that only
waits for the interpreter gets it within 5 ms."""


log = logging.getLogger(__name__)


class FullError(Exception):
    """Too many jobs are waiting."""


class WorkerPool(Generic[Job]):
    """Runs `run(job)` in daemon threads, in the order of `put`.

    Threads that compute at the same time take the interpreter from each other: with four, each request took twice as
    long as with one. So a job wakes a thread only if none is working, or if none has taken a job for 20 ms. A store
    that answers in 50 ms therefore gets as many threads as it needs, and SQLite gets one.

    `put` belongs to the thread of the event loop. `run` must not raise.
    """

    def __init__(self, name: str, run: Callable[[Job], None], *, most_threads: int, most_waiting: int) -> None:
        self._name = name
        self._run = run
        self._most_threads = most_threads
        self._most_waiting = most_waiting
        self._jobs: deque[Job] = deque()
        self._lock = threading.Lock()
        """Guards `_jobs` and `_at_work`; held for a few instructions only, so the event loop may take it."""
        self._at_work = 0
        self._taken_at = 0.0
        self._threads = 0
        self._calls: SimpleQueue[None] = SimpleQueue()
        self._look: asyncio.TimerHandle | None = None

    @property
    def waiting(self) -> int:
        """How many jobs wait for a thread."""
        return len(self._jobs)

    def put(self, job: Job) -> None:
        """Queues the job. FullError if too many wait."""
        with self._lock:
            if len(self._jobs) >= self._most_waiting:
                raise FullError
            self._jobs.append(job)
        if not self._at_work or self._is_stuck():
            self._wake(1)
        if self._look is None:
            self._look = asyncio.get_running_loop().call_later(STUCK_SECONDS, self._look_again)

    def _is_stuck(self) -> bool:
        return time.monotonic() - self._taken_at > STUCK_SECONDS

    def _look_again(self) -> None:
        """Doubles the threads while jobs wait and none is taken."""
        self._look = None
        if not self._jobs:
            return
        if self._is_stuck():
            self._wake(max(1, min(self._at_work, len(self._jobs))))
        self._look = asyncio.get_running_loop().call_later(STUCK_SECONDS, self._look_again)

    def _wake(self, threads: int) -> None:
        for _ in range(min(threads, self._most_threads - self._at_work)):
            if self._at_work >= self._threads:
                thread = threading.Thread(target=self._work, name=f"{self._name}-{self._threads + 1}", daemon=True)
                try:
                    thread.start()
                except RuntimeError:
                    log.exception("Cannot start another thread for %s", self._name)
                    return  # `_look_again` retries while jobs wait
                self._threads += 1
            with self._lock:
                self._at_work += 1
            self._calls.put(None)

    def _work(self) -> None:
        while True:
            self._calls.get()
            while (job := self._next()) is not None:
                self._run(job)
                del job  # it holds a request and its answer

    def _next(self) -> Job | None:
        with self._lock:
            if self._jobs:
                self._taken_at = time.monotonic()
                return self._jobs.popleft()
            self._at_work -= 1
            return None
