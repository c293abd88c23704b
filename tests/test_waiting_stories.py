"""What a caller in line hears: their place when it changes, and never the same sentence twice running."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from tests.support.presses import DeskBrowser
from tests.support.screeners import ScreenerBrowser
from tests.support.station import Station
from tests.support.stories import page_at_a_free_desk, queued, stage

MUSIC = ("music.wav", "music-short.wav")


pytestmark = pytest.mark.usefixtures("each_behaviour")


@pytest.fixture(autouse=True)
def _page(station: Station) -> Iterator[DeskBrowser]:
    yield from page_at_a_free_desk(station)


def sentences(station: Station, call_sid: str) -> list[str]:
    heard = station.caller(call_sid)["heard"]
    return [one["text"] for one in heard if one["verb"] == "Say"]


def pieces(station: Station, call_sid: str) -> int:
    """How many pieces of music the caller has heard: each document has some."""
    heard = station.caller(call_sid)["heard"]
    return sum(one["verb"] == "Play" and one["text"].endswith(MUSIC) for one in heard)


def after_more_music(station: Station, call_sid: str, more: int) -> None:
    goal = pieces(station, call_sid) + more
    station.until(lambda: pieces(station, call_sid) >= goal, f"{call_sid} hears no more music")


def assert_nothing_twice_running(station: Station, *call_sids: str) -> None:
    for call_sid in call_sids:
        said = sentences(station, call_sid)
        assert all(before != after for before, after in itertools.pairwise(said)), "\n".join(said)


def test_a_caller_hears_each_place_once_and_that_they_are_next(station: Station) -> None:
    callers = queued(station, 5)
    last = callers[-1]
    after_more_music(station, last, 3)
    assert [said for said in sentences(station, last) if "number" in said] == [
        "You are number 5 of 5. You have waited less than a minute."
    ]
    for place, gone in zip((4, 3, 2, 1), callers, strict=False):
        station.hang_up(gone)
        words = f"You are number {place}" if place > 1 else "You are next."
        station.until(lambda words=words: words in station.heard(last), f"they do not hear that they are {place}")
        after_more_music(station, last, 2)
    places = [said for said in sentences(station, last) if said.startswith(("You are number", "You are next"))]
    assert [said.partition(".")[0] for said in places] == [
        "You are number 5 of 5",
        "You are number 4 of 4",
        "You are number 3",
        "You are number 2",
        "You are next",
    ]
    assert_nothing_twice_running(station, last)


def test_a_caller_who_waits_long_as_the_next_hears_music_and_no_place_again(station: Station) -> None:
    [caller] = queued(station, 1)
    after_more_music(station, caller, 6)
    assert station.heard(caller).count("You are next.") == 1
    assert_nothing_twice_running(station, caller)


def test_while_the_app_cannot_read_its_store_or_not_nobody_waits_in_silence(station: Station) -> None:
    [caller] = queued(station, 1)
    station.control("PUT", "/faults", {"webhooks": {"duplicate": 0.5, "delay_ms": [0, 200], "lose": 0}})
    after_more_music(station, caller, 4)
    assert_nothing_twice_running(station, caller)


def test_on_hold_two_sentences_take_turns(station: Station) -> None:
    [caller] = queued(station, 1)
    screener = ScreenerBrowser(station)
    screener.connect()
    screener.talk(caller)
    assert screener.decide(caller, "hold").status == 200
    station.until(lambda: stage(station, caller) == "held", "they are not on hold")
    after_more_music(station, caller, 4)
    assert "Thank you for holding." in station.heard(caller)
    assert_nothing_twice_running(station, caller)
