"""The link by which the first admin comes to be: the session key vouches for it, and no store is needed to make it."""

from __future__ import annotations

import secrets

from callin.accounts.people import INVITATION_SECONDS, Invitation, Role, fingerprint
from util import sign, unsign

PURPOSE = "first admin"


def first_admin_link(session_key: str, now: float) -> str:
    """What the link for an admin holds that needs no store to be made: the session key vouches for it."""
    value = f"{int(now + INVITATION_SECONDS)}~{secrets.token_urlsafe(24)}"
    return sign(value, PURPOSE, session_key)


def first_admins(token: str, session_key: str) -> Invitation | None:
    """The invitation that such a link stands for. That it was used is written down when it is."""
    value = unsign(token, PURPOSE, session_key)
    if value is None:
        return None
    return Invitation(fingerprint(token), Role.ADMIN, float(value.partition("~")[0]), "the command")
