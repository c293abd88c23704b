"""One SQLite file: its connection and lock, its transactions, and the marks by which changes are followed."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from callin.contracts import StoreError
from callin.stores import schema
from callin.stores.checkpoints import Checkpoints
from callin.stores.together import Together
from callin.stores.waiting import Waiting

T = TypeVar("T")

BUSY_TIMEOUT_SECONDS = 1.5
"""How long another program's lock is waited for. Twilio waits 15 s for a webhook, which asks for a few records in turn,
each perhaps behind others that wait for the lock as well."""
LONGEST_LOG_PAGES = 20_000
"""80 MB: past this a caller's own transaction moves the log into the file. Usually a thread does so long before."""


class File:
    """An open file. Its one connection is shared by all threads under a lock.

    Writes are one at a time in SQLite anyway, and readers are served from memory by the Line; a connection of its own
    for each thread would only add waiting for locks. What comes at once is written in one transaction. WAL with
    synchronous NORMAL may lose the last transactions in a power cut, never consistency:
    https://www.sqlite.org/wal.html#performance_considerations
    """

    def __init__(self, path: str, *, busy_timeout_seconds: float = BUSY_TIMEOUT_SECONDS) -> None:
        """Opens or creates the file. Raises StoreError for one that is unusable or newer than this program."""
        self.requests = 0
        """How many statements were run so far, but for those of transactions and marks."""
        self.mark = -1
        self.named_mark = -1
        """Since this mark nothing but calls has changed."""
        self._lock = threading.RLock()  # a change may read
        self._next = 0  # the mark of the transaction that runs, if it has one yet
        self._together = Together(self._lock, self._writing, (sqlite3.Error, OSError))
        self._checkpoints = Checkpoints(path)
        self._data_version = -1
        self._waiting = Waiting(lambda: self.mark, self._look)
        with _as_store_error("open", path):
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(
                path, timeout=busy_timeout_seconds, isolation_level=None, check_same_thread=False
            )
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
                self._connection.execute("PRAGMA synchronous = NORMAL")
                # What is deleted is overwritten, so that it cannot be read in the file any more.
                self._connection.execute("PRAGMA secure_delete = ON")
                self._connection.execute(f"PRAGMA wal_autocheckpoint = {LONGEST_LOG_PAGES}")
                with self._transaction():
                    schema.migrate(self._connection, path)
            except BaseException:
                self._connection.close()
                raise

    def close(self) -> None:
        self._checkpoints.close()
        with self._lock:
            self._connection.close()

    def execute(self, query: str, values: tuple[Any, ...] = ()) -> sqlite3.Cursor:
        """Asks the file, within `reading` or what `write` runs."""
        self.requests += 1
        return self._connection.execute(query, values)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """A time in which no other thread writes. It may be within what `write` runs."""
        with self._lock, _as_store_error("read"):
            yield

    @contextmanager
    def as_one(self) -> Iterator[None]:
        """Within `reading`: all that is read is of one moment, whatever another process writes."""
        self._connection.execute("BEGIN")
        try:
            yield
        finally:
            self._connection.execute("COMMIT")

    def write(self, work: Callable[[], T]) -> T:
        """What `work` answers, once all that it did is written."""
        before = self.mark
        answer = self._together.do(work)
        if self.mark != before:
            self._waiting.wake()
        return answer

    def next_mark(self) -> int:
        """The mark of the transaction that runs: all that it changes has the same."""
        if not self._next:
            row = self._connection.execute("UPDATE mark SET value = value + 1 RETURNING value").fetchone()
            self._next = int(row[0])
        return self._next

    def wait_for_change(self, mark: int, seconds: float) -> None:
        """Holds the calling thread until something has changed after `mark`, or time is up."""
        self._waiting.wait(mark, seconds)

    def data_version(self) -> int:
        """Another process's commit changes it, our own does not. https://www.sqlite.org/pragma.html#pragma_data_version"""
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def is_known(self, data_version: int) -> bool:
        """Whether nobody but us has written: then `mark` is the file's."""
        return data_version == self._data_version

    def catch_up(self, data_version: int) -> None:
        """Reads the mark, for another process had written when the file had this version."""
        self.mark = self.named_mark = self.read_mark()
        self._data_version = data_version  # only now: a file that could not be read is not known

    def read_mark(self) -> int:
        """The mark as the file has it."""
        return int(self._connection.execute("SELECT value FROM mark").fetchone()[0])

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with _as_store_error("write"), self._transaction():
            yield
        self._checkpoints.wrote()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        # IMMEDIATE takes the write lock before reading, so that a change is never made to what another has replaced.
        self._next = 0
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
            self.mark = self._next or self.mark
        except BaseException:
            # A full disk makes SQLite roll back by itself.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def _look(self) -> bool:
        """Whether another process changed anything since the last look. A connection that is busy is left alone."""
        if not self._lock.acquire(blocking=False):
            return False
        try:
            with _as_store_error("read"):
                data_version = self.data_version()
                if self.is_known(data_version):
                    return False
                self.catch_up(data_version)
                return True
        finally:
            self._lock.release()


@contextmanager
def _as_store_error(verb: str, path: str = "its file") -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"The store could not {verb} {path}: {error}.") from error
