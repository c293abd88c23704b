"""TwiML documents for tests: parsed, and with the time that they take to play."""

from __future__ import annotations

import wave
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from callin import twiml
from callin.model import (
    MusicPosition,
    RecordedGreeting,
    Tune,
)
from callin.twiml import Links, Music
from callin.words import station_words

LINKS = Links("https://station.example.org")
WORDS = station_words("Radio X", "en-US", {})
NO_MUSIC = Music()
RECORDING = RecordedGreeting("0123456789abcdef", "Hello & <b>")
MUSIC = Music((Tune("a", 63.4), Tune("b", 3.5)), MusicPosition(0, 40))
ALL_WORDS = [WORDS, station_words("Radio X", "de-DE", {}), station_words("Radio X", "es-ES", {})]
LANGUAGES = pytest.mark.parametrize("words", ALL_WORDS, ids=["en", "de", "es"])
SOUNDS = Path(__file__).resolve().parent.parent.parent / "static" / "sound"


def parse(document: str) -> ET.Element:
    root = ET.fromstring(document)  # noqa: S314 - we wrote it
    assert root.tag == "Response"
    assert len(document.encode()) < 64_000, "the most that Twilio reads"
    return root


def sound_seconds(name: str) -> float:
    with wave.open(str(SOUNDS / name)) as sound:
        return sound.getnframes() / sound.getframerate()


def heard_seconds(root: ET.Element) -> float:
    """How long a document takes: its words at the pace of a slow voice, and its files in full."""
    spoken = sum(len(verb.text or "") for verb in root.iter("Say")) / twiml.SPOKEN_CHARACTERS_PER_SECOND
    return spoken + sum(sound_seconds((verb.text or "").rpartition("/")[2]) for verb in root.iter("Play"))
