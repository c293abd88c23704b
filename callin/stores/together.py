"""What many threads want written at once becomes one transaction: who comes first takes the others along."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Generic, TypeVar

T = TypeVar("T")

Transaction = Callable[[], AbstractContextManager[object]]


class _Job(Generic[T]):
    """One piece of work, and what came of it. Its thread waits for `turn`: until it is done, or is to lead."""

    __slots__ = ("answer", "done", "problem", "turn", "work")

    def __init__(self, work: Callable[[], T]) -> None:
        self.work = work
        self.answer: T | None = None
        self.problem: BaseException | None = None
        self.done = False
        self.turn = threading.Lock()
        self.turn.acquire()


class Together:
    """Runs work under the lock and in a transaction: all that has queued up meanwhile, in the order it came.

    A transaction of its own for each would hand the lock from thread to thread several times as often, and that costs
    more than the writing. So one thread at a time leads; the others do not queue for the lock, but are told when their
    work is done. `fatal` are the errors after which the whole transaction is worth nothing: then each piece of work
    fails. Any other error is that of the work alone, which must have written nothing when it raises.
    """

    def __init__(
        self, lock: AbstractContextManager[object], transaction: Transaction, fatal: tuple[type[Exception], ...]
    ) -> None:
        self._lock = lock
        self._transaction = transaction
        self._fatal = fatal
        self._entrance = threading.Lock()
        self._jobs: deque[_Job[Any]] = deque()
        self._is_led = False

    @property
    def waiting(self) -> int:
        """How many pieces of work wait for the next transaction."""
        return len(self._jobs)

    def do(self, work: Callable[[], T]) -> T:
        """What `work` answers, once it is committed. It may not ask for more work to be done."""
        job = _Job(work)
        with self._entrance:
            self._jobs.append(job)
            leads, self._is_led = not self._is_led, True
        if not leads:
            job.turn.acquire()
        if not job.done:
            self._lead(job)
        if job.problem is not None:
            raise job.problem
        return job.answer  # type: ignore[return-value]  # done without a problem: the answer is there

    def _lead(self, mine: _Job[Any]) -> None:
        jobs: list[_Job[Any]] = []
        try:
            with self._lock:
                jobs += [self._jobs.popleft() for _ in range(len(self._jobs))]
                self._run(jobs)
        finally:
            with self._entrance:
                if self._jobs:
                    self._jobs[0].turn.release()  # who came first meanwhile leads now
                else:
                    self._is_led = False
            for job in jobs:
                if job is not mine:
                    job.turn.release()

    def _run(self, jobs: list[_Job[Any]]) -> None:
        try:
            with self._transaction():
                for job in jobs:
                    self._try(job)
        except BaseException as error:
            for job in jobs:
                job.problem = job.problem or error
            if not isinstance(error, Exception):
                raise
        finally:
            for job in jobs:
                job.done = True

    def _try(self, job: _Job[Any]) -> None:
        try:
            job.answer = job.work()
        except self._fatal:
            raise
        except Exception as problem:  # noqa: BLE001 - whatever it is, it is handed to the thread that asked
            job.problem = problem
