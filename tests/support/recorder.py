"""The recorder as people use it, and what is in the files that it gives."""

from __future__ import annotations

import math
import wave
from array import array
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.support.processes import wait_until

WINDOW_SECONDS = 0.01
STEP_SECONDS = 0.002
LONG_SECONDS = 0.3
FALL_DB = 12


@dataclass
class Track:
    """A downloaded WAV file."""

    samples: array[int]
    rate: int

    @classmethod
    def read(cls, path: Path) -> Track:
        with wave.open(str(path)) as file:
            assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
            return cls(array("h", file.readframes(file.getnframes())), file.getframerate())

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate

    def level(self, hz: float, at: float, seconds: float) -> float:
        """How loud a tone is, in dB below full scale."""
        piece = self.samples[int(at * self.rate) : int((at + seconds) * self.rate)]
        turn = 2 * math.pi * hz / self.rate
        real = sum(sample * math.cos(turn * n) for n, sample in enumerate(piece))
        imaginary = sum(sample * math.sin(turn * n) for n, sample in enumerate(piece))
        return 20 * math.log10(2 * math.hypot(real, imaginary) / len(piece) / 32768 + 1e-9)

    def end_of(self, hz: float, until: float) -> float:
        """When the tone that is heard at `until` seconds ends, short gaps aside: a busy machine drops moments."""
        limit = self.level(hz, until, LONG_SECONDS) - FALL_DB
        steps = range(int(until / STEP_SECONDS), int((self.seconds - LONG_SECONDS) / STEP_SECONDS))
        times = (step * STEP_SECONDS for step in steps)
        quiet = (at for at in times if self.level(hz, at, WINDOW_SECONDS) < limit)
        return next(at for at in quiet if self.level(hz, at + WINDOW_SECONDS, LONG_SECONDS) < limit)


class RecorderPanel:
    """The panel of a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.button = page.locator(".record-button")
        self.dialog = page.get_by_role("dialog", name="Recordings")
        self.toggle = self.dialog.locator("[data-recorder=toggle]")
        self.rows = self.dialog.locator(".recording")
        self.said = self.dialog.locator("[data-recorder=said]")

    def open(self) -> None:
        self.button.click()
        expect(self.dialog).to_be_visible()

    def close(self) -> None:
        self.page.keyboard.press("Escape")
        expect(self.dialog).to_be_hidden()

    def start(self) -> None:
        self.open()
        self.toggle.click()
        expect(self.toggle).to_contain_text("Stop recording")
        self.close()

    def stop(self) -> None:
        self.open()
        self.toggle.click()
        expect(self.said).to_have_text("The recording is saved on this computer.")

    @property
    def seconds(self) -> int:
        minutes, _, seconds = (self.button.locator(".record-time").inner_text() or "0:00").partition(":")
        return 60 * int(minutes) + int(seconds)

    def wait_until_recorded(self, seconds: int) -> None:
        wait_until(lambda: self.seconds >= seconds, why=f"{seconds} s are not recorded")

    def download(self, name: str, folder: Path) -> Track:
        with self.page.expect_download() as download:
            self.rows.first.get_by_role("link", name=name, exact=True).click()
        path = folder / f"{name}.wav"
        download.value.save_as(path)
        return Track.read(path)
