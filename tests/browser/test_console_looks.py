"""How three callers on the air look: accessible, and no button moves."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Cast
from tests.support.looks import complaints_in_every_look
from tests.support.processes import wait_until

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


def test_a_show_with_two_at_once_by_keyboard_alone(cast: Cast) -> None:
    cast.waiting("+447700900001", "+447700900002", "+447700900003")
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
    page.keyboard.press("2")
    expect(card).to_have_attribute("data-selected", "yes")
    expect(page.locator('[data-part-of-desk="next"]')).to_contain_text("Next Caller, line 2")
    page.keyboard.press("n")
    expect(card).to_contain_text("003")
    desk.expect_on_air_with("001")
    fader = card.get_by_label("Fader")
    fader.focus()
    page.keyboard.press("ArrowLeft")
    expect(card).to_contain_text("−1 dB")

    def is_dropped() -> bool:
        page.keyboard.press("Shift+D")  # just after Next a press counts as a slip, and does nothing
        return card.get_attribute("data-line-state") != "on"

    wait_until(is_dropped, why="the second line still has its caller")
    expect(card.get_by_role("button", name=re.compile("^Back.*003"))).not_to_have_attribute("aria-disabled", "true")
    page.keyboard.press("b")
    expect(desk.rows.first).to_contain_text("003")
    expect(desk.rows.first).to_contain_text("First again")
    desk.expect_on_air_with("001")
    desk.hang_up()


def test_a_doubled_press_of_add_takes_one_line(cast: Cast) -> None:
    cast.waiting("+447700900001", "+447700900002", "+447700900003")
    desk = cast.desk()
    desk.connect()
    desk.expect_on_air_with("001")
    desk.row("002").get_by_role("button", name=re.compile("^Add")).dblclick()
    lines = desk.page.locator(".lines > .air")
    expect(lines.nth(1)).to_have_attribute("data-line-state", "on")
    expect(lines.nth(1)).to_contain_text("002")
    expect(lines).to_have_count(2)
    assert [one["name"] for one in cast.station.app.status()["desks"] if one["leg"]] == ["air", "air-2"]
    desk.hang_up()
