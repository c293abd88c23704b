"""The sounds that the app serves: Twilio and the SDK can play them, and none is too loud on the air."""

from __future__ import annotations

import itertools
import math
import re
import wave
from array import array
from pathlib import Path

import pytest

from tests.support.station import App
from tests.support.web import ask

STATIC = Path(__file__).resolve().parent.parent / "static"
SOUND = STATIC / "sound"
SIGNALS = sorted(SOUND.glob("sdk/*.wav"))
FULL_SCALE = 32768


def read(path: Path) -> tuple[array[int], float]:
    """The samples of a file, 16 bits at 8 kHz in one channel as all of ours are, and its length in seconds."""
    with wave.open(str(path), "rb") as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 8000), path
        samples = array("h", file.readframes(file.getnframes()))
    return samples, len(samples) / 8000


def peak_dbfs(samples: array[int]) -> float:
    return 20 * math.log10(max(abs(sample) for sample in samples) / FULL_SCALE)


@pytest.mark.parametrize(("name", "seconds"), [("music.wav", 24), ("music-short.wav", 5)])
def test_the_music_has_its_length_and_is_never_clipped(name: str, seconds: float) -> None:
    samples, length = read(SOUND / name)
    assert length == pytest.approx(seconds, abs=1)
    assert -9 < peak_dbfs(samples) < -3


def test_the_tone_that_the_dj_waits_for_is_short_and_no_louder_than_the_music() -> None:
    samples, length = read(SOUND / "tone.wav")
    assert length < 0.2
    assert -9 < peak_dbfs(samples) < -3


def test_the_long_music_loops_without_a_click() -> None:
    samples, _ = read(SOUND / "music.wav")
    steps = [abs(after - before) for before, after in itertools.pairwise(samples)]
    assert abs(samples[0] - samples[-1]) <= max(steps)


@pytest.mark.parametrize("name", ["music.wav", "music-short.wav", "tone.wav"])
def test_our_own_server_calls_a_wav_by_a_name_that_twilio_plays(app: App, name: str) -> None:
    answer = ask(f"{app.url}/static/sound/{name}")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "audio/wav"


@pytest.mark.parametrize("path", ["/static/sound/music.wav", "/static/sound/sdk/ping.wav"])
def test_so_does_app_engine_whatever_python_the_station_deploys_with(path: str) -> None:
    handlers = (STATIC.parent / "app.yaml").read_text(encoding="utf-8").split("\n- url: ")[1:]
    first = next(handler for handler in handlers if re.match(handler.partition("\n")[0], path))
    assert "\n  mime_type: audio/wav\n" in first
    (upload,) = re.findall(r"\n  upload: (.*)\n", first)
    assert re.match(upload, path.removeprefix("/"))


@pytest.mark.node
def test_there_is_a_sound_of_our_own_for_each_of_the_sdks() -> None:
    """If one were missing, the SDK would fetch its own from another host, and the page's policy would refuse it."""
    bundle = (STATIC.parent / "node_modules/@twilio/voice-sdk/dist/twilio.min.js").read_text(encoding="utf-8")
    table = re.search(r"\{disconnect:\{filename:.*?outgoing:\{[^}]*\}\}", bundle)
    assert table, "the SDK lists its sounds in the way that we read"
    names = re.findall(r"(\w+):\{filename:", table.group())
    assert len(names) == 15
    assert [path.stem for path in SIGNALS] == sorted(names)


@pytest.mark.parametrize("path", SIGNALS, ids=lambda path: path.stem)
def test_a_signal_is_quiet_for_a_headset_that_may_be_on_the_air(path: Path) -> None:
    samples, length = read(path)
    assert length <= 3
    assert peak_dbfs(samples) < (-50 if path.stem.startswith("dtmf") else -25)


def test_all_sounds_together_stay_small() -> None:
    assert sum(path.stat().st_size for path in SOUND.rglob("*.wav")) < 600_000
