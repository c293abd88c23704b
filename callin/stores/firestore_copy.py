"""Reads all documents of a Firestore database for a backup, and writes those of one into an empty database."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote

from callin.model import StoredRecord
from callin.stores.codec import WATCHED_KINDS, load
from callin.stores.firestore_documents import LINE, Documents
from callin.stores.firestore_library import Library

READ_AT_ONCE = 300
WRITTEN_AT_ONCE = 300
"""Firestore takes 500 writes and 10 MB at once: https://cloud.google.com/firestore/quotas"""
BATCH_SECONDS = 60.0


class Copier:
    """Copies whole databases, with requests that take longer than those that a caller waits for."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    def stored_records(self) -> Iterator[StoredRecord]:
        """Every record as of the moment when this begins. Firestore answers about the past of an hour."""
        moment = {"read_time": datetime.now(UTC), "timeout": BATCH_SECONDS}
        with self._documents.asking("read from") as library:
            for collection in list(library.client.collections(**moment)):
                query = collection.order_by("__name__").limit(READ_AT_ONCE)
                found = query.get(**moment)
                while found:
                    yield from filter(None, map(_record, found))
                    found = query.start_after(found[-1]).get(**moment) if len(found) == READ_AT_ONCE else []

    def add(self, records: Iterable[StoredRecord]) -> int:
        count = 0
        remaining = iter(records)
        while some := list(itertools.islice(remaining, WRITTEN_AT_ONCE)):
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
