"""How records are stored: a field's former name, a record as a backup has it, and the leases of the app's instances."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

T = TypeVar("T")


def stored_as(name: str, default: T) -> T:
    """A field that has another name in the store, because earlier versions read and write it by that name."""
    made: T = field(default=default, metadata={"stored_as": name})
    return made


class StoredRecord(NamedTuple):
    """A record as it is stored: the name of its kind, its key, and its JSON document."""

    kind: str
    key: str
    document: str


@dataclass(frozen=True, slots=True)
class LeaseHolder:
    """The instance that has a lease, and until when."""

    key: str
    holder: str
    until: float
