"""The requests to Firestore, for `firestore`: documents, queries by one field, and the watch. Counts what is charged.

Watched kinds share one collection, so that one watch reports their changes in the order of time. Each other kind has
its own.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import quote, unquote

from callin.contracts import Record, StoreError
from callin.model import Call, Card, caller_of
from callin.stores.change_cache import Entry
from callin.stores.change_feed import Report, Watch
from callin.stores.codec import LONGEST_NUMBER, WATCHED_KINDS, Range, dump, indexes_of, kind_name, load
from callin.stores.firestore_library import Library, load_library, sentence_of

T = TypeVar("T")

LINE = "line"
"""The collection of the watched kinds."""
WATCHED_SECONDS = 600
"""How long a call that ended stays in the watch, so that every instance hears that it ended."""
CARD_WATCHED_SECONDS = 4 * 3600 + WATCHED_SECONDS
"""Twilio ends every call after 4 hours, so a card stays in the watch for as long as its call."""
FOR_EVER = 2**53
CLOCKS_DIFFER_SECONDS = 60
CHANGED_MARGIN = timedelta(seconds=5)
"""The field `changed` has the time when Firestore began the request; a mark is the later time of the commit."""
LAST_CHARACTER = "\uf8ff"

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

log = logging.getLogger(__name__)


class ConflictError(Exception):
    """The condition of a write failed: somebody else has changed the document."""


def document_id(kind: type, key: str) -> str:
    """The document's name in its collection. Quoted character by character, so that prefixes of keys stay prefixes."""
    name = quote(key, safe="")
    return f"{kind_name(kind)}-{name}" if is_watched(kind) else name


def is_watched(kind: type) -> bool:
    return WATCHED_KINDS.get(kind_name(kind)) is kind


class Documents:
    """One method for each request. Each has a deadline and raises StoreError when Firestore fails."""

    def __init__(self, project: str, clock: Callable[[], float]) -> None:
        self._project = project
        self._clock = clock
        self._lock = threading.Lock()
        self._library: Library | None = None
        self.requests = 0
        self.reads = 0
        self.writes = 0
        self.complete_since = 0
        """The mark since which the watched documents are all that changed: what ended before is no longer watched."""

    def close(self) -> None:
        with self._lock:
            if self._library is not None:
                self._library.client.close()

    # One document

    def read(self, kind: type[T], key: str) -> Entry[T] | None:
        with self.asking("read from") as library:
            snapshot = self.document(library, kind, key).get(**library.options)
            self._count(1)
            return _entry(kind, snapshot) if snapshot.exists else None

    def write(
        self, kind: type[T], key: str, value: T, before: Entry[T] | None, also: Sequence[Record] = ()
    ) -> Entry[T]:
        """Replaces the document if it is still as `before`, or creates one. Raises ConflictError if it has changed."""
        with self.asking("write to") as library:
            batch, document = library.client.batch(), self.document(library, kind, key)
            fields = self.fields(library, value)
            if before is None:
                batch.create(document, fields)
            else:
                batch.update(document, fields, option=library.client.write_option(last_update_time=before.stamp))
            updated_at = self._commit(library, batch, also)
            return Entry(value, _mark(updated_at), updated_at)

    def delete(self, kind: type[T], key: str, before: Entry[T], also: Sequence[Record] = ()) -> None:
        """Deletes the document. Raises ConflictError if it is not as `before` any more."""
        with self.asking("write to") as library:
            batch = library.client.batch()
            condition = library.client.write_option(last_update_time=before.stamp)
            batch.delete(self.document(library, kind, key), option=condition)
            self._commit(library, batch, also)

    def add(self, records: Sequence[Record]) -> None:
        """Stores new records of unwatched kinds, all or none."""
        with self.asking("write to") as library:
            self._commit(library, library.client.batch(), records)

    def _commit(self, library: Library, batch: Any, also: Sequence[Record]) -> Any:
        """Commits the batch and new records with it. Returns the time at which its first document was written."""
        for one in also:  # by `set`: a commit that is tried again may have been done
            batch.set(self.document(library, type(one), one.key), self.fields(library, one))
        try:
            results = batch.commit(**library.options)
        except library.conflicts as error:
            raise ConflictError from error
        self._count(0, writes=len(results))
        return results[0].update_time

    def document(self, library: Library, kind: type, key: str) -> Any:
        return self._collection(library, kind).document(document_id(kind, key))

    def _collection(self, library: Library, kind: type) -> Any:
        return library.client.collection(LINE if is_watched(kind) else kind_name(kind))

    def fields(self, library: Library, value: Any) -> dict[str, Any]:
        fields: dict[str, Any] = {"document": dump(value)}
        if not is_watched(type(value)):
            return fields
        fields |= {"watched": FOR_EVER, "changed": library.server_timestamp}
        if isinstance(value, Card):
            fields["watched"] = int(self._clock()) + CARD_WATCHED_SECONDS
        if isinstance(value, Call):
            fields["watched"] = FOR_EVER if value.live else int(self._clock()) + WATCHED_SECONDS
            fields["live_caller"] = caller_of(value.number)[:LONGEST_NUMBER] if value.live else None
            fields |= indexes_of(value)._asdict()
        return fields

    # Many

    def read_all(self, kind: type[T]) -> list[T]:
        with self.asking("read from") as library:
            found = self._collection(library, kind).get(**library.options)
            return self._values(kind, sorted(found, key=lambda one: unquote(one.id)))

    def read_many(self, kind: type[T], keys: list[str]) -> list[T]:
        """The documents with these keys, in the order of `keys`, by one request."""
        with self.asking("read from") as library:
            documents = [self.document(library, kind, key) for key in keys]
            found = {one.id: one for one in library.client.get_all(documents, **library.options)}  # in any order
            return self._values(kind, [found[one.id] for one in documents if found[one.id].exists], len(documents))

    def read_under(self, kind: type[T], prefix: str, after: str, limit: int) -> list[T]:
        """A range of the documents' names, which needs no index."""
        with self.asking("read from") as library:
            collection = self._collection(library, kind)
            query = collection.order_by("__name__").limit(limit)
            if after:
                query = query.start_after([collection.document(document_id(kind, after))])
            else:
                query = query.start_at([collection.document(document_id(kind, prefix))])
            end = collection.document(document_id(kind, prefix) + LAST_CHARACTER)
            return self._values(kind, query.end_before([end]).get(**library.options))

    def history(self, wanted: Range, limit: int) -> list[tuple[str, Call]]:
        """The last calls of the range, last first, each with its text in the index."""
        index, low, high = wanted
        with self.asking("read from") as library:
            query = library.client.collection(LINE)
            query = query.where(filter=library.field_filter(index, ">=", low))
            query = query.where(filter=library.field_filter(index, "<", high))
            found = query.order_by(index, direction="DESCENDING").limit(limit).get(**library.options)
            return list(zip([one.get(index) for one in found], self._values(Call, found), strict=True))

    def live_calls_of(self, caller: str) -> list[Call]:
        """The caller's live calls in the order in which they were stored. A query sees everything written before it."""
        with self.asking("read from") as library:
            of_caller = library.field_filter("live_caller", "==", caller[:LONGEST_NUMBER])
            found = library.client.collection(LINE).where(filter=of_caller).get(**library.options)
            return self._values(Call, sorted(found, key=lambda one: (one.create_time, one.id)))

    def _values(self, kind: type[T], snapshots: list[Any], reads: int | None = None) -> list[T]:
        self._count(max(1, len(snapshots) if reads is None else reads))  # finding nothing is charged as one read
        return [_entry(kind, snapshot).value for snapshot in snapshots]

    # What `change_feed` asks

    def everything(self) -> Mapping[str, Entry[Any]]:
        with self.asking("read from") as library:
            return self._entries(self._watched(library).get(**library.options))

    def changed_after(self, mark: int) -> Mapping[str, Entry[Any]]:
        with self.asking("read from") as library:
            since = EPOCH + mark * MICROSECOND - CHANGED_MARGIN if mark else EPOCH
            query = library.client.collection(LINE).where(filter=library.field_filter("changed", ">", since))
            return self._entries(query.get(**library.options))

    def watch(self, report: Report) -> Watch:
        def on_snapshot(_: object, changes: Iterable[Any], __: object) -> None:
            reported = list(changes)
            changed = [one.document for one in reported if one.type.name != "REMOVED"]
            deleted = {one.document.id: None for one in reported if one.type.name == "REMOVED"}
            report({**self._entries(changed, charged_least=0), **deleted})

        with self.asking("watch") as library:
            query = self._watched(library)
            # The library sorts all documents at every change, which nobody here needs: 30 ms with 1,000 callers.
            query._comparator = lambda _, __: 0  # noqa: SLF001 - without it, it is only slower
            watch: Watch = query.on_snapshot(on_snapshot)
            return watch

    def _watched(self, library: Library) -> Any:
        now = int(self._clock())
        self.complete_since = (now - WATCHED_SECONDS + CLOCKS_DIFFER_SECONDS) * 1_000_000
        return library.client.collection(LINE).where(filter=library.field_filter("watched", ">", now))

    def _entries(self, snapshots: list[Any], charged_least: int = 1) -> dict[str, Entry[Any]]:
        self._count(max(charged_least, len(snapshots)))
        entries = {}
        for snapshot in snapshots:
            try:
                entries[snapshot.id] = _entry(_watched_kind(snapshot.id), snapshot)
            except StoreError as error:
                # While a newer version of the app takes over: the other calls go on.
                log.warning("%s: %s", snapshot.id, error)
        return entries

    def _count(self, reads: int, writes: int = 0) -> None:
        with self._lock:
            self.reads += reads
            self.writes += writes

    @contextmanager
    def asking(self, verb: str) -> Iterator[Library]:
        with self._lock:
            if self._library is None:
                self._library = load_library(self._project)
            library = self._library
            self.requests += 1
        try:
            yield library
        except library.errors as error:
            raise StoreError(f"The app could not {verb} Firestore: {sentence_of(error)}.") from error


def _watched_kind(name: str) -> type[Any]:
    kind = name.partition("-")[0]
    if kind not in WATCHED_KINDS:
        raise StoreError(f"The store holds a {kind} that this program cannot read.")
    return WATCHED_KINDS[kind]


def _entry(kind: type[T], snapshot: Any) -> Entry[T]:
    key = unquote(snapshot.id.removeprefix(document_id(kind, "")))
    document = str(snapshot.to_dict().get("document", ""))
    return Entry(load(kind, key, document), _mark(snapshot.update_time), snapshot.update_time)


def _mark(stamp: Any) -> int:
    """An update time in microseconds."""
    return int((stamp - EPOCH) // MICROSECOND)
