"""The live calls in order, in memory, kept in step with the store: what every reader of the line asks.

With five thousand callers a place is found by bisection and an average by a running sum, so that neither grows with
the line.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator

from callin.contracts import Changes
from callin.model import AIR_QUEUE, WAITING_QUEUE, Answer, Call, Card, Chat, Desk, Show, Stage
from callin.rules.calls import IN_LINE
from callin.rules.shows import can_be_asked, is_passed_over

Key = tuple[int, float, str]

CARDS_KEPT = 10_000
"""Past this the cards of calls that are over are forgotten: a call that comes back has its card at once."""

CLAIMED, RETURNED, WAITING = range(3)
"""In this order, whenever they joined: promised to a desk, lost by the studio and back, all others."""


class Lineup:
    """The live calls and the desks. It is not safe to share between threads: the Board keeps it under its lock."""

    def __init__(self) -> None:
        self.version = 0
        """Rises with every change: what was computed from one version holds until the next."""
        self._calls: dict[str, Call] = {}
        self._desks: dict[str, Desk] = {}
        self.show = Show()
        self.chat = Chat()
        self._cards: dict[str, Card] = {}
        self._on_air: dict[str, Call] = {}
        self._held: dict[str, Call] = {}
        self._order: list[Key] = []
        self._by_queue: list[tuple[float, str]] = []
        self._joined_at_sum = 0.0

    def take(self, changes: Changes) -> None:
        """Puts in or replaces what changed; calls that are done leave."""
        self._take_calls(changes.calls)
        for desk in changes.desks:
            if self._desks.get(desk.name) != desk:
                self.version += 1
                self._desks[desk.name] = desk
        for card in changes.cards:
            if self._cards.get(card.call_sid) != card:
                self.version += 1
                self._cards[card.call_sid] = card
        for show in changes.shows:
            self.take_show(show)
        for chat in changes.chats:
            if self.chat != chat:
                self.version += 1
                self.chat = chat
        if len(self._cards) > CARDS_KEPT:
            self._cards = {sid: card for sid, card in self._cards.items() if sid in self._calls}

    def _take_calls(self, calls: Iterable[Call]) -> None:
        for call in calls:
            before = self._calls.get(call.call_sid)
            if before == call or (before is None and not call.live):
                continue
            self.version += 1
            if before is not None:
                self._remove(before)
            if call.live:
                self._add(call)

    def take_show(self, show: Show) -> None:
        """Replaces the show."""
        if self.show != show:
            self.version += 1
            self.show = show

    def replace(self, changes: Changes) -> None:
        """Forgets what it knew and starts from these."""
        self.version += 1
        self._calls, self._on_air, self._held, self._desks, self._cards = {}, {}, {}, {}, {}
        self._order, self._by_queue, self._joined_at_sum = [], [], 0.0
        self.show, self.chat = Show(), Chat()
        self.take(changes)

    def card(self, call_sid: str) -> Card | None:
        """What was typed about a call, None where nothing was."""
        return self._cards.get(call_sid)

    def get(self, call_sid: str) -> Call | None:
        """The live call of that SID, or None."""
        return self._calls.get(call_sid)

    def desk(self, name: str) -> Desk:
        """The desk; one that nobody used yet is as new."""
        return self._desks.get(name) or Desk(name)

    @property
    def size(self) -> int:
        """How many calls are in line. Those on the air and on hold are not."""
        return len(self._order)

    def position(self, call: Call) -> int | None:
        """The call's place in line, from 1; None for a call that is not in line."""
        key = _key(call)
        index = bisect_left(self._order, key)
        return index + 1 if index < len(self._order) and self._order[index] == key else None

    def average_wait_seconds(self, now: float) -> int:
        """The mean time in line so far of those who wait, in whole seconds."""
        if not self._order:
            return 0
        return max(0, int(now - self._joined_at_sum / len(self._order)))

    def in_order(self) -> Iterator[Call]:
        """The calls in line, in order. Do not change the line meanwhile."""
        return (self._calls[call_sid] for _, _, call_sid in self._order)

    def place_before(self, call_sid: str, other_sid: str) -> tuple[float, bool] | None:
        """The moment, and whether among those who returned, that puts a call just before another, or last (empty).

        None where that cannot be: one of them is not in line, or nothing is left between the two neighbours.
        """
        places = [key for key in self._order if key[2] != call_sid]
        if len(places) == len(self._order) or not places:
            return None
        if not other_sid:
            rank, at, _ = places[-1]
            return at + 1.0, rank == RETURNED
        found = [index for index, key in enumerate(places) if key[2] == other_sid]
        if not found or places[found[0]][0] == CLAIMED:
            return None
        rank, at, _ = places[found[0]]
        before = places[found[0] - 1] if found[0] else None
        if before is None or before[0] != rank:
            return at - 1.0, rank == RETURNED
        between = (before[1] + at) / 2
        return (between, rank == RETURNED) if before[1] < between < at else None

    def up_next(self) -> Iterator[Call]:
        """The calls that Next may bring, in order: who did not answer the ready check is passed over."""
        return (call for call in self.in_order() if not is_passed_over(call, self.show))

    def twilio_has_our_order(self) -> bool:
        """Whether the first in line is the one whom Twilio would connect first, as it goes by the time of queueing."""
        if not self._order or not self._by_queue:
            return not self._order
        return self._order[0][2] == self._by_queue[0][1]

    def on_air(self) -> list[Call]:
        """The calls on the air, the one that went on first before the others."""
        return sorted(self._on_air.values(), key=lambda call: call.changed_at)

    def is_asked(self, call: Call) -> bool:
        """Whether the call is to be asked if it is ready: it is up next, or was passed over and may yet say so."""
        if not self.show.ready_check or call.is_ready is Answer.YES or not can_be_asked(call):
            return False
        return call.is_ready is Answer.NO or next(self.up_next(), None) == call

    def held(self) -> list[Call]:
        """The calls on hold, the one that was put there first before the others."""
        return sorted(self._held.values(), key=lambda call: call.changed_at)

    def live(self) -> list[Call]:
        """Every live call, in no order."""
        return list(self._calls.values())

    def _add(self, call: Call) -> None:
        self._calls[call.call_sid] = call
        if call.stage is Stage.HELD:
            self._held[call.call_sid] = call
        elif call.stage in IN_LINE:
            insort(self._order, _key(call))
            self._joined_at_sum += call.joined_at
            if call.queue == WAITING_QUEUE:
                insort(self._by_queue, (call.queued_at, call.call_sid))
        elif call.stage is Stage.ON_AIR:
            self._on_air[call.call_sid] = call

    def _remove(self, call: Call) -> None:
        del self._calls[call.call_sid]
        self._on_air.pop(call.call_sid, None)
        if self._held.pop(call.call_sid, None) or call.stage not in IN_LINE:
            return
        del self._order[bisect_left(self._order, _key(call))]
        if call.queue == WAITING_QUEUE:
            del self._by_queue[bisect_left(self._by_queue, (call.queued_at, call.call_sid))]
        # A sum that is emptied starts from nothing again, so that rounding never adds up over a long show.
        self._joined_at_sum = self._joined_at_sum - call.joined_at if self._order else 0.0


def _key(call: Call) -> Key:
    """Who comes first: who is promised to a desk, then who was lost by the studio, then by the time of joining.

    Who was given a place by hand stands as if they had joined when it takes.
    """
    rank = CLAIMED if call.claimed_by or call.queue == AIR_QUEUE else RETURNED if call.returned else WAITING
    return rank, call.placed_at or call.joined_at, call.call_sid
