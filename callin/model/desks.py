"""A desk: its leg, its turn, what was pressed there, and what Twilio is answered for desks and callers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from callin.model.calls import WAITING_QUEUE, Stage, stored_as


class PressKind(StrEnum):
    """What a person at the desk asked for."""

    NEXT = "next"
    TAKE = "take"
    DROP = "drop"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Press:
    """A button pressed on a page, in one of the desk's turns, by an identity.

    `seen` is the caller that the page showed on the air, empty for nobody. `failed` says that Twilio could not act on
    the press, so that it may be repeated.
    """

    kind: PressKind
    turn: int
    by: str
    at: float
    seen: str = ""
    failed: bool = False


class Document(StrEnum):
    """The three documents of the studio's leg."""

    DIRECT = "direct"
    TAKE = "take"
    IDLE = "idle"


@dataclass(frozen=True, slots=True)
class Desk:
    """A place at the studio with its own call leg.

    `turn` counts the desk's takes, the present one since `began_at`. `document` is what `instructed_leg` was told to do
    in that turn; `request_token` is Twilio's token of the request that began the turn, for Twilio may send a request
    twice. `leg` is the desk's leg by its CallSid and `leg_by` its From. `rival` and `rival_by` are those of a second
    leg that was offered to take over. `ended_legs` are the last few legs that are over: they tell a studio that
    dropped out from one that pressed `*`. `replaced_leg` is the last leg that we ended while it lived, because another
    took over, at `replaced_at`.

    `woken_turn` is the last turn in which a request of ours had the leg ask again, with no caller meant to go.
    `displaced` is a caller that such a request parted from the leg by coming late. `let_go` is the last caller that the
    leg left by itself, which tells a `*`. `dials` is the queue of the line that the direct document dials.

    `on_air` is the caller that Twilio connected to the desk (a screener's too, where nobody else hears them), `claimed`
    the one that it claims since `claimed_at`. `automatic` is auto-advance: when a caller hangs up the next one
    comes. With `idle` nobody comes before Next. `press` is the page's last press that the leg has not followed yet,
    `last_press` the one before.
    """

    name: str
    turn: int = 0
    began_at: float = 0.0
    document: Document = Document.IDLE
    instructed_leg: str = stored_as("told", "")
    leg: str = ""
    leg_by: str = ""
    rival: str = ""
    rival_by: str = ""
    on_air: str = ""
    claimed: str = ""
    claimed_at: float = 0.0
    automatic: bool = False
    idle: bool = False
    press: Press | None = None
    last_press: Press | None = None
    request_token: str = stored_as("asked", "")
    displaced: str = ""
    woken_turn: int = -1
    let_go: str = ""
    replaced_leg: str = stored_as("ousted", "")
    replaced_at: float = stored_as("ousted_at", 0.0)
    dials: str = WAITING_QUEUE
    ended_legs: tuple[str, ...] = stored_as("gone", ())


class Follow(StrEnum):
    """What a caller hears after leaving a queue or after a redirect."""

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

    `sent_home`: the line has closed, the caller is thanked. `is_asked`: they are up next and hear the ready check;
    `is_passed_over`: they did not answer it. `is_astray`: they are in the wrong queue, and leave it to hear what
    follows. `awaits_screener`: they do not go on the air before a screener has spoken with them. `is_coming`: they are
    about to be on the air. `is_wanted`: the DJ waits for them in silence.
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
    """The desk waits in silence until somebody presses Next."""

    turn: int


@dataclass(frozen=True, slots=True)
class Offer:
    """Another leg is the desk's: this one may take over. `failed` says that Twilio failed to do it just now."""

    failed: bool = False


@dataclass(frozen=True, slots=True)
class Over:
    """Another leg has taken over: this one is over."""


DeskDocument = Direct | Take | Idle | Offer | Over
