"""Compares the line with Twilio's lists of queues and calls, and mends the line where they differ.

If a webhook never came, Twilio's lists have a caller that the line does not know, or the line has one that hung up long
ago. The first is adopted with the wait that Twilio reports. The second is finished, but only if Twilio's own record
says that the call is over: callers on the air or hearing a greeting are in no queue. See `bridges` for callers on the
air.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from callin.contracts import CallControl, Clock, PhoneError, Store
from callin.line import Calls, Desks
from callin.live import Board, Lineup
from callin.missed_calls import MissedCallDetector
from callin.model import (
    AIR_DESK,
    AIR_QUEUE,
    EXTRA_DESKS,
    READY_QUEUE,
    WAITING_QUEUE,
    Call,
    CallState,
    Desk,
    Member,
    Outcome,
    Stage,
    desk_of_air_queue,
    is_screen_queue,
)
from callin.rules import claims, screening, takeover
from callin.rules.calls import WAITS, Found, is_where
from callin.twilio.bridges import Bridges

SECONDS_TO_SETTLE = 20.0
"""A call that changed this recently may be on its way to or from a queue: its webhooks know better than a list."""

SECONDS_IN_A_QUEUE = 5.0
"""We store each document before we send it. If Twilio lists a call for longer than this in a queue where the line does
not have it, no webhook that is still on its way explains that."""

SENT_ON_PER_RUN = 50
"""Each costs a request. The next run does the rest."""

DOUBTFUL_PER_RUN, DOUBTFUL_WITHOUT_LEASE = 50, 10
"""How many calls that are in no list of Twilio's are looked up one by one in a run. The next run does the rest."""


class _Queued(NamedTuple):
    """A call that Twilio lists in a queue, and the queue."""

    queue: str
    member: Member


class Comparison:
    """Reads Twilio's lists, and changes our calls and desks, or moves calls, until the two agree."""

    def __init__(
        self,
        calls: Calls,
        desks: Desks,
        board: Board,
        store: Store,
        control: CallControl,
        clock: Clock,
        bridges: Bridges,
        detector: MissedCallDetector | None,
        *,
        pause: Callable[[], None],
        keep_lease: Callable[[], None],
    ) -> None:
        """`pause` is called after each request, `keep_lease` after each call that was finished."""
        self._calls = calls
        self._desks = desks
        self._board = board
        self._store = store
        self._control = control
        self._clock = clock
        self._bridges = bridges
        self._detector = detector
        self._pause = pause
        self._keep_lease = keep_lease
        self._looked_up: frozenset[str] = frozenset()
        """The calls that were looked up one by one in the last run: others come before them."""

    def run(self, *, has_lease: bool) -> None:
        """Compares and mends. A call that changed just now, in this process's time, is left to its webhooks.

        PhoneError or StoreError when something failed: the next run does the rest.
        """
        in_progress = self._mend_calls(has_lease=has_lease)
        self.send_on()
        self._end_dead_legs(in_progress)
        self._control.point_fallback(screened=self._board.stored_show().screened)

    def _mend_calls(self, *, has_lease: bool) -> dict[str, CallState]:
        """Mends the calls; returns Twilio's list of live calls, by CallSid."""
        began_at = self._clock()
        known = {call.call_sid: call for call in self._board.read(Lineup.live)}
        queues = {WAITING_QUEUE, READY_QUEUE, AIR_QUEUE} | {call.queue for call in known.values()}
        queued = {
            member.call_sid: _Queued(queue, member) for queue in sorted(queues) for member in self._members(queue)
        }
        unreported = [
            one for one in queued.values() if self._is_unreported(known.get(one.member.call_sid), one, began_at)
        ]
        missing = [
            call
            for call_sid, call in known.items()
            if call_sid not in queued and call.changed_at <= max(began_at - SECONDS_TO_SETTLE, self._bridges.back_since)
        ]
        in_progress = self._control.live_calls()
        self._pause()
        if self._detector:
            self._detector.compare(in_progress, queued, lambda call_sid: call_sid in known or self._is_known(call_sid))
        self._take_found(unreported, set(queued), in_progress, began_at)
        self._finish_ended([one for one in missing if one.call_sid not in in_progress], has_lease=has_lease)
        unknown = {sid: state for sid, state in in_progress.items() if sid not in queued and sid not in known}
        moving = [one for one in known.values() if one.stage in WAITS and one.call_sid in in_progress]
        self._bridges.find(
            began_at,
            [one for one in missing if one.call_sid in in_progress and one.stage is not Stage.MESSAGE],
            unknown,
            are_all_queued=all(one.call_sid in queued for one in moving),
        )
        return in_progress

    def _members(self, queue: str) -> list[Member]:
        try:
            members = self._control.members(queue)
        except PhoneError as error:
            if not (error.permanent and (is_screen_queue(queue) or desk_of_air_queue(queue) not in ("", AIR_DESK))):
                raise
            members = []  # it is made when it is needed
        self._pause()
        return members

    def _is_unreported(self, call: Call | None, queued: _Queued, listed_at: float) -> bool:
        """Whether Twilio has the call where the line does not, and no webhook will report it.

        If the app is just back and the call has not changed since its start, the fallback document has queued it.
        """
        if call is None:
            call = self._store.call(queued.member.call_sid)
        elif is_where(call, queued.queue, queued.member.enqueued_at):
            return False
        if call is None or (self._bridges.is_back and call.changed_at <= self._bridges.back_since):
            return True
        is_settled = call.changed_at <= listed_at - SECONDS_TO_SETTLE
        return is_settled and queued.member.enqueued_at <= listed_at - SECONDS_IN_A_QUEUE

    def _is_known(self, call_sid: str) -> bool:
        """Whether the store knows a live call that is not in line: a leg of the studio, or a call that ended."""
        # Not `desk.leg`: one that was only found in Twilio's list has never asked us.
        is_leg = any(call_sid in (desk.instructed_leg, desk.rival, *desk.ended_legs) for desk in self._all_desks())
        return is_leg or self._store.call(call_sid) is not None

    def _all_desks(self) -> list[Desk]:
        """The first air desk as it is stored now, and the others in use."""
        return [self._store.desk(AIR_DESK), *self._board.read(Lineup.extra_desks), *self._board.read(Lineup.screeners)]

    def _take_found(
        self, unreported: list[_Queued], queued: set[str], in_progress: dict[str, CallState], listed_at: float
    ) -> None:
        desk = self._store.desk(AIR_DESK)
        leg_lives = desk.leg in in_progress
        has_caller = desk.on_air not in queued and desk.on_air in in_progress
        # While the app was dead the desk's leg may have had callers: Twilio's order is then the true one.
        in_this_order = self._bridges.is_back and leg_lives and claims.went_on(desk, has_caller=has_caller)
        for queue, member in unreported:
            if state := in_progress.get(member.call_sid):
                self._found(
                    Found(
                        listed_at,
                        member.call_sid,
                        state.number,
                        queue,
                        member.enqueued_at,
                        self._calls.known_of(state.number),
                        in_this_order=in_this_order,
                    ),
                    desk if leg_lives else None,
                    in_progress,
                )

    def _found(self, found: Found, desk: Desk | None, in_progress: dict[str, CallState]) -> None:
        """Takes a call into the line where Twilio has it, or thanks it if the live air desk has let it go.

        `desk` is the first air desk if its leg lives. A call that has changed since the lists were read stays as it is.
        """
        call = self._store.call(found.call_sid)
        if call is not None and call.air_desk != AIR_DESK:
            extra = self._store.desk(call.air_desk)
            desk = extra if extra.leg in in_progress else None
        if desk and call is not None and call.changed_at <= found.at and claims.was_let_go(call, desk, found.queued_at):
            self._control.thank(call.call_sid)
            self._desks.end(call.call_sid, Outcome.AIRED)
        else:
            self._desks.advance(found.call_sid, found)

    def _finish_ended(self, missing: list[Call], *, has_lease: bool) -> None:
        """Finishes the calls that Twilio's own record says are over: by its list of ended calls, then one by one."""
        ended: dict[str, CallState] = {}
        if len(missing) > 1:
            ended = self._control.ended_calls(min(call.changed_at for call in missing))
            self._pause()
        for call in missing:
            if state := ended.get(call.call_sid):
                self._calls.call_status(call.call_sid, state.status)
                self._keep_lease()
        doubtful = [call for call in missing if call.call_sid not in ended]
        doubtful.sort(key=lambda call: call.call_sid in self._looked_up)
        del doubtful[DOUBTFUL_PER_RUN if has_lease else DOUBTFUL_WITHOUT_LEASE :]
        self._looked_up = frozenset(call.call_sid for call in doubtful)
        for call in doubtful:
            state = self._control.call_state(call.call_sid)
            self._pause()
            if state is None:
                self._desks.end(call.call_sid, Outcome.LOST)
            elif state.over:
                self._calls.call_status(call.call_sid, state.status)

    def send_on(self) -> None:
        """Sends on callers that a verdict has not reached, and callers that the fallback document has queued.

        The latter hear nothing new where they are, or are in a queue where they do not belong. PhoneError.
        """
        in_order = sorted(self._board.read(Lineup.live), key=lambda call: call.joined_at)
        for call in in_order:
            if call.verdict and call.stage in WAITS and not call.claimed_by:
                self._control.dequeue(call, call.documents_issued)
        for call in [one for one in in_order if screening.is_to_be_sent_on(one)][:SENT_ON_PER_RUN]:
            after = self._store.change_call(call.call_sid, screening.sent_on)
            if after is not None and after.documents_issued > call.documents_issued:
                self._control.dequeue(after, after.documents_issued)

    def _end_dead_legs(self, in_progress: dict[str, CallState]) -> None:
        """Ends legs of the studio whose end was never reported: they would hold the desk and its returned callers."""
        first, *others = self._all_desks()
        for desk in others:
            if desk.name in EXTRA_DESKS and takeover.is_of_another_console(desk, first):
                self._control.end_leg(desk.leg)  # the leg that took over could not end it
        for desk in (first, *others):
            for leg in filter(None, (desk.leg, desk.rival)):
                if leg in in_progress:
                    continue
                state = self._control.call_state(leg)
                self._pause()
                if state is None or state.over:
                    self._desks.leg_ended(desk.name, leg)
