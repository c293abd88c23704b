"""Calls that did not reach the app: in Twilio's list, without a request that was accepted; and the refused requests."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TypeVar

from msgspec import Struct

from callin.contracts import Clock, Store
from callin.model import CallState, MissedCall, MissedCalls, Refusal
from callin.rules import missed

MOST_ACCEPTED = 10_000
MOST_REFUSED = 2_000
"""How many calls are remembered. A flood of forged requests pushes real ones out; their causes are then less exact."""

SECONDS_BETWEEN_LINES = 60.0
"""The shortest time between two lines in the log about refused requests."""

SECONDS_SHARED = 25.0
"""How long the other instances believe a report: a little longer than the time between two comparisons."""

KEY = "missed"

REASONS = {
    Refusal.MISSING: "it had no signature",
    Refusal.MALFORMED: "its signature was malformed",
    Refusal.NOT_OURS: "its signature was not made with our auth token for our address",
    Refusal.OTHER_ADDRESS: "Twilio signed it for an address other than PUBLIC_URL",
    Refusal.WEBHOOK_RULE: "this account signs another way (Webhook Rule)",
}

_CALL_SID = re.compile(r"CA[0-9a-f]{32}")
_UNPRINTABLE = re.compile(r"[^!-~]")
MOST_CHARACTERS = 200

T = TypeVar("T")

log = logging.getLogger(__name__)


class RefusedRequest(Struct, frozen=True):
    """A request without a valid signature: its address without the query, and what was wrong."""

    method: str
    address: str
    refusal: Refusal
    call_sid: str


class WebhookLog:
    """Remembers this instance's requests. Thread-safe.

    Anybody can send requests without a signature, so the log gets the first at once, then a line a minute at most.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._accepted: dict[str, None] = {}  # by CallSid, oldest first; so is the next
        self._refused: dict[str, RefusedRequest] = {}
        self._reached_at: dict[str, float] = {}
        self._count = 0
        self._logged_count = 0
        self._logged_at: float | None = None
        self._last: RefusedRequest | None = None

    @property
    def refused_count(self) -> int:
        """How many requests have been refused since the start."""
        with self._lock:
            return self._count

    def accepted(self, call_sid: str) -> None:
        """Notes that a request about this call had Twilio's signature."""
        with self._lock:
            if call_sid not in self._accepted:
                _put(self._accepted, call_sid, None, MOST_ACCEPTED)

    def is_accepted(self, call_sid: str) -> bool:
        with self._lock:
            return call_sid in self._accepted

    def reached(self, rung_number: str) -> None:
        """Notes that a new call has reached the app by the number that was rung, empty for a browser's."""
        with self._lock:
            self._reached_at[rung_number] = self._clock()

    def reached_at(self) -> dict[str, float]:
        """When the last new call reached the app, for each number that was rung."""
        with self._lock:
            return dict(self._reached_at)

    def refused(self, request: RefusedRequest) -> None:
        """Notes a request without a valid signature."""
        with self._lock:
            self._count += 1
            self._last = request
            if _CALL_SID.fullmatch(request.call_sid):
                self._refused.pop(request.call_sid, None)
                _put(self._refused, request.call_sid, request, MOST_REFUSED)
        self.log_if_due()

    def last_refused(self, call_sid: str) -> RefusedRequest | None:
        """The last refused request that named this call."""
        with self._lock:
            return self._refused.get(call_sid)

    def log_if_due(self) -> None:
        """Logs what was refused since the last line, at most once a minute."""
        now = self._clock()
        with self._lock:
            new, total, last = self._count - self._logged_count, self._count, self._last
            is_soon = self._logged_at is not None and 0 <= now - self._logged_at < SECONDS_BETWEEN_LINES
            if last is None or not new or is_soon:
                return
            self._logged_count, self._logged_at = self._count, now
        log.warning(
            "Refused %d request%s without Twilio's signature, %d since the start. The last: %s %s; %s.",
            new,
            "" if new == 1 else "s",
            total,
            last.method,
            _UNPRINTABLE.sub("?", last.address)[:MOST_CHARACTERS],
            REASONS[last.refusal],
            extra={"call_sid": last.call_sid} if _CALL_SID.fullmatch(last.call_sid) else None,
        )


def _put(kept: dict[str, T], key: str, value: T, at_most: int) -> None:
    kept[key] = value
    if len(kept) > at_most:
        del kept[next(iter(kept))]


class MissedCallDetector:
    """Compares Twilio's list of live calls with the requests that came. `on_change` receives what the desks show.

    One instance at a time compares. It stores its report, and the others read it for their own desks.
    """

    def __init__(
        self,
        webhooks: WebhookLog,
        store: Store,
        clock: Clock,
        numbers: Iterable[str],
        public_url: str,
        on_change: Callable[[MissedCalls], None],
    ) -> None:
        self._webhooks = webhooks
        self._store = store
        self._clock = clock
        self._numbers = frozenset(filter(None, numbers))
        self._public_url = public_url
        self._on_change = on_change
        self._first_read_at: float | None = None
        self._first_listed: dict[str, float] = {}
        self._missed: tuple[MissedCall, ...] = ()
        self._reported = MissedCalls()

    def compare(
        self, live: Mapping[str, CallState], queued: Collection[str], is_known: Callable[[str], bool]
    ) -> MissedCalls:
        """Reports missed calls. `queued` are the calls in our queues; `is_known` says whether the store knows a call.

        Call it before unknown calls are adopted: afterwards the store knows them all. StoreError if it cannot be read.
        """
        now = self._clock()
        if self._first_read_at is None:
            self._first_read_at = now
        ours = {
            call_sid: state
            for call_sid, state in live.items()
            if call_sid in queued or missed.is_ours(state.number, state.to, self._numbers)
        }
        listed = [self._listed(call_sid, state, call_sid in queued, is_known, now) for call_sid, state in ours.items()]
        reached_at = self._webhooks.reached_at()
        for call in listed:
            if call.is_known and call.call_sid not in self._first_listed and now > self._first_read_at:
                reached_at[call.rung_number] = now
        self._first_listed = {call.call_sid: call.first_listed_at for call in listed}
        self._missed = missed.missed_calls(self._missed, listed, reached_at, self._first_read_at, now)
        return self._report(missed.summary(self._missed, self._public_url, now))

    def log_refused(self) -> None:
        """Logs refused requests if it is time, even if no other request follows."""
        self._webhooks.log_if_due()

    def read_report(self) -> None:
        """Takes over the report of the instance that compares. StoreError if it cannot be read."""
        self._missed = ()
        stored = self._store.record(MissedCalls, KEY)
        is_fresh = stored is not None and 0 <= self._clock() - stored.at <= SECONDS_SHARED
        self._reported = stored if stored is not None and is_fresh else MissedCalls()
        self._on_change(self._reported)

    def _listed(
        self, call_sid: str, state: CallState, is_queued: bool, is_known: Callable[[str], bool], now: float
    ) -> missed.Listed:
        refused = self._webhooks.last_refused(call_sid)
        return missed.Listed(
            call_sid,
            missed.rung_number_of(state.number, state.to),
            self._first_listed.get(call_sid, now),
            is_queued,
            self._webhooks.is_accepted(call_sid) or is_known(call_sid),
            refused.refusal if refused else None,
            refused.address if refused else "",
        )

    def _report(self, found: MissedCalls) -> MissedCalls:
        before, self._reported = self._reported, found
        self._on_change(found)
        if found.count != before.count or found.cause != before.cause:
            if found.count:
                calls = "1 call" if found.count == 1 else f"{found.count} calls"
                log.error("%s did not reach this app. %s", calls, found.cause)
            else:
                log.info("Calls reach this app again.")
        if found.count or before.count:
            self._store.change_record(MissedCalls, KEY, lambda _: found if found.count else None)
        return found
