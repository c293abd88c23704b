"""What people write on cards and to each other, and what the DJ is told from a card."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from callin.model import Call, Card, ChatMessage, FieldText

LONGEST = {"name": 80, "place": 80, "topic": 200, "note": 1000, "quality": 1}
"""A card's fields, and how many characters each takes."""

CALLER = "the caller"
"""The author of what a caller typed. No account can have this name, because it has a space."""

LONGEST_MESSAGE = 300
MESSAGES_KEPT = 50


class CardEdit(Struct, frozen=True):
    """An edit of one field of a card. `base` is the revision that its writer last saw."""

    field: str
    text: str
    base: int
    by: str
    at: float


def why_not(edit: CardEdit) -> str:
    """What is wrong with the edit, in a sentence; empty if nothing is."""
    longest = LONGEST.get(edit.field)
    if longest is None:
        return f"A card has these fields: {', '.join(LONGEST)}."
    if len(edit.text) > longest:
        return f"The {edit.field} has at most {longest} characters."
    if edit.field == "quality" and edit.text not in ("", "1", "2", "3", "4", "5"):
        return "The quality is 1 to 5, or empty."
    return ""


def text_of(card: Card, field: str) -> FieldText:
    found: FieldText = getattr(card, field)
    return found


def written(card: Card, edit: CardEdit) -> Card:
    """The card after an edit: the last write wins. Writing the same text again changes nothing."""
    before = text_of(card, edit.field)
    if before.text == edit.text:
        return card
    after: dict[str, Any] = {edit.field: FieldText(edit.text, before.revision + 1, edit.by, edit.at)}
    return replace(card, **after)


def written_by_caller(card: Card, texts: Mapping[str, str], at: float) -> Card:
    """The card after the caller has typed. A field that a desk has written stays as it is."""
    for field, text in texts.items():
        if text_of(card, field).by in ("", CALLER):
            card = written(card, CardEdit(field, text, 0, CALLER, at))
    return card


def spoken_by_caller(card: Card, field: str, text: str, confidence: float, at: float) -> Card:
    """The card after the caller has answered a question. A field that says something already stays as it is."""
    before = text_of(card, field)
    if before.text or not text:
        return card
    after: dict[str, Any] = {field: FieldText(text, before.revision + 1, CALLER, at, confidence)}
    return replace(card, **after)


def with_line_in_note(card: Card, text: str, by: str, at: float) -> Card:
    """The card with one more line in its note, unless the note has it. What is too long is cut."""
    note = card.note.text
    if text in note.split("\n"):
        return card
    longer = f"{note}\n{text}".strip()[: LONGEST["note"]]
    return written(card, CardEdit("note", longer, card.note.revision, by, at))


def wiped(card: Card, at: float) -> Card:
    """The card with every field emptied, as a new revision, so that open pages show the change."""
    said = {field: text_of(card, field) for field in LONGEST}
    gone: dict[str, Any] = {field: FieldText("", one.revision + 1, "", at) for field, one in said.items() if one.text}
    return replace(card, **gone)


def replaced_unseen(there: FieldText, text: str, base: int, by: str) -> FieldText | None:
    """Another person's text that `by` replaces with `text` without having seen it; None if there is none.

    `base` is the revision that the writer has last seen.
    """
    is_unseen = there.revision != base and there.by != by and there.text not in ("", text)
    return there if is_unseen else None


def said(name: str, text: str, at: float) -> ChatMessage:
    """A chat message of that moment."""
    return ChatMessage(int(at * 1_000_000), at, name, text)


def last_messages(before: Iterable[ChatMessage], fresh: Iterable[ChatMessage]) -> tuple[ChatMessage, ...]:
    """The last MESSAGES_KEPT chat messages, oldest first. `fresh` may be in any order."""
    by_number = {message.number: message for message in (*before, *fresh)}
    return tuple([by_number[number] for number in sorted(by_number)[-MESSAGES_KEPT:]])


MOST_CHARACTERS = 40
"""Twilio's voice says 15 to 20 characters a second, and the show is silent meanwhile."""


def whisper(call: Call | None, card: Card | None) -> str:
    """Name, place and as much of the topic as fits: from the card, otherwise from what is known of the number.

    Empty if nothing is known.

    >>> from callin.model import FieldText
    >>> topic = FieldText("The bridge must stay open to all cyclists")
    >>> whisper(None, Card("CA1", FieldText("Ann"), FieldText("Leeds"), topic))
    'Ann, Leeds. The bridge must stay open.'
    """
    known = call.known if call else None
    name = _on_one_line(card.name.text if card else "") or _on_one_line(known.name if known else "")
    place = _on_one_line(card.place.text if card else "") or _on_one_line(known.place if known else "")
    who = _cut(", ".join(filter(None, [name, place])), MOST_CHARACTERS)
    room = MOST_CHARACTERS - len(who) - len(".. ")
    sentences = [who, _cut(_on_one_line(card.topic.text if card else ""), room)]
    return " ".join(_sentence(one) for one in sentences if one)


def _on_one_line(text: str) -> str:
    """The text in one line, without what ends it."""
    return " ".join(text.split()).rstrip(".,;:")


def _sentence(text: str) -> str:
    return text if text.endswith(("!", "?")) else f"{text}."


def _cut(text: str, most: int) -> str:
    """As many whole words as fit; if the first word is too long, its beginning."""
    if most <= 0 or len(text) <= most:
        return text if most > 0 else ""
    return _on_one_line(text[: most + 1].rpartition(" ")[0]) or text[:most]
