"""Slows down password guessing: by name, by address, and for all strangers together.

A browser that has signed in before is a trusted device and is counted apart: strangers do not slow it down.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterable
from typing import NamedTuple

from msgspec import Struct

from callin.accounts.limits import MAX_KEYS, TokenBuckets, address_groups
from callin.accounts.models import BusyError, TooSoonError
from callin.keyring import Keyring

FREE_TRIES = 5
FREE_TRIES_PER_ADDRESS = 20
"""A whole studio may share an address."""

FREE_TRIES_PER_DEVICE = 20
STRANGERS_BURST = 60
SECONDS_PER_STRANGERS_TRY = 1.0
"""The limit of all strangers together. A check takes a fifth of a second on App Engine's smallest instance, so after
the first 60 tries a flood from any number of addresses costs a fifth of its time."""

LONGEST_WAIT_SECONDS = 60.0
FORGOTTEN_AFTER_SECONDS = 900.0
MAX_NAME_CHARACTERS = 100
NAMES_PER_DEVICE = 8
"""The computer in a studio has several DJs."""

_DEVICE_COOKIE = "known"
_ALL_STRANGERS = "all"

Key = tuple[str, str]
"""What tries are counted by: a kind, and a name, an address or a device."""


class TrustedDevice(NamedTuple):
    """A browser that has signed in before: a random key, and the names it signed in with, the latest last."""

    key: str
    names: tuple[str, ...]


def read_trusted_device(cookie: str, keyring: Keyring) -> TrustedDevice | None:
    """The device of a cookie. None for a cookie that we have not signed."""
    value = keyring.unsign(cookie, _DEVICE_COOKIE) if cookie else None
    if value is None:
        return None
    names, _, key = value.partition("~")
    return TrustedDevice(key, tuple(names.split("+")))


def trusted_device_cookie(name: str, before: TrustedDevice | None, keyring: Keyring) -> str:
    """The signed cookie of a device after a sign-in with this name."""
    key, names = before or TrustedDevice(secrets.token_hex(8), ())
    names = (*(one for one in names if one != name), name)[-NAMES_PER_DEVICE:]
    return keyring.sign(f"{'+'.join(names)}~{key}", _DEVICE_COOKIE)


class Backoff:
    """Counts tries by key. After the free ones the next must wait 1 second, then 2, 4 and so on, up to a minute.

    A try counts when it begins, so that parallel tries gain nothing. The last 10,000 keys of each kind are kept: a
    flood from many addresses does not push out the names.
    """

    def __init__(self) -> None:
        self._tries: dict[str, dict[str, tuple[int, float]]] = {}
        self._lock = threading.Lock()

    def begin(self, keys: Iterable[tuple[Key, int]], now: float) -> None:
        """Counts a try for each key; beside it is the key's number of free tries. TooSoonError if one has to wait."""
        with self._lock:
            keys = list(keys)
            wait = max(self._wait(key, free, now) for key, free in keys)
            if wait > 0:
                raise TooSoonError(wait)
            for key, _ in keys:
                tries, _ = self._current(key, now)
                kind = self._of_kind(key)
                kind.pop(key[1], None)
                kind[key[1]] = tries + 1, now
                if len(kind) > MAX_KEYS:
                    del kind[next(iter(kind))]

    def reset(self, key: Key) -> None:
        """Forgets all tries of the key."""
        with self._lock:
            self._of_kind(key).pop(key[1], None)

    def undo(self, key: Key) -> None:
        """Uncounts the last try of the key. Those before it still count."""
        with self._lock:
            kind = self._of_kind(key)
            tries, at = kind.get(key[1], (0, 0.0))
            if tries > 1:
                kind[key[1]] = tries - 1, at
            else:
                kind.pop(key[1], None)

    def _of_kind(self, key: Key) -> dict[str, tuple[int, float]]:
        return self._tries.setdefault(key[0], {})

    def _current(self, key: Key, now: float) -> tuple[int, float]:
        tries, at = self._of_kind(key).get(key[1], (0, now))
        return (0, now) if now - at > FORGOTTEN_AFTER_SECONDS else (tries, at)

    def _wait(self, key: Key, free: int, now: float) -> float:
        tries, at = self._current(key, now)
        if tries < free:
            return 0.0
        return at + min(LONGEST_WAIT_SECONDS, 2.0 ** min(tries - free, 10)) - now


class Attempt(Struct, frozen=True):
    """A try that has begun: the key of the name, the other keys, and whether a stranger makes it."""

    name_key: Key
    other_keys: tuple[Key, ...]
    by_stranger: bool


class LoginThrottle:
    """Decides whether a password may be tried now. Each instance counts in its own memory."""

    def __init__(self) -> None:
        self._backoff = Backoff()
        self._strangers = TokenBuckets(STRANGERS_BURST, SECONDS_PER_STRANGERS_TRY)

    def begin(self, name: str, address: str, device: TrustedDevice | None, now: float) -> Attempt:
        """Begins a try. TooSoonError: the name or the address has to wait. BusyError: all strangers have to; this
        still counts for the address.

        On a trusted device the address does not count. If this name has signed in on it before, tries of the name
        elsewhere do not count either.
        """
        name = name[:MAX_NAME_CHARACTERS]
        name_key: Key = ("device", f"{device.key} {name}") if device and name in device.names else ("name", name)
        if device:
            others = [(("device", device.key), FREE_TRIES_PER_DEVICE)]
        else:
            groups = address_groups(address)
            others = [(("address", key), FREE_TRIES_PER_ADDRESS * factor) for key, factor in groups]
        attempt = Attempt(name_key, tuple([key for key, _ in others]), device is None)
        self._backoff.begin([(name_key, FREE_TRIES), *others], now)
        if attempt.by_stranger and not self._strangers.take(_ALL_STRANGERS, now):
            self._backoff.undo(name_key)
            raise BusyError
        return attempt

    def begin_own(self, name: str, now: float) -> Attempt:
        """Begins a try of a person that is signed in and has to type the password again."""
        attempt = Attempt(("own", name), (), by_stranger=False)
        self._backoff.begin([(attempt.name_key, FREE_TRIES)], now)
        return attempt

    def succeeded(self, attempt: Attempt) -> None:
        """The password was right. Earlier wrong ones from that address still count."""
        self._backoff.reset(attempt.name_key)
        self._undo_others(attempt)

    def store_failed(self, attempt: Attempt) -> None:
        """The password was not checked because the store failed."""
        self._backoff.undo(attempt.name_key)
        self._undo_others(attempt)

    def was_busy(self, attempt: Attempt) -> None:
        """The password was not checked because too many were. This still counts for a stranger's address: otherwise
        keeping the checker busy would cost a flood nothing."""
        self._backoff.undo(attempt.name_key)
        if attempt.by_stranger:
            self._strangers.give_back(_ALL_STRANGERS)
        else:
            self._undo_others(attempt)

    def _undo_others(self, attempt: Attempt) -> None:
        for key in attempt.other_keys:
            self._backoff.undo(key)
        if attempt.by_stranger:
            self._strangers.give_back(_ALL_STRANGERS)
