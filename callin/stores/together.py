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
    """One piece of work, and what came of it."""

    __slots__ = ("answer", "done", "problem", "work")

    def __init__(self, work: Callable[[], T]) -> None:
        self.work = work
        self.answer: T | None = None
        self.problem: BaseException | None = None
        self.done = False


class Together:
    """Runs work under the lock and in a transaction: all that has queued up meanwhile, in the order it came.

    A transaction of its own for each would hand the lock from thread to thread several times as often, and that costs
    more than the writing. `fatal` are the errors after which the whole transaction is worth nothing: then each piece
    of work fails. Any other error is that of the work alone, which must have written nothing when it raises.
    """

    def __init__(self, lock: threading.Lock, transaction: Transaction, fatal: tuple[type[Exception], ...]) -> None:
        self._lock = lock
        self._transaction = transaction
        self._fatal = fatal
        self._jobs: deque[_Job[Any]] = deque()

    @property
    def waiting(self) -> int:
        """How many pieces of work wait for the next transaction."""
        return len(self._jobs)

    def do(self, work: Callable[[], T]) -> T:
        """What `work` answers, once it is committed."""
        job = _Job(work)
        self._jobs.append(job)
        with self._lock:
            if not job.done:
                self._run([self._jobs.popleft() for _ in range(len(self._jobs))])
        if job.problem is not None:
            raise job.problem
        return job.answer  # type: ignore[return-value]  # done without a problem: the answer is there

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
