"""Gather: listens for keys and words while it speaks, and for a while after."""

from __future__ import annotations

from rehearsal.documents.session import Script
from rehearsal.documents.twiml import Element
from rehearsal.exchange.interruption import Step
from rehearsal.exchange.leg import Leg

CONFIDENCE = "0.9"
"""How sure the network is of what it heard."""


class Ear:
    """What a person has keyed or said so far, and whether that is all."""

    def __init__(self, leg: Leg, element: Element) -> None:
        inputs = element.attributes.get("input", "dtmf").split()
        self.takes_keys = "dtmf" in inputs
        self.takes_speech = "speech" in inputs
        self.digits = ""
        self.words = ""
        self.finish_key = ""
        self.finished = False
        self._leg = leg
        self._finish_keys = element.attributes.get("finishOnKey", "#")
        self._most = int(element.attributes.get("numDigits", "0"))
        self._barge_in = element.attributes.get("bargeIn", "true") == "true"

    @property
    def begun(self) -> bool:
        """Whether the prompt is to stop."""
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

    def speech(self, text: str) -> None:
        if not self.finished and self.takes_speech and text.strip():
            self.words = text.strip()
            self.finished = True
            self._leg.stir()


async def gather(script: Script, element: Element) -> Step | None:
    """https://www.twilio.com/docs/voice/twiml/gather: without input it falls through to the next verb."""
    leg = script.leg
    ear = Ear(leg, element)
    leg.listener = ear
    try:
        with leg.unless(lambda: ear.begun):
            await script.play(element)
        # The time starts again with each key.
        keyed = -1
        while not ear.finished and keyed != len(ear.digits):
            keyed = len(ear.digits)
            await leg.until(lambda: ear.finished or len(ear.digits) != keyed, _timeout(element))  # noqa: B023
    finally:
        leg.listener = None
    if not ear.digits and not ear.words and element.attributes.get("actionOnEmptyResult") != "true":
        return None
    if ear.words or not ear.takes_keys:
        params = {"SpeechResult": ear.words} | ({"Confidence": CONFIDENCE} if ear.words else {})
    else:
        params = {"Digits": ear.digits, "FinishedOnKey": ear.finish_key, "msg": "Gather End"}
    # Without an action the same document is asked again, with the input.
    return script.step(Element("Gather", {"action": ""} | element.attributes), "action", "method", params)


def _timeout(element: Element) -> int:
    return int(element.attributes.get("timeout", "5"))
