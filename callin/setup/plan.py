"""What has to change in the account: found by reading only, and shown before anything is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct, field

from callin.config import Settings
from callin.model import AIR_QUEUE, HELD_QUEUE, MOST_CALLERS, QUEUES, READY_QUEUE, WAITING_QUEUE
from callin.twilio.client import Resource, TwilioAccount
from callin.twilio.pointing import (
    APPLICATIONS,
    DJ_NUMBER,
    LISTENER_NUMBER,
    Application,
    Pointing,
    elsewhere,
    missing_fallbacks,
)
from callin.twiml import Links
from callin.words import LANGUAGES, voice_named

KEY_NAME = "Radio Call-In"
FILES, KEY, QUEUE, APPLICATION, NUMBER = "files", "key", "queue", "application", "number"

PURPOSES = {
    WAITING_QUEUE: "where callers wait",
    READY_QUEUE: "for callers that a screener has made ready",
    HELD_QUEUE: "for callers on hold",
    AIR_QUEUE: "for the caller that is about to go on the air",
}

LABELS = {
    "max_size": "size",
    "voice_url": "address",
    "voice_method": "method of the address",
    "voice_fallback_url": "fallback",
    "voice_fallback_method": "method of the fallback",
    "status_callback": "address for ended calls",
    "status_callback_method": "method for ended calls",
    "voice_application_sid": "application, which would win over the address",
    "trunk_sid": "SIP trunk, which would win over the address",
}
"""What an admin calls the properties of a number or an application."""


class Change(Struct, frozen=True):
    """One thing to be made, if `sid` is empty, or to be changed from `before` to `after`.

    `setting` gets the SID of what is made. `taken_from` says what gets the calls now, if it is another app.
    """

    kind: str
    title: str
    name: str = ""
    sid: str = ""
    before: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)
    setting: str = ""
    taken_from: str = ""

    def lines(self) -> Iterator[str]:
        """What it does, in words."""
        yield self.title + (":" if self.sid and self.after else ": will be made")
        yield from (f"    {difference}" for difference in self.differences())

    def differences(self) -> list[str]:
        """What is changed of a thing that exists, in words; empty for one that is to be made."""
        found = [
            f"{LABELS[name]}: {self.before.get(name) or 'none'} → {value or 'none'}"
            for name, value in (self.after.items() if self.sid else ())
        ]
        if self.taken_from:
            found.append(f"Its calls now go to {self.taken_from}, which will no longer get them.")
        return found


class Plan(Struct, frozen=True):
    """The changes, the numbers' last. `known` are the settings that an application already in the account gives."""

    changes: tuple[Change, ...]
    known: Mapping[str, str]
    problems: tuple[str, ...]

    @property
    def taken(self) -> list[Change]:
        """The changes that take calls away from another app."""
        return [change for change in self.changes if change.taken_from]


class Planner:
    """Reads the account. TwilioError if that fails."""

    def __init__(
        self, settings: Settings, account: TwilioAccount, links: Links, *, makes_key: bool, language: str = ""
    ) -> None:
        """`language` is the one in which fallbacks must speak. By default any will do: the app chooses later."""
        self._settings = settings
        self._account = account
        self._links = links
        self._makes_key = makes_key
        in_file = voice_named(settings.station_voice).language
        self._languages = [language] if language else sorted(LANGUAGES, key=lambda one: one != in_file)
        self._known: dict[str, str] = {}
        self.problems: list[str] = []
        """What no change can fix, in sentences."""

    def plan(self) -> Plan:
        changes = [*self.files(), *self.key(), *self.queues(), *self.applications(), *self.numbers()]
        return Plan(tuple(changes), self._known, tuple(self.problems))

    def applications(self) -> list[Change]:
        return [change for application in APPLICATIONS for change in self._application(application)]

    def numbers(self) -> list[Change]:
        listeners, djs = self._settings.twilio_listener_number, self._settings.twilio_dj_number
        return [
            *self._number("TWILIO_LISTENER_NUMBER", listeners, LISTENER_NUMBER, "which listeners ring"),
            *self._number("TWILIO_DJ_NUMBER", djs, DJ_NUMBER, "which DJs ring"),
        ]

    def files(self) -> list[Change]:
        names = [file.name for file in missing_fallbacks(self._links.names)]
        return [Change(FILES, f"Files {', '.join(names)} in static/twiml")] if names else []

    def key(self) -> list[Change]:
        settings, title = self._settings, self._links.names.title(KEY_NAME)
        sid = settings.twilio_api_key_sid
        if not sid:
            return [Change(KEY, f"API key “{title}”, for browsers' tokens", title)] if self._makes_key else []
        if not self._account.has_key(sid):
            self.problems.append(
                f"TWILIO_API_KEY_SID {sid} is not in this Twilio account. Remove it and TWILIO_API_KEY_SECRET, and a "
                "key is made."
            )
        elif not self._account.key_opens(sid, settings.twilio_api_key_secret):
            self.problems.append(
                "TWILIO_API_KEY_SECRET is not the secret of TWILIO_API_KEY_SID. Remove both, and a key is made."
            )
        return []

    def queues(self) -> Iterator[Change]:
        found = self._account.queues()
        after = {"max_size": str(MOST_CALLERS)}
        for queue in QUEUES:
            name = self._links.names.queue(queue)
            title, there = f"Queue {name}, {PURPOSES[queue]}", found.get(name)
            if there is None:
                yield Change(QUEUE, title, name, after=after)
            elif there.properties != after:
                yield Change(QUEUE, title, name, there.sid, there.properties, after)

    def _application(self, wanted: Application) -> Iterator[Change]:
        name = self._links.names.title(wanted.name)
        title, sid = f"Application “{name}”, {wanted.purpose}", str(getattr(self._settings, wanted.setting.lower()))
        found = self._account.application(sid) if sid else self._account.application_named(name)
        if sid and found is None:
            self.problems.append(
                f"{wanted.setting} {sid} is not in this Twilio account. Remove the setting, and one is made."
            )
            return
        if found is not None and not sid:
            self._known[wanted.setting] = found.sid
        if after := wanted.pointing.differing(found, self._links, self._languages):
            yield self._change(APPLICATION, title, name, found, after, wanted.setting)

    def _number(self, setting: str, number: str, pointing: Pointing, purpose: str) -> Iterator[Change]:
        found = self._account.number(number)
        if found is None:
            self.problems.append(
                f"{setting} {number} is not in this Twilio account. Buy it in Twilio's console, or correct the setting."
            )
        elif not found.has_voice:
            self.problems.append(
                f"{setting} {number} carries no calls. Buy a number with Voice in Twilio's console, and set that."
            )
        elif after := pointing.differing(found, self._links, self._languages):
            yield self._change(NUMBER, f"Number {number}, {purpose}", number, found, after)

    def _change(
        self, kind: str, title: str, name: str, found: Resource | None, after: dict[str, str], setting: str = ""
    ) -> Change:
        if found is None:
            return Change(kind, title, name, after=after, setting=setting)
        before = {name: found.properties.get(name, "") for name in after}
        taken_from = elsewhere(found.properties, self._links.public_url)
        return Change(kind, title, name, found.sid, before, after, taken_from=taken_from)
