"""Screeners' desks that were left for good. Each has a queue at Twilio, and a browser has a new one each day."""

from __future__ import annotations

from collections.abc import Iterator

from callin.contracts import Clock, Moves, PhoneError, Store
from callin.model import is_screen, queue_of
from callin.rules import seats

SECONDS_BETWEEN_LOOKS = 3600.0
AT_ONCE = 20
"""So many are taken away in one go, with a request of Twilio each: the rest is next."""


class Unused:
    """Takes such desks away, and their queues."""

    def __init__(self, store: Store, moves: Moves, clock: Clock) -> None:
        self._store = store
        self._moves = moves
        self._clock = clock
        self._next_look_at = 0.0
        self._left: list[str] = []

    def run(self) -> None:
        """Looks every hour. What Twilio does not do now is done with the next look. Raises StoreError."""
        now = self._clock()
        if now >= self._next_look_at:
            self._next_look_at = now + SECONDS_BETWEEN_LOOKS
            self._left = list(self._unused(now))
        names, self._left = self._left[:AT_ONCE], self._left[AT_ONCE:]
        for name in names:
            try:
                # The queue first: of a desk that is gone nobody would know that it had one.
                if self._moves.remove_queue(queue_of(name)):
                    self._store.remove_desk(name, lambda desk: seats.is_unused(desk, now))
            except PhoneError as error:
                if not error.permanent:
                    self._left = []
                    return

    def _unused(self, now: float) -> Iterator[str]:
        for desk in self._store.live_calls().desks:
            if is_screen(desk.name) and not desk.began_at:
                self._store.change_desk(desk.name, lambda before: seats.dated(before, now))
            elif seats.is_unused(desk, now):
                yield desk.name
