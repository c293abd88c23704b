"""Screening, from the first word to the air: the app on the rehearsal network, under each of its behaviours."""

from __future__ import annotations

import functools
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.support.presses import DeskBrowser
from tests.support.processes import wait_until
from tests.support.screeners import ScreenerBrowser
from tests.support.station import DJ_PHONE, Station
from tests.support.stories import BEHAVIOURS, CALM, DOCUMENTED, ended, on_air, page_at_a_free_desk, queued, stage

DOWN = {"rest": {"status": 500, "rate": 1.0, "delay_ms": 0}}
READY = "You're ready for the studio."

UNDER_ONE = frozenset(
    {
        "test_screening_is_not_switched_on_while_twilio_cannot_be_asked",
        "test_two_screeners_press_for_the_same_caller",
        "test_a_waiting_caller_gets_a_verdict_without_a_talk",
        "test_ready_callers_come_in_the_order_of_the_verdicts_or_one_made_by_hand",
        "test_a_closed_line_lets_a_talk_finish",
    }
)
"""Stories that are the same under each behaviour of Twilio."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    behaviour = ["as documented"] if metafunc.function.__name__ in UNDER_ONE else list(BEHAVIOURS)
    metafunc.parametrize("behaviour", behaviour, indirect=True)


@pytest.fixture
def behaviour(request: pytest.FixtureRequest, station: Station) -> str:
    """How Twilio behaves where its documentation leaves it open."""
    name = str(request.param)
    station.control("PUT", "/behaviour", DOCUMENTED | BEHAVIOURS[name])
    return name


@pytest.fixture(autouse=True)
def page(station: Station, behaviour: str) -> Iterator[DeskBrowser]:
    """The DJ's page, of a screened show; the desk is free."""
    before = {"automatic": True, "opening": "open", "ready_check": False, "screened": True}
    yield from page_at_a_free_desk(station, before, after={"screened": False, "automatic": True})


@pytest.fixture
def screener(station: Station, page: DeskBrowser) -> ScreenerBrowser:
    screener = ScreenerBrowser(station)
    screener.connect()
    return screener


def row(station: Station, call_sid: str) -> dict[str, Any]:
    return station.app.row(call_sid) or {}


def is_ready(station: Station, call_sid: str) -> None:
    """Waits until the caller has heard that they are ready and is in the ready queue."""
    station.until(lambda: station.caller(call_sid)["queue"] == "radio-callin-ready", f"{call_sid} is not ready")
    assert READY in station.heard(call_sid)
    assert row(station, call_sid)["stage"] == "ready"


def has_nobody(station: Station, leg: str) -> None:
    """The DJ's leg dials and idles for a while, and nobody comes."""
    for _ in range(3):
        station.advance(10)
        wait_until(lambda: station.app.status()["desks"][0]["leg"] == leg)
        assert station.caller(leg)["bridged_to"] is None
        assert not station.app.status()["desks"][0]["on_air"]


def test_from_the_line_to_a_screener_and_the_air(
    station: Station, page: DeskBrowser, screener: ScreenerBrowser
) -> None:
    first, second = queued(station, 2)
    dj = station.ring(DJ_PHONE, "dj")
    wait_until(lambda: page.desk["leg"] == dj, why="the desk is not connected")
    screener.talk()
    assert screener.desk["on_air"] == first
    assert "You're speaking to the station's screener." in station.heard(first)
    told = row(station, first)
    assert (told["stage"], told["with"], told["with_name"]) == ("screening", screener.name, "screener")
    assert (screener.desk["who"], told["cleared"]) == ("screener", False)
    assert screener.decide(first, "ready").status == 200
    on_air(station, dj, first)
    assert READY in station.heard(first)
    station.until(lambda: screener.desk["on_air"] == "", "the screener still has them")
    assert stage(station, second) == "waiting"
    assert row(station, first)["cleared"] is True


def test_a_screened_show_never_airs_an_unscreened_caller(station: Station, page: DeskBrowser) -> None:
    first, _ = queued(station, 2)
    dj = station.ring(DJ_PHONE, "dj")
    wait_until(lambda: page.desk["leg"] == dj, why="the desk is not connected")
    has_nobody(station, dj)
    assert page.take(first).json()["code"] == "unscreened"
    assert page.next().json()["code"] == "not_screened"
    station.press(dj, "*")
    has_nobody(station, dj)
    station.control("PUT", "/faults", DOWN)
    station.press(dj, "*")
    has_nobody(station, dj)
    assert page.take(first).status == 409


def test_a_show_that_becomes_screened_leaves_the_dj_with_nobody_unscreened(station: Station, page: DeskBrowser) -> None:
    page.set(screened=False)
    dj = station.ring(DJ_PHONE, "dj")
    wait_until(lambda: page.desk["leg"] == dj, why="the desk is not connected")
    assert page.set(screened=True).status == 200
    [first] = queued(station, 1)
    has_nobody(station, dj)
    page.set(screened=False)
    on_air(station, dj, first)


def test_screening_is_not_switched_on_while_twilio_cannot_be_asked(station: Station, page: DeskBrowser) -> None:
    page.set(screened=False)
    dj = station.ring(DJ_PHONE, "dj")
    wait_until(lambda: page.desk["leg"] == dj, why="the desk is not connected")
    station.control("PUT", "/faults", DOWN)
    assert page.set(screened=True).status == 503
    assert station.app.status()["show"]["screened"] is False


@pytest.mark.parametrize(
    ("verdict", "queue", "words"),
    [("hold", "radio-callin-held", "You are on hold."), ("back", "radio-callin-queue", "You keep your place in line.")],
)
def test_a_caller_that_is_kept_hears_what_they_wait_for(
    station: Station, page: DeskBrowser, screener: ScreenerBrowser, verdict: str, queue: str, words: str
) -> None:
    [first] = queued(station, 1)
    screener.talk(first)
    assert screener.decide(first, verdict).status == 200
    station.until(lambda: station.caller(first)["queue"] == queue, "they are not there")
    assert words in station.heard(first)
    station.until(lambda: not screener.desk["on_air"], "the screener still has them")
    screener.talk(first)


@pytest.mark.parametrize("verdict", ["let_go", "block"])
def test_a_caller_that_is_not_kept_is_thanked(
    station: Station, page: DeskBrowser, screener: ScreenerBrowser, verdict: str
) -> None:
    number = f"+4477009{secrets.randbelow(100_000):05}"  # a number of this test's own, because it stays blocked
    first = station.ring(number)
    station.wait_until_queued(first)
    screener.talk(first)
    assert screener.decide(first, verdict).status == 200
    station.until(functools.partial(ended, station, first), "they are not let go")
    assert "Thank you for calling. Goodbye." in station.heard(first)
    assert stage(station, first) is None
    again = station.ring(number)
    if verdict == "block":
        station.until(lambda: station.caller(again)["status"] == "busy", "they are let in")
    else:
        station.wait_until_queued(again)


def test_two_screeners_press_for_the_same_caller(
    station: Station, page: DeskBrowser, screener: ScreenerBrowser
) -> None:
    first, second = queued(station, 2)
    other = ScreenerBrowser(station, "admin")
    other.connect()
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda one: one.take(first), (screener, other)))
    assert sorted(answer.status for answer in answers) == [200, 409]
    has, has_not = (screener, other) if answers[0].status == 200 else (other, screener)
    station.until(lambda: has.desk["on_air"] == first, "they do not speak")
    assert has_not.take(first).json()["code"] == "taken"
    assert has_not.decide(first, "let_go").json()["code"] == "taken"
    assert has.take(second).json()["code"] == "decide"
    has_not.talk()
    assert has_not.desk["on_air"] == second


def test_a_screener_who_drops_out_loses_nobody(station: Station, page: DeskBrowser, screener: ScreenerBrowser) -> None:
    first, _ = queued(station, 2)
    screener.talk(first)
    station.hang_up(screener.desk["leg"])
    station.until(lambda: station.caller(first)["queue"] == "radio-callin-queue", "they are not back")
    assert "You keep your place in line." in station.heard(first)
    assert (stage(station, first), row(station, first)["position"]) == ("waiting", 1)
    wait_until(lambda: not screener.desk, why="the desk is still there")
    screener.connect()
    screener.talk()
    assert screener.desk["on_air"] == first


def test_a_star_of_the_screeners_lets_nobody_go(station: Station, screener: ScreenerBrowser, behaviour: str) -> None:
    if behaviour == "star hangs up":
        return  # then Twilio itself ends the call
    [first] = queued(station, 1)
    screener.talk(first)
    station.press(screener.desk["leg"], "*")
    station.until(lambda: station.caller(first)["queue"] == "radio-callin-queue", "they are not back")
    station.until(lambda: not screener.desk["on_air"], "the screener still has them")


def test_with_twilios_api_down_a_verdict_is_kept_and_done_when_the_two_part(
    station: Station, page: DeskBrowser, screener: ScreenerBrowser
) -> None:
    first, second = queued(station, 2)
    screener.talk(first)
    station.control("PUT", "/faults", DOWN)
    answer = screener.decide(first, "ready")
    assert (answer.status, answer.json()["star"]) == (503, False)
    assert "hang up your own call" in answer.json()["error"]
    station.hang_up(screener.desk["leg"])
    is_ready(station, first)
    station.control("PUT", "/faults", CALM)
    wait_until(lambda: not screener.desk, why="the desk is still there")
    leg = screener.connect()
    screener.talk(second)
    station.control("PUT", "/faults", DOWN)
    answer = screener.decide(second, "let_go")
    assert (answer.status, answer.json()["star"]) == (503, True)
    station.press(leg, "*")
    station.until(functools.partial(ended, station, second), "they are not let go")
    dj = station.ring(DJ_PHONE, "dj")
    on_air(station, dj, first)


def test_a_waiting_caller_gets_a_verdict_without_a_talk(
    station: Station, page: DeskBrowser, screener: ScreenerBrowser
) -> None:
    first, second, third = queued(station, 3)
    assert screener.decide(second, "ready").status == 200
    is_ready(station, second)
    station.control("PUT", "/faults", DOWN)
    assert "within a minute" in screener.decide(first, "let_go").json()["sentence"]
    station.until(functools.partial(ended, station, first), "they are not let go", seconds=40)
    assert stage(station, third) == "waiting"


def test_next_does_not_take_a_caller_that_is_being_screened(
    station: Station, page: DeskBrowser, screener: ScreenerBrowser
) -> None:
    page.set(screened=False)
    first, second = queued(station, 2)
    screener.talk(first)
    assert page.take(first).json()["code"] in ("not_connected", "taken")
    dj = station.ring(DJ_PHONE, "dj")
    on_air(station, dj, second)
    assert page.take(first).json()["code"] == "taken"
    assert page.next().status == 200
    station.until(lambda: not page.desk["on_air"], "the second is still there")
    assert stage(station, first) == "screening"


def test_ready_callers_come_in_the_order_of_the_verdicts_or_one_made_by_hand(
    station: Station, page: DeskBrowser, screener: ScreenerBrowser
) -> None:
    first, second, third = queued(station, 3)
    for one, before in ((third, ""), (first, ""), (second, third)):
        assert screener.decide(one, "ready", before).status == 200
        is_ready(station, one)
    in_order = [call["call_sid"] for call in station.app.status()["calls"]]
    assert in_order == [second, third, first]
    assert page.move(first, third).status == 200
    dj = station.ring(DJ_PHONE, "dj")
    for one in (second, first, third):
        on_air(station, dj, one)
        station.press(dj, "*")


def test_webhooks_twice_change_nothing(station: Station, page: DeskBrowser, screener: ScreenerBrowser) -> None:
    station.control("PUT", "/faults", {"webhooks": {"duplicate": 1.0, "delay_ms": [0, 0], "lose": 0.0}})
    first, second = queued(station, 2)
    dj = station.ring(DJ_PHONE, "dj")
    screener.talk()
    assert screener.decide(first, "ready").status == 200
    on_air(station, dj, first)
    screener.talk()
    assert screener.desk["on_air"] == second
    assert station.are_bridged(dj, first)


def test_a_closed_line_lets_a_talk_finish(station: Station, page: DeskBrowser, screener: ScreenerBrowser) -> None:
    first, second = queued(station, 2)
    screener.talk(first)
    assert page.set(opening="closed").status == 200
    station.until(functools.partial(ended, station, second), "the second is not let go")
    assert station.are_bridged(screener.desk["leg"], first)
    assert screener.decide(first, "back").status == 200
    station.until(functools.partial(ended, station, first), "the first is not let go")
    assert "The line is closed now." in station.heard(first)
