"""What an instance remembers of accounts for a while, so that a dashboard's polls cost the store nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import NamedTuple

from callin.accounts.people import Account
from callin.contracts import Clock, StoreError

FRESH_SECONDS = 45.0
"""So long may a session that was ended on another instance go on here."""

KEPT_SECONDS = 3600.0
"""So long it goes on while the store fails: nobody can end one then, and a show must not stop for it."""

RETRY_SECONDS = 5.0
MOST_KEPT = 1000


class _Entry(NamedTuple):
    account: Account | None
    at: float


class Memory:
    """Accounts by key, read again when they are no longer fresh. What changes here is known at once."""

    def __init__(self, read: Callable[[str], Account | None], clock: Clock) -> None:
        self._read = read
        self._clock = clock
        self._entries: dict[str, _Entry] = {}
        self._changes = 0
        self._failed_at: float | None = None
        self._lock = threading.Lock()

    def get(self, key: str) -> Account | None:
        """The account, or None when there is none. StoreError when that cannot be known."""
        now = self._clock()
        with self._lock:
            entry = self._entries.get(key)
        if entry is not None and 0 <= now - entry.at < self._good_for(now):
            return entry.account
        try:
            return self._fetch(key, now)
        except StoreError:
            if entry is not None and now - entry.at < KEPT_SECONDS:
                return entry.account
            raise

    def get_anew(self, key: str) -> Account | None:
        """The account as the store has it now. StoreError when it fails, and for a while after that without asking."""
        now = self._clock()
        if self._is_failing(now):
            raise StoreError("The store failed a moment ago.")
        return self._fetch(key, now)

    def _fetch(self, key: str, now: float) -> Account | None:
        with self._lock:
            changes = self._changes
        try:
            account = self._read(key)
        except StoreError:
            self._failed_at = self._clock()  # later than `now` by as long as the store took
            raise
        with self._lock:
            self._failed_at = None
            if self._changes == changes:  # else what was read may be older than what was changed here meanwhile
                self._put(key, account, now)
        return account

    def changed(self, key: str, account: Account) -> None:
        """This instance has just written it."""
        with self._lock:
            self._changes += 1
            self._put(key, account, self._clock())

    def _good_for(self, now: float) -> float:
        return KEPT_SECONDS if self._is_failing(now) else FRESH_SECONDS

    def _is_failing(self, now: float) -> bool:
        return self._failed_at is not None and 0 <= now - self._failed_at < RETRY_SECONDS

    def _put(self, key: str, account: Account | None, now: float) -> None:
        if len(self._entries) >= MOST_KEPT:
            self._entries.clear()
        self._entries[key] = _Entry(account, now)
