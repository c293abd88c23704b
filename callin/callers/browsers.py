"""Listeners' browsers that are blocked for a day: all that is kept of a browser from one call to the next."""

from __future__ import annotations

from dataclasses import dataclass

from callin.contracts import Clock, Store
from callin.model import caller_of

BLOCKED_SECONDS = 86400.0


@dataclass(frozen=True, slots=True)
class BlockedBrowser:
    """A browser that is not let in. `key` is its From without the date of a token: it is the same for all of them."""

    key: str
    by: str
    until: float


class Browsers:
    """Blocks browsers, each until a day later. Every method raises StoreError as the store does."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def is_blocked(self, number: str) -> bool:
        """Whether the browser behind a From is blocked: one read."""
        found = self._store.record(BlockedBrowser, caller_of(number))
        return found is not None and self._clock() < found.until

    def block(self, number: str, by: str) -> None:
        """Blocks the browser behind a From, for a day from now."""
        blocked = BlockedBrowser(caller_of(number), by, self._clock() + BLOCKED_SECONDS)
        self._store.change_record(BlockedBrowser, blocked.key, lambda _: blocked)

    def unblock(self, number: str) -> None:
        """Lets the browser in again."""
        self._store.change_record(BlockedBrowser, caller_of(number), lambda _: None)

    def blocked(self) -> list[BlockedBrowser]:
        """Those that are blocked now, whose block ends last first."""
        now = self._clock()
        return sorted(
            (one for one in self._store.records(BlockedBrowser) if one.until > now), key=lambda one: -one.until
        )

    def remove_over(self) -> None:
        """Takes the blocks that are over out of the store."""
        now = self._clock()
        for one in self._store.records(BlockedBrowser):
            if one.until <= now:
                self._store.change_record(
                    BlockedBrowser, one.key, lambda there: there if there and there.until > now else None
                )
