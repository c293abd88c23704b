"""What the line is for, from end to end: the real app on the real rehearsal network, callers and a DJ's phone."""

from __future__ import annotations

import pytest

from tests.support.processes import wait_until
from tests.support.station import DJ_PHONE, Station

BEHAVIOURS = {
    "as documented": {"star": "action"},
    "the other way": {
        "star": "hangup",
        "star_before_bridge": False,
        "empty_queue": "ring",
        "wait_url_failure": "hangup",
        "dead_leg_seconds": 1,
        "query": "sorted",
    },
}
"""What Twilio's documentation leaves open: every story must hold either way."""


@pytest.fixture(autouse=True, params=BEHAVIOURS)
def _behaviour(request: pytest.FixtureRequest, station: Station) -> None:
    station.control("PUT", "/behaviour", BEHAVIOURS[request.param])


def queued(station: Station, *numbers: str) -> list[str]:
    """Callers that ring one after the other and are in line in that order."""
    sids = []
    for number in numbers:
        sids.append(station.ring(number))
        station.wait_until_queued(sids[-1])
    return sids


def stage(station: Station, call_sid: str) -> str | None:
    row = station.app.row(call_sid)
    return None if row is None else str(row["stage"])


def test_a_caller_hears_the_broadcast_notice_and_waits_in_line(station: Station) -> None:
    [caller] = queued(station, "+12125550101")
    assert "may be broadcast" in station.heard(caller)
    assert station.caller(caller)["queue"] == "radio-callin-queue"
    station.until(lambda: "You are next" in station.heard(caller), "the caller is not told their place")


def test_each_caller_is_told_their_own_place(station: Station) -> None:
    _, second = queued(station, "+12125550101", "+447700900002")
    station.until(lambda: "You are number 2." in station.heard(second), "the caller is not told their place")


def test_the_djs_phone_takes_callers_in_order_and_star_brings_the_next(station: Station) -> None:
    first, second = queued(station, "+12125550101", "+447700900002")
    dj = station.ring(DJ_PHONE, "dj")
    station.wait_until_bridged(dj, first)
    assert stage(station, first) == "on_air"
    heard = [one["text"].rpartition("/")[2] for one in station.caller(first)["heard"]]
    assert heard[-2] in ("You're on.", "tone.wav")
    assert stage(station, second) == "waiting"
    station.press(dj, "*")
    station.wait_until_bridged(dj, second)
    station.until(lambda: station.caller(first)["status"] == "completed", "the first caller is not let go")
    wait_until(lambda: stage(station, first) is None, why="the first caller is still on the dashboard")
    assert stage(station, second) == "on_air"


def test_the_caller_that_the_dj_ended_is_thanked(station: Station) -> None:
    station.control("PUT", "/behaviour", {"star": "action"})
    [caller] = queued(station, "+12125550101")
    dj = station.ring(DJ_PHONE, "dj")
    station.wait_until_bridged(dj, caller)
    station.press(dj, "*")
    station.until(lambda: station.caller(caller)["status"] == "completed", "the caller is not let go")
    assert "Thank you for calling. Goodbye." in station.heard(caller)


def test_a_dj_who_comes_first_gets_the_caller_who_comes_then(station: Station) -> None:
    dj = station.ring(DJ_PHONE, "dj")
    caller = station.ring()
    station.wait_until_bridged(dj, caller)


def test_a_caller_who_hangs_up_while_waiting_leaves_the_line(station: Station) -> None:
    [caller] = queued(station, "+12125550101")
    station.hang_up(caller)
    wait_until(lambda: stage(station, caller) is None, why="the caller is still in line")
    assert station.app.status()["current_size"] == 0


def test_a_caller_who_hangs_up_during_the_greeting_leaves_the_line(station: Station) -> None:
    caller = station.ring()
    wait_until(lambda: stage(station, caller), why="the caller never arrived")
    station.hang_up(caller)
    wait_until(lambda: stage(station, caller) is None, why="the caller is still in line")


def test_when_the_caller_hangs_up_on_the_air_the_next_one_comes(station: Station) -> None:
    first, second = queued(station, "+12125550101", "+447700900002")
    dj = station.ring(DJ_PHONE, "dj")
    station.wait_until_bridged(dj, first)
    station.hang_up(first)
    station.wait_until_bridged(dj, second)
    wait_until(lambda: stage(station, first) is None, why="the first caller is still on the dashboard")


def test_when_the_studio_drops_out_the_caller_is_kept_and_comes_first(station: Station) -> None:
    first, second = queued(station, "+12125550101", "+447700900002")
    dj = station.ring(DJ_PHONE, "dj")
    station.wait_until_bridged(dj, first)
    station.hang_up(dj)
    station.until(lambda: stage(station, first) == "ready", "the caller is not back in line")
    station.until(lambda: "One moment, please." in station.heard(first), "the caller hears nothing")
    again = station.ring(DJ_PHONE, "dj")
    station.wait_until_bridged(again, first)
    assert stage(station, second) == "waiting"


def test_a_stranger_on_the_djs_number_is_refused_and_takes_nobody(station: Station) -> None:
    [caller] = queued(station, "+12125550101")
    stranger = station.ring("+447700900998", "dj")
    station.until(lambda: station.caller(stranger)["status"] == "completed", "the stranger is not let go")
    assert "studio only" in station.heard(stranger)
    assert station.is_waiting(caller)


def test_queue_status_follows_a_whole_call(station: Station) -> None:
    [caller] = queued(station, "+12125550101")
    status = station.app.status()
    assert (status["current_size"], status["more"]) == (1, 0)
    assert [row["position"] for row in status["calls"]] == [1]
    dj = station.ring(DJ_PHONE, "dj")
    station.wait_until_bridged(dj, caller)
    status = station.app.status()
    assert status["current_size"] == 0
    [row] = status["calls"]
    assert (row["stage"], row["position"]) == ("on_air", None)
    assert row["on_air_seconds"] is not None
    station.hang_up(caller)
    wait_until(lambda: not station.app.status()["calls"], why="the call is still shown")


def test_dashboards_that_poll_do_not_make_more_requests_to_twilio(station: Station) -> None:
    queued(station, "+12125550101")
    before = sum(station.control("GET", "/requests").values())
    for _ in range(300):
        station.app.status()
    assert sum(station.control("GET", "/requests").values()) - before <= 10
