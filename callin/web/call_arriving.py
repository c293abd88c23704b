"""A listener's call that rings: the greeting, or why it is not let in; and the questions before the queue."""

from __future__ import annotations

import logging
from datetime import datetime

from callin import twiml
from callin.contracts import StoreError
from callin.model import Arrival, Call, Denial, Outcome, plain
from callin.rules import cards
from callin.rules.schedule import local
from callin.web.call_in_line import may_be_offered
from callin.web.webhook import TwimlHandler
from callin.words import calendar

LONGEST_CITY = 60

log = logging.getLogger(__name__)


def greet(handler: TwimlHandler) -> str:
    """The call joins the line and hears the greeting, or is turned away. A known CallSid keeps its place."""
    services = handler.services
    recorded_greeting = services.chosen_sounds.current().greeting
    on = services.board.programme().on
    of_show = on.show.words if on else ""
    heard = twiml.greeting_text(handler.words, of_show, recorded_greeting)
    number, to = handler.param("From"), handler.param("To")
    call = services.calls.arrive(Arrival(handler.call_sid, number, to, heard, city_of(handler)))
    if isinstance(call, Denial):
        return twiml.denied(handler.words, call, services.page.listener_number)
    if call.outcome is Outcome.BLOCKED:
        return twiml.turned_away(handler.words) if services.station.current().blocked_hear_words else twiml.reject()
    if call.outcome is Outcome.LINE_CLOSED:
        return closed(handler, call)
    if call.outcome is Outcome.LINE_FULL:
        return queue_full(handler, call)
    asks = questions_for(handler, call)
    return twiml.greeting(services.links, handler.words, call.document_seq, of_show, recorded_greeting, asks)


def closed(handler: TwimlHandler, call: Call | None) -> str:
    """The line is closed; when it opens again, by the schedule; and the offer of a message, if the caller may."""
    following, links = handler.services.board.programme().following, handler.services.links
    opens = title = ""
    if following is not None:
        zone = handler.services.station.current().time_zone
        at, now = (local(at, zone) for at in (following.starts_at, handler.services.clock()))
        opens, title = calendar(handler.words).when(at, now), following.show.title
    if may_be_offered(handler, call):
        return twiml.offer_message(links, handler.words, twiml.closed_for_now(handler.words, opens, title))
    return twiml.closed(handler.words, opens, title)


def queue_full(handler: TwimlHandler, call: Call | None) -> str:
    """The line is full; until when it takes calls, by the schedule; or the offer of a message, if the caller may."""
    words, until = handler.words, _takes_calls_until(handler)
    if may_be_offered(handler, call):
        sentence = calendar(words).with_time(words.full_now_until, until) if until else words.full_now
        return twiml.offer_message(handler.services.links, words, sentence)
    return twiml.queue_full(words, calendar(words).with_time(words.queue_full_until, until) if until else "")


def _takes_calls_until(handler: TwimlHandler) -> datetime | None:
    """Until when the show that is on takes new callers, in the station's zone: to its end if a desk has opened it."""
    programme = handler.services.board.programme()
    if programme.on is None:
        return None
    until = programme.on.ends_at if "opening" in programme.pressed else programme.on.last_calls_at
    return local(until, handler.services.station.current().time_zone)


def greet_without_store(handler: TwimlHandler) -> str:
    """The same greeting and queue while the store fails: the comparison with Twilio adopts the call later."""
    recorded_greeting = handler.services.chosen_sounds.current().greeting
    log.info("Greeted without the database: %s", twiml.greeting_text(handler.words, "", recorded_greeting))
    return twiml.greeting(handler.services.links, handler.words, None, "", recorded_greeting)


class EnqueueHandler(TwimlHandler):
    """`/twiml/enqueue`: a call to the listeners' number."""

    def answer(self) -> str:
        return greet(self)

    def apology(self) -> str:
        return greet_without_store(self)


def questions_for(handler: TwimlHandler, call: Call) -> tuple[str, ...]:
    """What the caller is asked for: what their card does not say yet. Nothing once the time for it is over."""
    if call.asking_until <= handler.services.clock():
        return ()
    try:
        card = handler.services.writing.card(call.call_sid)
    except StoreError:
        return ()
    return tuple(field for field in twiml.ASKED if not cards.text_of(card, field).text)


def city_of(handler: TwimlHandler) -> str:
    """The city to which Twilio has assigned the number, such as "San Francisco, CA"; empty if it does not say.

    https://www.twilio.com/docs/voice/twiml#request-parameters
    """
    city, state = (plain(handler.param(name)) for name in ("FromCity", "FromState"))
    return ", ".join(filter(None, (city.title() if city.isupper() else city, state)))[:LONGEST_CITY] if city else ""


class AskedHandler(TwimlHandler):
    """`/twiml/asked`: the caller has answered the first of the questions in `asks`, or has skipped it by a key."""

    def answer(self) -> str:
        links, n, asks = self.services.links, self.number("n"), self._asks
        if asks and (said := self.param("SpeechResult")):
            self._write(asks[0], said)
        call, rest = self.services.calls.get_call(self.call_sid), asks[1:]
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
