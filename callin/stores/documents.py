"""What is asked of Firestore, request by request: documents, queries by one field, and the watch. Reads are counted.

Each request has a deadline, and what goes wrong is told as a StoreError.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, unquote

from callin.contracts import StoreError
from callin.model import Call, Card, Chat, Desk, Message, Moment, Outcome, Show, Stage, caller_of
from callin.stores.codec import dump, load
from callin.stores.following import Listening, Told
from callin.stores.library import Library, in_no_order, load_library, sentence
from callin.stores.order import LONGEST_NUMBER, Range, orders
from callin.stores.seen import Entry, Followed

WATCHED_SECONDS = 600
"""For how long a call that ended is still watched: whoever looks hears that it did."""
CARD_WATCHED_SECONDS = 4 * 3600 + WATCHED_SECONDS
"""No call of Twilio's lasts longer, so that a card is told of for as long as its call."""
FOR_EVER = 2**53
CLOCKS_DIFFER_SECONDS = 60
CHANGED_MARGIN = timedelta(seconds=5)
"""`changed` is the time at which Firestore took a request up, a mark that of the commit, which is later."""

log = logging.getLogger(__name__)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Conflict(Exception):
    """Another was faster: the document is not as it was taken to be."""


_NAMED: dict[str, type[Desk] | type[Show] | type[Chat]] = {"desk": Desk, "show": Show, "chat": Chat}
"""The kinds that a word before the dash tells, but for calls, cards and messages."""


def call_name(call_sid: str) -> str:
    return f"call-{quote(call_sid, safe='')}"


def desk_name(name: str) -> str:
    return f"desk-{quote(name, safe='')}"


def show_name(name: str) -> str:
    return f"show-{quote(name, safe='')}"


def card_name(call_sid: str) -> str:
    return f"card-{quote(call_sid, safe='')}"


def message_name(number: int) -> str:
    return f"message-{number:020}"  # so that names have the order of the numbers


def as_mark(stamp: Any) -> int:
    """An update time in microseconds."""
    return int((stamp - EPOCH) // MICROSECOND)


class Documents:
    """What is followed in one collection, so that one watch tells of all in the order of time; leases apart."""

    def __init__(self, project: str, clock: Callable[[], float]) -> None:
        self._project = project
        self._clock = clock
        self._lock = threading.Lock()
        self._opened: Library | None = None
        self.requests = 0
        self.reads = 0
        self.writes = 0
        self.complete_since = 0
        """The mark from which on what is watched is all that changed. What ended before is watched no more."""

    def open(self) -> Library:
        """Loads the library, the first time: two tenths of a second of a full core."""
        with self._lock:
            if self._opened is None:
                self._opened = load_library(self._project)
            return self._opened

    def close(self) -> None:
        with self._lock:
            if self._opened is not None:
                self._opened.client.close()

    # One document

    def read(self, name: str) -> Entry | None:
        with self.asking("read from") as library:
            snapshot = library.client.collection("line").document(name).get(**library.asked)
            self.count(1)
            return _entry(snapshot) if snapshot.exists else None

    def write(self, name: str, value: Followed, before: Entry | None) -> Entry:
        """Puts the value in place of what was there before, or of nothing. Conflict when that is not there now."""
        stamp = self.put("line", name, self._fields(value), before and before.stamp)
        return Entry(value, as_mark(stamp), stamp)

    def put(self, collection: str, name: str, fields: dict[str, Any], before: Any) -> Any:
        """Writes a document in place of that of the time `before`, or of none. Conflict when that is not there now."""
        with self.asking("write to") as library:
            document = library.client.collection(collection).document(name)
            try:
                if before is None:
                    result = document.create(fields, **library.asked)
                else:
                    condition = library.client.write_option(last_update_time=before)
                    result = document.update(fields, option=condition, **library.asked)
            except library.conflicts as error:
                raise Conflict from error
            self.count(0, writes=1)
            return result.update_time

    def remove(self, collection: str, name: str, before: Any = None) -> None:
        """Takes a document away. Conflict when it is not that of the time `before`, where that is given."""
        with self.asking("write to") as library:
            condition = library.client.write_option(last_update_time=before) if before else None
            try:
                library.client.collection(collection).document(name).delete(option=condition, **library.asked)
            except library.conflicts as error:
                raise Conflict from error
            self.count(0, writes=1)

    def _fields(self, value: Followed) -> dict[str, Any]:
        fields: dict[str, Any] = {"watched": FOR_EVER, "changed": self.open().server_timestamp}
        if isinstance(value, Card):
            fields["watched"] = int(self._clock()) + CARD_WATCHED_SECONDS
            return fields | {"document": dump(value, "call_sid")}
        if isinstance(value, Message):
            return fields | {"document": dump(value)}
        if not isinstance(value, Call):
            return fields | {"document": dump(value, "name")}
        if not value.live:
            fields["watched"] = int(self._clock()) + WATCHED_SECONDS
        fields["live_caller"] = caller_of(value.number)[:LONGEST_NUMBER] if value.live else None
        return fields | {"document": dump(value, "call_sid")} | orders(value)._asdict()

    def take_lease(self, name: str, holder: str, now: float, seconds: float) -> bool:
        with self.asking("read from") as library:
            snapshot = library.client.collection("lease").document(quote(name, safe="")).get(**library.asked)
            self.count(1)
            if snapshot.exists and snapshot.get("holder") != holder and snapshot.get("until") > now:
                return False
        fields = {"holder": holder, "until": now + seconds}
        try:
            self.put("lease", quote(name, safe=""), fields, snapshot.update_time if snapshot.exists else None)
        except Conflict:
            return False
        return True

    # Many

    def past(self, wanted: Range, limit: int) -> list[tuple[str, Call]]:
        """The calls of the range, last first, each with its place."""
        with self.asking("read from") as library:
            query = library.client.collection("line")
            query = query.where(filter=library.field_filter(wanted.order, ">=", wanted.low))
            query = query.where(filter=library.field_filter(wanted.order, "<", wanted.high))
            query = query.order_by(wanted.order, direction="DESCENDING").limit(limit)
            found = query.get(**library.asked)
            self.count(max(1, len(found)))
            return [(snapshot.get(wanted.order), _call(snapshot)) for snapshot in found]

    def live_calls_of(self, caller: str) -> list[Call]:
        """The caller's live calls, in the order in which they were stored: queries see all that is written before."""
        with self.asking("read from") as library:
            of_caller = library.field_filter("live_caller", "==", caller[:LONGEST_NUMBER])
            found = library.client.collection("line").where(filter=of_caller).get(**library.asked)
            self.count(max(1, len(found)))
            calls = [_call(one) for one in sorted(found, key=lambda one: (one.create_time, one.id))]
        return [call for call in calls if call.live]  # the version before ends calls without a word about this field

    def everything(self) -> Mapping[str, Entry]:
        with self.asking("read from") as library:
            return self._found(self._watched(library).get(**library.asked))

    def changed_after(self, mark: int) -> Mapping[str, Entry]:
        with self.asking("read from") as library:
            since = EPOCH + mark * MICROSECOND - CHANGED_MARGIN if mark else EPOCH
            query = library.client.collection("line").where(filter=library.field_filter("changed", ">", since))
            return self._found(query.get(**library.asked))

    def listen(self, told: Told) -> Listening:
        def hear(_: object, changes: Iterable[Any], heard_at: Any) -> None:
            there: list[Any] = []
            gone: list[Any] = []
            for change in changes:
                (gone if change.type.name == "REMOVED" else there).append(change.document)
            self.count(len(there))
            told({**_entries(there), **_ended(gone, heard_at)})

        with self.asking("watch") as library:
            query = self._watched(library)
            # The library sorts everything at every change, for an order that nobody here asks for: with 1,000 callers
            # that took 30 ms each time.
            query._comparator = in_no_order  # noqa: SLF001 - without it, it is only slower
            listening: Listening = query.on_snapshot(hear)
            return listening

    def _watched(self, library: Library) -> Any:
        now = int(self._clock())
        self.complete_since = (now - WATCHED_SECONDS + CLOCKS_DIFFER_SECONDS) * 1_000_000
        return library.client.collection("line").where(filter=library.field_filter("watched", ">", now))

    def _found(self, snapshots: list[Any]) -> Mapping[str, Entry]:
        # A query that finds nothing is charged as one read.
        self.count(max(1, len(snapshots)))
        return _entries(snapshots)

    def count(self, reads: int, writes: int = 0) -> None:
        with self._lock:
            self.reads += reads
            self.writes += writes

    @contextmanager
    def asking(self, verb: str) -> Iterator[Library]:
        library = self.open()
        with self._lock:
            self.requests += 1
        try:
            yield library
        except library.errors as error:
            raise StoreError(f"The app could not {verb} Firestore: {sentence(error)}.") from error


def _document(snapshot: Any) -> str:
    return str(snapshot.to_dict().get("document", ""))


def _call(snapshot: Any) -> Call:
    return load(Call, _document(snapshot), call_sid=unquote(snapshot.id.removeprefix("call-")))


def _entry(snapshot: Any) -> Entry:
    kind, _, key = snapshot.id.partition("-")
    value: Followed
    if kind == "call":
        value = _call(snapshot)
    elif kind == "card":
        value = load(Card, _document(snapshot), call_sid=unquote(key))
    elif kind == "message":
        value = load(Message, _document(snapshot))
    elif kind in _NAMED:
        value = load(_NAMED[kind], _document(snapshot), name=unquote(key))
    else:
        raise StoreError(f"The store holds a {kind} that this program cannot read.")
    return Entry(value, as_mark(snapshot.update_time), snapshot.update_time)


def _ended(snapshots: Iterable[Any], at: Any) -> Mapping[str, Entry]:
    """The calls among documents that were removed at a time, and were live when they were last told of, as ended.

    A call that was one too many of its caller is ended and removed at once, which the watch may tell as one change. All
    others were told of when they ended.
    """
    ended = {}
    for name, entry in _entries(snapshots).items():
        if isinstance(entry.value, Call) and entry.value.live:
            moments = (*entry.value.moments, Moment(Stage.DONE, as_mark(at) / 1_000_000))
            call = replace(entry.value, stage=Stage.DONE, outcome=Outcome.LINE_FULL, moments=moments)
            ended[name] = Entry(call, as_mark(at), at)
    return ended


def _entries(snapshots: Iterable[Any]) -> Mapping[str, Entry]:
    entries = {}
    for snapshot in snapshots:
        try:
            entries[snapshot.id] = _entry(snapshot)
        except StoreError as error:
            # While a newer version of the app takes over: the other calls go on.
            log.warning("%s: %s", snapshot.id, error)
    return entries
