"""The desk's clocks and times: what each counts, and from when."""

from __future__ import annotations

import time

from playwright.sync_api import expect

from tests.browser.conftest import Cast
from tests.support.line_status import FakeLine, a_caller, a_status, known, on_the_air
from tests.support.processes import wait_until

CALLERS = [f"+4477009000{n:02}" for n in range(1, 15)]


def test_the_clock_of_a_caller_on_the_air_goes_on_after_a_reload(cast: Cast) -> None:
    cast.waiting(CALLERS[0])
    desk = cast.desk()
    desk.connect()
    desk.expect_on_air_with("001")
    wait_until(lambda: desk.air_seconds >= 5, why="the clock stands")
    desk.page.reload()
    desk.wait_until_ready()
    desk.connect()
    desk.expect_on_air_with("001")
    assert desk.air_seconds >= 5


def test_time_on_hold_does_not_count_as_time_on_the_air_nor_the_wait_as_time_on_hold(cast: Cast) -> None:
    now = time.time()
    first_time = [["waiting", now - 900], ["on_air", now - 800], ["held", now - 700], ["on_air", now - 75]]
    on_air = on_the_air("001", moments=first_time)
    held = a_caller("002", waited_seconds=369, stage="held", position=None, changed_at=now - 12)
    desk = cast.new_desk()
    FakeLine(desk.page, a_status(on_air, held, desk={"leg": "CA1", "leg_by": "a phone", "on_air": on_air["call_sid"]}))
    desk.open()
    desk.page.get_by_role("button", name="Refresh").click()
    expect(desk.row("002").locator(".wait")).to_contain_text("on hold for 0:")
    assert 175 <= desk.air_seconds < 205


def test_a_caller_of_today_was_last_aired_at_a_time_of_day(cast: Cast) -> None:
    last = time.time() - 1
    desk = cast.new_desk()
    FakeLine(desk.page, a_status(a_caller("001", known=known(aired_30_days=1, last_aired_at=last))))
    desk.open()
    desk.page.get_by_role("button", name="Refresh").click()
    expect(desk.row("001")).to_contain_text(f"Last aired today {time.strftime('%H:%M', time.localtime(last))}")


def test_a_caller_who_is_moved_with_the_keys_stays_in_sight_and_in_focus(cast: Cast) -> None:
    cast.waiting(*CALLERS)
    desk = cast.desk()
    expect(desk.page.locator(".caller")).to_have_count(len(CALLERS))
    moved = desk.take_button("014")
    moved.focus()
    for _ in range(len(CALLERS) - 1):
        desk.page.keyboard.press("Alt+ArrowUp")
    desk.expect_callers([f"•••{number[-3:]}" for number in [CALLERS[-1], *CALLERS[:-1]]])
    expect(moved).to_be_focused()
    expect(desk.row("014")).to_be_in_viewport(ratio=1)
