"""The objects that delete old data and count finished calls: made once, and run by the reconciler."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from callin.audit import Audit
from callin.callers import Callers, CallerStats, Retention
from callin.contracts import CallControl, Clock, Store
from callin.line import Calls, IdleDeskCleanup
from callin.live import Board
from callin.messages import Messages, MissedRecordings, Recordings
from callin.sounds import SoundLibrary
from callin.station import Station


class Upkeep(NamedTuple):
    """The objects, some of which handlers use too, and their jobs."""

    retention: Retention
    audit: Audit
    sounds: SoundLibrary
    messages: Messages
    missed: MissedRecordings
    stats: CallerStats
    idle_desks: IdleDeskCleanup

    @property
    def jobs(self) -> tuple[Callable[[], None], ...]:
        jobs = self.retention.run, self.audit.delete_old, self.sounds.delete_abandoned, self.messages.run
        return (self.stats.run, self.missed.run, *jobs, self.idle_desks.run)


def upkeep_of(
    calls: Calls,
    board: Board,
    callers: Callers,
    station: Station,
    store: Store,
    control: CallControl,
    recordings: Recordings,
    clock: Clock,
) -> Upkeep:
    def keep_seconds() -> float:
        return station.current().retention_seconds

    sounds, lineup = SoundLibrary(store, clock), board.cache.lineup
    messages = Messages(store, clock, recordings, sounds, lambda: lineup.show.messages_revision)
    missed = MissedRecordings(messages, recordings, store, clock, calls.left_message)
    retention = Retention(store, callers, clock, calls.anonymise, keep_seconds, delete_messages=messages.delete_of)
    audit, stats = Audit(store, clock, keep_seconds), CallerStats(store, callers, clock)
    return Upkeep(retention, audit, sounds, messages, missed, stats, IdleDeskCleanup(store, control, clock))
