"""Compares Twilio's list of live calls with the webhooks that came, and tells the desks of calls that brought none."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Mapping

from callin.contracts import Clock, Store
from callin.model import CallState, MissedCall, MissedCalls
from callin.rules import missed
from callin.webhooks.requests import WebhookLog

SECONDS_GOOD = 25.0
"""A little longer than from sweep to sweep: so long the other instances believe what one has written."""

KEY = "missed"

log = logging.getLogger(__name__)


class Watch:
    """Looks at each list that the sweep has read. `tell` puts what desks are to be told onto their board.

    One instance at a time sweeps. It writes down what it found, and the others read that, so that every desk is told.
    """

    def __init__(
        self,
        webhooks: WebhookLog,
        store: Store,
        clock: Clock,
        numbers: Iterable[str],
        public_url: str,
        tell: Callable[[MissedCalls], None],
    ) -> None:
        self._webhooks = webhooks
        self._store = store
        self._clock = clock
        self._numbers = frozenset(filter(None, numbers))
        self._public_url = public_url
        self._tell = tell
        self._first_look_at: float | None = None
        self._first_listed: dict[str, float] = {}
        self._missed: tuple[MissedCall, ...] = ()
        self._told = MissedCalls()

    def look(
        self, live: Mapping[str, CallState], queued: Collection[str], is_known: Callable[[str], bool]
    ) -> MissedCalls:
        """Looks at the account's live calls. `queued` are those in our queues; `is_known` says what the store knows.

        Call it before the sweep adopts anybody: afterwards the store knows them all. StoreError when it cannot be read.
        """
        now = self._clock()
        if self._first_look_at is None:
            self._first_look_at = now
        ours = {
            call_sid: state
            for call_sid, state in live.items()
            if call_sid in queued or missed.is_ours(state.number, state.to, self._numbers)
        }
        listed = [self._listed(call_sid, state, call_sid in queued, is_known, now) for call_sid, state in ours.items()]
        reached_at = self._webhooks.reached_at()
        for call in listed:
            if call.is_known and call.call_sid not in self._first_listed and now > self._first_look_at:
                reached_at[call.way] = now
        self._first_listed = {call.call_sid: call.first_listed_at for call in listed}
        self._missed = missed.missed_calls(self._missed, listed, reached_at, self._first_look_at, now)
        return self._say(missed.summary(self._missed, self._public_url, now))

    def log_refused(self) -> None:
        """Logs what was refused since the last line, if it is time: nothing may follow that would."""
        self._webhooks.log_if_due()

    def follow(self) -> None:
        """Tells what the instance that sweeps has written, on one that does not. StoreError when it cannot be read."""
        self._missed = ()
        written = self._store.record(MissedCalls, KEY)
        is_good = written is not None and 0 <= self._clock() - written.at <= SECONDS_GOOD
        self._told = written if written is not None and is_good else MissedCalls()
        self._tell(self._told)

    def _listed(
        self, call_sid: str, state: CallState, is_queued: bool, is_known: Callable[[str], bool], now: float
    ) -> missed.Listed:
        refused = self._webhooks.last_refused(call_sid)
        return missed.Listed(
            call_sid,
            missed.way_of(state.number, state.to),
            self._first_listed.get(call_sid, now),
            is_queued,
            self._webhooks.is_accepted(call_sid) or is_known(call_sid),
            refused.refusal if refused else None,
            refused.address if refused else "",
        )

    def _say(self, found: MissedCalls) -> MissedCalls:
        before, self._told = self._told, found
        self._tell(found)
        if found.count != before.count or found.cause != before.cause:
            if found.count:
                calls = "1 call" if found.count == 1 else f"{found.count} calls"
                log.error("%s did not reach this app. %s", calls, found.cause)
            else:
                log.info("Calls reach this app again.")
        if found.count or before.count:
            self._store.change_record(MissedCalls, KEY, lambda _: found if found.count else None)
        return found
