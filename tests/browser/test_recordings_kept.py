"""Recordings in the browser's files: kept when it is killed, read when torn, deleted after the station's days."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Playwright, expect
from playwright.sync_api import Error as PlaywrightError

from tests.browser.conftest import DJ_HZ, Cast
from tests.support.chromium import ALLOW_MICROPHONE, FLAGS, MICROPHONE_DBFS, VIEWPORT, chromium_path, write_tone
from tests.support.pages import DeskPage
from tests.support.processes import wait_until
from tests.support.recorder import RecorderPanel
from tests.support.station import Station

MOST_LOST_SECONDS = 5.0


@pytest.mark.alone  # what is lost is counted in seconds
def test_a_browser_that_is_killed_keeps_the_recording(playwright: Playwright, studio: Station, tmp_path: Path) -> None:
    """Its whole process tree ends at once, as when the computer's battery is empty."""
    with profile(playwright, tmp_path) as context:
        desk = DeskPage(context.pages[0], studio.app.url)
        desk.open()
        desk.wait_until_ready()
        desk.connect()
        desk.expect_air_state("standby")
        panel = RecorderPanel(desk.page)
        panel.start()
        panel.wait_until_recorded(8)
        recorded = panel.seconds
        kill(tmp_path)
    with profile(playwright, tmp_path) as context:
        desk = DeskPage(context.pages[0], studio.app.url)
        desk.open()
        panel = RecorderPanel(desk.page)
        panel.open()
        expect(panel.rows).to_have_count(1)
        dj = panel.download("Download DJ", tmp_path)
        assert dj.seconds >= recorded - MOST_LOST_SECONDS
        assert abs(dj.level(DJ_HZ, dj.seconds - 1, 0.9) - MICROPHONE_DBFS) < 1
        panel.rows.get_by_role("button", name="Delete").click()
        panel.rows.get_by_role("button", name="Really delete?").click()
        expect(panel.rows).to_have_count(0)
        expect(panel.dialog).to_contain_text("Nothing is recorded yet.")


def test_a_write_that_fails_ends_the_recording_and_what_was_written_is_kept(
    playwright: Playwright, studio: Station, tmp_path: Path
) -> None:
    with profile(playwright, tmp_path) as context:
        desk = DeskPage(context.pages[0], studio.app.url)
        desk.open()
        desk.wait_until_ready()
        desk.connect()
        desk.expect_air_state("standby")
        panel = RecorderPanel(desk.page)
        panel.start()
        panel.wait_until_recorded(MOST_LOST_SECONDS + 4)  # before that, nothing may have been written yet
        recorded = panel.seconds
        disk = context.new_cdp_session(desk.page)
        # The page still sees the same free space, but the next write that needs space fails.
        disk.send("Storage.overrideQuotaForOrigin", {"origin": desk.url, "quotaSize": 1})
        panel.open()
        expect(panel.said).to_have_text("Recording stopped: this computer is nearly full. What was recorded is saved.")
        wait_until(lambda: not is_recorded(studio), why="the desks are told that it records still")
        expect(panel.rows).to_have_count(1)
        dj = panel.download("Download DJ", tmp_path)
        assert dj.seconds >= recorded - MOST_LOST_SECONDS
        assert abs(dj.level(DJ_HZ, 2, 1) - MICROPHONE_DBFS) < 1
        disk.send("Storage.overrideQuotaForOrigin", {"origin": desk.url})
        panel.toggle.click()
        expect(panel.toggle).to_contain_text("Stop recording")
        panel.toggle.click()
        expect(panel.rows).to_have_count(2)
        panel.close()
        desk.hang_up()


def is_recorded(studio: Station) -> bool:
    """Whether the desks are told that the air is recorded."""
    return bool(studio.app.status()["desks"][0]["recording"])


@contextlib.contextmanager
def profile(playwright: Playwright, folder: Path) -> Iterator[BrowserContext]:
    """A Chromium with a profile that stays, and a microphone that plays the DJ's tone."""
    microphone = folder / "tone.wav"
    write_tone(microphone, DJ_HZ)
    context = playwright.chromium.launch_persistent_context(
        folder / "profile",
        executable_path=chromium_path(),
        args=[*FLAGS, ALLOW_MICROPHONE, f"--use-file-for-fake-audio-capture={microphone}"],
        viewport=VIEWPORT,
    )
    try:
        yield context
    finally:
        with contextlib.suppress(PlaywrightError):
            context.close()


def kill(folder: Path) -> None:
    """Ends the browser whose profile is in that folder: the lock in the profile names its process."""
    lock = (folder / "profile" / "SingletonLock").readlink()  # host-process
    os.kill(int(lock.name.rpartition("-")[2]), signal.SIGKILL)


# Writes recordings of that many days ago, as the recorder does; the last one's journal and samples are torn.
SHELVE = """async (days) => {
  const { FOLDER, JOURNAL, PIECE_FRAMES, pieceName } = await import("/static/recorder/shape.js");
  const shelf = await (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true });
  const write = async (folder, name, ...parts) => {
    const file = await (await folder.getFileHandle(name, { create: true })).createWritable();
    for (const part of parts) await file.write(part);
    await file.close();
  };
  for (const age of days) {
    const folder = await shelf.getDirectoryHandle(`days-${age}`, { create: true });
    const startedAt = Date.now() - age * 86400000;
    const tracks = ["dj", "air", "air-2", "mix"];
    const header = { version: 1, started_at: startedAt, rate: 8000, tracks, piece_frames: PIECE_FRAMES };
    const on = { frame: 800, what: "on", line: "air", call_sid: "CA1", who: "Ann, Leeds" };
    await write(folder, JOURNAL, `${JSON.stringify(header)}\n${JSON.stringify(on)}\n{"frame":1600,"what":"ma`);
    await write(folder, pieceName(0, "dj"), new Int16Array(4000).fill(1000), new Uint8Array([7]));
    await write(folder, pieceName(0, "air"), new Int16Array(2000).fill(2000));
  }
}"""


def test_recordings_go_when_the_station_s_days_are_over_and_torn_ones_are_read(cast: Cast, tmp_path: Path) -> None:
    desk = cast.desk()
    days = int(desk.page.locator("[data-desk]").get_attribute("data-retention-days") or 0)
    assert days > 1
    desk.page.evaluate(SHELVE, [days - 1, days + 1])
    desk.page.reload()
    desk.wait_until_ready()
    panel = RecorderPanel(desk.page)
    panel.open()
    expect(panel.rows).to_have_count(1)
    expect(panel.dialog).to_contain_text(f"Recordings are deleted after {days} days")
    expect(panel.rows).to_contain_text("Ann, Leeds · Line 1 · 0:00")
    dj, first = (panel.download(f"Download {name}", tmp_path) for name in ("DJ", "Line 1"))
    assert (len(dj.samples), len(first.samples)) == (4000, 4000)
    assert first.samples[1999] == 2000
    assert not any(first.samples[2000:]), "what is missing is silence"
    assert desk.page.evaluate(FOLDERS) == [f"days-{days - 1}"]


GOES_ON = """(player) => new Promise((heard) => {
  const isPlaying = () => player.isConnected && !player.paused;
  player.addEventListener("timeupdate", () => heard(isPlaying()), { once: true });
  if (!isPlaying()) heard(false);
})"""


def test_a_recording_plays_on_while_another_one_is_deleted(cast: Cast) -> None:
    desk = cast.desk()
    desk.page.evaluate(SHELVE, [0, 1])
    panel = RecorderPanel(desk.page)
    panel.open()
    expect(panel.rows).to_have_count(2)
    player = panel.rows.first.locator("audio")
    player.evaluate("(player) => { player.loop = true; }")  # it is half a second long
    panel.rows.first.get_by_role("button", name="Play the mix", exact=True).click()
    playing = player.element_handle()
    assert playing.evaluate(GOES_ON)
    panel.rows.last.get_by_role("button", name="Delete").click()
    panel.rows.last.get_by_role("button", name="Really delete?").click()
    expect(panel.rows).to_have_count(1)
    assert playing.evaluate(GOES_ON)


# Folders of recordings that began so many days ago and cannot be read: the journal is torn in its first line.
TEAR = """async (days) => {
  const { idOf } = await import("/static/recorder/recordings.js");
  const { FOLDER, JOURNAL, pieceName } = await import("/static/recorder/shape.js");
  const shelf = await (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true });
  for (const age of days) {
    const folder = await shelf.getDirectoryHandle(idOf(new Date(Date.now() - age * 86400000)), { create: true });
    for (const [name, part] of [[JOURNAL, '{"ver'], [pieceName(0, "dj"), new Int16Array(4000)]]) {
      const file = await (await folder.getFileHandle(name, { create: true })).createWritable();
      await file.write(part);
      await file.close();
    }
  }
}"""


def test_recordings_that_cannot_be_read_go_with_the_others(cast: Cast) -> None:
    desk = cast.desk()
    days = int(desk.page.locator("[data-desk]").get_attribute("data-retention-days") or 0)
    desk.page.evaluate(TEAR, [days - 1, days + 1])
    assert len(desk.page.evaluate(FOLDERS)) == 2
    desk.page.reload()
    desk.wait_until_ready()
    wait_until(lambda: len(desk.page.evaluate(FOLDERS)) == 1, why="what cannot be read stays")


FOLDERS = """async () => {
  const shelf = await (await navigator.storage.getDirectory()).getDirectoryHandle("recordings");
  return Array.fromAsync(shelf.keys());
}"""
