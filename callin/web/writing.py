"""What the desks write: each field of a card as it is typed, and messages to each other."""

from __future__ import annotations

from http import HTTPStatus

from callin.rules import cards
from callin.web.base import RefusedError
from callin.web.presses import JsonChange


class CardHandler(JsonChange):
    """`/desk/card`: one field of a caller's card. The last word wins; whose words it replaced is answered."""

    def post(self) -> None:
        self.read_body()
        call_sid = self.call("call_sid")
        if self.services.line.known(call_sid) is None:
            raise RefusedError(HTTPStatus.NOT_FOUND, "That call is not known.")
        name = self.person.account.name
        writing = cards.Writing(self.text("field"), self.text("value"), self.whole("base"), name, self.services.clock())
        try:
            saved = self.services.writing.write(call_sid, writing)
        except ValueError as problem:
            raise RefusedError(HTTPStatus.BAD_REQUEST, str(problem)) from None
        replaced = saved.replaced and {"value": saved.replaced.text, "by": saved.replaced.by}
        self.write_json({"ok": True, "revision": saved.now.revision, "replaced": replaced})


class ChatHandler(JsonChange):
    """`/desk/chat`: a message to the other desks."""

    def post(self) -> None:
        self.read_body()
        try:
            message = self.services.writing.say(self.person.account.name, self.text("text"))
        except ValueError as problem:
            raise RefusedError(HTTPStatus.BAD_REQUEST, str(problem)) from None
        self.write_json({"ok": True, "id": message.number})
