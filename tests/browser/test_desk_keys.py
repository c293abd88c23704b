"""The list of all keys: `?` opens it, Escape closes it, and it has every key."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Cast
from tests.support.looks import complaints_in_every_look
from tests.support.pages import DeskPage

ALL_SHORTCUTS = '(all) => all.map((one) => one.getAttribute("aria-keyshortcuts"))'


@pytest.fixture
def desk(cast: Cast) -> DeskPage:
    return cast.desk()


@pytest.fixture
def panel(desk: DeskPage) -> Locator:
    return desk.page.get_by_role("dialog", name="Keys")


def test_a_question_mark_opens_the_list_and_escape_gives_the_focus_back(desk: DeskPage, panel: Locator) -> None:
    desk.connect_button.focus()
    for close in ("Escape", "?"):
        desk.page.keyboard.press("?")
        expect(panel).to_be_visible()
        expect(panel.get_by_role("button", name="Close")).to_be_focused()
        desk.page.keyboard.press(close)
        expect(panel).to_be_hidden()
        expect(desk.connect_button).to_be_focused()


def test_it_opens_and_closes_with_a_mouse(desk: DeskPage, panel: Locator) -> None:
    desk.page.get_by_role("button", name="Keys").click()
    panel.get_by_role("button", name="Close").click()
    expect(panel).to_be_hidden()
    desk.page.get_by_role("button", name="Keys").click()
    expect(panel).to_be_visible()
    desk.page.mouse.click(5, 5)
    expect(panel).to_be_hidden()


def test_no_key_reaches_the_desk_while_the_list_is_read(desk: DeskPage, panel: Locator) -> None:
    desk.page.keyboard.press("?")
    expect(panel).to_be_visible()
    desk.page.keyboard.press("l")
    desk.page.keyboard.press("Escape")
    expect(desk.lock_switch).not_to_be_checked()
    desk.page.keyboard.press("l")
    expect(desk.lock_switch).to_be_checked()


def test_every_key_of_a_button_is_in_the_list(cast: Cast, desk: DeskPage) -> None:
    cast.waiting("+447700900001")
    expect(desk.row("001")).to_be_visible()
    shortcuts = desk.page.locator(".desk [aria-keyshortcuts]").evaluate_all(ALL_SHORTCUTS)
    told = {
        " ".join(re.findall(r"\S+", text)).replace(" ", "+")
        for text in desk.page.locator("[data-keys-panel] dt").all_text_contents()
    }
    assert len(shortcuts) >= 10
    assert set(shortcuts) <= told


def test_the_list_is_accessible_and_fits(desk: DeskPage, panel: Locator) -> None:
    desk.page.keyboard.press("?")
    expect(panel).to_be_visible()
    assert complaints_in_every_look(desk.page) == []
