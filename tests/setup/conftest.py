"""A Twilio account on the rehearsal network, and a settings file with which set-up runs against it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.processes import free_port
from tests.support.station import APPLICATION_SETTINGS, new_environment, start_network
from tests.support.twilio_account import SettingsFile, client_of, empty

MADE = (*APPLICATION_SETTINGS, "TWILIO_API_KEY_SID", "TWILIO_API_KEY_SECRET", "SESSION_KEY")
APPLY = ("--yes", "--without-health")
ELSEWHERE = "https://live.example.org/twiml/enqueue"


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a running phone network."""
    environment = new_environment(tmp_path_factory.mktemp("network"), free_port(), free_port())
    program = start_network(environment)
    yield environment
    program.end()


@pytest.fixture
def twilio(network: dict[str, str]) -> Iterator[Any]:
    """Twilio's own client, to look into the account, which nobody has set up yet."""
    with client_of(network) as client:
        empty(client, but_key=network["TWILIO_API_KEY_SID"])
        yield client


@pytest.fixture
def station(network: dict[str, str], twilio: Any, tmp_path: Path) -> SettingsFile:
    """A new station's settings: what an admin writes, and nothing that set-up makes."""
    return SettingsFile.of(tmp_path / "station.env", network, *MADE)


def number_of(twilio: Any, number: str) -> Any:
    [found] = twilio.incoming_phone_numbers.list(phone_number=number)
    return found


def point(twilio: Any, number: str, url: str = ELSEWHERE) -> None:
    twilio.incoming_phone_numbers(number_of(twilio, number).sid).update(voice_url=url)
