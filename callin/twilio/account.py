"""A Twilio account over REST: reads, makes, changes and deletes its keys, queues, applications and numbers."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from callin.twilio.client import NOT_FOUND, PAGE_SIZE, TwilioAccess, TwilioError, make_client, translated

TIMEOUT_SECONDS = 10.0
"""Setting up may take longer than a request during a show."""

POINTING = (
    "voice_url",
    "voice_method",
    "voice_fallback_url",
    "voice_fallback_method",
    "status_callback",
    "status_callback_method",
)


@dataclass(frozen=True)
class Resource:
    """A queue, application or number: its SID, its name, and its properties as text, empty if Twilio has none."""

    sid: str
    name: str
    properties: Mapping[str, str]
    has_voice: bool = True
    label: str = ""
    """The name that people gave a number."""


@dataclass(frozen=True)
class Kind:
    """Whether an account is a trial, and whether it is active, suspended or closed."""

    is_trial: bool
    status: str


@dataclass(frozen=True)
class NewKey:
    sid: str
    secret: str


class TwilioAccount:
    """The account. Every method raises TwilioError if Twilio refuses or cannot be reached."""

    def __init__(self, access: TwilioAccess, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._access = access
        self._timeout_seconds = timeout_seconds

    @functools.cached_property
    def _client(self) -> Any:
        # Made on first use: Twilio's client takes as long to load as the rest of the app.
        return make_client(self._access, self._timeout_seconds)

    @property
    def _api(self) -> Any:
        return self._client.api.account

    def kind(self) -> Kind:
        """The account's kind and Twilio's clock. TwilioError also if the SID and the token do not belong together."""
        with translated("look up the account"):
            account = self._client.api.accounts(self._access.account_sid).fetch()
            return Kind(str(account.type) == "Trial", str(account.status))

    def clock(self) -> float | None:
        """Twilio's time, in seconds since 1970; None if its answer has none."""
        with translated("read its clock"):
            told = self._get_queues().headers.get("Date")
            return parsedate_to_datetime(told).timestamp() if told else None

    # Keys

    def create_key(self, name: str) -> NewKey:
        """Makes a standard API key. Twilio tells its secret this once."""
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
        """Makes a queue and answers its SID."""
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
        """Makes an application and answers its SID."""
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
