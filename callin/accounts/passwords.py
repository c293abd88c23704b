"""Hashes and checks passwords with argon2id, two at a time at most.

19 MiB, two passes, one lane: a fifth of a second on App Engine's smallest instance, whose memory two of them leave
alone. https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from callin.accounts.refusals import BusyError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MEMORY_KIB = 19 * 1024
PASSES = 2
LANES = 1
AT_ONCE = 2
WAITING = 6
"""So many more may wait for a place. Each takes one of the server's threads, and calls must not be out of those."""
WAIT_SECONDS = 3.0

# Nobody knows this one's password. It is checked where there is no account, so that this takes as long.
NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$+Re7qWGaXjNIxRs68w1tzQ$QJiEU8J2AjeRAoGZsNIDPYha42M6w/XjZDYagTvH6wI"


class Checked(NamedTuple):
    """Whether the password is right, and its hash anew where the one that is kept was made with older parameters."""

    right: bool
    renewed: str = ""


class Passwords:
    """The hasher. A third person at once waits for `wait_seconds`, then BusyError says so; a ninth is told at once."""

    def __init__(self, wait_seconds: float = WAIT_SECONDS) -> None:
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._doors = threading.BoundedSemaphore(AT_ONCE + WAITING)
        self._wait_seconds = wait_seconds

    def hash(self, password: str) -> str:
        with self.place():
            return _hasher().hash(_normal(password))

    def check(self, kept: str | None, password: str) -> Checked:
        """Whether the password belongs to the hash that is kept; None for nobody's, which takes as long."""
        from argon2.exceptions import InvalidHashError, VerificationError

        text = _normal(password)
        with self.place():
            try:
                _hasher().verify(kept or NOBODYS, text)
            except (VerificationError, InvalidHashError):
                return Checked(right=False)
            if not kept:
                return Checked(right=False)
            return Checked(True, _hasher().hash(text) if _hasher().check_needs_rehash(kept) else "")

    @contextmanager
    def place(self) -> Iterator[None]:
        """One of the places for a check."""
        if not self._doors.acquire(blocking=False):
            raise BusyError
        try:
            if not self._places.acquire(timeout=self._wait_seconds):
                raise BusyError
            try:
                yield
            finally:
                self._places.release()
        finally:
            self._doors.release()


@cache
def _hasher() -> PasswordHasher:
    # Imported on first use: most starts of the app see no sign-in for a long time.
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)


def _normal(password: str) -> str:
    # Two keyboards may write the same letter differently.
    return unicodedata.normalize("NFKC", password)
