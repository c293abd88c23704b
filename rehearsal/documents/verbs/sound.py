"""Verbs that make sound or silence: Say, Play, Pause."""

from __future__ import annotations

from rehearsal.documents.session import Script
from rehearsal.documents.sounds import SoundError
from rehearsal.documents.twiml import Element, resolve
from rehearsal.exchange.hearing import Playing, Speaking, speech_seconds

MOST_LOOPS = 1000
"""What ``loop="0"`` means (https://www.twilio.com/docs/voice/twiml/play#attributes-loop)."""

SECONDS_PER_DIGIT = 0.5
"""https://www.twilio.com/docs/voice/twiml/play#attributes-digits"""


async def say(script: Script, element: Element) -> None:
    """https://www.twilio.com/docs/voice/twiml/say"""
    text = element.spoken
    if text:
        for _ in range(_loops(element)):
            script.leg.hears("Say", text, Speaking(text))
            await _sound(script, speech_seconds(text))


async def play(script: Script, element: Element) -> None:
    """https://www.twilio.com/docs/voice/twiml/play: a file that fails is skipped, and the debugger shows it."""
    digits = element.attributes.get("digits", "")
    if digits:
        script.leg.hears("Digits", digits)
        await _sound(script, SECONDS_PER_DIGIT * len(digits))
    if not element.text:
        return
    url = resolve(script.url, element.text)
    for _ in range(_loops(element)):
        try:
            sounds = script.session.interpreter.sounds
            coming = sounds.get(url) if element.audio is None else sounds.take(url, element.audio)
            sound = await script.leg.attend(coming)
        except SoundError as error:
            script.network.alert(error.code, error.message, script.leg, url)
            return
        script.leg.hears("Play", url, Playing(url, sound.content))
        await _sound(script, sound.seconds)


async def pause(script: Script, element: Element) -> None:
    """https://www.twilio.com/docs/voice/twiml/pause: one second unless it says otherwise."""
    await script.leg.sleep(int(element.attributes.get("length", "1")))


async def _sound(script: Script, seconds: float) -> None:
    try:
        await script.leg.sleep(seconds)
    finally:
        script.leg.hush()


def _loops(element: Element) -> int:
    return int(element.attributes.get("loop", "1")) or MOST_LOOPS
