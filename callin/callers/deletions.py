"""Which callers were deleted, without their numbers: a restored backup must not bring them back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from callin.contracts import Clock, Store
from callin.keyring import Keyring

KEPT_SECONDS = 400 * 86400.0
"""A backup that is older than this could bring deleted callers back."""

PURPOSE = "deleted caller"


@dataclass(frozen=True, slots=True)
class Deletion:
    """An admin deleted a caller. `key` is the number's fingerprint, which nobody can read without SESSION_KEY."""

    key: str
    at: float


class Deletions:
    """The deletions in a store. Every method raises StoreError as the store does."""

    def __init__(self, store: Store, clock: Clock, keyring: Keyring) -> None:
        self._store = store
        self._clock = clock
        self._keyring = keyring

    def add(self, number: str) -> None:
        deletion = Deletion(self._keyring.fingerprints(number, PURPOSE)[0], self._clock())
        self._store.change_record(Deletion, deletion.key, lambda _: deletion)

    def delete_expired(self) -> None:
        for one in self._store.records(Deletion):
            if one.at < self._clock() - KEPT_SECONDS:
                self._store.change_record(Deletion, one.key, lambda _: None)


def is_deleted(number: str, deletions: Iterable[Deletion], keyring: Keyring) -> bool:
    """Whether one of the deletions is of this number, under the present SESSION_KEY or the one before."""
    keys = {one.key for one in deletions}
    return any(one in keys for one in keyring.fingerprints(number, PURPOSE))
