"""The sweep: compares the line with Twilio's list of who is queued, and mends the line where they differ."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

from callin.contracts import Phone, PhoneError, StoreError
from callin.line import Clock, Line
from callin.model import AIR_QUEUE, WAITING_QUEUE, Call, Member, Outcome
from callin.rules import ENDED_STATUSES

SECONDS_BETWEEN_SWEEPS = 10.0
SECONDS_BETWEEN_REQUESTS = 1.0
SECONDS_TO_SETTLE = 20.0
"""A call that changed this recently may be on its way to or from a queue: its webhooks know better than a list."""

log = logging.getLogger(__name__)


class Sweep:
    """The one reader of Twilio's member list. It asks at most one REST request a second, however many watch.

    A webhook that never came leaves a caller in the list whom the line does not know, or in the line one who hung up
    long ago. The first is adopted with the wait that Twilio tells; the second is finished, but only when Twilio's own
    record of the call says that it is over: callers on the air or hearing the greeting are in no list.
    """

    def __init__(
        self,
        line: Line,
        phone: Phone,
        clock: Clock,
        *,
        seconds_between_requests: float = SECONDS_BETWEEN_REQUESTS,
    ) -> None:
        self._line = line
        self._phone = phone
        self._clock = clock
        self._seconds_between_requests = seconds_between_requests
        self._wanted = threading.Event()
        self._stopped = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def soon(self) -> None:
        """Asks for a sweep and returns at once. The sweeps' own thread makes it, if the last is long enough ago."""
        if self._thread is None:
            with self._starting:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="sweep", daemon=True)
                    self._thread.start()
        self._wanted.set()

    def stop(self) -> None:
        """Ends the thread; waits for the request that it may be in."""
        self._stopped.set()
        self._wanted.set()
        if self._thread is not None:
            self._thread.join()

    def run_once(self) -> None:
        """One sweep, now. What goes wrong is told to the line, which shows it."""
        try:
            self._mend()
        except PhoneError as error:
            self._line.twilio_was_read(problem=str(error))
        except StoreError as error:
            log.warning("The sweep stopped: %s", error)
        else:
            self._line.twilio_was_read()

    def _run(self) -> None:
        while True:
            self._wanted.wait()
            if self._stopped.is_set():
                return
            self._wanted.clear()
            try:
                self.run_once()
            except Exception:  # the thread must outlive whatever one sweep met
                log.exception("A sweep failed")
            self._stopped.wait(SECONDS_BETWEEN_SWEEPS)

    def _mend(self) -> None:
        began_at = self._clock()
        known = {call.call_sid: call for call in self._line.live_calls()}
        queued = dict(self._queued(known))
        for call_sid, member in queued.items():
            if call_sid not in known:
                self._adopt(member)
        for call in known.values():
            if call.call_sid not in queued and began_at - call.changed_at > SECONDS_TO_SETTLE:
                self._finish_if_over(call)

    def _queued(self, known: dict[str, Call]) -> Iterator[tuple[str, Member]]:
        queues = [WAITING_QUEUE]
        if any(call.queue == AIR_QUEUE for call in known.values()):
            queues.append(AIR_QUEUE)
        for queue in queues:
            for member in self._phone.members(queue):
                yield member.call_sid, member
            self._pause()

    def _adopt(self, member: Member) -> None:
        if self._line.knows(member.call_sid):
            return
        state = self._phone.call(member.call_sid)
        self._pause()
        if state is not None and state.status not in ENDED_STATUSES:
            self._line.adopt(member.call_sid, state.number, member.enqueued_at)

    def _finish_if_over(self, call: Call) -> None:
        state = self._phone.call(call.call_sid)
        self._pause()
        if state is None:
            self._line.end(call.call_sid, Outcome.LOST)
        elif state.status in ENDED_STATUSES:
            self._line.call_status(call.call_sid, state.status)

    def _pause(self) -> None:
        self._stopped.wait(self._seconds_between_requests)
