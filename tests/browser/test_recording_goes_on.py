"""What ends a recording and what does not: a call that is lost or renewed, and a page that is closed."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Cast
from tests.support.pages import DeskPage
from tests.support.processes import wait_until
from tests.support.recorder import RecorderPanel

CALLER = "+447700900001"
LEFT_SECONDS = 61
RENEWAL_SECONDS = 3.6 * 3600

CLOCK_IS_OURS = """
window.secondsOnForTest = 0;
const Now = Date;
window.Date = class extends Now {
  constructor(...parts) { super(...(parts.length ? parts : [Date.now()])); }
  static now() { return Now.now() + 1000 * window.secondsOnForTest; }
};
"""


def is_recorded(cast: Cast) -> bool:
    """Whether the desks are told that the air is recorded."""
    return bool(cast.station.app.status()["desks"][0]["recording"])


def desk_with(cast: Cast, script: str) -> DeskPage:
    """A desk whose page has run this script first."""
    desk = cast.new_desk()
    desk.page.add_init_script(script)
    desk.open()
    desk.wait_until_ready()
    return desk


def pass_seconds(desk: DeskPage, seconds: float) -> None:
    desk.page.evaluate("(seconds) => { window.secondsOnForTest += seconds; }", seconds)


def test_a_call_that_is_lost_and_back_is_recorded_on_and_one_that_stays_away_ends_it(cast: Cast) -> None:
    [first] = cast.waiting(CALLER)
    desk = desk_with(cast, CLOCK_IS_OURS)
    desk.connect()
    desk.expect_on_air_with("001")
    panel = RecorderPanel(desk.page)
    panel.start()
    cast.station.hang_up(cast.desk_leg(first))
    desk.expect_words("The phone network ended your call")
    expect(panel.button).to_contain_text("Recording")
    desk.connect()
    desk.expect_on_air_with("001")
    wait_until(lambda: is_recorded(cast), why="the desks are not told that it goes on")
    before = panel.seconds
    panel.wait_until_recorded(before + 2)
    cast.station.hang_up(cast.desk_leg(first))
    desk.expect_words("The phone network ended your call")
    pass_seconds(desk, LEFT_SECONDS)
    panel.open()
    expect(panel.said).to_have_text(re.compile("because the desk was left"))
    expect(panel.rows).to_have_count(1)
    expect(panel.rows).to_contain_text("•••001 · Line 1")


def test_a_page_that_is_closed_while_it_records_and_opened_later_has_the_recording(cast: Cast) -> None:
    desk = desk_with(cast, CLOCK_IS_OURS)
    desk.connect()
    desk.expect_air_state("standby")
    panel = RecorderPanel(desk.page)
    panel.start()
    panel.wait_until_recorded(3)
    desk.page.on("dialog", lambda dialog: dialog.accept())
    context = desk.page.context
    with desk.page.expect_event("close"):
        desk.page.close(run_before_unload=True)
    wait_until(lambda: not is_recorded(cast), why="the desks are told that it records still")
    again = DeskPage(context.new_page(), desk.url)
    cast.pages.append(again.page)
    days = 2
    again.page.add_init_script(f"{CLOCK_IS_OURS} window.secondsOnForTest = {days * 86400};")
    again.open()
    panel = RecorderPanel(again.page)
    panel.open()
    expect(panel.rows).to_have_count(1)
    expect(panel.rows).to_contain_text("cut off when the page ended")
    expect(panel.rows.get_by_role("link", name="Download DJ", exact=True)).to_be_visible()


def test_a_call_that_is_renewed_is_recorded_on(cast: Cast) -> None:
    [first] = cast.waiting(CALLER)
    desk = desk_with(cast, CLOCK_IS_OURS)
    desk.connect()
    desk.expect_on_air_with("001")
    leg = cast.desk_leg(first)
    pass_seconds(desk, RENEWAL_SECONDS)  # the renewal is due, and waits until nobody is on the air
    panel = RecorderPanel(desk.page)
    panel.start()
    panel.wait_until_recorded(1)
    cast.station.hang_up(first)
    wait_until(lambda: cast.station.app.status()["desks"][0]["leg"] not in ("", leg), why="the call is not renewed")
    wait_until(lambda: is_recorded(cast), why="the desks are not told that it goes on")
    before = panel.seconds
    panel.wait_until_recorded(before + 3)
    expect(panel.button).to_contain_text("Recording")
    panel.stop()
    expect(panel.rows).to_have_count(1)
    panel.close()
    desk.hang_up()
