"""What desks read and write about the caller behind a call, as JSON; and their chat.

People, history, notes and list are kept by number. The card belongs to the call.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from callin import rules
from callin.audit import Act
from callin.callers import Caller
from callin.model import Call, Card, SavedText, Standing
from callin.rules import cards
from callin.web.base import ChangeHandler, Handler, JsonHandler
from callin.web.middleware import HTTPError

LONGEST_CALL_SID = 64
NO_NUMBER = "This caller’s number is withheld, so they cannot be recognised."
DID = {
    Standing.NONE: "This caller is no longer on a list.",
    Standing.VIP: "This caller is now a VIP.",
    Standing.WARN: "The desks are now warned about this caller.",
    Standing.BLOCKED: "This caller is blocked: their next call is turned away.",
}

NO_LIST = "A browser has no number, so it cannot be put on a list. You can block it for the day."
BROWSER_DID = {
    Standing.NONE: "This browser is no longer blocked.",
    Standing.BLOCKED: "This browser is blocked for the day: its next call is turned away.",
}


NOTED = {
    Standing.NONE: "took {number} off the lists",
    Standing.VIP: "made {number} a VIP",
    Standing.WARN: "put a warning on {number}",
    Standing.BLOCKED: "blocked {number}",
}


def set_standing(handler: Handler, number: str, standing: Standing) -> None:
    """Puts the caller behind a number on a list. Their live calls show it at once."""
    services = handler.services
    lines = handler.lines(Act.LIST, NOTED[standing].format(number=rules.masked(number)))
    services.callers.set_standing(number, standing, handler.person.account.name, lines)
    services.calls.learned(number, services.callers.summary(number))


def set_browser_blocked(handler: Handler, number: str, *, blocked: bool) -> None:
    """Blocks a listener's browser for a day, or unblocks it. Its live call shows it at once."""
    services = handler.services
    if blocked:
        lines = handler.lines(Act.LIST, "blocked a browser for the day")
        services.callers.browsers.block(number, handler.person.account.name, lines)
    else:
        services.callers.browsers.unblock(number, handler.lines(Act.LIST, "unblocked a browser"))
    services.calls.learned(number, services.callers.summary(number))


def standing_of(text: object) -> Standing:
    """The list that a page names."""
    if not isinstance(text, str) or text not in list(Standing):
        raise HTTPError(HTTPStatus.BAD_REQUEST, "standing must be vip, warn, blocked, or empty.")
    return Standing(text)


class CallerHandler(JsonHandler):
    """`/caller?call_sid=`: the caller behind a call."""

    def get(self) -> None:
        call = call_of(self, self.request.GET.get("call_sid", ""))
        has_number = rules.is_somebodys(call.number)
        caller = self.services.callers.find(call.number) if has_number else None
        history = self.services.callers.history(call.number, without=call.call_sid) if has_number else []
        sees_full_numbers = self.person.role.sees_full_numbers
        shown = rules.in_full if sees_full_numbers else rules.masked
        if has_number and sees_full_numbers:
            self.note(Act.NUMBERS, f"saw {rules.masked(call.number)} in full", once=True)
        self.write_json(
            {
                "call_sid": call.call_sid,
                "number": shown(call.number),
                "has_number": has_number,
                "is_browser": rules.is_listeners_browser(call.number),
                "id": self.services.callers.id_of(call.number) if has_number else "",
                "history": [history_row(one, card) for one, card in history],
            }
            | caller_row(caller or Caller(call.number), self.services.clock(), has_number=has_number)
        )


class StandingHandler(ChangeHandler):
    """`/caller/standing`: puts the caller on a list (VIP, warning, blocked), or on none."""

    def post(self) -> None:
        self.read_body()
        call = call_of(self, self.call("call_sid"))
        standing = standing_of(self.body.get("standing"))
        if rules.is_listeners_browser(call.number):
            if standing not in BROWSER_DID:
                raise HTTPError(HTTPStatus.CONFLICT, NO_LIST)
            set_browser_blocked(self, call.number, blocked=standing is Standing.BLOCKED)
        else:
            set_standing(self, number_of(self, call.call_sid), standing)
        did = BROWSER_DID if rules.is_listeners_browser(call.number) else DID
        self.write_json({"ok": True, "standing": standing, "sentence": did[standing]})


class SharedTextHandler(ChangeHandler):
    """Writes a text that several desks may write. The last writer wins, and is told whose text was replaced."""

    def write(self, call_sid: str) -> SavedText:
        """Saves what the page has sent. ValueError, with a sentence, if it cannot be saved."""
        raise NotImplementedError

    def post(self) -> None:
        self.read_body()
        try:
            saved = self.write(self.call("call_sid"))
        except ValueError as problem:
            raise HTTPError(HTTPStatus.BAD_REQUEST, str(problem)) from None
        replaced = saved.replaced and {"value": saved.replaced.text, "by": saved.replaced.by}
        self.write_json({"ok": True, "revision": saved.now.revision, "replaced": replaced})


class NotesHandler(SharedTextHandler):
    """`/caller/notes`: writes the notes on a number."""

    def write(self, call_sid: str) -> SavedText:
        number, name = number_of(self, call_sid), self.person.account.name
        return self.services.callers.set_notes(number, self.text("notes"), self.whole("base"), name)


class CardHandler(SharedTextHandler):
    """`/desk/card`: writes one field of a call's card."""

    def write(self, call_sid: str) -> SavedText:
        sid, name, now = call_of(self, call_sid).call_sid, self.person.account.name, self.services.clock()
        edit = cards.CardEdit(self.text("field"), self.text("value"), self.whole("base"), name, now)
        return self.services.writing.write(sid, edit)


class ChatHandler(ChangeHandler):
    """`/desk/chat`: sends a message to the other desks."""

    def post(self) -> None:
        self.read_body()
        try:
            message = self.services.writing.say(self.person.account.name, self.text("text"))
        except ValueError as problem:
            raise HTTPError(HTTPStatus.BAD_REQUEST, str(problem)) from None
        self.write_json({"ok": True, "id": message.number})


def call_of(handler: Handler, call_sid: str) -> Call:
    """The call that a page names."""
    if not (call_sid.isascii() and call_sid.isalnum() and len(call_sid) <= LONGEST_CALL_SID):
        raise HTTPError(HTTPStatus.BAD_REQUEST, "call_sid must name a call.")
    call = handler.services.calls.get_call(call_sid)
    if call is None:
        raise HTTPError(HTTPStatus.NOT_FOUND, "That call is not known.")
    return call


def number_of(handler: Handler, call_sid: str) -> str:
    """The number of a call that a page names. HTTPError if it is withheld."""
    number = call_of(handler, call_sid).number
    if not rules.is_somebodys(number):
        raise HTTPError(HTTPStatus.CONFLICT, NO_NUMBER)
    return number


def caller_row(caller: Caller, now: float, *, has_number: bool) -> dict[str, Any]:
    """A caller as JSON. Times are in seconds since 1970, or null."""
    return {
        "standing": caller.standing,
        "standing_by": caller.standing_by,
        "standing_at": _moment(caller.standing_at),
        "calls": caller.calls,
        "first_time": has_number and caller.calls == 0,
        "first_at": _moment(caller.first_at),
        "last_at": _moment(caller.last_at),
        "aired_30_days": caller.aired_recently(now),
        "last_aired_at": _moment(caller.aired[-1] if caller.aired else 0.0),
        "people": [
            {"name": person.name, "place": person.place, "last_at": _moment(person.last_at)}
            for person in reversed(caller.people)
        ],
        "notes": {
            "text": caller.notes.text,
            "revision": caller.notes.revision,
            "by": caller.notes.by,
            "at": _moment(caller.notes.at),
        },
    }


def history_row(call: Call, card: Card) -> dict[str, Any]:
    """A past call as JSON."""
    return {
        "joined_at": _moment(call.joined_at),
        "outcome": call.outcome,
        "wait_seconds": int(call.wait_seconds),
        "on_air_seconds": int(call.on_air_seconds),
        "name": card.name.text,
        "topic": card.topic.text,
    }


def _moment(at: float) -> float | None:
    return round(at, 3) if at else None
