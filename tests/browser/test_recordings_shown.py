"""Recordings are shown with their calls: on the caller's page and in the day's table, in the browser that has them."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Cast
from tests.support.chromium import new_page
from tests.support.looks import complaints_about
from tests.support.pages import DeskPage, sign_in
from tests.support.recorder import RecorderPanel

RECORDED, NOT_RECORDED = "+447700900041", "+447700900042"


def record_a_call(cast: Cast) -> tuple[DeskPage, str, str]:
    """A desk that has recorded one call of two: their SIDs."""
    recorded, other = cast.waiting(RECORDED, NOT_RECORDED)
    desk = cast.desk()
    desk.connect()
    desk.expect_on_air_with("041")
    panel = RecorderPanel(desk.page)
    panel.start()
    panel.wait_until_recorded(2)
    panel.stop()
    panel.close()
    desk.next_caller()
    desk.expect_on_air_with("042")
    desk.hang_up()
    return desk, recorded, other


def open_callers(page: Page, url: str, call_sid: str) -> None:
    page.goto(f"{url}/callers?call_sid={call_sid}")
    expect(page.get_by_role("heading", name="Last calls")).to_be_visible()


def test_a_recorded_call_has_a_link_to_its_recording_in_the_browser_that_has_it(cast: Cast) -> None:
    desk, recorded, other = record_a_call(cast)
    page, url = desk.page, desk.url
    open_callers(page, url, other)
    expect(page.get_by_role("link", name="Recorded")).to_have_count(0)
    open_callers(page, url, recorded)
    link = page.get_by_role("link", name="Recorded")
    expect(link).to_have_count(1)
    assert complaints_about(page) == []
    link.click()
    panel = RecorderPanel(page)
    expect(panel.dialog).to_be_visible()
    expect(panel.rows).to_have_count(1)
    expect(panel.rows).to_contain_text("•••041")
    expect(panel.rows.get_by_role("button", name=re.compile("^Play")).first).to_be_focused()

    page.goto(url + "/waits")
    page.get_by_role("button", name="Show as a table").last.click()
    table = page.locator("[data-table=waits]")
    expect(table.get_by_role("link", name="Recorded")).to_have_count(1)
    expect(table.get_by_role("columnheader", name="Recording")).to_be_visible()
    assert complaints_about(page) == []

    elsewhere = new_page(cast.dj_browser)
    cast.pages.append(elsewhere)
    sign_in(elsewhere, url)
    elsewhere.goto(url + "/waits")
    elsewhere.get_by_role("button", name="Show as a table").last.click()
    expect(elsewhere.get_by_role("columnheader", name="Joined at")).to_be_visible()
    expect(elsewhere.get_by_role("columnheader", name="Recording")).to_be_hidden()
