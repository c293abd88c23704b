"""The store fails in mid-show, or Twilio's API, or both: the next caller still comes, and no stranger gets in."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator

import pytest

from tests.support.outage import CALLERS, Show, new_show
from tests.support.presses import DeskBrowser
from tests.support.processes import wait_until
from tests.support.station import DJ_PHONE, Station, running_station


@pytest.fixture(scope="module")
def own_station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    """A station that is this file's own, because its store fails."""
    with running_station(tmp_path_factory.mktemp("station")) as station:
        yield station


@pytest.fixture(params=["action", "hangup"])
def star(request: pytest.FixtureRequest) -> str:
    """What Twilio does with the caller after a `*`: its documentation leaves that open."""
    return str(request.param)


@pytest.fixture
def show(own_station: Station, star: str) -> Show:
    return new_show(own_station, star)


@pytest.mark.parametrize("dead", [("store",), ("rest",), ("store", "rest")], ids="+".join)
def test_next_goes_on_while_the_store_or_twilios_api_is_dead(show: Show, star: str, dead: tuple[str, ...]) -> None:
    if star == "hangup":  # it looks like a caller that hangs up, after which only auto-advance brings somebody
        assert DeskBrowser(show.station.app).set(automatic=True).status == 200
    first, *others = show.queue(*CALLERS)
    show.connect_a_browser()
    show.station.wait_until_bridged(first, show.dj)
    with contextlib.ExitStack() as faults:
        if "store" in dead:
            faults.enter_context(show.the_store_fails())
        if "rest" in dead:
            show.station.control("PUT", "/faults", {"rest": {"status": 500, "rate": 1.0}})
        aired = [first, *(show.next() for _ in range(3))]
        assert len(set(aired)) == 4, "three others, one after the other"
        for call_sid in aired[:-1]:
            if star == "action":
                show.station.until(functools.partial(show.was_spoken_to, call_sid), "they are cut off")
    show.station.control("PUT", "/faults", {"rest": {"status": 500, "rate": 0.0}})
    [left] = set(others) - set(aired)
    assert show.next() == left
    wait_until(lambda: show.on_air == left, 30, "the line does not know who is on the air")


def test_a_stranger_who_rings_the_djs_number_while_the_store_is_dead_gets_nobody(show: Show) -> None:
    [caller] = show.queue(CALLERS[0])
    with show.the_store_fails():
        stranger = show.station.ring("+447700900998", "dj")
        phone = show.station.ring(DJ_PHONE, "dj")
        for _ in range(30):
            show.station.advance(1)
        assert show.station.caller(stranger)["bridged_to"] is None
        assert show.station.caller(phone)["bridged_to"] is None, "the app cannot know whether it keyed its PIN"
        assert show.station.is_waiting(caller)
