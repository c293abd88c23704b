"""Open sessions, cached so that a dashboard's polls cost no store reads."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterable
from typing import NamedTuple

from callin.accounts.models import ADMINS, HASH_LETTERS, Account, AccountError, Role, Session
from callin.contracts import Clock, StoreError

FRESH_SECONDS = 45.0
"""How long a session that another instance has ended may still be accepted here."""

KEPT_SECONDS = 3600.0
"""How long a session is accepted while the store fails: a show must not stop for it."""

RETRY_SECONDS = 5.0
MAX_ACCOUNTS = 1000
MAX_ENDED = 10_000


class SignedIn(NamedTuple):
    """The person behind a request: the account as it is now, and the browser's session."""

    account: Account
    session: Session

    @property
    def role(self) -> Role:
        return self.account.role

    @property
    def is_admin_without_passkey(self) -> bool:
        """Whether an admin has signed in with the password alone."""
        return self.role in ADMINS and not self.session.has_second_factor

    def check_not_own(self, key: str) -> None:
        """AccountError if that is the person's own account."""
        if self.account.key == key:
            raise AccountError("You cannot do this to your own account. Ask another admin.")


class CachedAccount(NamedTuple):
    """An account, or None if there is none, and when it was read."""

    account: Account | None
    at: float


class AccountCache:
    """Accounts by key, read again after 45 seconds. Changes made by this instance show at once."""

    def __init__(self, read: Callable[[str], Account | None], clock: Clock) -> None:
        self._read = read
        self._clock = clock
        self._entries: dict[str, CachedAccount] = {}
        self._changes = 0
        self._failed_at: float | None = None
        self._lock = threading.Lock()

    def get(self, key: str) -> Account | None:
        """The account, or None if there is none. StoreError if the store fails and the cache is too old."""
        now = self._clock()
        with self._lock:
            entry = self._entries.get(key)
        if entry is not None and 0 <= now - entry.at < self._max_age(now):
            return entry.account
        try:
            return self._fetch(key, now)
        except StoreError:
            if entry is not None and now - entry.at < KEPT_SECONDS:
                return entry.account
            raise

    def reload(self, key: str) -> Account | None:
        """The account as the store has it now. StoreError if it fails, or has failed in the last 5 seconds."""
        now = self._clock()
        if self._is_failing(now):
            raise StoreError("The store failed a moment ago.")
        return self._fetch(key, now)

    def put(self, key: str, account: Account) -> None:
        """Caches what this instance has just written."""
        with self._lock:
            self._changes += 1
            self._put(key, account, self._clock())

    def _fetch(self, key: str, now: float) -> Account | None:
        with self._lock:
            changes = self._changes
        try:
            account = self._read(key)
        except StoreError:
            self._failed_at = self._clock()  # not `now`: the failing read may have taken seconds
            raise
        with self._lock:
            self._failed_at = None
            if self._changes == changes:  # otherwise what was read may be older than what was written meanwhile
                self._put(key, account, now)
        return account

    def _max_age(self, now: float) -> float:
        return KEPT_SECONDS if self._is_failing(now) else FRESH_SECONDS

    def _is_failing(self, now: float) -> bool:
        return self._failed_at is not None and 0 <= now - self._failed_at < RETRY_SECONDS

    def _put(self, key: str, account: Account | None, now: float) -> None:
        if len(self._entries) >= MAX_ACCOUNTS:
            self._entries.clear()
        self._entries[key] = CachedAccount(account, now)


class Sessions:
    """Finds open sessions. Those that are over are remembered: a session never reopens."""

    def __init__(self, cache: AccountCache, clock: Clock) -> None:
        self._cache = cache
        self._clock = clock
        self._ended: dict[str, None] = {}

    def find(self, account_key: str, token_hash: str) -> SignedIn | None:
        """The open session whose token hash begins with `token_hash`. StoreError if the store cannot tell."""
        if token_hash[:HASH_LETTERS] in self._ended:
            return None
        # A session that the cache lacks may have begun on another instance a moment ago.
        found = self._find_in(self._cache.get(account_key), token_hash) or self._find_in(
            self._cache.reload(account_key), token_hash
        )
        if found is None:
            self.end([token_hash])
        return found

    def end(self, token_hashes: Iterable[str]) -> None:
        """Refuses these sessions from now on, also while the store fails."""
        for token_hash in token_hashes:
            self._ended[token_hash[:HASH_LETTERS]] = None
        while len(self._ended) > MAX_ENDED:
            self._ended.pop(next(iter(self._ended)), None)

    def _find_in(self, account: Account | None, token_hash: str) -> SignedIn | None:
        if account is None or account.disabled:
            return None
        for session in account.open_sessions(self._clock()):
            if secrets.compare_digest(session.token_hash[: len(token_hash)], token_hash):
                return SignedIn(account, session)
        return None
