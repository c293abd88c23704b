"""Keys with which a device outside the browser, such as a Stream Deck or a pedal, presses an account's buttons."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from callin.accounts.models import HASH_LETTERS, Account, AccountError, hash_token
from callin.contracts import Clock, Record, Store

MAX_KEYS = 20
MAX_NAME_CHARACTERS = 40
SECONDS_BETWEEN_USES = 60.0
"""How often at most a use is stored, so that a press costs no write."""

NEEDS_NAME = f"Give the key a name of 1 to {MAX_NAME_CHARACTERS} characters, such as Stream Deck."
TOO_MANY = f"You have {MAX_KEYS} keys. Revoke one first."
SAME_NAME = "You have a key of that name already. Revoke it first, or choose another name."
GONE = "That key is no longer there."


@dataclass(frozen=True, slots=True)
class ButtonKey:
    """A key of an account. `key` is the account's key, a space, and the SHA-256 of the secret, which is not stored."""

    stored_as: ClassVar[str] = "button"

    key: str
    name: str
    made_at: float
    used_at: float = 0.0

    @property
    def account_key(self) -> str:
        return self.key.partition(" ")[0]

    @property
    def id(self) -> str:
        """The first letters of the hash: nobody can compute the secret from them."""
        return self.key.partition(" ")[2][:HASH_LETTERS]


class ButtonKeys:
    """The keys in a store. Every method raises StoreError as the store does."""

    def __init__(self, store: Store, clock: Clock, account: Callable[[str], Account | None]) -> None:
        """`account` reads an account by its key."""
        self._store = store
        self._clock = clock
        self._account = account

    def of(self, account_key: str) -> list[ButtonKey]:
        """The account's keys, the latest first."""
        found = self._store.records_under(ButtonKey, f"{account_key} ", limit=MAX_KEYS)
        return sorted(found, key=lambda one: -one.made_at)

    def create(self, account_key: str, name: str, also: Sequence[Record]) -> str:
        """Makes a key and returns its secret, which is shown once. `also` are the audit's lines about it."""
        name = name.strip()
        if not (0 < len(name) <= MAX_NAME_CHARACTERS and name.isprintable()):
            raise AccountError(NEEDS_NAME)
        kept = self.of(account_key)
        if len(kept) >= MAX_KEYS:
            raise AccountError(TOO_MANY)
        if any(one.name == name for one in kept):
            raise AccountError(SAME_NAME)
        secret = f"{account_key}.{secrets.token_urlsafe(24)}"
        made = ButtonKey(_record_key(secret), name, self._clock())
        self._store.change_record(ButtonKey, made.key, lambda _: made, also)
        return secret

    def revoke(self, account_key: str, key_id: str, lines: Callable[[ButtonKey], Sequence[Record]]) -> ButtonKey:
        """Deletes a key, with `lines` of it for the audit. AccountError if it is gone."""
        found = next((one for one in self.of(account_key) if one.id == key_id), None)
        if found is None:
            raise AccountError(GONE)
        self._store.change_record(ButtonKey, found.key, lambda _: None, lines(found))
        return found

    def find(self, secret: str) -> tuple[ButtonKey, Account] | None:
        """The key with that secret, and its account; None if it was revoked or the account is disabled."""
        record_key = _record_key(secret)
        found = self._store.record(ButtonKey, record_key) if record_key else None
        account = self._account(found.account_key) if found else None
        return (found, account) if found and account and not account.disabled else None

    def used(self, key: ButtonKey) -> None:
        """Stores that the key was used just now, at most once a minute."""
        now = self._clock()
        if now - key.used_at >= SECONDS_BETWEEN_USES:
            self._store.change_record(ButtonKey, key.key, lambda one: replace(one, used_at=now) if one else None)


def _record_key(secret: str) -> str:
    """The key of the record; empty for a text that is no secret of ours."""
    account_key, dot, _ = secret.partition(".")
    return f"{account_key} {hash_token(secret)}" if account_key and dot and len(secret) < 100 else ""
