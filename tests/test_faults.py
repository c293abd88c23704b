"""When something breaks: the app is down, Twilio fails, webhooks come twice. Nobody is lost or left in silence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.presses import put_as_new
from tests.support.processes import wait_until
from tests.support.station import DJ_PHONE, Station, running_station


@pytest.fixture
def own_station(tmp_path: Path) -> Iterator[Station]:
    """A station of the test's own: it may be broken."""
    with running_station(tmp_path) as station:
        yield station


def kill_app(station: Station) -> None:
    assert station.app.program is not None
    station.app.program.kill()


def test_while_the_app_is_down_callers_are_queued_and_afterwards_they_are_in_line(own_station: Station) -> None:
    station = own_station
    kill_app(station)
    caller = station.ring()
    station.until(lambda: station.is_waiting(caller), "the fallback document did not queue the caller")
    assert "broadcast" in station.heard(caller)
    station.app.start()
    wait_until(lambda: station.app.row(caller), 15, "the app did not find the caller")
    dj = station.ring(DJ_PHONE, "dj")
    station.wait_until_bridged(dj, caller)


def test_if_twilio_fails_just_when_the_app_is_back_its_lists_are_read_again_at_once(own_station: Station) -> None:
    station = own_station
    kill_app(station)
    caller = station.ring()
    station.until(lambda: station.is_waiting(caller), "the fallback document did not queue the caller")
    station.control("PUT", "/faults", {"rest": {"status": 500, "rate": 1.0, "delay_ms": 0}})
    station.app.start()
    wait_until(lambda: station.app.status()["twilio"].get("problem"), 15, "the first look did not fail")
    station.control("PUT", "/faults", {"rest": {"status": 500, "rate": 0.0, "delay_ms": 0}})
    wait_until(lambda: station.app.row(caller), 10, "the caller is found as late as in the middle of a show")


def test_a_waiting_caller_keeps_the_place_and_the_wait_when_the_app_is_killed(own_station: Station) -> None:
    station = own_station
    first = station.ring("+447700900001")
    station.wait_until_queued(first)
    second = station.ring("+447700900002")
    station.wait_until_queued(second)
    kill_app(station)
    station.app.start()
    rows = station.app.status()["calls"]
    assert [row["call_sid"] for row in rows] == [first, second]


def test_five_hundred_callers_who_hung_up_while_the_app_was_down_are_noticed_with_a_few_requests(
    own_station: Station,
) -> None:
    station = own_station
    put_as_new(station.app)
    station.control("POST", "/crowd", {"callers": 500, "per_second": 100, "patience_seconds": [900, 900]})
    wait_until(lambda: station.app.status()["current_size"] == 500, 60, "they are not all in line")
    kill_app(station)
    for caller in station.control("GET", "/callers"):
        station.hang_up(caller["call_sid"])
    before = sum(station.control("GET", "/requests").values())
    station.app.start()
    wait_until(lambda: station.app.status()["current_size"] == 0, 60, "they are still in line")
    assert sum(station.control("GET", "/requests").values()) - before <= 12


def test_callers_who_wait_while_the_app_is_down_are_kept_by_the_fallback_and_then_taken(own_station: Station) -> None:
    station = own_station
    caller = station.ring("+447700900001")
    station.wait_until_queued(caller)
    kill_app(station)
    station.until(
        lambda: "If you have not been on the air yet" in station.heard(caller), "the caller never met the fallback", 40
    )
    station.until(lambda: station.is_waiting(caller), "the fallback did not queue the caller")
    station.app.start()
    assert station.app.row(caller) is not None
    dj = station.ring(DJ_PHONE, "dj")
    station.wait_until_bridged(dj, caller)


def test_a_djs_phone_that_finds_the_app_down_is_kept_and_never_put_into_the_line(own_station: Station) -> None:
    station = own_station
    kill_app(station)
    dj = station.ring(DJ_PHONE, "dj")
    station.advance(60)
    assert (station.caller(dj)["status"], station.caller(dj)["queue"]) == ("in-progress", None)
    station.app.start()
    caller = station.ring()
    station.wait_until_bridged(dj, caller)


def test_while_twilios_api_fails_the_show_goes_on_and_the_dashboard_says_so(station: Station) -> None:
    station.control("PUT", "/faults", {"rest": {"status": 500, "rate": 1.0, "delay_ms": 0}})
    caller = station.ring()
    station.wait_until_queued(caller)
    dj = station.ring(DJ_PHONE, "dj")
    station.wait_until_bridged(dj, caller)

    def problem() -> str:
        return str(station.app.status()["twilio"].get("problem", ""))

    assert "Twilio" in wait_until(problem, 25, "the dashboard does not say that Twilio fails")


@pytest.mark.parametrize("star", ["action", "hangup"])
def test_webhooks_that_come_twice_and_late_do_not_move_anyone_twice(station: Station, star: str) -> None:
    station.control("PUT", "/behaviour", {"star": star})
    station.control("PUT", "/faults", {"webhooks": {"duplicate": 1.0, "delay_ms": [0, 200], "lose": 0.0}})
    callers = []
    for number in range(3):
        callers.append(station.ring(f"+44770090000{number}"))
        station.wait_until_queued(callers[-1])
    dj = station.ring(DJ_PHONE, "dj")
    for caller in callers:
        station.wait_until_bridged(dj, caller)
        station.press(dj, "*")
    wait_until(lambda: not station.app.status()["calls"], 15, "somebody is still in line")
