"""Twilio's REST API as the line needs it: a handful of verbs, a timeout, and one kind of error.

The only module that imports `twilio.rest`, and only on first use: that takes 100 ms and 34 MB.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from callin.contracts import PhoneError
from callin.model import CallState, Member

if TYPE_CHECKING:
    from twilio.rest import Client

TIMEOUT_SECONDS = 3.0
"""For connecting and for each silence while reading. Twilio waits 15 s for us, so nobody may wait longer here."""

PAGE_SIZE = 1000
"""The most members that Twilio lists at once: https://www.twilio.com/docs/voice/api/member-resource"""

BAD_REQUEST = 400
NOT_FOUND = 404
TOO_MANY_REQUESTS = 429
CALL_IS_OVER = 21220
"""Twilio's code for a call that is not in progress: https://www.twilio.com/docs/api/errors/21220"""


class TwilioError(PhoneError):
    """What went wrong, with Twilio's HTTP status and error code where it answered at all, else 0."""

    def __init__(self, sentence: str, *, permanent: bool, status: int = 0, code: int = 0) -> None:
        super().__init__(sentence, permanent=permanent)
        self.status = status
        self.code = code


@dataclass(frozen=True)
class PhoneAccess:
    """The account and where its API is. An empty `api_url` is Twilio's own."""

    account_sid: str
    auth_token: str = field(repr=False)
    api_url: str = ""


class Phone:
    """The verbs. Safe to use from many threads. Nothing is tried twice: only who asked knows if that is harmless."""

    def __init__(self, access: PhoneAccess, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._access = access
        self._timeout_seconds = timeout_seconds
        self._lock = threading.Lock()
        self._client: Client | None = None
        self._queue_sids: dict[str, str] = {}

    def members(self, queue_name: str) -> list[Member]:
        """Who waits in a queue, first come first. PhoneError, also when there is no such queue."""
        sid = self._queue_sid(queue_name)
        try:
            with translated("list the callers in line"):
                listed = self.client().api.account.queues(sid).members.list(page_size=PAGE_SIZE)
                return [Member(str(m.call_sid), m.date_enqueued.timestamp(), int(m.wait_time)) for m in listed]
        except TwilioError as error:
            if error.status == NOT_FOUND:
                self._queue_sids.pop(queue_name, None)  # somebody made the queue anew: look it up next time
            raise

    def call(self, call_sid: str) -> CallState | None:
        """A call as Twilio has it, or None when the account has no such call."""
        try:
            with translated("look up a call"):
                found = self.client().api.account.calls(call_sid).fetch()
                return _state(found)
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
            return {str(c.sid): _state(c) for c in listed}

    def ended_calls(self, since: float) -> dict[str, CallState]:
        """The last thousand calls that were answered and ended on the day of `since` or later, by CallSid: one request.

        Twilio documents days for EndTime, in UTC, and no finer limit.
        """
        day = datetime.fromtimestamp(since, UTC).date().isoformat()
        with translated("list the calls that ended"):
            listed = self.client().api.account.calls.list(
                status="completed", end_time_after=day, limit=PAGE_SIZE, page_size=PAGE_SIZE
            )
            return {str(c.sid): CallState(str(c.status), str(_from(c) or "")) for c in listed}

    def take_from_queue(self, queue_name: str, call_sid: str, url: str) -> bool:
        """Takes a waiting call out of a queue, to another document of ours. False when it is there no more.

        Only the first who asks succeeds: https://www.twilio.com/docs/voice/api/member-resource
        """
        sid = self._queue_sid(queue_name)
        try:
            with translated("move a caller"):
                self.client().api.account.queues(sid).members(call_sid).update(url=url, method="POST")
        except TwilioError as error:
            if error.status in (BAD_REQUEST, NOT_FOUND):
                return False
            raise
        return True

    def make_queue(self, queue_name: str) -> None:
        """Makes a queue; Twilio refuses where there is one of that name, which is as well.

        https://www.twilio.com/docs/voice/api/queue-resource#create-a-queue-resource
        """
        try:
            with translated("make a queue"):
                self.client().api.account.queues.create(friendly_name=queue_name)
        except TwilioError as error:
            if error.status != BAD_REQUEST:
                raise

    def remove_queue(self, queue_name: str) -> bool:
        """Removes a queue. False when somebody waits there, and then it stays; one that is not there is gone.

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
        self._queue_sids.pop(queue_name, None)
        return True

    def end(self, call_sid: str, twiml: str | None = None) -> bool:
        """Ends a call, after the last document if there is one. False when it was over already."""
        if twiml is not None:
            return self._update(call_sid, "end a call", twiml=twiml)
        return self._update(call_sid, "end a call", status="completed")

    def redirect(self, call_sid: str, url: str, fallback_url: str = "") -> bool:
        """Sends a live call to another document of ours. False when it was over already.

        `fallback_url` is a file to which this call goes from now on, when we do not answer.
        https://www.twilio.com/docs/voice/api/call-resource#update-a-call-resource
        """
        fallback = {"fallback_url": fallback_url, "fallback_method": "GET"} if fallback_url else {}
        return self._update(call_sid, "move a call", url=url, method="POST", **fallback)

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
        # No filter by name in Twilio's API: look through the list once and keep what it says.
        if name not in self._queue_sids:
            with translated("list the queues"):
                listed = self.client().api.account.queues.list(page_size=PAGE_SIZE)
            self._queue_sids.update({str(q.friendly_name): str(q.sid) for q in listed})
        if name not in self._queue_sids:
            raise TwilioError(f"Twilio has no queue {name}: run python -m callin.setup.", permanent=True)
        return self._queue_sids[name]

    def client(self) -> Client:
        """Twilio's own client, made on first use: also what warming up calls."""
        with self._lock:
            if self._client is None:
                self._client = make_client(self._access, self._timeout_seconds)
            return self._client


def make_client(access: PhoneAccess, timeout_seconds: float) -> Client:
    """Twilio's client for this account, with a timeout (it has none by itself)."""
    from twilio.http.http_client import TwilioHttpClient
    from twilio.rest import Client

    http = TwilioHttpClient(timeout=timeout_seconds)
    # An environment of our own: it would read credentials, region and edge from the process's.
    client = Client(
        access.account_sid, access.auth_token, http_client=http, environment={"TWILIO_ACCOUNT_SID": access.account_sid}
    )
    if access.api_url:
        client.api.base_url = access.api_url
        if http.session is not None:
            http.session.trust_env = False  # a stand-in is on this machine: no proxy stands between
    return client


def _state(call: Any) -> CallState:
    started_at = call.start_time.timestamp() if call.start_time else 0.0
    return CallState(str(call.status), str(_from(call) or ""), str(call.to or ""), started_at)


def _from(call: Any) -> object:
    # Twilio's client has no other name for it: "from" is a word of the language.
    return call._from  # noqa: SLF001


@contextmanager
def translated(task: str) -> Iterator[None]:
    """Turns whatever Twilio's client raises into TwilioError: reads, lists and networks fail in different ways."""
    import requests
    from twilio.base.exceptions import TwilioException, TwilioRestException

    try:
        yield
    except TwilioRestException as error:
        raise _refused(task, error.status, error.code or 0, str(error.msg)) from error
    except TwilioException as error:
        # A list's plain exception has Twilio's answer as its second argument, and says nothing of it otherwise.
        status = getattr(error.args[1], "status_code", 0) if len(error.args) > 1 else 0
        raise _refused(task, int(status), 0, "") from error
    except requests.Timeout as error:
        raise TwilioError(f"Twilio took too long to {task}.", permanent=False) from error
    except requests.RequestException as error:
        raise TwilioError(f"Twilio could not be reached to {task}.", permanent=False) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise TwilioError(f"Twilio answered something unreadable when asked to {task}.", permanent=False) from error


def _refused(task: str, status: int, code: int, message: str) -> TwilioError:
    if status == 401:
        sentence = "Twilio refused the account SID and auth token: check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN."
    elif status == TOO_MANY_REQUESTS:
        sentence = f"Twilio was asked too much at once to {task}."
    elif status >= 500 or not status:
        sentence = f"Twilio has a problem of its own and could not {task}."
    else:
        sentence = f"Twilio refused to {task}: {message or f'HTTP {status}'}".rstrip(".") + "."
    permanent = 400 <= status < 500 and status != TOO_MANY_REQUESTS
    return TwilioError(sentence, permanent=permanent, status=status, code=code)
