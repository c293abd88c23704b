"""Voice identities: what a desk's browser is called at Twilio. Each belongs to one session."""

from __future__ import annotations

import re
import secrets
from typing import NamedTuple

from callin.accounts.models import DESKS, EVERYONE, HASH_LETTERS, Role
from callin.accounts.sessions import Sessions, SignedIn
from callin.contracts import StoreError

RANDOM_BYTES = 4

_IDENTITY = re.compile(rf"([a-z]+)_([a-z0-9_]+)_([0-9a-f]{{{HASH_LETTERS}}})[0-9a-f]{{{2 * RANDOM_BYTES}}}")


class VoiceIdentity(NamedTuple):
    """The parts of a desk's identity at Twilio. It belongs to one session and is refused once that is over.

        dj_anna_b_0123456789abcdef89abcdef

    The kind, the account's name with underscores for hyphens, the first letters of the session's hash, and a random
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


class Voices:
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
        return self._may_speak(identity, "dj", DESKS)

    def may_screen(self, identity: str) -> bool:
        """The same for `screener_…` and a person that may talk to callers."""
        return self._may_speak(identity, "screener", EVERYONE)

    def _may_speak(self, identity: str, kind: str, roles: frozenset[Role]) -> bool:
        voice = VoiceIdentity.parse(identity)
        if voice is None or voice.kind != kind:
            return False
        try:
            who = self._sessions.find(voice.account_key, voice.session_prefix)
        except StoreError:
            return True
        return who is not None and who.role in roles
