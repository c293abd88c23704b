"""The embedded store: one SQLite file, for a laptop, a rehearsal or a single server."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from callin.contracts import AnyRecord, Changes, HistoryQuery, MaybeCall, Page
from callin.model import ON_NOW, Call, Card, Desk, Message, Show
from callin.stores import statements
from callin.stores.codec import dump, load, name_of
from callin.stores.file import BUSY_TIMEOUT_SECONDS, File
from callin.stores.order import caller_range, orders, wanted_range

Named = TypeVar("Named", Desk, Show)

LAST_CHARACTER = "\U0010ffff"

CALLS_REMEMBERED = 5000
"""How many documents that were written here need not be read again as JSON: that took a third of a change."""


class SqliteStore:
    """A `Store` in one file: calls, cards, desks and records as documents, with columns for what they are found by."""

    is_serial = True

    def __init__(self, path: str, *, busy_timeout_seconds: float = BUSY_TIMEOUT_SECONDS) -> None:
        """Opens or creates the file. Raises StoreError for one that is unusable or newer than this program."""
        self._file = File(path, busy_timeout_seconds=busy_timeout_seconds)
        self._written: dict[str, tuple[str, Call]] = {}

    def close(self) -> None:
        self._file.close()

    @property
    def requests(self) -> int:
        """How many statements were run so far."""
        return self._file.requests

    def call(self, call_sid: str) -> Call | None:
        with self._file.reading():
            return self._read_call(call_sid)

    def change_call(self, call_sid: str, change: Callable[[Call | None], MaybeCall]) -> MaybeCall:
        def work() -> MaybeCall:
            before = self._read_call(call_sid)
            after = change(before)
            if after is not None and after is not before and after != before:
                self._put(before, after)
            return after

        return self._file.write(work)

    def _put(self, before: Call | None, after: Call) -> None:
        document = dump(after, "call_sid")
        self._remember(after, document)
        written = (self._file.next_mark(), document)
        if before is not None and _found_by(before) == _found_by(after):
            self._file.execute(statements.SAME_PLACE, (*written, after.call_sid))
            return
        place = orders(after)
        row = (*written, after.live, place.outcome_joined, place.joined, place.number_joined, after.call_sid)
        self._file.execute(statements.OTHER_PLACE if before else statements.NEW_CALL, row)

    def live_calls_of(self, caller: str, limit: int) -> tuple[Call, ...]:
        _, low, high = caller_range(caller)
        with self._file.reading():
            rows = sorted(self._file.execute(statements.LIVE_OF, (low, high)).fetchall())
        return tuple([self._as_call(key, document) for _, key, document in rows[:limit]])

    def desk(self, name: str) -> Desk:
        with self._file.reading():
            return self._read_named(Desk(name))

    def change_desk(self, name: str, change: Callable[[Desk], Desk]) -> Desk:
        return self._file.write(lambda: self._change_named(Desk(name), change))

    def remove_desk(self, name: str, may_go: Callable[[Desk], bool]) -> None:
        def work() -> None:
            if may_go(self._read_named(Desk(name))):
                self._file.execute(statements.NO_NAMED, (name,))

        self._file.write(work)

    def show(self) -> Show:
        with self._file.reading():
            return self._read_named(Show())

    def change_show(self, change: Callable[[Show], Show]) -> Show:
        return self._file.write(lambda: self._change_named(Show(), change))

    def add_message(self, message: Message, *, keep: int) -> Message:
        def work() -> Message:
            newest = self._file.execute(statements.NEWEST_MESSAGE).fetchone()[0]
            said = replace(message, number=max(message.number, newest + 1))
            self._file.named_mark = self._file.next_mark()
            self._file.execute(statements.PUT_MESSAGE, (said.number, self._file.named_mark, dump(said)))
            self._file.execute(statements.OLD_MESSAGES, (keep,))
            return said

        return self._file.write(work)

    def card(self, call_sid: str) -> Card:
        with self._file.reading():
            return self._read_card(call_sid)

    def change_card(self, call_sid: str, change: Callable[[Card], Card]) -> Card:
        def work() -> Card:
            before = self._read_card(call_sid)
            after = change(before)
            if after != before:
                self._file.named_mark = self._file.next_mark()
                self._file.execute(statements.PUT_CARD, (call_sid, self._file.named_mark, dump(after, "call_sid")))
            return after

        return self._file.write(work)

    def remove_card(self, call_sid: str) -> None:
        self._file.write(lambda: self._file.execute(statements.NO_CARD, (call_sid,)).close())

    def remove_call(self, call_sid: str) -> None:
        def work() -> None:
            call = self._read_call(call_sid)
            if call is None or not call.live:
                self._file.execute(statements.NO_CALL, (call_sid,))
                self._file.execute(statements.NO_CARD, (call_sid,))
                self._written.pop(call_sid, None)

        self._file.write(work)

    def _change_named(self, new: Named, change: Callable[[Named], Named]) -> Named:
        before = self._read_named(new)
        after = change(before)
        if after is not before and after != before:
            self._file.named_mark = self._file.next_mark()
            self._file.execute(statements.PUT_NAMED, (new.name, self._file.named_mark, dump(after, "name")))
        return after

    def live_calls(self) -> Changes:
        with self._file.reading(), self._file.as_one():
            calls, cards = self._calls(statements.LIVE_CALLS), self._cards(statements.LIVE_CARDS)
            desks, shows = self._named(0)
            return Changes(self._file.read_mark(), calls, desks, shows, cards, self._messages(0))

    def changes_since(self, mark: int) -> Changes:
        with self._file.reading():
            data_version = self._file.data_version()
            if self._file.is_known(data_version):
                if mark == self._file.mark:
                    return Changes(mark, ())
                # Only what we wrote ourselves: no transaction is needed to see it as one, and seldom was it no call.
                return self._changed(mark, only_calls=mark >= self._file.named_mark)
            with self._file.as_one():
                self._file.catch_up(data_version)
                return self._changed(mark)

    def _changed(self, mark: int, *, only_calls: bool = False) -> Changes:
        calls = self._calls(statements.CHANGED_CALLS, mark)
        if only_calls:
            return Changes(self._file.mark, calls)
        desks, shows = self._named(mark)
        cards = self._cards(statements.CHANGED_CARDS, mark)
        return Changes(self._file.mark, calls, desks, shows, cards, self._messages(mark))

    def wait_for_change(self, mark: int, seconds: float) -> None:
        self._file.wait_for_change(mark, seconds)

    def history(self, wanted: HistoryQuery, after: str = "", limit: int = 100) -> Page:
        order, low, high = wanted_range(wanted, after)
        with self._file.reading():
            rows = self._file.execute(statements.HISTORY.format(order), (low, high, limit + 1)).fetchall()
        calls = tuple(load(Call, document, call_sid=key) for _, key, document in rows[:limit])
        return Page(calls, rows[limit - 1][0] if len(rows) > limit else "")

    def take_lease(self, name: str, holder: str, now: float, seconds: float) -> bool:
        lease = (name, holder, now, now + seconds)
        return self._file.write(lambda: bool(self._file.execute(statements.TAKE_LEASE, lease).fetchall()))

    def record(self, kind: type[AnyRecord], key: str) -> AnyRecord | None:
        with self._file.reading():
            return self._read_record(kind, key)

    def change_record(
        self, kind: type[AnyRecord], key: str, change: Callable[[AnyRecord | None], AnyRecord | None]
    ) -> AnyRecord | None:
        def work() -> AnyRecord | None:
            before = self._read_record(kind, key)
            after = change(before)
            if after is None:
                self._file.execute(statements.NO_RECORD, (name_of(kind), key))
            elif after != before:
                self._file.execute(statements.UPSERT_RECORD, (name_of(kind), key, dump(after, "key")))
            return after

        return self._file.write(work)

    def records(self, kind: type[AnyRecord]) -> tuple[AnyRecord, ...]:
        with self._file.reading():
            rows = self._file.execute(statements.RECORDS, (name_of(kind),)).fetchall()
        return tuple([load(kind, document, key=key) for key, document in rows])

    def records_of(self, kind: type[AnyRecord], keys: Iterable[str]) -> tuple[AnyRecord, ...]:
        wanted = list(keys)
        with self._file.reading():
            found = dict(self._file.execute(statements.RECORDS_OF, (name_of(kind), json.dumps(wanted))).fetchall())
        return tuple([load(kind, found[key], key=key) for key in wanted if key in found])

    def records_under(
        self, kind: type[AnyRecord], prefix: str, after: str = "", limit: int = 100
    ) -> tuple[AnyRecord, ...]:
        asked = (name_of(kind), prefix, prefix + LAST_CHARACTER, after, limit)
        with self._file.reading():
            rows = self._file.execute(statements.RECORDS_UNDER, asked).fetchall()
        return tuple([load(kind, document, key=key) for key, document in rows])

    def _read_call(self, call_sid: str) -> Call | None:
        row = self._file.execute(statements.CALL, (call_sid,)).fetchone()
        return self._as_call(call_sid, row[0]) if row else None

    def _read_named(self, new: Named) -> Named:
        row = self._file.execute(statements.NAMED, (new.name,)).fetchone()
        return load(type(new), row[0], name=new.name) if row else new

    def _read_card(self, call_sid: str) -> Card:
        row = self._file.execute(statements.CARD, (call_sid,)).fetchone()
        return load(Card, row[0], call_sid=call_sid) if row else Card(call_sid)

    def _cards(self, query: str, *values: int) -> tuple[Card, ...]:
        rows = self._file.execute(query, values).fetchall()
        return tuple([load(Card, document, call_sid=key) for key, document in rows])

    def _read_record(self, kind: type[AnyRecord], key: str) -> AnyRecord | None:
        row = self._file.execute(statements.RECORD, (name_of(kind), key)).fetchone()
        return load(kind, row[0], key=key) if row else None

    def _calls(self, query: str, *values: int) -> tuple[Call, ...]:
        rows = self._file.execute(query, values).fetchall()
        return tuple([self._as_call(key, document) for key, document in rows])

    def _as_call(self, call_sid: str, document: str) -> Call:
        """A call that was written here is what it was then, as long as its document is the same."""
        written = self._written.get(call_sid)
        return written[1] if written and written[0] == document else load(Call, document, call_sid=call_sid)

    def _remember(self, call: Call, document: str) -> None:
        if len(self._written) >= CALLS_REMEMBERED:
            self._written.clear()
        self._written[call.call_sid] = document, call

    def _messages(self, mark: int) -> tuple[Message, ...]:
        rows = self._file.execute(statements.CHANGED_MESSAGES, (mark,)).fetchall()
        return tuple([load(Message, document) for (document,) in rows])

    def _named(self, mark: int) -> tuple[tuple[Desk, ...], tuple[Show, ...]]:
        rows = self._file.execute(statements.CHANGED_NAMED, (mark,)).fetchall()
        found: list[Desk | Show] = [load(_kind_of(key), document, name=key) for key, document in rows]
        return (
            tuple([one for one in found if isinstance(one, Desk)]),
            tuple([one for one in found if isinstance(one, Show)]),
        )


def _kind_of(name: str) -> type[Desk] | type[Show]:
    return Show if name == ON_NOW else Desk


def _found_by(call: Call) -> tuple[object, ...]:
    """What its columns are made of, its mark and document apart."""
    return call.live, call.outcome, call.joined_at, call.number
