"""Says which new passwords are good enough, and hashes and checks them with argon2id.

19 MiB, two passes, one lane, as OWASP recommends: a fifth of a second on App Engine's smallest instance.
https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

from callin.accounts.models import MAX_PASSWORD_CHARACTERS, AccountError, BusyError

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


class Checked(Struct, frozen=True):
    """Whether the password is right. `new_hash` replaces the stored hash if that has other parameters than today's."""

    right: bool
    new_hash: str = ""


class Passwords:
    """The hasher. Strangers wait only for each other; a trusted device never waits for a stranger.

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


MIN_PASSWORD_CHARACTERS = 10
MIN_SCORE = 2
"""zxcvbn scores from 0 to 4. 2 means that more than a million guesses are needed, and sign-in allows a few a minute."""

COMPARED_CHARACTERS = 72
"""zxcvbn compares only the beginning, because its time grows with the square of the length."""

ADVICE = "A few words in a row are easy to remember."


def check_new_password(password: str, account_name: str, station_name: str) -> None:
    """AccountError if the password is too short, too long, common, or little more than one of the names."""
    if len(password) < MIN_PASSWORD_CHARACTERS:
        raise AccountError(f"A password needs at least {MIN_PASSWORD_CHARACTERS} characters. {ADVICE}")
    if len(password) > MAX_PASSWORD_CHARACTERS:
        raise AccountError(f"A password has at most {MAX_PASSWORD_CHARACTERS} characters.")
    if is_easy_to_guess(password, account_name, station_name):
        raise AccountError(
            f"That password is among the first that somebody would try: it is common, or made of a name. {ADVICE}"
        )


def is_easy_to_guess(password: str, account_name: str, station_name: str) -> bool:
    """Whether fewer than a million guesses find it, with the names among the words that are tried first."""
    plain = "".join(letter for letter in password.lower() if letter.isalnum())
    names = ["".join(letter for letter in name.lower() if letter.isalnum()) for name in (account_name, station_name)]
    if any(name and not plain.replace(name, "").strip("0123456789") for name in names):
        return True
    # Imported on first use: most instances never see a new password.
    from zxcvbn import zxcvbn

    words = [*names, *station_name.split(), *account_name.split("-"), "radio", "station"]
    score: int = zxcvbn(password[:COMPARED_CHARACTERS], user_inputs=words)["score"]
    return score < MIN_SCORE
