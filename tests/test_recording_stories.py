"""A desk that records: its callers are told before they go on the air, and every page knows."""

from __future__ import annotations

import pytest

from tests.support.presses import DeskBrowser
from tests.support.processes import wait_until
from tests.support.station import Station
from tests.support.stories import on_air
from tests.test_told_stories import AFTER_TONE, IN_A_MOMENT, ON, TONE, before_the_bridge, told

RECORDED = "This call is being recorded."


@pytest.fixture
def page(station: Station) -> DeskBrowser:
    page = DeskBrowser(station.app)
    wait_until(lambda: not page.desk["leg"], why="the desk is not free")
    return page


def ring_from(station: Station, page: DeskBrowser) -> str:
    return station.ring(f"client:{page.identity}", station.app.environment["TWILIO_APP_SID"])


@pytest.fixture
def leg(station: Station, page: DeskBrowser) -> str:
    """The page's own call, which has the desk."""
    sid = ring_from(station, page)
    wait_until(lambda: page.desk["leg"] == sid, why="the page does not have the desk")
    return sid


def aired_and_waiting(station: Station, leg: str) -> tuple[str, str]:
    """A caller on the air, and one in line that has heard the notice."""
    first = station.ring("+447700900001")
    on_air(station, leg, first)
    second = station.ring("+447700900002")
    told(station, second)
    return first, second


def test_callers_are_told_before_they_go_on_the_air_and_nobody_else_is(
    station: Station, page: DeskBrowser, leg: str
) -> None:
    assert page.desk["recording"] is False
    answer = page.record(leg)
    assert answer.status == 200
    assert answer.json()["sentence"] == "Recording: callers are told before they go on the air."
    assert page.desk["recording"] is True
    first, second = aired_and_waiting(station, leg)
    assert before_the_bridge(station, first) == f"{ON} {RECORDED}", "nobody could be told before"
    assert page.next().status == 200
    on_air(station, leg, second)
    assert before_the_bridge(station, second) == TONE
    assert f"{AFTER_TONE} {RECORDED}" in station.heard(second)
    assert page.record(leg, on=False).status == 200
    third = station.ring("+447700900003")
    told(station, third)
    assert RECORDED not in station.heard(third)


def test_callers_that_were_told_before_the_recording_are_told_again(
    station: Station, page: DeskBrowser, leg: str
) -> None:
    first, second = aired_and_waiting(station, leg)
    assert RECORDED not in station.heard(second)
    assert page.record(leg).status == 200
    station.until(lambda: RECORDED in station.heard(second), "the second is not told of the recording")
    assert RECORDED not in station.heard(first), "the caller on the air hears it from the page"


def test_a_caller_that_goes_on_the_air_before_hearing_of_the_recording_hears_it_first(
    station: Station, page: DeskBrowser, leg: str
) -> None:
    _, second = aired_and_waiting(station, leg)
    assert page.record(leg).status == 200
    assert page.next().status == 200
    on_air(station, leg, second)
    assert RECORDED in station.heard(second)
    assert before_the_bridge(station, second) in (f"{ON} {RECORDED}", TONE, f"{IN_A_MOMENT} {RECORDED}")


def test_a_page_that_is_gone_records_nothing(station: Station, page: DeskBrowser, leg: str) -> None:
    assert page.record(leg).status == 200
    station.hang_up(leg)
    wait_until(lambda: not page.desk["leg"], why="the desk still has its leg")
    assert page.desk["recording"] is False
    again = ring_from(station, page)
    wait_until(lambda: page.desk["leg"] == again, why="the page does not have the desk again")
    assert page.desk["recording"] is False
    assert page.record(leg).status == 409


def test_only_the_browser_that_has_the_desk_records(station: Station, page: DeskBrowser, leg: str) -> None:
    other = DeskBrowser(station.app, "admin")
    answer = other.record(leg)
    assert answer.status == 409
    assert "Connect to the queue first." in answer.json()["error"]
    assert other.record("").status == 409
    assert page.desk["recording"] is False
