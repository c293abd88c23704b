"""What setting up needs of a Twilio account: its queues, applications and numbers, found, made and changed.

The verbs of a show are in `phone`, whose client and errors this shares.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from callin.phone import NOT_FOUND, PAGE_SIZE, PhoneAccess, TwilioError, make_client, translated

TIMEOUT_SECONDS = 10.0
"""Nobody is on the line while an account is set up."""

_POINTING = (
    "voice_url",
    "voice_method",
    "voice_fallback_url",
    "voice_fallback_method",
    "status_callback",
    "status_callback_method",
)


@dataclass(frozen=True)
class Resource:
    """One thing in the account: its SID, and its properties as text, empty where Twilio has none."""

    sid: str
    properties: Mapping[str, str]


class Account:
    """The account. Every method raises TwilioError when Twilio refuses or cannot be reached."""

    def __init__(self, access: PhoneAccess, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._access = access
        self._timeout_seconds = timeout_seconds

    @functools.cached_property
    def _api(self) -> Any:
        # Made on first use: Twilio's client takes as long to load as the rest of the app.
        return make_client(self._access, self._timeout_seconds).api.account

    def queue(self, name: str) -> Resource | None:
        """The queue of that name, with `max_size`."""
        with translated("list the queues"):
            queues = self._api.queues.list(page_size=PAGE_SIZE)
        return _first(_resource(queue, "max_size") for queue in queues if queue.friendly_name == name)

    def create_queue(self, name: str, max_size: int) -> None:
        with translated("create a queue"):
            self._api.queues.create(friendly_name=name, max_size=max_size)

    def update_queue(self, sid: str, max_size: int) -> None:
        with translated("change a queue"):
            self._api.queues(sid).update(max_size=max_size)

    def application(self, setting: str, sid: str) -> Resource:
        """The application with the SID that this setting names; TwilioError tells when the account has none."""
        try:
            with translated("look up the application"):
                return _resource(self._api.applications(sid).fetch(), *_POINTING)
        except TwilioError as error:
            if error.status == NOT_FOUND:
                raise TwilioError(
                    f"{setting} {sid} is not in this Twilio account: correct it, or leave it out and one is made.",
                    permanent=True,
                    status=NOT_FOUND,
                ) from error
            raise

    def application_named(self, name: str) -> Resource | None:
        with translated("list the applications"):
            applications = self._api.applications.list(friendly_name=name, page_size=PAGE_SIZE)
        return _first(_resource(found, *_POINTING) for found in applications if found.friendly_name == name)

    def create_application(self, name: str, properties: Mapping[str, str]) -> str:
        """Makes an application and answers its SID."""
        with translated("create the application"):
            return str(self._api.applications.create(friendly_name=name, **properties).sid)

    def update_application(self, sid: str, properties: Mapping[str, str]) -> None:
        with translated("change the application"):
            self._api.applications(sid).update(**properties)

    def number(self, number: str) -> Resource | None:
        """The account's phone number (E.164)."""
        with translated("list the phone numbers"):
            numbers = self._api.incoming_phone_numbers.list(phone_number=number, page_size=PAGE_SIZE)
        wanted = (found for found in numbers if found.phone_number == number)
        return _first(_resource(found, *_POINTING, "voice_application_sid", "trunk_sid") for found in wanted)

    def update_number(self, sid: str, properties: Mapping[str, str]) -> None:
        with translated("point a phone number"):
            self._api.incoming_phone_numbers(sid).update(**properties)


def _first(resources: Iterable[Resource]) -> Resource | None:
    return next(iter(resources), None)


def _resource(found: Any, *names: str) -> Resource:
    return Resource(str(found.sid), {name: _as_text(getattr(found, name)) for name in names})


def _as_text(value: object) -> str:
    return "" if value is None else str(value)
