"""A station that speaks English, German or Spanish: everything that callers hear, and not a word in another language.

The transcripts are whole: a caller hears these sentences, in this order, and music between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from callin.twilio.pointing import in_language
from callin.words import SENTENCES, SpokenWords, station_words
from callin.words.spoken import filled
from tests.support.calls import call_fields
from tests.support.presses import DeskBrowser
from tests.support.processes import wait_until
from tests.support.screeners import ScreenerBrowser
from tests.support.station import DJ_PHONE, Station, running_station
from tests.support.stories import on_air
from tests.support.twilio_account import client_of

SPOKEN_IN = {"en": "en-GB", "de": "Polly.Vicki-Neural", "es": "es-MX"}
CALLERS = [f"+44770090000{n}" for n in range(1, 6)]


class Speaking(NamedTuple):
    station: Station
    words: SpokenWords

    def transcript(self, call_sid: str) -> list[str]:
        """The sentences that the call has heard, with nothing but music between them."""
        return [one["text"] for one in self.station.caller(call_sid)["heard"] if one["verb"] == "Say"]

    def hears(self, call_sid: str, *sentences: str) -> None:
        """Waits until these sentences are all that the call has heard."""
        self.station.until(
            lambda: self.transcript(call_sid)[: len(sentences)] == list(sentences),
            f"{call_sid} heard {self.transcript(call_sid)}, and not {list(sentences)}",
        )

    def is_over(self, call_sid: str) -> None:
        self.station.until(lambda: self.station.caller(call_sid)["status"] == "completed", f"{call_sid} is not over")


@pytest.fixture(scope="module", params=SPOKEN_IN)
def speaking(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Speaking]:
    voice = SPOKEN_IN[request.param]
    changes = {"STATION_VOICE": voice, "STATION_NAME": "Radio 7", "DJ_PIN": "4711"}
    with running_station(tmp_path_factory.mktemp(request.param), **changes) as station:
        yield Speaking(station, station_words("Radio 7", voice, {}))


@pytest.fixture(autouse=True)
def _fresh(speaking: Speaking) -> Iterator[None]:
    station = speaking.station
    station.reset()
    page = DeskBrowser(station.app)
    wait_until(lambda: not page.desk["leg"], why="the desk is not free")
    page.set(opening="open", most_callers=50, screened=False, ready_check=False)
    yield
    known = re.compile(f"(({'|'.join(map(pattern_of, all_of(speaking.words)))})( |$))+")
    for call in station.control("GET", "/callers"):
        for said in speaking.transcript(call["call_sid"]):
            assert known.fullmatch(said), f"{said!r} is not in the table of {speaking.words.voice.language}"


def all_of(words: SpokenWords) -> list[str]:
    return [getattr(words, name) for name in SENTENCES]


def pattern_of(sentence: str) -> str:
    return re.sub(r"\\{[a-z]+\\}", "[0-9, ]+", re.escape(sentence))


def connected(station: Station) -> str:
    """A DJ's browser, on the line."""
    identity = station.app.visitor().ask("POST", "/token").json()["identity"]
    return station.ring(f"client:{identity}", station.app.environment["TWILIO_APP_SID"])


def test_callers_hear_their_place_that_they_are_next_and_thanks(speaking: Speaking) -> None:
    station, words = speaking.station, speaking.words
    first, patient = station.ring(CALLERS[0]), ""
    station.wait_until_queued(first)
    patient = station.ring(CALLERS[1])
    station.wait_until_queued(patient)
    is_next = f"{words.next} {words.radio_down}"
    place = filled(words.number, position=2)
    speaking.hears(first, words.greeting, f"{is_next} {words.after_tone}")
    speaking.hears(patient, words.greeting, f"{place} {words.after_tone}")
    dj = connected(station)
    on_air(station, dj, first)
    speaking.hears(patient, words.greeting, f"{place} {words.after_tone}", is_next)
    page = DeskBrowser(station.app)
    assert page.next().status == 200
    on_air(station, dj, patient)
    speaking.is_over(first)
    assert speaking.transcript(first)[-1] == words.thanks
    assert page.drop().status == 200
    speaking.is_over(patient)
    assert speaking.transcript(patient)[-1] == words.thanks


def test_a_caller_that_goes_on_at_once_hears_that_they_are_on(speaking: Speaking) -> None:
    station, words = speaking.station, speaking.words
    dj = connected(station)
    caller = station.ring(CALLERS[0])
    on_air(station, dj, caller)
    speaking.hears(caller, words.greeting, words.on_air)
    assert DeskBrowser(station.app).hold().status == 200
    speaking.hears(caller, words.greeting, words.on_air, words.off_air)


def test_a_long_wait_is_told_in_minutes_with_the_average(speaking: Speaking) -> None:
    """The line's own clock cannot be moved, so the test uses a call that only Twilio knows."""
    fields = call_fields(QueuePosition="7", CurrentQueueSize="12", QueueTime="605", AvgQueueTime="300")
    document, words = speaking.station.app.signed("/twiml/wait", fields).xml(), speaking.words
    assert [(verb.text, verb.attrib) for verb in document.iter("Say")] == [
        (
            f"{filled(words.number_of, position=7, size=12)} {filled(words.waited_minutes, minutes=10)}",
            words.voice.attributes,
        ),
        (filled(words.average_wait_minutes, minutes=5), words.voice.attributes),
    ]


def test_the_line_is_full_closed_or_not_for_this_caller(speaking: Speaking) -> None:
    station, words, page = speaking.station, speaking.words, DeskBrowser(speaking.station.app)
    waiting = station.ring(CALLERS[0])
    station.wait_until_queued(waiting)
    page.set(most_callers=1)
    full = station.ring(CALLERS[1])
    speaking.is_over(full)
    assert speaking.transcript(full) == [words.queue_full]
    page.set(most_callers=50)
    second = station.ring(CALLERS[0])
    station.wait_until_queued(second)
    third = station.ring(CALLERS[0])
    speaking.is_over(third)
    assert speaking.transcript(third) == [f"{words.number_busy} {words.goodbye}"]
    page.set(opening="closed")
    speaking.is_over(waiting)
    assert speaking.transcript(waiting)[-1] == words.closed
    late = station.ring(CALLERS[2])
    speaking.is_over(late)
    assert speaking.transcript(late) == [words.closed]


def test_a_screener_speaks_with_a_caller_and_holds_them(speaking: Speaking) -> None:
    station, words = speaking.station, speaking.words
    assert DeskBrowser(station.app).set(screened=True).status == 200
    screener = ScreenerBrowser(station)
    screener.connect()
    caller = station.ring(CALLERS[0])
    station.wait_until_queued(caller)
    screener.talk(caller)
    assert screener.decide(caller, "hold").status == 200
    station.until(lambda: words.on_hold in speaking.transcript(caller))
    station.until(lambda: words.thanks_for_holding in speaking.transcript(caller))
    screener.talk(caller)
    assert screener.decide(caller, "ready").status == 200
    station.until(lambda: words.screened in speaking.transcript(caller))
    assert words.screening in speaking.transcript(caller)


def test_the_ready_check_asks_twice(speaking: Speaking) -> None:
    station, words = speaking.station, speaking.words
    assert DeskBrowser(station.app).set(ready_check=True).status == 200
    caller = station.ring(CALLERS[0])
    station.until(lambda: words.ready_check_again in speaking.transcript(caller), "they are not asked again")
    assert words.ready_check in speaking.transcript(caller)
    station.press(caller, "1")
    station.until(lambda: f"{words.ready} {words.after_tone}" in speaking.transcript(caller))


def test_a_djs_phone_is_asked_for_its_pin(speaking: Speaking) -> None:
    station, words = speaking.station, speaking.words
    phone = station.ring(DJ_PHONE, "dj")
    speaking.hears(phone, words.enter_pin)
    station.press(phone, "1#")
    speaking.hears(phone, words.enter_pin, f"{words.wrong_pin} {words.enter_pin}")
    station.hang_up(phone)
    stranger = station.ring("+447700900555", "dj")
    speaking.is_over(stranger)
    assert speaking.transcript(stranger) == [words.studio_only]


def test_while_the_app_is_dead_twilio_speaks_the_same_language(speaking: Speaking) -> None:
    station, words = speaking.station, speaking.words
    address = station.app.url + in_language("/static/twiml/fallback.xml", words.voice.language)
    with client_of(station.app.environment) as twilio:

        def is_pointed() -> bool:
            number = station.app.environment["TWILIO_LISTENER_NUMBER"]
            [found] = twilio.incoming_phone_numbers.list(phone_number=number)
            application = twilio.applications(station.app.environment["TWILIO_LISTENER_APP_SID"]).fetch()
            urls = (found.voice_fallback_url, application.voice_fallback_url)
            return all(url.startswith(address) for url in urls)

        wait_until(is_pointed, 30, "the fallbacks are not pointed")
    app = station.app
    assert app.program is not None
    app.program.kill()
    try:
        caller = station.ring(CALLERS[0])
        speaking.hears(caller, words.app_down)
    finally:
        app.start()
