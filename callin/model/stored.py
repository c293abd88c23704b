"""How records are stored: a field's former name, a record as a backup has it, and the leases of the app's instances."""

from __future__ import annotations

from typing import NamedTuple, TypeVar

from msgspec import Struct, field

T = TypeVar("T")


def stored_as(name: str, default: T) -> T:
    """A field that has another name in the store, because earlier versions read and write it by that name."""
    made: T = field(default=default, name=name)
    return made


class StoredRecord(NamedTuple):
    """A record as it is stored: the name of its kind, its key, and its JSON document."""

    kind: str
    key: str
    document: str


class LeaseHolder(Struct, frozen=True):
    """The instance that has a lease, and until when."""

    key: str
    holder: str
    until: float
