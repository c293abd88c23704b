"""The whisper: only the DJ hears who is coming. On the rehearsal network, under each of its behaviours."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.presses import DeskBrowser
from tests.support.processes import wait_until
from tests.support.station import DJ_PHONE, Station
from tests.support.stories import on_air, page_at_a_free_desk, queued
from tests.support.visitors import signed_in

NOTICE = "You will be on the air in a moment, after a tone. This call may be broadcast."


pytestmark = pytest.mark.usefixtures("each_behaviour")


@pytest.fixture
def page(station: Station) -> Iterator[DeskBrowser]:
    """A page at a free desk of a show with the whisper on."""
    yield from page_at_a_free_desk(station, {"automatic": True, "whisper": True}, after={"whisper": False})


def unknown(station: Station) -> str:
    """A caller in line that nothing is known about, not even from an earlier test."""
    sid = station.ring("anonymous")
    station.wait_until_queued(sid)
    return sid


def write(station: Station, call_sid: str, **words: str) -> None:
    screener = signed_in(station.app.url, "screener")
    for field, value in words.items():
        body = {"call_sid": call_sid, "field": field, "value": value, "base": 0}
        assert screener.press("/desk/card", body).status == 200


def test_the_dj_hears_name_place_and_topic_and_the_caller_hears_the_notice(station: Station, page: DeskBrowser) -> None:
    [first], second = queued(station, 1), unknown(station)
    write(station, first, name="Ann <b>", place="Leeds & York", topic="Parking")
    station.until(lambda: (station.app.row(first) or {})["noticed_at"], "the first is not told")
    dj = station.ring(DJ_PHONE, "dj")
    on_air(station, dj, first)
    assert station.heard(dj).count("Ann <b>, Leeds & York. Parking.") == 1
    assert "Parking" not in station.heard(first)
    assert "This call may be broadcast." in station.heard(first)
    row = station.app.row(first)
    assert row is not None
    assert row["joined_at"] < row["noticed_at"] < row["changed_at"], "it is kept that they were told, and when"
    page.next()
    on_air(station, dj, second)
    assert station.heard(dj).endswith("Next caller."), "the second caller has no card"


def test_a_press_tells_the_page_what_is_whispered_while_it_is(station: Station, page: DeskBrowser) -> None:
    first, second = queued(station, 2)
    write(station, second, name="Bob", topic="The bridge")
    dj = station.ring(DJ_PHONE, "dj")
    on_air(station, dj, first)
    mark = station.app.status()["mark"]
    page.next()
    seen = signed_in(station.app.url).get(f"/queue-status?since={mark}").json()["desks"][0]
    assert seen["claimed"] in ("", second)
    assert seen["whisper"] in ("", "Bob. The bridge.")
    on_air(station, dj, second)
    assert "Bob. The bridge." in station.heard(dj)
    assert page.desk["whisper"] == "", "it was said"


def test_a_caller_to_an_empty_line_is_whispered_and_comes_soon(station: Station, page: DeskBrowser) -> None:
    dj = station.ring(DJ_PHONE, "dj")
    wait_until(lambda: page.desk["leg"] == dj, why="the DJ is not at the desk")
    caller = unknown(station)
    on_air(station, dj, caller)
    assert "Next caller." in station.heard(dj)
    assert NOTICE in station.heard(caller)


def test_with_twilios_api_down_the_show_goes_on_without_it(station: Station, page: DeskBrowser) -> None:
    first, second = queued(station, 2)
    dj = station.ring(DJ_PHONE, "dj")
    on_air(station, dj, first)
    station.control("PUT", "/faults", {"rest": {"status": 500, "rate": 1.0, "delay_ms": 0}})
    assert page.next().json()["star"] is True
    station.press(dj, "*")
    on_air(station, dj, second)
