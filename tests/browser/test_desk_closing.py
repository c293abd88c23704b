"""Closing the line: how many callers are still to be thanked, and which were not reached."""

from __future__ import annotations

import re
import time
from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import Cast
from tests.support.line_status import FakeLine, a_caller, a_status
from tests.support.looks import complaints_in_every_look
from tests.support.pages import DeskPage

FIRST, SECOND = "+447700900001", "+447700900002"


def show(desk: DeskPage, status: dict[str, Any]) -> None:
    FakeLine(desk.page, status)
    desk.open()
    desk.wait_until_ready()
    desk.refresh()


def closed(seconds_ago: float, *calls: dict[str, Any], **changes: Any) -> dict[str, Any]:
    show = {"median_wait_seconds": None, "opening": "closed", "opening_since": time.time() - seconds_ago}
    return a_status(*calls, show=show | {"most_callers": 0, "ready_check": False}, **changes)


def test_the_page_counts_the_callers_still_to_be_thanked_until_there_are_none(cast: Cast) -> None:
    callers = cast.waiting(FIRST, SECOND)
    desk = cast.desk()
    line_is = desk.page.get_by_role("group", name="The line is")
    line_is.get_by_role("button", name="Closed").click()
    line_is.get_by_role("button", name="Really close").click()
    expect(desk.page.get_by_text(re.compile(r"^[12] still to be thanked\.$"))).to_be_visible()
    for caller in callers:
        cast.station.until(
            lambda sid=caller: cast.station.caller(sid)["status"] == "completed", "the caller still waits"
        )
        assert "The line is closed now." in cast.station.heard(caller)
    expect(desk.page.get_by_text("still to be thanked")).to_have_count(0)
    expect(desk.page.locator(".caller")).to_have_count(0)


def test_callers_that_are_not_reached_within_a_minute_are_named(cast: Cast) -> None:
    desk = cast.new_desk()
    waiting = [a_caller("003"), a_caller("004", position=2, number="withheld")]
    held, coming = a_caller("005", position=None, stage="held"), a_caller("006", claimed=True)
    show(desk, closed(61, held, coming, *waiting))
    expect(desk.page.get_by_text("Not reached within a minute: •••005, •••003, Withheld.")).to_be_visible()
    expect(desk.page.get_by_text("still to be thanked")).to_have_count(0)


def test_more_than_are_shown_are_counted(cast: Cast) -> None:
    desk = cast.new_desk()
    show(desk, closed(5, a_caller("003"), more=7))
    expect(desk.page.get_by_text("8 still to be thanked.")).to_be_visible()


def test_at_last_calls_waiting_callers_are_not_counted_as_still_to_be_thanked(cast: Cast) -> None:
    desk = cast.new_desk()
    status = closed(500, a_caller("003"))
    status["show"]["opening"] = "last_calls"
    show(desk, status)
    expect(desk.page.get_by_text(re.compile("^Last calls since"))).to_be_visible()
    expect(desk.page.get_by_text("Not reached")).to_have_count(0)


def test_closing_takes_two_presses_even_when_only_callers_on_hold_are_left(cast: Cast) -> None:
    desk = cast.new_desk()
    show(desk, a_status(a_caller("005", position=None, stage="held"), current_size=0))
    desk.page.get_by_role("group", name="The line is").get_by_role("button", name="Closed").click()
    desk.expect_words("Press “Really close.” to close the line: 1 caller will be thanked")


def test_a_closed_line_is_accessible_and_fits(cast: Cast) -> None:
    desk = cast.new_desk()
    show(desk, closed(61, *(a_caller(f"{n:03}", position=n) for n in range(1, 9))))
    expect(desk.page.get_by_text("and 2 more.")).to_be_visible()
    assert complaints_in_every_look(desk.page) == []


def test_the_line_is_closed_and_opened_with_the_keyboard_alone(cast: Cast) -> None:
    [first] = cast.waiting(FIRST)
    desk = cast.desk()
    keys = desk.page.keyboard
    desk.page.get_by_role("button", name="Keys").focus()
    for _ in range(4):
        keys.press("Tab")
    closed_button = desk.page.get_by_role("group", name="The line is").get_by_role("button").last
    expect(closed_button).to_be_focused()
    keys.press("Enter")
    desk.expect_words("Press “Really close.” to close the line")
    keys.press("Enter")
    desk.expect_words("The line is closed")
    cast.station.until(lambda: cast.station.caller(first)["status"] == "completed", "the caller still waits")
    assert "The line is closed now." in cast.station.heard(first)
    keys.press("Shift+Tab")
    keys.press("Shift+Tab")
    keys.press("Space")
    desk.expect_words("The line is open")
    cast.waiting(SECOND)
