"""New callers are asked for name, place and topic when nobody screens: the answers are on their card, as guesses."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from tests.support.presses import DeskBrowser
from tests.support.station import DJ_PHONE, Station
from tests.support.stories import on_air

NAME, PLACE, TOPIC = "Please say your name", "Where are you calling from?", "what would you like to talk about?"
THANKS = "Thank you. Please hold."


@pytest.fixture(autouse=True)
def _asked(station: Station) -> None:
    answer = DeskBrowser(station.app).set(ask_callers=True)
    assert answer.status == 200, answer.text
    assert "New callers are asked for their name, place and topic" in answer.json()["sentence"]


def card(station: Station, call_sid: str) -> dict[str, Any]:
    row = station.app.row(call_sid)
    assert row is not None
    found: dict[str, Any] = row["card"]
    return found


def hears(station: Station, call_sid: str, words: str) -> None:
    station.until(lambda: words in station.heard(call_sid), f"they do not hear: {words}")


def say(station: Station, call_sid: str, text: str, confidence: float) -> None:
    station.control("POST", f"/callers/{call_sid}/speech", {"text": text, "confidence": confidence})


def test_what_a_caller_says_is_on_the_card_with_how_sure_it_is(station: Station) -> None:
    caller = station.ring("+447700900001")
    hears(station, caller, NAME)
    rang_at = station.app.row(caller)
    assert rang_at is not None
    say(station, caller, "Anna <b> Berg", 0.91)
    hears(station, caller, PLACE)
    say(station, caller, "Leeds", 0.55)
    hears(station, caller, TOPIC)
    say(station, caller, "the new bridge", 0.72)
    station.wait_until_queued(caller)
    found = card(station, caller)
    assert (found["name"], found["place"], found["topic"]) == ("Anna <b> Berg", "Leeds", "the new bridge")
    assert found["confidence"] == {"name": 0.91, "place": 0.55, "topic": 0.72}
    assert set(found["by"].values()) == {"the caller"}
    row = station.app.row(caller)
    assert row is not None
    assert row["joined_at"] == rang_at["joined_at"], "the wait counts from the ring"
    assert THANKS in station.heard(caller)
    heard = station.caller(caller)["heard"]
    assert all(later["at"] - earlier["at"] < 30 for earlier, later in itertools.pairwise(heard))


def test_a_silent_caller_is_in_line_after_one_question(station: Station) -> None:
    caller = station.ring("+447700900002")
    station.wait_until_queued(caller)
    heard = station.heard(caller)
    assert NAME in heard
    assert PLACE not in heard
    assert card(station, caller)["confidence"] == {}


def test_a_key_skips_one_question_at_once(station: Station) -> None:
    caller = station.ring("+447700900003")
    hears(station, caller, NAME)
    for question in (PLACE, TOPIC):
        station.press(caller, "1")
        hears(station, caller, question)
    say(station, caller, "the bridge", 0.8)
    station.wait_until_queued(caller)
    found = card(station, caller)
    assert (found["name"], found["place"], found["topic"]) == ("", "", "the bridge")


def test_the_dj_takes_a_caller_in_the_middle_of_a_question(station: Station) -> None:
    caller = station.ring("+447700900004")
    hears(station, caller, NAME)
    assert DeskBrowser(station.app).set(automatic=False).status == 200
    dj = station.ring(DJ_PHONE, "dj")
    page = DeskBrowser(station.app)
    station.until(lambda: page.desk["leg"], "the desk is not connected")
    assert page.next().status == 200
    on_air(station, dj, caller)
    assert TOPIC not in station.heard(caller)


def test_what_a_desk_wrote_meanwhile_stays(station: Station) -> None:
    caller = station.ring("+447700900005")
    hears(station, caller, NAME)
    written = {"call_sid": caller, "field": "name", "value": "Anna", "base": 0}
    assert DeskBrowser(station.app).press("/desk/card", written).status == 200
    say(station, caller, "Hannah", 0.5)
    hears(station, caller, PLACE)
    assert card(station, caller)["name"] == "Anna"
    assert card(station, caller)["confidence"] == {}


def test_no_questions_are_asked_in_a_screened_show(station: Station) -> None:
    assert DeskBrowser(station.app).set(screened=True).status == 200
    caller = station.ring("+447700900006")
    station.wait_until_queued(caller)
    assert NAME not in station.heard(caller)


def test_a_caller_who_hangs_up_while_asked_has_an_outcome(station: Station) -> None:
    caller = station.ring("+447700900007")
    hears(station, caller, NAME)
    station.hang_up(caller)
    station.until(lambda: station.app.row(caller) is None, "they are still in line")
