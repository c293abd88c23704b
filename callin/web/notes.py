"""What a listener leaves on the page `/call`: a text, or a voice note in pieces."""

from __future__ import annotations

import secrets
from http import HTTPStatus

from callin.accounts import address_groups
from callin.contracts import StoreError
from callin.messages import MessageError, Typed
from callin.web.base import ChangeHandler, Handler, JsonHandler
from callin.web.middleware import HTTPError
from callin.web.token import BROWSER_SECONDS, identity_of, remember

KIND = "listener"
TYPED = Typed._fields
TOO_MANY = "Too many messages came from your network today. Please try again tomorrow."
BLOCKED = "The studio is not taking messages from this browser today."
MOST_DIGITS = 3


def sender(handler: Handler) -> str:
    """This browser's From, by its signed cookie, as its calls have it; a new one if it has none. 403 if blocked."""
    identity = identity_of(handler, KIND) or f"{KIND}_{secrets.token_hex(8)}"
    remember(handler, KIND, identity, BROWSER_SECONDS)
    try:
        is_blocked = handler.services.callers.browsers.is_blocked(f"client:{identity}")
    except StoreError:
        is_blocked = False
    if is_blocked:
        raise HTTPError(HTTPStatus.FORBIDDEN, BLOCKED)
    return f"client:{identity}"


def must_not_be_one_too_many(handler: Handler) -> None:
    """A browser that clears its cookies is a new one, so messages are counted by address too."""
    buckets, now = handler.services.messages_per_address, handler.services.clock()
    if not all(buckets.take(key, now, factor) for key, factor in address_groups(handler.visitor.address)):
        raise HTTPError(HTTPStatus.TOO_MANY_REQUESTS, TOO_MANY)


class CallMessageHandler(ChangeHandler):
    """`/call/message`: a text, or the last word on a voice note whose pieces are there."""

    is_limited = True

    def post(self) -> None:
        self.read_body()
        try:
            typed = Typed.read({name: self.text(name) for name in TYPED if name in self.body})
            browser = sender(self)
            if "upload" in self.body:
                self.services.voice_notes.finish(browser, self.text("upload"), typed)
            else:
                text = self.text("text")
                must_not_be_one_too_many(self)
                self.services.messages.add_text(browser, text, typed)
        except MessageError as refused:
            raise HTTPError(HTTPStatus.BAD_REQUEST, str(refused)) from None
        self.write_json({"ok": True})


class CallNoteHandler(ChangeHandler):
    """`/call/note`: the page is about to send the pieces of a voice note."""

    is_limited = True

    def post(self) -> None:
        self.read_body()
        size = self.whole("size")
        must_not_be_one_too_many(self)
        try:
            upload = self.services.voice_notes.begin(sender(self), size)
        except MessageError as refused:
            raise HTTPError(HTTPStatus.BAD_REQUEST, str(refused)) from None
        self.write_json({"upload": upload})


class CallNotePieceHandler(JsonHandler):
    """`/call/note-piece?number=…&upload=…`: the body is a piece."""

    methods = ("POST",)
    is_limited = True

    def post(self) -> None:
        number = self.request.GET.get("number", "")
        if self.request.content_type != "application/octet-stream":
            raise HTTPError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send the bytes of a voice note.")
        if not number.isascii() or not number.isdigit() or len(number) > MOST_DIGITS:
            raise HTTPError(HTTPStatus.BAD_REQUEST, "number must be a whole number.")
        upload = self.request.GET.get("upload", "")
        try:
            self.services.voice_notes.put(sender(self), upload, int(number), self.request.body)
        except MessageError as refused:
            raise HTTPError(HTTPStatus.BAD_REQUEST, str(refused)) from None
        self.write_json({"ok": True})
