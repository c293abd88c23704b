"""The pages about callers as people meet them: lists, search, one caller, and deleting them, all by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.looks import WIDE, complaints_in_every_look
from tests.support.pages import sign_in
from tests.support.station import Station
from tests.support.visitors import Visitor, signed_in

NUMBER = "+447700900611"
SCRIPT = "<img src=x onerror=alert(1)>"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=WIDE, color_scheme="dark", reduced_motion="reduce", timezone_id="Asia/Tokyo")
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def press(visitor: Visitor, path: str, body: object) -> None:
    answer = visitor.press(path, body)
    assert answer.status == 200, answer.text


@pytest.fixture
def caller_id(studio: Station) -> str:
    """A caller that much is known about and that is on a list: their page's id."""
    visitor = signed_in(studio.app.url, "screener")
    sid = studio.ring(NUMBER)
    studio.wait_until_queued(sid)
    for field, value in (("name", SCRIPT), ("place", "Llanfairpwllgwyngyll"), ("topic", "Owls " * 30)):
        press(visitor, "/desk/card", {"call_sid": sid, "field": field, "value": value, "base": 0})
    press(visitor, "/caller/notes", {"call_sid": sid, "notes": "Talks long.\n" + "x" * 300, "base": 0})
    press(visitor, "/caller/standing", {"call_sid": sid, "standing": "warn"})
    caller_id: str = visitor.get(f"/caller?call_sid={sid}").json()["id"]
    studio.hang_up(sid)
    studio.until(lambda: studio.app.row(sid) is None, "the call goes on")
    return caller_id


def test_the_pages_about_callers_are_accessible_and_fit(studio: Station, page: Page, caller_id: str) -> None:
    sign_in(page, studio.app.url, "admin")
    page.goto(studio.app.url + "/callers")
    expect(page.locator('[data-list="warn"]')).to_contain_text(NUMBER)
    assert complaints_in_every_look(page) == [], "lists"

    page.get_by_label("The number, with its country code").fill("07700")
    page.get_by_role("button", name="Block").click()
    expect(page.get_by_role("alert")).to_contain_text("with its country code")
    assert complaints_in_every_look(page) == [], "what is typed is not a number"

    page.get_by_label("The last digits").fill("611")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Results for")).to_be_visible()
    assert complaints_in_every_look(page) == [], "found"

    page.goto(studio.app.url + f"/callers?id={caller_id}")
    expect(page.get_by_role("heading", name=f"Caller {NUMBER}")).to_be_visible()
    expect(page.locator("tbody tr").first).to_contain_text(SCRIPT)
    assert complaints_in_every_look(page) == [], "one caller"

    page.get_by_role("button", name="Delete this caller").click()
    expect(page.get_by_role("heading", name=f"Delete {NUMBER}?")).to_be_visible()
    assert complaints_in_every_look(page) == [], "before deleting"


def test_a_caller_is_found_changed_and_deleted_by_keyboard(studio: Station, page: Page, caller_id: str) -> None:
    sign_in(page, studio.app.url, "admin")
    page.goto(studio.app.url + "/callers")
    page.get_by_label("The last digits").focus()
    page.keyboard.type("611")
    page.keyboard.press("Enter")
    page.get_by_role("region", name="Results for").get_by_role("link", name=NUMBER).focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(studio.app.url + f"/callers?id={caller_id}")
    page.get_by_role("radio", name="Warning").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="VIP")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("is a VIP now")
    page.get_by_role("button", name="Delete this caller").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Delete for good").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("is deleted")
    page.goto(studio.app.url + f"/callers?id={caller_id}")
    expect(page.locator("main")).to_contain_text("No calls on record")
    expect(page.locator("main")).not_to_contain_text("Talks long")


def test_moments_are_told_in_the_stations_time_zone_wherever_the_reader_is(
    studio: Station, page: Page, caller_id: str
) -> None:
    """As on all other pages, so that two people who talk about a call mean the same time. The browser is in Tokyo."""
    sign_in(page, studio.app.url, "screener")
    page.goto(studio.app.url + f"/callers?id={caller_id}")
    moment = page.locator("tbody time").first
    iso = moment.get_attribute("datetime")
    assert iso is not None
    at = datetime.fromisoformat(iso)
    expect(moment).to_have_text(f"{at.day} {at:%B %Y, %H:%M} UTC")
