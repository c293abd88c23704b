"""A desk is taken over by consent, on the rehearsal network, whether `*` sends the caller on or ends their call."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.presses import DeskBrowser
from tests.support.processes import wait_until
from tests.support.station import DJ_PHONE, OTHER_DJ_PHONE, Station
from tests.support.stories import DOCUMENTED, on_air, page_at_a_free_desk, queued


@pytest.fixture(params=["action", "hangup"])
def page(request: pytest.FixtureRequest, station: Station) -> Iterator[DeskBrowser]:
    """A page; the desk is free."""
    station.control("PUT", "/behaviour", DOCUMENTED | {"star": request.param})
    yield from page_at_a_free_desk(station)


def connected(station: Station, page: DeskBrowser, phone: str = OTHER_DJ_PHONE) -> str:
    leg = station.ring(phone, "dj")
    station.until(lambda: "To take over, press star." in station.heard(leg), "nothing is offered")
    assert page.desk["rival"] == leg
    return leg


def test_a_refused_phone_hears_so_and_nobody_is_cut_off(station: Station, page: DeskBrowser) -> None:
    [first] = queued(station, 1)
    dj = station.ring(DJ_PHONE, "dj")
    on_air(station, dj, first)
    other = connected(station, page)
    station.press(other, "*")
    wait_until(lambda: page.desk["consent_at"], why="nobody is asked")
    assert page.hand_over(other, agrees=False).json()["sentence"] == "You keep the desk. The telephone has been told."
    station.until(lambda: "The other desk keeps the line." in station.heard(other), "it is not told")
    assert page.take_over(other).json()["code"] == "refused"
    assert station.are_bridged(dj, first)


def test_after_ten_seconds_of_silence_the_phone_that_asked_has_the_desk(station: Station, page: DeskBrowser) -> None:
    [first] = queued(station, 1)
    dj = station.ring(DJ_PHONE, "dj")
    on_air(station, dj, first)
    other = connected(station, page)
    station.press(other, "*")
    wait_until(lambda: page.desk["consent_at"], why="nobody is asked")
    station.until(lambda: "The other desk has been asked." in station.heard(other), "it is not told what it waits for")
    on_air(station, other, first)
    assert "One moment, please." in station.heard(first)


def test_a_caller_let_go_with_a_star_while_the_desk_is_asked_stays_let_go(station: Station, page: DeskBrowser) -> None:
    first, second = queued(station, 2)
    dj = station.ring(DJ_PHONE, "dj")
    on_air(station, dj, first)
    other = connected(station, page)
    assert page.take_over(other).status == 200
    station.press(dj, "*")
    on_air(station, dj, second)
    assert page.withdraw(other).status == 200
    assert page.hand_over(other, agrees=True).json()["code"] == "gone"
    assert station.are_bridged(dj, second)
    assert not page.desk["consent_at"]
