"""Accounts, sessions and invitations as plain frozen values, and the rules that hold for them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace
from enum import StrEnum

from callin.accounts.refusals import RefusedError

SESSION_IDLE_SECONDS = 12 * 3600.0
SESSION_SECONDS = 30 * 86400.0
SESSIONS_KEPT = 100
INVITATION_SECONDS = 72 * 3600.0
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
"""More than anyone types; the hash takes any length, but need not be fed for nothing."""

# No underscore: the name is a part of a voice identity, between underscores.
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,28}[A-Za-z0-9])?")


class Role(StrEnum):
    """What somebody may do: run the show, speak with callers before it, or all of it and the accounts too."""

    DJ = "dj"
    SCREENER = "screener"
    ADMIN = "admin"

    @property
    def may_run_the_show(self) -> bool:
        return self in DESKS

    @property
    def sees_full_numbers(self) -> bool:
        return self in ADMINS


EVERYONE = frozenset(Role)
DESKS = frozenset({Role.DJ, Role.ADMIN})
ADMINS = frozenset({Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is signed in. `mark` is the SHA-256 of what its cookie holds, so that reading it opens nothing."""

    mark: str
    began_at: float
    seen_at: float

    def is_over(self, now: float) -> bool:
        return now - self.seen_at > SESSION_IDLE_SECONDS or now - self.began_at > SESSION_SECONDS


@dataclass(frozen=True, slots=True)
class Account:
    """A person who may sign in. `key` is the name in lower case; `password` its hash.

    `rehearsal` is an account that comes with a rehearsal: anywhere else it does not exist.
    """

    key: str
    name: str
    role: Role
    password: str = field(repr=False)
    made_at: float = 0.0
    disabled: bool = False
    rehearsal: bool = False
    sessions: tuple[Session, ...] = field(default=(), repr=False)

    def open_sessions(self, now: float) -> tuple[Session, ...]:
        return tuple([session for session in self.sessions if not session.is_over(now)])

    def with_session(self, session: Session) -> Account:
        """Signed in once more. Sessions that are over are forgotten, and the longest unused when there are too many."""
        others = sorted(self.open_sessions(session.seen_at), key=lambda one: one.seen_at)
        return replace(self, sessions=(*others, session)[-SESSIONS_KEPT:])

    def without_session(self, mark: str) -> Account:
        return replace(self, sessions=tuple([one for one in self.sessions if one.mark != mark]))


@dataclass(frozen=True, slots=True)
class Invitation:
    """Lets one person make an account with that role. `key` is the SHA-256 of what its link holds."""

    key: str
    role: Role
    expires_at: float
    invited_by: str = ""
    used_by: str = ""

    def is_open(self, now: float) -> bool:
        return not self.used_by and now < self.expires_at


def role_names() -> list[str]:
    """The names of all roles, as forms offer them."""
    return [role.value for role in Role]


def role_named(name: str) -> Role:
    """The role of that name. RefusedError, with a sentence, where there is none."""
    try:
        return Role(name)
    except ValueError:
        raise RefusedError(f"Choose a role: {', '.join(role_names())}.") from None


def key_of(name: str) -> str:
    """A name as its account is found by: upper and lower case are alike."""
    return name.strip().lower()


def is_name(name: str) -> bool:
    return _NAME.fullmatch(name) is not None


def why_not_name(name: str) -> str:
    """What is wrong with a new account's name, in a sentence; empty when nothing is."""
    if is_name(name):
        return ""
    return "A name has 1 to 30 letters (a to z) and digits, perhaps with hyphens between them, and no spaces."


def why_not_password(password: str) -> str:
    """What is wrong with a new password, in a sentence; empty when nothing is."""
    if len(password) < SHORTEST_PASSWORD:
        return f"A password has at least {SHORTEST_PASSWORD} characters. A few words in a row are easy to remember."
    if len(password) > LONGEST_PASSWORD:
        return f"A password has at most {LONGEST_PASSWORD} characters."
    return ""


def fingerprint(secret: str) -> str:
    """What is kept of a secret that is random and long: whoever reads it cannot use it."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
