"""Listeners' calls from browsers on real pages: the desk's switch, and a token that is renewed in a long call."""

from __future__ import annotations

import time

from playwright.sync_api import Page, Response, expect

from tests.browser.conftest import DJ_HZ, Cast
from tests.browser.test_call_in import browser_call
from tests.browser.test_troubles import shorter_lived
from tests.support.looks import complaints_in_every_look
from tests.support.pages import DeskPage
from tests.support.processes import wait_until
from tests.support.station import LISTENER_NUMBER


def switch(desk: DeskPage, name: str) -> None:
    settings = desk.page.locator("details.settings")
    if not settings.evaluate("details => details.open"):
        settings.locator("summary").click()
    desk.page.get_by_role("switch", name=name).click()


def test_the_desk_switches_calls_from_the_web_off_and_the_page_gives_the_number(cast: Cast) -> None:
    desk = cast.desk()
    open_page = cast.call_page()
    name = "Web calls"
    switch(desk, name)
    desk.expect_words("Web calls are off")
    expect(desk.page.get_by_role("switch", name=name)).not_to_be_checked()
    expect(desk.page.get_by_text("Off: by phone only. Web calls that are in line go on.")).to_be_visible()
    open_page.call()  # before it asks the app again, every few seconds, and offers the number instead
    expect(open_page.title).to_have_text(
        f"The studio is not taking calls from the web right now. Please ring {LISTENER_NUMBER}."
    )
    open_page.page.reload()
    ring = open_page.page.get_by_role("link", name=LISTENER_NUMBER)
    expect(ring).to_have_attribute("href", f"tel:{LISTENER_NUMBER}")
    expect(open_page.call_button).to_have_count(0)
    assert complaints_in_every_look(desk.page) == []

    switch(desk, name)
    desk.expect_words("Listeners can call from the web.")
    open_page.page.reload()
    open_page.call()
    open_page.expect_stage("connected")


def identity_in(response: Response) -> str:
    return str(response.json()["identity"])


def test_a_listeners_token_is_renewed_in_mid_call_and_the_call_goes_on(cast: Cast) -> None:
    """A token of 15 seconds stands for one of ten minutes: the SDK asks for the next 10 seconds before the end."""
    call = cast.call_page()
    call.page.route("**/call/token", shorter_lived(cast, 15, application="TWILIO_LISTENER_APP_SID"), times=1)
    with call.page.expect_response("**/call/token") as first:
        call.call()
    call.expect_stage("connected")
    expires_at = time.monotonic() + 15
    sid = browser_call(cast)
    with call.page.expect_response("**/call/token", timeout=30_000) as renewed:
        pass
    assert identity_in(renewed.value) == identity_in(first.value)
    wait_until(lambda: time.monotonic() > expires_at + 2)
    assert cast.station.caller(sid)["status"] == "in-progress"
    call.expect_stage("connected")
    desk = cast.desk()
    desk.connect()
    desk.expect_air_state("on")
    call.hears(DJ_HZ)

    call.hang_up()
    call.expect_stage("ready")
    wait_until(lambda: cast.station.app.row(sid) is None, why="the call goes on")
    with call.page.expect_response("**/call/token") as next_one:
        call.call()  # the renewed token has the date of the call that is over
    assert identity_in(next_one.value) != identity_in(first.value)
    call.expect_stage("connected")


def test_the_second_of_two_tabs_that_call_at_once_is_told_that_the_first_has_a_call(cast: Cast) -> None:
    call = cast.call_page()
    second: Page = call.page.context.new_page()
    second.goto(call.url + "/call")
    expect(second.get_by_text("The line is open.")).to_be_visible()
    call.call()
    call.expect_stage("connected")
    sid = browser_call(cast)
    second.get_by_role("button", name="Call", exact=True).click()  # before it asks again how the line is

    def told() -> list[str]:
        calls = cast.station.control("GET", "/callers")
        return [one["call_sid"] for one in calls if "already" in cast.station.heard(one["call_sid"])]

    [denied] = wait_until(told, why="the second tab hears nothing")
    cast.station.until(lambda: cast.station.caller(denied)["status"] == "completed", "the second call goes on")
    expect(second.get_by_text("You are in a call already, in another tab.")).to_be_visible()
    assert cast.station.is_waiting(sid)
    call.expect_stage("connected")


def test_a_screener_blocks_a_browser_for_the_day_and_a_new_page_of_it_says_so(cast: Cast) -> None:
    call = cast.call_page()
    call.call()
    call.expect_stage("connected")
    sid = browser_call(cast)
    screener = cast.screener()
    screener.wait_until_ready()
    screener.connect()
    screener.talk_next_button.click()
    screener.expect_state("talk")
    button = screener.page.get_by_role("button", name="Block this browser for the day")
    expect(button).to_have_attribute("aria-pressed", "false")
    assert complaints_in_every_look(screener.page) == []
    button.click()
    expect(
        screener.page.get_by_text("This browser is blocked for the day: its next call is turned away.")
    ).to_be_visible()
    expect(button).to_have_attribute("aria-pressed", "true")
    assert complaints_in_every_look(screener.page) == []

    expect(screener.verdict("block")).to_contain_text("Block for the day")
    screener.verdict("block").click()
    screener.expect_words("Press Block again to block this browser for the day")
    screener.verdict("block").click()
    screener.expect_words("this browser is blocked for the day")
    cast.station.until(lambda: cast.station.caller(sid)["status"] == "completed", "the caller stays")
    call.page.reload()
    call.call()
    expect(call.title).to_have_text("The studio is not taking calls from this browser today.")

    screener.page.goto(f"{call.url}/callers")
    listed = screener.page.get_by_role("region", name="Browsers blocked for the day")
    expect(listed.get_by_text("By screener, until")).to_be_visible()
    assert complaints_in_every_look(screener.page) == []
    listed.get_by_role("button", name="Unblock").click()
    expect(screener.page.get_by_text("The browser is no longer blocked.")).to_be_visible()
    call.page.reload()
    call.call()
    call.expect_stage("connected")
