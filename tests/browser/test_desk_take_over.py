"""Two desks, and a desk that is lost: who is on the air, what each page says, and that no caller is lost."""

from __future__ import annotations

import re
import time

from playwright.sync_api import expect

from rehearsal.cast import pitch_hz_of
from tests.browser.conftest import DJ_HZ, Cast
from tests.support.pages import DeskPage
from tests.support.processes import wait_until

FIRST, SECOND = "+447700900001", "+447700900002"
CALL_LIVES_SECONDS = 4 * 3600


def on_the_air(cast: Cast) -> tuple[DeskPage, str]:
    """A desk that is on the air with the first caller."""
    [first] = cast.waiting(FIRST)
    desk = cast.desk()
    desk.connect()
    desk.expect_on_air_with("001")
    cast.desk_leg(first)
    return desk, first


def test_a_second_desk_is_not_on_the_air_until_it_takes_over(cast: Cast) -> None:
    ann, first = on_the_air(cast)
    bob = cast.desk()
    bob.connect()
    bob.expect_air_state("rival")
    bob.expect_words("Another desk is connected")
    expect(bob.page).not_to_have_title(re.compile("ON AIR"))
    expect(bob.next_button).to_be_hidden()
    bob.page.keyboard.press("n")
    bob.expect_words("Take over first")
    ann.expect_on_air_with("001")
    expect(ann.advice).to_contain_text("dj is connected and may take over.")
    cast.caller_hears(first, DJ_HZ)

    wait_until(lambda: ann.air_seconds >= 5, why="the clock stands")
    before = ann.air_seconds
    bob.take_over_button.click()
    bob.expect_on_air_with("001")
    assert bob.air_seconds >= before, "the caller's time on the air goes on"
    ann.expect_words(r"^dj has taken over\.")
    ann.expect_air_state("elsewhere")
    cast.caller_hears(first, DJ_HZ)
    expect(bob.page).to_have_title(re.compile("ON AIR"))
    expect(ann.page).not_to_have_title(re.compile("ON AIR"))


def test_a_desk_that_takes_over_has_every_line_of_the_console_and_mixes_them(cast: Cast) -> None:
    ann, first = on_the_air(cast)
    [second] = cast.waiting(SECOND)
    ann.row("002").get_by_role("button", name=re.compile("^Add")).click()
    expect(ann.page.locator(".lines > .air").nth(1)).to_have_attribute("data-line-state", "on")
    bob = cast.desk()
    bob.connect()
    bob.expect_air_state("rival")
    bob.take_over_button.click(delay=1000)
    bob.expect_on_air_with("001")
    expect(bob.page.locator(".lines > .air").nth(1)).to_have_attribute("data-line-state", "on")
    for caller, other in ((first, SECOND), (second, FIRST)):
        cast.caller_hears_among_others(caller, DJ_HZ)
        cast.caller_hears_among_others(caller, pitch_hz_of(other))
    ann.expect_words(r"^dj has taken over\.")
    ann.expect_air_state("elsewhere")
    bob.hang_up()


def test_a_second_tab_of_ones_own_is_offered_to_take_over_too(cast: Cast) -> None:
    desk, first = on_the_air(cast)
    page = desk.page.context.new_page()
    tab = DeskPage(page, cast.station.app.url)
    tab.open()
    tab.wait_until_ready()
    tab.connect()
    tab.expect_air_state("rival")
    cast.caller_hears(first, DJ_HZ)
    desk.expect_on_air_with("001")
    tab.take_over_button.click()
    tab.expect_on_air_with("001")
    desk.expect_words("has taken over")


def test_a_doubled_press_of_connect_does_not_take_over(cast: Cast) -> None:
    ann, _ = on_the_air(cast)
    bob = cast.desk()
    bob.connect_button.focus()
    bob.page.keyboard.press("Enter")
    bob.expect_air_state("rival")
    expect(bob.take_over_button).to_be_focused()
    bob.page.keyboard.press("Enter")
    bob.expect_air_state("rival")
    ann.expect_on_air_with("001")


def test_a_reload_in_mid_call_keeps_the_caller_who_comes_first_again(cast: Cast) -> None:
    desk, first = on_the_air(cast)
    [second] = cast.waiting(SECOND)
    desk.page.on("dialog", lambda dialog: dialog.accept())
    desk.page.reload()
    desk.expect_words("You were on the air with the caller ending 001 when this page was reloaded")
    cast.station.until(lambda: cast.station.is_waiting(first), "the caller is not kept")
    expect(desk.advice).to_contain_text("The caller ending 001 is still there, and comes first")
    expect(desk.row("001")).to_contain_text("First again")
    desk.expect_callers(["•••001", "•••002"])

    desk.wait_until_ready()
    desk.connect()
    desk.expect_on_air_with("001")
    cast.caller_hears(first, DJ_HZ)
    assert cast.station.is_waiting(second)


def test_an_old_call_is_renewed_while_nobody_is_on_the_air(cast: Cast) -> None:
    desk = cast.desk()
    desk.connect()
    desk.expect_words("The line is empty")
    leg = cast.station.app.status()["desks"][0]["leg"]
    # Only the page's clock: its timers, and the SDK's, run on.
    desk.page.clock.set_fixed_time((time.time() + CALL_LIVES_SECONDS - 1500) * 1000)
    wait_until(lambda: cast.station.app.status()["desks"][0]["leg"] not in ("", leg), why="the call is not renewed")
    desk.expect_air_state("standby")
    first = cast.station.ring(FIRST)
    cast.station.until(lambda: cast.station.caller(first)["bridged_to"], "nobody comes to the new call")
    desk.expect_on_air_with("001")
    cast.caller_hears(first, DJ_HZ)


def test_an_old_call_is_not_renewed_while_somebody_is_on_the_air(cast: Cast) -> None:
    desk, first = on_the_air(cast)
    leg = cast.desk_leg(first)
    desk.page.clock.set_fixed_time((time.time() + CALL_LIVES_SECONDS - 1500) * 1000)
    cast.caller_hears(first, DJ_HZ)
    assert cast.desk_leg(first) == leg
