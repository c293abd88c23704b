"""Accounts, sessions and invitations as frozen values, and the rules for names and passwords."""

from __future__ import annotations

import hashlib
import math
import re
from enum import StrEnum

from msgspec import Struct, field
from msgspec.structs import replace

SESSION_IDLE_SECONDS = 12 * 3600.0
SESSION_SECONDS = 30 * 86400.0
CONFIRMED_SECONDS = 600.0
"""How long after a person has typed the password they are not asked for it again."""

MAX_SESSIONS = 100
HASH_LETTERS = 16
"""How much of a session's hash is its id: 64 bits, from which nobody can compute the cookie."""

INVITATION_SECONDS = 72 * 3600.0
MAX_PASSWORD_CHARACTERS = 200

REHEARSAL_PASSWORD = "rehearsal"  # noqa: S105 - shown on the sign-in page of every rehearsal
_REHEARSAL_HASH = "$argon2id$v=19$m=19456,t=2,p=1$zor/zaZjDnWWd5EN4E7xWQ$652Hm7PlQDSPCXcUJY1anQd98+E1Hei3QxPexjMqJBw"

# No underscore: it separates the parts of a voice identity, and the name is one of them.
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,28}[A-Za-z0-9])?")


class AccountError(Exception):
    """The request is refused. The message is a sentence for the person who asked."""


class WrongPasswordError(AccountError):
    """Sign-in failed. The sentence does not say whether the name exists."""

    def __init__(self) -> None:
        super().__init__("Wrong name or password.")


class SecondFactorNeededError(AccountError):
    """The password is right, and the account has a passkey. `pending` proves the former for five minutes."""

    def __init__(self, key: str, pending: str) -> None:
        super().__init__("Your passkey is needed too.")
        self.key = key
        self.pending = pending


class BusyError(AccountError):
    """Too many passwords are being checked already."""

    def __init__(self) -> None:
        super().__init__("Too many people are signing in right now. Please try again in a few seconds.")


class TooSoonError(AccountError):
    """There were too many wrong passwords in the last minutes."""

    def __init__(self, seconds: float) -> None:
        self.seconds = max(1, math.ceil(seconds))
        unit = "second" if self.seconds == 1 else "seconds"
        super().__init__(f"Too many wrong passwords. Please wait {self.seconds} {unit}, then try again.")


class Role(StrEnum):
    """A screener talks to callers off the air, a DJ also runs the show, an admin also manages accounts."""

    DJ = "dj"
    SCREENER = "screener"
    ADMIN = "admin"

    @property
    def with_article(self) -> str:
        """The role in a sentence, such as "an admin"."""
        return f"an {self}" if self is Role.ADMIN else f"a {self}"

    @property
    def may_run_the_show(self) -> bool:
        return self in DJS

    @property
    def is_admin(self) -> bool:
        return self in ADMINS

    @property
    def sees_full_numbers(self) -> bool:
        return self in ADMINS


EVERYONE = frozenset(Role)
DJS = frozenset({Role.DJ, Role.ADMIN})
ADMINS = frozenset({Role.ADMIN})
"""Who may ask what: each route in `main` names one of these. An admin may do all that a DJ may."""


class Session(Struct, frozen=True):
    """A browser that is signed in. `token_hash` is the SHA-256 of the token in its cookie; the token is not stored."""

    token_hash: str = field(name="mark")
    began_at: float
    seen_at: float
    confirmed_at: float = 0.0
    """When the password was typed again; 0 if it was only typed to sign in."""
    browser: str = ""
    address: str = ""
    has_second_factor: bool = False
    """Whether a passkey or a recovery code was asked for too, or a passkey was added since."""

    @property
    def id(self) -> str:
        """The first characters of the hash: nobody can compute the cookie from them."""
        return self.token_hash[:HASH_LETTERS]

    def is_confirmed(self, now: float) -> bool:
        """Whether the password was typed in the last ten minutes."""
        return 0 <= now - max(self.began_at, self.confirmed_at) < CONFIRMED_SECONDS

    def is_over(self, now: float) -> bool:
        return now - self.seen_at > SESSION_IDLE_SECONDS or now - self.began_at > SESSION_SECONDS


class Account(Struct, frozen=True):
    """A person that may sign in. `key` is the name in lower case; `password` is the argon2id hash.

    An account with `rehearsal` exists in a rehearsal only.
    """

    key: str
    name: str
    role: Role
    password: str
    made_at: float = 0.0
    disabled: bool = False
    rehearsal: bool = False
    sessions: tuple[Session, ...] = ()

    def __repr__(self) -> str:
        return f"Account({self.name!r}, {self.role})"  # without the hash

    def with_touched(self, token_hash: str, now: float) -> Account:
        return self._with_session_changed(token_hash, seen_at=now)

    def open_sessions(self, now: float) -> tuple[Session, ...]:
        return tuple([session for session in self.sessions if not session.is_over(now)])

    def with_session(self, session: Session) -> Account:
        """Adds a session. Removes those that are over and, above 100, those that were idle longest."""
        others = sorted(self.open_sessions(session.seen_at), key=lambda one: one.seen_at)
        return replace(self, sessions=(*others, session)[-MAX_SESSIONS:])

    def without_session(self, token_hash: str) -> Account:
        return replace(self, sessions=tuple([one for one in self.sessions if one.token_hash != token_hash]))

    def with_confirmed(self, token_hash: str, now: float) -> Account:
        return self._with_session_changed(token_hash, confirmed_at=now)

    def with_second_factor(self, token_hash: str) -> Account:
        return self._with_session_changed(token_hash, has_second_factor=True)

    def with_session_only(self, token_hash: str) -> Account:
        return replace(self, sessions=tuple([one for one in self.sessions if one.token_hash == token_hash]))

    def _with_session_changed(self, token_hash: str, **values: float | bool) -> Account:
        changed = [replace(one, **values) if one.token_hash == token_hash else one for one in self.sessions]
        return replace(self, sessions=tuple(changed))


class Invitation(Struct, frozen=True):
    """Allows one person to create an account with that role. `key` is the SHA-256 of the token in its link."""

    key: str
    role: Role
    expires_at: float
    invited_by: str = ""
    used_by: str = ""
    made_at: float = 0.0
    note: str = ""
    """The person that it is meant for, as the admin typed it."""

    def is_open(self, now: float) -> bool:
        return not self.used_by and now < self.expires_at


def rehearsal_accounts() -> dict[str, Account]:
    """The accounts of a rehearsal by key: one for each role, named after it."""
    return {role.value: Account(role.value, role.value, role, _REHEARSAL_HASH, rehearsal=True) for role in Role}


def role_names() -> list[str]:
    return [role.value for role in Role]


def role_named(name: str) -> Role:
    """The role of that name. AccountError if there is none."""
    try:
        return Role(name)
    except ValueError:
        raise AccountError(f"Choose a role: {', '.join(role_names())}.") from None


def key_of(name: str) -> str:
    """The key of the account with that name: case does not matter."""
    return name.strip().lower()


def is_name(name: str) -> bool:
    return _NAME.fullmatch(name) is not None


def check_name(name: str) -> None:
    """AccountError if a new account cannot have that name."""
    if not is_name(name):
        raise AccountError(
            "A name has 1 to 30 letters (a to z), digits and hyphens, no spaces, and no hyphen at its ends."
        )


def hash_token(token: str) -> str:
    """The SHA-256 of a random token. A fast hash is enough: the token is too long to guess."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
