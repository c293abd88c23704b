"""No secret of the settings is in a page, an answer, a log or an error, or in what a command prints or writes."""

from __future__ import annotations

import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

import pytest

import main
from callin.config import SETTINGS
from tests.support.calls import call_fields, new_call_sid
from tests.support.processes import ROOT
from tests.support.station import Station, running_station
from tests.support.visitors import Visitor, signed_in
from tests.support.web import Answer

PLANTED = {
    "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
    "TWILIO_API_KEY_SECRET": secrets.token_hex(16),
    "DJ_PIN": "".join(secrets.choice("0123456789") for _ in range(10)),
    "SESSION_KEY": secrets.token_hex(32),
    "SESSION_KEY_BEFORE": secrets.token_hex(32),
    "SMTP_PASSWORD": secrets.token_hex(16),
    "ALERT_WEBHOOK": f"http://127.0.0.1:9/{secrets.token_hex(16)}",
}
MARKS = {name: value.rpartition("/")[2] for name, value in PLANTED.items()}


def found(text: str) -> list[str]:
    return [name for name, mark in MARKS.items() if mark in text or quote(mark) in text]


def everything_in(answer: Answer) -> str:
    return f"{answer.headers}\n{answer.body.decode('utf-8', 'replace')}"


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    mail = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": "9", "SMTP_USER": "alerts", "ALERT_MAIL_TO": "admin@station.example"}
    with running_station(tmp_path_factory.mktemp("planted"), **PLANTED, **mail) as station:
        yield station


def command(
    station: Station, *arguments: str, without: tuple[str, ...] = (), **changes: str
) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in station.app.environment.items() if name not in without}
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env=environment | changes,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def said(done: subprocess.CompletedProcess[str]) -> str:
    return done.stdout + done.stderr


def test_every_secret_setting_is_planted() -> None:
    assert {setting.name for setting in SETTINGS if setting.is_secret} == PLANTED.keys()
    assert found(" ".join(PLANTED.values())) == list(PLANTED), "the search finds what is planted"


@pytest.mark.parametrize("role", ["", "screener", "dj", "admin"])
def test_no_answer_of_the_app_holds_one(station: Station, role: str) -> None:
    visitor = signed_in(station.app.url, role) if role else Visitor(station.app.url)
    for route in main.ROUTES:
        for method in ("GET", "POST"):
            if (method, route.template) != ("POST", "/sign-out"):
                answer = visitor.ask(method, route.template, b"" if method == "POST" else None)
                assert found(everything_in(answer)) == [], f"{method} {route.template}"


def test_no_refusal_and_no_document_holds_one(station: Station) -> None:
    app = station.app
    stranger = Visitor(app.url)
    answers = [
        stranger.sign_in("admin", "not the password"),
        stranger.get("/health?nonce=12345678"),
        stranger.get("/health?nonce=%FF"),
        stranger.ask("POST", "/twiml/enqueue", b"CallSid=CA1", {"X-Twilio-Signature": "forged"}),
        app.signed("/twiml/enqueue", call_fields(new_call_sid(), From="+447700900123")),
        app.signed("/twiml/enqueue", {"CallSid": "nonsense"}),
        app.signed("/twiml/dequeue?pin-try=1", call_fields(new_call_sid(), From="+447700900999", Digits="0000")),
    ]
    assert [found(everything_in(answer)) for answer in answers] == [[]] * len(answers)


@pytest.mark.parametrize(
    "arguments",
    [
        ("callin.setup", "--dry-run"),
        ("callin.setup", "--yes", "--without-health"),
        ("callin.check",),
        ("callin.admin",),
        ("callin.admin", "reset", "admin"),
        ("callin.watch", "--test"),
    ],
    ids=" ".join,
)
def test_no_command_prints_one(station: Station, arguments: tuple[str, ...]) -> None:
    done = command(station, *arguments)
    assert said(done), "it says something"
    assert found(said(done)) == []


def test_a_watch_that_finds_nobody_prints_and_keeps_none(station: Station, tmp_path: Path) -> None:
    state = tmp_path / "watch.json"
    done = command(station, "callin.watch", "--state", str(state), PUBLIC_URL="http://127.0.0.1:9")
    assert "cannot be reached" in done.stderr
    assert found(said(done) + state.read_text()) == []


@pytest.mark.parametrize("spoilt", ["{value} ", "x{value}", "{value}é"])
def test_no_complaint_about_settings_holds_one(station: Station, spoilt: str) -> None:
    """The values are nearly right, as after a typing error; and another setting is wrong."""
    wrong: Mapping[str, str] = {name: spoilt.format(value=value) for name, value in PLANTED.items()}
    wrong = {**wrong, "TWILIO_DJ_NUMBER": "nonsense"}
    for module in ("callin.setup", "callin.check"):
        done = command(station, module, "--dry-run" if module == "callin.setup" else "--help", **wrong)
        assert found(said(done)) == []


def test_no_backup_and_no_listing_of_one_holds_one(station: Station, tmp_path: Path) -> None:
    station.wait_until_queued(station.ring("+447700900124"))
    for name in ("backup.jsonl", "backup.sqlite"):
        done = command(station, "callin.backup", str(tmp_path / name))
        assert done.returncode == 0, done.stderr
        assert found(said(done)) == []
        assert found((tmp_path / name).read_bytes().decode("utf-8", "replace")) == []
    restored = command(
        station, "callin.restore", str(tmp_path / "backup.jsonl"), STORE=f"sqlite:///{tmp_path / 'new.sqlite'}"
    )
    assert found(said(restored)) == []


def test_no_line_of_the_log_holds_one_after_all_that_and_with_the_network_failing(station: Station) -> None:
    """A refusal of Twilio's API may repeat what it was sent."""
    station.control("PUT", "/faults", {"rest": {"status": 401, "rate": 1.0, "delay_ms": 0}})
    admin = signed_in(station.app.url, "admin")
    admin.get("/")
    assert admin.press("/desk/next", {"turn": 1, "on_air": ""}).status
    assert found(everything_in(admin.get("/check"))) == []
    station.control("PUT", "/faults", {"rest": {"status": 500, "rate": 0.0, "delay_ms": 0}})
    assert station.app.program is not None
    log = station.app.program.output
    assert log, "there is a log"
    assert found(log) == []
