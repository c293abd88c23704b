"""The embedded store: one SQLite file, for a laptop, a rehearsal or a single server."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from callin.contracts import Changes, MaybeCall, StoreError
from callin.model import Call, Desk
from callin.stores.codec import dump_call, dump_desk, load_call, load_desk

SCHEMA_VERSION = 1
BUSY_TIMEOUT_SECONDS = 5.0

SCHEMA = """
CREATE TABLE mark (value INTEGER NOT NULL);
INSERT INTO mark VALUES (0);
CREATE TABLE call (key TEXT PRIMARY KEY, mark INTEGER NOT NULL, live INTEGER NOT NULL, document TEXT NOT NULL);
CREATE INDEX call_by_mark ON call (mark);
CREATE INDEX call_live ON call (mark) WHERE live = 1;
CREATE TABLE desk (key TEXT PRIMARY KEY, mark INTEGER NOT NULL, document TEXT NOT NULL);
"""


class SqliteStore:
    """A `Store` in one file. Its one connection is shared by all threads under a lock.

    Writes are one at a time in SQLite anyway, and readers are served from memory by the Line; a connection of its own
    for each thread would only add waiting for locks. WAL with synchronous NORMAL may lose the last transactions in a
    power cut, never consistency: https://www.sqlite.org/wal.html#performance_considerations
    """

    def __init__(self, path: str, *, busy_timeout_seconds: float = BUSY_TIMEOUT_SECONDS) -> None:
        """Opens or creates the file. Raises StoreError for one that is unusable or newer than this program."""
        self._lock = threading.Lock()
        self._mark = -1
        self._data_version = -1
        with _as_store_error("open", path):
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(
                path, timeout=busy_timeout_seconds, isolation_level=None, check_same_thread=False
            )
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
                self._connection.execute("PRAGMA synchronous = NORMAL")
                with self._transaction():
                    self._migrate(path)
            except BaseException:
                self._connection.close()
                raise

    def close(self) -> None:
        """Closes the file. The store is of no use afterwards."""
        with self._lock:
            self._connection.close()

    def call(self, call_sid: str) -> Call | None:
        with self._lock, _as_store_error("read"):
            return self._read_call(call_sid)

    def change_call(self, call_sid: str, change: Callable[[Call | None], MaybeCall]) -> MaybeCall:
        with self._lock, _as_store_error("write"), self._transaction():
            before = self._read_call(call_sid)
            after = change(before)
            if after is not None and after != before:
                self._connection.execute(
                    "INSERT INTO call VALUES (?, ?, ?, ?) ON CONFLICT (key) DO UPDATE"
                    " SET mark = excluded.mark, live = excluded.live, document = excluded.document",
                    (call_sid, self._next_mark(), after.live, dump_call(after)),
                )
            return after

    def desk(self, name: str) -> Desk:
        with self._lock, _as_store_error("read"):
            return self._read_desk(name)

    def change_desk(self, name: str, change: Callable[[Desk], Desk]) -> Desk:
        with self._lock, _as_store_error("write"), self._transaction():
            before = self._read_desk(name)
            after = change(before)
            if after != before:
                self._connection.execute(
                    "INSERT INTO desk VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE"
                    " SET mark = excluded.mark, document = excluded.document",
                    (name, self._next_mark(), dump_desk(after)),
                )
            return after

    def live_calls(self) -> Changes:
        with self._lock, _as_store_error("read"), self._reading():
            mark = self._read_mark()
            rows = self._connection.execute("SELECT key, document FROM call WHERE live = 1").fetchall()
            return Changes(mark, tuple(load_call(*row) for row in rows))

    def changes_since(self, mark: int) -> Changes:
        with self._lock, _as_store_error("read"):
            # Another process's commit changes data_version, our own does not: the mark that we wrote ourselves is
            # known without asking. https://www.sqlite.org/pragma.html#pragma_data_version
            data_version = self._connection.execute("PRAGMA data_version").fetchone()[0]
            if data_version == self._data_version and mark == self._mark:
                return Changes(mark, ())
            with self._reading():
                self._data_version = data_version
                self._mark = self._read_mark()
                rows = self._connection.execute("SELECT key, document FROM call WHERE mark > ?", (mark,)).fetchall()
                return Changes(self._mark, tuple(load_call(*row) for row in rows))

    def _migrate(self, path: str) -> None:
        version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            raise StoreError(
                f"{path} was written by a newer Radio Call-In (its version is {version}, this program knows"
                f" {SCHEMA_VERSION}): start the newer program, or name another file in STORE."
            )
        if version < 1:
            for statement in SCHEMA.split(";"):
                self._connection.execute(statement)
        self._connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        # IMMEDIATE takes the write lock before reading, so that a change is never made to what another has replaced.
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            self._mark = -1
            # A full disk makes SQLite roll back by itself.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    @contextmanager
    def _reading(self) -> Iterator[None]:
        self._connection.execute("BEGIN")
        try:
            yield
        finally:
            self._connection.execute("COMMIT")

    def _read_call(self, call_sid: str) -> Call | None:
        row = self._connection.execute("SELECT document FROM call WHERE key = ?", (call_sid,)).fetchone()
        return load_call(call_sid, row[0]) if row else None

    def _read_desk(self, name: str) -> Desk:
        row = self._connection.execute("SELECT document FROM desk WHERE key = ?", (name,)).fetchone()
        return load_desk(name, row[0]) if row else Desk(name)

    def _read_mark(self) -> int:
        return int(self._connection.execute("SELECT value FROM mark").fetchone()[0])

    def _next_mark(self) -> int:
        row = self._connection.execute("UPDATE mark SET value = value + 1 RETURNING value").fetchone()
        self._mark = int(row[0])
        return self._mark


@contextmanager
def _as_store_error(verb: str, path: str = "its file") -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"The store could not {verb} {path}: {error}.") from error
