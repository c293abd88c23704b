"""Real Chromium for tests: a microphone that plays a chosen tone, and a meter of what a page's far end sends it."""

from __future__ import annotations

import math
import shutil
import struct
import tempfile
import time
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Playwright, ViewportSize

from tests.support.processes import wait_until

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    # The last such flag counts: what Playwright switches off, and the address bar's own pages, two more in each window.
    "--disable-features=AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,"
    "HttpsFirstBalancedModeAutoEnable,LensOverlay,MediaRouter,PaintHolding,ThirdPartyStoragePartitioning,"
    "AvoidCorsURLLoaderRestartOnRedirect,OptimizationHints,NetworkTimeServiceQuerying,AimEnabled,PreconnectToSearch,"
    "WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup",
)
ALLOW_MICROPHONE = "--use-fake-ui-for-media-stream"
MICROPHONE_DBFS = -12.0
LEVEL_TOLERANCE_DB = 1.0
_RATE_HZ = 48000
_FRIENDLY_SECONDS = 30.0
_READING_SECONDS = 0.8  # a little more than the meter's window
VIEWPORT = ViewportSize(width=1280, height=800)

# Runs before any script of the page: keeps each remote track, so that a test can measure what arrived over WebRTC.
METER = """
(() => {
  const meters = new Map();
  const Original = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Original {
    constructor(...settings) {
      super(...settings);
      this.addEventListener("track", ({ track }) => meters.set(track, null));
    }
  };
  let context = null;
  window.measureForTest = () => {
    context ??= new AudioContext();
    let loudest = { frequency_hz: null, level_dbfs: null };
    for (const [track, known] of meters) {
      if (track.readyState !== "live") {
        meters.delete(track);
        continue;
      }
      let analyser = known;
      if (!analyser) {
        analyser = context.createAnalyser();
        analyser.fftSize = 32768;
        context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
        meters.set(track, analyser);
      }
      const samples = new Float32Array(analyser.fftSize);
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      const level_dbfs = power > 1e-8 ? 10 * Math.log10(2 * power) : null;
      if (level_dbfs !== null && (loudest.level_dbfs === null || level_dbfs > loudest.level_dbfs)) {
        const spectrum = new Float32Array(analyser.frequencyBinCount);
        analyser.getFloatFrequencyData(spectrum);
        const bin = spectrum.indexOf(Math.max(...spectrum));
        loudest = { frequency_hz: (bin * context.sampleRate) / analyser.fftSize, level_dbfs };
      }
    }
    return loudest;
  };
})();
"""

# Noise suppression removes a steady tone, as it should: a test that measures one asks for the unprocessed microphone.
BARE_MICROPHONE = """
(() => {
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  const bare = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  navigator.mediaDevices.getUserMedia = (wanted) => ask(wanted.audio ? { ...wanted, audio: bare } : wanted);
})();
"""


def chromium_path() -> str | None:
    """The path of this machine's Chromium, if it has one."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def headless_path() -> str | None:
    """The path of Chromium's headless build: the same engine without windows, with a third less work for a page."""
    return shutil.which("chromium-headless-shell") or chromium_path()


@contextmanager
def chromium(
    playwright: Playwright, tone_hz: float | None = None, *more_flags: str, has_windows: bool = False
) -> Iterator[Browser]:
    """A browser process. With a tone its microphone plays that, at -12 dBFS; without one the microphone is refused.

    Only Chromium with windows can ask for the microphone and be refused: the headless build says that there is none.
    """
    path = chromium_path() if has_windows or tone_hz is None else headless_path()
    assert path is not None
    with tempfile.TemporaryDirectory(prefix="microphone-") as folder:
        flags = [*FLAGS, *more_flags]
        if tone_hz is not None:
            microphone = Path(folder) / "tone.wav"
            write_tone(microphone, tone_hz)
            flags += [ALLOW_MICROPHONE, f"--use-file-for-fake-audio-capture={microphone}"]
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=flags)
        try:
            yield browser
        finally:
            browser.close()


def write_tone(path: Path, tone_hz: float) -> None:
    """Two seconds that loop without a seam, for a tone that is a multiple of half a hertz."""
    peak = 32767 * 10 ** (MICROPHONE_DBFS / 20)
    samples = (round(peak * math.sin(2 * math.pi * tone_hz * n / _RATE_HZ)) for n in range(2 * _RATE_HZ))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE_HZ)
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))


def new_page(browser: Browser, *, bare_microphone: bool = False) -> Page:
    """A page with an empty profile of its own and a meter in it. Close its context when done."""
    context = browser.new_context(viewport=VIEWPORT)
    context.set_default_timeout(_FRIENDLY_SECONDS * 1000)
    page = context.new_page()
    page.add_init_script(METER)
    if bare_microphone:
        page.add_init_script(BARE_MICROPHONE)
    return page


def wait_until_heard(page: Page, frequency_hz: float, level_dbfs: float | None = None) -> None:
    """Waits until the page has heard a tone of that frequency and level for as long as a reading takes.

    A busy machine loses frames now and then, and with them a decibel: one clean second counts.
    """
    since: list[float] = []

    def is_heard() -> bool:
        reading: dict[str, Any] = page.evaluate("measureForTest()")
        try:
            assert reading["frequency_hz"] is not None, "it hears nothing"
            assert abs(reading["frequency_hz"] - frequency_hz) < 4, f"it hears {reading}"
            if level_dbfs is not None:
                assert abs(reading["level_dbfs"] - level_dbfs) < LEVEL_TOLERANCE_DB, f"it hears {reading}"
        except AssertionError:
            since.clear()
            raise
        since.append(time.monotonic())
        return since[-1] - since[0] > _READING_SECONDS

    wait_until(is_heard, _FRIENDLY_SECONDS, f"the page does not hear {frequency_hz} Hz at {level_dbfs} dBFS")
