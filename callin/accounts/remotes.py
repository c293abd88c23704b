"""What runs the show without a browser: phones with a PIN, and devices such as a Stream Deck or a pedal with a key.

Caller ID can be forged, so the PIN must be keyed in on each call from one of the phones.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from typing import ClassVar

from msgspec import Struct
from msgspec.structs import replace

from callin.accounts.models import HASH_LETTERS, Account, AccountError, BusyError, hash_token
from callin.accounts.passwords import Passwords
from callin.contracts import Clock, Record, Store, StoreError

MAX_WRONG_PINS = 5
"""This many wrong PINs in a row, over all calls from a number, lock it until an admin unlocks it."""

MAX_CALLS = 20
"""More than a station has at a time. It bounds the record if Twilio does not report the end of calls."""


class DjPhones(Struct, frozen=True):
    """The numbers that may run the show, and their PIN: as text from the settings file, or a hash from the page."""

    numbers: frozenset[str]
    pin: str = ""
    pin_hash: str = ""
    passwords: Passwords | None = None
    """Checks a hash."""

    def __repr__(self) -> str:
        return f"DjPhones({sorted(self.numbers)})"  # without the PIN

    @property
    def has_pin(self) -> bool:
        return bool(self.pin or self.pin_hash)

    def is_pin(self, keyed: str) -> bool:
        """Whether that is the PIN. StoreError if too many are checked at once: the try does not count then."""
        if not self.pin_hash or self.passwords is None:
            return secrets.compare_digest(keyed.encode(), self.pin.encode())
        try:
            return self.passwords.check(self.pin_hash, keyed).right
        except BusyError as error:
            raise StoreError("Too many PINs are being checked at once.") from error


class DjPhone(Struct, frozen=True):
    """A number of DJ_PHONES. `key` is the number.

    `wrong` has the CallSid of each wrong PIN in a row; `let_in` has those of the calls with the right one.
    `locked_at` is in seconds since 1970, 0 if the number is not locked.
    """

    key: str
    wrong: tuple[str, ...] = ()
    locked_at: float = 0.0
    let_in: tuple[str, ...] = ()

    @property
    def is_locked(self) -> bool:
        return bool(self.locked_at)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to store."""
        return self == DjPhone(self.key)

    def lets_in(self, call_sid: str) -> bool:
        """Whether that call may run the show. A lock does not end a call that was let in before."""
        return call_sid in self.let_in

    def next_try(self, call_sid: str) -> int:
        """The number of that call's next try, from 1."""
        return self.wrong.count(call_sid) + 1

    def after_pin(self, call_sid: str, which: int | None, now: float, *, right: bool) -> DjPhone:
        """The phone after the PIN of try number `which`. If Twilio sends a request twice, the second is ignored."""
        is_repeated = which is not None and which < self.next_try(call_sid)
        if self.is_locked or self.lets_in(call_sid) or is_repeated:
            return self
        if right:
            return replace(self, wrong=(), let_in=(*self.let_in, call_sid)[-MAX_CALLS:])
        wrong = (*self.wrong, call_sid)
        return replace(self, wrong=wrong, locked_at=now if len(wrong) >= MAX_WRONG_PINS else 0.0)


class Phones(Struct, frozen=True):
    """The numbers of DJ_PHONES and their PIN. Without a PIN the number is enough.

    A stranger that forges a number can lock it but not get in. So a lock ends no call, affects no browser and no other
    number, and an admin lifts it with one press.
    """

    store: Store
    clock: Clock
    now: Callable[[], DjPhones]
    """The numbers and the PIN that hold now. It asks the store."""
    recent: Callable[[], DjPhones]
    """The same from memory, some seconds old."""

    def may_run_the_show(self, number: str) -> bool:
        """Whether that number may run the show."""
        return number in self.now().numbers

    def find(self, number: str, call_sid: str) -> DjPhone:
        """The phone, as that call may use it. StoreError if the store fails."""
        if not self.now().has_pin:
            return DjPhone(number, let_in=(call_sid,))
        return self.store.record(DjPhone, number) or DjPhone(number)

    def try_pin(self, number: str, call_sid: str, pin: str, which: int | None) -> DjPhone:
        """The phone after that call has keyed in a PIN. StoreError: nobody is let in, and the try does not count."""
        phones = self.now()
        if not phones.has_pin:
            return self.find(number, call_sid)
        right = phones.is_pin(pin)
        now = self.clock()

        def change(before: DjPhone | None) -> DjPhone:
            return (before or DjPhone(number)).after_pin(call_sid, which, now, right=right)

        return self.store.change_record(DjPhone, number, change) or DjPhone(number)

    def call_ended(self, number: str, call_sid: str) -> None:
        """Forgets that a call was let in. Every caller's call ends here, so most ask the store nothing."""
        phones = self.recent()
        if not phones.has_pin or number not in phones.numbers:
            return

        def change(before: DjPhone | None) -> DjPhone | None:
            if before is None:
                return None
            after = replace(before, let_in=tuple([one for one in before.let_in if one != call_sid]))
            return None if after.is_empty else after

        self.store.change_record(DjPhone, number, change)

    def locked(self) -> list[DjPhone]:
        """The phones that are locked, by number."""
        phones = self.now()
        if not phones.has_pin:
            return []
        return [phone for phone in self.store.records(DjPhone) if phone.is_locked and phone.key in phones.numbers]

    def unlock(self, number: str, also: Sequence[Record] = ()) -> None:
        """Lets a number try again, with its count at zero."""

        def change(before: DjPhone | None) -> DjPhone | None:
            if before is None or not before.is_locked:
                raise AccountError("That phone is not locked.")
            after = replace(before, wrong=(), locked_at=0.0)
            return None if after.is_empty else after

        self.store.change_record(DjPhone, number, change, also)


MAX_KEYS = 20
MAX_NAME_CHARACTERS = 40
SECONDS_BETWEEN_USES = 60.0
"""A key's use is stored at most this often, so that most presses cost no write."""

NEEDS_NAME = f"Give the key a name of 1 to {MAX_NAME_CHARACTERS} characters, such as Stream Deck."
TOO_MANY = f"You have {MAX_KEYS} keys. Revoke one first."
SAME_NAME = "You already have a key of that name. Revoke it first, or choose another name."
GONE = "That key is no longer there."


class ButtonKey(Struct, frozen=True):
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
        """The first characters of the hash: nobody can compute the secret from them."""
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
