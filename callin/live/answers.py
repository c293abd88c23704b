"""The answers for dashboards: the whole line, or what changed since a mark. Each answer is made once for all."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from callin import rules
from callin.live.daily_stats import DailyStats
from callin.live.lineup import Lineup
from callin.live.recent import Touched, place_kept_until
from callin.live.rows import (
    call_row,
    card_row,
    chat_rows,
    desk_row,
    ended_row,
    known_row,
    programme_row,
    show_row,
    twilio_row,
    whispered,
    who_calls,
)
from callin.model import AIR_DESK, WAITING_QUEUE, Call, Desk, TwilioStatus
from callin.rules import desks as desk_rules
from callin.rules import is_somebodys, screening

ROWS_SHOWN = 200

MASKED, FULL = "masked", "full"
"""The two views. An admin's has full numbers. A mark names its view, because with another role all rows differ."""


class AnswerState(Struct, frozen=True):
    """When an answer is made, and from which state of the line."""

    now: float
    mark: int
    twilio: TwilioStatus


class Answers:
    """Makes the answers. Not safe to share between threads: Dashboards keeps it under LineCache's lock."""

    def __init__(self, lineup: Lineup, stats: DailyStats) -> None:
        self._lineup = lineup
        self._stats = stats
        self._bodies: dict[tuple[str, int | None], bytes | None] = {}  # by the view and the mark asked with
        self._bodies_of: tuple[int, int, int, TwilioStatus] | None = None
        self.made = 0
        """How many bodies were made so far, and not shared."""

    def whole_body(self, at: AnswerState, view: str) -> bytes:
        """The body of `/queue-status`, made at most once a second while nothing changes; without mark and time."""
        body = self._body(at, (view, None), lambda: self.whole(at, view))
        assert body is not None  # noqa: S101 - for mypy: the whole can always be told
        return body

    def changes_body(self, since: int, at: AnswerState, view: str) -> bytes | None:
        """The body of what changed after the mark `since`, without mark and time; None if that is not known."""
        return self._body(at, (view, since), lambda: self._changes(since, at, view))

    def _body(
        self, at: AnswerState, key: tuple[str, int | None], make: Callable[[], dict[str, Any] | None]
    ) -> bytes | None:
        state = (self._lineup.version, at.mark, int(at.now), at.twilio)
        if self._bodies_of != state:
            self._bodies.clear()
            self._bodies_of = state
        if key not in self._bodies:
            self.made += 1
            made = make()
            self._bodies[key] = None if made is None else as_json(made)
        return self._bodies[key]

    def whole(self, at: AnswerState, view: str) -> dict[str, Any]:
        """A dashboard's object with all that is shown."""
        desks = self._lineup.desks_shown()
        return self._frame(at) | {
            "calls": [self._row(call, place, at.now, view) for call, place in self._shown(at.mark)],
            "desks": [self._desk_row(desk) for desk in desks],
            "chat": chat_rows(self._lineup.messages),
            "left": self._left_rows(self._lineup.left.calls, view),
        }

    def _changes(self, since: int, at: AnswerState, view: str) -> dict[str, Any] | None:
        """The same with only what may have changed: each row has its `index` among those shown.

        `gone` are the calls that are no longer shown. Rows that did not change keep their order, because where a call
        stands follows from the call alone. `shown` is how many rows there are, so that a page drops the others; `check`
        tells the page whether it has all rows, in order.
        """
        shown = self._shown(at.mark)
        touched = self._lineup.change_log.since(since)
        if touched is None:
            return None
        here = [call.call_sid for call, _ in shown]
        gone = sorted(touched.calls.difference(here))
        if len(gone) > ROWS_SHOWN:
            return None
        desks = self._lineup.desks_shown()
        return (
            self._frame(at)
            | self._left_changes(touched, view)
            | {
                "calls": [
                    self._row(call, place, at.now, view) | {"index": index}
                    for index, (call, place) in enumerate(shown)
                    if call.call_sid in touched.calls or screening.owning_desk(call) in touched.desks
                ],
                "gone": gone,
                "shown": len(here),
                "check": zlib.crc32(" ".join(here).encode()),
                "desks": [
                    self._desk_row(desk)
                    for desk in desks
                    if desk.name in touched.desks or not touched.calls.isdisjoint((desk.on_air, desk.claimed))
                ],
                "gone_desks": sorted(touched.desks.difference(desk.name for desk in desks)),
                "chat": [row for row in chat_rows(self._lineup.messages) if row["id"] in touched.messages],
            }
        )

    def figures(self, now: float) -> dict[str, Any]:
        """The tutorial's three values, under its names."""
        return {
            "queue": WAITING_QUEUE,
            "current_size": self._lineup.size,
            "average_wait_time": self._lineup.average_wait_seconds(now),
        }

    def _frame(self, at: AnswerState) -> dict[str, Any]:
        """The part that every answer has. It is short, and most of it changes every second."""
        apart = min(ROWS_SHOWN, len(self._lineup.on_air()) + len(self._lineup.held()))
        return self.figures(at.now) | {
            "more": max(0, self._lineup.size - (ROWS_SHOWN - apart)),
            "show": show_row(self._lineup.show) | {"median_wait_seconds": self._stats.median_wait_seconds()},
            "programme": programme_row(self._lineup.programme, self._lineup.desk(AIR_DESK)),
            "twilio": twilio_row(at.twilio, at.now),
        }

    def _shown(self, mark: int) -> list[tuple[Call, int | None]]:
        """The calls that are shown, in order, each with its place in line: on the air, on hold, in line."""
        shown: list[tuple[Call, int | None]] = [
            (call, None) for call in (*self._lineup.on_air(), *self._lineup.held())[:ROWS_SHOWN]
        ]
        places = range(1, ROWS_SHOWN - len(shown) + 1)
        shown += [(call, place) for place, call in zip(places, self._lineup.in_order(), strict=False)]
        self._lineup.change_log.show(mark, (call.call_sid for call, _ in shown))
        return shown

    def _row(self, call: Call, place: int | None, now: float, view: str) -> dict[str, Any]:
        desk = screening.owning_desk(call)
        return call_row(call, place, now, rules.in_full if view == FULL else rules.masked) | {
            "with_name": who_calls(self._lineup.desk(desk).leg_by),
            "card": card_row(self._lineup.card(call.call_sid)),
        }

    def _left_changes(self, touched: Touched, view: str) -> dict[str, Any]:
        """The rows of recently ended calls that have changed, and the order of all of them; empty if none has changed.

        Not `left`, which has all rows: with a dozen of them it was most of an answer.
        """
        left = self._lineup.left.calls
        rows = self._left_rows([call for call in left if call.call_sid in touched.calls], view)
        return {"left_rows": rows, "left_order": [call.call_sid for call in left]} if rows else {}

    def _left_rows(self, calls: list[Call], view: str) -> list[dict[str, Any]]:
        shown = rules.in_full if view == FULL else rules.masked
        return [
            ended_row(call)
            | {"number": shown(call.number), "known": known_row(call.known, is_number=is_somebodys(call.number))}
            | {"card": card_row(self._lineup.card(call.call_sid))}
            | {"kept_until": round(place_kept_until(call, self._lineup.live()), 3)}
            for call in calls
        ]

    def _desk_row(self, desk: Desk) -> dict[str, Any]:
        shown = desk_rules.by_schedule(desk, self._lineup.programme)
        return desk_row(shown, self._lineup.get(desk.on_air), whispered(self._lineup, desk))


def as_json(value: object) -> bytes:
    """JSON without spaces, a tenth smaller."""
    return json.dumps(value, separators=(",", ":")).encode()
