"""Leaving the page ends its call: nothing in the head of a page with a phone does so without asking."""

from __future__ import annotations

import re

from playwright.sync_api import Dialog, Page, expect

from tests.browser.conftest import DJ_HZ, Cast
from tests.support.pages import DeskPage, open_menu
from tests.support.processes import wait_until

CALLER = "+447700900001"


def on_air_as_admin(cast: Cast) -> tuple[DeskPage, str]:
    """A caller on the air with an admin's desk, because an admin's page head has every link."""
    [caller] = cast.waiting(CALLER)
    desk = cast.new_desk()
    desk.open("admin")
    desk.wait_until_ready()
    desk.connect()
    desk.expect_on_air_with("001")
    return desk, caller


def names_of_links_that_open_beside(page: Page) -> list[str]:
    """Presses each link in the head, closes what it opened, and returns the links' names."""
    names = []
    for link in page.locator("header.head a").all():
        if not link.is_visible():
            open_menu(page)
        name = link.inner_text()
        with page.expect_popup() as opened:
            link.click()
        opened.value.close()
        assert "in a new tab" in name, name
        names.append(re.sub(r"\s+", " ", name.replace("(in a new tab)", "")).strip())
    return names


def test_every_link_in_the_head_leaves_the_desk_and_its_call_as_they_are(cast: Cast) -> None:
    desk, caller = on_air_as_admin(cast)
    assert names_of_links_that_open_beside(desk.page) == [
        *(
            "Screener",
            "Waits",
            "Callers",
            "Messages",
            "Your account",
            "Shows",
            "Accounts",
            "Station",
            "Words",
            "Sounds",
            "Check",
            "Audit",
            "Help",
            "Phone network",
        )
    ]
    desk.expect_on_air_with("001")
    cast.caller_hears(caller, DJ_HZ)


def test_every_link_in_the_head_leaves_the_screeners_page_and_its_call_as_they_are(cast: Cast) -> None:
    screener = cast.screener("admin")
    screener.connect()
    assert names_of_links_that_open_beside(screener.page) == [
        *("Desk", "Waits", "Callers", "Messages", "Your account", "Shows", "Accounts", "Station", "Words", "Sounds"),
        *("Check", "Audit", "Help", "Phone network"),
    ]
    screener.expect_state("free")


def test_signing_out_by_keyboard_waits_until_the_call_is_over(cast: Cast) -> None:
    desk, caller = on_air_as_admin(cast)
    sign_out = desk.page.get_by_role("button", name="Sign out")
    open_menu(desk.page)
    sign_out.press("Enter")
    desk.expect_words(r"^You are in a call\. Hang up first, then sign out\.")
    expect(sign_out).to_be_hidden()
    cast.caller_hears(caller, DJ_HZ)
    desk.hang_up()
    desk.expect_words("You hung up")
    with desk.page.expect_request("**/sign-out") as asked:
        desk.page.route("**/sign-out", lambda route: route.abort())  # other tests go on with this session
        open_menu(desk.page)
        sign_out.press("Enter")
    assert asked.value.method == "POST"


def test_the_browser_asks_before_a_call_is_left(cast: Cast) -> None:
    desk, caller = on_air_as_admin(cast)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    desk.page.on("dialog", stay)
    desk.page.evaluate("setTimeout(() => location.assign('/help'))")
    wait_until(lambda: desk.page.evaluate("1") and asked, why="nothing is asked")
    assert asked == ["beforeunload"]
    desk.expect_on_air_with("001")
    cast.caller_hears(caller, DJ_HZ)
