"""The embedded store: one SQLite file, for a laptop, a rehearsal or a single server."""

# ruff: noqa: S608 - the names of tables and columns in statements are this program's own

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

from callin.contracts import Changes, HistoryQuery, Page, Record, Store, message_key
from callin.model import ON_NOW, Call, Card, ChatMessage, Desk, Show, StoredRecord
from callin.stores.codec import WATCHED_KINDS, batches, caller_range, dump, history_range, indexes_of, kind_name, load
from callin.stores.sqlite_file import BUSY_TIMEOUT_SECONDS, SqliteFile

T = TypeVar("T")

LAST_CHARACTER = "\U0010ffff"
RECORDS_REMEMBERED = 5000
"""How many parsed records are cached. Without the cache, parsing took a third of a change."""
LONGEST_REMEMBERED = 20_000
"""Longer records, such as a piece of a sound, are not cached: few are read twice, and they would fill the memory."""

ADDED_AT_ONCE = 500
CHARACTERS_ADDED_AT_ONCE = 8_000_000


class Table(NamedTuple):
    """Where records of one kind are stored."""

    name: str
    key: str = "key"
    kind: str = ""
    """The kind's name, in the table that has a column for it."""
    is_watched: bool = True

    @property
    def has(self) -> str:
        """The condition for a row of this kind, to which that for its key is added."""
        return f"kind = '{self.kind}' AND {self.key}" if self.kind else self.key


class SqliteStore(Store):
    """A `Store` in one file: records as JSON, with columns for what they are found by."""

    is_serial = True

    def __init__(self, path: str, *, busy_timeout_seconds: float = BUSY_TIMEOUT_SECONDS) -> None:
        """Opens or creates the file. Raises StoreError if it is unusable or newer than this program."""
        self._file = SqliteFile(path, busy_timeout_seconds)
        self._parsed: dict[tuple[type, str], tuple[str, Any]] = {}

    def close(self) -> None:
        self._file.close()

    @property
    def requests(self) -> int:
        """How many statements have run."""
        return self._file.requests

    def record(self, kind: type[T], key: str) -> T | None:
        with self._file.reading():
            return self._read(kind, key)

    def change_record(
        self, kind: type[T], key: str, change: Callable[[T | None], T | None], also: Sequence[Record] = ()
    ) -> T | None:
        def work() -> T | None:
            before = self._read(kind, key)
            after = change(before)
            if after is not before and after != before:
                self._write(kind, key, before, after)
            for one in also:
                self._write(type(one), one.key, None, one)
            return after

        return self._file.write(work)

    def records(self, kind: type[T]) -> tuple[T, ...]:
        table = _table_of(kind)
        return self._found(kind, f"SELECT key, document FROM {table.name} WHERE {table.has} > '' ORDER BY key")

    def records_of(self, kind: type[T], keys: Iterable[str]) -> tuple[T, ...]:
        table, wanted = _table_of(kind), list(keys)
        query = f"SELECT key, document FROM {table.name} WHERE {table.has} IN (SELECT value FROM json_each(?))"
        with self._file.reading():
            found = dict(self._file.execute(query, (json.dumps(wanted),)).fetchall())
        return tuple([self._parse(kind, key, found[key]) for key in wanted if key in found])

    def records_under(self, kind: type[T], prefix: str, after: str = "", limit: int = 100) -> tuple[T, ...]:
        table = _table_of(kind)
        where = f"{table.has} >= ? AND key < ? AND key > ? ORDER BY key LIMIT ?"
        query = f"SELECT key, document FROM {table.name} WHERE {where}"
        return self._found(kind, query, prefix, prefix + LAST_CHARACTER, after, limit)

    def history(self, query: HistoryQuery, after: str = "", limit: int = 100) -> Page:
        index, low, high = history_range(query, after)
        with self._file.reading():
            rows = self._file.execute(HISTORY.format(index), (low, high, limit + 1)).fetchall()
        calls = tuple([load(Call, key, document) for _, key, document in rows[:limit]])
        return Page(calls, rows[limit - 1][0] if len(rows) > limit else "")

    def live_calls_of(self, caller: str, limit: int) -> tuple[Call, ...]:
        _, low, high = caller_range(caller)
        return self._found(Call, LIVE_CALLS_OF, low, high)[:limit]

    def live_calls(self) -> Changes:
        return self._changes(LIVE)

    def changes_since(self, mark: int) -> Changes:
        return self._changes(CHANGED, mark)

    def wait_for_change(self, mark: int, seconds: float) -> None:
        self._file.wait_for_change(mark, seconds)

    def stored_records(self) -> Iterator[StoredRecord]:
        for table, key, document in self._file.rows(EVERYTHING):
            kind = "show" if table == "desk" and key == ON_NOW else table
            yield StoredRecord(kind, message_key(key) if kind == "message" else key, document)

    def add_records(self, records: Iterable[StoredRecord]) -> int:
        count = 0
        for batch in batches(records, ADDED_AT_ONCE, CHARACTERS_ADDED_AT_ONCE):
            self._file.write(functools.partial(self._insert_all, batch))
            count += len(batch)
        return count

    def _insert_all(self, records: list[StoredRecord]) -> None:
        for record in records:
            self._insert(record)

    def _insert(self, record: StoredRecord) -> None:
        kind = WATCHED_KINDS.get(record.kind)
        if kind is None:
            self._file.execute("INSERT INTO record (kind, key, document) VALUES (?, ?, ?)", record)
            return
        table = TABLES[kind]
        columns = _index_columns(load(kind, record.key, record.document))
        columns |= {table.key: record.key, "document": record.document, "mark": self._file.next_mark()}
        self._file.execute(_insertion(table, tuple(columns)), tuple(columns.values()))

    def _changes(self, query: str, *values: int) -> Changes:
        with self._file.reading():
            (_, mark, _), *rows = self._file.execute(query, values).fetchall()
        return Changes.of(mark, [self._parse(_kind_of(table, key), key, document) for table, key, document in rows])

    def _found(self, kind: type[T], query: str, *values: str | int) -> tuple[T, ...]:
        with self._file.reading():
            rows = self._file.execute(query, values).fetchall()
        return tuple([self._parse(kind, key, document) for key, document in rows])

    def _read(self, kind: type[T], key: str) -> T | None:
        row = self._file.execute(_selection(_table_of(kind)), (key,)).fetchone()
        return self._parse(kind, key, row[0]) if row else None

    def _write(self, kind: type[T], key: str, before: T | None, after: T | None) -> None:
        table = _table_of(kind)
        if after is None:
            self._file.execute(f"DELETE FROM {table.name} WHERE {table.has} = ?", (key,))
            self._parsed.pop((kind, key), None)
            return
        document = dump(after)
        self._remember(kind, key, document, after)
        columns = {"document": document} | _index_columns(after)
        if table.is_watched:
            columns["mark"] = self._file.next_mark()
        if before is None:
            columns |= {table.key: key} | ({"kind": table.kind} if table.kind else {})
            self._file.execute(_insertion(table, tuple(columns)), tuple(columns.values()))
            return
        # SQLite writes every index of a column that is SET, so columns with the same value are left out.
        for name, value in _index_columns(before).items():
            if columns[name] == value:
                del columns[name]
        self._file.execute(_update(table, tuple(columns)), (*columns.values(), key))

    def _parse(self, kind: type[T], key: str, document: str) -> T:
        parsed = self._parsed.get((kind, key))
        if parsed is not None and parsed[0] == document:
            value: T = parsed[1]
            return value
        value = load(kind, key, document)
        self._remember(kind, key, document, value)
        return value

    def _remember(self, kind: type[T], key: str, document: str, value: T) -> None:
        if len(document) > LONGEST_REMEMBERED:
            self._parsed.pop((kind, key), None)
            return
        if len(self._parsed) >= RECORDS_REMEMBERED:
            # The older half, not all: memory stays level, and no change has to parse the whole line again.
            for older in list(self._parsed)[: RECORDS_REMEMBERED // 2]:
                self._parsed.pop(older, None)
        self._parsed[kind, key] = document, value


TABLES: dict[type[Any], Table] = {
    Call: Table("call"),
    Desk: Table("desk"),
    Show: Table("desk"),
    Card: Table("card"),
    ChatMessage: Table("message", "number"),
}


def _table_of(kind: type[Any]) -> Table:
    return TABLES.get(kind) or _table_of_records(kind_name(kind))


@functools.cache
def _table_of_records(kind: str) -> Table:
    return Table("record", kind=kind, is_watched=False)


# Each statement's text is made once: SQLite's module finds a prepared statement by its text.


@functools.cache
def _selection(table: Table) -> str:
    return f"SELECT document FROM {table.name} WHERE {table.has} = ?"


@functools.cache
def _insertion(table: Table, columns: tuple[str, ...]) -> str:
    return f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"


@functools.cache
def _update(table: Table, columns: tuple[str, ...]) -> str:
    return f"UPDATE {table.name} SET {', '.join(f'{name} = ?' for name in columns)} WHERE {table.has} = ?"


def _kind_of(table: str, key: str) -> type[Any]:
    return WATCHED_KINDS["show" if table == "desk" and key == ON_NOW else table]


def _index_columns(record: Any) -> dict[str, Any]:
    return {"live": record.live} | indexes_of(record)._asdict() if isinstance(record, Call) else {}


# A single statement sees one moment of the file, whatever other processes write.
CHANGED = """
SELECT 'mark', value, '' FROM mark
UNION ALL SELECT 'call', key, document FROM call WHERE mark > ?1
UNION ALL SELECT 'desk', key, document FROM desk WHERE mark > ?1
UNION ALL SELECT 'card', key, document FROM card WHERE mark > ?1
UNION ALL SELECT 'message', number, document FROM message WHERE mark > ?1
"""
LIVE = """
SELECT 'mark', value, '' FROM mark
UNION ALL SELECT 'call', key, document FROM call WHERE live = 1
UNION ALL SELECT 'desk', key, document FROM desk
UNION ALL SELECT 'card', card.key, card.document FROM call JOIN card ON card.key = call.key WHERE call.live = 1
UNION ALL SELECT 'message', number, document FROM message
"""
# Calls in the order in which they were stored, on which `live_calls_of` relies.
EVERYTHING = """
SELECT * FROM (SELECT 'call', key, document FROM call ORDER BY rowid)
UNION ALL SELECT 'card', key, document FROM card
UNION ALL SELECT 'desk', key, document FROM desk
UNION ALL SELECT 'message', number, document FROM message
UNION ALL SELECT kind, key, document FROM record
"""
HISTORY = "SELECT {0}, key, document FROM call WHERE {0} >= ? AND {0} < ? ORDER BY {0} DESC LIMIT ?"
# Rows are numbered as they are stored. The plus keeps SQLite from reading every live call by its index.
LIVE_CALLS_OF = """
SELECT key, document FROM call WHERE number_joined >= ? AND number_joined < ? AND +live = 1 ORDER BY rowid
"""
