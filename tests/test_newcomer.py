"""A newcomer sets up a station with the README's commands and set-up's questions: how much is typed and copied."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.first_call.walk import commands_of
from callin.config import file
from tests.support.processes import free_port
from tests.support.station import App, Station, new_environment, start_network
from tests.support.terminal import Conversation, converse
from tests.support.twilio_account import OUTSIDE, SettingsFile
from tests.support.web import ask

SETUP = [sys.executable, "-m", "callin.setup"]
FOR_A_REHEARSAL = ("TWILIO_API_URL", "TWILIO_SIGNALING_HOST", "PORT")
"""Settings that no station needs: where this machine's phone network is."""

MOST_COMMANDS = 10
MOST_VALUES = 6
CHOICES = re.compile(r"[0-9]|y")


@pytest.fixture
def network(tmp_path: Path) -> Iterator[dict[str, str]]:
    environment = new_environment(tmp_path, free_port(), free_port())
    program = start_network(environment)
    yield environment
    program.end()


def beginning(path: Path, environment: dict[str, str], **values: str) -> SettingsFile:
    """The settings file as the newcomer finds it, with only what an installer wrote."""
    file.write(path, values | {name: environment[name] for name in FOR_A_REHEARSAL})
    return SettingsFile(path, {name: environment[name] for name in OUTSIDE} | {"CALLIN_SETTINGS": str(path)})


def copied(talk: Conversation) -> list[str]:
    """What was typed, except choices from a list and yes."""
    return [answer for answer in talk.typed if not CHOICES.fullmatch(answer)]


def test_on_app_engine_ten_commands_and_six_values_are_enough(network: dict[str, str], tmp_path: Path) -> None:
    station = beginning(tmp_path / "station.env", network)
    outside = station.outside | {"HTTPS_PROXY": f"http://127.0.0.1:{free_port()}"}  # nothing is deployed there yet
    talk = converse(
        SETUP,
        outside,
        [
            ("Account SID", network["TWILIO_ACCOUNT_SID"]),
            ("Auth Token", network["TWILIO_AUTH_TOKEN"]),
            ("The address at which the app is", "https://a-station.ew.r.appspot.com"),
            ("1 to 2", "1"),
            ("1 to 1", "1"),
            ("The station's name", "Radio One"),
            ("Make these changes?", "y"),
        ],
    )
    assert talk.status == 3, talk.shown
    assert "The numbers are not pointed yet. Run this again once the app is running." in talk.shown
    assert network["TWILIO_AUTH_TOKEN"] not in talk.shown
    assert station.values["STORE"] == "firestore:"
    commands = commands_of("Deployment on App Engine")
    assert "make setup PYTHON=python3.13" in commands
    assert len(commands) <= MOST_COMMANDS, commands
    in_commands = set(re.findall(r"YOUR-[A-Z-]+", " ".join(commands)))
    assert len(in_commands) + len(copied(talk)) <= MOST_VALUES, (in_commands, copied(talk))


def test_on_a_server_from_nothing_to_the_first_call_on_air(network: dict[str, str], tmp_path: Path) -> None:
    station = beginning(tmp_path / "station.env", network, PUBLIC_URL=network["PUBLIC_URL"], STORE=network["STORE"])
    answers = [
        ("Account SID", "AC12"),
        ("Account SID", "AC" + "0" * 32),
        ("Auth Token", network["TWILIO_AUTH_TOKEN"]),
        ("Account SID", network["TWILIO_ACCOUNT_SID"]),
        ("Auth Token", network["TWILIO_AUTH_TOKEN"]),
        ("1 to 2", "3"),
        ("1 to 2", "1"),
        ("1 to 1", "1"),
        ("The station's name", "Radio One"),
        ("Make these changes?", "y"),
    ]
    first = converse(SETUP, station.outside, answers)
    assert first.status == 3, first.shown
    commands = commands_of("Deployment on a server of your own")
    assert "radio-call-in setup" in commands
    assert len(commands) <= MOST_COMMANDS, commands
    mistakes = 3
    in_commands = ["callin.station.example", "ADDRESS-OF-THIS-CODE"]
    assert all(value in " ".join(commands) for value in in_commands)
    assert len(in_commands) + len(copied(first)) - mistakes <= MOST_VALUES, copied(first)
    assert "TWILIO_ACCOUNT_SID must be AC and 32 hexadecimal digits (it is 'AC12'). Copy the Account SID" in first.shown
    assert "Twilio does not know this Account SID with this Auth Token." in first.shown
    app = App(station.environment | {"DJ_PHONES": ""})
    app.start()
    try:
        second = converse(SETUP, station.outside, [("Make these changes?", "y")])
        assert second.status == 0, second.shown
        third = converse(SETUP, station.outside, [])
        assert (third.status, third.typed) == (0, [])
        assert "Done:" not in third.shown
        assert station.run("callin.admin").stdout.startswith(network["PUBLIC_URL"])
        first_call_on_air(app, network)
        assert station.run("callin.check").returncode == 0
    finally:
        app.end()


def first_call_on_air(app: App, network: dict[str, str]) -> None:
    live = Station(app, network["TWILIO_API_URL"])
    identity = app.visitor().ask("POST", "/token").json()["identity"]
    dj = live.ring(f"client:{identity}", app.environment["TWILIO_APP_SID"])
    caller = live.ring()
    live.wait_until_bridged(caller, dj)
    assert ask(app.url + "/health").status == 200
