"""`python -m callin.check` and the page `/check`: what is wrong with a station, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from callin import VERSION
from callin.check import Checks, Finding, State
from callin.config import check
from tests.support.processes import free_port, wait_until
from tests.support.station import App, Station, new_environment, running_station
from tests.support.twilio_account import SettingsFile, client_of
from tests.support.visitors import Visitor

SET_UP = "Run .venv/bin/python -m callin.setup."
TITLES = [
    *("Twilio account", "API key", "Numbers", "Applications", "Queues"),
    *("PUBLIC_URL", "Store", "Twilio's lists", "Calls", "Version"),
    *("Signatures", "Fallback files", "Clock", "Calls at once", "Webhook Rules"),
]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    with running_station(tmp_path_factory.mktemp("station")) as station:
        yield station


@pytest.fixture
def twilio(running: Station) -> Iterator[Any]:
    running.reset()
    with client_of(running.app.environment) as client:
        yield client


def found(station: Station, limit_seconds: float = 15.0, **changes: str) -> dict[str, Finding]:
    """What the checks find with the station's settings and these changes."""
    settings = check(station.app.environment | changes, [])
    findings = Checks(settings, changes.get("VERSION", VERSION), limit_seconds).findings()
    return {finding.title: finding for finding in findings}


def wrong(station: Station, title: str, **changes: str) -> str:
    finding = found(station, **changes)[title]
    assert finding.state is State.WRONG, finding
    return finding.text


def test_all_is_well_at_a_station_that_was_set_up(running: Station, twilio: Any) -> None:
    running.app.status()
    findings = found(running)
    assert list(findings) == TITLES
    assert [one for one in findings.values() if one.state is State.WRONG] == []
    assert [title for title, one in findings.items() if one.state is State.BY_HAND] == [
        "Fallback files",  # a rehearsal's app serves them itself
        "Calls at once",
        "Webhook Rules",
    ]


def test_the_command_prints_a_line_each_and_its_exit_status_tells(
    running: Station, twilio: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = SettingsFile.of(tmp_path_factory.mktemp("file") / "station.env", running.app.environment)
    done = file.run("callin.check")
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert [line[7:].partition(": ")[0] for line in lines[:-2]] == TITLES
    assert lines[-1] == "Nothing is wrong."
    assert f"ok     Version: {VERSION}" in lines
    queue = next(one for one in twilio.queues.list() if one.friendly_name == "radio-callin-held")
    twilio.queues(queue.sid).delete()
    try:
        done = file.run("callin.check")
    finally:
        twilio.queues.create(friendly_name="radio-callin-held", max_size=5000)
    assert done.returncode == 1
    assert (
        "WRONG  Queues: Queue radio-callin-held, for callers on hold: is missing. "
        "Run .venv/bin/python -m callin.setup." in done.stdout.splitlines()
    )
    assert done.stdout.endswith("1 of 15 checks failed.\n")


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ({"account_type": "Trial"}, "It is a trial: callers first hear a message from Twilio. Upgrade it"),
        ({"account_status": "suspended"}, "Twilio says that the account is suspended. See"),
    ],
)
def test_the_account_may_be_a_trial_or_suspended(
    running: Station, twilio: Any, kind: dict[str, str], told: str
) -> None:
    running.control("PUT", "/behaviour", kind)
    assert wrong(running, "Twilio account").startswith(told)


SOMEBODY_ELSES: list[tuple[str, dict[str, str], str]] = [
    ("Twilio account", {"TWILIO_AUTH_TOKEN": "0" * 31 + "1"}, "check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN"),
    ("API key", {"TWILIO_API_KEY_SID": "SK" + "0" * 32}, "is not in this Twilio account. Remove it and"),
    ("API key", {"TWILIO_API_KEY_SECRET": "0" * 32}, "is not the secret of TWILIO_API_KEY_SID. Remove both"),
    ("Numbers", {"TWILIO_DJ_NUMBER": "+442079460199"}, "is not in this Twilio account. Buy it in Twilio's console"),
    ("Applications", {"TWILIO_APP_SID": "AP" + "0" * 32}, "is not in this Twilio account. Remove the setting"),
    ("PUBLIC_URL", {"SESSION_KEY": "fedcba9876543210" * 4}, "Another station's app answers at"),
    ("Signatures", {"TWILIO_AUTH_TOKEN": "0" * 31 + "1"}, "was answered 403. Start the app again with this"),
    ("Version", {"VERSION": "9.9"}, f"The app runs version {VERSION}, and this is 9.9. Deploy it"),
]


@pytest.mark.parametrize(("title", "changes", "told"), SOMEBODY_ELSES)
def test_what_belongs_to_somebody_else_is_reported_with_the_cure(
    running: Station, twilio: Any, title: str, changes: dict[str, str], told: str
) -> None:
    assert told in wrong(running, title, **changes)


def test_nobody_at_public_url(running: Station, twilio: Any) -> None:
    told = wrong(running, "PUBLIC_URL", PUBLIC_URL=f"http://127.0.0.1:{free_port()}")
    assert "cannot be reached (connection refused). Start the app" in told


def test_another_program_at_public_url(running: Station, twilio: Any) -> None:
    told = wrong(running, "PUBLIC_URL", PUBLIC_URL=running.network_url)
    assert "Something other than this app answers at" in told


def test_a_number_that_points_elsewhere_or_carries_no_calls(running: Station, twilio: Any) -> None:
    number = running.app.environment["TWILIO_DJ_NUMBER"]
    [resource] = twilio.incoming_phone_numbers.list(phone_number=number)
    twilio.incoming_phone_numbers(resource.sid).update(voice_url="https://other.example.org/")
    try:
        told = wrong(running, "Numbers")
    finally:
        twilio.incoming_phone_numbers(resource.sid).update(voice_url=resource.voice_url)
    assert told.startswith(f"Number {number}, which DJs ring: address: https://other.example.org/ → ")
    assert told.endswith("Its calls now go to other.example.org, which will no longer get them. " + SET_UP)
    running.control("POST", "/numbers", {"number": number, "voice": False})
    try:
        assert "carries no calls. Buy a number with Voice" in wrong(running, "Numbers")
    finally:
        running.control("POST", "/numbers", {"number": number})


def test_the_page_shows_the_same_to_admins_alone_and_works_while_twilio_is_down(running: Station, twilio: Any) -> None:
    page = running.app.visitor("admin").get("/check")
    assert page.status == 200
    for title in TITLES:
        assert f'<p class="check-title">{title.replace(chr(39), "&#39;")}</p>' in page.text
    assert "Nothing is wrong." in page.text
    assert running.app.visitor("dj").get("/check").status == 403
    assert Visitor(running.app.url).get("/check").status == 303
    running.control("PUT", "/faults", {"rest": {"status": 500, "rate": 1.0}})
    sentence = "Twilio had an internal error and could not look up the account."
    wait_until(lambda: sentence in running.app.visitor("admin").get("/check").text, 15)
    assert 'data-state="wrong"' in running.app.visitor("admin").get("/check").text


def test_a_check_that_takes_too_long_is_reported(running: Station, twilio: Any) -> None:
    running.control("PUT", "/faults", {"rest": {"delay_ms": 1500}})
    findings = found(running, limit_seconds=0.5)
    running.control("PUT", "/faults", {"rest": {"delay_ms": 0}})
    assert findings["Twilio account"].text.startswith("No result within 0.5 s. Try again in a minute")


def test_without_settings_the_command_names_each_problem(tmp_path_factory: pytest.TempPathFactory) -> None:
    environment = new_environment(tmp_path_factory.mktemp("none"), free_port(), free_port())
    folder = tmp_path_factory.mktemp("file")
    file = SettingsFile.of(folder / "station.env", environment, "PUBLIC_URL", "SESSION_KEY", "DJ_PHONES")
    done = file.run("callin.check")
    assert done.returncode == 1
    assert done.stdout.splitlines()[0].startswith("WRONG  Settings: PUBLIC_URL is not set. This app's canonical https")
    assert done.stdout.endswith("2 of 2 checks failed.\n")


def test_an_app_that_is_down_is_the_only_thing_that_is_wrong_with_it(
    running: Station, twilio: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    app: App = running.app
    assert app.program is not None
    app.program.kill()
    try:
        findings = found(running)
    finally:
        app.start()
    states = {title: one.state for title, one in findings.items()}
    assert states["PUBLIC_URL"] is states["Signatures"] is states["Fallback files"] is State.WRONG
    assert states["Numbers"] is states["Twilio account"] is State.OK
