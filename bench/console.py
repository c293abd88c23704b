"""What does the console cost, and how soon is a caller heard? The desk's page in Chromium, with up to four on the air.

From Add until the caller is heard at the DJ's browser; the processor time of browser, app and network with one, two and
four on the air; and the delay that the page adds from one caller to another, on top of the network and its buffers.
`python -m bench.console delays` runs one part alone.
"""

from __future__ import annotations

import math
import os
import shutil
import struct
import sys
import tempfile
import time
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, Playwright, sync_playwright

from bench import report
from bench.console_scripts import ADD, BEFORE_THE_PAGE, DELAYS, STALL
from bench.load import Result
from bench.signed_in import sign_in
from bench.station import Station, our_app, station

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
        name, _, value = sign_in(where.app_port).cookie.partition(";")[0].partition("=")
        page.context.add_cookies([{"name": name, "value": value, "url": _url(where)}])
        page.add_init_script(BEFORE_THE_PAGE)
        page.goto(_url(where))
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


def _url(where: Station) -> str:
    return f"http://127.0.0.1:{where.app_port}/"


@contextmanager
def _chromium(microphone: Path | None = None) -> Iterator[Page]:
    with sync_playwright() as playwright, _browser(playwright, microphone) as page:
        yield page


@contextmanager
def _browser(playwright: Playwright, microphone: Path | None) -> Iterator[Page]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    flags = [*FLAGS, *([f"--use-file-for-fake-audio-capture={microphone}"] if microphone else [])]
    browser = playwright.chromium.launch(executable_path=path, args=flags)
    try:
        yield browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    finally:
        browser.close()


def _ring_in(where: Station, callers: int) -> None:
    for number in range(callers):
        call = {"from": f"+4477009001{number:02}", "to": "listener"}
        call_sid = where.control("POST", "callers", call)["call_sid"]
        _until_queued(where, call_sid)


def _until_queued(where: Station, call_sid: str) -> None:
    deadline = time.monotonic() + LATE_SECONDS
    while where.control("GET", f"callers/{call_sid}")["queue"] is None:
        if time.monotonic() > deadline:
            raise RuntimeError(f"{call_sid} is not in a queue")
        where.control("PUT", "clock", {"advance_seconds": 2})
        time.sleep(0.02)  # between two looks


def _processor_seconds(parents: list[int]) -> float:
    """The processor time of these processes and all their children, so far."""
    stats = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            stats[int(folder.name)] = (int(fields[1]), int(fields[11]) + int(fields[12]))
    wanted, grown = set(parents), True
    while grown:
        more = {pid for pid, (parent, _) in stats.items() if parent in wanted} - wanted
        wanted |= more
        grown = bool(more)
    return sum(stats[pid][1] for pid in wanted if pid in stats) / os.sysconf("SC_CLK_TCK")


def _chromiums() -> list[int]:
    """The Chromium processes that this process has started."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                command = (folder / "cmdline").read_bytes()
                environment_of = (folder / "stat").read_text()
            except OSError:
                continue
            if b"--type=" not in command and b"remote-debugging" in command and _descends(environment_of):
                found.append(int(folder.name))
    return found


def _descends(stat: str) -> bool:
    """Whether a process is a descendant of this one."""
    parent = int(stat.rpartition(")")[2].split()[1])
    while parent > 1:
        if parent == os.getpid():
            return True
        try:
            parent = int(Path(f"/proc/{parent}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            return False
    return False


def _percent(parents: list[int]) -> float:
    before = _processor_seconds(parents)
    time.sleep(PROCESSOR_SECONDS)  # what is measured
    return 100 * (_processor_seconds(parents) - before) / PROCESSOR_SECONDS


def _costs(where: Station, app: int) -> list[tuple[str, ...]]:
    """Percent of a core that browser, app and network take, with one, two and four on the air."""
    rows = []
    where.control("POST", "reset")
    _ring_in(where, LINES)
    with _chromium() as page:
        console = Console(page, where)
        for lines in range(1, LINES + 1):
            if lines > 1:
                console.add()
            if lines != 3:
                costs = [_percent(pids) for pids in (_chromiums(), [where.network_pid], [app])]
                rows.append((str(lines), *(f"{cost:.0f} %" for cost in costs)))
    return rows


def _adds(where: Station) -> list[float]:
    """Seconds from Add until the caller is heard."""
    where.control("POST", "reset")
    _ring_in(where, ADDS + 1)
    found = []
    with _chromium() as page:
        console = Console(page, where)
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
        _browser(playwright, _pulses(Path(folder))) as listener,
        _browser(playwright, None) as page,
    ):
        bare = "const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);"
        off = "{ echoCancellation: false, noiseSuppression: false, autoGainControl: false }"
        listener.add_init_script(f"{bare} navigator.mediaDevices.getUserMedia = () => ask({{ audio: {off} }});")
        listener.goto(_url(where) + "call")
        listener.locator('button[data-part="call"]:not([aria-disabled="true"])').click()
        while not where.control("GET", "callers"):
            time.sleep(0.05)  # between two looks
        [call] = [one for one in where.control("GET", "callers") if one["status"] != "completed"]
        _until_queued(where, call["call_sid"])
        _ring_in(where, 1)
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
