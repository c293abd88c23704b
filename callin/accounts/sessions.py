"""Which sessions are open, as far as an instance can know: from its memory where it can, else from the store."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from typing import NamedTuple

from callin.accounts.memory import Memory
from callin.accounts.people import Account, Role, Session
from callin.accounts.voices import MARK_LETTERS
from callin.contracts import Clock

MOST_ENDED = 10_000


class SignedIn(NamedTuple):
    """Who asks: the account as it is now, and the session of the browser."""

    account: Account
    session: Session

    @property
    def role(self) -> Role:
        return self.account.role


class Sessions:
    """Finds sessions by their marks. One that is over never comes back, so that it is remembered and not looked for."""

    def __init__(self, memory: Memory, clock: Clock) -> None:
        self._memory = memory
        self._clock = clock
        self._ended: dict[str, None] = {}

    def find(self, key: str, mark: str) -> SignedIn | None:
        """The open session of that account whose mark is this one, or begins so. StoreError: that cannot be known."""
        if mark[:MARK_LETTERS] in self._ended:
            return None
        # A session that is not in memory may have begun on another instance a moment ago: then the store has it.
        found = self._in(self._memory.get(key), mark) or self._in(self._memory.get_anew(key), mark)
        if found is None:
            self.ended([mark])
        return found

    def ended(self, marks: Iterable[str]) -> None:
        """These sessions are over. This counts at once here, also while the store fails."""
        for mark in marks:
            self._ended[mark[:MARK_LETTERS]] = None
        while len(self._ended) > MOST_ENDED:
            self._ended.pop(next(iter(self._ended)), None)

    def _in(self, account: Account | None, mark: str) -> SignedIn | None:
        if account is None or account.disabled:
            return None
        for session in account.open_sessions(self._clock()):
            if hmac.compare_digest(session.mark[: len(mark)], mark):
                return SignedIn(account, session)
        return None
