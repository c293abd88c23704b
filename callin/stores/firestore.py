"""The store on App Engine: Firestore in native mode, one document for each record.

Every query asks for a range of one field, for which Firestore keeps an index by itself. `Copier` reads whole databases
for a backup, and fills empty ones.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import quote, unquote

from callin.contracts import Changes, HistoryQuery, Page, Record, Store, StoreError
from callin.model import Call, Card, ChatMessage, StoredRecord
from callin.stores.change_cache import ChangeCache, Entry
from callin.stores.change_feed import ChangeFeed, Timing
from callin.stores.codec import WATCHED_KINDS, batches, history_range, load
from callin.stores.firestore_documents import LINE, ConflictError, Documents, document_id, is_watched
from callin.stores.firestore_library import Library

T = TypeVar("T")

CHANGE_SECONDS = 6.0
"""How long to retry a change of a record that others change too. Twilio waits 15 s for an answer."""
TOO_MANY = "Too many change the same record at once."
DEFAULT_TIMING = Timing()
FIRST_PAUSE_SECONDS = 0.02
LONGEST_PAUSE_SECONDS = 0.3
LOCKS = 64
OFTEN_NEW = (Call, Card, ChatMessage)
"""Kinds whose records are most likely new if this instance has not seen them: then one request creates one."""


class FirestoreStore(Store):
    """A `Store` that several instances share. Loads no library and starts no thread before it is first used.

    A change reads a document and writes it on the condition that it is still the same. It uses no transaction: those of
    many webhooks on one document would fail one another. Live calls and changes since a mark come from memory, which
    one watch per instance keeps up to date.
    """

    is_serial = False

    def __init__(
        self,
        project: str = "",
        *,
        clock: Callable[[], float] = time.time,
        timing: Timing = DEFAULT_TIMING,
    ) -> None:
        """`project` is Google Cloud's; if it is empty the library finds it."""
        self._documents = Documents(project, clock)
        self._cache = ChangeCache()
        self._feed = ChangeFeed(self._documents, self._cache, timing)
        self._locks = [threading.RLock() for _ in range(LOCKS)]

    @property
    def reads(self) -> int:
        """How many documents were read by requests, queries and the watch, as Firestore charges them."""
        return self._documents.reads

    @property
    def writes(self) -> int:
        return self._documents.writes

    @property
    def requests(self) -> int:
        """How many requests were started."""
        return self._documents.requests

    @property
    def is_following(self) -> bool:
        """Whether changes are being followed: from the first `live_calls` until none was asked for a while."""
        return self._feed.is_running

    def close(self) -> None:
        self._feed.stop()
        self._documents.close()

    def record(self, kind: type[T], key: str) -> T | None:
        with self._noticing_failure():
            entry = self._documents.read(kind, key)
        return entry.value if entry else None

    def change_record(
        self, kind: type[T], key: str, change: Callable[[T | None], T | None], also: Sequence[Record] = ()
    ) -> T | None:
        name = document_id(kind, key)
        with self._noticing_failure(), self._one_thread(name):
            cached: Entry[T] | None = self._cache.get(name) if is_watched(kind) else None
            done = self._change_cached(kind, key, cached, change, also) if cached or kind in OFTEN_NEW else None
            return done or self._change_stored(kind, key, change, also)

    def _change_cached(
        self,
        kind: type[T],
        key: str,
        cached: Entry[T] | None,
        change: Callable[[T | None], T | None],
        also: Sequence[Record],
    ) -> T | None:
        """Changes the cached document without reading it first. None if the write finds that it is out of date.

        The cached value alone never decides that nothing changes or that the change is refused.
        """
        before = cached.value if cached else None
        try:
            after = change(before)
        except Exception:  # noqa: BLE001 - raised again if the change refuses what is really stored
            return None
        if after is not None and after != before:
            with suppress(ConflictError):
                return self._write(kind, key, after, cached, also)
        return None

    def _change_stored(
        self, kind: type[T], key: str, change: Callable[[T | None], T | None], also: Sequence[Record]
    ) -> T | None:
        deadline = time.monotonic() + CHANGE_SECONDS
        pause = FIRST_PAUSE_SECONDS
        while True:
            entry = self._documents.read(kind, key)
            before = entry.value if entry else None
            after = change(before)
            if after == before:
                if also:
                    self._documents.add(also)
                return after
            with suppress(ConflictError):
                if after is not None:
                    return self._write(kind, key, after, entry, also)
                if entry is not None:
                    self._documents.delete(kind, key, entry, also)
                    self._cache.drop(document_id(kind, key), entry.mark)
                    return None
            if time.monotonic() > deadline:
                raise StoreError(TOO_MANY)
            time.sleep(random.uniform(0, pause))  # noqa: S311 - makes no secret
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    def _write(self, kind: type[T], key: str, value: T, before: Entry[T] | None, also: Sequence[Record]) -> T:
        written = self._documents.write(kind, key, value, before, also)
        if is_watched(kind) and self.is_following:
            self._cache.wrote(document_id(kind, key), written)
        return value

    def records(self, kind: type[T]) -> tuple[T, ...]:
        return tuple(self._documents.read_all(kind))

    def records_of(self, kind: type[T], keys: Iterable[str]) -> tuple[T, ...]:
        wanted = list(keys)
        return tuple(self._documents.read_many(kind, wanted)) if wanted else ()

    def records_under(self, kind: type[T], prefix: str, after: str = "", limit: int = 100) -> tuple[T, ...]:
        return tuple(self._documents.read_under(kind, prefix, after, limit))

    def history(self, query: HistoryQuery, after: str = "", limit: int = 100) -> Page:
        with self._noticing_failure():
            found = self._documents.history(history_range(query, after), limit + 1)
        return Page(tuple([call for _, call in found[:limit]]), found[limit - 1][0] if len(found) > limit else "")

    def live_calls_of(self, caller: str, limit: int) -> tuple[Call, ...]:
        with self._noticing_failure():
            return tuple(self._documents.live_calls_of(caller)[:limit])

    def live_calls(self) -> Changes:
        self._feed.use()
        return self._cache.live()

    def changes_since(self, mark: int) -> Changes:
        self._feed.use()
        changes = self._cache.since(mark)
        if mark >= self._documents.complete_since:
            return changes
        changed = self._documents.changed_after(mark).values()
        return Changes.of(changes.mark, [one.value for one in changed if one.mark > mark])

    def wait_for_change(self, mark: int, seconds: float) -> None:
        self._feed.use()
        self._cache.wait(mark, seconds, lambda: self._feed.has_failed)

    def stored_records(self) -> Iterator[StoredRecord]:
        return Copier(self._documents).stored_records()

    def add_records(self, records: Iterable[StoredRecord]) -> int:
        return Copier(self._documents).add(records)

    @contextmanager
    def _one_thread(self, name: str) -> Iterator[None]:
        """Threads of one instance that change one record take turns, which is quicker than resolving conflicts."""
        lock = self._locks[hash(name) % len(self._locks)]
        if not lock.acquire(timeout=CHANGE_SECONDS):
            raise StoreError(TOO_MANY)
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def _noticing_failure(self) -> Iterator[None]:
        try:
            yield
        except StoreError:
            self._feed.doubt()
            raise


READ_AT_ONCE = 300
LARGE_KINDS = ("soundpiece", "logo")
LARGE_READ_AT_ONCE = 30
"""For kinds with large documents, so that a backup does not have to hold tens of megabytes."""

WRITTEN_AT_ONCE = 300
CHARACTERS_WRITTEN_AT_ONCE = 3_000_000
"""Firestore takes 500 writes and 10 MB at once, its emulator 4 MB: https://cloud.google.com/firestore/quotas"""
BATCH_SECONDS = 60.0


class Copier:
    """Copies whole databases, with requests that take longer than those that a caller waits for."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    def stored_records(self) -> Iterator[StoredRecord]:
        """Every record as of the moment when this begins. Firestore can read the state of up to an hour ago."""
        moment = {"read_time": datetime.now(UTC), "timeout": BATCH_SECONDS}
        with self._documents.asking("read from") as library:
            for collection in list(library.client.collections(**moment)):
                at_once = LARGE_READ_AT_ONCE if collection.id in LARGE_KINDS else READ_AT_ONCE
                query = collection.order_by("__name__").limit(at_once)
                found = query.get(**moment)
                while found:
                    yield from filter(None, map(_record, found))
                    found = query.start_after(found[-1]).get(**moment) if len(found) == at_once else []

    def add(self, records: Iterable[StoredRecord]) -> int:
        count = 0
        for some in batches(records, WRITTEN_AT_ONCE, CHARACTERS_WRITTEN_AT_ONCE):
            with self._documents.asking("write to") as library:
                batch = library.client.batch()
                for record in some:
                    batch.create(*self._document(library, record))
                batch.commit(timeout=BATCH_SECONDS)
            count += len(some)
        return count

    def _document(self, library: Library, record: StoredRecord) -> tuple[Any, dict[str, Any]]:
        """The document's reference and its fields."""
        if kind := WATCHED_KINDS.get(record.kind):
            fields = self._documents.fields(library, load(kind, record.key, record.document))
            return self._documents.document(library, kind, record.key), fields | {"document": record.document}
        return library.client.collection(record.kind).document(quote(record.key, safe="")), {
            "document": record.document
        }


def _record(snapshot: Any) -> StoredRecord | None:
    """None for a document that is not ours."""
    document = snapshot.to_dict().get("document")
    kind, _, key = snapshot.id.partition("-") if snapshot.reference.parent.id == LINE else ("", "", snapshot.id)
    return StoredRecord(kind or snapshot.reference.parent.id, unquote(key), document) if document else None
