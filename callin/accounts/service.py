"""Signing in and out, sessions, voice identities, and what admins do with accounts."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress

from msgspec.structs import replace

from callin.accounts import models, throttle
from callin.accounts.links import Invitations, PasswordReset, Registration, Resets
from callin.accounts.models import (
    Account,
    AccountError,
    BusyError,
    Role,
    SecondFactorNeededError,
    Session,
    WrongPasswordError,
    hash_token,
    key_of,
)
from callin.accounts.passwords import Passwords, check_new_password
from callin.accounts.second_factor import SecondFactors
from callin.accounts.sessions import AccountCache, Identities, PendingSignIn, Sessions, SignedIn
from callin.accounts.throttle import LoginThrottle, TrustedDevice
from callin.contracts import Clock, Record, Store, StoreError
from callin.keyring import Keyring

NO_SUCH_ACCOUNT = "There is no such account."

SECONDS_BETWEEN_TOUCHES = 600.0
Records = Sequence[Record]


class Accounts:
    """The accounts in a store. Every method raises StoreError as the store does.

    A session is a random token in a signed cookie; its hash is in the account's document. So one read tells whether the
    account, its role and the session are still good, and one write ends all sessions. For `also` see `Store`.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        passwords: Passwords,
        keyring: Keyring,
        *,
        public_url: str = "http://localhost:8080",
        station_name: Callable[[], str] = str,
        rehearsal: bool = False,
    ) -> None:
        """`rehearsal` adds one account for each role, with a password that the sign-in page shows.

        `station_name()` is the station's present name, which must not be a password.
        """
        self._store = store
        self._clock = clock
        self._passwords = passwords
        self._keyring = keyring
        self._throttle = LoginThrottle()
        self._of_rehearsal = models.rehearsal_accounts() if rehearsal else {}
        self._cache = AccountCache(self._read, clock)
        self._sessions = Sessions(self._cache, clock)
        self.invitations = Invitations(store, clock, keyring)
        self.identities = Identities(self._sessions)
        self.second_factors = SecondFactors(store, clock, keyring, public_url)
        self.resets = Resets(store, clock, keyring, self._reset_password)
        self._registration = Registration(store, clock, passwords, self.invitations, self._usable, station_name)
        self._station_name = station_name

    # Signing in

    def sign_in(
        self, name: str, password: str, address: str, device_cookie: str = "", browser: str = "", also: Records = ()
    ) -> str:
        """Begins a session and returns its cookie. AccountError if the person is refused.

        SecondFactorNeededError if the password is right and the account has a passkey: `sign_in_second` comes next.
        """
        key = key_of(name)
        attempt = self._throttle.begin(key, address, self.trusted_device(device_cookie), self._clock())
        try:
            account = self._read(key) if models.is_name(key) else None
            password = password[: models.MAX_PASSWORD_CHARACTERS]
            stored = account.password if account else None
            checked = self._passwords.check(stored, password, by_stranger=attempt.by_stranger)
        except StoreError:
            self._throttle.store_failed(attempt)
            raise
        except BusyError:
            self._throttle.was_busy(attempt)
            raise
        if account is None or not checked.right or account.disabled:
            raise WrongPasswordError
        self._throttle.succeeded(attempt)
        if self.second_factors.of(key):
            raise SecondFactorNeededError(key, PendingSignIn.of(account, self._clock()).signed(self._keyring))
        return self._begin_session(account, browser, address, checked.new_hash, also=also)

    def sign_in_second(self, account: Account, check: Callable[[str], Records], address: str, browser: str) -> str:
        """Begins a session of a `pending_account`. `check`, given its key, checks the passkey or recovery code, and
        returns the audit's lines about it."""
        attempt = self._throttle.begin_own(account.key, self._clock())
        also = check(account.key)
        self._throttle.succeeded(attempt)
        return self._begin_session(account, browser, address, has_second_factor=True, also=also)

    def pending_account(self, pending: str) -> Account:
        """The account whose password was typed up to five minutes ago. AccountError if there is none."""
        found = PendingSignIn.read(pending, self._keyring, self._clock())
        return found.check(self.account(found.account_key))

    def note_second_factor(self, who: SignedIn) -> None:
        """This session has added a passkey, so it counts as one that was begun with it."""
        self._change(who.account.key, lambda account: account.with_second_factor(who.session.token_hash))

    def account(self, key: str) -> Account | None:
        """The account as it is stored now, or None."""
        return self._read(key) if models.is_name(key) else None

    def name_of(self, text: str) -> str:
        """The name of the account that a person means by `text`; empty if there is none."""
        account = self.account(key_of(text))
        return account.name if account else ""

    def trusted_device_cookie(self, name: str, device_cookie: str = "") -> str:
        """The cookie of a browser after a sign-in with this name. `device_cookie` is the one it had."""
        return throttle.trusted_device_cookie(key_of(name), self.trusted_device(device_cookie), self._keyring)

    def trusted_device(self, device_cookie: str) -> TrustedDevice | None:
        """The trusted device of a cookie. None for a stranger."""
        return throttle.read_trusted_device(device_cookie, self._keyring)

    def signed_in(self, cookie: str) -> SignedIn | None:
        """The person whose session cookie it is, if the session is open."""
        if not cookie:
            return None
        key, _, token = (self._keyring.unsign(cookie, "session") or "").partition("~")
        return self._sessions.find(key, hash_token(token)) if token else None

    def touch(self, who: SignedIn) -> None:
        """Keeps a session open that is being used. Writes every ten minutes at most."""
        now = self._clock()
        if now - who.session.seen_at < SECONDS_BETWEEN_TOUCHES:
            return
        with suppress(StoreError, AccountError):  # the next request tries again
            self._change(who.account.key, lambda account: account.with_touched(who.session.token_hash, now))

    def sign_out(self, who: SignedIn, also: Records = ()) -> None:
        self._change(who.account.key, lambda account: account.without_session(who.session.token_hash), also)

    # One's own account

    def change_password(self, who: SignedIn, old: str, new: str, also: Records = ()) -> None:
        """Sets a new password, ends every other session, and voids open links for a new password."""
        self._check_own(who, old)
        check_new_password(new, who.account.name, self._station_name())
        hashed = self._passwords.hash(new)

        def change(account: Account) -> Account:
            return replace(account.with_session_only(who.session.token_hash), password=hashed)

        self._change(who.account.key, change, also)
        self.resets.revoke(who.account.key)

    def is_confirmed(self, who: SignedIn) -> bool:
        """Whether the person has typed the password in the last ten minutes, in this session."""
        return who.session.is_confirmed(self._clock())

    def confirm(self, who: SignedIn, password: str) -> None:
        """Checks the password of a person that is signed in, and remembers for ten minutes that they typed it."""
        self._check_own(who, password)
        now = self._clock()
        self._change(who.account.key, lambda account: account.with_confirmed(who.session.token_hash, now))

    def _check_own(self, who: SignedIn, password: str) -> None:
        attempt = self._throttle.begin_own(who.account.key, self._clock())
        try:
            checked = self._passwords.check(who.account.password, password[: models.MAX_PASSWORD_CHARACTERS])
        except BusyError:
            self._throttle.was_busy(attempt)
            raise
        if not checked.right:
            raise AccountError("That is not your current password.")
        self._throttle.succeeded(attempt)

    def _reset_password(self, reset: PasswordReset, new: str, also: Records) -> None:
        account = self.account(reset.account_key)
        if account is None:
            raise AccountError(NO_SUCH_ACCOUNT)
        check_new_password(new, account.name, self._station_name())
        hashed = self._passwords.hash(new)
        if reset.ends_second_factor:
            self.second_factors.remove_all(account.key)
        self._change(account.key, lambda account: replace(account, password=hashed, sessions=()), also)

    def end_session(self, key: str, session_id: str, also: Records = ()) -> None:
        """Ends one session of an account. AccountError if it is over."""

        def change(account: Account) -> Account:
            left = tuple([one for one in account.sessions if one.id != session_id])
            if len(left) == len(account.sessions):
                raise AccountError("That session has already ended.")
            return replace(account, sessions=left)

        self._change(key, change, also)

    def end_sessions(self, key: str, except_for: str = "", also: Records = ()) -> None:
        """Ends all sessions of an account, except for the one with this token hash."""
        self._change(key, lambda account: account.with_session_only(except_for), also)

    def accept(
        self, token: str, name: str, password: str, address: str = "", browser: str = "", also: Records = ()
    ) -> str:
        """Creates the account that an invitation is for and returns the cookie of its first session."""
        return self._begin_session(self._registration.create(token, name, password, also), browser, address)

    # For admins

    def all_accounts(self) -> list[Account]:
        """Every account, by name."""
        found = self._of_rehearsal | {account.key: account for account in self._store.records(Account)}
        return [account for key, account in sorted(found.items()) if self._usable(key, account)]

    def change_role(self, by: SignedIn, key: str, role: Role, also: Records = ()) -> None:
        by.check_not_own(key)
        self._change(key, lambda account: replace(account, role=role), also)
        if role is not Role.ADMIN:
            self._void_links_by(key)

    def set_disabled(self, by: SignedIn, key: str, *, disabled: bool, also: Records = ()) -> None:
        """Disables an account and ends its sessions, or enables it again."""
        by.check_not_own(key)

        def change(account: Account) -> Account:
            return replace(account, disabled=disabled, sessions=() if disabled else account.sessions)

        self._change(key, change, also)
        if disabled:
            self._void_links_by(key)

    def _void_links_by(self, key: str) -> None:
        name = self.name_of(key)
        self.invitations.revoke_by(name)
        self.resets.revoke_by(name)

    # Storing

    def _begin_session(
        self,
        account: Account,
        browser: str,
        address: str,
        new_hash: str = "",
        *,
        has_second_factor: bool = False,
        also: Records = (),
    ) -> str:
        token, now = secrets.token_urlsafe(32), self._clock()

        def change(before: Account) -> Account:
            if before.disabled or before.password != account.password:
                raise WrongPasswordError  # it was changed while the password was checked
            session = Session(
                hash_token(token), now, now, browser=browser, address=address, has_second_factor=has_second_factor
            )
            return replace(before, password=new_hash or before.password).with_session(session)

        self._change(account.key, change, also)
        return self._keyring.sign(f"{account.key}~{token}", "session")

    def _read(self, key: str) -> Account | None:
        return self._usable(key, self._store.record(Account, key))

    def _usable(self, key: str, stored: Account | None) -> Account | None:
        """The account that counts: one that a rehearsal has stored counts in a rehearsal only."""
        if stored is not None and (self._of_rehearsal or not stored.rehearsal):
            return stored
        return self._of_rehearsal.get(key)

    def _change(self, key: str, change: Callable[[Account], Account], also: Records = ()) -> None:
        before: list[Account] = []

        def work(stored: Account | None) -> Account:
            account = self._usable(key, stored)
            if account is None:
                raise AccountError(NO_SUCH_ACCOUNT)
            before[:] = [account]
            return change(account)

        after = self._store.change_record(Account, key, work, also)
        if after is not None:
            self._cache.put(key, after)
            still_open = {session.token_hash for session in after.sessions}
            self._sessions.end(one.token_hash for one in before[0].sessions if one.token_hash not in still_open)
