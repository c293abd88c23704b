"""Calls, desks and the show as a dashboard's JSON has them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from callin.model import Call, Card, Desk, Known, Message, Reading, Show, Stage, is_screen
from callin.rules import cards, is_somebodys, pairs, screening


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
        "is_ready": call.is_ready or "",
        "noticed_at": round(call.noticed_at, 3),
        "cleared": call.cleared,
        "with": screening.desk_of(call),
        "known": known_row(call.known, is_number=is_somebodys(call.number)) if call.known else None,
    }


def known_row(known: Known, *, is_number: bool) -> dict[str, Any]:
    """What was known of a caller when they rang. Whether a browser calls for the first time nobody knows."""
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


def chat_rows(messages: Iterable[Message]) -> list[dict[str, Any]]:
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
    """The name of the account whose browser is the desk's leg; "a phone", or empty where nobody sits."""
    if not desk.leg_by.startswith("client:"):
        return "a phone" if desk.leg_by else ""
    # An identity is its kind, the account's name and what was drawn by lot, between underscores.
    return desk.leg_by.partition("_")[2].rpartition("_")[0].replace("_", "-")


def desk_row(desk: Desk, call: Call | None, whispered: str = "") -> dict[str, Any]:
    """The desk. `call` is the live call that it has on the air, if any; `whispered` what it hears of who comes.

    With a new leg nobody is on the air yet: who was, with the leg before, is on the way to it, unless let go.
    """
    is_apart = not is_screen(desk.name) and pairs.is_to_come_back(desk, call)
    comes_back = is_apart and call is not None and call.intent is None
    return {
        "name": desk.name,
        "turn": desk.turn,
        "leg": desk.leg,
        "who": who_sits_at(desk),
        "leg_by": desk.leg_by if desk.leg_by.startswith("client:") else "a phone" if desk.leg_by else "",
        "rival": desk.rival,
        "on_air": "" if is_apart else desk.on_air,
        "claimed": desk.on_air if comes_back else desk.claimed,
        "automatic": desk.automatic,
        "idle": desk.idle,
        "pending": desk.press.kind if desk.press else "",
        "whisper": whispered,
    }
