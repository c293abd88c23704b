"""Do the recorder's tracks stay aligned? The DJ, two callers and the mix, recorded for ten minutes in Chromium.

Near the beginning and at the end the DJ presses *Cue* with the second caller: the DJ and that caller fall
silent at the same moment on their own tracks and in the mix. How far apart these silences are, in the files, is how far
apart the tracks are. `python -m bench.recorder 60` records for 60 s instead of 600. The processor time is that of all
the browser's processes.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from bench import report
from bench.console import browser_seconds
from bench.station import percent_of_a_core
from rehearsal.cast import pitch_hz_of
from tests.support import presses
from tests.support.chromium import chromium, new_page
from tests.support.pages import DeskPage
from tests.support.processes import free_port
from tests.support.recorder import RecorderPanel, Track
from tests.support.station import Station, running_station
from tests.support.wire import wire_to

SECONDS = 600
FIRST_CUE_SECONDS = 3
CUE_SECONDS = 1.5
PROCESSOR_SECONDS = 20.0
DJ_HZ = 700.0
NUMBERS = ("+447700900001", "+447700900002")


def main() -> None:
    seconds = int(sys.argv[1]) if sys.argv[1:] else SECONDS
    report.doing("the recorder", seconds + 3 * PROCESSOR_SECONDS)
    port = free_port()
    with tempfile.TemporaryDirectory() as temporary, wire_to(port) as wire:
        folder = Path(temporary)
        changes = {
            "DESK_SOUND": "studio",
            "REHEARSAL_PORT": str(port),
            "TWILIO_API_URL": f"http://127.0.0.1:{port}",
            "TWILIO_SIGNALING_HOST": f"127.0.0.1:{wire.port}",
        }
        with (
            running_station(folder / "station", **changes) as station,
            sync_playwright() as playwright,
            chromium(playwright, DJ_HZ) as browser,
        ):
            _measure(station, browser, folder, seconds)


def _measure(station: Station, browser: Browser, folder: Path, seconds: int) -> None:
    desk = _desk_with_two_on_the_air(station, browser)
    panel = RecorderPanel(desk.page)
    mixing = percent_of_a_core(lambda: browser_seconds(browser), PROCESSOR_SECONDS)
    panel.start()
    panel.wait_until_recorded(FIRST_CUE_SECONDS)
    _cue(desk)
    recording = percent_of_a_core(lambda: browser_seconds(browser), PROCESSOR_SECONDS)
    desk.page.wait_for_timeout(max(0, seconds - panel.seconds) * 1000)
    last_cue_seconds = panel.seconds
    _cue(desk)
    panel.stop()
    tracks = {name: panel.download(f"Download {name}", folder) for name in ("DJ", "Line 1", "Line 2", "Mix")}
    desk.page.keyboard.press("Escape")
    desk.hang_up()
    rows = []
    for at in (FIRST_CUE_SECONDS, last_cue_seconds):
        ends = _ends(tracks, at - 1)
        rows.append([f"{at} s", *(f"{end:.3f}" for end in ends), f"{1000 * (max(ends) - min(ends)):.0f} ms"])
    report.table(
        "When the DJ and the second caller fall silent, in seconds of the files",
        ["pressed at", "the DJ's track", "the caller's", "the DJ in the mix", "the caller in the mix", "apart"],
        rows,
    )
    lengths = {len(track.samples) for track in tracks.values()}
    print(f"\nSamples in each of the four files: {', '.join(f'{length:,}' for length in sorted(lengths))}")
    report.table(
        "The browser's processor time, in percent of one core",
        ["mixing two callers", "recording them as well"],
        [[f"{mixing:.1f}", f"{recording:.1f}"]],
    )


def _desk_with_two_on_the_air(station: Station, browser: Browser) -> DeskPage:
    presses.put_as_new(station.app)
    for number in NUMBERS:
        call_sid = station.ring(number)
        station.control("PUT", "/clock", {"advance_seconds": 20})  # past the greeting
        station.wait_until_queued(call_sid)
    desk = DeskPage(new_page(browser), station.app.url)
    desk.open()
    desk.wait_until_ready()
    desk.connect()
    desk.expect_on_air_with("001")
    desk.row("002").get_by_role("button", name=re.compile("^Add")).click()
    expect(desk.page.locator(".lines > .air").nth(1)).to_have_attribute("data-line-state", "on")
    for line in range(2):
        _press(desk, line, "Level")
    return desk


def _press(desk: DeskPage, line: int, name: str) -> None:
    desk.page.locator(".lines > .air").nth(line).get_by_role("button", name=re.compile(f"^{name}")).click()


def _cue(desk: DeskPage) -> None:
    """Presses Cue for a moment: the DJ speaks off the air with the second caller."""
    _press(desk, 1, "Cue")
    desk.page.wait_for_timeout(1000 * CUE_SECONDS)
    _press(desk, 1, "Cue")


def _ends(tracks: dict[str, Track], until: float) -> list[float]:
    caller_hz = pitch_hz_of(NUMBERS[1])
    wanted = [("DJ", DJ_HZ), ("Line 2", caller_hz), ("Mix", DJ_HZ), ("Mix", caller_hz)]
    return [tracks[name].end_of(hz, until) for name, hz in wanted]


if __name__ == "__main__":
    main()
