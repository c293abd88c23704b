"""The buttons of the desk: each is an address that a page of ours posts to, and answers with a sentence."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import Any, ClassVar

from callin.line import PhoneFailed, Refused
from callin.model import Opening
from callin.web.base import JsonHandler, RefusedError
from callin.web.token import identity_of

MOST_CALLERS = 5000
"""What a queue of Twilio's takes: https://www.twilio.com/docs/voice/api/queue-resource"""

_CALL_SID = re.compile(r"CA[A-Za-z0-9]{1,62}|")


class JsonChange(JsonHandler):
    """A change that a page's script asks for. The body is JSON, which no form of another site can send."""

    methods = ("POST",)
    is_use = True
    body: dict[str, Any]

    def read_body(self) -> None:
        if self.request.content_type != "application/json":
            raise RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "A press is sent as JSON.")
        try:
            body: Any = json.loads(self.request.body)
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            raise RefusedError(HTTPStatus.BAD_REQUEST, "A press is sent as a JSON object.")
        self.body = body

    def whole(self, name: str) -> int:
        """A whole number of the body, not negative."""
        value = self.body.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise RefusedError(HTTPStatus.BAD_REQUEST, f"{name} is a whole number.")
        return value

    def flag(self, name: str) -> bool:
        """A yes or no of the body."""
        value = self.body.get(name)
        if not isinstance(value, bool):
            raise RefusedError(HTTPStatus.BAD_REQUEST, f"{name} is true or false.")
        return value

    def call(self, name: str) -> str:
        """A CallSid of the body, empty for none."""
        value = self.body.get(name)
        if not isinstance(value, str) or not _CALL_SID.fullmatch(value):
            raise RefusedError(HTTPStatus.BAD_REQUEST, f"{name} is a CallSid, or empty.")
        return value

    def text(self, name: str) -> str:
        """Text of the body, as somebody typed it."""
        value = self.body.get(name)
        if not isinstance(value, str) or "\x00" in value or not is_unicode(value):
            raise RefusedError(HTTPStatus.BAD_REQUEST, f"{name} is text.")
        return value


class PressHandler(JsonChange):
    """A press. It counts from somebody who may run the show, in a browser that has a desk's identity.

    `act` does what was pressed.
    """

    kinds: ClassVar[tuple[str, ...]] = ("dj",)
    """The kinds of identity that may press: the first that the browser has is who did."""

    def act(self) -> str:
        """Does it, and answers a sentence of what will happen. Refused or PhoneFailed where it does not."""
        raise NotImplementedError

    def post(self) -> None:
        self._read()
        try:
            sentence = self.act()
        except Refused as refused:
            self._answer(HTTPStatus.CONFLICT, error=str(refused), code=refused.code)
        except PhoneFailed as failed:
            self._answer(HTTPStatus.SERVICE_UNAVAILABLE, error=str(failed), code="phone", star=failed.star)
        else:
            self._answer(HTTPStatus.OK, ok=True, sentence=sentence)

    def _read(self) -> None:
        identities = [identity for kind in self.kinds if (identity := identity_of(self, kind))]
        if not identities:
            raise RefusedError(HTTPStatus.FORBIDDEN, "Only a desk may press this. Reload the page.")
        self.by = identities[0]
        self.read_body()

    def _answer(self, status: HTTPStatus, **values: object) -> None:
        self.response.set_status(status.value)
        self.write_json(values)


def is_unicode(text: str) -> bool:
    """Whether it can be written down: JSON may hold halves of characters, which nothing else can."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


class NextHandler(PressHandler):
    """`/desk/next`: this caller is thanked, the next one comes."""

    def act(self) -> str:
        return self.services.studio.next(self.whole("turn"), self.call("on_air"), self.by)


class TakeHandler(PressHandler):
    """`/desk/take`: the chosen caller comes next."""

    def act(self) -> str:
        call_sid = self.call("call_sid")
        if not call_sid:
            raise RefusedError(HTTPStatus.BAD_REQUEST, "call_sid names the caller to take.")
        return self.services.studio.take(self.whole("turn"), self.call("on_air"), self.by, call_sid)


class DropHandler(PressHandler):
    """`/desk/drop`: this caller is let go, and nobody follows."""

    def act(self) -> str:
        return self.services.studio.drop(self.whole("turn"), self.call("on_air"), self.by)


class HoldHandler(PressHandler):
    """`/desk/hold`: this caller is put on hold, and nobody follows."""

    def act(self) -> str:
        return self.services.studio.hold(self.whole("turn"), self.call("on_air"), self.by)


class MoveHandler(PressHandler):
    """`/desk/move`: a caller's place in line, by hand."""

    def act(self) -> str:
        call_sid = self.call("call_sid")
        if not call_sid:
            raise RefusedError(HTTPStatus.BAD_REQUEST, "call_sid names the caller to move.")
        return self.services.studio.move(call_sid, self.call("before"))


class OpeningHandler(PressHandler):
    """`/desk/opening`: the line is open, at last calls, or closed."""

    def act(self) -> str:
        opening = self.body.get("opening")
        if not isinstance(opening, str) or opening not in list(Opening):
            raise RefusedError(HTTPStatus.BAD_REQUEST, "opening is open, last_calls or closed.")
        return self.services.studio.set_opening(Opening(opening))


class LimitHandler(PressHandler):
    """`/desk/limit`: how many callers may be in line."""

    def act(self) -> str:
        most_callers = self.whole("most_callers")
        if most_callers > MOST_CALLERS:
            raise RefusedError(HTTPStatus.BAD_REQUEST, f"most_callers is {MOST_CALLERS} at most.")
        return self.services.studio.set_limit(most_callers)


class ReadyCheckHandler(PressHandler):
    """`/desk/ready-check`: whether who is up next is asked to press 1."""

    def act(self) -> str:
        return self.services.studio.set_ready_check(on=self.flag("on"))


class ScreenedHandler(PressHandler):
    """`/desk/screened`: whether only callers whom a screener made ready go on the air."""

    def act(self) -> str:
        return self.services.studio.set_screened(on=self.flag("on"))


class WhisperHandler(PressHandler):
    """`/desk/whisper`: whether the DJ hears who is coming."""

    def act(self) -> str:
        return self.services.studio.set_whisper(on=self.flag("on"))


class BrowserCallsHandler(PressHandler):
    """`/desk/browser-calls`: whether listeners may call from a browser."""

    def act(self) -> str:
        return self.services.studio.set_browser_calls(on=self.flag("on"))


class HangUpHandler(PressHandler):
    """`/desk/hang-up`: the page is about to end the desk's call, and with it this caller's."""

    def act(self) -> str:
        self.whole("turn")
        return self.services.studio.hang_up(self.call("on_air"))


class AutomaticHandler(PressHandler):
    """`/desk/automatic`: whether callers follow each other by themselves."""

    def act(self) -> str:
        return self.services.studio.automatic(on=self.flag("on"))


class TakeOverHandler(PressHandler):
    """`/desk/take-over`: this page's leg becomes the desk's."""

    def act(self) -> str:
        return self.services.studio.take_over(self.call("leg"))
