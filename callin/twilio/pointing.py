"""Where a station's numbers and applications send their calls: to this app, and to a static file while it is down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from callin.model import StationNames
from callin.twilio.client import Resource, TwilioAccount
from callin.twiml import Links
from callin.words.voices import LANGUAGES

FOR_LISTENERS = "/static/twiml/fallback.xml"
FOR_READY = "/static/twiml/fallback-ready.xml"
FOR_SCREENERS = "/static/twiml/fallback-screener.xml"
FOR_STUDIO = "/static/twiml/fallback-studio.xml"
FOR_STUDIO_SCREENED = "/static/twiml/fallback-studio-screened.xml"
FALLBACK = "voice_fallback_url"

OVERRIDES = ("voice_application_sid", "trunk_sid")
"""If a number has one of these, Twilio uses it and ignores the number's `voice_url`.
https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource#update-an-incomingphonenumber-resource"""

DEMO_HOST = "demo.twilio.com"
"""Where Twilio points a new number."""


def in_language(path: str, language: str) -> str:
    """The file with that fallback's words in a language.

    >>> in_language(FOR_LISTENERS, "en"), in_language(FOR_LISTENERS, "de"), in_language(FOR_STUDIO, "de")
    ('/static/twiml/fallback.xml', '/static/twiml/fallback.de.xml', '/static/twiml/fallback-studio.xml')
    """
    return path if language == "en" or "studio" in path else path.replace(".xml", f".{language}.xml")


FALLBACKS = (
    *(in_language(path, one) for path in (FOR_LISTENERS, FOR_READY, FOR_SCREENERS) for one in LANGUAGES),
    FOR_STUDIO,
    FOR_STUDIO_SCREENED,
)
"""The path of every fallback document, in every language. The studio's two say nothing."""


class Pointing(Struct, frozen=True):
    """Where an application or a number sends its calls: paths of this app, the default fallback first."""

    voice_path: str
    fallback_paths: tuple[str, ...]

    def differing(self, found: Resource | None, links: Links, languages: Sequence[str]) -> dict[str, str]:
        """The properties that have to change, named as in Twilio's API; all of them if nothing was found.

        A fallback that is one of `fallback_paths` stays: which of the studio's two is right depends on the show. So
        does one in any of `languages`, of which the first is the default: an admin may have changed the language since.
        """
        fallbacks = [links.file(in_language(path, one)) for one in languages for path in self.fallback_paths]
        wanted = {
            "voice_url": links.to(self.voice_path),
            "voice_method": "POST",
            FALLBACK: fallbacks[0],
            "voice_fallback_method": "GET",
            "status_callback": links.to("/twiml/status"),
            "status_callback_method": "POST",
        }
        if found is None:
            return wanted
        if found.properties.get(FALLBACK) in fallbacks:
            del wanted[FALLBACK]
        wanted |= {name: "" for name in OVERRIDES if found.properties.get(name)}
        return {name: value for name, value in wanted.items() if found.properties.get(name, "") != value}


# A new station does not screen, so the first of the two is the default. The app changes it with the show.
STUDIO = (FOR_STUDIO, FOR_STUDIO_SCREENED)
DJ_NUMBER = Pointing("/twiml/dequeue", STUDIO)
LISTENER_NUMBER = Pointing("/twiml/enqueue", (FOR_LISTENERS,))


class Application(Struct, frozen=True):
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


POINTED = (*(application.setting for application in APPLICATIONS), "TWILIO_LISTENER_NUMBER", "TWILIO_DJ_NUMBER")
"""The settings that name what is pointed at this app."""


def elsewhere(properties: Mapping[str, str], public_url: str) -> str:
    """What already gets the calls of a number or an application, in words; empty if it is this app, or nobody."""
    for name, words in (("trunk_sid", "the SIP trunk"), ("voice_application_sid", "the application")):
        if properties.get(name):
            return f"{words} {properties[name]}"
    host, own = (urlsplit(url).netloc for url in (properties.get("voice_url", ""), public_url))
    return "" if host in ("", own, DEMO_HOST) else host


class Fallbacks:
    """Points numbers and applications at the fallback document that fits now. Twilio asks for it if the app dies.

    Only that document then knows whether callers are screened, so each change of that switch is sent to Twilio: before
    screening begins, and after it ends. In between, or if Twilio fails, no unscreened caller goes on the air.
    """

    def __init__(self, account: TwilioAccount, links: Links, settings: Mapping[str, str]) -> None:
        """`settings` are the SIDs of the applications and the two numbers, by the names of the settings."""
        self._account = account
        self._links = links
        self._settings = settings
        self._sent: dict[str, str] = {}
        """The address that this process last sent to Twilio, by the setting's name."""

    def point_studio(self, *, screened: bool) -> None:
        """Points the studio's fallbacks at the document that fits the show. PhoneError."""
        path = FOR_STUDIO_SCREENED if screened else FOR_STUDIO
        self._point({"TWILIO_APP_SID": path, "TWILIO_DJ_NUMBER": path})

    def speak(self, language: str) -> None:
        """Points the fallbacks of listeners and screeners at the documents in a language. PhoneError."""
        of_listeners = in_language(FOR_LISTENERS, language)
        self._point(
            {
                "TWILIO_LISTENER_NUMBER": of_listeners,
                "TWILIO_LISTENER_APP_SID": of_listeners,
                "TWILIO_SCREENER_APP_SID": in_language(FOR_SCREENERS, language),
            }
        )

    def _point(self, paths: Mapping[str, str]) -> None:
        """Points each fallback, unless this process has done so already.

        What points at another app is left alone: a copy of a station may have the settings of the live one.
        """
        for setting, path in paths.items():
            address, name = self._links.file(path), self._settings.get(setting, "")
            if not name or self._sent.get(setting) == address:
                continue
            self._sent.pop(setting, None)
            is_number = setting.endswith("_NUMBER")
            found = self._account.number(name) if is_number else self._account.application(name)
            if found is not None and found.properties.get(FALLBACK) != address and self._is_ours(found):
                update = self._account.update_number if is_number else self._account.update_application
                update(found.sid, {FALLBACK: address})
            self._sent[setting] = address

    def _is_ours(self, found: Resource) -> bool:
        return not elsewhere(found.properties, self._links.public_url)


FOLDER = Path(__file__).resolve().parents[2] / "static" / "twiml"


def fallback_documents(names: StationNames) -> dict[Path, str]:
    """Each fallback document of this station, by its file in static/twiml."""
    firsts = sorted(FOLDER.glob("fallback*.xml"))
    return {
        FOLDER / Path(names.file(f"/{first.name}")).name: names.fallback(first.read_text(encoding="utf-8"))
        for first in firsts
    }


def missing_fallbacks(names: StationNames) -> list[Path]:
    """The files that are not there, or are out of date."""
    return [
        file
        for file, text in fallback_documents(names).items()
        if not file.exists() or file.read_text(encoding="utf-8") != text
    ]


def write_fallbacks(names: StationNames) -> None:
    """Makes the missing files. OSError if the folder cannot be written."""
    texts = fallback_documents(names)
    for file in missing_fallbacks(names):
        file.write_text(texts[file], encoding="utf-8")
        file.chmod(0o644)  # the web server reads it
