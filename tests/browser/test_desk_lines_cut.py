"""The first line is cut off while others go on: their callers hear the DJ, who can still mute and hang up."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import DJ_HZ, Cast
from tests.support.pages import DeskPage
from tests.support.processes import wait_until
from tests.support.web import ask

FIRST, SECOND = "+447700900001", "+447700900002"
INAUDIBLE_DBFS = -50.0


def with_first_line_cut(cast: Cast, *, is_muted: bool) -> tuple[DeskPage, str]:
    """A desk with two callers whose first leg is over, and the second caller."""
    first, second = cast.waiting(FIRST, SECOND)
    desk = cast.desk()
    desk.connect()
    desk.expect_on_air_with("001")
    desk.row("002").get_by_role("button", name=re.compile("^Add")).click()
    expect(desk.page.locator(".lines > .air").nth(1)).to_have_attribute("data-line-state", "on")
    cast.caller_hears_among_others(second, DJ_HZ)
    if is_muted:
        desk.page.keyboard.press("m")
        does_not_hear_the_dj(cast, second)
    cast.station.hang_up(cast.desk_leg(first))
    desk.expect_words("The phone network ended your call")
    return desk, second


def does_not_hear_the_dj(cast: Cast, caller: str) -> None:
    def is_quiet() -> bool:
        [level] = cast.station.control("GET", f"/sound/{caller}?hz={DJ_HZ}")["tones_dbfs"]
        return level is None or level < INAUDIBLE_DBFS

    wait_until(is_quiet, why="the caller still hears the DJ")


def test_the_dj_can_mute_also_by_a_pedal_and_hang_up_though_the_first_line_is_cut_off(cast: Cast) -> None:
    desk, second = with_first_line_cut(cast, is_muted=False)
    expect(desk.advice).to_contain_text("Callers on other lines are still on the air, and hear you.")
    desk.page.keyboard.press("m")
    does_not_hear_the_dj(cast, second)
    expect(desk.advice).to_contain_text("Callers on other lines are still on the air. You are muted.")
    desk.page.keyboard.press("m")
    cast.caller_hears_among_others(second, DJ_HZ)
    key = cast.station.app.new_visitor("dj").make_button_key("Pedal")

    def press_pedal(what: str) -> int:
        return ask(f"{desk.url}/button/{what}", "POST", b"", {"Authorization": f"Bearer {key}"}).status

    assert press_pedal("mute?state=on") == 200
    does_not_hear_the_dj(cast, second)
    assert press_pedal("mute") == 200
    cast.caller_hears_among_others(second, DJ_HZ)
    assert press_pedal("next") == 409, "the first line is not held"
    desk.page.keyboard.press("l")
    desk.page.keyboard.press("Shift+H")
    desk.expect_words("^Locked: press Hang up again")
    desk.page.keyboard.press("l")
    desk.page.keyboard.press("Shift+H")
    wait_until(lambda: cast.station.caller(second)["status"] == "completed", why="the caller is not let go")


def test_a_muted_dj_stays_muted_on_the_other_lines_and_when_the_first_is_back(cast: Cast) -> None:
    desk, second = with_first_line_cut(cast, is_muted=True)
    for _ in range(5):
        desk.page.wait_for_timeout(300)
        does_not_hear_the_dj(cast, second)
    desk.connect()
    desk.expect_on_air_with("001")
    does_not_hear_the_dj(cast, second)
    expect(desk.page.locator('[data-part-of-desk="mute"]')).to_have_attribute("aria-pressed", "true")
    desk.page.keyboard.press("m")
    cast.caller_hears_among_others(second, DJ_HZ)
    desk.page.keyboard.press("m")
    desk.hang_up()
    desk.expect_words("You hung up")
    expect(desk.page.locator('[data-part-of-desk="mute"]')).to_have_attribute("aria-pressed", "false")
