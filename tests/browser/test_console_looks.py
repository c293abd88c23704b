"""Three callers on the air as they are seen: nothing is wrong with it, and what is pressed does not move."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Cast
from tests.support.looks import complaints_in_every_look

LEAST_PIXELS = 24
"""A mixing desk's switches are small: https://www.w3.org/TR/WCAG22/#target-size-minimum"""

PLACES = """
() => [...document.querySelectorAll(".controls button, .opening button")].filter((one) => one.checkVisibility())
  .map((one) => [one.dataset.partOfDesk ?? one.dataset.opening, one.getBoundingClientRect().top])
"""


def test_three_on_the_air_can_be_seen_and_used_by_all_and_move_nothing_that_is_pressed(cast: Cast) -> None:
    cast.waiting(*[f"+44770090000{number}" for number in range(1, 6)])
    desk = cast.desk()
    page = desk.page
    desk.connect()
    desk.expect_on_air_with("001")
    before = page.evaluate(PLACES)
    for line, last_digits in ((1, "002"), (2, "003")):
        desk.row(last_digits).get_by_role("button", name=re.compile("^Add")).click()
        expect(page.locator(".lines > .air").nth(line)).to_have_attribute("data-line-state", "on")
    assert page.evaluate(PLACES) == before
    assert complaints_in_every_look(page, targets=".strip button, .add", least=LEAST_PIXELS) == []
    desk.hang_up()


def test_two_are_put_on_the_air_and_let_go_by_keyboard_alone(cast: Cast) -> None:
    cast.waiting("+447700900001", "+447700900002")
    desk = cast.desk()
    page = desk.page
    page.keyboard.press("c")
    desk.expect_on_air_with("001")
    page.keyboard.press("j")
    add = desk.row("002").get_by_role("button", name=re.compile("^Add"))
    for _ in range(6):
        page.keyboard.press("Tab")
        if add.evaluate("(button) => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    card = page.locator(".lines > .air").nth(1)
    expect(card).to_have_attribute("data-line-state", "on")
    fader = card.get_by_label("Fader")
    fader.focus()
    page.keyboard.press("ArrowLeft")
    expect(card).to_contain_text("−1 dB")
    card.get_by_role("button", name=re.compile("^Drop")).focus()
    page.keyboard.press("Enter")
    expect(card).not_to_have_attribute("data-line-state", "on")
    desk.expect_on_air_with("001")
    desk.hang_up()
