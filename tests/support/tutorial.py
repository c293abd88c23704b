"""The tutorial's own app on the rehearsal network: nothing of this project but the network is in it."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

from twilio.rest import Client

from tests.support.audio import encoded
from tests.support.processes import ROOT, Program, free_port
from tests.support.station import App, Station, new_environment, start_network
from tests.support.web import ask

MUSIC_SECONDS = 30


@contextlib.contextmanager
def running_tutorial(folder: Path, **changes: str) -> Iterator[Station]:
    """App and network. The account is set up by hand, as the tutorial's reader does it in Twilio's console."""
    environment = new_environment(folder, free_port(), free_port()) | changes
    music = folder / "music.mp3"
    music.write_bytes(encoded(MUSIC_SECONDS, "libmp3lame", "mp3", 44_100, tone_hz=330))
    station = Station(App(environment), environment["TWILIO_API_URL"])
    url = environment["PUBLIC_URL"]
    program = None
    try:
        station.network = start_network(environment)
        application_sid = _point_the_account_at(url, environment)
        settings = {"TWILIO_APP_SID": application_sid, "MUSIC": str(music), "NODE_MODULES": str(ROOT / "node_modules")}
        command = [
            *(sys.executable, "-m", "gunicorn", "--bind", url.removeprefix("http://"), "--threads", "8"),
            *("--log-level", "warning", "--no-control-socket", "radio_callin:application"),
        ]
        program = Program("tutorial", command, environment | settings, cwd=ROOT / "tests" / "tutorial")
        program.wait_until_ready(lambda: ask(url + "/").status == 200)
        yield station
    finally:
        if program is not None:
            program.end()
        station.end()


def _point_the_account_at(url: str, environment: dict[str, str]) -> str:
    """Sets up numbers, queue and the TwiML application; returns the application's SID."""
    client = Client(environment["TWILIO_ACCOUNT_SID"], environment["TWILIO_AUTH_TOKEN"])
    client.api.base_url = environment["TWILIO_API_URL"]
    client.queues.create("radio-callin-queue")
    for number in client.incoming_phone_numbers.list():
        if number.phone_number == environment["TWILIO_LISTENER_NUMBER"]:
            number.update(voice_url=f"{url}/twiml/enqueue", voice_method="POST")
        else:
            number.update(voice_url=f"{url}/twiml/dequeue", voice_method="GET")
    made = client.applications.create(
        friendly_name="Radio Call In", voice_url=f"{url}/twiml/dequeue", voice_method="GET"
    )
    assert made.sid is not None
    return made.sid
