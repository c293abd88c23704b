"""What dashboards are answered: the whole line, or what changed since a mark. Each answer is made once for all."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from callin import rules
from callin.live.daily_stats import DailyStats
from callin.live.lineup import Lineup
from callin.live.recent import ended_row
from callin.model import WAITING_QUEUE, Call, Card, ChatMessage, Desk, Known, Reading, Show, Stage, is_screen
from callin.rules import cards, claims, is_somebodys, screening, takeover
from callin.rules.cards import whisper

ROWS_SHOWN = 200

MASKED, FULL = "masked", "full"
"""The two views. An admin's has full numbers. A mark names its view, because with another role all rows differ."""


class AnswerState(NamedTuple):
    """When an answer is made, and of what state of the line."""

    now: float
    mark: int
    reading: Reading


class Answers:
    """Makes the answers. Not safe to share between threads: Dashboards keeps it under LineCache's lock."""

    def __init__(self, lineup: Lineup, stats: DailyStats) -> None:
        self._lineup = lineup
        self._stats = stats
        self._bodies: dict[tuple[str, int | None], bytes | None] = {}  # by the view and the mark asked with
        self._bodies_of: tuple[int, int, int, Reading] | None = None
        self.made = 0
        """How many bodies were made so far, and not shared."""

    def whole_body(self, at: AnswerState, view: str) -> bytes:
        """The body of `/queue-status`, made at most once a second while nothing changes; without mark and time."""
        body = self._body(at, (view, None), lambda: self.whole(at, view))
        assert body is not None  # noqa: S101 - for mypy: the whole can always be told
        return body

    def changes_body(self, since: int, at: AnswerState, view: str) -> bytes | None:
        """The body of what changed after the mark `since`, without mark and time; None where that is not known."""
        return self._body(at, (view, since), lambda: self._changes(since, at, view))

    def _body(
        self, at: AnswerState, key: tuple[str, int | None], make: Callable[[], dict[str, Any] | None]
    ) -> bytes | None:
        state = (self._lineup.version, at.mark, int(at.now), at.reading)
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
            "left": self._left_rows(view),
        }

    def _changes(self, since: int, at: AnswerState, view: str) -> dict[str, Any] | None:
        """The same with only what may have changed: each row with its `index` among those shown, and who is `gone`.

        Rows that did not change keep their order: where a call stands follows from the call alone. `shown` is how many
        rows there are, so that a page drops the others; `check` tells the page whether it has all rows, in order.
        """
        shown = self._shown(at.mark)
        touched = self._lineup.log.since(since)
        if touched is None:
            return None
        here = [call.call_sid for call, _ in shown]
        gone = sorted(touched.calls.difference(here))
        if len(gone) > ROWS_SHOWN:
            return None
        desks = self._lineup.desks_shown()
        is_left_touched = any(call.call_sid in touched.calls for call in self._lineup.left.calls)
        left = {"left": self._left_rows(view)} if is_left_touched else {}
        return (
            self._frame(at)
            | left
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
        """What the tutorial had, with its names."""
        return {
            "queue": WAITING_QUEUE,
            "current_size": self._lineup.size,
            "average_wait_time": self._lineup.average_wait_seconds(now),
        }

    def _frame(self, at: AnswerState) -> dict[str, Any]:
        """What every answer has: it is short, and most of it changes by the second."""
        apart = min(ROWS_SHOWN, len(self._lineup.on_air()) + len(self._lineup.held()))
        return self.figures(at.now) | {
            "more": max(0, self._lineup.size - (ROWS_SHOWN - apart)),
            "show": show_row(self._lineup.show) | {"median_wait_seconds": self._stats.median_wait_seconds()},
            "twilio": twilio_row(at.reading, at.now),
        }

    def _shown(self, mark: int) -> list[tuple[Call, int | None]]:
        """The calls that are shown, in order, each with its place in line: on the air, on hold, in line."""
        shown: list[tuple[Call, int | None]] = [
            (call, None) for call in (*self._lineup.on_air(), *self._lineup.held())[:ROWS_SHOWN]
        ]
        places = range(1, ROWS_SHOWN - len(shown) + 1)
        shown += [(call, place) for place, call in zip(places, self._lineup.in_order(), strict=False)]
        self._lineup.log.show(mark, (call.call_sid for call, _ in shown))
        return shown

    def _row(self, call: Call, place: int | None, now: float, view: str) -> dict[str, Any]:
        desk = screening.owning_desk(call)
        return call_row(call, place, now, rules.in_full if view == FULL else rules.masked) | {
            "with_name": who_sits_at(self._lineup.desk(desk)) if desk else "",
            "card": card_row(self._lineup.card(call.call_sid)),
        }

    def _left_rows(self, view: str) -> list[dict[str, Any]]:
        shown = rules.in_full if view == FULL else rules.masked
        return [
            ended_row(call)
            | {"number": shown(call.number), "known": known_row(call.known, is_number=is_somebodys(call.number))}
            | {"card": card_row(self._lineup.card(call.call_sid))}
            for call in self._lineup.left.calls
        ]

    def _desk_row(self, desk: Desk) -> dict[str, Any]:
        return desk_row(desk, self._lineup.get(desk.on_air), whispered(self._lineup, desk))


def as_json(value: object) -> bytes:
    """JSON without spaces, a tenth smaller."""
    return json.dumps(value, separators=(",", ":")).encode()


def whispered(lineup: Lineup, desk: Desk) -> str:
    """What the DJ is told of the caller that the desk has claimed; empty if the show has no whisper."""
    if not lineup.show.whisper or not desk.claimed or is_screen(desk.name):
        return ""
    return whisper(lineup.get(desk.claimed), lineup.card(desk.claimed))


def call_row(call: Call, position: int | None, now: float, shown: Callable[[str], str]) -> dict[str, Any]:
    """A live call at its place in line, None for one on the air or on hold; `shown` says how its number is told."""
    on_air = call.stage is Stage.ON_AIR
    waited_until = call.changed_at if on_air else now
    return {
        "call_sid": call.call_sid,
        "position": position,
        "stage": call.stage,
        "number": shown(call.number),
        "joined_at": round(call.joined_at, 3),
        "changed_at": round(call.changed_at, 3),
        "wait_seconds": max(0, int(waited_until - call.joined_at)),
        "on_air_seconds": max(0, int(now - call.changed_at)) if on_air else None,
        "moments": [(moment.stage, round(moment.at, 3)) for moment in call.moments],
        "claimed": bool(call.claimed_by),
        "decided": bool(call.verdict),
        "leaving": on_air and call.intent is not None,
        "returned": call.returned,
        "is_ready": call.ready_check_answer or "",
        "noticed_at": round(call.noticed_at, 3),
        "cleared": call.cleared,
        "with": screening.owning_desk(call),
        "known": known_row(call.known, is_number=is_somebodys(call.number)),
    }


def known_row(known: Known | None, *, is_number: bool) -> dict[str, Any] | None:
    """What was known of a caller when they rang. A browser's earlier calls are not known."""
    if known is None:
        return None
    return {
        "calls": known.calls,
        "first_time": is_number and known.calls == 0,
        "aired_30_days": known.aired_30_days,
        "last_aired_at": known.last_aired_at and round(known.last_aired_at, 3),
        "standing": known.standing,
        "name": known.name,
        "place": known.place,
    }


def card_row(card: Card | None) -> dict[str, Any]:
    """What was typed about a call. Fields that nobody wrote on have no revision."""
    said = {field: cards.words(card, field) for field in cards.LONGEST} if card else {}
    written = {field: words for field, words in said.items() if words.revision}
    return {
        "name": said["name"].text if said else "",
        "place": said["place"].text if said else "",
        "topic": said["topic"].text if said else "",
        "note": said["note"].text if said else "",
        "quality": int(said["quality"].text or 0) if said else 0,
        "revisions": {field: words.revision for field, words in written.items()},
        "by": {field: words.by for field, words in written.items()},
    }


def chat_rows(messages: Iterable[ChatMessage]) -> list[dict[str, Any]]:
    """The desks' talk, oldest first."""
    return [
        {"id": message.number, "at": round(message.at, 3), "name": message.name, "text": message.text}
        for message in messages
    ]


def show_row(show: Show) -> dict[str, Any]:
    """The show."""
    return {
        "opening": show.opening,
        "opening_since": round(show.opening_since, 3),
        "most_callers": show.most_callers,
        "ready_check": show.ready_check,
        "screened": show.screened,
        "whisper": show.whisper,
        "browser_calls": show.browser_calls,
    }


def twilio_row(reading: Reading, now: float) -> dict[str, Any]:
    """How Twilio's lists were read, and the calls in them that did not reach the app, with the likely cause."""
    good_at, problem = reading.good_at, reading.problem
    return {
        "ok": not problem and good_at is not None,
        "age_seconds": None if good_at is None else max(0, int(now - good_at)),
        "problem": problem,
        "missed_calls": reading.missed.count,
        "missed_cause": reading.missed.cause,
    }


def who_sits_at(desk: Desk) -> str:
    """The name of the account whose browser is the desk's leg; "a phone", empty if the desk has no leg."""
    return _who(desk.leg_by)


def _who(leg_by: str) -> str:
    if not leg_by.startswith("client:"):
        return "a phone" if leg_by else ""
    return takeover.account_of(leg_by)


def desk_row(desk: Desk, call: Call | None, whispered: str = "") -> dict[str, Any]:
    """The desk. `call` is the live call that it has on the air, if any; `whispered` what it hears of the next.

    A new leg has nobody on the air yet: the caller of the leg before is on the way to it, unless let go.
    """
    is_apart = not is_screen(desk.name) and claims.is_coming_back(desk, call)
    comes_back = is_apart and call is not None and call.intent is None
    return {
        "name": desk.name,
        "turn": desk.turn,
        "leg": desk.leg,
        "who": who_sits_at(desk),
        "leg_by": desk.leg_by if desk.leg_by.startswith("client:") else "a phone" if desk.leg_by else "",
        "rival": desk.rival,
        "rival_who": _who(desk.rival_by),
        "consent_at": round(takeover.consent_at(desk), 3),
        "refused_at": round(desk.refused_at, 3) if takeover.is_same_person(desk.refused_by, desk.rival_by) else 0,
        "on_air": "" if is_apart else desk.on_air,
        "claimed": desk.on_air if comes_back else desk.claimed,
        "automatic": desk.automatic,
        "idle": desk.paused,  # pages of earlier versions read this key
        "pending": desk.press.kind if desk.press else "",
        "whisper": whispered,
        "mute_presses": desk.mute_presses,
    }
