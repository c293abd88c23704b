"""The page Words in Chromium: an admin changes a sentence by keyboard, and their browser rings and says it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.looks import WIDE, complaints_in_every_look
from tests.support.pages import sign_in
from tests.support.station import Station


@pytest.fixture
def page(dj_browser: Browser, studio: Station) -> Iterator[Page]:
    context = dj_browser.new_context(viewport=WIDE, reduced_motion="reduce")
    context.set_default_timeout(30_000)
    page = context.new_page()
    sign_in(page, studio.app.url, "admin")
    page.goto(studio.app.url + "/words")
    yield page
    page.goto(studio.app.url + "/words")
    back = page.locator("#thanks").get_by_role("button", name="Use the default")
    if back.count():
        back.click()
    context.close()


def test_a_sentence_is_changed_by_keyboard_and_the_browser_rings_and_says_it(studio: Station, page: Page) -> None:
    thanks = page.locator("#thanks")
    thanks.get_by_role("textbox").focus()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("Bye from <b>{station}</b> & all.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#thanks").get_by_text("Saved.")).to_be_visible()
    expect(page.locator("#thanks").get_by_role("textbox")).to_have_value("Bye from <b>{station}</b> & all.")
    ring = page.locator("#thanks").get_by_role("button", name="Ring me and say it")
    ring.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("That was “The goodbye after the air”.")).to_be_visible(timeout=15_000)
    said = [
        one["text"]
        for call in studio.control("GET", "/callers")
        for one in studio.caller(call["call_sid"])["heard"]
        if one["verb"] == "Say"
    ]
    assert said == ["Bye from <b>Radio Call-In</b> & all."]


def test_the_browser_rings_and_says_a_draft_and_tells_what_is_wrong_with_one(studio: Station, page: Page) -> None:
    number = page.locator("#number")
    field, ring = number.get_by_role("textbox"), number.get_by_role("button", name="Ring me and say it")
    field.fill("You are number something.")
    ring.click()
    expect(page.get_by_role("status").filter(has_text="must contain {position}")).to_be_visible()
    field.fill("Place {position} & <b>counting</b>.")
    ring.click()
    expect(page.get_by_text("That was “The place in line, for the next few”.")).to_be_visible(timeout=15_000)
    said = [
        one["text"] for call in studio.control("GET", "/callers") for one in studio.caller(call["call_sid"])["heard"]
    ]
    assert "Place 3 & <b>counting</b>." in said
    page.reload()
    expect(field).to_have_value("You are number {position}.")


def test_the_page_is_accessible_and_fits_also_with_own_words_and_a_refusal(studio: Station, page: Page) -> None:
    thanks = page.locator("#thanks")
    thanks.get_by_role("textbox").fill("Bye.")
    thanks.get_by_role("button", name="Save").click()
    expect(page.locator("#thanks").get_by_text("your own words")).to_be_visible()
    place = page.locator("#number")
    place.get_by_role("textbox").fill("You are number something.")
    place.get_by_role("button", name="Save").click()
    expect(page.locator("#number").get_by_role("alert")).to_contain_text("must contain {position}")
    assert complaints_in_every_look(page) == []
