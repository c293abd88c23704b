"""The accounts of the station: signing in and out, sessions, invitations, and what an admin does with them."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace

from callin.accounts import devices, people, voices
from callin.accounts.devices import Device
from callin.accounts.first_admin import first_admins
from callin.accounts.memory import Memory
from callin.accounts.passwords import Passwords
from callin.accounts.people import DESKS, EVERYONE, Account, Invitation, Role, Session, fingerprint, key_of
from callin.accounts.ready import ready_accounts
from callin.accounts.refusals import BusyError, RefusedError, WrongError
from callin.accounts.sessions import Sessions, SignedIn
from callin.accounts.throttle import LoginThrottle
from callin.contracts import Clock, Store, StoreError
from callin.keyring import Keyring

SEEN_EVERY_SECONDS = 600.0

OVER = "This invitation is no longer good. Ask for a new one."


class Accounts:
    """The accounts in a store. A cookie is `name~token`, signed: one that we did not make costs the store nothing.

    Sessions stand in their account's document, as hashes: one read tells whether the account, its role and the session
    still hold, and ending all of them is one write. `rehearsal` brings the ready accounts.
    """

    def __init__(
        self, store: Store, clock: Clock, passwords: Passwords, keyring: Keyring, *, rehearsal: bool = False
    ) -> None:
        self._store = store
        self._clock = clock
        self._passwords = passwords
        self._keyring = keyring
        self._throttle = LoginThrottle()
        self._ready = ready_accounts() if rehearsal else {}
        self._memory = Memory(self._read, clock)
        self._sessions = Sessions(self._memory, clock)

    # Signing in

    def sign_in(self, name: str, password: str, address: str, known: str = "") -> str:
        """The cookie of a new session. RefusedError with a sentence where there is none.

        `known` is the browser's cookie from `known_browser`, if it has one: strangers do not slow it down.
        """
        key = key_of(name)
        attempt = self._throttle.begin(key, address, self.device(known), self._clock())
        try:
            account = self._read(key) if people.is_name(key) else None
            password = password[: people.LONGEST_PASSWORD]
            kept = account.password if account else None
            checked = self._passwords.check(kept, password, by_stranger=attempt.is_strangers)
        except StoreError:
            self._throttle.cannot_be_checked(attempt)
            raise
        except BusyError:
            self._throttle.found_no_place(attempt)
            raise
        if account is None or not checked.right or account.disabled:
            raise WrongError
        self._throttle.succeeded(attempt)
        return self._begin_session(account, checked.renewed)

    def known_browser(self, name: str, known: str = "") -> str:
        """The cookie that a browser keeps once somebody has signed in with this name. `known` is what it had."""
        return devices.cookie_for(key_of(name), self.device(known), self._keyring)

    def device(self, known: str) -> Device | None:
        """The browser that such a cookie stands for; None for a stranger's."""
        return devices.read(known, self._keyring)

    def who(self, cookie: str) -> SignedIn | None:
        """Whose cookie it is, while the session lasts. StoreError when that cannot be known."""
        if not cookie:
            return None
        key, _, token = (self._keyring.unsign(cookie, "session") or "").partition("~")
        return self._sessions.find(key, fingerprint(token)) if token else None

    def used(self, who: SignedIn) -> None:
        """The person did something: the session goes on. Written down every ten minutes at most."""
        now = self._clock()
        if now - who.session.seen_at < SEEN_EVERY_SECONDS:
            return

        def see(account: Account) -> Account:
            seen = [replace(one, seen_at=now) if one.mark == who.session.mark else one for one in account.sessions]
            return replace(account, sessions=tuple(seen))

        try:
            self._change(who.account.key, see)
        except (StoreError, RefusedError):
            return  # the next press tries again

    def sign_out(self, who: SignedIn) -> None:
        self._change(who.account.key, lambda account: account.without_session(who.session.mark))

    # Voice identities

    def new_voice(self, kind: str, who: SignedIn) -> str:
        """A voice identity for a desk of this session."""
        return voices.new_identity(voices.Voice(kind, who.account.key, who.session.mark[: voices.MARK_LETTERS]))

    def is_voice_of(self, identity: str, kind: str, who: SignedIn) -> bool:
        """Whether it is one of that kind, and of this very session."""
        voice = voices.parse(identity)
        return voice == (kind, who.account.key, who.session.mark[: voices.MARK_LETTERS])

    def may_run_the_show(self, identity: str) -> bool:
        """Whether `dj_…` is of a session that goes on, of somebody who may run the show.

        While the store fails, an identity of which nothing is known counts: Twilio's signature says that we gave it
        within the hour, and the show goes on.
        """
        return self._may_speak(identity, "dj", DESKS)

    def may_screen(self, identity: str) -> bool:
        """The same for `screener_…`: whether it is of somebody who may speak with callers."""
        return self._may_speak(identity, "screener", EVERYONE)

    def _may_speak(self, identity: str, kind: str, roles: frozenset[Role]) -> bool:
        voice = voices.parse(identity)
        if voice is None or voice.kind != kind:
            return False
        try:
            who = self._sessions.find(voice.key, voice.mark)
        except StoreError:
            return True
        return who is not None and who.role in roles

    # One's own account

    def change_password(self, who: SignedIn, old: str, new: str) -> None:
        """Sets a new password and ends every other session."""
        key = who.account.key
        attempt = self._throttle.begin_own(key, self._clock())
        try:
            checked = self._passwords.check(who.account.password, old[: people.LONGEST_PASSWORD])
        except BusyError:
            self._throttle.found_no_place(attempt)
            raise
        if not checked.right:
            raise RefusedError("That is not your present password.")
        self._throttle.succeeded(attempt)
        _must_not(people.why_not_password(new))
        hashed = self._passwords.hash(new)
        self._change(key, lambda account: replace(account, password=hashed, sessions=_only(account, who.session.mark)))

    def end_sessions(self, key: str, except_for: str = "") -> None:
        """Ends all sessions of an account, but for the one with this mark."""
        self._change(key, lambda account: replace(account, sessions=_only(account, except_for)))

    # Invitations

    def invite(self, role: Role, invited_by: str) -> str:
        """What the link of a new invitation holds. Those that expired are forgotten."""
        now = self._clock()
        for old in self._store.records(Invitation):
            if now >= old.expires_at:
                self._store.change_record(Invitation, old.key, lambda _: None)
        token = secrets.token_urlsafe(24)
        invitation = Invitation(fingerprint(token), role, now + people.INVITATION_SECONDS, invited_by)
        self._store.change_record(Invitation, invitation.key, lambda _: invitation)
        return token

    def invitation(self, token: str) -> Invitation | None:
        """The invitation, while it is good."""
        kept = self._store.record(Invitation, fingerprint(token))
        found = kept or first_admins(token, self._keyring)
        return found if found and found.is_open(self._clock()) else None

    def accept(self, token: str, name: str, password: str) -> str:
        """Makes the account that an invitation is for, and the cookie of its first session."""
        invitation = self.invitation(token)
        if invitation is None:
            raise RefusedError(OVER)
        name = name.strip()
        _must_not(people.why_not_name(name) or people.why_not_password(password))
        key, now = key_of(name), self._clock()
        account = Account(key, name, invitation.role, self._passwords.hash(password), now)

        def use(before: Invitation | None) -> Invitation:
            if not (before or invitation).is_open(now):
                raise RefusedError(OVER)
            return replace(before or invitation, used_by=key)

        def make(before: Account | None) -> Account:
            if self._usable(key, before):
                raise RefusedError("That name is taken. Choose another one.")
            return account

        self._store.change_record(Invitation, invitation.key, use)
        try:
            self._store.change_record(Account, key, make)
        except RefusedError:
            self._reopen(invitation, key)
            raise
        except StoreError:
            if not self._was_made(account):
                self._reopen(invitation, key)
                raise
        return self._begin_session(account)

    def _was_made(self, account: Account) -> bool:
        """Whether an account was written although the store failed: the failure may have followed the write.

        StoreError when that cannot be read either. The invitation then stays used: one that made an account must not
        make another.
        """
        found = self._store.record(Account, account.key)
        return found is not None and found.password == account.password

    def _reopen(self, invitation: Invitation, key: str) -> None:
        """Lets an invitation be used again that made no account, unless somebody else has used it since."""
        self._store.change_record(
            Invitation, invitation.key, lambda now: invitation if now is None or now.used_by == key else now
        )

    # What an admin does

    def all(self) -> list[Account]:
        """Every account, by name."""
        found = self._ready | {account.key: account for account in self._store.records(Account)}
        return [account for key, account in sorted(found.items()) if self._usable(key, account)]

    def change_role(self, by: SignedIn, key: str, role: Role) -> None:
        _must_not_be_own(by, key)
        self._change(key, lambda account: replace(account, role=role))

    def disable(self, by: SignedIn, key: str, *, disabled: bool) -> None:
        """Disables an account, which ends its sessions, or allows it again."""
        _must_not_be_own(by, key)
        self._change(
            key, lambda account: replace(account, disabled=disabled, sessions=() if disabled else account.sessions)
        )

    # Inside

    def _begin_session(self, account: Account, renewed: str = "") -> str:
        token, now = secrets.token_urlsafe(32), self._clock()

        def begin(before: Account) -> Account:
            if before.disabled or before.password != account.password:
                raise WrongError  # it changed while the password was being checked
            return replace(before, password=renewed or before.password).with_session(
                Session(fingerprint(token), now, now)
            )

        self._change(account.key, begin)
        return self._keyring.sign(f"{account.key}~{token}", "session")

    def _read(self, key: str) -> Account | None:
        return self._usable(key, self._store.record(Account, key))

    def _usable(self, key: str, stored: Account | None) -> Account | None:
        """The account as it counts here: a rehearsal's own exists in a rehearsal alone."""
        if stored is not None and (self._ready or not stored.rehearsal):
            return stored
        return self._ready.get(key)

    def _change(self, key: str, change: Callable[[Account], Account]) -> None:
        before: list[Account] = []

        def work(stored: Account | None) -> Account:
            account = self._usable(key, stored)
            if account is None:
                raise RefusedError("There is no such account.")
            before[:] = [account]
            return change(account)

        after = self._store.change_record(Account, key, work)
        if after is not None:
            self._memory.changed(key, after)
            open_still = {session.mark for session in after.sessions}
            self._sessions.ended(one.mark for one in before[0].sessions if one.mark not in open_still)


def _only(account: Account, mark: str) -> tuple[Session, ...]:
    return tuple([session for session in account.sessions if session.mark == mark])


def _must_not(reason: str) -> None:
    if reason:
        raise RefusedError(reason)


def _must_not_be_own(by: SignedIn, key: str) -> None:
    if by.account.key == key:
        raise RefusedError("Nobody can do this to their own account. Ask another admin.")
