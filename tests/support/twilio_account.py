"""A rehearsal's account as Twilio's own client sees it, and the settings file of a station that uses it."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from callin.config import file
from tests.support.processes import ROOT

OUTSIDE = ("PATH", "HOME", "LANG")
"""What a station's commands have in their environment; all else is in the settings file."""

NUMBER_PROPERTIES = (
    *("voice_url", "voice_method", "voice_fallback_url", "voice_fallback_method"),
    *("status_callback", "status_callback_method", "voice_application_sid"),
)


@contextlib.contextmanager
def client_of(environment: Mapping[str, str]) -> Iterator[Any]:
    http = TwilioHttpClient(timeout=10)
    client = Client(environment["TWILIO_ACCOUNT_SID"], environment["TWILIO_AUTH_TOKEN"], http_client=http)
    client.api.base_url = environment["TWILIO_API_URL"]
    assert http.session is not None
    http.session.trust_env = False
    yield client
    http.session.close()


def snapshot(client: Any) -> dict[str, Any]:
    """Everything in the account that a set-up could change, by name; the queues' SIDs and dates left out."""
    return {
        "queues": {queue.friendly_name: queue.max_size for queue in client.queues.list()},
        "keys": sorted(key.sid for key in client.keys.list()),
        "applications": {app.sid: (app.friendly_name, _pointing(app)) for app in client.applications.list()},
        "numbers": {number.phone_number: _pointing(number) for number in client.incoming_phone_numbers.list()},
    }


def _pointing(resource: Any) -> dict[str, Any]:
    return {name: getattr(resource, name, None) or "" for name in NUMBER_PROPERTIES}


def empty(client: Any, *, but_key: str) -> None:
    """The account as on its first day, but for its numbers' SIDs. One key stays: the network was started with it."""
    for queue in client.queues.list():
        client.queues(queue.sid).delete()
    for application in client.applications.list():
        client.applications(application.sid).delete()
    for key in client.keys.list():
        if key.sid != but_key:
            client.keys(key.sid).delete()
    for number in client.incoming_phone_numbers.list():
        client.incoming_phone_numbers(number.sid).update(
            voice_url="",
            voice_method="POST",
            voice_fallback_url="",
            voice_fallback_method="POST",
            status_callback="",
            status_callback_method="POST",
            voice_application_sid="",
        )


@dataclass
class SettingsFile:
    """A station's settings file, and its commands."""

    path: Path
    outside: dict[str, str]

    @classmethod
    def of(cls, path: Path, environment: Mapping[str, str], *without: str) -> SettingsFile:
        """With these values, but for the ones that set-up makes and those in `without`."""
        outside = {name: environment[name] for name in OUTSIDE} | {"CALLIN_SETTINGS": str(path)}
        kept = {name: value for name, value in environment.items() if name not in {*outside, *without}}
        file.write(path, kept)
        return cls(path, outside)

    @property
    def values(self) -> dict[str, str]:
        problems: list[str] = []
        found = file.read(self.path, (), problems)
        assert problems == []
        return found

    @property
    def environment(self) -> dict[str, str]:
        """All values, as the environment of a program that is to have no file."""
        return self.outside | self.values | {"CALLIN_SETTINGS": ""}

    def set(self, **values: str) -> None:
        file.write(self.path, values)

    def setup(self, *options: str) -> subprocess.CompletedProcess[str]:
        return self.run("callin.setup", *options)

    def run(self, module: str, *options: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", module, *options]
        return subprocess.run(
            command,
            check=False,
            env=self.outside,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            stdin=subprocess.DEVNULL,
        )
