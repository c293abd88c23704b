"""The accounts that a rehearsal brings along, so that everybody can try every role. Nowhere else do they exist."""

from __future__ import annotations

from callin.accounts.people import Account, Role

READY_PASSWORD = "rehearsal"  # noqa: S105 - shown on the sign-in page of every rehearsal

_HASH = (
    "$argon2id$v=19$m=19456,t=2,p=1$zor/zaZjDnWWd5EN4E7xWQ$652Hm7PlQDSPCXcUJY1anQd98+E1Hei3QxPexjMqJBw"  # of that word
)


def ready_accounts() -> dict[str, Account]:
    """One for each role, named after it."""
    return {role.value: Account(role.value, role.value, role, _HASH, rehearsal=True) for role in Role}
