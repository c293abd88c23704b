"""Voice identities of desks. Each belongs to one session of one account, and is worth nothing once that is over.

    dj_anna_b_0123456789abcdef89abcdef

The kind, the account's name with its hyphens as underscores, the beginning of the session's mark, and a random rest:
one session may have several browser tabs, but a browser that signs in again is another one. Twilio takes 121 characters
of [A-Za-z0-9_]: https://www.twilio.com/docs/iam/access-tokens
"""

from __future__ import annotations

import re
import secrets
from typing import NamedTuple

MARK_LETTERS = 16
"""So much of a session's mark stands in an identity: 64 bits, which tell nothing of the cookie."""

RANDOM_BYTES = 4

_IDENTITY = re.compile(rf"([a-z]+)_([a-z0-9_]+)_([0-9a-f]{{{MARK_LETTERS}}})[0-9a-f]{{{2 * RANDOM_BYTES}}}")


class Voice(NamedTuple):
    """Whose an identity is: its kind, the account, and the beginning of the session's mark."""

    kind: str
    key: str
    mark: str


def parse(identity: str) -> Voice | None:
    """Whose the identity is, or None for one that is no desk's. Whether the session goes on, it does not say."""
    found = _IDENTITY.fullmatch(identity)
    return Voice(found[1], found[2].replace("_", "-"), found[3]) if found else None


def new_identity(voice: Voice) -> str:
    return f"{voice.kind}_{voice.key.replace('-', '_')}_{voice.mark}{secrets.token_hex(RANDOM_BYTES)}"
