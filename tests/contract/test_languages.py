"""The languages of the station's voices, as Twilio's own library lists them."""

from __future__ import annotations

import re

import pytest

from callin.words import VOICES
from tests.support.processes import ROOT

TYPES = ROOT / "node_modules/twilio/lib/twiml/VoiceResponse.d.ts"


def listed(name: str) -> set[str]:
    """The values of a type of the npm package."""
    if not TYPES.exists():
        pytest.skip("the npm packages are not installed: make test installs them")
    found = re.search(rf"type {name} = (.*?);", TYPES.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return set(re.findall(r'"([^"]+)"', found[1]))


def test_twilio_listens_to_callers_in_the_language_of_every_voice() -> None:
    assert {voice.heard_locale for voice in VOICES.values()} <= listed("GatherLanguage")
    assert all(voice.heard_locale[:2] == voice.language for voice in VOICES.values())


def test_twilio_has_every_voice_and_its_language() -> None:
    assert {voice.locale for voice in VOICES.values()} <= listed("SayLanguage")
    assert {voice.speaker for voice in VOICES.values() if voice.speaker} <= listed("SayVoice")
