"""One SQLite file: its connection, its transactions, the counter of changes, and the checkpoints of its log."""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, TypeVar

from callin.contracts import StoreError
from callin.stores import schema

T = TypeVar("T")

BUSY_TIMEOUT_SECONDS = 1.5
"""How long to wait for another program's lock. Twilio waits 15 s for a webhook, which needs several records in turn and
may wait behind other webhooks."""
LOOK_SECONDS = 0.1
"""How often to look, while a thread waits, whether another process has changed anything."""
TRANSACTIONS_BETWEEN_CHECKPOINTS = 200
TAKE_NEXT_MARK = "UPDATE mark SET value = ?1 + 1 WHERE value = ?1"
LONGEST_LOG_PAGES = 20_000
"""80 MB. Past this a caller's own transaction copies the log into the file; usually a thread does so long before."""

log = logging.getLogger(__name__)


class _AsStoreError:
    """Raises SQLite's errors within the block as StoreError.

    A class, because a generator's context costs as much as a SELECT, and a webhook enters several.
    """

    def __init__(self, verb: str, path: str = "its file") -> None:
        self._what = f"{verb} {path}"

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        if isinstance(error, (sqlite3.Error, OSError)):
            raise StoreError(f"The store could not {self._what}: {error}.") from error


class _Reading(_AsStoreError):
    """Holds the file's lock within the block."""

    def __init__(self, lock: threading.RLock) -> None:
        super().__init__("read")
        self._lock = lock

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._lock.release()
        super().__exit__(kind, error, traceback)


class _Job(Generic[T]):
    """Work for a transaction, and what came of it."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self.result: T | None = None
        self.error: BaseException | None = None
        self.is_done = False

    def run(self) -> None:
        """Raises SQLite's errors, which end the whole transaction. Any other error is that of this work alone."""
        try:
            self.result = self._work()
        except (sqlite3.Error, OSError):
            raise
        except Exception as error:  # noqa: BLE001 - raised again in the thread that asked for the work
            self.error = error


class SqliteFile:
    """An open file. All threads share its one connection under a lock.

    SQLite writes one transaction at a time anyway, and most reads are answered from LineCache, so connections
    per thread would only add waiting for locks. WAL with synchronous NORMAL may lose the last transactions in a power
    cut, but the file stays consistent: https://www.sqlite.org/wal.html#performance_considerations
    """

    def __init__(self, path: str, busy_timeout_seconds: float) -> None:
        """Opens or creates the file. Raises StoreError if it is unusable or newer than this program."""
        self.requests = 0
        """How many statements have run, without those of transactions and marks."""
        self._path = path
        self._lock = threading.RLock()  # a change may read
        self._reading, self._writing = _Reading(self._lock), _AsStoreError("write")
        self._jobs: deque[_Job[Any]] = deque()
        self._changed = threading.Condition()
        self._mark = -1
        """The mark of this process's last change: the file's, unless another process has changed it since."""
        self._next_mark = 0
        self._transactions = 0
        self._checkpoint: threading.Thread | None = None
        with _AsStoreError("open", path):
            make_private(path)
            self._connection = sqlite3.connect(
                path, timeout=busy_timeout_seconds, isolation_level=None, check_same_thread=False
            )
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
                self._connection.execute("PRAGMA synchronous = NORMAL")
                # Overwrites what is deleted, so that it cannot be found in the file.
                self._connection.execute("PRAGMA secure_delete = ON")
                self._connection.execute(f"PRAGMA wal_autocheckpoint = {LONGEST_LOG_PAGES}")
                self._commit(lambda: schema.migrate(self._connection, path))
            except BaseException:
                self._connection.close()
                raise

    def close(self) -> None:
        if self._checkpoint is not None:
            self._checkpoint.join()
        with self._lock:
            self._connection.close()

    def execute(self, query: str, values: tuple[Any, ...] = ()) -> sqlite3.Cursor:
        """Runs a statement. Only within `reading` or the work of `write`."""
        self.requests += 1
        return self._connection.execute(query, values)

    def rows(self, query: str) -> Iterator[Any]:
        """The rows of a query as of one moment, on a connection of its own: other threads write meanwhile."""
        with _AsStoreError("read"), closing(sqlite3.connect(self._path)) as connection:
            yield from connection.execute(query)

    def reading(self) -> AbstractContextManager[None]:
        """No other thread writes in the meantime. The work of `write` may read too."""
        return self._reading

    def write(self, work: Callable[[], T]) -> T:
        """Runs `work` in a transaction and returns its result once it is committed.

        The thread that gets the lock also commits the work of all threads that wait for it. Work that raises must have
        written nothing, and work must not call `write`.
        """
        job = _Job(work)
        self._jobs.append(job)
        with self._lock:
            if not job.is_done:
                self._run_jobs()
        if job.error is not None:
            raise job.error
        return job.result  # type: ignore[return-value] # without an error it is there

    @property
    def waiting(self) -> int:
        """How many threads wait for the next transaction."""
        return len(self._jobs)

    def _run_jobs(self) -> None:
        jobs = self._take_jobs()

        def run_all() -> None:
            for job in jobs:  # it grows: each statement lets other threads run, and they bring more work
                job.run()
                jobs.extend(self._take_jobs())

        try:
            with self._writing:
                self._commit(run_all)
        except BaseException as error:
            for job in jobs:
                job.error = job.error or error
            if not isinstance(error, Exception):
                raise
        finally:
            for job in jobs:
                job.is_done = True
        self._checkpoint_sometimes()
        if self._next_mark:
            with self._changed:
                self._changed.notify_all()

    def _take_jobs(self) -> list[_Job[Any]]:
        return [self._jobs.popleft() for _ in range(len(self._jobs))]

    def next_mark(self) -> int:
        """The mark of the running transaction: all its changes share one."""
        if not self._next_mark:
            if not self._connection.execute(TAKE_NEXT_MARK, (self._mark,)).rowcount:  # another process has changed it
                self._mark = self._stored_mark()
                self._connection.execute(TAKE_NEXT_MARK, (self._mark,))
            self._next_mark = self._mark + 1
        return self._next_mark

    def _stored_mark(self) -> int:
        return int(self._connection.execute("SELECT value FROM mark").fetchone()[0])

    def wait_for_change(self, mark: int, seconds: float) -> None:
        """Blocks until the file's mark is past `mark`, or time is up."""
        deadline = time.monotonic() + seconds
        with self._changed:
            while not self._is_past(mark) and (left := deadline - time.monotonic()) > 0:
                self._changed.wait(min(left, LOOK_SECONDS))

    def _is_past(self, mark: int) -> bool:
        if self._mark > mark:
            return True
        if not self._lock.acquire(blocking=False):
            return False  # the connection is busy: look again soon
        try:
            with _AsStoreError("read"):
                return self._stored_mark() > mark
        finally:
            self._lock.release()

    def _commit(self, work: Callable[[], object]) -> None:
        """Runs the work in a transaction. If it raises, nothing is stored."""
        self._next_mark = 0
        # IMMEDIATE takes the write lock before reading, so no other process can change what a change has read.
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            work()
            self._connection.execute("COMMIT")
            self._mark = self._next_mark or self._mark
        except BaseException:
            # On a full disk SQLite rolls back by itself.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def _checkpoint_sometimes(self) -> None:
        """Has a thread copy the log into the file, so that no caller waits for the disk."""
        self._transactions += 1
        is_running = self._checkpoint is not None and self._checkpoint.is_alive()
        if self._transactions % TRANSACTIONS_BETWEEN_CHECKPOINTS == 0 and not is_running:
            self._checkpoint = threading.Thread(target=self._copy_log, name="checkpoint", daemon=True)
            self._checkpoint.start()

    def _copy_log(self) -> None:
        try:
            with closing(sqlite3.connect(self._path, isolation_level=None)) as connection:
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        except sqlite3.Error as error:
            # The store's own connection copies the log too, once it has grown long.
            log.warning("The store's log could not be copied into its file in the background: %s", error)


def make_private(path: str) -> None:
    """Makes the file, if there is none, for this user alone. SQLite gives its log the same rights."""
    if path == ":memory:":  # SQLite's name for a store without a file
        return
    Path(path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def is_in_use(path: str) -> bool:
    """Whether any program has the file open as a store: only the last one can end the log. It changes no record."""
    if not Path(path).exists():
        return False
    try:
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError:
        return True
    return False


def copy(path: str, to: Path) -> None:
    """Copies the file as of one moment, while programs write to it: https://www.sqlite.org/backup.html

    StoreError if there is no such file, or if it is not a store.
    """
    if not Path(path).is_file():
        raise StoreError(f"There is no file {path}.")
    make_private(str(to))
    with (
        _AsStoreError("copy", path),
        closing(sqlite3.connect(Path(path).absolute().as_uri() + "?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(to)) as target,
    ):
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")  # one file, whole
