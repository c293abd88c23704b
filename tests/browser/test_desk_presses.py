"""What the DJ's buttons do, each as a story that ends in where the callers are and what they heard."""

from __future__ import annotations

import re

from playwright.sync_api import Route, expect

from rehearsal.cast import pitch_hz_of
from tests.browser.conftest import DJ_HZ, Cast
from tests.support.processes import wait_until
from tests.support.station import DJ_PHONE

PRESS_AND_READ = """() => {
  document.querySelector('[data-part-of-desk="next"]').click();
  const { air } = document.querySelector("[data-desk]").dataset;
  return [air, document.querySelector('[data-part-of-desk="status-advice"]').textContent];
}"""
FIRST, SECOND, THIRD = "+447700900001", "+447700900002", "+447700900003"


def is_over(cast: Cast, call_sid: str) -> bool:
    return bool(cast.station.caller(call_sid)["status"] == "completed")


def is_thanked(cast: Cast, call_sid: str) -> bool:
    """Whether the caller heard words after the conversation."""
    after = [heard["verb"] for heard in cast.station.caller(call_sid)["heard"]]
    return "Bridged" in after and "Say" in after[after.index("Bridged") :]


def test_next_says_at_once_what_will_happen_and_thanks_the_caller(cast: Cast) -> None:
    first, second = cast.waiting(FIRST, SECOND)
    desk = cast.desk()
    desk.connect()
    desk.expect_on_air_with("001")
    cast.desk_leg(first)
    expect(desk.next_button).not_to_have_attribute("aria-disabled", "true")
    assert desk.page.evaluate(PRESS_AND_READ) == ["next", "Thanking this caller. The next caller is on the way."]
    desk.expect_on_air_with("002")
    wait_until(lambda: is_over(cast, first), why="the first is not let go")
    assert is_thanked(cast, first)
    cast.caller_hears(second, DJ_HZ)


def test_drop_lets_the_caller_go_with_thanks_and_nobody_follows_until_next(cast: Cast) -> None:
    first, second = cast.waiting(FIRST, SECOND)
    desk = cast.desk()
    desk.connect()
    desk.expect_on_air_with("001")
    cast.desk_leg(first)
    desk.drop()
    desk.expect_words("Nobody is on the air")
    expect(desk.advice).to_contain_text("The caller ending 001 was thanked and let go. One caller waits")
    wait_until(lambda: is_over(cast, first), why="the first is not let go")
    assert is_thanked(cast, first)
    cast.station.advance(60)
    assert cast.station.is_waiting(second), "nobody follows"

    desk.next_caller()
    desk.expect_on_air_with("002")
    cast.caller_hears(second, DJ_HZ)
    desk.hears(pitch_hz_of(SECOND))


def test_take_this_one_brings_the_chosen_caller_past_the_others(cast: Cast) -> None:
    first, second, third = cast.waiting(FIRST, SECOND, THIRD)
    desk = cast.desk()
    desk.connect()
    desk.expect_on_air_with("001")
    cast.desk_leg(first)
    desk.take_button("003").click()
    desk.expect_on_air_with("003")
    cast.caller_hears(third, DJ_HZ)
    wait_until(lambda: is_over(cast, first), why="the first is not let go")
    assert is_thanked(cast, first)
    assert cast.station.is_waiting(second)
    desk.expect_callers(["•••002"])


def test_hold_keeps_the_caller_with_music_and_brings_them_back(cast: Cast) -> None:
    first, second = cast.waiting(FIRST, SECOND)
    desk = cast.desk()
    desk.connect()
    desk.expect_on_air_with("001")
    cast.desk_leg(first)
    desk.hold_button.click()
    desk.expect_words("Nobody is on the air")
    expect(desk.advice).to_contain_text("The caller ending 001 is on hold. One caller waits")
    expect(desk.row("001")).to_contain_text("On hold")
    cast.station.until(lambda: "you are off the air, and on hold" in cast.station.heard(first).lower())
    cast.station.advance(60)
    assert cast.station.is_waiting(second), "nobody follows"

    desk.page.get_by_role("button", name=re.compile("^Resume.*the caller ending 001$")).click()
    desk.expect_on_air_with("001")
    cast.caller_hears(first, DJ_HZ)
    assert cast.station.is_waiting(second)


def test_hanging_up_thanks_the_caller_who_is_not_kept(cast: Cast) -> None:
    first, second = cast.waiting(FIRST, SECOND)
    desk = cast.desk()
    desk.connect()
    desk.expect_on_air_with("001")
    cast.desk_leg(first)
    desk.hang_up()
    desk.expect_words("You hung up")
    cast.station.until(lambda: is_over(cast, first), "the caller is kept")
    assert is_thanked(cast, first)
    assert cast.station.is_waiting(second)


def test_hanging_up_works_though_the_app_says_nothing(cast: Cast) -> None:
    [first] = cast.waiting(FIRST)
    desk = cast.desk()
    desk.connect()
    desk.expect_on_air_with("001")
    leg = cast.desk_leg(first)
    desk.page.route("**/desk/hang-up", lambda _: None)
    desk.hang_up()
    desk.expect_words("Hanging up")
    desk.expect_words("You hung up")
    wait_until(lambda: is_over(cast, leg), why="the desk's leg lives on")


def test_auto_advance_is_switched_off_and_on(cast: Cast) -> None:
    desk = cast.desk()
    expect(desk.automatic_switch).to_be_checked()
    desk.automatic_switch.click()
    desk.expect_words("Auto-advance is off: after a caller hangs up, press Next")
    expect(desk.automatic_switch).not_to_be_checked()
    desk.automatic_switch.click()
    desk.expect_words("Auto-advance is on: when a caller hangs up, the next one goes on the air")
    expect(desk.automatic_switch).to_be_checked()


def test_a_doubled_next_takes_one(cast: Cast) -> None:
    first, second, third = cast.waiting(FIRST, SECOND, THIRD)
    desk = cast.desk()
    desk.connect()
    desk.expect_on_air_with("001")
    cast.desk_leg(first)
    desk.next_button.dblclick()
    desk.expect_on_air_with("002")
    cast.caller_hears(second, DJ_HZ)
    desk.expect_on_air_with("002")
    assert cast.station.is_waiting(third)


def test_enter_that_is_held_down_on_next_presses_once(cast: Cast) -> None:
    _, _, third = cast.waiting(FIRST, SECOND, THIRD)
    desk = cast.desk()
    desk.connect()
    desk.expect_on_air_with("001")
    desk.next_button.focus()
    desk.page.wait_for_timeout(1000)  # a press of what has just come up is not meant
    for _ in range(30):
        desk.page.keyboard.down("Enter")  # after the first, each is a repetition
        desk.page.wait_for_timeout(100)
    desk.page.keyboard.up("Enter")
    desk.expect_on_air_with("002")
    assert cast.station.is_waiting(third)


def test_next_by_two_pages_at_once_takes_one_and_the_other_is_told(cast: Cast) -> None:
    """Here the desk is a telephone, and two pages show its buttons."""
    first, second, third = cast.waiting(FIRST, SECOND, THIRD)
    leg = cast.station.ring(DJ_PHONE, "dj")
    cast.station.until(lambda: cast.station.are_bridged(first, leg), "the telephone is not the desk")
    ann, bob = cast.desk(), cast.new_desk()
    bob.page.route("**/queue-status*", lambda _: None)  # his screen is behind: he presses for the caller that it shows
    bob.open()
    bob.wait_until_ready()
    for desk in (ann, bob):
        desk.expect_words("A telephone is on the air with the caller ending 001")
        expect(desk.next_button).not_to_have_attribute("aria-disabled", "true")
    ann.next_caller()
    cast.station.until(lambda: cast.station.are_bridged(second, leg), "the next does not come")
    bob.next_caller()
    bob.expect_words("Another desk pressed just before you")
    cast.station.advance(5)
    assert cast.station.are_bridged(second, leg)
    assert cast.station.is_waiting(third)
    assert is_thanked(cast, first)


def test_a_press_that_the_app_refuses_says_why(cast: Cast) -> None:
    first, second = cast.waiting(FIRST, SECOND)
    desk = cast.desk()
    desk.connect()
    desk.expect_on_air_with("001")
    cast.desk_leg(first)

    def hang_up_just_before(route: Route) -> None:
        cast.station.hang_up(second)
        cast.station.until(lambda: cast.station.app.row(second) is None, "the second is still in line")
        route.continue_()

    desk.page.route("**/desk/take", hang_up_just_before)
    desk.take_button("002").click()
    desk.expect_words("no longer in line")
    assert cast.station.caller(first)["bridged_to"], "a refused press sends nobody away"
