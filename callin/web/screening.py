"""The screeners: the document of their leg, their token, and their buttons."""

from __future__ import annotations

from http import HTTPStatus

from callin import twiml
from callin.line import PhoneFailed
from callin.model import SCREEN_DESK, Standing, Verdict, is_screen
from callin.rules import desks, is_listeners_browser, is_somebodys, screening
from callin.web.base import RefusedError, TwimlHandler
from callin.web.desk import SAME_REQUEST_HEADER
from callin.web.known import set_browser_blocked, set_standing
from callin.web.presses import PressHandler
from callin.web.token import TokenHandler, identity_of


def connect_screener(handler: TwimlHandler) -> str:
    """What a screener's leg does next, as the line says; nothing where nobody may screen from that browser."""
    caller = handler.fact("From")
    name = screening.desk_of_leg(caller)
    if not is_screen(name):
        return twiml.refusal()
    if not handler.services.accounts.may_screen(caller.removeprefix("client:")):
        return twiml.signed_out()
    question = desks.Question(
        leg=handler.call_sid,
        turn=handler.number("turn"),
        at=handler.services.clock(),
        woken=handler.fact("woken") == "1",
        token=handler.request.headers.get(SAME_REQUEST_HEADER, ""),
    )
    document = handler.services.screener.document(name, question, caller)
    return twiml.screener(handler.services.links, name, document)


class ScreenHandler(TwimlHandler):
    """`/twiml/screen`: a screener's leg asks what to do."""

    def answer(self) -> str:
        return connect_screener(self)

    def apology(self) -> str:
        return twiml.screener_apology(self.services.links)


class ScreenedHandler(TwimlHandler):
    """`/twiml/screened`: asked on the caller's leg just before a screener speaks with them."""

    def answer(self) -> str:
        talk = screening.Talk(
            self.services.clock(), self.fact("desk"), self.fact("DequeingCallSid"), self.number("turn") or 0
        )
        self.services.line.talks(self.call_sid, talk)
        return twiml.in_talk()

    def apology(self) -> str:
        return twiml.in_talk()


class ScreenerTokenHandler(TokenHandler):
    """`/screener/token`: a browser may call the leg of a screener's desk, which is its own."""

    kind = "screener"


class TakeHandler(PressHandler):
    """`/screen/take`: the screener speaks with this caller, or with whoever waits longest for one."""

    kinds = ("screener",)

    def act(self) -> str:
        return self.services.screener.take(SCREEN_DESK + self.by, self.whole("turn"), self.call("call_sid"))


class VerdictHandler(PressHandler):
    """`/screen/verdict`: what becomes of the caller. Of one who waits with nobody, any desk may decide."""

    kinds = ("screener", "dj")

    def act(self) -> str:
        call_sid, verdict = self.call("call_sid"), self.body.get("verdict")
        if not call_sid:
            raise RefusedError(HTTPStatus.BAD_REQUEST, "call_sid names the caller.")
        if not isinstance(verdict, str) or verdict not in list(Verdict):
            raise RefusedError(HTTPStatus.BAD_REQUEST, "verdict is ready, hold, back, let_go or block.")
        before = self.call("before") if "before" in self.body else ""
        name = SCREEN_DESK + self.by if identity_of(self, "screener") == self.by else ""
        try:
            sentence = self.services.screener.judge(name, call_sid, Verdict(verdict), before)
        except PhoneFailed:
            self._block(call_sid, Verdict(verdict))  # the caller is yet to be told, and the number need not wait for it
            raise
        return sentence + self._block(call_sid, Verdict(verdict))

    def _block(self, call_sid: str, verdict: Verdict) -> str:
        """Blocks the caller's number, or browser for the day, if that is the verdict: a sentence of what was done."""
        call = self.services.line.known(call_sid)
        if verdict is not Verdict.BLOCK or call is None:
            return ""
        if is_listeners_browser(call.number):
            set_browser_blocked(self.services, call.number, self.person.account.name, blocked=True)
            return " This browser is blocked for the day."
        if not is_somebodys(call.number):
            return " There is no number that could be blocked."
        set_standing(self.services, call.number, Standing.BLOCKED, self.person.account.name)
        return " Their number is blocked."
