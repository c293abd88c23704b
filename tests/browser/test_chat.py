"""What the desks say to each other: seen without a sound, read out, and never lost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Cast
from tests.support.line_status import DESK, FakeLine, a_caller, a_card, a_status, on_the_air
from tests.support.pages import sign_in

HOSTILE = "<b onclick=alert(1)>Two</b> & a half minutes"


def panel(page: Page) -> Locator:
    return page.locator("[data-chat-panel]")


def unread(page: Page) -> Locator:
    return page.locator("[data-chat=unread]")


def messages(page: Page) -> Locator:
    return page.locator("[data-chat=messages] li")


def test_the_desks_talk(cast: Cast) -> None:
    screener, desk = cast.screener(), cast.desk()
    desk.page.keyboard.press("/")
    expect(desk.page.get_by_label("Message to the other desks")).to_be_focused()
    desk.page.get_by_role("button", name="Two minutes left").click()

    expect(unread(screener.page)).to_have_text("1 new message")
    expect(panel(screener.page).locator("summary")).to_contain_text("dj: Two minutes left")
    expect(screener.page).to_have_title("(1 new message) · Screener · Radio Call-In")
    expect(screener.page.locator("[data-chat-announcement]")).to_have_text("dj: Two minutes left")
    expect(unread(desk.page)).to_be_hidden()
    first = messages(screener.page).first.element_handle()

    screener.page.keyboard.press("/")
    screener.page.keyboard.type(HOSTILE)
    screener.page.keyboard.press("Enter")
    expect(messages(desk.page).last).to_contain_text(HOSTILE)
    expect(messages(screener.page).last).to_contain_text(HOSTILE)
    expect(messages(screener.page).last).to_have_attribute("data-own", "yes")
    assert first.evaluate("(line) => line.isConnected"), "a new message draws only its own line"
    expect(screener.page).to_have_title("Screener · Radio Call-In")  # it was in sight for a while
    expect(unread(screener.page)).to_be_hidden()

    screener.page.route("**/desk/chat", lambda route: route.abort())
    field = screener.page.get_by_label("Message to the other desks")
    field.fill("Can you hear me?")
    field.press("Enter")
    expect(panel(screener.page)).to_contain_text("Not sent yet")
    expect(field).to_have_value("Can you hear me?")


@pytest.mark.parametrize("path", ["/", "/screener"])
def test_the_person_at_each_desk_is_shown(cast: Cast, path: str) -> None:
    page = cast.new_desk().page
    talks: dict[str, Any] = {"with": "screen-x", "with_name": "sam", "stage": "screening", "card": a_card(name="Bo")}
    on_air = on_the_air("001")
    status = a_status(on_air, a_caller("002", **talks), desk={"leg": "CA1", "who": "dee", "on_air": on_air["call_sid"]})
    status["desks"].append(DESK | {"name": "screen-x", "leg": "CA2", "who": "sam"})
    FakeLine(page, status)
    sign_in(page, cast.station.app.url)
    page.goto(cast.station.app.url + path)
    page.evaluate("dispatchEvent(new Event('online'))")
    page.locator("[data-chat-panel] summary").click()
    desks = page.locator("[data-desks] li")
    expect(desks).to_have_text(["dee on the air, with •••001", "sam screening, with Bo"])
    expect(page.locator(".caller", has_text=re.compile("•••002"))).to_contain_text("sam is talking with them")
