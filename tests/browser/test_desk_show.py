"""The whole line, from the page: open, last calls, closed; a limit; and whether callers are asked if they are ready."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Cast
from tests.support.pages import DeskPage

FIRST, SECOND = "+447700900001", "+447700900002"


def opening(desk: DeskPage, name: str) -> None:
    desk.page.get_by_role("group", name="The line is").get_by_role("button", name=name).click()


def test_at_last_calls_nobody_new_is_let_in_and_the_page_says_since_when(cast: Cast) -> None:
    [first] = cast.waiting(FIRST)
    desk = cast.desk()
    opening(desk, "Last calls")
    desk.expect_words("Last calls: no new callers are let in")
    expect(
        desk.page.get_by_text(re.compile(r"^Last calls since \d\d:\d\d:\d\d: no new callers are let in"))
    ).to_be_visible()
    late = cast.station.ring(SECOND)
    cast.station.until(lambda: cast.station.caller(late)["status"] == "completed", "the late caller is let in")
    assert cast.station.is_waiting(first)
    desk.expect_callers(["•••001"])


def test_a_line_with_people_in_it_closes_at_the_second_press_and_they_are_thanked(cast: Cast) -> None:
    [first] = cast.waiting(FIRST)
    desk = cast.desk()
    opening(desk, "Closed")
    desk.expect_words("Press “Really close.” to close the line: 1 caller will be thanked")
    assert cast.station.app.status()["show"]["opening"] == "open"
    opening(desk, "Really close")
    desk.expect_words("The line is closed")
    cast.station.until(lambda: cast.station.caller(first)["status"] == "completed", "the caller still waits")
    assert cast.station.heard(first).count("Thank you") > 1
    expect(desk.page.get_by_text(re.compile("^Closed since"))).to_be_visible()

    expect(desk.page.get_by_text("The line takes no new callers.")).to_be_visible()

    opening(desk, "Open")
    desk.expect_words("The line is open")
    expect(desk.page.get_by_text("Callers appear here when they ring in.")).to_be_visible()
    expect(desk.page.get_by_text(re.compile("^Closed since"))).to_have_count(0)


def test_a_full_line_takes_nobody_more(cast: Cast) -> None:
    desk = cast.desk()
    desk.page.get_by_text("Line settings").click()
    limit = desk.page.get_by_label(re.compile("At most"))
    limit.fill("1")
    limit.press("Enter")
    desk.expect_words("At most 1 caller")
    desk.page.reload()
    expect(limit).to_have_value("1")
    desk.page.get_by_text("Line settings").click()
    [first] = cast.waiting(FIRST)
    late = cast.station.ring(SECOND)
    cast.station.until(lambda: cast.station.caller(late)["status"] == "completed", "the second caller is let in")
    assert cast.station.is_waiting(first)
    limit.fill("")
    limit.press("Enter")
    desk.expect_words("Any number of callers can wait")


def test_a_caller_that_answers_the_ready_check_is_shown_as_ready(cast: Cast) -> None:
    desk = cast.desk()
    desk.page.get_by_text("Line settings").click()
    switch = desk.page.get_by_role("switch", name="Ready check")
    switch.click()
    desk.expect_words("The next caller is asked to press 1")
    expect(switch).to_be_checked()
    [first] = cast.waiting(FIRST)
    cast.station.until(lambda: "press 1" in cast.station.heard(first).lower(), "nobody is asked")
    cast.station.press(first, "1")
    expect(desk.row("001")).to_contain_text("Ready")


def test_a_desk_learns_that_its_callers_do_not_answer_and_gets_the_one_that_does(cast: Cast) -> None:
    desk = cast.desk()
    desk.page.get_by_text("Line settings").click()
    desk.page.get_by_role("switch", name="Ready check").click()
    desk.expect_words("The next caller is asked to press 1")
    [first] = cast.waiting(FIRST)
    expect_silent = desk.row("001").get_by_text("No answer")
    cast.station.until(lambda: expect_silent.count() == 1, "the caller is not passed over")
    desk.connect()
    desk.expect_words("Nobody is ready yet")
    expect(desk.advice).to_contain_text("The first to press 1 comes on the air")
    asked = cast.station.heard(first).lower().count("press 1")
    cast.station.until(lambda: cast.station.heard(first).lower().count("press 1") > asked, "nobody is asked again")
    cast.station.press(first, "1")
    cast.station.until(lambda: cast.station.caller(first)["bridged_to"], "the ready caller does not come")
    desk.expect_on_air_with("001")
