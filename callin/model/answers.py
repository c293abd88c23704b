"""What the line answers when Twilio asks: what a caller hears, where they stand, what a desk's leg does."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from callin.model.calls import Stage
from callin.model.queues import WAITING_QUEUE


class Follow(StrEnum):
    """What a caller hears after leaving a queue, or when a document of theirs is asked for anew."""

    THANK = "thank"
    QUEUE_AGAIN = "queue_again"
    QUEUE_FULL = "queue_full"
    CLOSED = "closed"
    ONE_MOMENT = "one_moment"
    HOLD = "hold"
    READY = "ready"
    PARK = "park"
    BACK = "back"
    ASK_AGAIN = "ask_again"
    NOTHING = "nothing"


class Place(NamedTuple):
    """A caller's place in the line. `position` counts from 1 and is None for a call that is not in line.

    `sent_home` says that the line has closed: the caller is thanked. `is_asked` that they are to say whether they are
    ready, for they are up next; `is_passed_over` that they have not said so when asked. `is_astray` is a caller who is
    to leave the queue and hear what follows, for it is not the one where they belong. `awaits_screener` is one who does
    not go on the air before a screener has spoken with them, wherever they stand. `is_coming` is one whom the DJ is
    about to have; `is_wanted` one for whom the DJ waits, in silence.
    """

    position: int | None
    size: int
    wait_seconds: int
    average_wait_seconds: int
    stage: Stage | None
    sent_home: bool = False
    is_asked: bool = False
    is_passed_over: bool = False
    is_astray: bool = False
    awaits_screener: bool = False
    is_coming: bool = False
    is_wanted: bool = False


@dataclass(frozen=True, slots=True)
class Direct:
    """The desk dials a queue of the line itself: first come, first served."""

    turn: int
    queue: str = WAITING_QUEUE


@dataclass(frozen=True, slots=True)
class Take:
    """The desk dials the air queue, where one caller waits for it alone. It hears the `whisper` before, if any."""

    turn: int
    call_sid: str
    whisper: str = ""


@dataclass(frozen=True, slots=True)
class Idle:
    """The desk waits, in silence, until somebody presses Next."""

    turn: int


@dataclass(frozen=True, slots=True)
class Offer:
    """Another leg is the desk: this one may take over. `failed` says that it was tried and Twilio did not do it."""

    failed: bool = False


@dataclass(frozen=True, slots=True)
class Over:
    """The leg is the desk no more: another has taken over."""


DeskDocument = Direct | Take | Idle | Offer | Over
