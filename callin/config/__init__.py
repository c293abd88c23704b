"""The settings: a table of names, kinds, defaults and secrets, read from one file and checked all at once.

The file is `station.env` beside main.py, or the one that CALLIN_SETTINGS names. The environment overrides it. Only this
module reads the environment. Everything else is handed its settings.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from callin.config import file, kinds, secret_manager
from callin.config.table import REQUIRED as REQUIRED
from callin.config.table import SETTINGS as SETTINGS
from callin.config.table import Setting as Setting
from callin.config.table import Settings as Settings


class ConfigError(Exception):
    """The settings cannot be used. `problems` has a sentence for each fault, and never a secret's value."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(f"- {problem}" for problem in problems))
        self.problems = problems


ROOT = Path(__file__).resolve().parents[2]
NAMES = frozenset(setting.name for setting in SETTINGS)


def path(environment: Mapping[str, str] | None = None) -> Path | None:
    """The settings file, whether it exists or not; None if CALLIN_SETTINGS is empty: then there is none."""
    named = (os.environ if environment is None else environment).get("CALLIN_SETTINGS")
    if named is None:
        return ROOT / file.NAME
    return Path(named).absolute() if named else None


def load(problems: list[str], environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """All values as text, unchecked: the file's, and those of the environment, which override them.

    Adds a sentence to `problems` for each fault of the file. A missing file is one only if CALLIN_SETTINGS names it.
    """
    source = os.environ if environment is None else environment
    found = path(source)
    values: dict[str, str] = {}
    if found is not None and (found.exists() or source.get("CALLIN_SETTINGS")):
        values = file.read(found, NAMES, problems)
    return values | dict(source)


def read(environment: Mapping[str, str] | None = None, *, for_setup: bool = False) -> Settings:
    """The settings in the file and the environment, or in a mapping alone. ConfigError lists all faults."""
    problems: list[str] = []
    source = with_secrets(load(problems), problems) if environment is None else environment
    return check(source, problems, for_setup=for_setup)


def with_secrets(values: Mapping[str, str], problems: list[str]) -> dict[str, str]:
    """The values with what Secret Manager has for those that say `secret:NAME`. One that fails keeps its mark."""
    named = {name: values[name] for name in NAMES & values.keys() if secret_manager.is_secret(values[name])}
    if not named:
        return dict(values)
    manager = secret_manager.connect(values.get("GOOGLE_CLOUD_PROJECT", ""), problems, sorted(named))
    return dict(values) | (manager.resolve(named, problems) if manager else {})


def check(source: Mapping[str, str], problems: list[str], *, for_setup: bool = False) -> Settings:
    """Checked settings. ConfigError lists all faults, after the `problems` that were found before."""
    values: dict[str, object] = {}
    for setting in SETTINGS:
        values[setting.name.lower()] = _value(setting, source.get(setting.name, "").strip(), for_setup, problems)
    _check_together(values, problems)
    settings = Settings(**values)  # type: ignore[arg-type]  # the table's kinds give the fields' types; a test compares
    if settings.is_rehearsal and settings.store == "firestore:" and not settings.firestore_emulator_host:
        problems.append(
            "STORE firestore: in a rehearsal needs FIRESTORE_EMULATOR_HOST, to keep a station's calls safe."
        )
    emulator = settings.firestore_emulator_host
    if emulator and not settings.is_rehearsal and not kinds.is_loopback(f"http://{emulator}"):
        # It has no password and no TLS: https://cloud.google.com/firestore/docs/emulator
        problems.append(f"FIRESTORE_EMULATOR_HOST must be on this machine outside a rehearsal (it is {emulator!r}).")
    if settings.dj_phones and not source.get("DJ_PIN", "").strip() and not (settings.is_rehearsal or for_setup):
        problems.append("DJ_PIN is not set, but DJ_PHONES is. A caller's number can be forged, so a PIN is needed too.")
    if problems:
        raise ConfigError(problems)
    return settings


def new_key() -> str:
    """A new SESSION_KEY."""
    return secrets.token_hex(kinds.MIN_SESSION_KEY_CHARACTERS)


def read_only(*names: str, environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Only these settings, for a command that needs no more. ConfigError lists their faults."""
    problems: list[str] = []
    if environment is None:
        loaded = load(problems)
        environment = with_secrets({name: loaded[name] for name in names if name in loaded}, problems)
    source = environment
    chosen = [setting for setting in SETTINGS if setting.name in names]
    values = {one.name: str(_value(one, source.get(one.name, "").strip(), False, problems)) for one in chosen}
    if problems:
        raise ConfigError(problems)
    return values


def _value(setting: Setting, text: str, for_setup: bool, problems: list[str]) -> object:
    if not text:
        if setting.default is REQUIRED and not (for_setup and setting.setup_can_do_without):
            problems.append(f"{setting.name} is not set. {setting.explanation}")
        text = setting.default or ""
    if not text or secret_manager.is_secret(text):  # what Secret Manager did not give has its sentence already
        return () if setting.kind in (kinds.numbers, kinds.networks) else ""
    try:
        return value_of(setting, text)
    except ValueError as error:
        problems.append(str(error))
        return ""


def value_of(setting: Setting, text: str) -> object:
    """The checked value. ValueError has a sentence that says what to do, and no secret."""
    shown = "" if setting.is_secret else f" (it is {text!r})"
    if setting.kind not in kinds.FREE_TEXT and kinds.is_placeholder(text):
        raise ValueError(f"{setting.name} is still a placeholder{shown}. {setting.explanation}")
    try:
        return setting.kind(text)
    except ValueError as error:
        raise ValueError(f"{setting.name} {error}{shown}. {setting.where}".rstrip()) from None


def _check_together(values: dict[str, object], problems: list[str]) -> None:
    if bool(values["twilio_api_key_sid"]) != bool(values["twilio_api_key_secret"]):
        problems.append("TWILIO_API_KEY_SID and TWILIO_API_KEY_SECRET go together: set both, or neither.")
    if values["twilio_listener_number"] and values["twilio_listener_number"] == values["twilio_dj_number"]:
        problems.append("TWILIO_LISTENER_NUMBER and TWILIO_DJ_NUMBER must be two different numbers.")
    applications = [values[f"twilio_{whose}app_sid"] for whose in ("", "listener_", "screener_")]
    if len(set(filter(None, applications))) < len(list(filter(None, applications))):
        problems.append(
            "TWILIO_APP_SID, TWILIO_LISTENER_APP_SID and TWILIO_SCREENER_APP_SID must differ: each has its own "
            "fallback, and a listener must not get the studio's."
        )
    warning, limit = values["call_warning_seconds"], values["call_limit_seconds"]
    if isinstance(warning, int) and isinstance(limit, int) and 0 < limit <= warning:
        problems.append("CALL_WARNING_SECONDS must be less than CALL_LIMIT_SECONDS: the warning comes first.")
    if values["gae_env"] == "standard" and str(values["store"]).startswith("sqlite:"):
        # The file system there is one instance's memory: https://cloud.google.com/appengine/docs/standard/using-temp-files
        problems.append("STORE must not be sqlite: on App Engine, where files vanish with the instance.")
