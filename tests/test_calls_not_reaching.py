"""A wrong setting is noticed: the fallback queues callers, every desk names the cause, and `/health` answers 503."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.processes import wait_until
from tests.support.station import DJ_PHONE, Station, running_station
from tests.support.web import Answer, ask

TWO_COMPARISONS_SECONDS = 45.0
"""The time from one comparison with Twilio's lists until the one after the next."""


@pytest.fixture
def own_station(tmp_path: Path) -> Iterator[Station]:
    """A station of the test's own, whose app is started with other settings."""
    with running_station(tmp_path) as station:
        yield station


def restart(station: Station, **settings: str) -> None:
    station.app.end()
    station.app.environment.update(settings)
    station.app.start()


def health(station: Station) -> Answer:
    return ask(station.app.url + "/health")


def twilio(station: Station) -> dict[str, Any]:
    told: dict[str, Any] = station.app.status()["twilio"]
    return told


def ring_into_the_fallback(station: Station, number: str) -> str:
    caller = station.ring(number)
    station.until(lambda: station.is_waiting(caller), "the fallback document did not queue the caller")
    assert "broadcast" in station.heard(caller)
    return caller


def must_have_everybody_again(station: Station, *callers: str) -> None:
    """All callers are adopted, the app greets the next one, and no problem is reported any more."""
    wait_until(lambda: health(station).status == 200, why="/health does not say that all is well")
    for caller in callers:
        wait_until(lambda caller=caller: station.app.row(caller), why="the app did not find the caller")
    assert (twilio(station)["missed_calls"], twilio(station)["problem"]) == (0, "")
    dj = station.ring(DJ_PHONE, "dj")
    station.until(lambda: any(station.are_bridged(dj, one) for one in callers), "the DJ speaks with nobody", 40)
    station.wait_until_queued(station.ring("+447700900009"))
    assert health(station).json()["ok"] is True


@pytest.mark.timeout(180)
def test_with_a_wrong_public_url_desks_are_told_which_address_twilio_asks(own_station: Station) -> None:
    station = own_station
    right = station.app.environment["PUBLIC_URL"]
    wrong = right.replace("127.0.0.1", "localhost")
    restart(station, PUBLIC_URL=wrong)
    wait_until(lambda: health(station).json()["twilio"]["age_seconds"] is not None, why="no comparison with Twilio")
    assert health(station).status == 200, "no problem can be known yet"
    callers = [ring_into_the_fallback(station, f"+44770090000{number}") for number in (1, 2)]
    wait_until(lambda: twilio(station)["missed_calls"] == 2, TWO_COMPARISONS_SECONDS, "the desk is told of nothing")
    cause = f"Twilio asks {right}/twiml/enqueue, but PUBLIC_URL is {wrong}: they must be the same."
    assert twilio(station)["missed_cause"] == cause
    assert station.app.row(callers[0]) is not None, "they are in line nevertheless"
    answer = health(station)
    assert (answer.status, answer.json()["missed_calls"], answer.json()["missed_cause"]) == (503, 2, cause)
    assert answer.json()["refused_requests"] >= 6
    assert station.app.program is not None
    assert 1 <= station.app.program.output.count("without Twilio's signature") <= 2

    restart(station, PUBLIC_URL=right)
    must_have_everybody_again(station, *callers)


@pytest.mark.timeout(120)
def test_with_a_wrong_auth_token_desks_are_told_that_twilio_refuses_it(own_station: Station) -> None:
    station = own_station
    right = station.app.environment["TWILIO_AUTH_TOKEN"]
    restart(station, TWILIO_AUTH_TOKEN="0" * 32)
    caller = ring_into_the_fallback(station, "+447700900001")
    answer = wait_until(lambda: (found := health(station)).status == 503 and found, why="/health says that all is well")
    assert "check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN" in answer.json()["twilio"]["problem"]
    assert twilio(station)["problem"] == answer.json()["twilio"]["problem"]

    restart(station, TWILIO_AUTH_TOKEN=right)
    must_have_everybody_again(station, caller)


@pytest.mark.timeout(120)
def test_after_an_outage_nothing_is_reported_about_callers_that_the_fallback_queued(own_station: Station) -> None:
    station = own_station
    assert station.app.program is not None
    station.app.program.kill()
    caller = ring_into_the_fallback(station, "+447700900001")
    station.app.start()
    wait_until(lambda: station.app.row(caller), why="the app did not find the caller")
    wait_until(lambda: health(station).json()["twilio"]["age_seconds"] is not None, why="no comparison with Twilio")
    ages = [0]

    def has_compared_again() -> bool:
        """Another comparison has happened when its age falls."""
        report = health(station).json()
        assert (report["ok"], report["missed_calls"]) == (True, 0)
        ages.append(report["twilio"]["age_seconds"])
        return ages[-1] < ages[-2]

    wait_until(has_compared_again, TWO_COMPARISONS_SECONDS, "no second comparison with Twilio")
    assert twilio(station)["missed_calls"] == 0
