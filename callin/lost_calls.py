"""Calls that the line has and no list of Twilio's live ones: finishes those that are over, with few requests."""

from __future__ import annotations

from collections.abc import Callable

from callin.contracts import Phone
from callin.lease import Lease
from callin.line import Line
from callin.model import Call, CallState, Outcome

DOUBTFUL_AT_MOST, DOUBTFUL_WITHOUT_LEASE = 50, 10
"""So many calls that are in no list of Twilio's are asked for one by one in a sweep; the next sweep does the rest."""


class LostCalls:
    """Twilio lists the calls that ended of late; a call that is not in that list either is asked for by itself."""

    def __init__(self, line: Line, phone: Phone, lease: Lease, pause: Callable[[], None]) -> None:
        """`pause` is called after each request."""
        self._line = line
        self._phone = phone
        self._lease = lease
        self._pause = pause
        self._asked_for: frozenset[str] = frozenset()
        """The calls that were asked for one by one the last time: others come before them."""

    def finish(self, missing: list[Call]) -> None:
        """Finishes those of the calls that are over by Twilio's own record of them."""
        ended: dict[str, CallState] = {}
        if len(missing) > 1:
            ended = self._phone.ended_calls(min(call.changed_at for call in missing))
            self._pause()
        for call in missing:
            if state := ended.get(call.call_sid):
                self._line.call_status(call.call_sid, state.status)
                self._lease.keep()
        doubtful = [call for call in missing if call.call_sid not in ended]
        doubtful.sort(key=lambda call: call.call_sid in self._asked_for)
        del doubtful[DOUBTFUL_AT_MOST if self._lease.is_held else DOUBTFUL_WITHOUT_LEASE :]
        self._asked_for = frozenset(call.call_sid for call in doubtful)
        for call in doubtful:
            self._finish_if_over(call)

    def _finish_if_over(self, call: Call) -> None:
        state = self._phone.call(call.call_sid)
        self._pause()
        if state is None:
            self._line.end(call.call_sid, Outcome.LOST)
        elif state.over:
            self._line.call_status(call.call_sid, state.status)
