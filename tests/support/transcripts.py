"""What a caller on the rehearsal network heard, from the ring to the end: each thing with its start and end."""

from __future__ import annotations

import functools
import itertools
import math
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urlsplit

from callin.words import SpokenWords
from rehearsal.documents.sounds import wav_seconds
from rehearsal.exchange.hearing import BEEP_SECONDS, speech_seconds
from tests.support.presses import DeskBrowser
from tests.support.processes import ROOT
from tests.support.station import DJ_PHONE, Station
from tests.support.visitors import Visitor

LONGEST_SILENCE_SECONDS = 5.0
MUSIC, TONE, BEEP, TALK = "(music)", "(tone)", "(beep)", "(talk)"


class Heard(NamedTuple):
    """One thing that a caller heard. `begin` and `end` are seconds of the network's clock since the ring."""

    what: str
    begin: float
    end: float

    def __str__(self) -> str:
        return f"{self.begin:7.1f} {self.end:7.1f}  {self.what}"


def transcript(station: Station, call_sid: str) -> list[Heard]:
    """Everything that the call has heard. A thing that the next one cut short ends there."""
    call = station.caller(call_sid)
    ends = [*(one["at"] for one in call["heard"]), call["ended_at"] or math.inf][1:]
    found = []
    for one, latest in zip(call["heard"], ends, strict=False):
        what, seconds = _named(one["verb"], one["text"])
        found.append(Heard(what, one["at"], min(one["at"] + seconds, latest)))
    return found


def heard(station: Station, call_sid: str) -> list[str]:
    """The same without times. Music that goes on from document to document is one thing, and so is a talk."""
    names = [one.what for one in transcript(station, call_sid)]
    return [name for before, name in itertools.pairwise(["", *names]) if name != before or name not in (MUSIC, TALK)]


def silences(station: Station, call_sid: str, *, speaks: bool) -> list[tuple[float, str]]:
    """The seconds of each silence, and what came before it; the last one lasts until the end of the call.

    While the caller talks with a person, or speaks after the beep, nothing else is to be heard.
    """
    everything = [Heard("the ring", 0, 0), *transcript(station, call_sid)]
    begins = [*(one.begin for one in everything[1:]), station.caller(call_sid)["ended_at"]]
    return [
        (begin - one.end, one.what)
        for one, begin in zip(everything, begins, strict=True)
        if begin is not None and one.what not in (TALK, BEEP if speaks else None)
    ]


def assert_no_long_silence(station: Station, call_sid: str, *, speaks: bool = True) -> None:
    """A caller that does not speak leaves no message: the silence after the beep counts, too."""
    longest = max(silences(station, call_sid, speaks=speaks), default=(0.0, ""))
    lines = "\n".join(map(str, transcript(station, call_sid)))
    assert longest[0] <= LONGEST_SILENCE_SECONDS, f"{longest[0]:.1f} s of silence after {longest[1]!r}:\n{lines}"


def _named(verb: str, text: str) -> tuple[str, float]:
    """How a transcript names a thing, and how long it takes."""
    if verb == "Say":
        return text, speech_seconds(text)
    if verb == "Beep":
        return BEEP, BEEP_SECONDS
    if verb in ("Bridged", "Digits", "Speech"):  # the network notes the last two only during a talk
        return TALK, 0.0
    name = urlsplit(text).path.rpartition("/")[2]
    return TONE if name == "tone.wav" else MUSIC, _length(name)


@functools.cache
def _length(name: str) -> float:
    """The seconds of one of the app's own sounds."""
    return wav_seconds((ROOT / "static/sound" / name).read_bytes())


@dataclass
class Listeners:
    """Callers of one station, whose transcripts are checked when a story is over."""

    station: Station
    words: SpokenWords
    sids: list[str] = field(default_factory=list)
    silent: set[str] = field(default_factory=set)

    @functools.cached_property
    def page(self) -> DeskBrowser:
        return DeskBrowser(self.station.app)

    def ring(self, number: str, *, silent: bool = False) -> str:
        caller: str = self.station.control("POST", "/callers", {"from": number, "silent": silent})["call_sid"]
        return self._added(caller, silent=silent)

    def call(self, browser: Visitor) -> str:
        """A listener's browser calls."""
        identity = browser.ask("POST", "/call/token").json()["identity"]
        application = self.station.app.environment["TWILIO_LISTENER_APP_SID"]
        return self._added(self.station.ring(f"client:{identity}", application), silent=False)

    def _added(self, caller: str, *, silent: bool) -> str:
        self.sids.append(caller)
        self.silent |= {caller} if silent else set()
        return caller

    def waits(self, number: str) -> str:
        """Rings, and is in line, where music plays."""
        caller = self.ring(number)
        self.station.wait_until_queued(caller)
        self.hears(caller, MUSIC)
        return caller

    def hears(self, caller: str, *ending: str) -> None:
        """Waits until these are the last things that the caller has heard."""
        self.station.until(
            lambda: heard(self.station, caller)[-len(ending) :] == list(ending),
            f"the caller has heard {heard(self.station, caller)}",
        )

    def is_over(self, caller: str, *everything: str) -> None:
        """Waits until the call is over, and this is all that the caller has heard."""
        station = self.station
        station.until(lambda: station.caller(caller)["ended_at"] is not None, f"heard: {heard(station, caller)}")
        assert heard(station, caller) == list(everything)

    def dj(self) -> str:
        return self.station.ring(DJ_PHONE, "dj")

    def set_station(self, **values: str) -> None:
        admin = self.station.app.visitor("admin")
        admin.get("/station")
        assert admin.fill_in("/station", **values).status == 200
