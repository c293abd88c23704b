"""The page `/call`: where a listener's own call stands, what they write about it, and the messages that they leave."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from callin.accounts import address_groups
from callin.contracts import StoreError
from callin.live import Lineup, airing_row
from callin.messages import MessageRefusedError, Typed
from callin.model import Call, Opening, Place, Show, Stage, caller_of
from callin.rules.places import kept_until
from callin.web.base import ChangeHandler, Handler, JsonHandler
from callin.web.browser_calls import BROWSER_SECONDS, identity_of, is_blocked, remember
from callin.web.middleware import HTTPError
from callin.words import SpokenWords, filled

FIELDS = Typed._fields
"""What listeners may type about their call, and beside a message."""

KIND = "listener"
MOST_DIGITS = 3
SOON, FAR_BACK, WITHOUT_A_CALL = 2, 5, 10
"""After how many seconds a page asks again: a place far back changes little."""
NEAR = 5


def own_call(handler: Handler, call_sid: str) -> Call | None:
    """The live call of this browser, which its signed cookie names. With `call_sid`, only that one.

    It comes from memory. Without a CallSid all live calls are looked through: a page asks so once, when it is opened.
    """
    identity = identity_of(handler, KIND)
    if not identity:
        return None

    def find(lineup: Lineup) -> Call | None:
        calls = [lineup.get(call_sid)] if call_sid else lineup.live()
        return next((call for call in calls if call and caller_of(call.number) == f"client:{identity}"), None)

    return handler.services.board.read(find)


def must_not_ask_too_often(handler: Handler, call: Call | None) -> None:
    """A browser in a call is counted separately: a flood of strangers must not hide its place from it."""
    visitor = handler.visitor
    address, counted_as = ("", caller_of(call.number)) if call else (visitor.address, visitor.trusted_key)
    handler.must_be_within(handler.services.polls.refusal(address, counted_as, handler.services.clock()))


class CallStateHandler(JsonHandler):
    """`/call/state`: whether the line is open and how many wait; and of this browser's call its stage and place."""

    is_for_listeners = True

    def get(self) -> None:
        self.services.reconcile_soon()
        call_sid = self.request.GET.get("call_sid", "")[:64]
        call = own_call(self, call_sid)
        must_not_ask_too_often(self, call)
        programme, size = self.services.board.read(lambda lineup: (lineup.programme, lineup.size))
        line = line_state(programme.show, size)
        state: dict[str, Any] = {"line": line, "waiting": size, "ask_again_seconds": WITHOUT_A_CALL}
        if self.services.messages.settings().is_on:
            state["message_seconds"] = self.services.messages.settings().longest_seconds
        if programme.slot is not None:
            state |= {"on": airing_row(programme.on), "next": airing_row(programme.following)}
        if call is not None:
            place = self.services.board.place(call.call_sid)
            is_far = place.position is not None and place.position > NEAR
            state |= {
                "call": call_state(call, place, self.services.station.words()),
                "ask_again_seconds": FAR_BACK if is_far else SOON,
            }
        elif call_sid:
            state |= self._end(call_sid)
        self.write_json(state)

    def _end(self, call_sid: str) -> dict[str, Any]:
        """How this browser's call ended, and for how long its place is kept; empty for any other call."""
        identity = identity_of(self, KIND)
        try:
            call = self.services.calls.get_call(call_sid) if identity else None
        except StoreError:
            return {}
        if call is None or call.outcome is None or caller_of(call.number) != f"client:{identity}":
            return {}
        kept_seconds = int(kept_until(call) - self.services.clock())
        return {"ended": call.outcome.value} | ({"kept_seconds": kept_seconds} if kept_seconds > 0 else {})


def line_state(show: Show, size: int) -> str:
    """Whether a call would be taken now: open, full, last_calls, closed, or by_phone for no calls from browsers."""
    if not show.browser_calls:
        return "by_phone"
    if show.opening is not Opening.OPEN:
        return show.opening.value
    return "full" if show.most_callers and size >= show.most_callers else "open"


def call_state(call: Call, place: Place, spoken: SpokenWords) -> dict[str, Any]:
    """Where the call stands. `next` means that an air desk is bringing the caller; one kept for a lost DJ is `held`.

    `wait` says how much longer it will take, as callers hear it; empty while nobody can tell.
    """
    stage = call.stage.value
    if call.stage is not Stage.ON_AIR and (place.is_coming or place.is_kept):
        stage = "next" if place.is_coming else Stage.HELD.value
    return {
        "call_sid": call.call_sid,
        "stage": stage,
        "position": place.position,
        "is_asked": place.hears_ready_check,
        "wait_seconds": place.wait_seconds,
        "wait": spoken.estimated_wait(place.wait_range) if place.wait_range else "",
        "stage_seconds": max(0, int(place.wait_seconds - (call.changed_at - call.joined_at))),
    }


class OwnCallHandler(ChangeHandler):
    """A change of this browser's own call."""

    is_for_listeners = True

    def read_call(self) -> Call:
        """Reads the body and the call that it names; 409 if it is not this browser's, or over."""
        self.read_body()
        call = own_call(self, self.call("call_sid"))
        must_not_ask_too_often(self, call)
        if call is None:
            raise HTTPError(HTTPStatus.CONFLICT, self.written.refusals.no_call)
        return call


class CallPlaceHandler(OwnCallHandler):
    """`/call/place`: gives this browser's call the place in line of its former one, which has just ended."""

    def post(self) -> None:
        call = self.read_call()
        has_place = self.services.calls.coming_back.give_place_back(call.call_sid, self.call("former"))
        self.write_json({"ok": True, "has_place": has_place})


class CallHungUpHandler(ChangeHandler):
    """`/call/hung-up`: the listener has pressed Hang up, so the place of this browser's call is not kept."""

    is_for_listeners = True

    def post(self) -> None:
        self.read_body()
        call_sid = self.call("call_sid")
        must_not_ask_too_often(self, own_call(self, call_sid))
        # Twilio may report the end of the call before this request comes, or after it.
        if not self.services.calls.coming_back.give_up_place(call_sid, f"client:{identity_of(self, KIND)}"):
            raise HTTPError(HTTPStatus.CONFLICT, self.written.refusals.no_call)
        self.write_json({"ok": True})


class CallCardHandler(OwnCallHandler):
    """`/call/card`: what the listener has typed about their call. It never replaces what a desk has written."""

    def post(self) -> None:
        call = self.read_call()
        words = {name: self.text(name) for name in FIELDS if name in self.body}
        try:
            self.services.writing.write_of_caller(call.call_sid, words)
        except ValueError:
            raise HTTPError(HTTPStatus.BAD_REQUEST, self.written.refusals.field_too_long) from None
        self.write_json({"ok": True})


class ListenerMessageHandler(Handler):
    """What the handlers that take messages share."""

    is_for_listeners = True
    is_limited = True

    def sender(self) -> str:
        """This browser's From, by its signed cookie, as its calls have it; a new one if it has none. 403 if blocked."""
        identity = identity_of(self, KIND) or f"{KIND}_{secrets.token_hex(8)}"
        remember(self, KIND, identity, BROWSER_SECONDS)
        if is_blocked(self, identity):
            raise HTTPError(HTTPStatus.FORBIDDEN, self.written.refusals.messages_blocked)
        return f"client:{identity}"

    def must_not_send_too_many(self) -> None:
        """A browser that clears its cookies is a new one, so messages are counted by address too."""
        buckets, now = self.services.messages_per_address, self.services.clock()
        if not all(buckets.take(key, now, factor) for key, factor in address_groups(self.visitor.address)):
            raise HTTPError(HTTPStatus.TOO_MANY_REQUESTS, self.written.refusals.messages_from_network)

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Answers a MessageRefusedError with its sentence."""
        try:
            yield
        except MessageRefusedError as refused:
            sentence = filled(getattr(self.written.refusals, refused.refusal), **refused.values)
            raise HTTPError(HTTPStatus.BAD_REQUEST, sentence) from None


class CallMessageHandler(ListenerMessageHandler, ChangeHandler):
    """`/call/message`: a text, or the end of a voice note whose pieces have arrived."""

    def post(self) -> None:
        self.read_body()
        with self.refusing():
            typed = Typed.read({name: self.text(name) for name in FIELDS if name in self.body})
            browser = self.sender()
            if "upload" in self.body:
                self.services.voice_notes.finish(browser, self.text("upload"), typed)
            else:
                text = self.text("text")
                self.must_not_send_too_many()
                self.services.messages.add_text(browser, text, typed)
        self.write_json({"ok": True})


class CallNoteHandler(ListenerMessageHandler, ChangeHandler):
    """`/call/note`: the page is about to send the pieces of a voice note."""

    def post(self) -> None:
        self.read_body()
        size = self.whole("size")
        self.must_not_send_too_many()
        with self.refusing():
            upload = self.services.voice_notes.begin(self.sender(), size)
        self.write_json({"upload": upload})


class CallNotePieceHandler(ListenerMessageHandler, JsonHandler):
    """`/call/note-piece?number=…&upload=…`: the body is a piece."""

    methods = ("POST",)

    def post(self) -> None:
        number = self.request.GET.get("number", "")
        if self.request.content_type != "application/octet-stream":
            raise HTTPError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send the bytes of a voice note.")
        if not number.isascii() or not number.isdigit() or len(number) > MOST_DIGITS:
            raise HTTPError(HTTPStatus.BAD_REQUEST, "number must be a whole number.")
        upload = self.request.GET.get("upload", "")
        with self.refusing():
            self.services.voice_notes.put(self.sender(), upload, int(number), self.request.body)
        self.write_json({"ok": True})
