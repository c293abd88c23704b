"""Bring back, on the real rehearsal network, whether `*` sends the caller on or hangs them up."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.presses import DeskBrowser
from tests.support.processes import wait_until
from tests.support.station import DJ_PHONE, Station
from tests.support.stories import DOCUMENTED, ended, on_air, page_at_a_free_desk, queued, stage

THANKS = "Thank you for calling. Goodbye."


@pytest.fixture(params=["action", "hangup"])
def page(request: pytest.FixtureRequest, station: Station) -> Iterator[DeskBrowser]:
    """A page at a free desk."""
    station.control("PUT", "/behaviour", DOCUMENTED | {"star": request.param})
    yield from page_at_a_free_desk(station)


def being_thanked(station: Station, call_sid: str) -> None:
    wait_until(lambda: THANKS in station.heard(call_sid), why="they hear no thanks")


def test_a_caller_who_hears_thanks_is_brought_back_and_on_the_air_again(station: Station, page: DeskBrowser) -> None:
    first, second = queued(station, 2)
    dj = station.ring(DJ_PHONE, "dj")
    on_air(station, dj, first)
    assert page.drop().status == 200
    being_thanked(station, first)
    answer = page.bring_back(first)
    assert (answer.status, answer.json()["sentence"]) == (200, "That caller is first in line.")
    station.wait_until_queued(first)
    assert [row["call_sid"] for row in station.app.status()["calls"]] == [first, second]
    assert page.next().status == 200
    on_air(station, dj, first)
    assert station.is_waiting(second)


def test_after_next_the_caller_comes_when_the_one_on_the_air_goes(station: Station, page: DeskBrowser) -> None:
    first, second, third = queued(station, 3)
    dj = station.ring(DJ_PHONE, "dj")
    on_air(station, dj, first)
    assert page.next().status == 200
    being_thanked(station, first)
    pages = [page, DeskBrowser(station.app)]
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda one: one.bring_back(first).status, pages))
    assert answers == [200, 200]
    on_air(station, dj, second)
    station.wait_until_queued(first)
    assert page.next().status == 200
    on_air(station, dj, first)
    assert station.is_waiting(third)


def test_the_last_caller_comes_straight_back_to_a_desk_that_waits_for_the_next(
    station: Station, page: DeskBrowser
) -> None:
    [first] = queued(station, 1)
    dj = station.ring(DJ_PHONE, "dj")
    on_air(station, dj, first)
    assert page.next().status == 200
    being_thanked(station, first)
    wait_until(lambda: not page.desk["on_air"], why="the desk has them still")
    assert page.bring_back(first).status == 200
    on_air(station, dj, first)


def test_a_caller_who_has_hung_up_meanwhile_is_not(station: Station, page: DeskBrowser) -> None:
    [first] = queued(station, 1)
    dj = station.ring(DJ_PHONE, "dj")
    on_air(station, dj, first)
    page.drop()
    being_thanked(station, first)
    station.hang_up(first)
    answer = page.bring_back(first)
    assert (answer.status, answer.json()["error"]) == (409, "That caller has hung up.")
    assert stage(station, first) is None
    [row] = [row for row in station.app.status()["left"] if row["call_sid"] == first]
    assert row["outcome"] == "dropped"


def test_while_twilio_fails_the_page_is_told_and_the_thanks_go_on(station: Station, page: DeskBrowser) -> None:
    [first] = queued(station, 1)
    dj = station.ring(DJ_PHONE, "dj")
    on_air(station, dj, first)
    page.drop()
    being_thanked(station, first)
    station.control("PUT", "/faults", {"rest": {"status": 500, "rate": 1.0, "delay_ms": 0}})
    answer = page.bring_back(first)
    assert answer.status == 503
    assert answer.json()["error"].endswith("The caller was not brought back.")
    assert not answer.json()["star"]
    station.until(lambda: ended(station, first), "the thanks do not end")
    assert stage(station, first) is None
