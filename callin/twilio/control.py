"""Call control by Twilio's REST API: one request for each action on a call, a leg or a queue."""

from __future__ import annotations

import contextlib
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from callin import twiml
from callin.model import AIR_DESK, Call, CallState, Member
from callin.rules import screening
from callin.twilio.client import (
    BAD_REQUEST,
    CALL_IS_OVER,
    NOT_FOUND,
    PAGE_SIZE,
    TIMEOUT_SECONDS,
    TwilioAccess,
    TwilioError,
    make_client,
    translated,
)
from callin.twilio.pointing import FOR_LISTENERS, FOR_READY, Fallbacks, in_language
from callin.twiml import Links

if TYPE_CHECKING:
    from collections.abc import Callable

    from twilio.rest import Client

    from callin.words import SpokenWords


class TwilioCallControl:
    """`callin.contracts.CallControl` over Twilio's REST API. Safe to use from many threads.

    No request is tried twice: only the code that asked knows whether that does no harm.
    """

    def __init__(
        self,
        access: TwilioAccess,
        links: Links,
        fallbacks: Fallbacks,
        words: Callable[[], SpokenWords],
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self._links = links
        self._fallbacks = fallbacks
        self._words = words
        self._access = access
        self._timeout_seconds = timeout_seconds
        self._lock = threading.Lock()
        self._client: Client | None = None
        self._queue_sids: dict[str, str] = {}

    def members(self, queue_name: str) -> list[Member]:
        """The calls in a queue, in Twilio's order. PhoneError, also if there is no such queue."""
        sid = self._queue_sid(queue_name)
        try:
            with translated("list the callers in line"):
                listed = self.client().api.account.queues(sid).members.list(page_size=PAGE_SIZE)
                return [Member(str(m.call_sid), m.date_enqueued.timestamp(), int(m.wait_time)) for m in listed]
        except TwilioError as error:
            if error.status == NOT_FOUND:
                # The queue was deleted, and perhaps made again: look it up next time.
                self._queue_sids.pop(self._links.names.queue(queue_name), None)
            raise

    def call_state(self, call_sid: str) -> CallState | None:
        """A call as Twilio has it, or None when the account has no such call."""
        try:
            with translated("look up a call"):
                found = self.client().api.account.calls(call_sid).fetch()
                return self._state(found)
        except TwilioError as error:
            if error.status == NOT_FOUND:
                return None
            raise

    def live_calls(self) -> dict[str, CallState]:
        """Every call in progress, by CallSid: one request for each thousand.

        https://www.twilio.com/docs/voice/api/call-resource#read-multiple-call-resources
        """
        with translated("list the calls"):
            listed = self.client().api.account.calls.list(status="in-progress", page_size=PAGE_SIZE)
            return {str(c.sid): self._state(c) for c in listed}

    def ended_calls(self, since: float) -> dict[str, CallState]:
        """The last thousand calls that were answered and ended on the day of `since` or later, by CallSid: one request.

        Twilio documents days for EndTime, in UTC, and no finer limit.
        """
        day = datetime.fromtimestamp(since, UTC).date().isoformat()
        with translated("list the calls that ended"):
            listed = self.client().api.account.calls.list(
                status="completed", end_time_after=day, limit=PAGE_SIZE, page_size=PAGE_SIZE
            )
            return {str(c.sid): CallState(str(c.status), self._caller(c)) for c in listed}

    def dequeue(self, call: Call, n: int) -> bool:
        """Takes a waiting call out of its queue, to document `n`. False if it is no longer there.

        Only the first request succeeds: https://www.twilio.com/docs/voice/api/member-resource
        """
        sid = self._queue_sid(call.queue)
        try:
            with translated("move a caller"):
                member = self.client().api.account.queues(sid).members(call.call_sid)
                member.update(url=document_url(self._links, n), method="POST")
        except TwilioError as error:
            if error.status in (BAD_REQUEST, NOT_FOUND):
                return False
            raise
        return True

    def redirect(self, call: Call, n: int) -> bool:
        """Sends a live call to document `n`. From now on its fallback is the file for the queue where it belongs.

        https://www.twilio.com/docs/voice/api/call-resource#update-a-call-resource
        """
        fallback = {
            "fallback_url": self._links.file(in_language(fallback_of(call), self._words().voice.language)),
            "fallback_method": "GET",
        }
        url = document_url(self._links, n)
        return self._update(call.call_sid, "move a call", url=url, method="POST", **fallback)

    def thank(self, call_sid: str) -> bool:
        """Ends a call with thanks, whatever it is doing. False if it was over."""
        return self._update(call_sid, "end a call", twiml=twiml.thanks(self._words()))

    def end_leg(self, leg: str) -> bool:
        """Ends a leg of the studio. False if it was over."""
        return self._update(leg, "end a call", status="completed")

    def wake(self, leg: str, turn: int, desk: str = AIR_DESK) -> bool:
        """Has an air desk's leg ask what to do. False if it is over."""
        url = woken_url(self._links, "/twiml/dequeue", turn, twiml.line_named(desk))
        return self._update(leg, "move a call", url=url, method="POST")

    def wake_screener(self, leg: str, turn: int) -> bool:
        """Has the leg of a screener's desk ask what to do. False if it is over."""
        return self._update(leg, "move a call", url=woken_url(self._links, "/twiml/screen", turn), method="POST")

    def point_fallback(self, *, screened: bool) -> None:
        """Points the studio's fallback at the file for this show, the others at the station's language. PhoneError."""
        self._fallbacks.point_studio(screened=screened)
        with contextlib.suppress(TwilioError):  # the next comparison with Twilio does it again
            self._fallbacks.speak(self._words().voice.language)

    def make_queue(self, queue_name: str) -> None:
        """Makes a queue. If there is one of that name Twilio refuses, which does no harm.

        https://www.twilio.com/docs/voice/api/queue-resource#create-a-queue-resource
        """
        try:
            with translated("make a queue"):
                self.client().api.account.queues.create(friendly_name=self._links.names.queue(queue_name))
        except TwilioError as error:
            if error.status != BAD_REQUEST:
                raise

    def remove_queue(self, queue_name: str) -> bool:
        """Removes a queue, if there is one. False, and the queue stays, if somebody waits there.

        https://www.twilio.com/docs/voice/api/queue-resource#delete-a-queue-resource
        """
        try:
            sid = self._queue_sid(queue_name)
            with translated("remove a queue"):
                self.client().api.account.queues(sid).delete()
        except TwilioError as error:
            if error.status == BAD_REQUEST:
                return False
            is_gone = error.status == NOT_FOUND or (error.permanent and not error.status)
            if not is_gone:
                raise
        self._queue_sids.pop(self._links.names.queue(queue_name), None)
        return True

    def _update(self, call_sid: str, task: str, **values: str) -> bool:
        try:
            with translated(task):
                self.client().api.account.calls(call_sid).update(**values)
        except TwilioError as error:
            if error.code == CALL_IS_OVER or error.status == NOT_FOUND:
                return False
            raise
        return True

    def _queue_sid(self, name: str) -> str:
        # Twilio's API has no filter by name: read the list once and keep it.
        name = self._links.names.queue(name)
        if name not in self._queue_sids:
            with translated("list the queues"):
                listed = self.client().api.account.queues.list(page_size=PAGE_SIZE)
            self._queue_sids.update({str(q.friendly_name): str(q.sid) for q in listed})
        if name not in self._queue_sids:
            raise TwilioError(f"Twilio has no queue {name}: run python -m callin.setup.", permanent=True)
        return self._queue_sids[name]

    def _state(self, call: Any) -> CallState:
        started_at = call.start_time.timestamp() if call.start_time else 0.0
        return CallState(str(call.status), self._caller(call), str(call.to or ""), started_at)

    def _caller(self, call: Any) -> str:
        return self._links.names.caller(str(_from(call) or ""))

    def client(self) -> Client:
        """Twilio's own client, made on first use. Warming up calls this."""
        with self._lock:
            if self._client is None:
                self._client = make_client(self._access, self._timeout_seconds)
            return self._client


def document_url(links: Links, n: int) -> str:
    """The address that Twilio asks what follows for a call, as its document number `n`."""
    return links.to("/dequeue-logic", {"n": n})


def woken_url(links: Links, path: str, turn: int, line: str | None = None) -> str:
    """The address of a desk's document for a leg that a REST request moves on from this turn."""
    return links.to_desk(path, {"line": line, "turn": turn, "woken": 1})


def fallback_of(call: Call) -> str:
    """The file that a redirected call hears if the app is dead: it leads to the queue where the call belongs."""
    return FOR_READY if screening.is_or_will_be_ready(call) else FOR_LISTENERS


def _from(call: Any) -> object:
    return call._from  # noqa: SLF001 - the client's only name for it, because "from" is a keyword
