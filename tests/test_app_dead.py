"""The app is killed in mid-show and not restarted: Twilio alone brings the next caller, as often as Next is pressed."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import pytest

from callin.config import read
from callin.twilio.client import TwilioAccess, TwilioAccount
from tests.support.outage import CALLERS, Show, new_show
from tests.support.presses import DeskBrowser
from tests.support.processes import wait_until
from tests.support.screeners import ScreenerBrowser
from tests.support.station import DJ_PHONE, Station, running_station

BACK_SECONDS = 3.0


@pytest.fixture(scope="module")
def killed_station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    """A station that is this file's own, because its app is killed."""
    with running_station(tmp_path_factory.mktemp("station")) as station:
        yield station


@pytest.fixture(params=["action", "hangup"])
def star(request: pytest.FixtureRequest) -> str:
    """What Twilio does with the caller after a `*`: its documentation leaves that open."""
    return str(request.param)


@pytest.fixture
def show(killed_station: Station, star: str) -> Show:
    return new_show(killed_station, star)


@pytest.mark.parametrize("leg", ["browser", "phone"])
def test_next_brings_three_callers_one_after_the_other_and_nobody_is_aired_twice(
    show: Show, star: str, leg: str
) -> None:
    first, *others = show.queue(*CALLERS)
    if leg == "browser":
        show.connect_a_browser()
    else:
        show.connect()
    show.station.wait_until_bridged(first, show.dj)
    show.lose_the_app()
    show.a_minute_goes_by()
    assert show.station.are_bridged(first, show.dj), "the one on the air is not disturbed"
    aired = [first, *(show.next() for _ in range(3))]
    assert len(set(aired)) == 4, "three others, one after the other"
    [left] = set(others) - set(aired)
    *let_go, on_air = aired
    for call_sid in let_go:
        if star == "action":
            show.station.until(functools.partial(show.is_waiting_again, call_sid), "they are cut off")
        else:
            assert show.station.caller(call_sid)["status"] == "completed"
    assert show.station.is_waiting(left)

    show.station.app.start()
    wait_until(lambda: show.on_air == on_air, BACK_SECONDS, "the page does not know who is on the air")
    wait_until(lambda: first not in show.line, BACK_SECONDS, "the caller on the air waits to be on again")
    assert show.line[0] == left, "callers that were not on the air come before those that may have been"
    assert show.next() == left
    wait_until(lambda: show.on_air == left, why="the app does not have its desk's leg back")


def test_a_caller_that_rang_while_the_app_was_dead_and_is_on_the_air_is_known_when_it_is_back(show: Show) -> None:
    show.connect_a_browser()
    wait_until(lambda: show.station.app.status()["desks"][0]["leg"] == show.dj, why="the DJ is not connected")
    show.lose_the_app()
    caller = show.station.ring(CALLERS[0])
    show.station.wait_until_bridged(caller, show.dj)
    show.station.app.start()
    wait_until(lambda: show.on_air == caller, BACK_SECONDS + 20, "the page does not know who is on the air")
    row = show.station.app.row(caller)
    assert row is not None
    assert row["number"] == "•••001"


def test_a_leg_that_has_nobody_asks_the_app_as_soon_as_it_is_back_so_that_the_next_caller_is_named(show: Show) -> None:
    show.connect_a_browser()

    def turn() -> int:
        return int(show.station.app.status()["desks"][0]["turn"])

    wait_until(lambda: show.station.app.status()["desks"][0]["leg"] == show.dj, why="the DJ is not connected")
    before = turn()
    show.lose_the_app()
    show.a_minute_goes_by()
    show.station.app.start()
    wait_until(lambda: turn() > before, BACK_SECONDS, "the leg still plays the fallback document")
    caller = show.station.ring(CALLERS[0])
    show.station.wait_until_bridged(caller, show.dj)
    wait_until(lambda: show.on_air == caller, BACK_SECONDS, "the page does not know who is on the air")


def test_a_caller_on_hold_that_the_fallback_has_queued_is_on_hold_again_when_the_app_is_back(show: Show) -> None:
    [held] = show.queue(CALLERS[0])
    show.connect()
    show.station.wait_until_bridged(held, show.dj)
    wait_until(lambda: show.on_air == held, why="the app does not know who is on the air")
    page = DeskBrowser(show.station.app)
    assert page.hold().status == 200
    show.station.until(lambda: show.station.caller(held)["queue"] == "radio-callin-held", "they are not put on hold")
    show.station.hang_up(show.dj)
    show.lose_the_app()
    show.a_minute_goes_by()
    assert show.station.caller(held)["queue"] == "radio-callin-queue", "the file cannot know that they were on hold"
    show.station.app.start()
    show.station.until(lambda: show.station.caller(held)["queue"] == "radio-callin-held", "they are in line instead")
    assert held not in show.line, "Next would bring them"
    show.connect()
    wait_until(lambda: page.desk["leg"] == show.dj, why="the DJ is not at the desk")
    assert page.take(held).status == 200
    show.station.wait_until_bridged(held, show.dj)


@pytest.mark.parametrize("leg", ["browser", "phone"])
def test_a_dj_who_connected_while_the_app_was_dead_is_at_the_desk_when_it_is_back(show: Show, leg: str) -> None:
    [caller] = show.queue(CALLERS[0])
    identity = show.station.app.visitor().ask("POST", "/token").json()["identity"]
    show.lose_the_app()
    show.connect(f"client:{identity}" if leg == "browser" else DJ_PHONE)
    show.a_minute_goes_by()
    show.station.wait_until_bridged(caller, show.dj)
    show.station.app.start()
    wait_until(lambda: show.on_air == caller, BACK_SECONDS + 20, "the page does not know who is on the air")
    assert show.station.app.status()["desks"][0]["leg"] == show.dj
    assert show.station.are_bridged(caller, show.dj), "the two are not disturbed"


def test_a_second_leg_that_the_app_does_not_know_has_nobody_on_the_air_beside_the_desk(show: Show) -> None:
    """Both connected while the app was dead, and each got a caller from the fallback: the newer one is the DJ's."""
    callers = show.queue(*CALLERS[:2])
    identity = show.station.app.visitor().ask("POST", "/token").json()["identity"]
    show.lose_the_app()
    legs = []
    for _ in callers:
        show.station.advance(2)  # Twilio tells when a call began in whole seconds
        show.connect(f"client:{identity}")
        legs.append(show.dj)
    show.a_minute_goes_by()
    for call_sid in callers:
        show.station.until(lambda one=call_sid: show.station.caller(one)["bridged_to"], "no caller comes")
    show.station.app.start()
    wait_until(
        lambda: show.station.app.status()["desks"][0]["leg"] == legs[1], BACK_SECONDS + 20, "nobody is at the desk"
    )

    def on_air() -> list[str]:
        return [one for one in callers if show.station.caller(one)["bridged_to"]]

    show.station.until(lambda: len(on_air()) == 1, "two are on the air at once")
    [left] = set(callers) - set(on_air())
    wait_until(lambda: show.on_air not in ("", left), BACK_SECONDS + 20, "the page does not know who is on the air")
    wait_until(lambda: show.line == [left], why="the caller parted from the older leg is not in line")
    assert show.next() == left


def test_in_a_screened_show_next_brings_those_who_are_ready_and_nobody_else(show: Show, star: str) -> None:
    station = show.station
    assert DeskBrowser(station.app).set(screened=True).status == 200
    screener = ScreenerBrowser(station)
    screeners_leg = screener.connect()
    *ready, unscreened = show.queue(*CALLERS)
    for call_sid in ready:
        screener.talk(call_sid)
        assert screener.decide(call_sid, "ready").status == 200
        station.until(functools.partial(show.is_ready, call_sid), "a caller is not ready")
    show.connect_a_browser()
    station.wait_until_bridged(ready[0], show.dj)
    show.lose_the_app()
    show.a_minute_goes_by()
    aired = [ready[0], *(show.next() for _ in range(3))]
    assert set(aired) == set(ready), "three others, one after the other, and all of them ready"
    if star == "action":
        station.until(functools.partial(show.is_waiting_again, aired[-2]), "they are cut off")
    assert station.is_waiting(unscreened)
    assert station.caller(screeners_leg)["bridged_to"] is None, "the screener takes nobody from the air"

    station.app.start()
    wait_until(lambda: show.on_air == aired[-1], BACK_SECONDS, "the page does not know who is on the air")
    assert unscreened in show.line
    station.press(show.dj, "*")
    station.advance(30)
    assert not station.are_bridged(unscreened, show.dj)


def test_the_fallback_follows_the_switch_of_screening(show: Show) -> None:
    station = show.station
    press = DeskBrowser(station.app).press
    settings = read(station.app.environment)
    account = TwilioAccount(
        TwilioAccess(settings.twilio_account_sid, settings.twilio_auth_token, settings.twilio_api_url)
    )

    def fallbacks() -> set[str]:
        number = account.number(settings.twilio_dj_number)
        application = account.application(settings.twilio_app_sid)
        assert number is not None
        assert application is not None
        urls = (one.properties["voice_fallback_url"] for one in (number, application))
        return {url.partition("#")[0].rpartition("/")[2] for url in urls}

    assert press("/desk/settings", {"screened": True}).status == 200
    assert fallbacks() == {"fallback-studio-screened.xml"}
    assert press("/desk/settings", {"screened": False}).status == 200
    assert fallbacks() == {"fallback-studio.xml"}
    station.control("PUT", "/faults", {"rest": {"status": 500, "rate": 1.0}})
    assert press("/desk/settings", {"screened": True}).status == 503, "Twilio could not be told"
    station.control("PUT", "/faults", {"rest": {"status": 500, "rate": 0.0}})
    assert station.app.status()["show"]["screened"] is False
