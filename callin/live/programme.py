"""What holds for the line at each moment: the stored show, the schedule and the clock together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, tzinfo
from typing import NamedTuple

from callin.contracts import Clock, Store
from callin.model import SCHEDULE, Programme, Schedule, Show
from callin.rules import schedule as schedule_rules
from callin.rules import shows


class _Computed(NamedTuple):
    """A programme, what it was computed from, and since when it holds."""

    show: Show
    schedule: Schedule
    zone: tzinfo
    since: float
    programme: Programme


class Programmes:
    """Knows the schedule, and reads it again when the stored show names another revision. Safe to use from any thread.

    Nothing runs when a show begins or ends: the next request finds what holds then.
    """

    def __init__(self, store: Store, clock: Clock, zone: Callable[[], tzinfo] = lambda: UTC) -> None:
        """`zone` returns the station's time zone; it may wait for the store."""
        self._store = store
        self._clock = clock
        self._read_zone = zone
        self._zone: tzinfo = UTC
        self._revision: int | None = None
        """The revision for which the schedule was read; None before the first reading."""
        self._schedule = Schedule()
        self._computed: _Computed | None = None

    def learn(self, show: Show | None) -> None:
        """Reads the schedule that the stored show names, unless it is known; and the time zone. StoreError.

        `show` is None if it has not changed. The caller holds no lock.
        """
        revision = show.schedule_revision if show else self._revision or 0
        if revision != self._revision:
            self._schedule = self._store.record(Schedule, SCHEDULE) or Schedule()
            self._revision = revision
        if self._schedule.shows:
            self._zone = self._read_zone()

    def of(self, show: Show) -> Programme:
        """What holds now if `show` is the stored one. It reads nothing."""
        schedule = self._schedule
        if not schedule.shows:
            return Programme(show)
        now, zone, known = self._clock(), self._zone, self._computed
        if known and known[:3] == (show, schedule, zone) and known.since <= now < known.programme.until:
            return known.programme
        slot = schedule_rules.slot_at(schedule, zone, now)
        programme = shows.programme(show, slot, now)
        self._computed = _Computed(show, schedule, zone, now, programme)
        return programme

    def stored(self) -> Programme:
        """What holds now, by the store's records as they are now. StoreError."""
        show = self._store.show()
        self.learn(show)
        return self.of(show)
