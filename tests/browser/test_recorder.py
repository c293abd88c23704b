"""The recorder, in real Chromium with the unmodified SDK: a track for each person and the mix, on this computer."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Locator, Page, expect

from rehearsal.cast import pitch_hz_of
from tests.browser.conftest import DJ_HZ, Cast
from tests.support.chromium import MICROPHONE_DBFS
from tests.support.looks import complaints_in_every_look
from tests.support.pages import DeskPage
from tests.support.processes import wait_until
from tests.support.recorder import RecorderPanel

NUMBERS = ["+447700900001", "+447700900002"]
TONES_HZ = [pitch_hz_of(number) for number in NUMBERS]
SILENT_DB = -50.0
MOST_LOST_SECONDS = 5.0
APART_SECONDS = 0.02
BEEP_HZ = 1400.0


@pytest.fixture
def desk(cast: Cast) -> DeskPage:
    """A desk with two callers on the air, a line each, their levels left as they are."""
    cast.waiting(*NUMBERS)
    desk = cast.desk()
    desk.connect()
    desk.expect_on_air_with("001")
    desk.row("002").get_by_role("button", name=re.compile("^Add")).click()
    expect(card(desk, 1)).to_have_attribute("data-line-state", "on")
    for line in range(2):
        press(desk, line, "Level")
    return desk


PLAYS_AT = "(({ paused, currentTime }) => (paused ? 0 : currentTime))(document.querySelector('.recording audio'))"


def card(desk: DeskPage, line: int) -> Locator:
    return desk.page.locator(".lines > .air").nth(line)


def press(desk: DeskPage, line: int, name: str) -> None:
    card(desk, line).get_by_role("button", name=re.compile(f"^{name}")).click()


@pytest.mark.alone  # tracks are compared to the millisecond and the decibel
def test_each_track_holds_its_person_the_mix_holds_all_and_they_are_aligned(
    cast: Cast, desk: DeskPage, tmp_path: Path
) -> None:
    panel = RecorderPanel(desk.page)
    panel.start()
    panel.wait_until_recorded(2)
    desk.page.keyboard.press("x")
    expect(desk.title).to_have_text(re.compile(r"^Mark 1 at 0:0\d\.$"))
    panel.wait_until_recorded(4)
    press(desk, 1, "Cue")  # off the air with the second caller: all three fall silent for the others at the same moment
    expect(card(desk, 1)).to_have_attribute("data-line-state", "cue")
    panel.wait_until_recorded(6)
    panel.stop()
    dj, first, second, mix = (
        panel.download(f"Download {name}", tmp_path) for name in ("DJ", "Line 1", "Line 2", "Mix")
    )
    assert len({len(track.samples) for track in (dj, first, second, mix)}) == 1
    tones = [DJ_HZ, *TONES_HZ]
    for own, track in enumerate((dj, first, second)):
        for number, hz in enumerate(tones):
            level = track.level(hz, 2, 1)
            assert (level > SILENT_DB + 20) if number == own else (level < SILENT_DB), (own, number, level)
    assert abs(dj.level(DJ_HZ, 2, 1) - MICROPHONE_DBFS) < 1
    for hz, track in zip(tones, (dj, first, second), strict=True):
        assert abs(mix.level(hz, 2, 1) - track.level(hz, 2, 1)) < 1
    ends = [dj.end_of(DJ_HZ, 3), second.end_of(TONES_HZ[1], 3), mix.end_of(DJ_HZ, 3), mix.end_of(TONES_HZ[1], 3)]
    assert max(ends) - min(ends) <= APART_SECONDS, ends
    assert first.level(TONES_HZ[0], ends[0] + 0.5, 0.5) > SILENT_DB + 20, "the first caller went on"
    expect(panel.rows.first).to_contain_text("Mark 1")
    expect(panel.rows.first).to_contain_text(re.compile(r"•••001 · Line 1 · 0:0\d"))
    panel.rows.first.get_by_role("button", name=re.compile("^Play the mix from")).last.click()
    wait_until(lambda: desk.page.evaluate(PLAYS_AT) > 1, why="the mix is not played from the mark on")
    part = panel.download("Download Caller, the part of •••001", tmp_path)
    assert abs(part.seconds - first.seconds) < 0.2


def test_callers_on_the_air_hear_a_tone_and_every_desk_sees_that_it_records(cast: Cast) -> None:
    [first] = cast.waiting(NUMBERS[0])
    desk = cast.desk()
    screener = cast.screener()
    recorded = screener.page.locator("[data-line=recorded]")
    expect(recorded).to_have_attribute("data-on", "no")
    desk.connect()
    desk.expect_on_air_with("001")
    panel = RecorderPanel(desk.page)
    panel.open()
    panel.toggle.click()

    def hears_tone() -> bool:
        answer = cast.station.control("GET", f"/sound/{first}?hz={BEEP_HZ}")
        return bool((answer["tones_dbfs"][0] or -99) > SILENT_DB)

    wait_until(hears_tone, why="the caller on the air hears no tone")
    expect(panel.said).to_contain_text("tell them that the call is recorded")
    expect(recorded).to_have_attribute("data-on", "yes")
    expect(recorded).to_have_text("Recorded")
    assert complaints_in_every_look(desk.page) == []
    panel.close()
    desk.hang_up()
    expect(recorded).to_have_attribute("data-on", "no")
    panel.open()
    expect(panel.said).to_have_text(re.compile("because the desk was left"))
    expect(panel.rows).to_have_count(1)


@pytest.mark.alone  # what is lost is counted in seconds
def test_a_tab_that_is_killed_loses_five_seconds_at_most_and_the_desks_see_that_it_records_no_more(
    cast: Cast, desk: DeskPage, tmp_path: Path
) -> None:
    panel = RecorderPanel(desk.page)
    panel.start()
    panel.wait_until_recorded(3)
    desk.page.keyboard.press("x")
    panel.wait_until_recorded(9)
    recorded = panel.seconds
    crash(desk.page)
    wait_until(lambda: not cast.station.app.status()["desks"][0]["recording"], why="it is said to record still")
    again = DeskPage(desk.page.context.new_page(), desk.url)
    again.open()
    panel = RecorderPanel(again.page)
    panel.open()
    expect(panel.rows).to_have_count(1)
    expect(panel.rows).to_contain_text("cut off when the page ended")
    expect(panel.rows).to_contain_text("Mark 1")
    tracks = [panel.download(f"Download {name}", tmp_path) for name in ("DJ", "Line 1", "Line 2", "Mix")]
    assert {len(track.samples) for track in tracks} == {len(tracks[0].samples)}
    assert tracks[0].seconds >= recorded - MOST_LOST_SECONDS
    for hz, track in zip([DJ_HZ, *TONES_HZ], tracks[:3], strict=True):
        assert track.level(hz, tracks[0].seconds - 1, 0.9) > SILENT_DB + 20, "the last second is there"


def crash(page: Page) -> None:
    """Ends the tab's process."""
    with page.expect_event("crash"), contextlib.suppress(PlaywrightError):
        page.context.new_cdp_session(page).send("Page.crash", timeout=1000)  # nobody is left to answer


def test_a_browser_without_files_says_why_it_cannot_record(cast: Cast) -> None:
    desk = cast.new_desk()
    desk.page.add_init_script("delete StorageManager.prototype.getDirectory")
    desk.open()
    panel = RecorderPanel(desk.page)
    panel.open()
    expect(panel.dialog).to_contain_text("This browser cannot record: it gives pages no files of their own.")
    expect(panel.toggle).to_have_attribute("aria-disabled", "true")
    assert complaints_in_every_look(desk.page) == []


def test_a_full_disk_and_another_tab_keep_it_from_recording_and_a_disk_that_fills_ends_it(cast: Cast) -> None:
    desk = cast.new_desk()
    desk.page.add_init_script(
        "window.quotaForTest = 1e6;StorageManager.prototype.estimate = async () => ({ quota: quotaForTest, usage: 0 });"
    )
    desk.open()
    panel = RecorderPanel(desk.page)
    panel.open()
    panel.toggle.click()
    expect(panel.said).to_have_text("Connect to the queue first.")
    panel.close()
    desk.wait_until_ready()
    desk.connect()
    desk.expect_air_state("standby")
    panel.open()
    panel.toggle.click()
    expect(panel.said).to_contain_text("too little room")
    desk.page.evaluate("quotaForTest = 1e10")
    desk.page.evaluate(
        "new Promise((held) => navigator.locks.request('callin.recorder',"
        " () => { held(); return new Promise((free) => { window.freeForTest = free; }); }))"
    )
    panel.toggle.click()
    expect(panel.said).to_have_text("Another tab of this browser is recording.")
    desk.page.evaluate("freeForTest()")
    panel.toggle.click()
    expect(panel.toggle).to_contain_text("Stop recording")
    desk.page.evaluate("quotaForTest = 1e6")
    expect(panel.said).to_contain_text("this computer is nearly full. What was recorded is saved.")
    expect(panel.rows).to_have_count(1)
    panel.close()
    desk.hang_up()


def test_recording_by_keyboard_alone(cast: Cast) -> None:
    desk = cast.desk()
    page = desk.page
    page.keyboard.press("c")
    desk.expect_air_state("standby")
    panel = RecorderPanel(page)
    panel.button.focus()
    page.keyboard.press("Enter")
    expect(panel.dialog).to_be_visible()
    for _ in range(3):
        page.keyboard.press("Tab")
        if panel.toggle.evaluate("(button) => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(panel.toggle).to_contain_text("Stop recording")
    page.keyboard.press("Escape")
    expect(panel.dialog).to_be_hidden()
    page.keyboard.press("x")
    expect(desk.title).to_contain_text("Mark 1 at")
    page.keyboard.press("Shift+H")
    expect(panel.button).to_contain_text("Record")
    expect(desk.title).to_contain_text("Recording stopped")
