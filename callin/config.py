"""The settings: one table of names, kinds, defaults and secrets, read from the environment and checked all at once.

This is the only module that reads the environment. Whoever needs a setting is handed it.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urlsplit

MIN_SESSION_KEY_CHARACTERS = 32
MOST_HELD_POLLS = 1000
SHORTEST_PIN, LONGEST_PIN = 4, 10
MOST_DAYS = 36500
LONGEST_CALL_SECONDS = 14400  # a call of Twilio's ends after four hours, whatever is set

_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_HOST = re.compile(r"[A-Za-z0-9.\-]+(:[0-9]{1,5})?")


class ConfigError(Exception):
    """The settings are unusable. `problems` has a sentence for each, and never a secret's value."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(f"- {problem}" for problem in problems))
        self.problems = problems


@dataclass(frozen=True)
class Settings:
    """Every setting, checked. `repr` leaves the secrets out."""

    twilio_account_sid: str
    twilio_auth_token: str = field(repr=False)
    twilio_api_key_sid: str
    twilio_api_key_secret: str = field(repr=False)
    twilio_app_sid: str
    twilio_listener_number: str
    twilio_dj_number: str
    dj_phones: tuple[str, ...]
    dj_pin: str = field(repr=False)
    public_url: str
    store: str
    session_key: str = field(repr=False)
    twilio_api_url: str
    twilio_signaling_host: str
    desk_sound: str
    call_warning_seconds: int
    call_limit_seconds: int
    station_name: str
    blocked_callers_hear: str
    retention_days: int
    port: int
    held_polls: int
    google_cloud_project: str
    firestore_emulator_host: str
    gae_env: str

    @property
    def sqlite_path(self) -> str:
        """The file that STORE names: what follows `sqlite:///`, as it stands."""
        return self.store.removeprefix("sqlite:///")

    @property
    def is_rehearsal(self) -> bool:
        """Whether all of this happens on one machine, without Twilio: what rehearsal-only things ask."""
        return is_loopback(self.twilio_api_url) and is_loopback(self.public_url) and not self.gae_env


def is_loopback(url: str) -> bool:
    """Whether a URL's host is this machine itself."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


# Each kind takes the text and answers the value, or raises ValueError with the end of the sentence "NAME …".


def _text(text: str) -> str:
    return text


def _sid(prefix: str) -> Callable[[str], str]:
    pattern = re.compile(prefix + "[0-9a-fA-F]{32}")

    def check(text: str) -> str:
        if not pattern.fullmatch(text):
            raise ValueError(f"must be {prefix} and 32 hexadecimal digits")
        return text

    return check


def _number(text: str) -> str:
    if not _NUMBER.fullmatch(text):
        raise ValueError("must be a phone number in the form +442079460100")
    return text


def _numbers(text: str) -> tuple[str, ...]:
    return tuple(_number(part.strip()) for part in text.split(",") if part.strip())


def _pin(text: str) -> str:
    if not text.isascii() or not text.isdigit() or not SHORTEST_PIN <= len(text) <= LONGEST_PIN:
        raise ValueError(f"must be {SHORTEST_PIN} to {LONGEST_PIN} digits")
    return text


def _url(text: str) -> str:
    try:
        parts = urlsplit(text)
        usable = bool(parts.hostname) and parts.port != 0 and parts.username is None
    except ValueError:
        usable = False
    if not usable or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError("must be an address such as https://example.org, with nothing after the host")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(text)):
        raise ValueError("must begin with https:// (http:// only where the host is this machine)")
    return text.rstrip("/")


def _host(text: str) -> str:
    if not _HOST.fullmatch(text):
        raise ValueError("must be a host, with :port if need be, such as 127.0.0.1:9100")
    return text


def _store(text: str) -> str:
    if text == "firestore:" or (text.startswith("sqlite:///") and text != "sqlite:///"):
        return text
    raise ValueError("must be sqlite:///path or firestore:")


def _session_key(text: str) -> str:
    if len(text) < MIN_SESSION_KEY_CHARACTERS:
        raise ValueError(f"must have at least {MIN_SESSION_KEY_CHARACTERS} characters")
    return text


def _sound(text: str) -> str:
    if text not in ("headset", "studio"):
        raise ValueError("must be headset or studio")
    return text


def _heard(text: str) -> str:
    if text not in ("busy", "words"):
        raise ValueError("must be busy or words")
    return text


def _days(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > MOST_DAYS:
        raise ValueError(f"must be a number of days from 0 to {MOST_DAYS}")
    return int(text)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise ValueError("must be a port, 1 to 65535")
    return int(text)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= MOST_HELD_POLLS:
        raise ValueError(f"must be a number from 1 to {MOST_HELD_POLLS}")
    return int(text)


def _seconds(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > LONGEST_CALL_SECONDS:
        raise ValueError(f"must be a number of seconds from 0 to {LONGEST_CALL_SECONDS}")
    return int(text)


REQUIRED = None
"""The default of a setting that has none."""


class Setting(NamedTuple):
    """One row of the table. `setup_can_do_without`: `python -m callin.setup` runs before there is a value."""

    name: str
    kind: Callable[[str], object]
    default: str | None
    is_secret: bool
    help: str
    setup_can_do_without: bool = False


SETTINGS = (
    Setting("TWILIO_ACCOUNT_SID", _sid("AC"), REQUIRED, False, "The account, from Twilio's console."),
    Setting("TWILIO_AUTH_TOKEN", _text, REQUIRED, True, "The account's auth token: it signs what Twilio asks of us."),
    Setting("TWILIO_API_KEY_SID", _sid("SK"), "", False, "A standard API key for browser tokens (recommended)."),
    Setting("TWILIO_API_KEY_SECRET", _text, "", True, "That key's secret."),
    Setting(
        "TWILIO_APP_SID",
        _sid("AP"),
        REQUIRED,
        False,
        "The TwiML application; `python -m callin.setup` prints it.",
        True,
    ),
    Setting("TWILIO_LISTENER_NUMBER", _number, REQUIRED, False, "The number that listeners ring."),
    Setting("TWILIO_DJ_NUMBER", _number, REQUIRED, False, "The number that a DJ rings to run the show by keypad."),
    Setting("DJ_PHONES", _numbers, "", False, "Numbers that may run the show, separated by commas."),
    Setting("DJ_PIN", _pin, "", True, "4 to 10 digits, which each call from one of DJ_PHONES keys first."),
    Setting(
        "PUBLIC_URL", _url, REQUIRED, False, "This app's canonical https address: signatures are checked against it."
    ),
    Setting("STORE", _store, REQUIRED, False, "Where calls are kept: sqlite:///path or firestore:.", True),
    Setting("SESSION_KEY", _session_key, REQUIRED, True, "At least 32 random characters: it signs cookies.", True),
    Setting("TWILIO_API_URL", _url, "", False, "Where Twilio's REST API is; empty for the real one."),
    Setting("TWILIO_SIGNALING_HOST", _host, "", False, "Where browsers signal; empty for the real Twilio."),
    Setting(
        "DESK_SOUND",
        _sound,
        "headset",
        False,
        "headset, or studio: no echo cancellation, noise suppression or gain control.",
    ),
    Setting(
        "CALL_WARNING_SECONDS",
        _seconds,
        "0",
        False,
        "The desk says that it is time to wrap up after so long on the air; 0 for never.",
    ),
    Setting(
        "CALL_LIMIT_SECONDS",
        _seconds,
        "0",
        False,
        "The desk says that a call is over time; 0 for never. Nobody is cut off.",
    ),
    Setting("STATION_NAME", _text, "Radio Call-In", False, "The station's name, as callers hear and see it."),
    Setting(
        "BLOCKED_CALLERS_HEAR",
        _heard,
        "busy",
        False,
        "busy: the engaged tone, which costs nothing; or words: a sentence.",
    ),
    Setting(
        "RETENTION_DAYS",
        _days,
        "365",
        False,
        "Calls, their cards and callers are deleted after so many days; 0 to keep them.",
    ),
    Setting("PORT", _port, "8080", False, "The port the server listens on."),
    Setting("HELD_POLLS", _count, "60", False, "How many dashboards are kept waiting at once; well below the threads."),
    Setting("GOOGLE_CLOUD_PROJECT", _text, "", False, "The project that STORE firestore: is in; App Engine sets it."),
    Setting("FIRESTORE_EMULATOR_HOST", _host, "", False, "Google's emulator in place of Firestore, in a rehearsal."),
    Setting("GAE_ENV", _text, "", False, "Set by App Engine itself (standard), never by hand."),
)


def read(environment: Mapping[str, str] | None = None, *, for_setup: bool = False) -> Settings:
    """The settings in the environment, or in a mapping that stands for it. ConfigError tells all that is wrong."""
    source = os.environ if environment is None else environment
    problems: list[str] = []
    values: dict[str, object] = {}
    for setting in SETTINGS:
        values[setting.name.lower()] = _value(setting, source.get(setting.name, "").strip(), for_setup, problems)
    _check_together(values, problems)
    settings = Settings(**values)  # type: ignore[arg-type]  # the table's kinds give the fields' types; a test compares
    if settings.is_rehearsal and settings.store == "firestore:" and not settings.firestore_emulator_host:
        problems.append("STORE firestore: in a rehearsal needs FIRESTORE_EMULATOR_HOST: a station's calls are no toys.")
    if settings.dj_phones and not source.get("DJ_PIN", "").strip() and not (settings.is_rehearsal or for_setup):
        problems.append("DJ_PIN is not set, but DJ_PHONES is: a number can be forged, so a PIN must go with it.")
    if problems:
        raise ConfigError(problems)
    return settings


def read_only(*names: str, environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """These settings alone, for a command that needs no more. ConfigError tells what is wrong with them."""
    source = os.environ if environment is None else environment
    problems: list[str] = []
    chosen = [setting for setting in SETTINGS if setting.name in names]
    values = {one.name: str(_value(one, source.get(one.name, "").strip(), False, problems)) for one in chosen}
    if problems:
        raise ConfigError(problems)
    return values


def _value(setting: Setting, text: str, for_setup: bool, problems: list[str]) -> object:
    if not text:
        if setting.default is REQUIRED and not (for_setup and setting.setup_can_do_without):
            problems.append(f"{setting.name} is not set. {setting.help}")
        text = setting.default or ""
    if not text:
        return () if setting.kind is _numbers else ""
    try:
        return setting.kind(text)
    except ValueError as error:
        shown = "" if setting.is_secret else f" (it is {text!r})"
        problems.append(f"{setting.name} {error}{shown}.")
        return ""


def _check_together(values: dict[str, object], problems: list[str]) -> None:
    if bool(values["twilio_api_key_sid"]) != bool(values["twilio_api_key_secret"]):
        problems.append("TWILIO_API_KEY_SID and TWILIO_API_KEY_SECRET go together: set both, or neither.")
    if values["twilio_listener_number"] and values["twilio_listener_number"] == values["twilio_dj_number"]:
        problems.append("TWILIO_LISTENER_NUMBER and TWILIO_DJ_NUMBER must be two different numbers.")
    warning, limit = values["call_warning_seconds"], values["call_limit_seconds"]
    if isinstance(warning, int) and isinstance(limit, int) and 0 < limit <= warning:
        problems.append("CALL_WARNING_SECONDS must be less than CALL_LIMIT_SECONDS: the warning comes first.")
    if values["gae_env"] == "standard" and str(values["store"]).startswith("sqlite:"):
        # The file system there is one instance's memory: https://cloud.google.com/appengine/docs/standard/using-temp-files
        problems.append("STORE must not be sqlite: on App Engine: a file there vanishes with the instance.")
