"""Records as they are stored, for backups, and the leases of the app's instances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


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
