"""Small documents of other kinds in Firestore: a collection for each kind, a document for each record."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any
from urllib.parse import quote, unquote

from callin.contracts import AnyRecord, StoreError
from callin.stores.codec import dump, load, name_of
from callin.stores.documents import Conflict, Documents

CHANGE_SECONDS = 6.0
PAUSE_SECONDS = 0.05
LAST_CHARACTER = "~"
"""No quoted name has a later one."""


class Records:
    """Reads and changes records. They are few and seldom change, so nothing of them is kept here."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    def read(self, kind: type[AnyRecord], key: str) -> AnyRecord | None:
        snapshot = self._snapshot(kind, key)
        return _value(kind, snapshot) if snapshot.exists else None

    def all(self, kind: type[AnyRecord]) -> tuple[AnyRecord, ...]:
        with self._documents.asking("read from") as library:
            found = library.client.collection(name_of(kind)).get(**library.asked)
            self._documents.count(max(1, len(found)))
        values = [_value(kind, snapshot) for snapshot in found]
        return tuple(sorted(values, key=lambda value: value.key))

    def of(self, kind: type[AnyRecord], keys: Iterable[str]) -> tuple[AnyRecord, ...]:
        wanted = list(keys)
        if not wanted:
            return ()
        with self._documents.asking("read from") as library:
            collection = library.client.collection(name_of(kind))
            snapshots = list(
                library.client.get_all([collection.document(quote(key, safe="")) for key in wanted], **library.asked)
            )
            self._documents.count(len(snapshots))
        found = {snapshot.id: snapshot for snapshot in snapshots if snapshot.exists}  # they come in any order
        return tuple([_value(kind, found[name]) for key in wanted if (name := quote(key, safe="")) in found])

    def under(self, kind: type[AnyRecord], prefix: str, after: str, limit: int) -> tuple[AnyRecord, ...]:
        """A range of the documents' names, which needs no index. Quoted letter by letter, prefixes stay prefixes."""
        name = quote(prefix, safe="")
        with self._documents.asking("read from") as library:
            collection = library.client.collection(name_of(kind))
            query = collection.order_by("__name__").limit(limit)
            if after:
                query = query.start_after([collection.document(quote(after, safe=""))])
            else:
                query = query.start_at([collection.document(name)])
            found = query.end_before([collection.document(name + LAST_CHARACTER)]).get(**library.asked)
            self._documents.count(max(1, len(found)))
        return tuple([_value(kind, snapshot) for snapshot in found])

    def change(
        self, kind: type[AnyRecord], key: str, change: Callable[[AnyRecord | None], AnyRecord | None]
    ) -> AnyRecord | None:
        deadline = time.monotonic() + CHANGE_SECONDS
        while True:
            snapshot = self._snapshot(kind, key)
            before = _value(kind, snapshot) if snapshot.exists else None
            after = change(before)
            if after == before:
                return after
            with suppress(Conflict):
                self._replace(kind, key, after, snapshot.update_time if snapshot.exists else None)
                return after
            if time.monotonic() > deadline:
                raise StoreError("Too many change the same record at once.")
            time.sleep(random.uniform(0, PAUSE_SECONDS))  # noqa: S311 - makes no secret

    def _replace(self, kind: type[AnyRecord], key: str, after: AnyRecord | None, stamp: Any) -> None:
        if after is not None:
            self._documents.put(name_of(kind), quote(key, safe=""), {"document": dump(after, "key")}, stamp)
        else:
            self._documents.remove(name_of(kind), quote(key, safe=""), stamp)

    def _snapshot(self, kind: type[AnyRecord], key: str) -> Any:
        with self._documents.asking("read from") as library:
            snapshot = library.client.collection(name_of(kind)).document(quote(key, safe="")).get(**library.asked)
            self._documents.count(1)
            return snapshot


def _value(kind: type[AnyRecord], snapshot: Any) -> AnyRecord:
    return load(kind, snapshot.get("document"), key=unquote(snapshot.id))
