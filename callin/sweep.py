"""The sweep: compares the line with Twilio's list of who is queued, and mends the line where they differ."""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable, Iterable

from callin.board import Board
from callin.bridges import Bridges
from callin.contracts import Clock, Phone, PhoneError, Store, StoreError
from callin.lease import Lease, LostLeaseError
from callin.line import Line
from callin.lost_calls import LostCalls
from callin.model import (
    AIR_DESK,
    AIR_QUEUE,
    READY_QUEUE,
    WAITING_QUEUE,
    Call,
    CallState,
    Member,
    is_screen_queue,
)
from callin.rules import outage
from callin.rules.calls import is_where
from callin.webhooks import Watch

SECONDS_BEFORE_THE_FIRST = 0.3
"""The first sweep loads Twilio's client, which takes as long as the rest of a start: whoever asks is answered first."""

SECONDS_BETWEEN_SWEEPS = 20.0
"""Four requests each, one more while somebody is on the air: so soon a caller whose webhooks were lost is noticed, and
Twilio's trouble."""

SECONDS_UNTIL_PROBED = 50.0
"""An instance without the lease asks Twilio for one list when its own last look is older than this."""

SECONDS_BETWEEN_LOOKS = 1.5
"""While it is not known who went on the air when the app was dead."""

SECONDS_BETWEEN_REQUESTS = 0.05
SECONDS_TO_SETTLE = 20.0
"""A call that changed this recently may be on its way to or from a queue: its webhooks know better than a list."""

SECONDS_IN_A_QUEUE = 5.0
"""Who is in a queue for so long where the line does not have them was put there by no document of ours that is still to
be told of: what we hand out is written down before."""

LEASE = "sweep"
LEASE_SECONDS = SECONDS_BETWEEN_SWEEPS * 1.5
"""A sweep that takes longer renews its lease, so that no other instance begins one meanwhile."""

log = logging.getLogger(__name__)


class Sweep:
    """The one reader of Twilio's lists, in one instance at a time, however many watch.

    A webhook that never came leaves a caller in the list whom the line does not know, or in the line one who hung up
    long ago. The first is adopted with the wait that Twilio tells; the second is finished, but only when Twilio's own
    record of the call says that it is over: callers on the air or hearing the greeting are in no queue. A caller that
    lives and stays in no queue, while the leg that dials their queue asks for nothing, is connected with it.
    """

    def __init__(
        self,
        line: Line,
        board: Board,
        store: Store,
        phone: Phone,
        clock: Clock,
        *,
        upkeep: Iterable[Callable[[], None]] = (),
        watch: Watch | None = None,
        seconds_between_requests: float = SECONDS_BETWEEN_REQUESTS,
        listener_number: str = "",
    ) -> None:
        """`upkeep` is what else one instance at a time does every so often. Each may raise StoreError.

        `watch` is shown Twilio's list of live calls before any of them is adopted.
        """
        self._upkeep = tuple(upkeep)
        self._watch = watch
        self._line = line
        self._board = board
        self._store = store
        self._phone = phone
        self._clock = clock
        self._seconds_between_requests = seconds_between_requests
        self._lease = Lease(store, clock, LEASE, LEASE_SECONDS)
        self._lost_calls = LostCalls(line, phone, self._lease, self._pause)
        self._bridges = Bridges(line, store, clock, listener_number)
        self._wanted = threading.Event()
        self._stopped = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def soon(self) -> None:
        """Asks for a sweep and returns at once. The sweeps' own thread makes it, if the last is long enough ago."""
        if self._thread is None:
            with self._starting:
                if self._thread is None:
                    thread = threading.Thread(target=self._run, name="sweep", daemon=True)
                    thread.start()  # RuntimeError where the system has no thread to give: the next request tries again
                    self._thread = thread
        self._wanted.set()

    def stop(self) -> None:
        """Ends the thread; waits for the request that it may be in."""
        self._stopped.set()
        self._wanted.set()
        if self._thread is not None:
            self._thread.join()

    def run_if_due(self, *, at_start: bool = False) -> None:
        """One sweep, if it is for this instance to make one.

        It is while it has the lease; and while it tells of a trouble, or has not read Twilio yet, until it has: a lease
        may be that of a process that is dead, and a trouble that nobody looks into again would be told for ever.
        """
        if self._watch:
            self._watch.log_refused()
        has_lease = self._lease.take()
        # After a start the lease may be the dead process's: still look for callers that were on the air meanwhile.
        if has_lease or self._bridges.is_unsure or not self._board.is_twilio_read():
            self.run_once(at_start=at_start)
        elif self._clock() - (self._board.reading().good_at or 0.0) > SECONDS_UNTIL_PROBED:
            self._probe()
        if self._lease.is_held:
            self._keep_up()
        elif self._watch and not at_start:  # at the start the last word may be that of the process before this one
            self._follow(self._watch)

    def run_once(self, *, at_start: bool = False) -> bool:
        """One sweep, now. What goes wrong is told to the board, which shows it. Whether all went well.

        At the start nothing is on its way: whatever webhooks were, they were lost with the process before this one.
        """
        if at_start:
            self._bridges.begin()
        try:
            self._line.put_right()
            in_progress = self._mend(0.0 if at_start else SECONDS_TO_SETTLE)
            self._line.send_on()
            self._end_dead_legs(in_progress)
            self._line.point_fallback()
        except PhoneError as error:
            self._board.twilio_was_read(problem=str(error), permanent=error.permanent)
            return False
        except StoreError as error:
            log.warning("The sweep stopped: %s", error)
            return False
        except LostLeaseError:
            log.warning("The sweep stopped: another instance makes one.")
            return False
        self._board.twilio_was_read()
        return True

    def _run(self) -> None:
        at_start = True
        self._stopped.wait(SECONDS_BEFORE_THE_FIRST)
        while True:
            self._wanted.wait()
            if self._stopped.is_set():
                return
            self._wanted.clear()
            try:
                self.run_if_due(at_start=at_start)
            except Exception:  # the thread must outlive whatever one sweep met
                log.exception("A sweep failed")
            at_start = False
            if self._bridges.is_unsure:
                self._wanted.set()
            self._stopped.wait(SECONDS_BETWEEN_LOOKS if self._bridges.is_unsure else SECONDS_BETWEEN_SWEEPS)

    def _probe(self) -> None:
        """Finds out whether Twilio can be read from here, and changes nothing: `/health` of this instance tells it."""
        try:
            self._phone.live_calls()
        except PhoneError as error:
            self._board.twilio_was_read(problem=str(error), permanent=error.permanent)
        else:
            self._board.twilio_was_read()

    def _keep_up(self) -> None:
        """What does not wait for Twilio: it is done while Twilio fails, too."""
        for work in self._upkeep:
            try:
                self._lease.keep()
                work()
            except StoreError as error:
                log.warning("The upkeep stopped: %s", error)
            except LostLeaseError:
                return

    def _follow(self, watch: Watch) -> None:
        try:
            watch.follow()
        except StoreError as error:
            log.warning("What another instance says of missed calls could not be read: %s", error)

    def _mend(self, seconds_to_settle: float) -> dict[str, CallState]:
        """Mends the line; answers Twilio's list of live calls, by CallSid."""
        began_at = self._clock()
        known = {call.call_sid: call for call in self._board.live_calls()}
        queues = {WAITING_QUEUE, READY_QUEUE, AIR_QUEUE} | {call.queue for call in known.values()}
        queued = {member.call_sid: (queue, member) for queue in sorted(queues) for member in self._members(queue)}
        settled_before = began_at - seconds_to_settle
        queued_before = began_at - SECONDS_IN_A_QUEUE if seconds_to_settle else math.inf
        strangers = [
            (call_sid, queue, member)
            for call_sid, (queue, member) in queued.items()
            if self._is_news(known.get(call_sid), queue, member, settled_before, queued_before)
        ]
        missing = [
            call for call_sid, call in known.items() if call_sid not in queued and call.changed_at <= settled_before
        ]
        in_progress = self._phone.live_calls()
        self._pause()
        if self._watch:
            self._watch.look(in_progress, queued, lambda call_sid: call_sid in known or self._is_known(call_sid))
        desk = self._store.desk(AIR_DESK)
        leg_lives = desk.leg in in_progress
        had = desk.on_air not in queued and desk.on_air in in_progress
        went_on = self._bridges.is_back and leg_lives and outage.went_on(desk, has_caller=had)
        for call_sid, queue, member in strangers:
            if state := in_progress.get(call_sid):
                self._line.found(
                    call_sid, state.number, queue, member.enqueued_at, began_at, leg_lives=leg_lives, went_on=went_on
                )
        self._lost_calls.finish([one for one in missing if one.call_sid not in in_progress])
        unknown = {sid: state for sid, state in in_progress.items() if sid not in queued and sid not in known}
        self._bridges.look(began_at, [one for one in missing if one.call_sid in in_progress], unknown)
        return in_progress

    def _members(self, queue: str) -> list[Member]:
        try:
            members = self._phone.members(queue)
        except PhoneError as error:
            if not (error.permanent and is_screen_queue(queue)):
                raise
            members = []  # a screener's queue is made when it is needed, and may not be there
        self._pause()
        return members

    def _is_news(
        self, call: Call | None, queue: str, member: Member, settled_before: float, queued_before: float
    ) -> bool:
        """Whether Twilio has the call where the line does not, and for so long that no webhook will tell."""
        if call is None:
            call = self._line.known(member.call_sid)
        elif is_where(call, queue, member.enqueued_at):
            return False
        return call is None or (call.changed_at <= settled_before and member.enqueued_at <= queued_before)

    def _is_known(self, call_sid: str) -> bool:
        """Whether the store knows a live call that is in nobody's line: a leg of the studio, or a call that ended."""
        desks = (self._store.desk(AIR_DESK), *self._board.screeners())
        is_leg = any(call_sid in (desk.leg, desk.rival, *desk.gone) for desk in desks)
        return is_leg or self._line.known(call_sid) is not None

    def _end_dead_legs(self, in_progress: dict[str, CallState]) -> None:
        """A leg of the studio whose end was never reported holds the desk, and the callers who came back to it."""
        for desk in (self._store.desk(AIR_DESK), *self._board.screeners()):
            for leg in filter(None, (desk.leg, desk.rival)):
                if leg in in_progress:
                    continue
                state = self._phone.call(leg)
                self._pause()
                if state is None or state.over:
                    self._line.leg_ended(desk.name, leg)

    def _pause(self) -> None:
        """After each request: Twilio is not asked too much at once, and the lease lasts as long as the sweep."""
        self._stopped.wait(self._seconds_between_requests)
        self._lease.keep()
