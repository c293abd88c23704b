"""For the station's own site: the script that shows the line there, and what it shows, in the words of `/call`."""

from __future__ import annotations

import functools
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from callin.model import Airing, Programme
from callin.rules.schedule import local
from callin.web.base import JsonHandler
from callin.web.listener import line_state
from callin.words import Calendar, calendar, filled
from util import STATIC

if TYPE_CHECKING:
    from callin.words import LineWords

SCRIPT_SECONDS = 300
STATE_SECONDS = 10
TAKES_CALLS = ("open", "full")
"""The states in which the link says "Call": a line that is full now may not be when the page is open."""


@functools.cache
def source(name: str) -> str:
    """A file of static/widget."""
    return (STATIC / "widget" / name).read_text(encoding="utf-8")


class WidgetHandler(JsonHandler):
    """An answer that any site may use, and that a cache may keep for a while."""

    is_for_listeners = True

    def send(self, body: str, content_type: str, seconds: int) -> None:
        self.response.content_type = content_type
        self.response.charset = "utf-8"
        self.response.headers["Cache-Control"] = f"public, max-age={seconds}"
        self.response.headers["Access-Control-Allow-Origin"] = "*"
        self.response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        self.response.body = body.encode()


class WidgetScript(WidgetHandler):
    """`/widget.js`: the script, with the words that it needs before the line's state is known."""

    def get(self) -> None:
        words = self.written
        shown = {
            "language": self.services.station.words().voice.language,
            "name": filled(words.page.title, station=self.services.page.station_name),
            "button": words.widget.call,
            "style": source("widget.css"),
        }
        self.send(source("widget.js").replace('"WORDS"', json.dumps(shown)), "text/javascript", SCRIPT_SECONDS)


class WidgetState(WidgetHandler):
    """`/widget.json`: the state of the line and the show, in the station's language."""

    def get(self) -> None:
        self.must_be_within(self.services.polls.refusal(self.visitor.address, "", self.services.clock()))
        self.services.reconcile_soon()
        programme, size = self.services.board.read(lambda lineup: (lineup.programme, lineup.size))
        line, words = line_state(programme.show, size), self.written
        shown: dict[str, Any] = {
            "line": line,
            "waiting": size,
            "takes_calls": line in TAKES_CALLS,
            "state": self._state(line, size, programme, words.line),
            "show": self._show(programme.on, words.line),
            "button": words.widget.call if line in TAKES_CALLS else words.widget.look,
        }
        self.send(json.dumps(shown), "application/json", STATE_SECONDS)

    def _state(self, line: str, size: int, programme: Programme, words: LineWords) -> str:
        if line == "open":
            counts = {0: words.nobody_waits, 1: words.one_waits}
            return f"{words.open} {filled(counts.get(size, words.several_wait), count=size)}"
        if line == "by_phone":
            return filled(words.by_phone, number=self.services.page.listener_number)
        following = programme.following
        if line == "full" or following is None:
            return str(getattr(words, line))
        when = self._calendar.when(self._local(following.starts_at), self._local(self.services.clock()))
        return f"{getattr(words, line)} {filled(words.opens, when=when, show=following.show.title)}"

    def _show(self, on: Airing | None, words: LineWords) -> str:
        if on is None:
            return ""
        text = words.show_with_topic if on.topic else words.show
        return self._calendar.with_time(text, self._local(on.ends_at), show=on.show.title, topic=on.topic)

    @property
    def _calendar(self) -> Calendar:
        return calendar(self.services.station.words())

    def _local(self, at: float) -> datetime:
        return local(at, self.services.station.current().time_zone)
