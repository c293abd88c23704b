"""A Twilio account's queues, applications and numbers: found, made, and pointed at this app.

A fallback is a static file. Twilio gets it when the app does not answer.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from callin.twilio.client import NOT_FOUND, PAGE_SIZE, TwilioAccess, TwilioError, make_client, translated

TIMEOUT_SECONDS = 10.0
"""Setting up may take longer than a request during a show."""

RETRIES = "#rc=2&rp=all&rt=5000"
"""Asked twice more when a request is lost, each time after 5 s: all within the 15 s that Twilio gives a request.
https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides"""

FOR_LISTENERS = "/static/twiml/fallback.xml"
FOR_READY = "/static/twiml/fallback-ready.xml"
FOR_SCREENERS = "/static/twiml/fallback-screener.xml"
FOR_STUDIO = "/static/twiml/fallback-studio.xml"
FOR_STUDIO_SCREENED = "/static/twiml/fallback-studio-screened.xml"
FALLBACK = "voice_fallback_url"

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
    """A queue, application or number: its SID, and its properties as text, empty if Twilio has none."""

    sid: str
    properties: Mapping[str, str]


class TwilioAccount:
    """The account. Every method raises TwilioError if Twilio refuses or cannot be reached."""

    def __init__(self, access: TwilioAccess, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
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
        """The application with the SID that this setting names. TwilioError if the account has none."""
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
        with translated("change a phone number"):
            self._api.incoming_phone_numbers(sid).update(**properties)


@dataclass(frozen=True)
class Pointing:
    """Where an application or a number sends its calls: paths of this app, the default fallback first."""

    voice_path: str
    fallback_paths: tuple[str, ...]

    def differing(self, found: Resource | None, public_url: str) -> dict[str, str]:
        """The properties that have to change, named as in Twilio's API; all of them if nothing was found.

        A fallback that is one of `fallback_paths` stays: which of the studio's two is right depends on the show.
        """
        wanted = {
            "voice_url": public_url + self.voice_path + RETRIES,
            "voice_method": "POST",
            FALLBACK: public_url + self.fallback_paths[0] + RETRIES,
            "voice_fallback_method": "GET",
            "status_callback": public_url + "/twiml/status" + RETRIES,
            "status_callback_method": "POST",
        }
        if found is None:
            return wanted
        if found.properties.get(FALLBACK) in [public_url + path + RETRIES for path in self.fallback_paths]:
            del wanted[FALLBACK]
        return {name: value for name, value in wanted.items() if found.properties.get(name, "") != value}


# A new station does not screen, so the first of the two is the default. The app changes it with the show.
STUDIO = (FOR_STUDIO, FOR_STUDIO_SCREENED)
DJ_NUMBER = Pointing("/twiml/dequeue", STUDIO)
LISTENER_NUMBER = Pointing("/twiml/enqueue", (FOR_LISTENERS,))
STUDIO_APPLICATION = Pointing("/twiml/client", STUDIO)
LISTENER_APPLICATION = Pointing("/twiml/client", (FOR_LISTENERS,))
SCREENER_APPLICATION = Pointing("/twiml/client", (FOR_SCREENERS,))


class StudioFallback:
    """Points the studio's application and number at the fallback that fits the show.

    If the app dies, only Twilio's fallback knows whether callers are screened, so each change of that switch is sent to
    Twilio: before screening begins, and after it ends. In between, or if Twilio fails, no unscreened caller goes on the
    air.
    """

    def __init__(self, account: TwilioAccount, public_url: str, application_sid: str, dj_number: str) -> None:
        self._account = account
        self._public_url = public_url
        self._application_sid = application_sid
        self._dj_number = dj_number
        self._screened: bool | None = None
        """What this process last sent to Twilio; None before."""

    def point(self, *, screened: bool) -> None:
        """Points both, unless this process has done so already. PhoneError."""
        if self._screened == screened:
            return
        self._screened = None
        wanted = {FALLBACK: self._public_url + (FOR_STUDIO_SCREENED if screened else FOR_STUDIO) + RETRIES}
        self._account.update_application(self._application_sid, wanted)
        number = self._account.number(self._dj_number)
        if number is not None and number.properties.get(FALLBACK) != wanted[FALLBACK]:
            self._account.update_number(number.sid, wanted)
        self._screened = screened


def _first(resources: Iterable[Resource]) -> Resource | None:
    return next(iter(resources), None)


def _resource(found: Any, *names: str) -> Resource:
    return Resource(str(found.sid), {name: _as_text(getattr(found, name)) for name in names})


def _as_text(value: object) -> str:
    return "" if value is None else str(value)
