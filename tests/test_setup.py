"""`python -m callin.setup`: it makes an account as the app needs it, once, and tells what it did."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from callin.twilio.provisioning import RETRIES
from tests.support.processes import ROOT, Program, free_port
from tests.support.station import APPLICATION_SETTINGS, new_environment, start_network, try_setup

STEPS = 9
QUEUES = {"radio-callin-queue", "radio-callin-ready", "radio-callin-held", "radio-callin-air"}


@pytest.fixture
def network(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A phone network that nobody has set up yet: the environment that reaches it."""
    environment = new_environment(tmp_path, free_port(), free_port())
    for name in (*APPLICATION_SETTINGS, "STORE", "SESSION_KEY"):
        del environment[name]
    program: Program = start_network(environment)
    yield environment
    program.end()


@pytest.fixture
def twilio(network: dict[str, str]) -> Iterator[Any]:
    """Twilio's own client, to see what is in the account."""
    http = TwilioHttpClient(timeout=5)
    client = Client(network["TWILIO_ACCOUNT_SID"], network["TWILIO_AUTH_TOKEN"], http_client=http)
    client.api.base_url = network["TWILIO_API_URL"]
    assert http.session is not None
    http.session.trust_env = False
    yield client
    http.session.close()


def test_a_new_account_gets_queues_applications_and_pointed_numbers(network: dict[str, str], twilio: Any) -> None:
    done = try_setup(network)
    assert done.returncode == 0, done.stderr
    url = network["PUBLIC_URL"]
    assert {queue.friendly_name: queue.max_size for queue in twilio.queues.list()} == dict.fromkeys(QUEUES, 5000)
    applications = {application.sid: application for application in twilio.applications.list()}
    sids = dict(line.split("=") for line in done.stdout.splitlines())
    assert tuple(sids) == APPLICATION_SETTINGS
    studio, listeners, screeners = (applications.pop(sid) for sid in sids.values())
    assert not applications
    numbers = {number.phone_number: number for number in twilio.incoming_phone_numbers.list()}
    listener, dj = numbers[network["TWILIO_LISTENER_NUMBER"]], numbers[network["TWILIO_DJ_NUMBER"]]
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
        assert (pointed.status_callback, pointed.status_callback_method) == (
            url + "/twiml/status" + RETRIES,
            "POST",
        )


def test_a_second_run_changes_nothing_and_says_so(network: dict[str, str]) -> None:
    first = try_setup(network)
    assert "Queue radio-callin-queue, where callers wait: created, for up to 5000 callers (" in first.stderr
    again = try_setup(network)
    assert again.returncode == 0
    assert again.stderr.count(": no change (") == STEPS
    assert "Nothing had to be changed." in again.stderr
    assert again.stdout == first.stdout
    told = dict(line.split("=") for line in first.stdout.splitlines())
    assert try_setup(network | told).stdout == first.stdout


def test_it_leaves_the_studio_the_fallback_of_a_screened_show(network: dict[str, str], twilio: Any) -> None:
    """Which of its two files the studio has is the running app's affair."""
    told = dict(line.split("=") for line in try_setup(network).stdout.splitlines())
    screened = network["PUBLIC_URL"] + "/static/twiml/fallback-studio-screened.xml" + RETRIES
    twilio.applications(told["TWILIO_APP_SID"]).update(voice_fallback_url=screened)
    assert "Nothing had to be changed." in try_setup(network).stderr
    assert twilio.applications(told["TWILIO_APP_SID"]).fetch().voice_fallback_url == screened


def test_an_account_set_up_by_an_older_version_gets_the_missing_applications(
    network: dict[str, str], twilio: Any
) -> None:
    """Its only application was for every browser, with a fallback that queued nobody."""
    url = network["PUBLIC_URL"]
    old = twilio.applications.create(
        friendly_name="Radio Call-In",
        voice_url=url + "/twiml/client" + RETRIES,
        voice_fallback_url=url + "/static/twiml/fallback-client.xml" + RETRIES,
        voice_fallback_method="GET",
    )
    done = try_setup(network | {"TWILIO_APP_SID": old.sid})
    assert done.stdout.splitlines()[0] == f"TWILIO_APP_SID={old.sid}"
    assert len(done.stdout.splitlines()) == 3
    assert (
        twilio.applications(old.sid).fetch().voice_fallback_url == url + "/static/twiml/fallback-studio.xml" + RETRIES
    )


def test_changed_resources_are_corrected_and_named(network: dict[str, str], twilio: Any) -> None:
    try_setup(network)
    queue = next(queue for queue in twilio.queues.list() if queue.friendly_name == "radio-callin-queue")
    twilio.queues(queue.sid).update(max_size=100)
    [number] = twilio.incoming_phone_numbers.list(phone_number=network["TWILIO_DJ_NUMBER"])
    twilio.incoming_phone_numbers(number.sid).update(voice_url="https://elsewhere.example.org/")
    done = try_setup(network)
    assert "radio-callin-queue, where callers wait: takes up to 5000 callers now, 100 before" in done.stderr
    assert f"Number {network['TWILIO_DJ_NUMBER']}, which DJs call: changed: address (" in done.stderr
    assert f"2 of {STEPS} were created or changed." in done.stderr
    assert ": created" not in done.stderr


def test_each_step_is_told_with_its_number_and_its_time_and_without_raw_names(network: dict[str, str]) -> None:
    told = try_setup(network).stderr.splitlines()
    steps = [line for line in told if line.startswith("[")]
    assert [line.partition(" ")[0] for line in steps] == [f"[{number}/{STEPS}]" for number in range(1, STEPS + 1)]
    assert all(re.search(r" \(\d+\.\d s\)$", line) for line in steps)
    assert told[0] == f"Preparing the Twilio account {network['TWILIO_ACCOUNT_SID']} for {network['PUBLIC_URL']}."
    assert told[-1] == "The app's settings need these lines:"
    assert not re.search(r"voice_|_callback|Traceback", "\n".join(told))


def test_wrong_credentials_are_told_in_a_sentence(network: dict[str, str]) -> None:
    wrong = "0" * 32
    done = try_setup(network | {"TWILIO_AUTH_TOKEN": wrong})
    assert done.returncode == 1
    assert "refused the account SID and auth token" in done.stderr
    assert wrong not in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("name", ["TWILIO_LISTENER_NUMBER", "TWILIO_DJ_NUMBER"])
def test_a_number_that_is_not_in_the_account_is_named(network: dict[str, str], name: str) -> None:
    done = try_setup(network | {name: "+442079460199"})
    assert done.returncode == 1
    assert "+442079460199 is not in this Twilio account" in done.stderr
    assert "Fix this and run the command again." in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", APPLICATION_SETTINGS)
def test_an_application_that_is_not_in_the_account_is_named(network: dict[str, str], name: str) -> None:
    done = try_setup(network | {name: "AP" + "0" * 32})
    assert done.returncode == 1
    assert f"{name} AP{'0' * 32}" in done.stderr
    assert "leave it out" in done.stderr


def test_a_network_that_does_not_answer_is_told_in_a_sentence(tmp_path: Path) -> None:
    done = try_setup(new_environment(tmp_path, free_port(), free_port()))
    assert done.returncode == 1
    assert "could not be reached" in done.stderr
    assert "Traceback" not in done.stderr


def test_all_missing_settings_are_named_at_once() -> None:
    done = try_setup({"PATH": "/usr/bin:/bin"})
    assert done.returncode == 1
    for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_LISTENER_NUMBER", "TWILIO_DJ_NUMBER", "PUBLIC_URL"):
        assert f"- {name} is not set" in done.stderr
    for name in (*APPLICATION_SETTINGS, "STORE", "SESSION_KEY"):
        assert name not in done.stderr
