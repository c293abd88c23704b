"""Moves calls and legs by Twilio's REST API, each to a document of ours."""

from __future__ import annotations

from callin import twiml
from callin.model import Call, CallState
from callin.phone import Phone
from callin.pointing import FOR_LISTENERS, FOR_READY, StudioFallback
from callin.rules import screening
from callin.twiml import Links


class Moves:
    """`callin.contracts.Moves` over Twilio's REST API."""

    def __init__(self, phone: Phone, links: Links, studio_fallback: StudioFallback) -> None:
        self._phone = phone
        self._links = links
        self._studio_fallback = studio_fallback

    def send(self, call: Call, move: int) -> bool:
        return self._phone.take_from_queue(call.queue, call.call_sid, self._what_follows(move))

    def redirect(self, call: Call, move: int) -> bool:
        fallback = FOR_READY if screening.is_or_will_be_ready(call) else FOR_LISTENERS
        return self._phone.redirect(call.call_sid, self._what_follows(move), self._links.file(fallback))

    def thank(self, call_sid: str) -> bool:
        return self._phone.end(call_sid, twiml.thanks())

    def wake(self, leg: str, turn: int) -> bool:
        return self._phone.redirect(leg, self._links.to_desk("/twiml/dequeue", {"turn": turn, "woken": 1}))

    def wake_screener(self, leg: str, turn: int) -> bool:
        return self._phone.redirect(leg, self._links.to_desk("/twiml/screen", {"turn": turn, "woken": 1}))

    def make_queue(self, name: str) -> None:
        self._phone.make_queue(name)

    def remove_queue(self, name: str) -> bool:
        return self._phone.remove_queue(name)

    def end_leg(self, leg: str) -> bool:
        return self._phone.end(leg)

    def point_fallback(self, *, screened: bool) -> None:
        self._studio_fallback.point(screened=screened)

    def state(self, call_sid: str) -> CallState | None:
        return self._phone.call(call_sid)

    def _what_follows(self, move: int) -> str:
        return self._links.to("/dequeue-logic", {"n": move})
