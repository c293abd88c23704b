"""What people at the desks write: cards about callers, and messages to each other."""

from __future__ import annotations

from typing import NamedTuple

from callin.contracts import Clock, Store
from callin.model import Card, Message, Words
from callin.rules import cards


class Saved(NamedTuple):
    """A field was saved: what it says now, and the words that it replaced unseen, if any."""

    now: Words
    replaced: Words | None


class Writing:
    """Saves cards and messages. No call and no desk changes with them."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def write(self, call_sid: str, writing: cards.CardEdit) -> Saved:
        """Writes a field of the card. ValueError, with a sentence, for what a card cannot hold."""
        if problem := cards.why_not(writing):
            raise ValueError(problem)
        replaced: Words | None = None

        def change(card: Card) -> Card:
            nonlocal replaced
            replaced = cards.replaced(card, writing)
            return cards.written(card, writing)

        after = self._store.change_card(call_sid, change)
        return Saved(cards.words(after, writing.field), replaced)

    def say(self, name: str, text: str) -> Message:
        """Sends a message to the other desks. ValueError, with a sentence, if it is empty or too long."""
        text = text.strip()
        if not text:
            raise ValueError("The message is empty.")
        if len(text) > cards.LONGEST_MESSAGE:
            raise ValueError(f"A message has at most {cards.LONGEST_MESSAGE} characters.")
        return self._store.add_message(cards.said(name, text, self._clock()), keep=cards.MESSAGES_KEPT)
