"""The people at the studio whose browsers are in a show: each is signed in from its beginning, in every instance."""

from __future__ import annotations

from callin.accounts import Account, Role
from callin.accounts.models import Session
from callin.accounts.sessions import HASH_LETTERS
from callin.contracts import Clock, Store

MARK = "5" * 64
DJS = ("one", "two")
SCREENERS = ("ann", "bob")


def identity(kind: str, name: str) -> str:
    """The voice identity of that person's browser."""
    return f"{kind}_{name}_{MARK[:HASH_LETTERS]}00000000"


def sign_in_all(store: Store, clock: Clock) -> None:
    """Gives each an account with an open session."""
    session = Session(MARK, clock(), clock())
    for role, names in ((Role.DJ, DJS), (Role.SCREENER, SCREENERS)):
        for name in names:
            account = Account(name, name, role, "", sessions=(session,))
            store.change_record(Account, name, lambda _, account=account: account)
