"""The effect of presses at the desk: the real app on the real rehearsal network, under each of its behaviours."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.presses import DeskBrowser
from tests.support.processes import wait_until
from tests.support.station import DJ_PHONE, OTHER_DJ_PHONE, Station
from tests.support.stories import (
    CALM,
    ended,
    on_air,
    page_at_a_free_desk,
    queued,
    stage,
    thanked,
)

pytestmark = pytest.mark.usefixtures("each_behaviour")


@pytest.fixture
def page(station: Station) -> Iterator[DeskBrowser]:
    """A page with auto-advance on; the desk is free."""
    settings = {"automatic": True, "opening": "open", "ready_check": False}
    yield from page_at_a_free_desk(station, settings, after=settings)


def test_next_thanks_one_caller_and_brings_the_next(station: Station, page: DeskBrowser) -> None:
    first, second = queued(station, 2)
    dj = station.ring(DJ_PHONE, "dj")
    on_air(station, dj, first)
    answer = page.next()
    assert answer.status == 200, answer.text
    on_air(station, dj, second)
    thanked(station, first)


def test_next_pressed_twice_and_by_two_desks_moves_one_caller(station: Station, page: DeskBrowser) -> None:
    first, second, third = queued(station, 3)
    dj = station.ring(DJ_PHONE, "dj")
    on_air(station, dj, first)
    pages = [page, page, DeskBrowser(station.app), DeskBrowser(station.app)]
    seen = page.sees()
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda one: one.press("/desk/next", seen), pages))
    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409]
    assert {answer.json()["code"] for answer in answers if answer.status == 409} == {"already"}
    on_air(station, dj, second)
    assert page.press("/desk/next", seen).json()["code"] == "already"
    thanked(station, first)
    assert (stage(station, second), stage(station, third)) == ("on_air", "waiting")


def test_next_while_twilio_takes_ten_seconds_goes_by_the_star_and_moves_one_caller(
    station: Station, page: DeskBrowser
) -> None:
    first, second, third = queued(station, 3)
    dj = station.ring(DJ_PHONE, "dj")
    on_air(station, dj, first)
    station.control("PUT", "/faults", {"rest": {"status": None, "rate": 0.0, "delay_ms": 10_000}})
    answer = page.next()
    assert (answer.status, answer.json()["star"]) == (503, True)
    station.press(dj, "*")
    on_air(station, dj, second)
    station.advance(20)  # meanwhile Twilio carries out the request of ten seconds ago
    station.control("PUT", "/faults", CALM)
    station.until(lambda: station.caller(first)["status"] == "completed", "the first caller is not let go")
    assert station.are_bridged(dj, second)
    assert stage(station, third) == "waiting"


def test_the_chosen_caller_comes_and_the_others_keep_their_places(station: Station, page: DeskBrowser) -> None:
    first, second, third = queued(station, 3)
    dj = station.ring(DJ_PHONE, "dj")
    on_air(station, dj, first)
    answer = page.take(third)
    assert answer.status == 200, answer.text
    on_air(station, dj, third)
    thanked(station, first)
    assert station.app.status()["calls"][1]["call_sid"] == second
    page.next()
    on_air(station, dj, second)


def test_a_caller_who_still_hears_the_greeting_can_be_chosen(station: Station, page: DeskBrowser) -> None:
    [first] = queued(station, 1)
    dj = station.ring(DJ_PHONE, "dj")
    on_air(station, dj, first)
    late = station.ring("+447700900009")
    wait_until(lambda: stage(station, late), why="they never arrived")
    answer = page.take(late)
    assert answer.status == 200, answer.text
    on_air(station, dj, late)


def test_a_caller_who_still_hears_that_they_are_on_hold_can_be_brought_back(
    station: Station, page: DeskBrowser
) -> None:
    [first] = queued(station, 1)
    dj = station.ring(DJ_PHONE, "dj")
    on_air(station, dj, first)
    turn = page.desk["turn"]
    assert page.hold().status == 200
    wait_until(lambda: stage(station, first) == "held", why="they are not on hold")
    wait_until(lambda: page.desk["turn"] > turn, why="the desk has not asked for the next")
    answer = page.take(first)
    assert answer.status == 200, answer.text
    on_air(station, dj, first)


def test_a_caller_who_has_hung_up_cannot_be_chosen_and_nobody_is_cut_off(station: Station, page: DeskBrowser) -> None:
    first, second = queued(station, 2)
    dj = station.ring(DJ_PHONE, "dj")
    on_air(station, dj, first)
    station.hang_up(second)
    wait_until(lambda: stage(station, second) is None, why="they are still in line")
    assert page.take(second).json()["code"] == "gone"
    assert station.are_bridged(dj, first)


def test_without_auto_advance_nobody_follows_a_caller_who_hung_up_until_a_press(
    station: Station, page: DeskBrowser
) -> None:
    page.set(automatic=False)
    first, second = queued(station, 2)
    dj = station.ring(DJ_PHONE, "dj")
    on_air(station, dj, first)
    station.hang_up(first)
    wait_until(lambda: stage(station, first) is None, why="the first caller is still there")
    station.until(lambda: page.desk["on_air"] == "", "the desk still has the first caller")
    station.advance(15)
    assert stage(station, second) == "waiting"
    station.press(dj, "*")
    on_air(station, dj, second)


def test_drop_lets_one_caller_go_and_nobody_follows_until_next(station: Station, page: DeskBrowser) -> None:
    first, second = queued(station, 2)
    dj = station.ring(DJ_PHONE, "dj")
    on_air(station, dj, first)
    assert page.drop().status == 200
    thanked(station, first)
    station.until(lambda: page.desk["idle"], "the desk is not idle")
    station.advance(15)
    assert stage(station, second) == "waiting"
    assert page.next().status == 200
    on_air(station, dj, second)


def test_a_caller_on_hold_is_told_hears_music_and_is_brought_back(station: Station, page: DeskBrowser) -> None:
    first, second = queued(station, 2)
    dj = station.ring(DJ_PHONE, "dj")
    on_air(station, dj, first)
    assert page.hold().status == 200
    station.until(lambda: station.caller(first)["queue"] == "radio-callin-held", "they are not on hold")
    assert "You are off the air, and on hold." in station.heard(first)
    wait_until(lambda: stage(station, first) == "held", why="the dashboard does not know")
    station.advance(15)
    assert stage(station, second) == "waiting"
    assert page.next().status == 200
    on_air(station, dj, second)
    assert page.take(first).status == 200
    on_air(station, dj, first)
    thanked(station, second)


def test_an_order_made_by_hand_is_the_order_on_the_air(station: Station, page: DeskBrowser) -> None:
    first, second, third = queued(station, 3)
    assert page.move(third, first).status == 200
    dj = station.ring(DJ_PHONE, "dj")
    on_air(station, dj, third)
    station.press(dj, "*")
    on_air(station, dj, first)
    station.press(dj, "*")
    on_air(station, dj, second)


def test_closing_thanks_everyone_who_waits_and_lets_nobody_in(station: Station, page: DeskBrowser) -> None:
    first, second, third = queued(station, 3)
    dj = station.ring(DJ_PHONE, "dj")
    on_air(station, dj, first)
    assert page.set(opening="closed").status == 200
    for caller in (second, third):
        station.until(functools.partial(ended, station, caller), f"{caller} is not let go")
        assert "The line is closed now." in station.heard(caller)
    assert station.are_bridged(dj, first)
    late = station.ring("+447700900009")
    station.until(functools.partial(ended, station, late), "the late caller is not let go")
    assert "The line is closed now." in station.heard(late)
    page.set(opening="open")
    again = station.ring("+447700900008")
    station.wait_until_queued(again)


def test_the_next_caller_presses_1_or_is_passed_over(station: Station, page: DeskBrowser) -> None:
    page.set(ready_check=True)
    first, second = queued(station, 2)
    station.until(lambda: "press 1" in station.heard(first), "the first is not asked")
    station.until(lambda: (station.app.row(first) or {})["is_ready"] == "no", "silence counts as an answer")
    station.until(lambda: "press 1" in station.heard(second), "the second is not asked")
    dj = station.ring(DJ_PHONE, "dj")
    station.press(second, "1")
    on_air(station, dj, second)
    assert stage(station, first) == "waiting"
    station.until(lambda: "Press 1 when you are ready" in station.heard(first), "the first is not asked again")
    page.set(ready_check=False)


def test_hanging_up_on_the_page_thanks_the_caller(station: Station, page: DeskBrowser) -> None:
    [first] = queued(station, 1)
    dj = station.ring(DJ_PHONE, "dj")
    on_air(station, dj, first)
    assert page.hang_up().status == 200
    station.hang_up(dj)
    thanked(station, first)


def test_a_second_desk_is_offered_to_take_over_and_gets_the_same_caller(station: Station, page: DeskBrowser) -> None:
    [first] = queued(station, 1)
    dj = station.ring(DJ_PHONE, "dj")
    on_air(station, dj, first)
    second = station.ring(OTHER_DJ_PHONE, "dj")
    station.until(lambda: "To take over, press star." in station.heard(second), "nothing is offered")
    assert station.are_bridged(dj, first)
    station.press(second, "*")
    wait_until(lambda: page.desk["consent_at"], why="nobody is asked")
    assert station.are_bridged(dj, first)
    assert page.hand_over(second, agrees=True).status == 200
    on_air(station, second, first)
    station.until(lambda: station.caller(dj)["status"] == "completed", "the first desk is still connected")
    assert "One moment, please." in station.heard(first)


def test_an_admins_page_takes_over_with_a_press(station: Station, page: DeskBrowser) -> None:
    [first] = queued(station, 1)
    dj = station.ring(DJ_PHONE, "dj")
    on_air(station, dj, first)
    second = station.ring(OTHER_DJ_PHONE, "dj")
    wait_until(lambda: page.desk["rival"] == second, why="nothing is offered")
    admin = DeskBrowser(station.app, "admin")
    assert page.take_now(second).status == 403
    assert admin.take_now(second).status == 200
    on_air(station, second, first)
    assert admin.take_now(second).json()["code"] == "gone"


def test_a_caller_that_a_star_let_go_is_not_on_the_air_again_though_another_desk_takes_over_at_once(
    station: Station, page: DeskBrowser
) -> None:
    first, second = queued(station, 2)
    dj = station.ring(DJ_PHONE, "dj")
    on_air(station, dj, first)
    other = station.ring(OTHER_DJ_PHONE, "dj")
    wait_until(lambda: page.desk["rival"] == other, why="nothing is offered")
    station.control("PUT", "/faults", {"webhooks": {"duplicate": 0, "delay_ms": [1500, 1500], "lose": 0}})
    station.press(dj, "*")
    assert DeskBrowser(station.app, "admin").take_now(other).status == 200
    on_air(station, other, second)
    station.until(functools.partial(ended, station, first), f"{first} is not let go")
    assert f"Bridged {OTHER_DJ_PHONE}" not in station.heard(first)


def test_with_twilios_api_down_the_show_goes_on_by_the_star(station: Station, page: DeskBrowser) -> None:
    callers = queued(station, 3)
    dj = station.ring(DJ_PHONE, "dj")
    on_air(station, dj, callers[0])
    station.control("PUT", "/faults", {"rest": {"status": 500, "rate": 1.0, "delay_ms": 0}})
    for next_one in callers[1:]:
        answer = page.next()
        assert (answer.status, answer.json()["star"]) == (503, True)
        station.press(dj, "*")
        on_air(station, dj, next_one)
    assert page.take(callers[1]).status in (409, 503)


def test_a_webhook_that_comes_twice_moves_nobody_twice(station: Station, page: DeskBrowser) -> None:
    station.control("PUT", "/faults", {"webhooks": {"duplicate": 1.0, "delay_ms": [0, 0], "lose": 0.0}})
    first, second, third = queued(station, 3)
    dj = station.ring(DJ_PHONE, "dj")
    on_air(station, dj, first)
    page.next()
    on_air(station, dj, second)
    page.take(third)
    on_air(station, dj, third)
    for done in (first, second):
        station.until(functools.partial(lambda sid: station.caller(sid)["status"] == "completed", done), "not let go")
