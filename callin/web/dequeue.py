"""A call leaves the line: what the leg of a DJ or a screener asks for, what its caller hears just before, and after."""

from __future__ import annotations

import re

from callin import twiml
from callin.model import AIR_DESK, AIR_DESKS, EXTRA_DESKS, WAITING_QUEUE, Follow, HangUp, is_screen
from callin.rules import desks as desk_rules
from callin.rules import screening, shows
from callin.web.call_arriving import closed, queue_full
from callin.web.call_in_line import record
from callin.web.webhook import TwimlHandler

SAME_REQUEST_HEADER = "I-Twilio-Idempotency-Token"
"""Twilio sends the same value with each retry of a request: https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides"""

PIN_TRY = "pin-try"
"""In our own address: which try at the PIN the request answers. Then `*` in its digits does not mean Next."""

SILENCES = 5
"""How often a phone that enters nothing is asked for its PIN before it is hung up: each minute costs money."""

MAX_TIMES_ASKED = 3

_WORD = re.compile(r"[a-z-]{1,40}")


class DequeueHandler(TwimlHandler):
    """`/twiml/dequeue`: a DJ's leg asks for a caller, from a browser or from one of DJ_PHONES."""

    def answer(self) -> str:
        if is_desk(self):
            return connect(self)
        if self.param("From").startswith("client:dj_"):
            return twiml.signed_out(self.words)
        return self._phone() if self.services.phones.may_run_the_show(self.param("From")) else twiml.refusal(self.words)

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


def line_of(handler: TwimlHandler) -> str:
    """Which of the console's lines a DJ's leg is on. Its browser chooses, and our own addresses then repeat the choice.

    It decides nothing else: whose console it is depends on the leg's From.
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


class OnAirHandler(TwimlHandler):
    """`/twiml/on-air`: asked for the caller's leg just before the bridge. From now on the call is on the air."""

    def answer(self) -> str:
        line = self.param("line")
        call = self.services.desks.on_air(
            self.call_sid,
            self.param("DequeingCallSid"),  # sic: https://www.twilio.com/docs/voice/twiml/queue#attributes-url
            self.number("turn"),
            number=self.param("From"),
            name=line if line in EXTRA_DESKS else AIR_DESK,
        )
        since = self.services.board.recorded_since()
        has_notice = call is not None and shows.had_notice(call, since)
        return twiml.on_air(self.services.links, self.words, has_notice=has_notice, recorded=since > 0)

    def apology(self) -> str:
        return twiml.on_air(self.services.links, self.words, has_notice=False)


class DequeueLogicHandler(TwimlHandler):
    """`/dequeue-logic`: the call has left a queue, and the line decides what follows."""

    def answer(self) -> str:
        follow, call = self.services.calls.left_queue(
            self.call_sid,
            self.number("n"),
            self._result,
            call_over=self._call_is_over,
            times_asked=self._times_asked,
            asked_since=self._asked_since_ms / 1000,
            screening=self._was_a_screeners,
        )
        if follow is Follow.READY:
            self.services.air_desks.caller_became_available()
        if follow is Follow.CLOSED:
            return closed(self, call)
        if follow is Follow.QUEUE_FULL:
            return queue_full(self, call)
        return self._document(follow, call.queue if call else WAITING_QUEUE, call.document_seq if call else None)

    def apology(self) -> str:
        """Asks again a few times, then keeps the caller: it is unknown whether they were let go."""
        if self._call_is_over or self._result == "hangup":
            return twiml.empty()
        if self._times_asked < MAX_TIMES_ASKED:
            return self._document(Follow.ASK_AGAIN, WAITING_QUEUE, self.number("n"))
        if self._result != "bridged":
            return self._document(Follow.QUEUE_AGAIN, WAITING_QUEUE, None)
        if self._was_a_screeners:
            return self._document(Follow.BACK, WAITING_QUEUE, None)
        return twiml.cut_short(self.services.links, self.words)

    @property
    def _was_a_screeners(self) -> bool:
        """Whether the call has left a screener's queue, which the address of the request says."""
        return self.param("screening") == "1"

    @property
    def _result(self) -> str:
        """Twilio's QueueResult, or the one in our own address after `ask_again`."""
        result = self.param("QueueResult") or self.param("result")
        return result if _WORD.fullmatch(result) else ""

    @property
    def _call_is_over(self) -> bool:
        return self.param("CallStatus") == "completed"

    @property
    def _times_asked(self) -> int:
        return self.number("asked") or 0

    @property
    def _asked_since_ms(self) -> int:
        return self.number("since") or 0

    def _document(self, follow: Follow, queue: str, document_seq: int | None) -> str:
        links, words = self.services.links, self.words
        if follow is Follow.QUEUE_AGAIN:
            return twiml.queue_again(links, queue, document_seq)
        if follow is Follow.ONE_MOMENT:
            return twiml.one_moment(links, words, queue, document_seq)
        if follow is Follow.MESSAGE:
            return record(self)
        if follow is Follow.BACK:
            return twiml.back_in_line(links, words, queue, document_seq)
        if follow is Follow.READY:
            return twiml.ready(links, words, document_seq)
        if follow is Follow.HOLD:
            return twiml.hold(links, words, document_seq)
        if follow is Follow.HOLD_FROM_AIR:
            return twiml.hold_from_air(links, words, queue, document_seq)
        if follow is Follow.ASK_AGAIN:
            since = self._asked_since_ms or round(self.services.clock() * 1000)
            request = twiml.RepeatRequest(self._result, self._times_asked + 1, since, self._was_a_screeners)
            return twiml.ask_again(links, document_seq, request)
        if follow is Follow.THANK:
            return twiml.thanks(words)
        return twiml.empty()


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
