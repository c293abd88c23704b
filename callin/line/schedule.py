"""Changes the schedule of shows. Every instance reads it again, because the stored show names its revision."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace

from callin.contracts import Record, Store
from callin.live import Board
from callin.model import SCHEDULE, Schedule, ScheduledShow
from callin.rules import show_form


class ChangedMeanwhileError(Exception):
    """Somebody else has changed or deleted the show since it was read."""


class ScheduleEditor:
    """Saves and deletes shows. `also` are the audit's lines about it, see `Store.change_record`."""

    def __init__(self, store: Store, board: Board) -> None:
        self._store = store
        self._board = board

    def read(self) -> Schedule:
        """The schedule as it is stored now. StoreError."""
        return self._store.record(Schedule, SCHEDULE) or Schedule()

    def save(self, show: ScheduledShow, before: ScheduledShow | None, also: Sequence[Record]) -> ScheduledShow:
        """Saves a show; a new one gets its key. `before` is the show as the admin saw it, None for a new one.

        ShowFormError if there are too many shows.
        """
        kept = show if before else replace(show, key=secrets.token_hex(4))
        self._change(lambda schedule: show_form.with_show(schedule, kept), before, also)
        return kept

    def delete(self, before: ScheduledShow, also: Sequence[Record]) -> None:
        """Deletes a show. What a desk has pressed last holds when no show is left."""
        self._change(lambda schedule: show_form.without_show(schedule, before.key), before, also)

    def _change(
        self, change: Callable[[Schedule], Schedule], before: ScheduledShow | None, also: Sequence[Record]
    ) -> None:
        def work(stored: Schedule | None) -> Schedule:
            schedule = stored or Schedule()
            after = change(schedule)
            # The store may repeat a change that it has made already: then it changes nothing.
            if after != schedule and before is not None and before not in schedule.shows:
                raise ChangedMeanwhileError
            return after

        held = self._board.stored_show()
        after = self._store.change_record(Schedule, SCHEDULE, work, also) or Schedule()
        is_last = not after.shows
        # Without a schedule the stored show holds: the line stays as it is, and no old press comes back.
        self._store.change_show(lambda show: replace(held if is_last else show, schedule_revision=after.revision))
        self._board.show_changed()
