"""Hashes and checks passwords with argon2id, two at a time at most: one for strangers, one for known browsers.

19 MiB, two passes, one lane: a fifth of a second on App Engine's smallest instance, whose memory two of them leave
alone. https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from callin.accounts.refusals import BusyError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MEMORY_KIB = 19 * 1024
PASSES = 2
LANES = 1
STRANGERS_WAITING = 1
KNOWN_WAITING = 2
"""So many more may wait for a place. Each takes one of the server's threads, and calls must not be out of those."""
WAIT_SECONDS = 3.0

M_MMAP_THRESHOLD = -3
MMAP_THRESHOLD_BYTES = 1024 * 1024

# Nobody knows this one's password. It is checked where there is no account, so that this takes as long.
NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$+Re7qWGaXjNIxRs68w1tzQ$QJiEU8J2AjeRAoGZsNIDPYha42M6w/XjZDYagTvH6wI"


class Checked(NamedTuple):
    """Whether the password is right, and its hash anew where the one that is kept was made with older parameters."""

    right: bool
    renewed: str = ""


class Passwords:
    """The hasher. Strangers have a place of their own: however many they are, they keep no known browser waiting.

    While the place is taken the next waits for it, `wait_seconds` at most. BusyError: nobody could be served in time.
    """

    def __init__(self, wait_seconds: float = WAIT_SECONDS) -> None:
        self._strangers = _Place(STRANGERS_WAITING, wait_seconds)
        self._known = _Place(KNOWN_WAITING, wait_seconds)

    def hash(self, password: str) -> str:
        """The hash of a new password. Only who is signed in or invited sets one."""
        with self._known.taken():
            return _hasher().hash(_normal(password))

    def check(self, kept: str | None, password: str, *, by_stranger: bool = False) -> Checked:
        """Whether the password belongs to the hash that is kept; None for nobody's, which takes as long."""
        from argon2.exceptions import InvalidHashError, VerificationError

        text = _normal(password)
        with self.place(by_stranger=by_stranger):
            try:
                _hasher().verify(kept or NOBODYS, text)
            except (VerificationError, InvalidHashError):
                return Checked(right=False)
            if not kept:
                return Checked(right=False)
            return Checked(True, _hasher().hash(text) if _hasher().check_needs_rehash(kept) else "")

    def place(self, *, by_stranger: bool) -> AbstractContextManager[None]:
        """The place for a check."""
        return (self._strangers if by_stranger else self._known).taken()


class _Place:
    """A place for one at a time, for which a few may wait."""

    def __init__(self, waiting: int, wait_seconds: float) -> None:
        self._place = threading.BoundedSemaphore(1)
        self._door = threading.BoundedSemaphore(1 + waiting)
        self._wait_seconds = wait_seconds

    @contextmanager
    def taken(self) -> Iterator[None]:
        if not self._door.acquire(blocking=False):
            raise BusyError
        try:
            if not self._place.acquire(timeout=self._wait_seconds):
                raise BusyError
            try:
                yield
            finally:
                self._place.release()
        finally:
            self._door.release()


@cache
def _hasher() -> PasswordHasher:
    # Imported on first use: most starts of the app see no sign-in for a long time.
    from argon2 import PasswordHasher

    _give_big_memory_back()
    return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)


def _give_big_memory_back() -> None:
    """Has the C library return each hash's 19 MiB to the system at once.

    glibc raises the size from which it does so to the largest that was ever freed, and then keeps the memory in an
    arena for each of the server's threads: 40 wrong passwords took 180 MB for good. Setting the size ends the raising.
    Other C libraries have no such function, and no such habit. https://man7.org/linux/man-pages/man3/mallopt.3.html
    """
    import ctypes

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, MMAP_THRESHOLD_BYTES)


def _normal(password: str) -> str:
    # Two keyboards may write the same letter differently.
    return unicodedata.normalize("NFKC", password)
