"""The embedded store: one SQLite file, for a laptop, a rehearsal or a single server."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from callin.contracts import AnyRecord, Changes, MaybeCall, Page, StoreError, Wanted
from callin.model import CHAT, ON_NOW, Call, Card, Chat, Desk, Show
from callin.stores import schema, statements
from callin.stores.checkpoints import Checkpoints
from callin.stores.codec import dump, load, name_of
from callin.stores.order import orders, wanted_range
from callin.stores.together import Together
from callin.stores.waiting import Waiting

T = TypeVar("T")
Named = TypeVar("Named", Desk, Show, Chat)

BUSY_TIMEOUT_SECONDS = 1.5
"""How long another program's lock is waited for. Twilio waits 15 s for a webhook, which asks for a few records in turn,
each perhaps behind others that wait for the lock as well."""
LONGEST_LOG_PAGES = 20_000
"""80 MB: past this a caller's own transaction moves the log into the file. Usually a thread does so long before."""

LAST_CHARACTER = "\U0010ffff"

CALLS_REMEMBERED = 5000
"""How many documents that were written here need not be read again as JSON: that took a third of a change."""


class SqliteStore:
    """A `Store` in one file. Its one connection is shared by all threads under a lock.

    Writes are one at a time in SQLite anyway, and readers are served from memory by the Line; a connection of its own
    for each thread would only add waiting for locks. What comes at once is written in one transaction. WAL with
    synchronous NORMAL may lose the last transactions in a power cut, never consistency:
    https://www.sqlite.org/wal.html#performance_considerations
    """

    def __init__(self, path: str, *, busy_timeout_seconds: float = BUSY_TIMEOUT_SECONDS) -> None:
        """Opens or creates the file. Raises StoreError for one that is unusable or newer than this program."""
        self._lock = threading.RLock()  # a change may read
        self._mark = -1
        self._named_mark = -1  # since then nothing but calls has changed
        self._next = 0  # the mark of the transaction that runs, if it has one yet
        self._together = Together(self._lock, self._writing, (sqlite3.Error, OSError))
        self._checkpoints = Checkpoints(path)
        self._data_version = -1
        self._written: dict[str, tuple[str, Call]] = {}
        self._waiting = Waiting(lambda: self._mark, self._look)
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

    def call(self, call_sid: str) -> Call | None:
        with self._lock, _as_store_error("read"):
            return self._read_call(call_sid)

    def change_call(self, call_sid: str, change: Callable[[Call | None], MaybeCall]) -> MaybeCall:
        def work() -> MaybeCall:
            before = self._read_call(call_sid)
            after = change(before)
            if after is not None and after is not before and after != before:
                self._put(before, after)
            return after

        return self._write(work)

    def _put(self, before: Call | None, after: Call) -> None:
        document = dump(after, "call_sid")
        self._remember(after, document)
        written = (self._next_mark(), document)
        if before is not None and _found_by(before) == _found_by(after):
            self._connection.execute(statements.SAME_PLACE, (*written, after.call_sid))
            return
        place = orders(after)
        row = (*written, after.live, place.outcome_joined, place.joined, place.number_joined, after.call_sid)
        self._connection.execute(statements.OTHER_PLACE if before else statements.NEW_CALL, row)

    def desk(self, name: str) -> Desk:
        with self._lock, _as_store_error("read"):
            return self._read_named(Desk(name))

    def change_desk(self, name: str, change: Callable[[Desk], Desk]) -> Desk:
        return self._write(lambda: self._change_named(Desk(name), change))

    def show(self) -> Show:
        with self._lock, _as_store_error("read"):
            return self._read_named(Show())

    def change_show(self, change: Callable[[Show], Show]) -> Show:
        return self._write(lambda: self._change_named(Show(), change))

    def chat(self) -> Chat:
        with self._lock, _as_store_error("read"):
            return self._read_named(Chat())

    def change_chat(self, change: Callable[[Chat], Chat]) -> Chat:
        return self._write(lambda: self._change_named(Chat(), change))

    def card(self, call_sid: str) -> Card:
        with self._lock, _as_store_error("read"):
            return self._read_card(call_sid)

    def change_card(self, call_sid: str, change: Callable[[Card], Card]) -> Card:
        def work() -> Card:
            before = self._read_card(call_sid)
            after = change(before)
            if after != before:
                self._named_mark = self._next_mark()
                self._connection.execute(statements.PUT_CARD, (call_sid, self._named_mark, dump(after, "call_sid")))
            return after

        return self._write(work)

    def remove_card(self, call_sid: str) -> None:
        self._write(lambda: self._connection.execute(statements.NO_CARD, (call_sid,)).close())

    def remove_call(self, call_sid: str) -> None:
        def work() -> None:
            call = self._read_call(call_sid)
            if call is None or not call.live:
                self._connection.execute(statements.NO_CALL, (call_sid,))
                self._connection.execute(statements.NO_CARD, (call_sid,))
                self._written.pop(call_sid, None)

        self._write(work)

    def _change_named(self, new: Named, change: Callable[[Named], Named]) -> Named:
        before = self._read_named(new)
        after = change(before)
        if after is not before and after != before:
            self._named_mark = self._next_mark()
            self._connection.execute(statements.PUT_NAMED, (new.name, self._named_mark, dump(after, "name")))
        return after

    def live_calls(self) -> Changes:
        with self._lock, _as_store_error("read"), self._reading():
            calls, cards = self._calls(statements.LIVE_CALLS), self._cards(statements.LIVE_CARDS)
            desks, shows, chats = self._named(0)
            return Changes(self._read_mark(), calls, desks, shows, cards, chats)

    def changes_since(self, mark: int) -> Changes:
        with self._lock, _as_store_error("read"):
            # Another process's commit changes data_version, our own does not: the mark that we wrote ourselves is
            # known without asking. https://www.sqlite.org/pragma.html#pragma_data_version
            data_version = self._read_data_version()
            if data_version == self._data_version:
                if mark == self._mark:
                    return Changes(mark, ())
                # Only what we wrote ourselves: no transaction is needed to see it as one, and seldom was it no call.
                return self._changed(mark, only_calls=mark >= self._named_mark)
            with self._reading():
                self._data_version = data_version
                self._mark = self._named_mark = self._read_mark()
                return self._changed(mark)

    def _changed(self, mark: int, *, only_calls: bool = False) -> Changes:
        calls = self._calls(statements.CHANGED_CALLS, mark)
        if only_calls:
            return Changes(self._mark, calls)
        desks, shows, chats = self._named(mark)
        return Changes(self._mark, calls, desks, shows, self._cards(statements.CHANGED_CARDS, mark), chats)

    def wait_for_change(self, mark: int, seconds: float) -> None:
        self._waiting.wait(mark, seconds)

    def history(self, wanted: Wanted, after: str = "", limit: int = 100) -> Page:
        order, low, high = wanted_range(wanted, after)
        with self._lock, _as_store_error("read"):
            rows = self._connection.execute(statements.HISTORY.format(order), (low, high, limit + 1)).fetchall()
        calls = tuple(load(Call, document, call_sid=key) for _, key, document in rows[:limit])
        return Page(calls, rows[limit - 1][0] if len(rows) > limit else "")

    def take_lease(self, name: str, holder: str, now: float, seconds: float) -> bool:
        lease = (name, holder, now, now + seconds)
        return self._write(lambda: bool(self._connection.execute(statements.TAKE_LEASE, lease).fetchall()))

    def record(self, kind: type[AnyRecord], key: str) -> AnyRecord | None:
        with self._lock, _as_store_error("read"):
            return self._read_record(kind, key)

    def change_record(
        self, kind: type[AnyRecord], key: str, change: Callable[[AnyRecord | None], AnyRecord | None]
    ) -> AnyRecord | None:
        def work() -> AnyRecord | None:
            before = self._read_record(kind, key)
            after = change(before)
            if after is None:
                self._connection.execute(statements.NO_RECORD, (name_of(kind), key))
            elif after != before:
                self._connection.execute(statements.UPSERT_RECORD, (name_of(kind), key, dump(after, "key")))
            return after

        return self._write(work)

    def records(self, kind: type[AnyRecord]) -> tuple[AnyRecord, ...]:
        with self._lock, _as_store_error("read"):
            rows = self._connection.execute(statements.RECORDS, (name_of(kind),)).fetchall()
        return tuple([load(kind, document, key=key) for key, document in rows])

    def records_under(
        self, kind: type[AnyRecord], prefix: str, after: str = "", limit: int = 100
    ) -> tuple[AnyRecord, ...]:
        asked = (name_of(kind), prefix, prefix + LAST_CHARACTER, after, limit)
        with self._lock, _as_store_error("read"):
            rows = self._connection.execute(statements.RECORDS_UNDER, asked).fetchall()
        return tuple([load(kind, document, key=key) for key, document in rows])

    def _write(self, work: Callable[[], T]) -> T:
        before = self._mark
        answer = self._together.do(work)
        if self._mark != before:
            self._waiting.wake()
        return answer

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
            self._mark = self._next or self._mark
        except BaseException:
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
        row = self._connection.execute(statements.CALL, (call_sid,)).fetchone()
        return self._as_call(call_sid, row[0]) if row else None

    def _read_named(self, new: Named) -> Named:
        row = self._connection.execute(statements.NAMED, (new.name,)).fetchone()
        return load(type(new), row[0], name=new.name) if row else new

    def _read_card(self, call_sid: str) -> Card:
        row = self._connection.execute(statements.CARD, (call_sid,)).fetchone()
        return load(Card, row[0], call_sid=call_sid) if row else Card(call_sid)

    def _cards(self, query: str, *values: int) -> tuple[Card, ...]:
        rows = self._connection.execute(query, values).fetchall()
        return tuple([load(Card, document, call_sid=key) for key, document in rows])

    def _read_record(self, kind: type[AnyRecord], key: str) -> AnyRecord | None:
        row = self._connection.execute(statements.RECORD, (name_of(kind), key)).fetchone()
        return load(kind, row[0], key=key) if row else None

    def _calls(self, query: str, *values: int) -> tuple[Call, ...]:
        rows = self._connection.execute(query, values).fetchall()
        return tuple([self._as_call(key, document) for key, document in rows])

    def _as_call(self, call_sid: str, document: str) -> Call:
        """A call that was written here is what it was then, as long as its document is the same."""
        written = self._written.get(call_sid)
        return written[1] if written and written[0] == document else load(Call, document, call_sid=call_sid)

    def _remember(self, call: Call, document: str) -> None:
        if len(self._written) >= CALLS_REMEMBERED:
            self._written.clear()
        self._written[call.call_sid] = document, call

    def _named(self, mark: int) -> tuple[tuple[Desk, ...], tuple[Show, ...], tuple[Chat, ...]]:
        rows = self._connection.execute(statements.CHANGED_NAMED, (mark,)).fetchall()
        found: list[Desk | Show | Chat] = [load(_kind_of(key), document, name=key) for key, document in rows]
        return (
            tuple([one for one in found if isinstance(one, Desk)]),
            tuple([one for one in found if isinstance(one, Show)]),
            tuple([one for one in found if isinstance(one, Chat)]),
        )

    def _read_mark(self) -> int:
        return int(self._connection.execute("SELECT value FROM mark").fetchone()[0])

    def _next_mark(self) -> int:
        """The mark of this transaction: all that it changes has the same."""
        if not self._next:
            row = self._connection.execute("UPDATE mark SET value = value + 1 RETURNING value").fetchone()
            self._next = int(row[0])
        return self._next

    def _read_data_version(self) -> int:
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def _look(self) -> bool:
        """Whether another process changed anything since the last look. A connection that is busy is left alone."""
        if not self._lock.acquire(blocking=False):
            return False
        try:
            with _as_store_error("read"):
                data_version = self._read_data_version()
                if data_version == self._data_version:
                    return False
                self._data_version = data_version
                self._mark = self._named_mark = self._read_mark()
                return True
        finally:
            self._lock.release()


def _kind_of(name: str) -> type[Desk] | type[Show] | type[Chat]:
    return Show if name == ON_NOW else Chat if name == CHAT else Desk


def _found_by(call: Call) -> tuple[object, ...]:
    """What its columns are made of, its mark and document apart."""
    return call.live, call.outcome, call.joined_at, call.number


@contextmanager
def _as_store_error(verb: str, path: str = "its file") -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"The store could not {verb} {path}: {error}.") from error
