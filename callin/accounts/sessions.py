"""Sessions: between the two steps of a sign-in, open ones in a cache, and the voice identities of their tabs."""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Callable, Iterable

from msgspec import Struct

from callin.accounts.models import (
    ADMINS,
    DJS,
    EVERYONE,
    HASH_LETTERS,
    Account,
    AccountError,
    Role,
    Session,
    WrongPasswordError,
    hash_token,
)
from callin.contracts import Clock, StoreError
from callin.keyring import Keyring

FRESH_SECONDS = 45.0
"""How long a session that another instance has ended may still be accepted here."""

KEPT_SECONDS = 3600.0
"""How long a session is accepted while the store fails: a show must not stop for it."""

RETRY_SECONDS = 5.0
MAX_ACCOUNTS = 1000
MAX_ENDED = 10_000


class SignedIn(Struct, frozen=True):
    """The person behind a request: the account as it is now, and the browser's session."""

    account: Account
    session: Session

    @property
    def role(self) -> Role:
        return self.account.role

    @property
    def is_admin_without_passkey(self) -> bool:
        """Whether an admin has signed in with the password alone."""
        return self.role in ADMINS and not self.session.has_second_factor

    def check_not_own(self, key: str) -> None:
        """AccountError if that is the person's own account."""
        if self.account.key == key:
            raise AccountError("You cannot do this to your own account. Ask another admin.")


class CachedAccount(Struct, frozen=True):
    """An account, or None if there is none, and when it was read."""

    account: Account | None
    at: float


class AccountCache:
    """Accounts by key, read again after 45 seconds. Changes made by this instance show at once."""

    def __init__(self, read: Callable[[str], Account | None], clock: Clock) -> None:
        self._read = read
        self._clock = clock
        self._entries: dict[str, CachedAccount] = {}
        self._changes = 0
        self._failed_at: float | None = None
        self._lock = threading.Lock()

    def get(self, key: str) -> Account | None:
        """The account, or None if there is none. StoreError if the store fails and the cache is too old."""
        now = self._clock()
        with self._lock:
            entry = self._entries.get(key)
        if entry is not None and 0 <= now - entry.at < self._max_age(now):
            return entry.account
        try:
            return self._fetch(key, now)
        except StoreError:
            if entry is not None and now - entry.at < KEPT_SECONDS:
                return entry.account
            raise

    def reload(self, key: str) -> Account | None:
        """The account as the store has it now. StoreError if it fails, or has failed in the last 5 seconds."""
        now = self._clock()
        if self._is_failing(now):
            raise StoreError("The store failed a moment ago.")
        return self._fetch(key, now)

    def put(self, key: str, account: Account) -> None:
        """Caches what this instance has just written."""
        with self._lock:
            self._changes += 1
            self._put(key, account, self._clock())

    def _fetch(self, key: str, now: float) -> Account | None:
        with self._lock:
            changes = self._changes
        try:
            account = self._read(key)
        except StoreError:
            self._failed_at = self._clock()  # not `now`: the failing read may have taken seconds
            raise
        with self._lock:
            self._failed_at = None
            if self._changes == changes:  # otherwise what was read may be older than what was written meanwhile
                self._put(key, account, now)
        return account

    def _max_age(self, now: float) -> float:
        return KEPT_SECONDS if self._is_failing(now) else FRESH_SECONDS

    def _is_failing(self, now: float) -> bool:
        return self._failed_at is not None and 0 <= now - self._failed_at < RETRY_SECONDS

    def _put(self, key: str, account: Account | None, now: float) -> None:
        if len(self._entries) >= MAX_ACCOUNTS:
            self._entries.clear()
        self._entries[key] = CachedAccount(account, now)


class Sessions:
    """Finds open sessions. Those that are over are remembered: a session never reopens."""

    def __init__(self, cache: AccountCache, clock: Clock) -> None:
        self._cache = cache
        self._clock = clock
        self._ended: dict[str, None] = {}
        self._lock = threading.Lock()

    def find(self, account_key: str, token_hash: str) -> SignedIn | None:
        """The open session whose token hash begins with `token_hash`. StoreError if the store cannot tell."""
        if token_hash[:HASH_LETTERS] in self._ended:
            return None
        # A session that the cache lacks may have begun on another instance a moment ago.
        found = self._find_in(self._cache.get(account_key), token_hash) or self._find_in(
            self._cache.reload(account_key), token_hash
        )
        if found is None:
            self.end([token_hash])
        return found

    def end(self, token_hashes: Iterable[str]) -> None:
        """Refuses these sessions from now on, also while the store fails."""
        with self._lock:
            for token_hash in token_hashes:
                self._ended[token_hash[:HASH_LETTERS]] = None
            while len(self._ended) > MAX_ENDED:
                del self._ended[next(iter(self._ended))]

    def _find_in(self, account: Account | None, token_hash: str) -> SignedIn | None:
        if account is None or account.disabled:
            return None
        for session in account.open_sessions(self._clock()):
            if secrets.compare_digest(session.token_hash[: len(token_hash)], token_hash):
                return SignedIn(account, session)
        return None


PENDING_SECONDS = 300.0
_PURPOSE = "second factor"


class PendingSignIn(Struct, frozen=True):
    """A sign-in between its two steps, kept signed in the page: whose password was right, which one, and when."""

    at: float
    account_key: str
    password_hash: str

    @classmethod
    def of(cls, account: Account, now: float) -> PendingSignIn:
        return cls(now, account.key, hash_token(account.password))

    @classmethod
    def read(cls, signed: str, keyring: Keyring, now: float) -> PendingSignIn:
        """AccountError if it is not ours, or older than five minutes."""
        at, _, rest = (keyring.unsign(signed, _PURPOSE) or "").partition("~")
        key, _, password_hash = rest.partition("~")
        if not password_hash or not 0 <= now - float(at) <= PENDING_SECONDS:
            raise AccountError("That took too long. Please sign in again.")
        return cls(float(at), key, password_hash)

    def signed(self, keyring: Keyring) -> str:
        return keyring.sign(f"{self.at!r}~{self.account_key}~{self.password_hash}", _PURPOSE)

    def check(self, account: Account | None) -> Account:
        """The account, if it is still the one whose password was typed."""
        if account is None or account.disabled or hash_token(account.password) != self.password_hash:
            raise WrongPasswordError
        return account


RANDOM_BYTES = 4

_IDENTITY = re.compile(rf"([a-z]+)_([a-z0-9_]+)_([0-9a-f]{{{HASH_LETTERS}}})[0-9a-f]{{{2 * RANDOM_BYTES}}}")


class VoiceIdentity(Struct, frozen=True):
    """The parts of a desk's identity at Twilio. It belongs to one session, and is refused once that is over.

        dj_anna_b_0123456789abcdef89abcdef

    The kind, the account's name with underscores for hyphens, the first characters of the session's hash, and a random
    suffix, because one session may have several tabs. Twilio allows 121 characters of [A-Za-z0-9_]:
    https://www.twilio.com/docs/iam/access-tokens
    """

    kind: str
    account_key: str
    session_prefix: str

    @classmethod
    def parse(cls, identity: str) -> VoiceIdentity | None:
        """The parts, or None if it is no desk's identity. It does not say whether the session is open."""
        found = _IDENTITY.fullmatch(identity)
        return cls(found[1], found[2].replace("_", "-"), found[3]) if found else None

    @classmethod
    def of(cls, kind: str, signed_in: SignedIn) -> VoiceIdentity:
        return cls(kind, signed_in.account.key, signed_in.session.id)

    def new(self) -> str:
        """An identity with a new random suffix."""
        return (
            f"{self.kind}_{self.account_key.replace('-', '_')}_{self.session_prefix}{secrets.token_hex(RANDOM_BYTES)}"
        )


class Identities:
    """Makes identities for sessions, and says what an identity may do."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def new_identity(self, kind: str, who: SignedIn) -> str:
        """A voice identity for a tab of this session: `kind` is "dj" or "screener"."""
        return VoiceIdentity.of(kind, who).new()

    def owns_identity(self, identity: str, kind: str, who: SignedIn) -> bool:
        """Whether the identity is of that kind and of this very session."""
        return VoiceIdentity.parse(identity) == VoiceIdentity.of(kind, who)

    def may_run_the_show(self, identity: str) -> bool:
        """Whether `dj_…` belongs to an open session of a person that may run the show.

        True if the store fails and the cache lacks the session: Twilio's signature says that we issued the identity
        within the hour, and the show must go on.
        """
        return self._may_speak(identity, "dj", DJS)

    def may_screen(self, identity: str) -> bool:
        """The same for `screener_…` and a person that may talk to callers."""
        return self._may_speak(identity, "screener", EVERYONE)

    def may_change_words(self, identity: str) -> bool:
        """The same for `screener_…` and an admin, who may have a sentence said."""
        return self._may_speak(identity, "screener", ADMINS)

    def _may_speak(self, identity: str, kind: str, roles: frozenset[Role]) -> bool:
        voice = VoiceIdentity.parse(identity)
        if voice is None or voice.kind != kind:
            return False
        try:
            who = self._sessions.find(voice.account_key, voice.session_prefix)
        except StoreError:
            return True
        return who is not None and who.role in roles
