"""Links that admins hand out: an invitation makes one account within 72 hours, a reset sets a password within a day."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from callin.accounts import models
from callin.accounts.models import INVITATION_SECONDS, Account, AccountError, Invitation, Role, hash_token, key_of
from callin.accounts.passwords import Passwords, check_new_password
from callin.contracts import Clock, Record, Store, StoreError
from callin.keyring import Keyring

MAX_NOTE_CHARACTERS = 100
FIRST_ADMIN, PASSWORD_RESET = "first admin", "password reset"
"""What the command's links are signed for."""

COMMAND = "the command"
"""The maker of these links, in the place of an account's name."""

INVITATION_NOT_VALID = "This invitation has expired or has already been used. Ask an admin for a new one."


class Invitations:
    """The invitations in a store. Every method raises StoreError as the store does."""

    def __init__(self, store: Store, clock: Clock, keyring: Keyring) -> None:
        self._store = store
        self._clock = clock
        self._keyring = keyring

    def create(self, role: Role, invited_by: str, note: str = "", also: Sequence[Record] = ()) -> str:
        """Creates an invitation, deletes those that have expired, and returns the secret of its link."""
        now = self._clock()
        for old in self._store.records(Invitation):
            if now >= old.expires_at:
                self._store.change_record(Invitation, old.key, lambda _: None)
        token = secrets.token_urlsafe(24)
        invitation = Invitation(
            hash_token(token),
            role,
            now + INVITATION_SECONDS,
            invited_by,
            made_at=now,
            note=note[:MAX_NOTE_CHARACTERS],
        )
        self._store.change_record(Invitation, invitation.key, lambda _: invitation, also)
        return token

    def open(self) -> list[Invitation]:
        """Those that nobody has used yet and that are still valid, the latest first."""
        now = self._clock()
        found = [one for one in self._store.records(Invitation) if one.is_open(now)]
        return sorted(found, key=lambda one: -one.expires_at)

    def revoke(self, key: str, lines: Callable[[Invitation], Sequence[Record]]) -> None:
        """Deletes an invitation, with `lines` of it for the audit. AccountError if it was used, or is gone."""
        found = self._store.record(Invitation, key)

        def change(before: Invitation | None) -> None:
            if before is None or not before.is_open(self._clock()):
                raise AccountError("That invitation is no longer open.")

        self._store.change_record(Invitation, key, change, lines(found) if found else ())

    def revoke_by(self, name: str) -> None:
        """Deletes the open invitations of an account that is no longer an admin's."""
        for one in self.open():
            if one.invited_by == name:
                self._store.change_record(Invitation, one.key, _unless_open)

    def find(self, token: str) -> Invitation | None:
        """The invitation of a link, if it is still valid."""
        found = self._store.record(Invitation, hash_token(token)) or first_admin_invitation(token, self._keyring)
        return found if found and found.is_open(self._clock()) else None

    def use(self, invitation: Invitation, key: str) -> None:
        """Marks it as used by the account with that key. AccountError if another account was faster."""

        def change(before: Invitation | None) -> Invitation:
            current = before or invitation
            if not current.is_open(self._clock()):
                raise AccountError(INVITATION_NOT_VALID)
            return replace(current, used_by=key)

        self._store.change_record(Invitation, invitation.key, change)

    def reopen(self, invitation: Invitation, key: str) -> None:
        """Undoes `use`, unless another account has used the invitation since."""

        def change(before: Invitation | None) -> Invitation:
            return invitation if before is None or before.used_by == key else before

        self._store.change_record(Invitation, invitation.key, change)


def _unless_open(before: Invitation | None) -> Invitation | None:
    """A change that deletes an invitation, unless somebody has just used it."""
    return before if before and before.used_by else None


def first_admin_link(keyring: Keyring) -> str:
    """The secret of a link that makes an admin. It is signed and dated: `callin.admin` cannot reach the store."""
    return keyring.sign_dated(secrets.token_urlsafe(24), FIRST_ADMIN)


def first_admin_invitation(token: str, keyring: Keyring) -> Invitation | None:
    """The invitation that a link of `first_admin_link` stands for. The store has it once it was used."""
    if (dated := keyring.unsign_dated(token, FIRST_ADMIN)) is not None:
        expires_at = dated.signed_at + INVITATION_SECONDS
    elif (of_1_0 := keyring.unsign(token, FIRST_ADMIN)) is not None:  # remove in 2027: such a link lasted for 72 hours
        expires_at = float(of_1_0.partition("~")[0])
    else:
        return None
    return Invitation(hash_token(token), Role.ADMIN, expires_at, COMMAND)


class Registration:
    """Creates accounts. `usable` says which account counts for a key, given the stored one: see `Accounts`."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        passwords: Passwords,
        invitations: Invitations,
        usable: Callable[[str, Account | None], Account | None],
        station_name: Callable[[], str],
    ) -> None:
        self._store = store
        self._clock = clock
        self._passwords = passwords
        self._invitations = invitations
        self._usable = usable
        self._station_name = station_name

    def create(self, token: str, name: str, password: str, also: Sequence[Record] = ()) -> Account:
        """The account that an invitation's token is for. AccountError if token, name or password is refused."""
        invitation = self._invitations.find(token)
        if invitation is None:
            raise AccountError(INVITATION_NOT_VALID)
        name = name.strip()
        models.check_name(name)
        check_new_password(password, name, self._station_name())
        key = key_of(name)
        account = Account(key, name, invitation.role, self._passwords.hash(password), self._clock())
        self._invitations.use(invitation, key)
        try:
            self._write(account, also)
        except AccountError:
            self._invitations.reopen(invitation, key)
            raise
        except StoreError:
            # It may have failed after the write. If that cannot be read either, the invitation stays used: one that
            # has made an account must not make another.
            if not self._was_written(account):
                self._invitations.reopen(invitation, key)
                raise
        return account

    def _write(self, account: Account, also: Sequence[Record]) -> None:
        def change(before: Account | None) -> Account:
            if self._usable(account.key, before):
                raise AccountError("That name is taken. Choose another one.")
            return account

        self._store.change_record(Account, account.key, change, also)

    def _was_written(self, account: Account) -> bool:
        found = self._store.record(Account, account.key)
        return found is not None and found.password == account.password


RESET_SECONDS = 86400.0
RESET_NOT_VALID = "This link has expired or has already been used. Ask an admin for a new one."


class PasswordReset(Struct, frozen=True):
    """A link to choose a new password. `key` is the SHA-256 of its token.

    `ends_second_factor` says that passkeys and recovery codes go too: the last admin may have lost both.
    """

    key: str
    account_key: str
    expires_at: float
    made_by: str
    ends_second_factor: bool = False
    is_used: bool = False

    def is_open(self, now: float) -> bool:
        return not self.is_used and now < self.expires_at


class Resets:
    """The links in a store. `set_password` checks and stores a new password and ends all sessions of the account."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        keyring: Keyring,
        set_password: Callable[[PasswordReset, str, Sequence[Record]], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._keyring = keyring
        self._set_password = set_password

    def create(self, account_key: str, made_by: str, also: Sequence[Record] = ()) -> str:
        """Makes a link's token; the account's earlier links are void."""
        self.revoke(account_key)
        now = self._clock()
        token = secrets.token_urlsafe(24)
        reset = PasswordReset(hash_token(token), account_key, now + RESET_SECONDS, made_by)
        self._store.change_record(PasswordReset, reset.key, lambda _: reset, also)
        return token

    def find(self, token: str) -> PasswordReset | None:
        """The reset of a link, if it is still valid."""
        found = self._store.record(PasswordReset, hash_token(token)) or reset_by_command(token, self._keyring)
        return found if found and found.is_open(self._clock()) else None

    def revoke(self, account_key: str) -> None:
        """Voids an account's open links, and deletes all that have expired.

        Used ones stay until then: without its record a link of the command would be valid again.
        """
        now = self._clock()
        for old in self._store.records(PasswordReset):
            if now >= old.expires_at or (old.account_key == account_key and not old.is_used):
                self._store.change_record(PasswordReset, old.key, lambda _: None)

    def revoke_by(self, name: str) -> None:
        """Voids the links that an account made, because it is no longer an admin's."""
        for reset in self._store.records(PasswordReset):
            if reset.made_by == name:
                self._store.change_record(PasswordReset, reset.key, lambda _: None)

    def use(self, token: str, password: str, lines: Callable[[PasswordReset], Sequence[Record]] = lambda _: ()) -> None:
        """Sets the password, with `lines` of it for the audit. AccountError if link or password is refused."""
        reset = self.find(token)
        if reset is None:
            raise AccountError(RESET_NOT_VALID)
        before = self._stored_password(reset)
        self._mark_used(reset)
        try:
            self._set_password(reset, password, lines(reset))
        except AccountError:
            self._reopen(reset)
            raise
        except StoreError:
            # It may have failed after the write. If that cannot be read either, the link stays used: one that has set a
            # password must not set another.
            if self._stored_password(reset) == before:
                self._reopen(reset)
                raise

    def _stored_password(self, reset: PasswordReset) -> str:
        found = self._store.record(Account, reset.account_key)
        return found.password if found else ""

    def _reopen(self, reset: PasswordReset) -> None:
        """Undoes `_mark_used`, unless the link was revoked meanwhile."""
        self._store.change_record(PasswordReset, reset.key, lambda used: used and reset)

    def _mark_used(self, reset: PasswordReset) -> None:
        """AccountError if somebody else has used the link since it was found."""

        def change(before: PasswordReset | None) -> PasswordReset:
            if before is not None and before.is_used:
                raise AccountError(RESET_NOT_VALID)
            return replace(before or reset, is_used=True)

        self._store.change_record(PasswordReset, reset.key, change)


def reset_link(keyring: Keyring, name: str) -> str:
    """The token of a link for an account. It is signed and dated: `callin.admin` cannot reach the store."""
    return keyring.sign_dated(f"{key_of(name)}~{secrets.token_urlsafe(12)}", PASSWORD_RESET)


def reset_by_command(token: str, keyring: Keyring) -> PasswordReset | None:
    """The reset that a link of `reset_link` stands for. The store has it once it was used."""
    dated = keyring.unsign_dated(token, PASSWORD_RESET)
    if dated is None:
        return None
    expires_at = dated.signed_at + RESET_SECONDS
    account_key = dated.value.partition("~")[0]
    return PasswordReset(hash_token(token), account_key, expires_at, COMMAND, ends_second_factor=True)
