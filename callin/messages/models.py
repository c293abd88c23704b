"""A listener's message as a frozen value, and what the station has set about messages."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar, NamedTuple

from msgspec import Struct

from callin.model import plain
from callin.rules.cards import LONGEST

PREFIX = "m"
"""Every key begins with it: stores find a kind's records by the beginning of their keys."""

_LAST_MILLISECOND = 10**13 - 1
LONGEST_TEXT = 1000


class MessageError(Exception):
    """The message, or how messages are taken, cannot be changed. The text is a sentence."""


class MessageRefusal(StrEnum):
    """Why a listener's message is not taken. The value names the sentence in `callin.words`."""

    FULL = "messages_full"
    ENOUGH = "messages_enough"
    EMPTY = "message_empty"
    TOO_LONG = "message_too_long"
    FIELD_TOO_LONG = "field_too_long"
    NOTE_TOO_LONG = "note_too_long"
    NOTE_NOT_WHOLE = "note_not_whole"


class MessageRefusedError(Exception):
    """A listener's message is not taken. `values` are those that the sentence has a place for."""

    def __init__(self, refusal: MessageRefusal, **values: object) -> None:
        super().__init__(refusal)
        self.refusal = refusal
        self.values = values


class Source(StrEnum):
    """How a message was left: by phone, or on the page `/call` spoken or written."""

    PHONE = "phone"
    VOICE_NOTE = "voice_note"
    TEXT = "text"


SHORTEST_LIMIT, LONGEST_LIMIT = 10, 119
"""The least and the greatest length that a station may set, in seconds. Twilio transcribes what is shorter than 120."""

MOST_DAYS = 3650


class MessageSettings(Struct, frozen=True):
    """What the station has set. `keep_days` is 0 if messages are kept until somebody deletes them.

    Off until an admin switches it on: a station must decide that it records people.
    """

    stored_as: ClassVar[str] = "messagesettings"

    key: str = "messages"
    is_on: bool = False
    longest_seconds: int = 60
    keep_days: int = 30
    is_transcribed: bool = False
    """By Twilio, in US English alone, for a fee."""

    @property
    def problem(self) -> str:
        """What is wrong with the values, as a sentence; empty if nothing."""
        if not SHORTEST_LIMIT <= self.longest_seconds <= LONGEST_LIMIT:
            return f"The longest message must have {SHORTEST_LIMIT} to {LONGEST_LIMIT} seconds."
        if not 0 <= self.keep_days <= MOST_DAYS:
            return f"The days must be a number from 0 to {MOST_DAYS}."
        return ""


class Typed(NamedTuple):
    """What a listener has typed beside a message: each on one line, without control characters."""

    name: str = ""
    place: str = ""
    topic: str = ""

    @classmethod
    def read(cls, texts: Mapping[str, str]) -> Typed:
        """MessageRefusedError for a text that no card could hold."""
        found = cls(*(plain(texts.get(field, "")) for field in cls._fields))
        for field, text in zip(cls._fields, found, strict=True):
            if len(text) > LONGEST[field]:
                raise MessageRefusedError(MessageRefusal.FIELD_TOO_LONG)
        return found


class ListenerMessage(Struct, frozen=True):
    """One message. Its sound is a recording at Twilio, or one of the app's stored sounds; a text has none.

    A deleted message stays, with `deleted_at`, until its sound is gone too: `problem` says why it is not yet. A deleted
    recording then leaves this record for an hour, without a word of the caller's.
    """

    stored_as: ClassVar[str] = "listenermessage"

    key: str
    at: float
    source: Source
    number: str = ""
    """From as Twilio sent it; for a browser the identity that its cookie fixes."""

    call_sid: str = ""
    recording_sid: str = ""
    sound: str = ""
    seconds: int = 0
    transcript: str = ""
    text: str = ""
    name: str = ""
    place: str = ""
    topic: str = ""
    heard_by: str = ""
    heard_at: float = 0.0
    deleted_by: str = ""
    deleted_at: float = 0.0
    problem: str = ""


def new_key(at: float, end: str = "") -> str:
    """A key that sorts the newest message first. `end` is the same for the same message; by default it is random."""
    return f"{PREFIX}{_LAST_MILLISECOND - int(at * 1000):013}-{end or secrets.token_hex(8)}"


def plain_text(text: str) -> str:
    """A stranger's text: its lines, each without control characters. MessageRefusedError if it is empty or too long."""
    lines = [plain(line) for line in text.replace("\r\n", "\n").split("\n")]
    found = "\n".join(lines).strip()
    if not found:
        raise MessageRefusedError(MessageRefusal.EMPTY)
    if len(found) > LONGEST_TEXT:
        raise MessageRefusedError(MessageRefusal.TOO_LONG, most=LONGEST_TEXT)
    return found
