"""Forgets: a caller, when an admin says so, and whatever is older than the station keeps.

What is asked for is written down first, so that it is done to the end, on whichever instance.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from callin.callers.book import Callers
from callin.contracts import Clock, Store, Wanted
from callin.rules import cards

AT_ONCE = 100
"""So many calls are forgotten in one go: the rest is done soon after."""

SECONDS_BETWEEN_LOOKS = 600.0
AHEAD_SECONDS = 86400.0
"""Clocks differ: a call may have begun in another instance's future."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ToForget:
    """A number that is being forgotten, with everything about it."""

    key: str
    by: str


class Forgetting:
    """Takes callers out of the store, and calls that are too old. Every method raises StoreError as the store does.

    A caller's calls stay, for the day's figures, as calls of a withheld number about which nothing was typed; `disown`
    makes one such. `keep_seconds` is how long calls are kept, 0 for ever.
    """

    def __init__(
        self, store: Store, callers: Callers, clock: Clock, disown: Callable[[str], object], keep_seconds: float
    ) -> None:
        self._store = store
        self._callers = callers
        self._clock = clock
        self._disown = disown
        self._keep_seconds = keep_seconds
        self._next_look_at = 0.0

    def forget(self, number: str, by: str) -> bool:
        """Forgets a caller and everything about them. False when some of their calls are left for the next `run`."""
        self._store.change_record(ToForget, number, lambda _: ToForget(number, by))
        return self._go_on(number)

    def run(self) -> None:
        """Goes on with what is left to forget, some at a time: soon again when there is more, else every 10 minutes."""
        now = self._clock()
        if now < self._next_look_at:
            return
        done = [self._go_on(number) for number in [one.key for one in self._store.records(ToForget)]]
        done.append(self._forget_the_old(now))
        self._callers.browsers.remove_over()
        self._next_look_at = now + SECONDS_BETWEEN_LOOKS if all(done) else 0.0

    def _go_on(self, number: str) -> bool:
        self._callers.forget(number)
        wanted = Wanted(since=0.0, until=self._clock() + AHEAD_SECONDS, number=number)
        calls = self._store.history(wanted, limit=AT_ONCE).calls
        for call in calls:
            if call.live:
                self._store.change_card(call.call_sid, lambda card: cards.wiped(card, self._clock()))
            else:
                self._store.remove_card(call.call_sid)
            self._disown(call.call_sid)
        if len(calls) >= AT_ONCE:
            return False
        self._callers.forget(number)  # a call may have been counted meanwhile
        self._store.change_record(ToForget, number, lambda _: None)
        return True

    def _forget_the_old(self, now: float) -> bool:
        if not self._keep_seconds:
            return True
        calls = self._store.history(Wanted(0.0, now - self._keep_seconds), limit=AT_ONCE).calls
        old = [call for call in calls if not call.live]
        for call in old:
            # The caller first: of a call that is gone nobody would know whose last it was.
            self._callers.fade(call)
            self._store.remove_call(call.call_sid)
        if old:
            log.info("%d calls from before %d days were deleted.", len(old), self._keep_seconds // 86400)
        return len(old) < AT_ONCE
