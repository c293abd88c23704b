"""What desks write: callers' cards, and messages to each other."""

from __future__ import annotations

from http import HTTPStatus

from callin.rules import cards
from callin.web.base import ChangeHandler
from callin.web.middleware import HTTPError


class CardHandler(ChangeHandler):
    """`/desk/card`: writes one field of a caller's card. The last writer wins, and is told whose text was replaced."""

    def post(self) -> None:
        self.read_body()
        call_sid = self.call("call_sid")
        if self.services.calls.get_call(call_sid) is None:
            raise HTTPError(HTTPStatus.NOT_FOUND, "That call is not known.")
        name = self.person.account.name
        now = self.services.clock()
        edit = cards.CardEdit(self.text("field"), self.text("value"), self.whole("base"), name, now)
        try:
            saved = self.services.writing.write(call_sid, edit)
        except ValueError as problem:
            raise HTTPError(HTTPStatus.BAD_REQUEST, str(problem)) from None
        replaced = saved.replaced and {"value": saved.replaced.text, "by": saved.replaced.by}
        self.write_json({"ok": True, "revision": saved.now.revision, "replaced": replaced})


class ChatHandler(ChangeHandler):
    """`/desk/chat`: sends a message to the other desks."""

    def post(self) -> None:
        self.read_body()
        try:
            message = self.services.writing.say(self.person.account.name, self.text("text"))
        except ValueError as problem:
            raise HTTPError(HTTPStatus.BAD_REQUEST, str(problem)) from None
        self.write_json({"ok": True, "id": message.number})
