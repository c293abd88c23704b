"""Gather: listens for keys and words while it speaks, and for a while after."""

from __future__ import annotations

from rehearsal.documents.session import Script
from rehearsal.documents.twiml import Element
from rehearsal.exchange.hearing import speech_seconds
from rehearsal.exchange.interruption import Step
from rehearsal.exchange.leg import Leg

AUTO_PAUSE_SECONDS = 1.0
"""The pause in speech that ends it with ``speechTimeout="auto"``. Twilio does not publish its own."""

LONGEST_SPEECH_SECONDS = 60
"""https://www.twilio.com/docs/voice/twiml/gather#maxspeechtime"""


class GatherInput:
    """What a person has keyed or said so far, and whether that is all."""

    def __init__(self, leg: Leg, element: Element) -> None:
        inputs = element.attributes.get("input", "dtmf").split()
        self.takes_keys = "dtmf" in inputs
        self.takes_speech = "speech" in inputs
        self.digits = ""
        self.words = ""
        self.confidence = 1.0
        """That of the least certain sentence."""
        self.finish_key = ""
        self.finished = False
        self._leg = leg
        self._finish_keys = element.attributes.get("finishOnKey", "#")
        self._most = int(element.attributes.get("numDigits", "0"))
        self._barge_in = element.attributes.get("bargeIn", "true") == "true"
        self._longest = int(element.attributes.get("maxSpeechTime", LONGEST_SPEECH_SECONDS))
        self._spoke_from: float | None = None
        self.speech_until = 0.0
        """When the sentence that is being said ends."""

    @property
    def begun(self) -> bool:
        """Whether the prompt must stop."""
        return bool(self.digits or self.finish_key) or (bool(self.words) and self._barge_in)

    def digit(self, digit: str) -> None:
        if self.finished or not self.takes_keys:
            return
        if digit in self._finish_keys:  # it ends the Gather even if nothing was keyed before it
            self.finish_key = digit
            self.finished = True
        else:
            self.digits += digit
            self.finished = len(self.digits) == self._most
        self._leg.stir()

    def speech(self, text: str, confidence: float) -> None:
        """A sentence begins, after the one before. What is said past the longest time is not heard."""
        now = self._leg.network.clock.now()
        if self._spoke_from is None:
            self._spoke_from = now
        if not self.finished and self.takes_speech and text.strip() and now < self._spoke_from + self._longest:
            self.words = f"{self.words} {text.strip()}".lstrip()
            self.confidence = min(self.confidence, confidence)
            self.speech_until = max(now, self.speech_until) + speech_seconds(text)
            self._leg.stir()


async def gather(script: Script, element: Element) -> Step | None:
    """https://www.twilio.com/docs/voice/twiml/gather: without input it falls through to the next verb."""
    leg = script.leg
    given = GatherInput(leg, element)
    leg.input = given
    try:
        with leg.unless(lambda: given.begun):
            await script.play(element)
        await _listen(leg, given, element)
    finally:
        leg.input = None
    if not given.digits and not given.words and element.attributes.get("actionOnEmptyResult") != "true":
        return None
    if given.words or not given.takes_keys:
        params = {"SpeechResult": given.words} | ({"Confidence": str(given.confidence)} if given.words else {})
    else:
        params = {"Digits": given.digits, "FinishedOnKey": given.finish_key, "msg": "Gather End"}
    # Without an action the same document is asked again, with the input.
    return script.step(Element("Gather", {"action": ""} | element.attributes), "action", "method", params)


async def _listen(leg: Leg, given: GatherInput, element: Element) -> None:
    """Wait for keys and words. The time starts again with each key and with each sentence."""
    timeout = int(element.attributes.get("timeout", "5"))
    pause = _pause_seconds(element, timeout)
    had = None
    while not given.finished and had != (given.digits, given.words):
        had = (given.digits, given.words)
        left = max(0.0, given.speech_until - leg.network.clock.now()) + pause if given.words else timeout
        await leg.until(lambda: given.finished or had != (given.digits, given.words), left)  # noqa: B023 - awaited at once


def _pause_seconds(element: Element, timeout: int) -> float:
    """The silence that ends speech; without a speechTimeout it is the timeout."""
    said = element.attributes.get("speechTimeout", str(timeout))
    return AUTO_PAUSE_SECONDS if said == "auto" else int(said)
