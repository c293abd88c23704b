"""The lock: while somebody is on the air, whatever would end that call has to be pressed twice."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import DJ_HZ, Cast
from tests.support.pages import DeskPage
from tests.support.processes import wait_until

FIRST, SECOND, THIRD = (f"+44770090000{n}" for n in range(1, 4))


def on_air_and_locked(cast: Cast, *numbers: str) -> tuple[DeskPage, list[str]]:
    """The first of these callers on the air with a desk that is locked."""
    callers = cast.waiting(*numbers)
    desk = cast.desk()
    desk.page.keyboard.press("l")
    expect(desk.lock_switch).to_be_checked()
    desk.connect()
    desk.expect_on_air_with("001")
    cast.desk_leg(callers[0])
    return desk, callers


def wait_until_it_counts(desk: DeskPage) -> None:
    """Waits, because a second press that comes at once counts as a bounce of the first."""
    since: float = desk.page.evaluate("performance.now()")
    wait_until(lambda: desk.page.evaluate("performance.now()") - since > 400, why="the page's clock stands")


def test_next_is_pressed_twice_to_end_a_call(cast: Cast) -> None:
    desk, [first, second] = on_air_and_locked(cast, FIRST, SECOND)
    cast.caller_hears(first, DJ_HZ)
    desk.page.keyboard.press("n")
    desk.expect_words("^Locked: press Next again to end this call")
    assert cast.station.caller(first)["bridged_to"]
    wait_until_it_counts(desk)
    desk.page.keyboard.press("n")
    desk.expect_on_air_with("002")
    cast.caller_hears(second, DJ_HZ)


def test_a_doubled_press_does_not_count_as_a_second_one(cast: Cast) -> None:
    desk, [first, second] = on_air_and_locked(cast, FIRST, SECOND)
    desk.next_button.dblclick()
    desk.expect_words("^Locked: press Next again")
    cast.station.advance(30)
    assert cast.station.caller(first)["bridged_to"]
    assert cast.station.is_waiting(second)


@pytest.mark.parametrize(
    ("words", "press"),
    [
        ("Drop", lambda desk: desk.drop_button),
        ("Hold", lambda desk: desk.hold_button),
        ("Hang up", lambda desk: desk.hang_up_button),
        ("Take", lambda desk: desk.take_button("002")),
    ],
    ids=["drop", "hold", "hang up", "take"],
)
def test_whatever_ends_a_call_is_asked_for_twice(cast: Cast, words: str, press: Callable[[DeskPage], Locator]) -> None:
    desk, [first, _] = on_air_and_locked(cast, FIRST, SECOND)
    button = press(desk)
    button.click()
    desk.expect_words(f"^Locked: press {words} again")
    assert cast.station.caller(first)["bridged_to"]
    wait_until_it_counts(desk)
    button.click()
    cast.station.until(lambda: not cast.station.caller(first)["bridged_to"], "the second press does not count")


def test_another_button_or_another_caller_does_not_count_as_a_second_press(cast: Cast) -> None:
    desk, [first, *_] = on_air_and_locked(cast, FIRST, SECOND, THIRD)
    desk.take_button("002").click()
    desk.expect_words("press Take again")
    wait_until_it_counts(desk)
    desk.take_button("003").click()
    wait_until_it_counts(desk)
    desk.drop()
    desk.expect_words("^Locked: press Drop again")
    assert cast.station.caller(first)["bridged_to"]


def test_a_question_that_waits_too_long_is_asked_again(cast: Cast) -> None:
    desk, [first, _] = on_air_and_locked(cast, FIRST, SECOND)
    desk.next_caller()
    desk.expect_words("^Locked: press Next again")
    desk.expect_words("^On the air with")  # the question is taken back after three seconds
    desk.next_caller()
    desk.expect_words("^Locked: press Next again")
    assert cast.station.caller(first)["bridged_to"]


def test_the_lock_is_in_nobodys_way_while_nobody_is_on_the_air_and_stays_through_a_reload(cast: Cast) -> None:
    first, second = cast.waiting(FIRST, SECOND)
    desk = cast.desk()
    desk.lock_switch.click()
    expect(desk.lock_switch).to_have_accessible_description(
        "On: press twice to end a call. A phone’s * cannot be locked."
    )
    desk.page.reload()
    desk.wait_until_ready()
    expect(desk.lock_switch).to_be_checked()
    desk.automatic_switch.click()
    expect(desk.automatic_switch).not_to_be_checked()
    desk.connect()
    desk.expect_on_air_with("001")
    cast.station.hang_up(first)
    desk.expect_words("Nobody is on the air")
    desk.next_caller()
    desk.expect_on_air_with("002")
    cast.caller_hears(second, DJ_HZ)
    desk.page.keyboard.press("l")
    expect(desk.lock_switch).not_to_be_checked()
    desk.hang_up()
    desk.expect_words("You hung up")


def test_the_lock_guards_callers_of_other_lines_while_nobody_is_on_the_first(cast: Cast) -> None:
    desk, [_, second, _] = on_air_and_locked(cast, FIRST, SECOND, THIRD)
    page = desk.page
    desk.row("002").get_by_role("button", name=re.compile("^Add")).click()
    other = page.locator(".lines > .air").nth(1)
    expect(other).to_have_attribute("data-line-state", "on")
    for _ in range(2):
        page.keyboard.press("Shift+D")
        wait_until_it_counts(desk)
    desk.expect_air_state("standby")
    hang_up_sign, next_sign = (page.locator(f"{name} > .lock-sign") for name in (".hang-up", ".next"))
    expect(hang_up_sign).to_be_visible()
    expect(next_sign).to_be_hidden()
    page.get_by_role("button", name=re.compile("^Drop all")).click()
    desk.expect_words("^Locked: press Drop again")
    page.keyboard.press("Shift+H")
    desk.expect_words("^Locked: press Hang up again")
    page.keyboard.press("2")
    expect(next_sign).to_be_visible()
    assert cast.station.caller(second)["bridged_to"]
    wait_until_it_counts(desk)
    page.keyboard.press("Shift+H")
    cast.station.until(lambda: not cast.station.caller(second)["bridged_to"], "the second press does not count")
