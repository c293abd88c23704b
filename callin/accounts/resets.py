"""Links by which a person who forgot the password chooses a new one: each for one account, once, within a day."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from callin.accounts.models import AccountError, hash_token, key_of
from callin.contracts import Clock, Record, Store, StoreError
from callin.keyring import Keyring

RESET_SECONDS = 86400.0
BY_COMMAND = "password reset"
COMMAND = "the command"
NOT_VALID = "This link has expired or was used already. Ask an admin for a new one."


@dataclass(frozen=True, slots=True)
class PasswordReset:
    """A link to choose a new password. `key` is the SHA-256 of its token.

    `ends_second_factor` says that passkeys and recovery codes go too: the last admin may have lost both.
    """

    key: str
    account_key: str
    expires_at: float
    made_by: str
    ends_second_factor: bool = False
    is_used: bool = False

    def is_open(self, now: float) -> bool:
        return not self.is_used and now < self.expires_at


class Resets:
    """The links in a store. `set_password` checks and stores a new password and ends all sessions of the account."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        keyring: Keyring,
        set_password: Callable[[PasswordReset, str, Sequence[Record]], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._keyring = keyring
        self._set_password = set_password

    def create(self, account_key: str, made_by: str, also: Sequence[Record] = ()) -> str:
        """Makes a link's token; the account's earlier links are void."""
        self.revoke(account_key)
        now = self._clock()
        token = secrets.token_urlsafe(24)
        reset = PasswordReset(hash_token(token), account_key, now + RESET_SECONDS, made_by)
        self._store.change_record(PasswordReset, reset.key, lambda _: reset, also)
        return token

    def find(self, token: str) -> PasswordReset | None:
        """The reset of a link, if it is still valid."""
        found = self._store.record(PasswordReset, hash_token(token)) or reset_by_command(token, self._keyring)
        return found if found and found.is_open(self._clock()) else None

    def revoke(self, account_key: str) -> None:
        """Voids an account's open links, and deletes all that have expired.

        Used ones stay until then: without its record a link of the command would be valid again.
        """
        now = self._clock()
        for old in self._store.records(PasswordReset):
            if now >= old.expires_at or (old.account_key == account_key and not old.is_used):
                self._store.change_record(PasswordReset, old.key, lambda _: None)

    def revoke_by(self, name: str) -> None:
        """Voids the links that an admin made, because they are no admin any more."""
        for reset in self._store.records(PasswordReset):
            if reset.made_by == name:
                self._store.change_record(PasswordReset, reset.key, lambda _: None)

    def use(self, token: str, password: str, lines: Callable[[PasswordReset], Sequence[Record]] = lambda _: ()) -> None:
        """Sets the password, with `lines` of it for the audit. AccountError if link or password is refused."""
        reset = self.find(token)
        if reset is None:
            raise AccountError(NOT_VALID)
        self._mark_used(reset)
        try:
            self._set_password(reset, password, lines(reset))
        except (AccountError, StoreError):
            self._store.change_record(PasswordReset, reset.key, lambda used: used and reset)  # revoked ones stay so
            raise

    def _mark_used(self, reset: PasswordReset) -> None:
        """AccountError if somebody else has used the link since it was found."""

        def change(before: PasswordReset | None) -> PasswordReset:
            if before is not None and before.is_used:
                raise AccountError(NOT_VALID)
            return replace(before or reset, is_used=True)

        self._store.change_record(PasswordReset, reset.key, change)


def reset_link(keyring: Keyring, name: str) -> str:
    """The token of a link for an account. It is signed and dated: `callin.admin` cannot reach the store."""
    return keyring.sign_dated(f"{key_of(name)}~{secrets.token_urlsafe(12)}", BY_COMMAND)


def reset_by_command(token: str, keyring: Keyring) -> PasswordReset | None:
    """The reset that a link of `reset_link` stands for. The store has it once it was used."""
    dated = keyring.unsign_dated(token, BY_COMMAND)
    if dated is None:
        return None
    expires_at = dated.signed_at + RESET_SECONDS
    account_key = dated.value.partition("~")[0]
    return PasswordReset(hash_token(token), account_key, expires_at, COMMAND, ends_second_factor=True)
