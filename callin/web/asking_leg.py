"""A new caller's answers by speech: name, place and topic, which go onto their card before they join the queue."""

from __future__ import annotations

import logging

from callin import twiml
from callin.contracts import StoreError
from callin.model import Call
from callin.rules import cards
from callin.web.webhook import TwimlHandler

LONGEST_CITY = 60

log = logging.getLogger(__name__)


def questions_for(handler: TwimlHandler, call: Call) -> tuple[str, ...]:
    """What the caller is asked for: what their card does not say yet. Nothing once the time for it is over."""
    if call.asking_until <= handler.services.clock():
        return ()
    try:
        card = handler.services.writing.card(call.call_sid)
    except StoreError:
        return ()
    return tuple(field for field in twiml.ASKED if not cards.words(card, field).text)


def city_of(handler: TwimlHandler) -> str:
    """The city to which Twilio has assigned the number, such as "San Francisco, CA"; empty if it does not say.

    https://www.twilio.com/docs/voice/twiml#request-parameters
    """
    city, state = (cards.plain(handler.param(name)) for name in ("FromCity", "FromState"))
    return ", ".join(filter(None, (city.title() if city.isupper() else city, state)))[:LONGEST_CITY] if city else ""


class AskedHandler(TwimlHandler):
    """`/twiml/asked`: the caller has answered the first of the questions in `asks`, or has skipped it by a key."""

    def answer(self) -> str:
        links, n, asks = self.services.links, self.number("n"), self._asks
        if asks and (said := self.param("SpeechResult")):
            self._write(asks[0], said)
        call, rest = self.services.line.get_call(self.call_sid), asks[1:]
        if rest and call is not None and call.asking_until > self.services.clock():
            return twiml.question(links, self.words, rest, n)
        return twiml.after_questions(links, self.words, n)

    def apology(self) -> str:
        return twiml.after_questions(self.services.links, self.words, self.number("n"))

    @property
    def _asks(self) -> tuple[str, ...]:
        return tuple(field for field in self.param("asks").split("-") if field in twiml.ASKED)

    def _write(self, field: str, said: str) -> None:
        try:
            self.services.writing.write_speech(self.call_sid, field, said, self._confidence)
        except StoreError:
            log.exception("What a caller said could not be stored.")  # they still join the line

    @property
    def _confidence(self) -> float:
        """How sure Twilio is, from 0 to 1; 0 if it does not say."""
        try:
            return min(1.0, max(0.0, float(self.param("Confidence"))))
        except ValueError:
            return 0.0
