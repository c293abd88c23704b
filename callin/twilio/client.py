"""Twilio's client, with a timeout and one kind of error, and an account that it reads and changes.

`twilio.rest` takes 100 ms and 34 MB to load, so it is imported only when the first client is made.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from callin.contracts import PhoneError

if TYPE_CHECKING:
    from twilio.rest import Client

TIMEOUT_SECONDS = 3.0
"""For connecting and for each silence while reading. Twilio waits 15 s for our answer to a webhook."""

PAGE_SIZE = 1000
"""The most that Twilio lists at once: https://www.twilio.com/docs/voice/api/member-resource"""

BAD_REQUEST = 400
NOT_FOUND = 404
TOO_MANY_REQUESTS = 429
CALL_IS_OVER = 21220
"""Twilio's code for a call that is not in progress: https://www.twilio.com/docs/api/errors/21220"""


class TwilioError(PhoneError):
    """A failed request, with Twilio's HTTP status and error code; 0 if Twilio did not answer."""

    def __init__(self, sentence: str, *, permanent: bool, status: int = 0, code: int = 0) -> None:
        super().__init__(sentence, permanent=permanent)
        self.status = status
        self.code = code


class TwilioAccess(Struct, frozen=True):
    """The account, and the address of its API, empty for Twilio's own."""

    account_sid: str
    auth_token: str
    api_url: str = ""

    def __repr__(self) -> str:
        return f"TwilioAccess({self.account_sid!r})"  # without the token


def make_client(access: TwilioAccess, timeout_seconds: float) -> Client:
    """Twilio's client for this account, with a timeout, which it does not have by default."""
    from twilio.http.http_client import TwilioHttpClient
    from twilio.rest import Client

    http = TwilioHttpClient(timeout=timeout_seconds)
    # Otherwise it would read credentials, region and edge from the environment of the process.
    client = Client(
        access.account_sid, access.auth_token, http_client=http, environment={"TWILIO_ACCOUNT_SID": access.account_sid}
    )
    if access.api_url:
        client.api.base_url = access.api_url
        if http.session is not None:
            http.session.trust_env = False  # a stand-in runs on this machine: use no proxy
    return client


@contextmanager
def translated(task: str) -> Iterator[None]:
    """Turns all that Twilio's client raises into TwilioError: reads, lists and networks fail in different ways."""
    import requests
    from twilio.base.exceptions import TwilioException, TwilioRestException

    try:
        yield
    except TwilioRestException as error:
        raise _refused(task, error.status, error.code or 0, str(error.msg)) from error
    except TwilioException as error:
        # A list's plain exception has Twilio's answer only as its second argument.
        status = getattr(error.args[1], "status_code", 0) if len(error.args) > 1 else 0
        raise _refused(task, int(status), 0, "") from error
    except requests.Timeout as error:
        raise TwilioError(f"Twilio took too long to {task}.", permanent=False) from error
    except requests.RequestException as error:
        raise TwilioError(f"Twilio could not be reached to {task}.", permanent=False) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise TwilioError(f"Twilio sent an unreadable answer to a request to {task}.", permanent=False) from error


def _refused(task: str, status: int, code: int, message: str) -> TwilioError:
    if status == 401:
        sentence = "Twilio refused the account SID and auth token: check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN."
    elif status == TOO_MANY_REQUESTS:
        sentence = f"Twilio had too many requests at once and did not {task}."
    elif status >= 500 or not status:
        sentence = f"Twilio had an internal error and could not {task}."
    else:
        sentence = f"Twilio refused to {task}: {message or f'HTTP {status}'}".rstrip(".") + "."
    permanent = 400 <= status < 500 and status != TOO_MANY_REQUESTS
    return TwilioError(sentence, permanent=permanent, status=status, code=code)


SETUP_TIMEOUT_SECONDS = 10.0
"""Setting up may take longer than a request during a show."""

POINTING = (
    "voice_url",
    "voice_method",
    "voice_fallback_url",
    "voice_fallback_method",
    "status_callback",
    "status_callback_method",
)


class Resource(Struct, frozen=True):
    """A queue, application or number: its SID, its name, and its properties as text, empty if Twilio has none."""

    sid: str
    name: str
    properties: Mapping[str, str]
    has_voice: bool = True
    label: str = ""
    """The name that people gave a number."""


class AccountKind(Struct, frozen=True):
    """Whether an account is a trial, and whether it is active, suspended or closed."""

    is_trial: bool
    status: str


class NewKey(Struct, frozen=True):
    sid: str
    secret: str


class TwilioAccount:
    """The account. Every method raises TwilioError if Twilio refuses or cannot be reached."""

    def __init__(self, access: TwilioAccess, timeout_seconds: float = SETUP_TIMEOUT_SECONDS) -> None:
        self._access = access
        self._timeout_seconds = timeout_seconds

    @functools.cached_property
    def _client(self) -> Any:
        # Made on first use: Twilio's client takes as long to load as the rest of the app.
        return make_client(self._access, self._timeout_seconds)

    @property
    def _api(self) -> Any:
        return self._client.api.account

    def kind(self) -> AccountKind:
        """The account's kind. TwilioError also if the SID and the token do not belong together."""
        with translated("look up the account"):
            account = self._client.api.accounts(self._access.account_sid).fetch()
            return AccountKind(str(account.type) == "Trial", str(account.status))

    def clock(self) -> float | None:
        """Twilio's time, in seconds since 1970; None if its answer has none."""
        with translated("read its clock"):
            told = self._get_queues().headers.get("Date")
            return parsedate_to_datetime(told).timestamp() if told else None

    # Keys

    def create_key(self, name: str) -> NewKey:
        """Makes a standard API key. Twilio shows its secret only this once."""
        with translated("make an API key"):
            made = self._api.new_keys.create(friendly_name=name)
            return NewKey(str(made.sid), str(made.secret))

    def has_key(self, sid: str) -> bool:
        return self._is_there("look up the API key", self._api.keys(sid).fetch)

    def delete_key(self, sid: str) -> None:
        with translated("delete the API key"):
            self._api.keys(sid).delete()

    def key_opens(self, sid: str, secret: str) -> bool:
        """Whether Twilio accepts the key with this secret for the account."""
        with translated("sign in with the API key"):
            return bool(self._get_queues((sid, secret)).ok)

    # Queues

    def queues(self) -> dict[str, Resource]:
        """All queues by name, with `max_size`."""
        with translated("list the queues"):
            listed = self._api.queues.list(page_size=PAGE_SIZE)
        return {str(queue.friendly_name): _resource(queue, "max_size") for queue in listed}

    def create_queue(self, name: str, max_size: int) -> str:
        """Makes a queue and returns its SID."""
        with translated("create a queue"):
            return str(self._api.queues.create(friendly_name=name, max_size=max_size).sid)

    def update_queue(self, sid: str, max_size: int) -> None:
        with translated("change a queue"):
            self._api.queues(sid).update(max_size=max_size)

    def delete_queue(self, sid: str) -> None:
        """Deletes a queue. TwilioError if somebody waits in it."""
        with translated("delete a queue"):
            self._api.queues(sid).delete()

    # Applications

    def application(self, sid: str) -> Resource | None:
        """The application, or None if the account has none of that SID."""
        try:
            with translated("look up the application"):
                return _resource(self._api.applications(sid).fetch(), *POINTING)
        except TwilioError as error:
            if error.status == NOT_FOUND:
                return None
            raise

    def application_named(self, name: str) -> Resource | None:
        with translated("list the applications"):
            applications = self._api.applications.list(friendly_name=name, page_size=PAGE_SIZE)
        return _first(_resource(found, *POINTING) for found in applications if found.friendly_name == name)

    def create_application(self, name: str, properties: Mapping[str, str]) -> str:
        """Makes an application and returns its SID."""
        with translated("create the application"):
            return str(self._api.applications.create(friendly_name=name, **properties).sid)

    def update_application(self, sid: str, properties: Mapping[str, str]) -> None:
        with translated("change the application"):
            self._api.applications(sid).update(**properties)

    def delete_application(self, sid: str) -> None:
        with translated("delete the application"):
            self._api.applications(sid).delete()

    # Numbers

    def numbers(self) -> list[Resource]:
        """All phone numbers (E.164), as `name`."""
        with translated("list the phone numbers"):
            return [_number(found) for found in self._api.incoming_phone_numbers.list(page_size=PAGE_SIZE)]

    def number(self, number: str) -> Resource | None:
        """The account's phone number (E.164)."""
        with translated("list the phone numbers"):
            numbers = self._api.incoming_phone_numbers.list(phone_number=number, page_size=PAGE_SIZE)
        return _first(_number(found) for found in numbers if found.phone_number == number)

    def update_number(self, sid: str, properties: Mapping[str, str]) -> None:
        with translated("change a phone number"):
            self._api.incoming_phone_numbers(sid).update(**properties)

    def _get_queues(self, credentials: tuple[str, str] | None = None) -> Any:
        url = f"{self._client.api.base_url}/2010-04-01/Accounts/{self._access.account_sid}/Queues.json"
        return self._client.request("GET", url, {"PageSize": 1}, auth=credentials)

    def _is_there(self, task: str, fetch: Any) -> bool:
        try:
            with translated(task):
                fetch()
        except TwilioError as error:
            if error.status == NOT_FOUND:
                return False
            raise
        return True


def _first(resources: Iterable[Resource]) -> Resource | None:
    return next(iter(resources), None)


def _number(found: Any) -> Resource:
    pointing = _resource(found, *POINTING, "voice_application_sid", "trunk_sid")
    has_voice = bool((found.capabilities or {}).get("voice"))
    return Resource(pointing.sid, str(found.phone_number), pointing.properties, has_voice, pointing.name)


def _resource(found: Any, *names: str) -> Resource:
    return Resource(str(found.sid), str(found.friendly_name), {name: _as_text(getattr(found, name)) for name in names})


def _as_text(value: object) -> str:
    return "" if value is None else str(value)
