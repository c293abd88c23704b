"""Each setting missing, malformed, a placeholder or another account's: set-up, check and start say how to mend it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

import pytest

import callin.setup.__main__ as setup_command
import main
from callin import check as check_command
from callin.config import SETTINGS
from tests.support.processes import Program, free_port
from tests.support.station import new_environment, start_network
from tests.support.twilio_account import OUTSIDE, SettingsFile

CONSOLE = "first page of https://console.twilio.com"
NUMBERS = "Phone Numbers, Active Numbers"
SETUP = "callin.setup"
EVERYWHERE = ("setup", "check", "start")
LATER = ("check", "start")
"""Settings that set-up makes itself, or does not need."""


class Case(NamedTuple):
    """A value (empty for none), which command refuses it, and a part of the sentence that says what to do."""

    setting: str
    value: str
    refused_at: tuple[str, ...]
    cure: str


MISSING = [
    Case("TWILIO_ACCOUNT_SID", "", EVERYWHERE, CONSOLE),
    Case("TWILIO_AUTH_TOKEN", "", EVERYWHERE, CONSOLE),
    Case("TWILIO_LISTENER_NUMBER", "", EVERYWHERE, NUMBERS),
    Case("TWILIO_DJ_NUMBER", "", EVERYWHERE, NUMBERS),
    Case("PUBLIC_URL", "", EVERYWHERE, "gcloud app describe"),
    Case("STORE", "", LATER, "sqlite:///path or firestore:"),
    Case("SESSION_KEY", "", LATER, SETUP),
    Case("TWILIO_APP_SID", "", LATER, SETUP),
    Case("TWILIO_LISTENER_APP_SID", "", LATER, SETUP),
    Case("TWILIO_API_KEY_SECRET", "", EVERYWHERE, "set both, or neither"),
    Case("DJ_PIN", "", LATER, "a PIN is needed too"),
]
MALFORMED = [
    Case("TWILIO_ACCOUNT_SID", "AC12", EVERYWHERE, CONSOLE),
    Case("TWILIO_AUTH_TOKEN", "AC" + "1" * 32, EVERYWHERE, CONSOLE),
    Case("TWILIO_AUTH_TOKEN", "0123 4567 89ab cdef", EVERYWHERE, CONSOLE),
    Case("TWILIO_API_KEY_SID", "AC" + "1" * 32, EVERYWHERE, SETUP),
    Case("TWILIO_API_KEY_SECRET", "short", EVERYWHERE, "Twilio shows a secret only once"),
    Case("TWILIO_APP_SID", "AP1", EVERYWHERE, SETUP),
    Case("TWILIO_LISTENER_APP_SID", "radio", EVERYWHERE, SETUP),
    Case("TWILIO_SCREENER_APP_SID", "radio", EVERYWHERE, SETUP),
    Case("TWILIO_LISTENER_NUMBER", "020 7946 0100", EVERYWHERE, "+ and the country code first"),
    Case("TWILIO_DJ_NUMBER", "0044 20", EVERYWHERE, "+ and the country code first"),
    Case("DJ_PHONES", "12", EVERYWHERE, "+ and the country code first"),
    Case("DJ_PIN", "12a4", EVERYWHERE, "4 to 10 digits"),
    Case("PUBLIC_URL", "http://station.example.org", EVERYWHERE, "https://"),
    Case("PUBLIC_URL", "https://station.example.org/app", EVERYWHERE, "with nothing after the host"),
    Case("TRUSTED_PROXIES", "the proxy", EVERYWHERE, "With Caddy on the same server it is 127.0.0.1"),
    Case("STORE", "mysql://x", EVERYWHERE, "sqlite:///path or firestore:"),
    Case("SESSION_KEY", "short", EVERYWHERE, "at least 32 characters"),
    Case("SESSION_KEY", "ab" * 20, EVERYWHERE, "must be random"),
    Case("SESSION_KEY_BEFORE", "short", EVERYWHERE, "at least 32 characters"),
    Case("STATION_PREFIX", "My Station", EVERYWHERE, "such as staging"),
    Case("STATION_PREFIX", "dj", EVERYWHERE, "such as staging"),
    Case("RETENTION_DAYS", "a year", EVERYWHERE, "number of days from 0"),
    Case("CALL_LIMIT_SECONDS", "soon", EVERYWHERE, "number of seconds from 0"),
    Case("PORT", "99999", EVERYWHERE, "1 to 65535"),
]
PLACEHOLDERS = [
    Case("TWILIO_ACCOUNT_SID", "AC…", EVERYWHERE, CONSOLE),
    Case("TWILIO_AUTH_TOKEN", "<your auth token>", EVERYWHERE, CONSOLE),
    Case("TWILIO_API_KEY_SECRET", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", EVERYWHERE, SETUP),
    Case("TWILIO_APP_SID", "AP…", EVERYWHERE, SETUP),
    Case("TWILIO_DJ_NUMBER", "+44…", EVERYWHERE, NUMBERS),
    Case("PUBLIC_URL", "https://YOUR-PROJECT.appspot.com", EVERYWHERE, "gcloud app describe"),
    Case("SESSION_KEY", "CHANGE-ME-CHANGE-ME-CHANGE-ME-CHANGE-ME", EVERYWHERE, SETUP),
]
SOMEBODY_ELSES = [
    # The app starts without asking Twilio: `callin.check`, the page /check and /health report these.
    Case("TWILIO_ACCOUNT_SID", "AC" + "0" * 32, ("setup", "check"), "check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN"),
    Case(
        "TWILIO_AUTH_TOKEN", "1" * 16 + "0" * 16, ("setup", "check"), "check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN"
    ),
    Case("TWILIO_API_KEY_SID", "SK" + "0" * 32, ("setup", "check"), "Remove it and TWILIO_API_KEY_SECRET"),
    Case("TWILIO_API_KEY_SECRET", "1" * 16 + "0" * 16, ("setup", "check"), "Remove both, and a key is made"),
    Case("TWILIO_APP_SID", "AP" + "0" * 32, ("setup", "check"), "Remove the setting, and one is made"),
    Case("TWILIO_LISTENER_APP_SID", "AP" + "0" * 32, ("setup", "check"), "Remove the setting, and one is made"),
    Case("TWILIO_SCREENER_APP_SID", "AP" + "0" * 32, ("setup", "check"), "Remove the setting, and one is made"),
    Case("TWILIO_LISTENER_NUMBER", "+442079460198", ("setup", "check"), "Buy it in Twilio's console, or correct"),
    Case("TWILIO_DJ_NUMBER", "+442079460199", ("setup", "check"), "Buy it in Twilio's console, or correct"),
    Case("PUBLIC_URL", "TWILIO_API_URL", ("check",), "Correct PUBLIC_URL"),
]


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A phone network whose account is set up for an app that is not running."""
    environment = new_environment(tmp_path_factory.mktemp("network"), free_port(), free_port()) | {"DJ_PIN": "4711"}
    program: Program = start_network(environment)
    names = ("TWILIO_APP_SID", "TWILIO_LISTENER_APP_SID", "TWILIO_SCREENER_APP_SID")
    file = SettingsFile.of(tmp_path_factory.mktemp("first") / "station.env", environment, *names)
    assert file.setup("--yes", "--without-health").returncode == 0
    yield environment | file.values
    program.end()


def told_at(where: str) -> str:
    """What the command, or the starting app, says; empty if it accepts the settings."""
    told = io.StringIO()
    with redirect_stdout(told), redirect_stderr(told):
        if where == "setup":
            status = setup_command.main(["--dry-run"])
        elif where == "check":
            status = check_command.main()
        else:
            try:
                main.application()
            except SystemExit as ended:
                status = int(ended.code or 0)
            else:
                status = 0
    return told.getvalue() if status else ""


@pytest.mark.parametrize(
    "case",
    [*MISSING, *MALFORMED, *PLACEHOLDERS, *SOMEBODY_ELSES],
    ids=lambda case: f"{case.setting}={case.value[:20] or 'nothing'}",
)
def test_each_wrong_setting_is_told_with_its_cure(
    network: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: Case
) -> None:
    values = network | {case.setting: network.get(case.value, case.value)}
    if case.setting == "DJ_PIN":
        values |= {"PUBLIC_URL": "https://station.example.org"}  # a rehearsal needs none
    file = SettingsFile.of(tmp_path / "station.env", values, *([] if case.value else [case.setting]))
    for name in {setting.name for setting in SETTINGS} - set(OUTSIDE):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CALLIN_SETTINGS", str(file.path))
    for where in case.refused_at:
        told = told_at(where)
        assert case.cure in told, (where, told)
        if case not in SOMEBODY_ELSES or "SID" in case.setting:
            assert case.setting in told
        if case.value and case.setting.endswith(("TOKEN", "SECRET", "KEY", "KEY_BEFORE", "PIN")):
            assert case.value not in told
        assert "Traceback" not in told
