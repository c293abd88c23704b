"""No dead air: callers hear the notice while they wait, and go on after a tone. Under each behaviour of the network."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import pytest

from tests.support.presses import DeskBrowser
from tests.support.processes import wait_until
from tests.support.screeners import ScreenerBrowser
from tests.support.station import DJ_PHONE, Station
from tests.support.stories import on_air, page_at_a_free_desk, queued

AFTER_TONE = "You go on the air after a tone. This call may be broadcast."
IN_A_MOMENT = "You will be on the air in a moment, after a tone. This call may be broadcast."
ON = "You're on."
TONE = "tone.wav"


pytestmark = pytest.mark.usefixtures("each_behaviour")


@pytest.fixture
def page(station: Station) -> Iterator[DeskBrowser]:
    """A page at a free desk, where callers follow each other."""
    yield from page_at_a_free_desk(station, after={"whisper": False, "ready_check": False, "screened": False})


def told(station: Station, *call_sids: str) -> None:
    """Waits until these callers have heard the notice to its end."""
    for sid in call_sids:
        station.until(functools.partial(is_told, station, sid), f"{sid} is not told")


def is_told(station: Station, call_sid: str) -> bool:
    row = station.app.row(call_sid)
    return row is not None and row["noticed_at"] > 0


def transcript(station: Station, call_sid: str) -> list[str]:
    """What a caller heard, in order: sentences, names of files, and "Bridged"."""
    heard: list[dict[str, str]] = station.caller(call_sid)["heard"]
    return [one["verb"] if one["verb"] == "Bridged" else one["text"].rpartition("/")[2] for one in heard]


def before_the_bridge(station: Station, call_sid: str) -> str:
    """The last thing that a caller heard before the bridge, which the DJ waited for."""
    heard = transcript(station, call_sid)
    return heard[-2 if heard[-1] == "Bridged" else heard.index("Bridged") - 1]


def is_heard(station: Station, call_sid: str) -> None:
    """The caller has heard the notices that they must hear, and nothing false."""
    heard = station.heard(call_sid)
    assert "may be broadcast" in heard
    assert "turn your radio down" in heard.lower()


def test_between_callers_that_were_told_there_is_a_tone_and_no_sentence(station: Station, page: DeskBrowser) -> None:
    first, second, third, fourth = queued(station, 4)
    told(station, first, second, third)
    assert AFTER_TONE not in station.heard(fourth), "only the next few are told"
    dj = station.ring(DJ_PHONE, "dj")
    on_air(station, dj, first)
    assert page.next().status == 200
    on_air(station, dj, second)
    station.press(dj, "*")
    on_air(station, dj, third)
    for caller in (first, second, third):
        assert before_the_bridge(station, caller) == TONE
        assert ON not in station.heard(caller)
        assert station.heard(caller).count(AFTER_TONE) == 1
        is_heard(station, caller)


def test_a_caller_who_comes_to_a_waiting_dj_was_not_told_and_hears_that_they_are_on(
    station: Station, page: DeskBrowser
) -> None:
    dj = station.ring(DJ_PHONE, "dj")
    wait_until(lambda: page.desk["leg"] == dj, why="the DJ is not at the desk")
    caller = station.ring()
    on_air(station, dj, caller)
    assert before_the_bridge(station, caller) == ON
    is_heard(station, caller)


def test_a_caller_picked_out_of_order_hears_that_they_are_on(station: Station, page: DeskBrowser) -> None:
    callers = queued(station, 5)
    told(station, callers[0])
    dj = station.ring(DJ_PHONE, "dj")
    on_air(station, dj, callers[0])
    assert page.take(callers[4]).status == 200
    on_air(station, dj, callers[4])
    assert before_the_bridge(station, callers[4]) == ON
    assert AFTER_TONE not in station.heard(callers[4])
    is_heard(station, callers[4])


def test_the_next_caller_of_an_order_made_by_hand_hears_the_tone(station: Station, page: DeskBrowser) -> None:
    first, second, third = queued(station, 3)
    told(station, first, second, third)
    assert page.move(third, second).status == 200
    dj = station.ring(DJ_PHONE, "dj")
    on_air(station, dj, first)
    page.next()
    on_air(station, dj, third)
    assert before_the_bridge(station, third) == TONE
    assert IN_A_MOMENT not in station.heard(third), "they know already"


def test_with_the_whisper_the_next_caller_hears_music_and_the_tone(station: Station, page: DeskBrowser) -> None:
    page.set(whisper=True)
    first, second = queued(station, 2)
    told(station, first, second)
    dj = station.ring(DJ_PHONE, "dj")
    on_air(station, dj, first)
    page.next()
    on_air(station, dj, second)
    assert station.heard(dj), "the DJ is told who comes"
    assert transcript(station, second)[-3:] == ["music-short.wav", TONE, "Bridged"]
    assert IN_A_MOMENT not in station.heard(second)


def test_a_caller_who_pressed_1_hears_the_tone(station: Station, page: DeskBrowser) -> None:
    page.set(ready_check=True)
    first, second = queued(station, 2)
    station.until(lambda: "press 1" in station.heard(first), "the first is not asked")
    assert "after a tone" not in station.heard(first), "before that nothing is certain"
    station.press(first, "1")
    told(station, first)
    assert f"Thank you. {AFTER_TONE}" in station.heard(first)
    station.until(lambda: "press 1" in station.heard(second) or "number 2" in station.heard(second), "no place")
    assert "after a tone" not in station.heard(second)
    dj = station.ring(DJ_PHONE, "dj")
    on_air(station, dj, first)
    assert before_the_bridge(station, first) == TONE


def test_in_a_screened_show_only_callers_marked_ready_are_told(station: Station, page: DeskBrowser) -> None:
    page.set(screened=True)
    first, second = queued(station, 2)
    screener = ScreenerBrowser(station)
    screener.connect()
    screener.talk(first)
    assert screener.decide(first, "ready").status == 200
    told(station, first)
    station.until(lambda: "You are number 2." in station.heard(second), "the second hears no place")
    assert "after a tone" not in station.heard(second)
    dj = station.ring(DJ_PHONE, "dj")
    on_air(station, dj, first)
    assert before_the_bridge(station, first) == TONE
    is_heard(station, first)


def test_a_caller_that_the_studio_lost_hears_the_notice_again_and_comes_back_after_the_tone(
    station: Station, page: DeskBrowser
) -> None:
    [caller] = queued(station, 1)
    told(station, caller)
    dj = station.ring(DJ_PHONE, "dj")
    on_air(station, dj, caller)
    station.hang_up(dj)
    station.until(lambda: transcript(station, caller)[-2:] == [AFTER_TONE, "music.wav"], "they are not told again")
    assert IN_A_MOMENT not in station.heard(caller), "nobody is back"
    again = station.ring(DJ_PHONE, "dj")
    on_air(station, again, caller)
    assert transcript(station, caller)[-2:] == [TONE, "Bridged"]
    assert ON not in station.heard(caller)
