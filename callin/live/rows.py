"""Calls, desks, the show and its schedule as JSON objects, for dashboards."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from callin.live.lineup import Lineup
from callin.model import Airing, Call, Card, ChatMessage, Desk, Known, Programme, Show, Stage, TwilioStatus, is_screen
from callin.rules import cards, claims, is_somebodys, screening, shows, takeover
from callin.rules.cards import whisper

NOTHING_KNOWN = "Next caller."
"""What pages show in place of an empty whisper: its words, in the station's language, are `SpokenWords.next_caller`."""


def whispered(lineup: Lineup, desk: Desk) -> str | None:
    """What the DJ is told of the caller that the desk has claimed, empty if nothing is known; None for no whisper."""
    if not lineup.show.whisper or not desk.claimed or is_screen(desk.name):
        return None
    return whisper(lineup.get(desk.claimed), lineup.card(desk.claimed))


def call_row(call: Call, position: int | None, now: float, shown: Callable[[str], str]) -> dict[str, Any]:
    """A live call. `position` is None for one on the air or on hold; `shown` formats its number."""
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
        "city": call.city,
        "with": screening.owning_desk(call),
        "known": known_row(call.known, is_number=is_somebodys(call.number)),
    }


def ended_row(call: Call) -> dict[str, Any]:
    """A call that is over as dashboards have it: its last stage, how and when it ended, and on which line."""
    return {
        "call_sid": call.call_sid,
        "last": call.moments[-2].stage if len(call.moments) > 1 else "",
        "outcome": call.outcome,
        "hung_up": call.hung_up,
        "at": round(call.changed_at, 3),
        "with": call.air_desk,
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
    said = {field: cards.text_of(card, field) for field in cards.LONGEST} if card else {}
    written = {field: text for field, text in said.items() if text.revision}
    return {
        "name": said["name"].text if said else "",
        "place": said["place"].text if said else "",
        "topic": said["topic"].text if said else "",
        "note": said["note"].text if said else "",
        "quality": int(said["quality"].text or 0) if said else 0,
        "revisions": {field: text.revision for field, text in written.items()},
        "by": {field: text.by for field, text in written.items()},
        "confidence": {field: text.confidence for field, text in written.items() if text.confidence is not None},
    }


def chat_rows(messages: Iterable[ChatMessage]) -> list[dict[str, Any]]:
    """The desks' chat messages, oldest first."""
    return [
        {"id": message.number, "at": round(message.at, 3), "name": message.name, "text": message.text}
        for message in messages
    ]


def show_row(show: Show) -> dict[str, Any]:
    """The show's settings, with `messages_revision`, by which pages read listeners' messages again."""
    return {
        "opening": show.opening,
        "opening_since": round(show.opening_since, 3),
        "open_since": round(show.open_since, 3),
        "most_callers": show.most_callers,
        "ready_check": show.ready_check,
        "screened": show.screened,
        "whisper": show.whisper,
        "browser_calls": show.browser_calls,
        "ask_callers": show.ask_callers,
        "messages_revision": show.messages_revision,
    }


def programme_row(programme: Programme, desk: Desk) -> dict[str, Any] | None:
    """What the schedule says, and the settings that were pressed since; None without a schedule.

    `until` is when presses stop counting. `desk` is the air desk, which has auto-advance.
    """
    slot = programme.slot
    if slot is None:
        return None
    is_pressed = desk.automatic_at > slot.begins_at
    return {
        "on": airing_row(slot.on),
        "next": airing_row(slot.next),
        "pressed": [*programme.pressed, *(["automatic"] if is_pressed else [])],
        "until": slot.ends_at if slot.on else slot.next.starts_at if slot.next else None,
    }


def airing_row(airing: Airing | None) -> dict[str, Any] | None:
    """A show on a date, as pages have it."""
    if airing is None:
        return None
    return {
        "title": airing.show.title,
        "topic": airing.topic,
        "starts_at": airing.starts_at,
        "ends_at": airing.ends_at,
        "last_calls_at": airing.last_calls_at,
    }


def twilio_row(twilio: TwilioStatus, now: float) -> dict[str, Any]:
    """How Twilio's lists were read, and the calls in them that did not reach the app, with the likely cause."""
    good_at, problem = twilio.good_at, twilio.problem
    return {
        "ok": not problem and good_at is not None,
        "age_seconds": None if good_at is None else max(0, int(now - good_at)),
        "problem": problem,
        "missed_calls": twilio.missed.count,
        "missed_cause": twilio.missed.cause,
    }


def who_calls(leg_by: str) -> str:
    """The name of the account whose browser calls with this From, or "a phone"; empty for no leg."""
    if not leg_by.startswith("client:"):
        return "a phone" if leg_by else ""
    return takeover.account_of(leg_by)


def desk_row(desk: Desk, call: Call | None, whispered: str | None = None) -> dict[str, Any]:
    """The desk. `call` is the live call that it has on the air, if any; `whispered` what it hears of the next.

    A new leg has nobody on the air yet: the caller of the leg before is on the way to it, unless let go.
    """
    is_apart = not is_screen(desk.name) and claims.is_coming_back(desk, call)
    comes_back = is_apart and call is not None and call.intent is None
    return {
        "name": desk.name,
        "turn": desk.turn,
        "leg": desk.leg,
        "who": who_calls(desk.leg_by),
        "leg_by": desk.leg_by if desk.leg_by.startswith("client:") else "a phone" if desk.leg_by else "",
        "rival": desk.rival,
        "rival_who": who_calls(desk.rival_by),
        "consent_at": round(takeover.consent_at(desk), 3),
        "refused_at": round(desk.refused_at, 3) if takeover.is_same_person(desk.refused_by, desk.rival_by) else 0,
        "on_air": "" if is_apart else desk.on_air,
        "claimed": desk.on_air if comes_back else desk.claimed,
        "automatic": desk.automatic,
        "idle": desk.paused,  # pages of earlier versions read this key
        "pending": desk.press.kind if desk.press else "",
        "whisper": "" if whispered is None else whispered or NOTHING_KNOWN,
        "mute_presses": desk.mute_presses,
        "recording": shows.recorded_since(desk) > 0,
        "mute_set": desk.mute_set,
        "mute_set_at": desk.mute_set_at,
    }
