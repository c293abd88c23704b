"""A show by keypad behind a PIN: the real app on the real rehearsal network, under every one of its behaviours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.presses import DeskBrowser
from tests.support.processes import wait_until
from tests.support.station import DJ_PHONE, OTHER_DJ_PHONE, Station, running_station
from tests.support.stories import BEHAVIOURS, CALM, DOCUMENTED, on_air, queued, thanked

PIN = "4711"
ASKS = "Please enter your PIN"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    with running_station(tmp_path_factory.mktemp("pin"), DJ_PIN=PIN) as station:
        yield station


@pytest.fixture(params=BEHAVIOURS)
def station(request: pytest.FixtureRequest, guarded: Station) -> Iterator[Station]:
    """A station with nobody on the line, where nothing is locked."""
    guarded.reset()
    guarded.control("PUT", "/behaviour", DOCUMENTED | BEHAVIOURS[request.param])
    page = DeskBrowser(guarded.app)
    page.set(automatic=True)
    wait_until(lambda: not page.desk["leg"], why="the desk is not free")
    yield guarded
    guarded.control("PUT", "/faults", CALM)
    unlock(guarded)


def unlock(station: Station) -> str:
    admin = station.app.browser("admin")
    admin.get("/accounts")
    return admin.fill_in("/accounts", do="unlock", key=DJ_PHONE).text


def key(station: Station, leg: str, pin: str) -> None:
    """Keys a PIN when the phone is asked for it, and waits until it was heard."""
    asked = asked_times(station, leg)
    station.press(leg, f"{pin}#")
    if pin != PIN:
        station.until(
            lambda: asked_times(station, leg) > asked or "locked" in station.heard(leg), "the wrong PIN is not heard"
        )


def asked_times(station: Station, leg: str) -> int:
    return station.heard(leg).count(ASKS)


def ring(station: Station, number: str = DJ_PHONE) -> str:
    """A DJ's phone that is being asked for its PIN."""
    leg = station.ring(number, "dj")
    wait_until(lambda: asked_times(station, leg), why="it is not asked for a PIN")
    return leg


def let_in(station: Station, number: str = DJ_PHONE) -> str:
    leg = ring(station, number)
    key(station, leg, PIN)
    return leg


def lock(station: Station) -> str:
    """A stranger forges the DJ's number and gets it locked."""
    leg = ring(station)
    for _ in range(5):
        key(station, leg, "0000")
    station.until(lambda: station.caller(leg)["status"] == "completed", "the stranger is not let go")
    return leg


def test_a_phone_keys_its_pin_once_and_then_the_star_is_next(station: Station) -> None:
    callers = queued(station, 3)
    dj = ring(station)
    assert not station.app.status()["desks"][0]["leg"], "nobody is at the desk yet"
    key(station, dj, PIN)
    on_air(station, dj, callers[0])
    for next_one in callers[1:]:
        station.press(dj, "*")
        on_air(station, dj, next_one)
    page = DeskBrowser(station.app)
    assert page.drop().status == 200
    thanked(station, callers[-1])
    assert asked_times(station, dj) == 1


def test_without_auto_advance_the_star_brings_the_next_after_a_caller_hung_up(station: Station) -> None:
    page = DeskBrowser(station.app)
    page.set(automatic=False)
    first, second = queued(station, 2)
    dj = let_in(station)
    on_air(station, dj, first)
    station.hang_up(first)
    station.until(lambda: page.desk["on_air"] == "", "the desk still has the first caller")
    station.advance(15)
    station.press(dj, "*")
    on_air(station, dj, second)
    assert asked_times(station, dj) == 1


def test_a_second_phone_is_offered_to_take_over_only_after_its_pin(station: Station) -> None:
    [first] = queued(station, 1)
    dj = let_in(station)
    on_air(station, dj, first)
    second = ring(station, OTHER_DJ_PHONE)
    station.press(second, "*#")
    station.until(lambda: asked_times(station, second) > 1, "a star is taken for a PIN")
    assert not station.app.status()["desks"][0]["rival"]
    key(station, second, PIN)
    station.until(lambda: "To take over, press star." in station.heard(second), "nothing is offered")
    assert station.are_bridged(dj, first)
    station.press(second, "*")
    page = DeskBrowser(station.app)
    wait_until(lambda: page.desk["consent_at"], why="nobody is asked")
    assert page.hand_over(second, agrees=True).status == 200
    on_air(station, second, first)


def test_a_call_that_seems_to_come_from_the_phone_on_the_air_takes_nothing_over(station: Station) -> None:
    [first] = queued(station, 1)
    dj = let_in(station)
    on_air(station, dj, first)
    stranger = lock(station)
    assert "This phone is locked" in station.heard(stranger)
    assert station.are_bridged(dj, first)
    second = station.ring("+447700900002")
    station.wait_until_queued(second)
    station.press(dj, "*")
    on_air(station, dj, second)


def test_a_locked_phone_hears_so_until_an_admin_unlocks_it_and_another_may(station: Station) -> None:
    [first] = queued(station, 1)
    lock(station)
    dj = station.ring(DJ_PHONE, "dj")
    station.until(lambda: station.caller(dj)["status"] == "completed", "a locked phone is not let go")
    assert "This phone is locked" in station.heard(dj)
    other = let_in(station, OTHER_DJ_PHONE)
    on_air(station, other, first)
    assert "may try its PIN again" in unlock(station)
    let_in(station)


def test_webhooks_that_come_twice_and_late_are_no_more_tries_than_were_made(station: Station) -> None:
    [first] = queued(station, 1)
    station.control("PUT", "/faults", {"webhooks": {"duplicate": 1.0, "delay_ms": [0, 50], "lose": 0.0}})
    dj = ring(station)
    for _ in range(4):
        key(station, dj, "0000")
    assert "locked" not in station.heard(dj)
    key(station, dj, PIN)
    on_air(station, dj, first)


def test_a_phone_that_keys_nothing_is_let_go(station: Station) -> None:
    dj = ring(station)
    station.until(lambda: station.caller(dj)["status"] == "completed", "it is asked for ever", 40)
    assert "No PIN was entered." in station.heard(dj)


def bridges(station: Station, dj: str) -> int:
    """How many callers the phone has been connected to, one after the other."""
    return sum(heard["verb"] == "Bridged" for heard in station.caller(dj)["heard"])


def test_when_the_app_is_killed_in_mid_show_the_phone_goes_on_without_another_pin(tmp_path: Path) -> None:
    with running_station(tmp_path, DJ_PIN=PIN) as station:
        [first, *_] = queued(station, 3)
        dj = let_in(station)
        on_air(station, dj, first)
        assert station.app.program is not None
        station.app.program.kill()
        # Which caller comes depends on when their waiting documents end, because then the fallback queues them again.
        for bridged in (2, 3):
            station.press(dj, "*")
            station.until(lambda bridged=bridged: bridges(station, dj) == bridged, "nobody comes", 40)
            if bridged == 2:
                station.app.start()
        assert asked_times(station, dj) == 1
