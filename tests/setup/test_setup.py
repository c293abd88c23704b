"""`python -m callin.setup`: it shows what it would change, and prepares the account for the app."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from callin.twiml import RETRIES
from tests.setup.conftest import APPLY, ELSEWHERE, number_of, point
from tests.support.processes import ROOT, free_port
from tests.support.set_up import try_setup
from tests.support.station import APPLICATION_SETTINGS, App, new_environment
from tests.support.twilio_account import SettingsFile, snapshot

QUEUES = {"radio-callin-queue", "radio-callin-ready", "radio-callin-held", "radio-callin-air"}


def test_a_new_account_gets_a_key_queues_applications_and_pointed_numbers(station: SettingsFile, twilio: Any) -> None:
    done = station.setup(*APPLY)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    made, url = station.values, station.values["PUBLIC_URL"]
    assert {queue.friendly_name: queue.max_size for queue in twilio.queues.list()} == dict.fromkeys(QUEUES, 5000)
    applications = {application.sid: application for application in twilio.applications.list()}
    studio, listeners, screeners = (applications.pop(made[name]) for name in APPLICATION_SETTINGS)
    assert not applications
    listener, dj = (number_of(twilio, made[name]) for name in ("TWILIO_LISTENER_NUMBER", "TWILIO_DJ_NUMBER"))
    for pointed, path, fallback in (
        (studio, "/twiml/client", "fallback-studio.xml"),
        (listeners, "/twiml/client", "fallback.xml"),
        (screeners, "/twiml/client", "fallback-screener.xml"),
        (listener, "/twiml/enqueue", "fallback.xml"),
        (dj, "/twiml/dequeue", "fallback-studio.xml"),
    ):
        assert (pointed.voice_url, pointed.voice_method) == (url + path + RETRIES, "POST")
        assert pointed.voice_fallback_url == url + "/static/twiml/" + fallback + RETRIES
        assert (ROOT / "static" / "twiml" / fallback).is_file()
        assert pointed.voice_fallback_method == "GET", "static files answer nothing else"
        assert (pointed.status_callback, pointed.status_callback_method) == (url + "/twiml/status" + RETRIES, "POST")
    assert twilio.keys(made["TWILIO_API_KEY_SID"]).fetch().friendly_name == "Radio Call-In"
    assert len(made["SESSION_KEY"]) == 64
    assert made["TWILIO_API_KEY_SECRET"] not in done.stderr
    for path in (station.path, station.path.with_name("station.env.set-up")):
        assert path.stat().st_mode & 0o777 == 0o600


def test_a_second_run_changes_nothing_and_says_so(station: SettingsFile, twilio: Any) -> None:
    station.setup(*APPLY)
    before, settings = snapshot(twilio), station.path.read_text()
    again = station.setup("--yes")
    assert again.returncode == 0, again.stderr
    assert "Nothing else has to be changed." in again.stderr
    assert "Done:" not in again.stderr
    assert (snapshot(twilio), station.path.read_text()) == (before, settings)


def test_a_dry_run_shows_the_old_and_the_new_and_changes_nothing(station: SettingsFile, twilio: Any) -> None:
    listener = station.values["TWILIO_LISTENER_NUMBER"]
    point(twilio, listener)
    before, settings = snapshot(twilio), station.path.read_text()
    done = station.setup("--dry-run")
    assert done.returncode == 0, done.stderr
    url = station.values["PUBLIC_URL"]
    assert f"Number {listener}, which listeners ring:\n    address: {ELSEWHERE} → {url}/twiml/enqueue" in done.stderr
    assert "Its calls now go to live.example.org, which will no longer get them." in done.stderr
    assert "Application “Radio Call-In listeners”, for listeners' browsers: will be made" in done.stderr
    assert done.stderr.endswith("Nothing was changed.\n")
    assert (snapshot(twilio), station.path.read_text()) == (before, settings)
    assert not station.path.with_name("station.env.set-up").exists()


def test_without_a_terminal_and_without_yes_it_shows_the_plan_and_stops(station: SettingsFile, twilio: Any) -> None:
    before = snapshot(twilio)
    done = station.setup()
    assert done.returncode == 1
    assert "Queue radio-callin-queue, where callers wait: will be made" in done.stderr
    assert "Run this again in a terminal, or with --yes." in done.stderr
    assert snapshot(twilio) == before


@pytest.mark.parametrize("name", ["TWILIO_LISTENER_NUMBER", "TWILIO_DJ_NUMBER"])
def test_yes_alone_takes_no_number_that_points_elsewhere(station: SettingsFile, twilio: Any, name: str) -> None:
    point(twilio, station.values[name])
    before = snapshot(twilio)
    done = station.setup(*APPLY)
    assert done.returncode == 1
    assert "give this one a STATION_PREFIX and numbers of its own" in done.stderr
    assert "run this again with --take-over" in done.stderr
    assert snapshot(twilio) == before
    assert station.setup(*APPLY, "--take-over").returncode == 0
    assert number_of(twilio, station.values[name]).voice_url.startswith(station.values["PUBLIC_URL"])


def test_a_number_that_an_application_or_a_trunk_has_is_asked_for_too(station: SettingsFile, twilio: Any) -> None:
    other = twilio.applications.create(friendly_name="Somebody's", voice_url="https://other.example.org/")
    number = number_of(twilio, station.values["TWILIO_DJ_NUMBER"])
    twilio.incoming_phone_numbers(number.sid).update(voice_application_sid=other.sid)
    done = station.setup(*APPLY)
    assert done.returncode == 1
    assert f"Its calls now go to the application {other.sid}" in done.stderr
    assert station.setup(*APPLY, "--take-over").returncode == 0
    assert not number_of(twilio, station.values["TWILIO_DJ_NUMBER"]).voice_application_sid


def test_a_new_numbers_demo_address_is_nobodys(station: SettingsFile, twilio: Any) -> None:
    point(twilio, station.values["TWILIO_DJ_NUMBER"], "https://demo.twilio.com/welcome/voice/")
    assert station.setup(*APPLY).returncode == 0


def test_applications_of_the_same_name_that_belong_to_another_app_are_not_taken(
    station: SettingsFile, twilio: Any
) -> None:
    """A second copy in the account, without a prefix, would take the first one's browsers."""
    twilio.applications.create(friendly_name="Radio Call-In", voice_url="https://live.example.org/twiml/client")
    before = snapshot(twilio)
    assert station.setup(*APPLY).returncode == 1
    assert snapshot(twilio) == before


def test_it_leaves_the_studio_the_fallback_of_a_screened_show(station: SettingsFile, twilio: Any) -> None:
    """The running app chooses which of the two files the studio has."""
    station.setup(*APPLY)
    screened = station.values["PUBLIC_URL"] + "/static/twiml/fallback-studio-screened.xml" + RETRIES
    sid = station.values["TWILIO_APP_SID"]
    twilio.applications(sid).update(voice_fallback_url=screened)
    assert "Nothing else has to be changed." in station.setup("--yes").stderr
    assert twilio.applications(sid).fetch().voice_fallback_url == screened


def test_an_account_set_up_by_an_older_version_gets_the_missing_applications(
    station: SettingsFile, twilio: Any
) -> None:
    """Its only application was for every browser, with a fallback that queued nobody."""
    url = station.values["PUBLIC_URL"]
    old = twilio.applications.create(
        friendly_name="Radio Call-In",
        voice_url=url + "/twiml/client" + RETRIES,
        voice_fallback_url=url + "/static/twiml/fallback-client.xml" + RETRIES,
        voice_fallback_method="GET",
    )
    assert station.setup(*APPLY).returncode == 0
    assert station.values["TWILIO_APP_SID"] == old.sid
    fallback = twilio.applications(old.sid).fetch().voice_fallback_url
    assert fallback == url + "/static/twiml/fallback-studio.xml" + RETRIES


# The numbers come last.


def test_the_numbers_wait_until_this_very_app_answers(
    station: SettingsFile, twilio: Any, network: dict[str, str]
) -> None:
    first = station.setup("--yes")
    assert first.returncode == 3, first.stderr
    assert "cannot be reached (connection refused). Start the app" in first.stderr
    assert "The numbers are not pointed yet." in first.stderr
    assert not number_of(twilio, station.values["TWILIO_DJ_NUMBER"]).voice_url
    assert len(twilio.applications.list()) == 3

    wrong = App(station.environment | {"SESSION_KEY": "fedcba9876543210" * 4})
    wrong.start()
    try:
        second = station.setup("--yes")
    finally:
        wrong.end()
    assert second.returncode == 3
    assert "Another station's app answers at" in second.stderr
    assert not number_of(twilio, station.values["TWILIO_DJ_NUMBER"]).voice_url

    right = App(station.environment)
    right.start()
    try:
        third = station.setup("--yes")
    finally:
        right.end()
    assert third.returncode == 0, third.stderr
    assert number_of(twilio, station.values["TWILIO_DJ_NUMBER"]).voice_url


def test_it_may_wait_for_the_app_which_systemd_starts_meanwhile(station: SettingsFile, twilio: Any) -> None:
    assert station.setup("--yes").returncode == 3
    app = App(station.environment)
    command = [sys.executable, "-m", "callin.setup", "--yes", "--wait", "30"]
    with subprocess.Popen(command, env=station.outside, cwd=ROOT, stderr=subprocess.PIPE, text=True) as waiting:
        app.start()
        try:
            assert waiting.wait(40) == 0
        finally:
            app.end()
    assert number_of(twilio, station.values["TWILIO_DJ_NUMBER"]).voice_url


# Undone.


# Without a file: containers and tests.


def test_without_a_settings_file_it_prints_what_the_environment_needs(network: dict[str, str], twilio: Any) -> None:
    environment = {name: value for name, value in network.items() if name not in APPLICATION_SETTINGS}
    done = try_setup(environment, *APPLY)
    assert done.returncode == 0, done.stderr
    sids = dict(line.split("=") for line in done.stdout.splitlines())
    assert tuple(sids) == APPLICATION_SETTINGS
    assert {application.sid for application in twilio.applications.list()} == set(sids.values())
    assert try_setup(environment | sids, *APPLY).stdout == done.stdout
    assert try_setup(environment, *APPLY).stdout == done.stdout


def test_a_network_that_does_not_answer_is_told_in_a_sentence(tmp_path: Path) -> None:
    done = try_setup(new_environment(tmp_path, free_port(), free_port()), *APPLY)
    assert done.returncode == 1
    assert "could not be reached" in done.stderr
    assert "Traceback" not in done.stderr
