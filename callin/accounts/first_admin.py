"""The link that makes the first admin. It is signed and dated, so that making it needs no store."""

from __future__ import annotations

import secrets

from callin.accounts.people import INVITATION_SECONDS, Invitation, Role, fingerprint
from callin.keyring import Keyring

PURPOSE = "first admin"


def first_admin_link(keyring: Keyring) -> str:
    """The query of a link that makes an admin within 72 hours from now."""
    return keyring.sign_dated(secrets.token_urlsafe(24), PURPOSE)


def first_admins(token: str, keyring: Keyring) -> Invitation | None:
    """The invitation that such a link stands for. The store has it only once it was used."""
    if (dated := keyring.unsign_dated(token, PURPOSE)) is not None:
        expires_at = dated.signed_at + INVITATION_SECONDS
    elif (of_1_0 := keyring.unsign(token, PURPOSE)) is not None:  # remove in 2027: such a link lasted for 72 hours
        expires_at = float(of_1_0.partition("~")[0])
    else:
        return None
    return Invitation(fingerprint(token), Role.ADMIN, expires_at, "the command")
