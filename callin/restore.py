"""Restores a backup into an empty store: `python -m callin.restore FILE`, while the app is stopped.

Callers that were deleted after the backup was made stay deleted: the deletions are taken from the newer backups in the
same folder, and from any further file that is named, such as the former store. Everybody has to sign in again.
"""

from __future__ import annotations

import argparse
import json
import secrets
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, suppress
from http.client import HTTPException
from pathlib import Path
from typing import TypeVar
from urllib.error import HTTPError
from urllib.request import urlopen

from msgspec.structs import replace

from callin.accounts import ButtonKey
from callin.accounts.links import PasswordReset
from callin.accounts.models import Account, Invitation
from callin.accounts.second_factor import SecondFactor
from callin.backup import BackupError, counted, failed, read
from callin.callers import Caller
from callin.callers.jobs import StatsProgress
from callin.callers.models import IndexEntry
from callin.callers.service import Deletion, is_deleted
from callin.config import ConfigError, read_only
from callin.contracts import Store, StoreError
from callin.health import HealthCheck
from callin.keyring import Keyring
from callin.messages import ListenerMessage
from callin.model import Call, Card, LeaseHolder, MissedCalls, StoredRecord
from callin.rules.calls import anonymised
from callin.stores import SQLITE, open_store, sqlite_file
from callin.stores.codec import dump, kind_name, load

T = TypeVar("T")

LEFT_OUT: dict[str, type] = {kind_name(one): one for one in (LeaseHolder, HealthCheck, StatsProgress, MissedCalls)}
"""What only a running app needs. The app then counts the calls of the last month again, and none of them twice."""

HEALTH_SECONDS = 5.0


def restore(path: Path, others: Iterable[Path], store: Store, keyring: Keyring, now: float) -> str:
    """Fills an empty store from a backup, and says what is in it. BackupError if it is not empty."""
    if any(record.kind not in LEFT_OUT for record in store.stored_records()):
        raise BackupError(
            "The store is not empty, and a restore must not mix two. Name an empty one in STORE, or move the present "
            "one away."
        )
    for _ in read(path):
        pass  # an unreadable backup is refused before anything is stored
    for record in list(store.stored_records()):
        store.change_record(LEFT_OUT[record.kind], record.key, lambda _: None)
    wanted = Restored(path, deletions_in(path, others), keyring, now)
    try:
        store.add_records(wanted.records())
    except StoreError as error:
        raise StoreError(f"The store has only a part of the backup: {error} Empty it, then restore again.") from error
    removed = (
        f" {wanted.removed} records of deleted callers were left out or lost their number." if wanted.removed else ""
    )
    return f"{counted(wanted.kinds)}.{removed}"


def deletions_in(path: Path, others: Iterable[Path]) -> set[Deletion]:
    """The deletions that are in the backups beside this one, or in the other files, but not in this one."""
    known = set(_deletions(path))
    found = {one for other in others for one in _deletions(other)}
    for other in path.absolute().parent.iterdir():
        if other.is_file():
            with suppress(BackupError, StoreError):
                found |= set(_deletions(other))
    return found - known


def _deletions(path: Path) -> Iterator[Deletion]:
    kind = kind_name(Deletion)
    return (_loaded(Deletion, record) for record in read(path) if record.kind == kind)


class Restored:
    """A backup's records as they are restored: without deleted callers, sessions and open invitations."""

    def __init__(self, path: Path, deletions: set[Deletion], keyring: Keyring, now: float) -> None:
        self._path = path
        self._deletions = deletions
        self._keyring = keyring
        self._now = now
        self._newest = {one.key: one for one in sorted(deletions, key=lambda one: one.at)}
        self._deleted_calls: set[str] = set()
        self.kinds: Counter[str] = Counter()
        self.removed = 0

    def records(self) -> Iterator[StoredRecord]:
        if self._deletions:
            calls = (record for record in read(self._path) if record.kind == kind_name(Call))
            self._deleted_calls = {record.key for record in calls if self._is_deleted(_loaded(Call, record).number)}
        for record in read(self._path):
            kept = self._kept(record)
            if kept is not None:
                self.kinds[kept.kind] += 1
                yield kept
        for key, deletion in self._newest.items():
            yield StoredRecord(kind_name(Deletion), key, dump(deletion))

    def _kept(self, record: StoredRecord) -> StoredRecord | None:
        if record.kind in LEFT_OUT or (record.kind == kind_name(Deletion) and record.key in self._newest):
            return None
        if record.kind == kind_name(ButtonKey):
            return None  # it may have been revoked since
        if record.kind == kind_name(Account):
            # A session that was ended after the backup must not begin again.
            return record._replace(document=dump(replace(_loaded(Account, record), sessions=())))
        if record.kind == kind_name(Invitation):
            return None if _loaded(Invitation, record).is_open(self._now) else record
        if record.kind == kind_name(PasswordReset):
            return None if _loaded(PasswordReset, record).is_open(self._now) else record
        if record.kind == kind_name(SecondFactor):
            # A recovery code that was used after the backup must not work again.
            return record._replace(document=dump(replace(_loaded(SecondFactor, record), recovery_codes=())))
        return self._without_deleted(record) if self._deletions else record

    def _without_deleted(self, record: StoredRecord) -> StoredRecord | None:
        """The record without what is known of a deleted caller, as `Retention` would leave it."""
        if record.kind == kind_name(Call) and record.key in self._deleted_calls:
            self.removed += 1
            return record._replace(document=dump(anonymised(_loaded(Call, record))))
        number = ""
        if record.kind == kind_name(Caller):
            number = record.key
        elif record.kind == kind_name(IndexEntry):
            number = _loaded(IndexEntry, record).number
        elif record.kind == kind_name(ListenerMessage):
            number = _loaded(ListenerMessage, record).number
        is_their_card = record.kind == kind_name(Card) and record.key in self._deleted_calls
        if is_their_card or self._is_deleted(number):
            self.removed += 1
            return None
        return record

    def _is_deleted(self, number: str) -> bool:
        return bool(number) and is_deleted(number, self._deletions, self._keyring)


def _loaded(kind: type[T], record: StoredRecord) -> T:
    return load(kind, record.key, record.document)


def must_not_run(settings: Mapping[str, str], keyring: Keyring) -> None:
    """BackupError if the app runs: it would overwrite what is restored with what it remembers."""
    stop = "Stop the app first (systemctl stop radio-call-in; on App Engine: gcloud app versions stop VERSION)."
    store = settings["STORE"]
    if store.startswith(SQLITE) and sqlite_file.is_in_use(store.removeprefix(SQLITE)):
        raise BackupError(f"A program uses the store. {stop}")
    for url in (f"http://127.0.0.1:{settings['PORT']}", settings["PUBLIC_URL"]):
        if is_this_app(url, keyring):
            raise BackupError(f"The app runs at {url}. {stop}")


def is_this_app(url: str, keyring: Keyring) -> bool:
    """Whether an app with our SESSION_KEY answers there."""
    nonce = secrets.token_hex(16)
    try:
        try:
            answer = urlopen(f"{url}/health?nonce={nonce}", timeout=HEALTH_SECONDS)  # noqa: S310 - our own setting
        except HTTPError as error:
            answer = error
        with answer:
            return bool(json.load(answer)["proof"] == keyring.proof(nonce))
    except (OSError, ValueError, TypeError, LookupError, HTTPException):
        return False


def main(arguments: list[str] | None = None) -> int:
    """The command. 0 if everything was restored, 1 with a sentence on stderr if not."""
    parser = argparse.ArgumentParser(prog="python -m callin.restore", description=(__doc__ or "").split("\n\n")[1])
    parser.add_argument("file", type=Path, metavar="FILE", help="the backup")
    parser.add_argument("others", type=Path, metavar="OTHER", nargs="*", help="a further file whose deletions count")
    asked = parser.parse_args(arguments)
    try:
        settings = read_only("STORE", "GOOGLE_CLOUD_PROJECT", "SESSION_KEY", "SESSION_KEY_BEFORE", "PUBLIC_URL", "PORT")
        keyring = Keyring(settings["SESSION_KEY"], settings["SESSION_KEY_BEFORE"])
        must_not_run(settings, keyring)
        with closing(open_store(settings["STORE"], settings["GOOGLE_CLOUD_PROJECT"])) as store:
            print(f"Restored {restore(asked.file, asked.others, store, keyring, time.time())}")
    except ConfigError as error:
        return failed(f"These settings are missing or wrong:\n{error}")
    except (BackupError, StoreError, OSError) as error:
        return failed(str(error))
    return 0


if __name__ == "__main__":
    sys.exit(main())
