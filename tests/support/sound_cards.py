"""Sound cards that are plugged in and out: PulseAudio's null sinks and sine sources, for a Chromium that uses them."""

from __future__ import annotations

import array
import math
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Playwright

from tests.support.chromium import ALLOW_MICROPHONE, FLAGS, chromium_path
from tests.support.processes import wait_until

RATE_HZ = 8000
HEARD_SECONDS = 0.5
MICROPHONE_VOLUME = "-14dB"  # a sine source is at full scale
FAKE_DEVICES = "--use-fake-device-for-media-stream"


def is_there() -> bool:
    """Whether this machine has PulseAudio."""
    return bool(shutil.which("pulseaudio") and shutil.which("pactl") and shutil.which("parec"))


@dataclass
class SoundCards:
    """A running PulseAudio. Each card is known by its description, which is its label in the browser."""

    environment: dict[str, str]
    _modules: dict[str, str] = field(default_factory=dict)
    _arguments: dict[str, list[str]] = field(default_factory=dict)

    def loudspeaker(self, label: str) -> None:
        self._load(label, ["module-null-sink", f"sink_name={label}", f"sink_properties=device.description={label}"])

    def microphone(self, label: str, tone_hz: int) -> None:
        """A microphone that hears a tone."""
        self._load(label, ["module-sine-source", f"source_name={label}", f"frequency={tone_hz}"])
        self._pactl("set-source-volume", label, MICROPHONE_VOLUME)

    def unplug(self, label: str) -> None:
        self._pactl("unload-module", self._modules.pop(label))

    def plug_in_again(self, label: str) -> None:
        self._load(label, self._arguments[label])

    def tone_dbfs(self, loudspeaker: str, tone_hz: float) -> float:
        """How loud a tone comes out of a loudspeaker, for half a second from now."""
        size = int(RATE_HZ * HEARD_SECONDS) * 2
        format_ = [f"--rate={RATE_HZ}", "--channels=1", "--format=s16le", "--raw", "--latency-msec=50"]
        command = ["parec", f"--device={loudspeaker}.monitor", *format_]
        with subprocess.Popen(command, env=self.environment, stdout=subprocess.PIPE) as recording:
            assert recording.stdout is not None
            samples = array.array("h", recording.stdout.read(size))
            recording.terminate()
        if sys.byteorder == "big":
            samples.byteswap()
        turn, whole = 2 * math.pi / RATE_HZ, 2 * math.pi / len(samples)
        # A window: else a loud tone beside it would be heard as this one.
        faded = [sample * (1 - math.cos(whole * n)) for n, sample in enumerate(samples)]
        real = sum(sample * math.cos(turn * tone_hz * n) for n, sample in enumerate(faded))
        imaginary = sum(sample * math.sin(turn * tone_hz * n) for n, sample in enumerate(faded))
        return 20 * math.log10(2 * math.hypot(real, imaginary) / len(samples) / 32768 + 1e-9)

    def _load(self, label: str, arguments: list[str]) -> None:
        self._arguments[label] = arguments
        self._modules[label] = self._pactl("load-module", *arguments)

    def _pactl(self, *words: str) -> str:
        done = subprocess.run(["pactl", *words], env=self.environment, capture_output=True, text=True, check=True)
        return done.stdout.strip()


@contextmanager
def sound_cards() -> Iterator[SoundCards]:
    """PulseAudio of its own, without any card yet."""
    with tempfile.TemporaryDirectory(prefix="pulse-") as folder:
        socket = Path(folder) / "native"
        environment = {**os.environ, "HOME": folder, "XDG_RUNTIME_DIR": folder, "PULSE_SERVER": f"unix:{socket}"}
        protocol = f"module-native-protocol-unix socket={socket} auth-anonymous=1"
        options = ["-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--log-level=error"]
        server = {name: value for name, value in environment.items() if name != "PULSE_SERVER"}
        with subprocess.Popen(["pulseaudio", *options, "-L", protocol], env=server, stderr=subprocess.DEVNULL) as pulse:
            try:
                wait_until(socket.exists, why="PulseAudio does not start")
                yield SoundCards(environment)
            finally:
                pulse.terminate()


@contextmanager
def chromium_with(playwright: Playwright, cards: SoundCards) -> Iterator[Browser]:
    """A Chromium that hears and is heard through these cards, and may use the microphone."""
    browser = playwright.chromium.launch(
        executable_path=chromium_path(),
        args=[*(flag for flag in FLAGS if flag != FAKE_DEVICES), ALLOW_MICROPHONE],
        ignore_default_args=["--mute-audio"],
        env={name: value for name, value in cards.environment.items() if isinstance(value, str)},
    )
    try:
        yield browser
    finally:
        browser.close()
