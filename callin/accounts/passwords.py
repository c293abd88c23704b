"""Hashes and checks passwords with argon2id, one at a time for strangers and one for trusted devices.

19 MiB, two passes, one lane, as OWASP recommends: a fifth of a second on App Engine's smallest instance.
https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from callin.accounts.models import BusyError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MEMORY_KIB = 19 * 1024
PASSES = 2
LANES = 1
STRANGERS_WAITING = 1
TRUSTED_WAITING = 2
"""How many more may wait for their turn. Each holds one of the server's threads, and calls need those."""
WAIT_SECONDS = 3.0

M_MMAP_THRESHOLD = -3
MMAP_THRESHOLD_BYTES = 1024 * 1024

# The hash of an unknown password. It is checked if there is no account, so that the answer takes as long.
UNKNOWN_HASH = "$argon2id$v=19$m=19456,t=2,p=1$+Re7qWGaXjNIxRs68w1tzQ$QJiEU8J2AjeRAoGZsNIDPYha42M6w/XjZDYagTvH6wI"


class Checked(NamedTuple):
    """Whether the password is right. `new_hash` replaces the stored hash if that has other parameters than today's."""

    right: bool
    new_hash: str = ""


class Passwords:
    """The hasher. Strangers wait for each other only, never a trusted device for a stranger.

    Every method waits `wait_seconds` at most for its turn, then raises BusyError.
    """

    def __init__(self, wait_seconds: float = WAIT_SECONDS) -> None:
        self._strangers = _Turn(STRANGERS_WAITING, wait_seconds)
        self._trusted = _Turn(TRUSTED_WAITING, wait_seconds)

    def hash(self, password: str) -> str:
        """The hash of a new password. Strangers cannot set one, so this takes a trusted device's turn."""
        with self._trusted.taken():
            return _hasher().hash(_normal(password))

    def check(self, stored: str | None, password: str, *, by_stranger: bool = False) -> Checked:
        """Whether the password fits the stored hash. None for no account: this takes as long."""
        from argon2.exceptions import InvalidHashError, VerificationError

        text = _normal(password)
        with self.turn(by_stranger=by_stranger):
            try:
                _hasher().verify(stored or UNKNOWN_HASH, text)
            except (VerificationError, InvalidHashError):
                return Checked(right=False)
            if not stored:
                return Checked(right=False)
            return Checked(True, _hasher().hash(text) if _hasher().check_needs_rehash(stored) else "")

    def turn(self, *, by_stranger: bool) -> AbstractContextManager[None]:
        """Holds the turn of a check."""
        return (self._strangers if by_stranger else self._trusted).taken()


class _Turn:
    """A lock for which only a few may wait, and only for some seconds."""

    def __init__(self, waiting: int, wait_seconds: float) -> None:
        self._lock = threading.BoundedSemaphore(1)
        self._room = threading.BoundedSemaphore(1 + waiting)
        self._wait_seconds = wait_seconds

    @contextmanager
    def taken(self) -> Iterator[None]:
        if not self._room.acquire(blocking=False):
            raise BusyError
        try:
            if not self._lock.acquire(timeout=self._wait_seconds):
                raise BusyError
            try:
                yield
            finally:
                self._lock.release()
        finally:
            self._room.release()


@cache
def _hasher() -> PasswordHasher:
    # Imported on first use: most instances never check a password.
    from argon2 import PasswordHasher

    _return_freed_memory()
    return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)


def _return_freed_memory() -> None:
    """Makes the C library return each hash's 19 MiB to the system at once.

    By default glibc raises this threshold to the largest block that was freed and keeps such blocks for each thread:
    40 wrong passwords took 180 MB for good. A threshold that is set stays. Other C libraries have no mallopt and do
    not need it. https://man7.org/linux/man-pages/man3/mallopt.3.html
    """
    import ctypes

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, MMAP_THRESHOLD_BYTES)


def _normal(password: str) -> str:
    # Keyboards may encode the same letter differently.
    return unicodedata.normalize("NFKC", password)
