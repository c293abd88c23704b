"""The rows of the DJ's page: what they say about each caller, how they move, and that they cost little."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Cast
from tests.support.chromium import new_page
from tests.support.line_status import FakeLine, a_caller, a_status, on_the_air
from tests.support.pages import DeskPage
from tests.support.processes import wait_until
from tests.support.station import Station

LEG = "CA" + "9" * 32
KEEP_MOTIONS = """
() => {
  window.motionsForTest = 0;
  const animate = Element.prototype.animate;
  Element.prototype.animate = function (...how) { motionsForTest += 1; return animate.apply(this, how); };
}
"""
SHAPES = """(all) => all.map((one) => {
  const { clipPath, borderRadius, borderTopWidth } = getComputedStyle(one);
  return [clipPath, borderRadius, borderTopWidth].join();
})"""
KEEP_TOUCHED = """
() => {
  const EVERYTHING = { subtree: true, childList: true, attributes: true, characterData: true };
  window.touchedForTest = new Set();
  const rowOf = (node) => (node.nodeType === 1 ? node : node.parentElement)?.closest(".caller")?.dataset.callSid;
  new MutationObserver((changes) => {
    for (const { target } of changes) {
      if (!target.closest?.("[data-part=time]") && rowOf(target)) touchedForTest.add(rowOf(target));
    }
  }).observe(document.querySelector("[data-callers]"), EVERYTHING);
}
"""


@pytest.fixture
def page(dj_browser: Browser) -> Iterator[Page]:
    page = new_page(dj_browser)
    yield page
    page.context.close()


def shown(studio: Station, page: Page, status: dict[str, Any]) -> tuple[DeskPage, FakeLine]:
    """The page, showing this line."""
    line = FakeLine(page, status)
    desk = DeskPage(page, studio.app.url)
    desk.open()
    show(desk, line, status)
    return desk, line


def show(desk: DeskPage, line: FakeLine, status: dict[str, Any]) -> None:
    line.status = status
    desk.refresh()
    on_air = {one["on_air"] for one in status["desks"]}
    expect(desk.rows).to_have_count(
        sum(not call["leaving"] and call["call_sid"] not in on_air for call in status["calls"])
    )


def line_of(*last_digits: str) -> dict[str, Any]:
    return a_status(*(a_caller(digits, position=place) for place, digits in enumerate(last_digits, start=1)))


def test_each_row_says_in_a_word_what_is_becoming_of_the_caller(studio: Station, page: Page) -> None:
    calls = [
        on_the_air("001"),
        on_the_air("002", leaving=True),
        a_caller("003", claimed=True),
        a_caller("004", position=2, returned=True),
        a_caller("005", position=3),
    ]
    desk, _ = shown(studio, page, a_status(*calls, desk={"leg": LEG, "on_air": calls[0]["call_sid"]}))
    words = page.locator('.caller [data-part="stage"]').all_text_contents()
    assert words == ["Coming…", "First again", "Waiting"]  # who is on the air or leaving is not in the list
    shapes = page.locator(".caller .shape").evaluate_all(SHAPES)
    assert len(set(shapes)) == len(words), "each has a shape of its own"
    expect(desk.take_button("005")).to_be_visible()
    for last_digits in ("003",):
        expect(desk.take_button(last_digits)).to_have_count(0)


def test_a_caller_who_is_kept_for_a_desk_that_is_gone_is_first_again_and_not_coming(
    studio: Station, page: Page
) -> None:
    desk, line = shown(studio, page, a_status(a_caller("001", claimed=True, returned=True)))
    expect(desk.row("001")).to_contain_text("First again")
    cut_off = on_the_air("001")
    show(desk, line, a_status(cut_off, desk={"claimed": cut_off["call_sid"]}))
    expect(desk.row("001")).to_contain_text("First again")


@pytest.mark.parametrize(("motion", "moves"), [("no-preference", True), ("reduce", False)])
def test_rows_glide_to_their_places_only_where_motion_is_welcome(
    studio: Station, page: Page, motion: Any, moves: bool
) -> None:
    page.emulate_media(reduced_motion=motion)
    desk, line = shown(studio, page, line_of("001", "002", "003"))
    page.evaluate(KEEP_MOTIONS)
    show(desk, line, line_of("003", "001", "002", "004"))
    desk.expect_callers(["•••003", "•••001", "•••002", "•••004"])
    assert (page.evaluate("motionsForTest") > 0) is moves
    wait_until(lambda: page.evaluate("document.getAnimations().length === 0"), why="it goes on and on")


def test_nothing_moves_when_the_order_stays(studio: Station, page: Page) -> None:
    desk, line = shown(studio, page, line_of("001", "002"))
    page.evaluate(KEEP_MOTIONS)
    show(desk, line, line_of("001", "002"))
    assert page.evaluate("motionsForTest") == 0


def test_a_change_of_one_in_two_hundred_touches_that_row_alone(studio: Station, page: Page) -> None:
    calls = [a_caller(f"{n:03}", position=n) for n in range(1, 201)]
    desk, line = shown(studio, page, a_status(*calls))
    page.evaluate(KEEP_TOUCHED)
    calls[99] = calls[99] | {"returned": True}
    show(desk, line, a_status(*calls))
    expect(desk.row("100")).to_contain_text("First again")
    assert page.evaluate("[...touchedForTest]") == [calls[99]["call_sid"]]


def test_a_wait_goes_on_through_every_change_and_never_starts_again(studio: Station, page: Page) -> None:
    caller = a_caller("001", waited_seconds=600, stage="arriving")
    desk, line = shown(studio, page, a_status(caller))
    time = desk.row("001").locator('[data-part="time"]')
    expect(time).to_have_text(re.compile(r"^10:0\d$"))
    moved = caller | {"stage": "waiting", "changed_at": caller["joined_at"] + 599, "position": 2, "wait_seconds": 0}
    show(desk, line, a_status(a_caller("002"), moved))
    expect(time).to_have_text(re.compile(r"^10:0\d$"))


def test_a_full_number_is_named_by_its_last_three_digits(studio: Station, page: Page) -> None:
    desk, _ = shown(studio, page, a_status(a_caller("418", number="+442920180418")))
    expect(desk.take_button("418")).to_be_visible()


def test_callers_who_leave_and_come_are_where_they_belong_for_real(cast: Cast) -> None:
    first, _, third = cast.waiting("+447700900001", "+447700900002", "+447700900003")
    desk = cast.desk()
    desk.connect()
    desk.expect_on_air_with("001")
    cast.desk_leg(first)
    cast.station.hang_up(third)
    desk.expect_callers(["•••002"])
    desk.next_caller()
    desk.expect_on_air_with("002")
    expect(desk.rows).to_have_count(0)
