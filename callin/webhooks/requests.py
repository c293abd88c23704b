"""Keeps which calls Twilio's accepted webhooks were about, and counts and logs the requests that were refused."""

from __future__ import annotations

import logging
import re
import threading
from typing import NamedTuple, TypeVar

from callin.contracts import Clock
from callin.model import Refusal

MOST_ACCEPTED = 10_000
MOST_REFUSED = 2_000
"""Of so many calls it is remembered. A flood of forged requests pushes out real ones: then their cause is told less
exactly."""

SECONDS_BETWEEN_LINES = 60.0

WORDS = {
    Refusal.MISSING: "it had no signature",
    Refusal.MALFORMED: "its signature was malformed",
    Refusal.NOT_OURS: "its signature was not made with our auth token for our address",
    Refusal.OTHER_ADDRESS: "it came from Twilio, signed for another address than PUBLIC_URL's",
    Refusal.WEBHOOK_RULE: "this account signs another way (Webhook Rule)",
}

_CALL_SID = re.compile(r"CA[0-9a-f]{32}")
_UNPRINTABLE = re.compile(r"[^!-~]")
MOST_CHARACTERS = 200

T = TypeVar("T")

log = logging.getLogger(__name__)


class RefusedRequest(NamedTuple):
    """A request without a good signature: the address asked, without its query, and how the signature looked."""

    method: str
    address: str
    refusal: Refusal
    call_sid: str


class WebhookLog:
    """This instance's. Safe to use from many threads.

    Anybody can post without a signature, so refused requests do not get a line each: the first is logged at once, then
    a line a minute at most, with their count.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._accepted: dict[str, None] = {}  # by CallSid, oldest first, as is the next
        self._refused: dict[str, RefusedRequest] = {}
        self._reached_at: dict[str, float] = {}
        self._count = 0
        self._logged_count = 0
        self._logged_at: float | None = None
        self._last: RefusedRequest | None = None

    @property
    def refused_count(self) -> int:
        """How many requests were refused since the start."""
        with self._lock:
            return self._count

    def accepted(self, call_sid: str) -> None:
        """A request about this call had Twilio's signature."""
        with self._lock:
            if call_sid not in self._accepted:
                _put(self._accepted, call_sid, None, MOST_ACCEPTED)

    def is_accepted(self, call_sid: str) -> bool:
        with self._lock:
            return call_sid in self._accepted

    def reached(self, way: str) -> None:
        """A new call by that way has reached the app."""
        with self._lock:
            self._reached_at[way] = self._clock()

    def reached_at(self) -> dict[str, float]:
        """When the last new call reached the app, by its way."""
        with self._lock:
            return dict(self._reached_at)

    def refused(self, request: RefusedRequest) -> None:
        """A request had no good signature."""
        with self._lock:
            self._count += 1
            self._last = request
            if _CALL_SID.fullmatch(request.call_sid):
                self._refused.pop(request.call_sid, None)
                _put(self._refused, request.call_sid, request, MOST_REFUSED)
        self.log_if_due()

    def last_refused(self, call_sid: str) -> RefusedRequest | None:
        """The last refused request that claimed to be about this call."""
        with self._lock:
            return self._refused.get(call_sid)

    def log_if_due(self) -> None:
        """Logs what was refused since the last line, if there is any and that line is a minute old."""
        now = self._clock()
        with self._lock:
            new, total, last = self._count - self._logged_count, self._count, self._last
            is_soon = self._logged_at is not None and 0 <= now - self._logged_at < SECONDS_BETWEEN_LINES
            if last is None or not new or is_soon:
                return
            self._logged_count, self._logged_at = self._count, now
        log.warning(
            "Refused %d request%s for want of Twilio's signature, %d since the start. The last: %s %s; %s.",
            new,
            "" if new == 1 else "s",
            total,
            last.method,
            _UNPRINTABLE.sub("?", last.address)[:MOST_CHARACTERS],
            WORDS[last.refusal],
            extra={"call_sid": last.call_sid} if _CALL_SID.fullmatch(last.call_sid) else None,
        )


def _put(kept: dict[str, T], key: str, value: T, at_most: int) -> None:
    kept[key] = value
    if len(kept) > at_most:
        del kept[next(iter(kept))]
