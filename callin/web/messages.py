"""`/messages` and its parts: listeners' messages at the desk. Their sound comes through the app alone."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from webob import Response

from callin.audit import Act
from callin.contracts import PhoneError
from callin.line import CALLER_GONE
from callin.messages import GONE, ListenerMessage, MessageError, MessageSettings
from callin.model import Call
from callin.rules import cards, in_full, masked
from callin.web.base import ADMINS_ONLY, ChangeHandler, Handler, JsonHandler
from callin.web.middleware import HTTPError
from callin.web.pages import PageHandler, note_numbers

if TYPE_CHECKING:
    from collections.abc import Callable
    from wsgiref.types import WSGIApplication

NOT_YET = "Twilio does not have the recording yet. Please try again in a moment."
NO_SOUND = "The sound of this message is gone."


class MessagesPage(PageHandler):
    """`/messages`: the list, which follows the line; admins switch messages on and set their limits."""

    methods = ("GET", "POST")

    def get(self) -> None:
        self.services.reconcile_soon()
        note_numbers(self, "the messages")
        self._show()

    def post(self) -> None:
        if not self.person.role.is_admin:
            raise HTTPError(HTTPStatus.FORBIDDEN, ADMINS_ONLY)
        line = self.lines(Act.SETTINGS, "changed how messages are taken")
        try:
            self.services.messages.set_settings(self._typed(), line)
        except MessageError as refused:
            self.response.set_status(HTTPStatus.BAD_REQUEST.value)
            self._show(problem=str(refused))
            return
        self._show(done="Saved.")

    def _typed(self) -> MessageSettings:
        longest, days = (_whole(self.form.get(name)) for name in ("longest_seconds", "keep_days"))
        return MessageSettings(
            is_on=self.form.get("is_on") == "on",
            longest_seconds=longest,
            keep_days=days,
            is_transcribed=self.form.get("is_transcribed") == "on",
        )

    def _show(self, problem: str = "", done: str = "") -> None:
        self.render(
            "messages/index.html",
            status=self.line_status(),
            messages=listed(self),
            may_delete=self.person.role.may_run_the_show,
            is_admin=self.person.role.is_admin,
            settings=self.services.messages.settings(),
            problem=problem,
            done=done,
        )


def _whole(text: str) -> int:
    """A whole number as typed; -1, which no setting takes, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1


def listed(handler: Handler) -> dict[str, Any]:
    """The messages as the page shows them to this account."""
    shown = in_full if handler.person.role.sees_full_numbers else masked
    messages = handler.services.messages
    return {
        "messages": [message_row(one, shown) for one in messages.listed()],
        "undeleted": [one.problem for one in messages.undeleted()],
    }


def message_row(message: ListenerMessage, shown: Callable[[str], str]) -> dict[str, Any]:
    """A message as pages know it: nothing in it names Twilio, or the address of a recording there."""
    return {
        "id": message.key,
        "at": round(message.at, 3),
        "source": message.source,
        "number": shown(message.number),
        "name": message.name,
        "place": message.place,
        "topic": message.topic,
        "seconds": message.seconds,
        "has_sound": bool(message.recording_sid or message.sound),
        "transcript": message.transcript,
        "text": message.text,
        "heard_by": message.heard_by,
        "heard_at": round(message.heard_at, 3),
    }


class MessageListHandler(JsonHandler):
    """`/messages/list`: the messages; with `?new` only how many nobody has heard."""

    def get(self) -> None:
        if "new" in self.request.GET:
            self.write_json({"new": sum(not one.heard_at for one in self.services.messages.listed())})
        else:
            self.write_json(listed(self))


class MessageSoundHandler(JsonHandler):
    """`/messages/sound?id=…`: the sound of a message, whole or in ranges, to play or to download."""

    def get(self) -> WSGIApplication:
        message = self.services.messages.get(self.request.GET.get("id", ""))
        if message is None:
            raise HTTPError(HTTPStatus.NOT_FOUND, GONE)
        try:
            wav = self.services.messages.wav(message)
        except PhoneError as error:
            raise HTTPError(HTTPStatus.BAD_GATEWAY, str(error)) from None
        if wav is None:
            raise HTTPError(HTTPStatus.NOT_FOUND, NOT_YET if message.recording_sid else NO_SOUND)
        answer: WSGIApplication = self._file(message, wav)
        return answer

    def _file(self, message: ListenerMessage, wav: bytes) -> Any:
        """The answer, which WebOb cuts to the range that is asked for."""
        answer = Response(body=wav, content_type="audio/wav", charset=None, conditional_response=True)
        answer.accept_ranges = "bytes"
        answer.headers["Cache-Control"] = "private, no-store"
        if "download" in self.request.GET:
            self.note(Act.SEARCH, "downloaded a message")
            answer.headers["Content-Disposition"] = f'attachment; filename="{self._file_name(message)}"'
        return answer

    def _file_name(self, message: ListenerMessage) -> str:
        moment = datetime.fromtimestamp(message.at, self.services.station.current().time_zone)
        return f"message-{moment:%Y-%m-%d-%H%M%S}.wav"


class MessageHeardHandler(ChangeHandler):
    """`/messages/heard`: marks a message as heard, or as new again."""

    def post(self) -> None:
        self.read_body()
        try:
            self.services.messages.mark_heard(self.text("id"), self.person.account.name, heard=self.flag("heard"))
        except MessageError as gone:
            raise HTTPError(HTTPStatus.CONFLICT, str(gone)) from None
        self.write_json({"ok": True})


class MessageDeleteHandler(ChangeHandler):
    """`/messages/delete`: deletes a message with its recording. If Twilio fails, says so; the app then retries."""

    def post(self) -> None:
        self.read_body()
        key = self.text("id")
        message = self.services.messages.get(key)
        problem = ""
        if message is not None:
            line = self.lines(Act.DELETION, f"deleted a message of {masked(message.number)}")
            problem = self.services.messages.delete(key, self.person.account.name, line)
        self.write_json({"ok": True, "problem": problem})


class MessageCardHandler(ChangeHandler):
    """`/messages/card`: writes a message into the note of the card of a caller on the line."""

    def post(self) -> None:
        self.read_body()
        message = self.services.messages.get(self.text("id"))
        call = self.services.calls.get_call(self.call("call_sid"))
        if message is None:
            raise HTTPError(HTTPStatus.CONFLICT, GONE)
        if call is None or not call.live:
            raise HTTPError(HTTPStatus.CONFLICT, CALLER_GONE)
        self.services.writing.add_to_note(call.call_sid, self._words(message), self.person.account.name)
        self._fill_in(call, message)
        self.write_json({"ok": True})

    def _words(self, message: ListenerMessage) -> str:
        moment = datetime.fromtimestamp(message.at, self.services.station.current().time_zone)
        length = f", {message.seconds // 60}:{message.seconds % 60:02}" if message.seconds else ""
        words = " ".join((message.text or message.transcript).split())
        return f"Message of {moment:%H:%M}{length}{': ' if words else ''}{words}"

    def _fill_in(self, call: Call, message: ListenerMessage) -> None:
        """What the caller has typed with the message goes where nobody has written yet."""
        typed = {name: text for name in ("name", "place", "topic") if (text := getattr(message, name))}
        if typed:
            self.services.writing.write_of_caller(call.call_sid, {n: t[: cards.LONGEST[n]] for n, t in typed.items()})
