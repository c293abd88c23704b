"""The desks' legs: what a DJ's or a screener's call does next, and where a call from a browser goes."""

from __future__ import annotations

from callin import twiml
from callin.model import AIR_DESK, AIR_DESKS, EXTRA_DESKS, HangUp, is_screen
from callin.rules import desks as desk_rules
from callin.rules import screening
from callin.web.call_arriving import greet, greet_without_store
from callin.web.webhook import TwimlHandler
from callin.web.words import on_one_line, spoken_example
from callin.words import EDITABLE, defaults, problem_of

SAME_REQUEST_HEADER = "I-Twilio-Idempotency-Token"
"""Twilio sends the same value with each retry of a request: https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides"""

PIN_TRY = "pin-try"
"""In our own address: which try at the PIN the request answers. Then `*` in its digits does not mean Next."""

SILENCES = 5
"""How often a phone that enters nothing is asked for its PIN before it is hung up: each minute costs money."""


def line_of(handler: TwimlHandler) -> str:
    """Which of the console's lines a DJ's leg is: its own browser's choice, and from then on in our own addresses.

    It is believed for nothing else: the leg's From decides whose console it is.
    """
    asked = handler.param("line")
    return asked if asked in EXTRA_DESKS and handler.param("From").startswith("client:dj_") else AIR_DESK


def connect(handler: TwimlHandler) -> str:
    """The next document of a DJ's leg."""
    name = line_of(handler)
    if name not in AIR_DESKS[: handler.services.installation.air_lines]:
        return twiml.desk(handler.services.links, handler.words, HangUp(), name)
    request = desk_rules.DeskRequest(
        leg=handler.call_sid,
        turn=handler.number("turn"),
        at=handler.services.clock(),
        star="*" in handler.param("Digits") and not handler.param(PIN_TRY),
        woken=handler.param("woken") == "1",
        token=handler.request.headers.get(SAME_REQUEST_HEADER, ""),
        adrift=handler.param("fallback") == "1",
    )
    by = handler.param("From")
    if name == AIR_DESK and request.turn is None and by.startswith("client:"):
        name = handler.services.desks.desk_of_leg(request.leg, by)  # the fallback document does not know the line
    takes_over = request.star and handler.param("take-over") == "1"
    instruction = handler.services.air_desks.next_instruction(request, by, name=name, take_over=takes_over)
    return twiml.desk(handler.services.links, handler.words, instruction, name)


def go_on(handler: TwimlHandler) -> str:
    """The document of a DJ's leg while the store fails: callers keep coming to the desk as it was last known.

    A phone that was not the desk before does not become it now: it may be a stranger's.
    """
    links, remembered = handler.services.links, handler.services.board.remembered()
    if (name := line_of(handler)) != AIR_DESK:
        return twiml.line_apology(links, name)
    desk = remembered[0] if remembered else None
    is_free = desk is None or not desk.leg
    is_ours = bool(desk and desk.leg == handler.call_sid)
    if not (is_ours or (is_free and handler.param("From").startswith("client:dj_"))):
        return twiml.desk_apology(links, handler.words)
    return twiml.desk_adrift(links, screened=remembered is None or remembered[1].screened)


def is_desk(handler: TwimlHandler) -> bool:
    """Whether the leg is the browser of an account that may run the show."""
    caller = handler.param("From")
    return caller.startswith("client:dj_") and handler.services.accounts.identities.may_run_the_show(
        caller.removeprefix("client:")
    )


class DequeueHandler(TwimlHandler):
    """`/twiml/dequeue`: a DJ's leg asks for a caller, from a browser or from one of DJ_PHONES."""

    def answer(self) -> str:
        if is_desk(self):
            return connect(self)
        if self.param("From").startswith("client:dj_"):
            return twiml.signed_out(self.words)
        return self._phone() if self.services.phones.is_one(self.param("From")) else twiml.refusal(self.words)

    def apology(self) -> str:
        return go_on(self)

    def _phone(self) -> str:
        """One of DJ_PHONES enters the PIN once in each call. `*` deletes what was entered before it."""
        phones, number = self.services.phones, self.param("From")
        pin = self.param("Digits").rpartition("*")[2] if self.param(PIN_TRY) else ""
        if pin:
            phone = phones.try_pin(number, self.call_sid, pin, self.number(PIN_TRY))
        else:
            phone = phones.find(number, self.call_sid)
        if phone.lets_in(self.call_sid):
            return connect(self)
        if phone.is_locked:
            return twiml.phone_locked(self.words)
        silences = self.number("silences") or 0
        if silences >= SILENCES:
            return twiml.no_pin(self.words)
        which_try = phone.next_try(self.call_sid)
        return twiml.ask_pin(self.services.links, self.words, which_try, silences, was_wrong=bool(pin))


def connect_screener(handler: TwimlHandler) -> str:
    """The next document of a screener's leg, or a refusal."""
    caller = handler.param("From")
    name = screening.desk_of_from(caller)
    if not is_screen(name):
        return twiml.refusal(handler.words)
    if not handler.services.accounts.identities.may_screen(caller.removeprefix("client:")):
        return twiml.signed_out(handler.words)
    request = desk_rules.DeskRequest(
        leg=handler.call_sid,
        turn=handler.number("turn"),
        at=handler.services.clock(),
        woken=handler.param("woken") == "1",
        token=handler.request.headers.get(SAME_REQUEST_HEADER, ""),
    )
    instruction = handler.services.screener_desks.next_instruction(name, request, caller)
    return twiml.screener(handler.services.links, handler.words, name, instruction)


class ScreenHandler(TwimlHandler):
    """`/twiml/screen`: a screener's leg asks what to do next."""

    def answer(self) -> str:
        return connect_screener(self)

    def apology(self) -> str:
        return twiml.screener_apology(self.services.links, self.words)


class ScreenedHandler(TwimlHandler):
    """`/twiml/screened`: asked for the caller's leg just before a screener talks to them."""

    def answer(self) -> str:
        talk = screening.TalkBegan(
            self.services.clock(), self.param("desk"), self.param("DequeingCallSid"), self.number("turn") or 0
        )
        self.services.calls.talk_began(self.call_sid, talk)
        return twiml.in_talk(self.words)

    def apology(self) -> str:
        return twiml.in_talk(self.words)


def say_sentence(handler: TwimlHandler) -> str:
    """Says one of the station's sentences, or a draft of it, in an admin's browser, see `/words`."""
    words, name = handler.services.station.words(fresh=True), handler.param("sentence")
    draft = on_one_line(handler.param("draft"))
    identity = handler.param("From").removeprefix("client:")
    if name not in EDITABLE or not handler.services.accounts.identities.may_change_words(identity):
        return twiml.unknown_browser(words)
    if draft and problem_of(name, draft, defaults(words.voice.language)):
        return twiml.unknown_browser(words)
    return twiml.say(words, spoken_example(words, name, handler.services.page.station_name, draft), hang_up=True)


class ClientHandler(TwimlHandler):
    """`/twiml/client`: a call from a browser. Only From, which Twilio signs, decides where it goes."""

    def answer(self) -> str:
        if self._is("dj"):
            return connect(self) if is_desk(self) else twiml.signed_out(self.words)
        if self._is("screener"):
            return say_sentence(self) if self.param("sentence") else connect_screener(self)
        if self._is("listener"):
            return greet(self)
        return twiml.unknown_browser(self.words)

    def apology(self) -> str:
        if self._is("dj"):
            return go_on(self)
        if self._is("screener"):
            return twiml.screener_apology(self.services.links, self.words)
        return greet_without_store(self)

    def _is(self, kind: str) -> bool:
        return self.param("From").startswith(f"client:{kind}_")
