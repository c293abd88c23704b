"""A whole show over https with sound, in Chromium: a DJ, a screener, callers by phone, and a listener from `/call`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from rehearsal.cast import pitch_hz_of
from tests.production.conftest import DJ_HZ, LISTENER_HZ
from tests.support import presses
from tests.support.pages import CallPage, DeskPage
from tests.support.processes import wait_until
from tests.support.production import Bed
from tests.support.screener import ScreenerPage
from tests.support.waits import WaitsPage

pytestmark = pytest.mark.browser

FIRST, SECOND = "+447700900001", "+447700900002"


def waiting(bed: Bed, *numbers: str) -> list[str]:
    sids = []
    for number in numbers:
        sids.append(bed.ring(number))
        bed.wait_until_queued(sids[-1])
    return sids


def caller_hears(bed: Bed, call_sid: str, frequency_hz: float) -> None:
    """Waits until a call has heard that tone for a second, by the network's meter."""

    def is_heard() -> bool:
        heard: dict[str, Any] = bed.control("GET", f"/sound/{call_sid}")["heard"]
        assert heard["frequency_hz"] == pytest.approx(frequency_hz, abs=3), heard
        return bool(heard["seconds"] > 0.9)

    wait_until(is_heard, why=f"{call_sid} does not hear {frequency_hz} Hz")


def test_a_screened_show_with_callers_by_phone_and_a_listener_by_browser(
    bed: Bed, open_page: Callable[..., Page]
) -> None:
    assert presses.DeskBrowser(bed.app).set(screened=True).status == 200
    first, second = waiting(bed, FIRST, SECOND)
    desk = DeskPage(open_page("/", "dj"), bed.app.url)
    screener = ScreenerPage(open_page("/screener", "screener", "listener_browser"), bed.app.url)
    desk.wait_until_ready()
    desk.connect()
    desk.expect_air_state("standby")
    screener.wait_until_ready()
    screener.connect()
    screener.talk_next_button.click()
    screener.expect_in_talk_with("001")
    caller_hears(bed, first, LISTENER_HZ)
    screener.card.topic.fill("Potholes")
    expect(desk.row("001")).to_contain_text("Potholes")
    screener.verdict("ready").click()
    desk.expect_on_air_with("001")
    caller_hears(bed, first, DJ_HZ)
    desk.hears(pitch_hz_of(FIRST))
    screener.hang_up_button.click()

    desk.page.get_by_text("Line settings").click()
    desk.page.get_by_role("switch", name="Screening").click()
    expect(desk.page.get_by_role("switch", name="Screening")).not_to_be_checked()
    bed.hang_up(second)
    call = CallPage(open_page("/call", browser="listener_browser"), bed.app.url)
    call.call()
    call.expect_stage("connected")
    listener = bed.browser_call()
    desk.next_caller()
    wait_until(lambda: bed.caller(first)["status"] == "completed", why="the first is not let go")
    desk.expect_air_state("on")
    desk.hears(LISTENER_HZ)
    call.hears(DJ_HZ)
    call.hang_up()
    call.expect_stage("ready")
    wait_until(lambda: bed.caller(listener)["status"] == "completed", why="the listener's call lives on")
    desk.expect_air_state("standby")
    desk.hang_up()
    desk.expect_air_state("off")


def test_the_charts_follow_the_line(bed: Bed, open_page: Callable[..., Page]) -> None:
    waits = WaitsPage(open_page("/waits", "dj"), bed.app.url)
    expect(waits.figure("calls")).not_to_have_text("–")
    [sid] = waiting(bed, FIRST)
    waits.expect_callers(1)
    assert [bar["sid"] for bar in waits.bars()] == [sid]
    expect(waits.live).to_have_text(re.compile(r"^Live"))


def test_two_on_the_air_at_once_with_the_sound_panel_and_opus(bed: Bed, open_page: Callable[..., Page]) -> None:
    first, second = waiting(bed, FIRST, SECOND)
    desk = DeskPage(open_page("/", "dj"), bed.app.url)
    desk.wait_until_ready()
    desk.connect()
    desk.expect_on_air_with("001")
    desk.row("002").get_by_role("button", name=re.compile("^Add")).click()
    expect(desk.page.locator(".lines > .air").nth(1)).to_have_attribute("data-line-state", "on")
    for caller, other in ((first, SECOND), (second, FIRST)):
        for tone_hz in (DJ_HZ, pitch_hz_of(other)):
            tones = f"/sound/{caller}?hz={tone_hz}"
            wait_until(lambda tones=tones: (bed.control("GET", tones)["tones_dbfs"][0] or -99) > -40, why=tones)
    desk.page.get_by_role("button", name="Sound").click()
    lines = desk.page.locator("[data-sound=lines]")
    expect(lines).to_have_text(re.compile(r"Line 1 is (good|fair): Opus, .* Line 2 is (good|fair): Opus, "))
    expect(desk.page.locator('[data-sound="air-2-level"]')).to_have_text("good")
    desk.page.keyboard.press("Escape")
    desk.hang_up()
