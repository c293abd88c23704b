"""A sign-in between its two steps: the password was right, and the second factor is still to come."""

from __future__ import annotations

from typing import NamedTuple

from callin.accounts.models import Account, AccountError, WrongPasswordError, hash_token
from callin.keyring import Keyring

PENDING_SECONDS = 300.0
_PURPOSE = "second factor"


class PendingSignIn(NamedTuple):
    """What the page keeps meanwhile, signed: whose password was right, which one, and when."""

    at: float
    account_key: str
    password_hash: str

    @classmethod
    def of(cls, account: Account, now: float) -> PendingSignIn:
        return cls(now, account.key, hash_token(account.password))

    @classmethod
    def read(cls, signed: str, keyring: Keyring, now: float) -> PendingSignIn:
        """AccountError if it is not ours, or older than five minutes."""
        at, _, rest = (keyring.unsign(signed, _PURPOSE) or "").partition("~")
        key, _, password_hash = rest.partition("~")
        if not password_hash or not 0 <= now - float(at) <= PENDING_SECONDS:
            raise AccountError("That took too long. Please sign in again.")
        return cls(float(at), key, password_hash)

    def signed(self, keyring: Keyring) -> str:
        return keyring.sign(f"{self.at!r}~{self.account_key}~{self.password_hash}", _PURPOSE)

    def check(self, account: Account | None) -> Account:
        """The account, if it is still the one whose password was typed."""
        if account is None or account.disabled or hash_token(account.password) != self.password_hash:
            raise WrongPasswordError
        return account
