"""Reconciles the line with Twilio's lists every 20 seconds, in one instance of the app at a time."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Iterable

from callin.contracts import CallControl, Clock, PhoneError, Store, StoreError
from callin.line import Calls, Desks
from callin.live import Board
from callin.missed_calls import MissedCallDetector
from callin.twilio.bridges import NO_NUMBERS, Bridges, Numbers
from callin.twilio.comparison import Comparison

SECONDS_BEFORE_THE_FIRST = 0.3
"""The first run loads Twilio's client, which takes as long as the rest of a start: requests are answered first."""

SECONDS_BETWEEN_RUNS = 20.0
"""Each makes four requests, one more while somebody is on the air, and one while the station takes messages. A call
whose webhooks were lost, or trouble at Twilio, is noticed this soon."""

SECONDS_UNTIL_PROBED = 50.0
"""An instance without the lease asks Twilio for one list when its own last reading is older than this."""

SECONDS_BETWEEN_QUICK_RUNS = 1.5
"""While it is not known who went on the air when the app was dead."""

SECONDS_UNTIL_RETRIED = 3.0
"""After a start, while Twilio's lists could not be read yet: only they have the callers that rang meanwhile."""

QUICK_RETRIES = 12
"""After this many, Twilio is down for longer, and is asked at the usual interval."""

SECONDS_BETWEEN_REQUESTS = 0.05
LEASE = "sweep"
"""The name that every version since the first has used, so that two versions never reconcile at the same time."""

LEASE_SECONDS = SECONDS_BETWEEN_RUNS * 1.5
"""A run that takes longer renews its lease, so that no other instance begins one meanwhile."""

log = logging.getLogger(__name__)


class LostLeaseError(Exception):
    """The lease could not be renewed: another instance may have it by now."""


class Lease:
    """This instance's hold on the lease. It is used by one thread."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._holder = secrets.token_hex(8)
        self._taken_at: float | None = None

    @property
    def is_held(self) -> bool:
        """Whether this instance had it when it last asked."""
        return self._taken_at is not None

    def acquire(self) -> bool:
        """Takes the lease if it is free, over or its own. Whether this instance has it; False while the store fails."""
        now = self._clock()
        try:
            has_it = self._store.acquire_lease(LEASE, self._holder, now, LEASE_SECONDS)
        except StoreError as error:
            log.warning("The lease could not be read: %s", error)
            has_it = False
        self._taken_at = now if has_it else None
        return has_it

    def keep(self) -> None:
        """Renews the lease, if held, once a third of its time is over. LostLeaseError if another instance has it."""
        if self._taken_at is None or self._clock() - self._taken_at < LEASE_SECONDS / 3:
            return
        if not self.acquire():
            raise LostLeaseError


class Reconciler:
    """Runs the comparisons, on a thread of its own, in the instance that has the lease."""

    def __init__(
        self,
        calls: Calls,
        desks: Desks,
        board: Board,
        store: Store,
        control: CallControl,
        clock: Clock,
        *,
        upkeep: Iterable[Callable[[], None]] = (),
        detector: MissedCallDetector | None = None,
        seconds_between_requests: float = SECONDS_BETWEEN_REQUESTS,
        numbers: Numbers = NO_NUMBERS,
    ) -> None:
        """`upkeep` holds further periodic jobs of the instance with the lease. Each may raise StoreError.

        `detector` is shown Twilio's list of live calls before any of them is adopted.
        """
        self._upkeep = tuple(upkeep)
        self._detector = detector
        self._desks = desks
        self._board = board
        self._control = control
        self._clock = clock
        self._seconds_between_requests = seconds_between_requests
        self._lease = Lease(store, clock)
        self._bridges = Bridges(board, store, control, clock, numbers)
        self._made_at = clock()
        self._quick_retries = 0
        keep = self._lease.keep
        self._comparison = Comparison(
            calls, desks, board, store, control, clock, self._bridges, detector, pause=self._pause, keep_lease=keep
        )
        self._wanted = threading.Event()
        self._stopped = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def soon(self) -> None:
        """Asks for a run and returns at once. The thread runs it unless the last run was just now."""
        if self._thread is None:
            with self._starting:
                if self._thread is None:
                    thread = threading.Thread(target=self._run, name="reconcile", daemon=True)
                    thread.start()  # RuntimeError if the system cannot start a thread: the next request tries again
                    self._thread = thread
        self._wanted.set()

    def stop(self) -> None:
        """Ends the thread; waits for the request that it may be in."""
        self._stopped.set()
        self._wanted.set()
        if self._thread is not None:
            self._thread.join()

    def run_if_due(self, *, at_start: bool = False) -> None:
        """One run, if this instance has the lease, shows a problem of Twilio's, or has not read Twilio yet.

        The lease may be that of a dead process, and a problem that no instance looks into would be shown for ever.
        """
        if self._detector:
            self._detector.log_refused()
        has_lease = self._lease.acquire()
        # After a start the dead process may hold the lease: look for callers that went on the air in between.
        if has_lease or self._bridges.is_unsure or not self._board.cache.is_twilio_read():
            self.run_once(at_start=at_start)
        elif self._clock() - (self._board.cache.twilio_status().good_at or 0.0) > SECONDS_UNTIL_PROBED:
            self._probe()
        if self._lease.is_held:
            self._run_upkeep()
        elif self._detector and not at_start:  # at the start the stored word may be that of the process before this one
            self._read_report(self._detector)

    def run_once(self, *, at_start: bool = False) -> bool:
        """One run, now. The board shows what goes wrong. True if all went well.

        The first run is a moment after the start: this process may have answered webhooks meanwhile, and they count.
        """
        if at_start:
            self._bridges.begin(self._made_at)
        try:
            self._desks.mend_desks()
            self._comparison.run(has_lease=self._lease.is_held)
        except PhoneError as error:
            self._board.cache.twilio_was_read(problem=str(error), permanent=error.permanent)
            return False
        except StoreError as error:
            log.warning("Reconciling stopped: %s", error)
            return False
        except LostLeaseError:
            log.warning("Reconciling stopped: another instance does it.")
            return False
        self._board.cache.twilio_was_read()
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
            except Exception:  # the thread outlives any error
                log.exception("Reconciling failed")
            at_start = False
            if self._bridges.is_unsure:
                self._wanted.set()
            self._stopped.wait(self._seconds_until_next())

    def _seconds_until_next(self) -> float:
        if self._bridges.is_unsure:
            return SECONDS_BETWEEN_QUICK_RUNS
        twilio = self._board.cache.twilio_status()
        if twilio.good_at is None and not twilio.permanent and self._quick_retries < QUICK_RETRIES:
            self._quick_retries += 1
            return SECONDS_UNTIL_RETRIED
        return SECONDS_BETWEEN_RUNS

    def _probe(self) -> None:
        """Finds out whether Twilio can be read from this instance, for its `/health`. Changes nothing."""
        try:
            self._control.live_calls()
        except PhoneError as error:
            self._board.cache.twilio_was_read(problem=str(error), permanent=error.permanent)
        else:
            self._board.cache.twilio_was_read()

    def _run_upkeep(self) -> None:
        """Runs what does not need Twilio, also while Twilio fails."""
        for work in self._upkeep:
            try:
                self._lease.keep()
                work()
            except StoreError as error:
                log.warning("The upkeep stopped: %s", error)
            except LostLeaseError:
                return

    def _read_report(self, detector: MissedCallDetector) -> None:
        try:
            detector.read_report()
        except StoreError as error:
            log.warning("Another instance's report of missed calls could not be read: %s", error)

    def _pause(self) -> None:
        """After each request: Twilio is not asked too much at once, and the lease lasts as long as the run."""
        self._stopped.wait(self._seconds_between_requests)
        self._lease.keep()
