"""What does the console cost, and how soon is a caller heard? The desk's page in Chromium, with up to four on the air.

From Add until the caller is heard at the DJ's browser; the processor time of browser, app and network with one, two and
four on the air; and the delay that the page adds from one caller to another, on top of the network and its buffers.
`python -m bench.console delays` runs one part alone.
"""

from __future__ import annotations

import math
import struct
import sys
import tempfile
import time
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from bench import report
from bench.console_scripts import ADD, BEFORE_THE_PAGE, DELAYS, STALL
from bench.load import Result
from bench.station import Station, cpu_seconds, our_app, percent_of_a_core, station
from tests.support.chromium import BARE_MICROPHONE, chromium_path
from tests.support.pages import sign_in
from tests.support.processes import wait_until

LINES = 4
ADDS = 10
PROCESSOR_SECONDS = 10.0
PULSES = 20
PULSES_AFTER_STALL = 2
RENEWED_SECONDS = 6.0
LATE_SECONDS = 30.0
RATE_HZ = 48000

FLAGS = (
    "--no-sandbox",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
)


class Console:
    """The desk's page with a call."""

    def __init__(self, page: Page, where: Station) -> None:
        self.page = page
        self._where = where
        sign_in(page, where.url)
        page.add_init_script(BEFORE_THE_PAGE)
        page.goto(where.url)
        page.locator('[data-part-of-desk="connect"]:not([aria-disabled="true"])').click()
        page.locator('[data-air="on"]').wait_for()

    def add(self) -> float:
        """Adds the first caller in line. Returns the seconds until they are heard."""
        page = self.page
        on_air = page.locator('.lines > .air[data-line-state="on"]')
        before = on_air.count()
        page.locator(".caller .add:not([hidden])").first.wait_for()
        seconds: float = page.evaluate(ADD)
        on_air.nth(before).wait_for()
        return seconds

    def drop_line(self, number: int) -> None:
        page = self.page
        page.locator(f'[data-line="air-{number}"] [data-strip-part="drop"]').click()
        page.locator(f'[data-line="air-{number}"][data-line-state="on"]').wait_for(state="detached")
        # The line's own call goes on for a while, and the next Add would reuse it.
        page.locator(f'[data-line="air-{number}"]').wait_for(state="detached", timeout=LATE_SECONDS * 1000)


@contextmanager
def chromium(playwright: Playwright, microphone: Path | None = None) -> Iterator[Browser]:
    flags = [*FLAGS, *([f"--use-file-for-fake-audio-capture={microphone}"] if microphone else [])]
    browser = playwright.chromium.launch(executable_path=chromium_path(), args=flags)
    try:
        yield browser
    finally:
        browser.close()


def _new_page(browser: Browser) -> Page:
    return browser.new_context(viewport={"width": 1440, "height": 900}).new_page()


def _ring_in(where: Station, callers: int) -> None:
    for number in range(callers):
        call = {"from": f"+4477009001{number:02}", "to": "listener"}
        where.wait_until_queued(where.control("POST", "callers", call)["call_sid"])


def browser_seconds(browser: Browser) -> float:
    """Processor time that the browser's processes have used so far."""
    processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    return float(sum(process["cpuTime"] for process in processes))


def _costs(where: Station, app: int) -> list[tuple[str, ...]]:
    """Percent of a core that browser, app and network take, with one, two and four on the air."""
    rows = []
    where.control("POST", "reset")
    _ring_in(where, LINES)
    with sync_playwright() as playwright, chromium(playwright) as browser:
        console = Console(_new_page(browser), where)
        spenders = (
            lambda: browser_seconds(browser),
            lambda: cpu_seconds(where.network_pid),
            lambda: cpu_seconds(app),
        )
        for lines in range(1, LINES + 1):
            if lines > 1:
                console.add()
            if lines != 3:
                costs = [percent_of_a_core(spent, PROCESSOR_SECONDS) for spent in spenders]
                rows.append((str(lines), *(f"{cost:.0f} %" for cost in costs)))
    return rows


def _adds(where: Station) -> list[float]:
    """Seconds from Add until the caller is heard."""
    where.control("POST", "reset")
    _ring_in(where, ADDS + 1)
    found = []
    with sync_playwright() as playwright, chromium(playwright) as browser:
        console = Console(_new_page(browser), where)
        for _ in range(ADDS):
            found.append(console.add())
            console.drop_line(2)
    return found


def _pulses(folder: Path) -> Path:
    """A microphone whose only sound is a tone of 40 ms, once a second."""
    path = folder / "pulses.wav"
    sound = (math.sin(2 * math.pi * 700 * n / RATE_HZ) if n < 0.04 * RATE_HZ else 0 for n in range(RATE_HZ))
    samples = [round(16000 * part) for part in sound]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return path


def _delays(where: Station) -> list[tuple[str, ...]]:
    """The delay that the page adds from one caller, in another browser, to the other caller."""
    where.control("POST", "reset")
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        chromium(playwright, _pulses(Path(folder))) as listeners_browser,
        chromium(playwright) as browser,
    ):
        listener = _new_page(listeners_browser)
        listener.add_init_script(BARE_MICROPHONE)
        listener.goto(where.url + "/call")
        listener.locator('button[data-part="call"]:not([aria-disabled="true"])').click()
        [call] = wait_until(lambda: where.control("GET", "callers"), why="the listener does not call")
        where.wait_until_queued(call["call_sid"])
        _ring_in(where, 1)
        page = _new_page(browser)
        console = Console(page, where)
        page.evaluate("document.querySelector('[data-part-of-desk=mute]').click()")
        console.add()
        levels = page.locator('.lines > .air:visible [data-strip-part="level"]')

        def row(words: str, pulses: int = PULSES) -> tuple[str, ...]:
            found = page.evaluate(DELAYS, pulses)
            return (words, _ms(found, 0.5), _ms(found, 1.0))

        rows = [row("added by the page, levelled and limited, as a line begins")]
        for level in levels.all():
            level.click()
        rows.append(row("as it comes (aim: 30)"))
        page.evaluate(STALL)
        rows.append(row("just after the audio stood still for 200 ms", PULSES_AFTER_STALL))
        time.sleep(RENEWED_SECONDS)  # the page makes up for it in a pause of the voice, at most every 5 s
        rows.append(row("some seconds later"))
        return rows


def _ms(seconds: list[float], share: float) -> str:
    result = Result()
    result.latencies += seconds
    return f"{result.quantile_ms(share):.0f}"


def _tell_adds(where: Station, _app: int) -> None:
    found = _adds(where)
    row = (f"from Add until heard at the DJ, {len(found)} times (aim: 1,000)", _ms(found, 0.5), _ms(found, 1.0))
    report.table("The console", ("", "median ms", "slowest ms"), [row])


def _tell_costs(where: Station, app: int) -> None:
    headings = ("on the air", "Chromium", "the rehearsal", "the app")
    report.table(f"Of one core, over {PROCESSOR_SECONDS:.0f} s", headings, _costs(where, app))


def _tell_delays(where: Station, _app: int) -> None:
    title = f"From caller to caller, {PULSES} pulses each"
    report.table(title, ("", "median ms", "slowest ms"), _delays(where))


PARTS: dict[str, tuple[float, Callable[[Station, int], None]]] = {
    "adds": (60.0, _tell_adds),
    "costs": (60.0, _tell_costs),
    "delays": (60.0, _tell_delays),
}
"""The parts, each with the seconds that it takes, roughly."""


def main() -> None:
    """Runs the parts that the command line names, or all."""
    names = sys.argv[1:] or list(PARTS)
    if unknown := set(names) - set(PARTS):
        raise SystemExit(f"{', '.join(sorted(unknown))}: the parts are {', '.join(PARTS)}")
    with station() as where, our_app(where) as app:
        for name in names:
            seconds, tell = PARTS[name]
            report.doing(name, seconds)
            tell(where, app.pid)


if __name__ == "__main__":
    main()
