"""Invitations: links that create one account each, within 72 hours."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace

from callin.accounts.models import INVITATION_SECONDS, AccountError, Invitation, Role, hash_token
from callin.contracts import Clock, Record, Store
from callin.keyring import Keyring

MAX_NOTE_CHARACTERS = 100
FIRST_ADMIN = "first admin"

NOT_VALID = "This invitation has expired or was used already. Ask an admin for a new one."


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
        """Deletes the open invitations of an admin that is none any more."""
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
                raise AccountError(NOT_VALID)
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
    return Invitation(hash_token(token), Role.ADMIN, expires_at, "the command")
