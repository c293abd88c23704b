"""A show on the rehearsal network that goes on while its app is killed, or its store fails."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from rehearsal.cast import pitch_hz_of
from tests.support.presses import put_as_new
from tests.support.processes import wait_until
from tests.support.station import DJ_PHONE, Station

CALLERS = [f"+44770090000{n}" for n in range(1, 6)]
SENTENCE = "Thank you for calling. If you have not been on the air yet, stay on the line."


@dataclass
class Show:
    """A station with callers in line and a DJ on the air, which may lose its app."""

    station: Station
    dj: str = ""

    def connect(self, number: str = DJ_PHONE) -> None:
        to = "dj" if number == DJ_PHONE else self.station.app.environment["TWILIO_APP_SID"]
        self.dj = self.station.ring(number, to)

    def connect_a_browser(self) -> None:
        identity = self.station.app.visitor().ask("POST", "/token").json()["identity"]
        self.connect(f"client:{identity}")

    def queue(self, *numbers: str) -> list[str]:
        sids = []
        for number in numbers:
            sids.append(self.station.ring(number))
            self.station.wait_until_queued(sids[-1])
        return sids

    def lose_the_app(self) -> None:
        assert self.station.app.program is not None
        self.station.app.program.kill()

    def a_minute_goes_by(self) -> None:
        """Lets every caller's document run out, after which the fallback has queued them again."""
        self.station.advance(80)

    def next(self) -> str:
        """Presses the DJ's `*`, and waits until the next caller and the DJ hear each other. Returns the caller."""
        before = self.station.caller(self.dj)["bridged_to"]
        self.station.press(self.dj, "*")

        def somebody_else() -> str | None:
            other: str | None = self.station.caller(self.dj)["bridged_to"]
            return other if other != before else None

        call_sid = str(self.station.until(somebody_else, "nobody comes"))
        self.hears(call_sid, pitch_hz_of(self.station.caller(self.dj)["from"]))
        self.hears(self.dj, pitch_hz_of(self.station.caller(call_sid)["from"]))
        return call_sid

    def hears(self, call_sid: str, hertz: float) -> None:
        def is_heard() -> bool:
            heard = self.station.control("GET", f"/sound/{call_sid}")["heard"]["frequency_hz"]
            return heard is not None and abs(heard - hertz) < 3

        wait_until(is_heard, why=f"{call_sid} does not hear {hertz} Hz")

    @contextlib.contextmanager
    def the_store_fails(self) -> Iterator[None]:
        """Nothing can be written, because another program has locked the database."""
        path = self.station.app.environment["STORE"].removeprefix("sqlite:///")
        other = sqlite3.connect(path, isolation_level=None)
        try:
            other.execute("BEGIN IMMEDIATE")
            yield
        finally:
            other.close()

    def was_spoken_to(self, call_sid: str) -> bool:
        """Whether a caller that was let go has heard so, and waits again or is gone with thanks."""
        return "Thank you for calling." in self.station.heard(call_sid)

    def is_waiting_again(self, call_sid: str) -> bool:
        """Whether a caller that was let go has heard the sentence, and waits as a new caller does."""
        return SENTENCE in self.station.heard(call_sid) and self.station.is_waiting(call_sid)

    def is_ready(self, call_sid: str) -> bool:
        return bool(self.station.caller(call_sid)["queue"] == "radio-callin-ready")

    @property
    def on_air(self) -> str:
        return str(self.station.app.status()["desks"][0]["on_air"])

    @property
    def line(self) -> list[str]:
        return [row["call_sid"] for row in self.station.app.status()["calls"] if row["position"]]


def new_show(station: Station, star: str) -> Show:
    """The station with its app running, nobody on the line, and default settings."""
    if not (station.app.program and station.app.program.is_running):
        station.app.start()
    station.reset()
    station.control("PUT", "/behaviour", {"star": star})
    put_as_new(station.app, automatic=False)
    return Show(station)
