"""What the DJ is told of a caller just before they are on: in a second or two."""

from __future__ import annotations

from callin.model import Call, Card

MOST_CHARACTERS = 40
"""Twilio's voice says 15 to 20 of them a second: the show is silent for so long."""

NOTHING_KNOWN = "Next caller."


def whisper(call: Call | None, card: Card | None) -> str:
    """Name, place and topic, as many words of it as fit: from the card, else what is known of the number.

    >>> from callin.model import Words
    >>> whisper(None, Card("CA1", Words("Ann"), Words("Leeds"), Words("The bridge must stay open to all cyclists")))
    'Ann, Leeds. The bridge must stay open.'
    """
    known = call.known if call else None
    name = _words(card.name.text if card else "") or _words(known.name if known else "")
    place = _words(card.place.text if card else "") or _words(known.place if known else "")
    who = _cut(", ".join(filter(None, [name, place])), MOST_CHARACTERS)
    room = MOST_CHARACTERS - len(who) - len(".. ")
    sentences = [who, _cut(_words(card.topic.text if card else ""), room)]
    return " ".join(_sentence(one) for one in sentences if one) or NOTHING_KNOWN


def _words(text: str) -> str:
    """The text in one line, without what ends it."""
    return " ".join(text.split()).rstrip(".,;:")


def _sentence(text: str) -> str:
    return text if text.endswith(("!", "?")) else f"{text}."


def _cut(text: str, most: int) -> str:
    """As many whole words as fit; of a single long word its beginning; nothing where there is no room at all."""
    if most <= 0 or len(text) <= most:
        return text if most > 0 else ""
    return _words(text[: most + 1].rpartition(" ")[0]) or text[:most]
