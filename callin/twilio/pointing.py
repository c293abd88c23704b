"""Where a station's numbers and applications send their calls: to this app, and to a static file while it is down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from callin.model import StationNames
from callin.twilio.client import Resource, TwilioAccount
from callin.twiml import Links

FOR_LISTENERS = "/static/twiml/fallback.xml"
FOR_READY = "/static/twiml/fallback-ready.xml"
FOR_SCREENERS = "/static/twiml/fallback-screener.xml"
FOR_STUDIO = "/static/twiml/fallback-studio.xml"
FOR_STUDIO_SCREENED = "/static/twiml/fallback-studio-screened.xml"
FALLBACKS = (FOR_LISTENERS, FOR_READY, FOR_SCREENERS, FOR_STUDIO, FOR_STUDIO_SCREENED)
FALLBACK = "voice_fallback_url"

WINS = ("voice_application_sid", "trunk_sid")
"""What a number may have that Twilio prefers to its address.
https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource#update-an-incomingphonenumber-resource"""

NOBODYS = "demo.twilio.com"
"""Where Twilio points a new number."""


@dataclass(frozen=True)
class Pointing:
    """Where an application or a number sends its calls: paths of this app, the default fallback first."""

    voice_path: str
    fallback_paths: tuple[str, ...]

    def differing(self, found: Resource | None, links: Links) -> dict[str, str]:
        """The properties that have to change, named as in Twilio's API; all of them if nothing was found.

        A fallback that is one of `fallback_paths` stays: which of the studio's two is right depends on the show.
        """
        wanted = {
            "voice_url": links.to(self.voice_path),
            "voice_method": "POST",
            FALLBACK: links.file(self.fallback_paths[0]),
            "voice_fallback_method": "GET",
            "status_callback": links.to("/twiml/status"),
            "status_callback_method": "POST",
        }
        if found is None:
            return wanted
        if found.properties.get(FALLBACK) in [links.file(path) for path in self.fallback_paths]:
            del wanted[FALLBACK]
        wanted |= {name: "" for name in WINS if found.properties.get(name)}
        return {name: value for name, value in wanted.items() if found.properties.get(name, "") != value}


# A new station does not screen, so the first of the two is the default. The app changes it with the show.
STUDIO = (FOR_STUDIO, FOR_STUDIO_SCREENED)
DJ_NUMBER = Pointing("/twiml/dequeue", STUDIO)
LISTENER_NUMBER = Pointing("/twiml/enqueue", (FOR_LISTENERS,))


@dataclass(frozen=True)
class Application:
    """A TwiML application for one kind of browser. Each kind needs its own, because a fallback is a static file."""

    setting: str
    name: str
    pointing: Pointing
    purpose: str


APPLICATIONS = (
    Application("TWILIO_APP_SID", "Radio Call-In", Pointing("/twiml/client", STUDIO), "for the studio's browsers"),
    Application(
        "TWILIO_LISTENER_APP_SID",
        "Radio Call-In listeners",
        Pointing("/twiml/client", (FOR_LISTENERS,)),
        "for listeners' browsers",
    ),
    Application(
        "TWILIO_SCREENER_APP_SID",
        "Radio Call-In screeners",
        Pointing("/twiml/client", (FOR_SCREENERS,)),
        "for screeners' browsers",
    ),
)


def elsewhere(properties: Mapping[str, str], public_url: str) -> str:
    """What already gets the calls of a number or an application, in words; empty if it is this app, or nobody."""
    for name, words in (("trunk_sid", "the SIP trunk"), ("voice_application_sid", "the application")):
        if properties.get(name):
            return f"{words} {properties[name]}"
    host, own = (urlsplit(url).netloc for url in (properties.get("voice_url", ""), public_url))
    return "" if host in ("", own, NOBODYS) else host


class StudioFallback:
    """Points the studio's application and number at the fallback that fits the show.

    If the app dies, only Twilio's fallback knows whether callers are screened, so each change of that switch is sent to
    Twilio: before screening begins, and after it ends. In between, or if Twilio fails, no unscreened caller goes on the
    air.
    """

    def __init__(self, account: TwilioAccount, links: Links, application_sid: str, dj_number: str) -> None:
        self._account = account
        self._links = links
        self._application_sid = application_sid
        self._dj_number = dj_number
        self._screened: bool | None = None
        """What this process last sent to Twilio; None before."""

    def point(self, *, screened: bool) -> None:
        """Points both, unless this process has done so already. PhoneError.

        What points at another app is left alone: a copy of a station may have the settings of the live one.
        """
        if self._screened == screened:
            return
        self._screened = None
        wanted = {FALLBACK: self._links.file(FOR_STUDIO_SCREENED if screened else FOR_STUDIO)}
        application = self._account.application(self._application_sid)
        if application is None or self._is_ours(application):
            self._account.update_application(self._application_sid, wanted)
        number = self._account.number(self._dj_number)
        if number is not None and number.properties.get(FALLBACK) != wanted[FALLBACK] and self._is_ours(number):
            self._account.update_number(number.sid, wanted)
        self._screened = screened

    def _is_ours(self, found: Resource) -> bool:
        return not elsewhere(found.properties, self._links.public_url)


FOLDER = Path(__file__).resolve().parents[2] / "static" / "twiml"


def fallback_documents(names: StationNames, folder: Path = FOLDER) -> dict[Path, str]:
    """Each document of this station by its file."""
    firsts = sorted(folder.glob("fallback*.xml"))
    return {
        folder / Path(names.file(f"/{first.name}")).name: names.fallback(first.read_text(encoding="utf-8"))
        for first in firsts
    }


def missing_fallbacks(names: StationNames, folder: Path = FOLDER) -> list[Path]:
    """The files that are not there, or are out of date."""
    return [
        file
        for file, text in fallback_documents(names, folder).items()
        if not file.exists() or file.read_text(encoding="utf-8") != text
    ]


def write_fallbacks(names: StationNames, folder: Path = FOLDER) -> None:
    """Makes the missing files. OSError if the folder cannot be written."""
    texts = fallback_documents(names, folder)
    for file in missing_fallbacks(names, folder):
        file.write_text(texts[file], encoding="utf-8")
        file.chmod(0o644)  # the web server reads it
