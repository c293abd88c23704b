"""The live calls in order, in memory.

A place is found by bisection and the average wait by a running sum, so that neither gets slower with a long line.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator

from msgspec.structs import replace

from callin.contracts import Changes
from callin.live.recent import ChangeLog, JustLeft, Touched
from callin.model import (
    AIR_DESK,
    EXTRA_DESKS,
    READY_QUEUE,
    WAITING_QUEUE,
    Call,
    Card,
    ChatMessage,
    Desk,
    Programme,
    ReadyCheckAnswer,
    Show,
    Stage,
    is_screen,
)
from callin.rules import cards, places
from callin.rules.calls import IN_LINE, WAITS
from callin.rules.places import Key, key_of
from callin.rules.shows import can_press_1, is_passed_over, may_go_on_air, something_comes_first

CARDS_KEPT = 10_000
"""Above this, cards of calls that are over are forgotten. Until then a call that comes back has its card at once."""


class Lineup:
    """The live calls and the desks. It is not safe to share between threads: LineCache keeps it under its lock."""

    def __init__(self, programme_of: Callable[[Show], Programme] = Programme) -> None:
        """`programme_of` returns what holds now, given the stored show."""
        self._programme_of = programme_of
        self.version = 0
        """Rises with every change: what was computed from one version holds until the next."""
        self.change_log = ChangeLog()
        self._calls: dict[str, Call] = {}
        self._desks: dict[str, Desk] = {}
        self._stored_show = Show()
        self.programme = Programme(Show())
        self.show = Show()
        """The show as it holds: `programme.show`."""
        self.messages: tuple[ChatMessage, ...] = ()
        self._cards: dict[str, Card] = {}
        self._on_air: dict[str, Call] = {}
        self._held: dict[str, Call] = {}
        self._order: list[Key] = []
        self._talking: dict[str, Call] = {}
        self._by_queue: dict[str, list[tuple[float, str]]] = {WAITING_QUEUE: [], READY_QUEUE: []}
        self._joined_at_sum = 0.0
        self.left = JustLeft()

    def apply(self, changes: Changes) -> None:
        """Adds or replaces what changed, and removes calls that are done."""
        self.change_log.add(changes.mark, self._touched(changes))
        self._apply_calls(changes.calls)
        for desk in changes.desks:
            if self._desks.get(desk.name) != desk:
                self.version += 1
                self._desks[desk.name] = desk
        for card in changes.cards:
            if self._cards.get(card.call_sid) != card:
                self.version += 1
                self._cards[card.call_sid] = card
        for show in changes.shows:
            self.apply_show(show)
        if changes.messages:
            self.version += 1
            self.messages = cards.last_messages(self.messages, changes.messages)
        if len(self._cards) > CARDS_KEPT:
            self._cards = {sid: card for sid, card in self._cards.items() if sid in self._calls}

    def _touched(self, changes: Changes) -> Touched:
        """What the changes touch, even if this instance knows it: another instance's dashboards may not."""
        desks = {desk.name for desk in changes.desks} | (self._desks_of_show() if changes.shows else set())
        calls = {call.call_sid for call in changes.calls} | self.left.sids_of_places_for(changes.calls)
        return Touched(
            calls | {card.call_sid for card in changes.cards},
            desks,
            {message.number for message in changes.messages},
        )

    def _apply_calls(self, calls: Iterable[Call]) -> None:
        for call in calls:
            before = self._calls.get(call.call_sid)
            self.version += self.left.apply(call)
            if before == call or (before is None and not call.live):
                continue
            self.version += 1
            if before is not None:
                self._remove(before)
            if call.live:
                self._add(call)

    def _desks_of_show(self) -> set[str]:
        """The desks whose rows the show changes: it switches the whisper and auto-advance."""
        return {AIR_DESK, *self._desks}

    def apply_show(self, show: Show) -> None:
        """Replaces the stored show."""
        self._stored_show = show
        self.settle()

    def settle(self) -> bool:
        """Has the show follow the schedule, which changes it without the store. Returns whether it has changed."""
        programme = self._programme_of(self._stored_show)
        is_same = programme == self.programme
        self.version += not is_same
        self.programme, self.show = programme, programme.show
        return not is_same

    def touch_show(self, mark: int) -> None:
        """Dashboards that have seen `mark` get what the show changes."""
        self.change_log.add(mark + 1, Touched(desks=self._desks_of_show()))

    def replace(self, changes: Changes) -> None:
        """Forgets everything and starts from these changes."""
        self.version += 1
        self._calls, self._on_air, self._held, self._desks, self._cards = {}, {}, {}, {}, {}
        self._talking, self._by_queue = {}, {WAITING_QUEUE: [], READY_QUEUE: []}
        self._order, self._joined_at_sum, self.left = [], 0.0, JustLeft()
        self._stored_show, self.messages = Show(), ()
        self.settle()
        self.apply(changes)
        self.change_log.restart(changes.mark)

    def card(self, call_sid: str) -> Card | None:
        """The card of a call, None if nobody wrote on it."""
        return self._cards.get(call_sid)

    def get(self, call_sid: str) -> Call | None:
        """The live call of that SID, or None."""
        return self._calls.get(call_sid)

    def desk(self, name: str) -> Desk:
        """The desk; a new one if nobody has used it yet."""
        return self._desks.get(name) or Desk(name)

    def screeners(self) -> list[Desk]:
        """The screeners' desks that have a leg or a caller, by their names."""
        used = (desk for desk in self._desks.values() if desk.leg or desk.claimed or desk.on_air)
        return sorted((desk for desk in used if is_screen(desk.name)), key=lambda desk: desk.name)

    def extra_desks(self) -> list[Desk]:
        """The extra air desks that have a leg or a caller, by their names."""
        used = (self._desks.get(name) for name in EXTRA_DESKS)
        return [desk for desk in used if desk and (desk.leg or desk.claimed or desk.on_air)]

    def extra_desks_with(self, call_sid: str) -> list[str]:
        """The names of the extra air desks that have the call on the air or claim it."""
        return [desk.name for desk in self.extra_desks() if call_sid in (desk.on_air, desk.claimed)]

    def desks_shown(self) -> list[Desk]:
        """The desks that pages show: the first air desk, the extra ones in use, and the screeners' that have a leg."""
        return [self.desk(AIR_DESK), *self.extra_desks(), *(desk for desk in self.screeners() if desk.leg)]

    def other_desks(self) -> list[str]:
        """The names of all desks in use but the first air desk."""
        return [desk.name for desk in (*self.extra_desks(), *self.screeners())]

    @property
    def size(self) -> int:
        """How many calls are in line. Those on the air and on hold are not."""
        return len(self._order)

    def position(self, call: Call) -> int | None:
        """The call's place in line, from 1; None for a call that is not in line."""
        key = key_of(call)
        index = bisect_left(self._order, key)
        return index + 1 if index < len(self._order) and self._order[index] == key else None

    def average_wait_seconds(self, now: float) -> int:
        """The mean time in line so far of the callers that wait, in whole seconds."""
        if not self._order:
            return 0
        return max(0, int(now - self._joined_at_sum / len(self._order)))

    def in_order(self) -> Iterator[Call]:
        """The calls in line, in order. Do not change the line meanwhile."""
        return (self._calls[call_sid] for _, _, call_sid in self._order)

    def place_before(self, call_sid: str, other_sid: str) -> tuple[float, bool] | None:
        """See `places.place_before`. None also if the call itself is not in line."""
        call = self._calls.get(call_sid)
        if call is None or self.position(call) is None:
            return None
        return places.place_before(self._order, call, other_sid)

    def ready_before(self, other_sid: str) -> float:
        """See `places.ready_before`."""
        return places.ready_before(self._order, other_sid)

    def up_next(self) -> Iterator[Call]:
        """The calls that Next may bring, in order, without those that did not answer the ready check."""
        return (call for call in self.in_order() if self._may_come(call))

    def to_be_screened(self) -> Iterator[Call]:
        """The calls that no screener has made ready and no desk claims, in order."""
        return (call for call in self.in_order() if call.stage in WAITS and not (call.cleared or call.claimed_by))

    def _may_come(self, call: Call) -> bool:
        if call.stage not in WAITS or call.claimed_by not in ("", AIR_DESK) or call.verdict:
            return False
        return not is_passed_over(call, self.show) and may_go_on_air(call, self.show)

    def queue_in_our_order(self) -> str:
        """The queue that the desk may dial to get the caller that Next would bring, or the next one that rings.

        Twilio connects the call that was queued first. Empty if that is another call, or callers are asked first.
        """
        if something_comes_first(self.show):
            return ""
        first = next(self.up_next(), None)
        queue = first.queue if first else self.queue_of_next_callers
        if self.show.screened and queue != READY_QUEUE:
            return ""
        at_twilio = self._by_queue.get(queue)
        if first is None:
            return "" if at_twilio else queue
        return queue if at_twilio and at_twilio[0][1] == first.call_sid else ""

    def queue_to_dial_blindly(self) -> str:
        """The queue of the first call in line, or else the queue where the next callers will wait."""
        first = next(self.up_next(), None)
        may_be_dialled = first and first.queue in self._by_queue and not self.show.screened
        return first.queue if first and may_be_dialled else self.queue_of_next_callers

    @property
    def queue_of_next_callers(self) -> str:
        """The queue where the next callers for the air wait: if the show is screened, that of the ready callers."""
        return READY_QUEUE if self.show.screened else WAITING_QUEUE

    def on_air(self) -> list[Call]:
        """The calls on the air, in the order in which they went on."""
        return sorted(self._on_air.values(), key=lambda call: call.changed_at)

    def hears_ready_check(self, call: Call) -> bool:
        """Whether the call hears the ready check: it is up next, or was passed over and may still answer."""
        if not self.show.ready_check or call.ready_check_answer is ReadyCheckAnswer.YES or not can_press_1(call):
            return False
        if call.ready_check_answer is ReadyCheckAnswer.NO:
            return self._may_come(replace(call, ready_check_answer=None))
        return next(self.up_next(), None) == call

    def held(self) -> list[Call]:
        """The calls on hold, in the order in which they were put there."""
        return sorted(self._held.values(), key=lambda call: call.changed_at)

    def talking(self) -> list[Call]:
        """The calls that speak with a screener."""
        return list(self._talking.values())

    def live(self) -> list[Call]:
        """Every live call, in no order."""
        return list(self._calls.values())

    def _add(self, call: Call) -> None:
        self._calls[call.call_sid] = call
        if call.stage is Stage.HELD:
            self._held[call.call_sid] = call
        elif call.stage in IN_LINE:
            insort(self._order, key_of(call))
            self._joined_at_sum += call.joined_at
            if call.stage is Stage.SCREENING:
                self._talking[call.call_sid] = call
            elif call.queue in self._by_queue:
                insort(self._by_queue[call.queue], (call.queued_at, call.call_sid))
        elif call.stage is Stage.ON_AIR:
            self._on_air[call.call_sid] = call

    def _remove(self, call: Call) -> None:
        del self._calls[call.call_sid]
        self._on_air.pop(call.call_sid, None)
        if self._held.pop(call.call_sid, None) or call.stage not in IN_LINE:
            return
        del self._order[bisect_left(self._order, key_of(call))]
        if not self._talking.pop(call.call_sid, None) and call.queue in self._by_queue:
            queued = self._by_queue[call.queue]
            del queued[bisect_left(queued, (call.queued_at, call.call_sid))]
        # The sum of an empty line is reset, so that rounding errors never add up over a long show.
        self._joined_at_sum = self._joined_at_sum - call.joined_at if self._order else 0.0
