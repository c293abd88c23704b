"""The line as callers and desks read it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from callin.contracts import Clock, StoreError
from callin.live.cache import LineCache
from callin.live.lineup import Lineup
from callin.live.rows import whispered
from callin.model import (
    AIR_DESK,
    AIR_DESKS,
    LEAST_DIAL_SECONDS,
    MOST_DIAL_SECONDS,
    Call,
    Desk,
    Place,
    Programme,
    Show,
    queue_of,
)
from callin.rules import desks as desk_rules
from callin.rules import screening, shows
from callin.rules.wait_estimate import wait_range

T = TypeVar("T")

SHOW_SECONDS = 1.0
"""How long the show and the count of the line are reused for calls that ring."""

SPARE_SECONDS = 2.0
"""How late Twilio may begin a Dial."""


class Board:
    """The line as callers and desks read it, from memory. Safe to use from many threads.

    Reading costs the same with five thousand callers as with fifty.
    """

    def __init__(self, cache: LineCache, clock: Clock) -> None:
        self.cache = cache
        self._clock = clock
        self._show_read_at = 0.0
        self._counted = 0
        self._counted_at = 0.0
        self._asked_since_counted = 0
        self._knows_show = False

    def place(self, call_sid: str) -> Place:
        """Where the caller stands. It writes nothing; an unknown call has no position.

        While the store fails it answers from memory. StoreError only if the store has never answered.
        """
        try:
            self.cache.refresh()
        except StoreError:
            if self.cache.mark is None:
                raise
        with self.cache.lock:
            self.cache.settle()
            now = self._clock()
            call, show = self.cache.lineup.get(call_sid), self.cache.lineup.show
            desk = self.cache.lineup.desk(screening.queue_desk(call) if call else AIR_DESK)
            position = self.cache.lineup.position(call) if call else None
            recorded_since = shows.recorded_since(self.cache.lineup.desk(AIR_DESK))
            pace = self.cache.stats.pace() if position else None
            is_for_studio = call is not None and self._is_for_studio(call)
            return Place(
                position=position,
                size=self.cache.lineup.size,
                wait_seconds=max(0, int(now - call.joined_at)) if call else 0,
                stage=call.stage if call else None,
                ended_by_closing=call is not None and shows.is_ended_by_closing(call, show, desk),
                hears_ready_check=call is not None and self.cache.lineup.hears_ready_check(call),
                is_passed_over=call is not None and shows.is_passed_over(call, show),
                is_in_wrong_queue=call is not None and screening.is_in_wrong_queue(call, desk, show),
                awaits_screener=call is not None and not shows.may_go_on_air(call, show),
                is_coming=is_for_studio and bool(desk.leg),
                is_kept=is_for_studio and not desk.leg,
                has_notice=call is not None and shows.has_notice(call, now, recorded_since),
                needs_notice=call is not None and shows.needs_notice(call, show, position, now, recorded_since),
                is_wanted=call is not None and self._is_wanted(call, now),
                wait_range=wait_range(pace, position) if pace and position else None,
                is_recorded=recorded_since > 0,
            )

    @staticmethod
    def _is_for_studio(call: Call) -> bool:
        """Whether an air desk claims the caller, and they are in its queue: it dials that queue once it has a leg."""
        return call.claimed_by in AIR_DESKS and call.queue == queue_of(call.claimed_by)

    def _is_wanted(self, call: Call, now: float) -> bool:
        """Whether the air desk waits for the next caller, and this is the next."""
        first = next(self.cache.lineup.up_next(), None)
        return first == call and desk_rules.waits_for(self.cache.lineup.desk(AIR_DESK), first, now)

    def is_waited_for(self, desk: Desk) -> bool:
        """Whether the desk waits for the caller that Next would bring, and does not get them by itself."""
        with self.cache.fresh():
            return desk_rules.waits_for(desk, next(self.cache.lineup.up_next(), None), self._clock())

    def read(self, what: Callable[[Lineup], T]) -> T:
        """The result of `what` for the lineup, which is up to date and does not change meanwhile."""
        with self.cache.fresh():
            return what(self.cache.lineup)

    def whisper(self, desk: Desk) -> str | None:
        """What the DJ is told of the claimed caller, empty if nothing is known; None if the show has no whisper."""
        with self.cache.fresh():
            return whispered(self.cache.lineup, desk)

    def recorded_since(self) -> float:
        """When the desk's page began to record; 0 if it does not."""
        with self.cache.fresh():
            return shows.recorded_since(self.cache.lineup.desk(AIR_DESK))

    def show(self) -> Show:
        """The show, at most a second old.

        While the store fails it answers from memory. StoreError only if the store has never answered.
        """
        try:
            self._look_at_show()
        except StoreError:
            if not self._knows_show:
                raise
        with self.cache.lock:
            self.cache.settle()
            return self.cache.lineup.show

    def programme(self) -> Programme:
        """What holds now, from memory."""
        with self.cache.lock:
            self.cache.settle()
            return self.cache.lineup.programme

    def stored_programme(self) -> Programme:
        """What holds now, by the store's records as they are now. StoreError."""
        return self.cache.programmes.stored()

    def stored_show(self) -> Show:
        """The show as it holds now, by the store's records as they are now. StoreError."""
        return self.stored_programme().show

    def programme_of(self, show: Show) -> Programme:
        """What holds now if `show` is the stored one. It reads nothing."""
        return self.cache.programmes.of(show)

    def queue_in_our_order(self, desk: str) -> str:
        """The queue that this air desk may dial so that Twilio connects the caller that Next would bring.

        Twilio connects the call that it queued first. Empty if our first caller is another, if callers press 1 or are
        whispered first, or if the schedule is about to change something; and for an extra desk.
        """
        with self.cache.fresh():
            may_dial = desk == AIR_DESK and self._stays_as_it_is()
            return self.cache.lineup.queue_in_our_order() if may_dial else ""

    def may_dial_for_nobody(self) -> bool:
        """Whether the desk may dial a queue of the line in which nobody waits. StoreError."""
        return not shows.something_comes_first(self.stored_show()) and self._stays_as_it_is()

    def _stays_as_it_is(self) -> bool:
        """Whether the schedule changes nothing while the shortest Dial waits: the next show may be screened."""
        return self._seconds_to_dial() >= LEAST_DIAL_SECONDS

    def dial_seconds(self) -> int:
        """How long a desk's leg dials a queue of the line: until the schedule changes something, if that is soon."""
        return int(min(max(self._seconds_to_dial(), LEAST_DIAL_SECONDS), MOST_DIAL_SECONDS))

    def _seconds_to_dial(self) -> float:
        return self.programme().until - self._clock() - SPARE_SECONDS

    def show_and_size(self) -> tuple[Show, int]:
        """The show, at most a second old, and how many are in line, which is exact if the line may be full.

        Each call that rings asks this once. Far below the limit it does not count: since the last count the line has
        grown by the calls that asked here, and by those of other instances, which are counted every second. While the
        store fails it answers from memory. StoreError only if the store has never answered.
        """
        try:
            self._look_at_show()
            self._count_if_due()
        except StoreError:
            if not self._knows_show:
                raise
        with self.cache.lock:
            self.cache.settle()
            return self.cache.lineup.show, self.cache.lineup.size

    def _look_at_show(self) -> None:
        now = self._clock()
        if now - self._show_read_at > SHOW_SECONDS:
            self.cache.read(self.cache.read_show, self.cache.lineup.apply_show)
            self._show_read_at = now
            self._knows_show = True

    def _count_if_due(self) -> None:
        now = self._clock()
        with self.cache.lock:
            self._asked_since_counted += 1
            most_callers = self.cache.lineup.show.most_callers
            may_be_full = self._counted + self._asked_since_counted > most_callers
        if most_callers and (may_be_full or now - self._counted_at > SHOW_SECONDS):
            with self.cache.fresh():
                self._counted, self._asked_since_counted, self._counted_at = self.cache.lineup.size, 1, now

    def show_changed(self) -> None:
        """Reads the show again for the next call that rings at this instance."""
        self._show_read_at = 0.0

    def first_in_line(self, count: int) -> list[Call]:
        """The first `count` callers that Next may bring, in order."""
        with self.cache.fresh():
            return [call for call, _ in zip(self.cache.lineup.up_next(), range(count), strict=False)]

    def is_anybody_cleared(self) -> bool:
        """Whether a caller in line may go on the air in a screened show, ready check or not."""
        with self.cache.fresh():
            return any(call.cleared for call in self.cache.lineup.in_order())

    def to_be_screened(self, count: int) -> list[Call]:
        """The first `count` callers that no screener has made ready and no desk claims, in order."""
        with self.cache.fresh():
            return [call for call, _ in zip(self.cache.lineup.to_be_screened(), range(count), strict=False)]

    def remembered(self) -> tuple[Desk, Show] | None:
        """The air desk and the show from memory; None before the first reading. For use while the store fails."""
        with self.cache.lock:
            self.cache.settle()
            return None if self.cache.mark is None else (self.cache.lineup.desk(AIR_DESK), self.cache.lineup.show)
