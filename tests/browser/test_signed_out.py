"""A session that ends while the desk or the screener is open: each page says so and what to do, and presses nothing."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Cast
from tests.support.looks import complaints_about
from tests.support.station import Station
from tests.support.visitors import signed_in

FIRST, SECOND = "+447700900001", "+447700900002"
AFTER_THE_END = "+447700900009"
OWN_TO_THE_PAGE = {"History", "Keys", "Lock", "Record", "Refresh", "Sign in again", "Sound", ""}
"""Controls that press nothing: drawers, the lock, a link to another page, and the keyboard's checkbox, without text."""

WORKING = """
desk => [...desk.querySelectorAll("button, input, select, textarea, a")]
  .filter((one) => one.checkVisibility() && !one.disabled && one.getAttribute("aria-disabled") !== "true")
  .map((one) => one.innerText.trim().split("\\n")[0])
"""


def end_every_session(station: Station, *names: str) -> None:
    """Signs these accounts out everywhere, and wakes the pages that wait for news."""
    for name in names:
        other = signed_in(station.app.url, name)
        other.get("/account")
        assert other.fill_in("/account", do="end").status == 200
        other.get("/account")
        assert other.fill_in("/sign-out").status in (200, 303)
    station.ring(AFTER_THE_END)


def working(page: Page) -> set[str]:
    """The first words of the buttons and fields of the desk that are in sight and not switched off."""
    found: list[str] = page.locator("[data-desk]").evaluate(WORKING)
    return set(found)


def test_a_signed_out_person_is_told_what_to_do_and_can_press_nothing(cast: Cast) -> None:
    cast.waiting(FIRST, SECOND)
    desk, screener = cast.desk(), cast.screener()
    desk.wait_until_ready()
    screener.wait_until_ready()
    expect(desk.card_button("001")).not_to_have_attribute("aria-disabled", "true")
    end_every_session(cast.station, "dj", "screener")
    for at in (desk, screener):
        expect(at.title).to_have_text("You are signed out.")
        expect(at.advice).to_have_text("Press “Sign in again” on this page.")
        expect(at.page.get_by_role("link", name="Sign in again")).to_be_visible()
        assert working(at.page) <= OWN_TO_THE_PAGE, working(at.page) - OWN_TO_THE_PAGE
        at.page.keyboard.press("c")
        expect(at.title).to_have_text("You are signed out. Press “Sign in again” first.")
        assert complaints_about(at.page) == []


def test_a_person_signed_out_in_a_call_may_mute_and_hang_up_and_their_caller_is_kept(cast: Cast) -> None:
    first, _ = cast.waiting(FIRST, SECOND)
    desk = cast.desk()
    desk.connect()
    desk.expect_on_air_with("001")
    end_every_session(cast.station, "dj")
    expect(desk.title).to_have_text("You are signed out.")
    expect(desk.advice).to_contain_text("only Mute and Hang up work")
    assert working(desk.page) - OWN_TO_THE_PAGE == {"Mute", "Hang up"}
    desk.page.keyboard.press("n")
    expect(desk.title).to_have_text("You are signed out. Press “Sign in again” first.")
    assert cast.station.caller(first)["bridged_to"], "the press let nobody go"
    desk.hang_up()
    expect(desk.advice).to_have_text("Press “Sign in again” on this page.")
    cast.station.wait_until_queued(first)
