"""A station's accounts on a real SQLite file, with a clock that the test moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from callin.accounts import Accounts, Passwords, Role, SignedIn
from callin.accounts.models import Account
from callin.contracts import Clock, Record, Store, StoreError
from callin.keyring import Keyring
from callin.stores.sqlite import SqliteStore
from tests.support.clock import HeldClock

KEYRING = Keyring("k" * 32)
PASSWORD = "correct horse battery"


@dataclass
class House:
    """Accounts, and a few people who have one. `another` is a second instance of the app on the same store."""

    store: Store
    accounts: Accounts
    clock: HeldClock
    another: Callable[..., Accounts]
    people: list[str] = field(default_factory=list)

    def join(self, name: str, role: Role = Role.DJ) -> str:
        """Accepts an invitation. Returns the new account's cookie."""
        return self.accounts.accept(self.accounts.invitations.create(role, "the test"), name, PASSWORD)

    def who(self, cookie: str) -> SignedIn:
        found = self.accounts.signed_in(cookie)
        assert found is not None
        return found

    def sign_in(self, name: str, password: str = PASSWORD, address: str = "192.0.2.1", device_cookie: str = "") -> str:
        return self.accounts.sign_in(name, password, address, device_cookie)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    opened: list[SqliteStore] = []
    clock = HeldClock()

    def another(
        *, rehearsal: bool = False, clock: Clock = clock, keyring: Keyring = KEYRING, passwords: Passwords | None = None
    ) -> Accounts:
        opened.append(SqliteStore(str(tmp_path / "line.db")))
        return Accounts(opened[-1], clock, passwords or Passwords(), keyring, rehearsal=rehearsal)

    accounts = another()
    yield House(opened[0], accounts, clock, another)
    for store in opened:
        store.close()


class CountedStore(SqliteStore):
    """A store that counts reads of records, and fails when it is told to."""

    reads = 0
    writes = 0
    fails = False

    def record(self, kind: type[Any], key: str) -> Any | None:
        if self.fails:
            raise StoreError("The disk is on fire.")
        self.reads += 1
        return super().record(kind, key)

    def change_record(
        self, kind: type[Any], key: str, change: Callable[[Any | None], Any | None], also: Sequence[Record] = ()
    ) -> Any | None:
        self.writes += 1
        return super().change_record(kind, key, change, also)


@pytest.fixture
def counted(house: House, tmp_path: object) -> tuple[CountedStore, Accounts]:
    store = CountedStore(f"{tmp_path}/line.db")
    return store, Accounts(store, house.clock, Passwords(), KEYRING)


class FailingStore:
    """A store that fails at the next change of an account, before it writes or after; reading may fail from then on."""

    def __init__(self, inner: Any, *, after_the_write: bool, reads: bool = True) -> None:
        self.inner = inner
        self._after_the_write = after_the_write
        self._reads = reads
        self._is_down = False
        self._fails = True

    def change_record(
        self, kind: type[Any], key: str, change: Callable[[Any | None], Any | None], also: Sequence[Record] = ()
    ) -> Any | None:
        fails = self._fails and issubclass(kind, Account)
        if fails and not self._after_the_write:
            self._fail()
        written: Any | None = self.inner.change_record(kind, key, change, also)
        if fails:
            self._fail()
        return written

    def record(self, kind: type[Any], key: str) -> Any | None:
        if self._is_down:
            raise StoreError("The store does not answer.")
        found: Any | None = self.inner.record(kind, key)
        return found

    def _fail(self) -> None:
        self._fails, self._is_down = False, not self._reads
        raise StoreError("The store does not answer.")

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


def on_a_failing_store(house: House, *, after_the_write: bool, reads: bool = True) -> Accounts:
    store: Any = FailingStore(house.store, after_the_write=after_the_write, reads=reads)
    return Accounts(store, house.clock, Passwords(), KEYRING)
