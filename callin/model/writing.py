"""What people at the desks write: cards about calls, and messages to each other."""

from __future__ import annotations

from dataclasses import dataclass

CHAT = "chat"
"""The key of the talk's one record, as a version before this kept it."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a field of a card says, who wrote it and when. `revision` counts how often it was written, 0 for never."""

    text: str = ""
    revision: int = 0
    by: str = ""
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Card:
    """What people typed about a call. Its own record, so that typing never meets a webhook.

    `quality` is how well the caller is heard, from 1 to 5 as a digit; empty where nobody has said.
    """

    call_sid: str
    name: Words = Words()
    place: Words = Words()
    topic: Words = Words()
    note: Words = Words()
    quality: Words = Words()


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody at a desk said to the other desks. Numbers rise with time: microseconds since 1970, or more."""

    number: int
    at: float
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Chat:
    """The last messages between the desks, oldest first, as a version before this kept them. It is only read."""

    name: str = CHAT
    messages: tuple[Message, ...] = ()
