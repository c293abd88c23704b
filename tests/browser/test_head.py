"""The head of the pages: the same on all of them, with the present page marked, and a menu that moves nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.looks import NARROW, WIDE, complaints_in_every_look
from tests.support.pages import open_menu, sign_in
from tests.support.station import Station

IN_THE_HEAD = ("Desk", "Screener", "Waits", "Callers", "Messages")
IN_THE_MENU = {
    "/account": "Your account",
    "/shows": "Shows",
    "/accounts": "Accounts",
    "/station": "Station",
    "/words": "Words",
    "/sounds": "Sounds",
    "/check": "Check",
    "/audit": "Audit",
    "/help": "Help",
}
PAGES = dict(zip(("/", "/screener", "/waits", "/callers", "/messages"), IN_THE_HEAD, strict=True)) | IN_THE_MENU

POSITIONS = """() => [...document.querySelectorAll("main *")].map((one) => {
  const { x, y, width, height } = one.getBoundingClientRect();
  return [x, y, width, height];
})"""


@pytest.fixture
def page(dj_browser: Browser) -> Iterator[Page]:
    context = dj_browser.new_context(viewport=WIDE, reduced_motion="reduce")
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def menu(page: Page) -> Locator:
    return page.locator("#account-menu")


def test_every_page_has_the_same_head_and_marks_itself_in_it(studio: Station, page: Page) -> None:
    sign_in(page, studio.app.url, "admin")
    for path, name in PAGES.items():
        page.goto(studio.app.url + path)
        head = page.get_by_role("banner")
        expect(head).to_contain_text("Radio Call-In")
        expect(head.get_by_role("navigation").locator(":scope > *")).to_contain_text(IN_THE_HEAD)
        expect(head.locator("[aria-current=page]")).to_have_text([name])
        expect(page.get_by_role("heading", level=1)).to_have_count(1)


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_the_menu_works_by_keyboard_and_moves_nothing(studio: Station, page: Page, size: dict[str, int]) -> None:
    page.set_viewport_size({"width": size["width"], "height": size["height"]})
    sign_in(page, studio.app.url, "admin")
    page.goto(studio.app.url + "/help")  # a page without a script
    before = page.evaluate(POSITIONS)
    open_menu(page)
    expect(menu(page).get_by_role("button", name="Sign out")).to_be_in_viewport(ratio=1)
    assert page.evaluate(POSITIONS) == before
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Your account")).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu(page)).to_be_hidden()
    expect(page.get_by_role("button", name="Account and help")).to_be_focused()


def test_no_key_reaches_the_desk_while_the_menu_is_open(studio: Station, page: Page) -> None:
    sign_in(page, studio.app.url)
    page.goto(studio.app.url + "/")
    lock = page.get_by_role("switch", name="Lock")
    open_menu(page)
    page.keyboard.press("Tab")
    page.keyboard.press("l")
    expect(lock).not_to_be_checked()
    page.keyboard.press("Escape")
    page.keyboard.press("l")
    expect(lock).to_be_checked()


def test_the_open_menu_is_accessible_and_fits(studio: Station, page: Page) -> None:
    sign_in(page, studio.app.url, "admin")
    page.goto(studio.app.url + "/")
    open_menu(page)
    assert complaints_in_every_look(page) == []


@pytest.mark.parametrize("width", [390, 360])
def test_all_pages_are_in_sight_on_a_phone_in_one_row_also_with_new_messages(
    studio: Station, page: Page, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    sign_in(page, studio.app.url, "admin")
    page.goto(studio.app.url + "/help")
    count = page.locator("[data-new-messages]")
    count.evaluate("(count) => { count.textContent = '12 new'; }")
    expect(count).to_be_in_viewport(ratio=1)
    links = page.get_by_role("navigation", name="Pages", exact=True).locator(":scope > *")
    for link in links.all():
        expect(link).to_be_in_viewport(ratio=1)
    assert len(set(links.evaluate_all("(links) => links.map((one) => one.getBoundingClientRect().top)"))) == 1
