"""A call: where it is, where it has been, what is wanted of it, and what is known of its caller."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

T = TypeVar("T")


def stored_as(name: str, default: T) -> T:
    """A field that documents in the store have under another name, which versions before this one read and write."""
    made: T = field(default=default, metadata={"stored_as": name})
    return made


WAITING_QUEUE = "radio-callin-queue"
READY_QUEUE = "radio-callin-ready"
HELD_QUEUE = "radio-callin-held"
AIR_QUEUE = "radio-callin-air"
QUEUES = (WAITING_QUEUE, READY_QUEUE, HELD_QUEUE, AIR_QUEUE)
"""Twilio's queues. They are created before anyone dials them: a Dial of a queue that does not exist ends at once."""

AIR_DESK = "air"
SCREEN_DESK = "screen-"
"""The prefix of a screener's desk; the voice identity of the screener's browser follows."""

SCREEN_QUEUE = "radio-callin-screen-"
LONGEST_QUEUE_NAME = 64
"""https://www.twilio.com/docs/voice/api/queue-resource"""


def queue_of(desk: str) -> str:
    """Twilio's queue in which a call that a desk claims waits for it.

    Keeps the end of a long identity: the suffix is random, so it stays unique.
    """
    if not is_screen(desk):
        return f"radio-callin-{desk}"
    return SCREEN_QUEUE + desk.removeprefix(SCREEN_DESK)[-(LONGEST_QUEUE_NAME - len(SCREEN_QUEUE)) :]


def is_screen(desk: str) -> bool:
    """Whether it is the name of a screener's desk."""
    return desk.startswith(SCREEN_DESK)


def is_screen_queue(queue: str) -> bool:
    """Whether it is the queue of a screener's desk."""
    return queue.startswith(SCREEN_QUEUE)


class Standing(StrEnum):
    """What the station thinks of a caller: nothing yet, welcome, to be careful with, or blocked."""

    NONE = ""
    VIP = "vip"
    WARN = "warn"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the caller behind a number: how often they called and were aired, and what people noted.

    `name` and `place` are those of the last call. `last_aired_at` is None for a caller that was never aired.
    """

    calls: int = 0
    aired_30_days: int = 0
    last_aired_at: float | None = None
    standing: Standing = Standing.NONE
    name: str = ""
    place: str = ""


_BROWSER = re.compile(r"client:listener_[A-Za-z0-9]{1,40}(?=_[0-9]{1,12}\Z)")


class Denial(StrEnum):
    """Why a call does not join the line. Nothing is stored about it."""

    NUMBER_BUSY = "number_busy"
    BROWSER_BUSY = "browser_busy"
    BROWSER_CALLS_OFF = "browser_calls_off"
    TOKEN_TOO_OLD = "token_too_old"  # noqa: S105 - a reason, no secret


def caller_of(number: str) -> str:
    """The caller, as far as From tells: the number, or a listener's browser without the date of its token.

    >>> caller_of("+447700900123"), caller_of("client:listener_a1_1700000000")
    ('+447700900123', 'client:listener_a1')
    """
    found = _BROWSER.match(number)
    return found[0] if found else number


class Stage(StrEnum):
    """Where a call is."""

    ARRIVING = "arriving"
    WAITING = "waiting"
    SCREENING = "screening"
    READY = "ready"
    HELD = "held"
    ON_AIR = "on_air"
    MESSAGE = "message"
    DONE = "done"


class Outcome(StrEnum):
    """Why a call is done."""

    AIRED = "aired"
    HUNG_UP = "hung_up"
    DROPPED = "dropped"
    LET_GO = "let_go"
    BLOCKED = "blocked"
    LINE_FULL = "line_full"
    LINE_CLOSED = "line_closed"
    LEFT_MESSAGE = "left_message"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Moment:
    """The moment when a call entered a stage. The chart of waits is drawn from these."""

    stage: Stage
    at: float


class Answer(StrEnum):
    """The answer to the ready check: pressed 1, or nothing in time."""

    YES = "yes"
    NO = "no"


class Intent(StrEnum):
    """What the studio intends for the caller on the air. It is stored before anything is done."""

    END = "end"
    DROP = "drop"
    HOLD = "hold"


class Verdict(StrEnum):
    """What a screener decides about a caller."""

    READY = "ready"
    HOLD = "hold"
    BACK = "back"
    LET_GO = "let_go"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Call:
    """One phone call of one listener, keyed by Twilio's CallSid.

    `number` is From as Twilio sent it: E.164, `client:…` for a browser, or any text when it is withheld.

    `document_seq` is the number of the document that the call is in, as far as Twilio has told: an event that carries a
    lower one is late. `documents_issued` counts the documents made for the call: one that a REST request sent, and that
    never arrived, leaves a gap.
    `queue` is the Twilio queue that the document put it into, since `queued_at`, which is Twilio's own order.
    `claimed_by` is the desk that takes the call next, claimed at `claimed_at`. `desk_leg` and `desk_turn` say which leg
    of the studio has or had it on the air, and in which of the desk's turns. `bridged` is set once Twilio has proved
    that. `intent` is what the studio intends for it. `returned` is a caller that came back from the air, or from just
    before it, and is first in line. A call that was moved in line by hand stands as if it had joined at `placed_at`,
    otherwise 0. `is_ready` is the answer to the ready check, None before. `known` is what was known of the caller when
    it rang, None if nothing could be known.

    `cleared` callers may go on the air in a screened show: a screener made them ready, or they were on the air before.
    They stand among ready callers as if made ready at `ready_at`, 0 if not set. `screener` is the screener's desk that
    speaks with the call or last did, with `screener_leg` and `screener_turn`. `verdict` is a screener's decision that
    the call has not been told yet. `adrift` is a caller that the fallback document queued: they hear only Twilio's own
    music there. `hung_up` is set if the caller ended the call. `noticed_at` is when they were last told that
    they may be broadcast, 0 before.
    """

    call_sid: str
    number: str
    stage: Stage
    moments: tuple[Moment, ...]
    document_seq: int = stored_as("move", 1)
    documents_issued: int = stored_as("moves", 1)
    queue: str = WAITING_QUEUE
    queued_at: float = 0.0
    claimed_by: str = ""
    claimed_at: float = 0.0
    desk_leg: str = ""
    desk_turn: int = 0
    bridged: bool = False
    intent: Intent | None = None
    returned: bool = False
    placed_at: float = 0.0
    is_ready: Answer | None = None
    known: Known | None = None
    noticed_at: float = 0.0
    outcome: Outcome | None = None
    cleared: bool = False
    ready_at: float = 0.0
    screener: str = ""
    screener_leg: str = ""
    screener_turn: int = 0
    verdict: Verdict | None = None
    adrift: bool = False
    hung_up: bool = False

    @property
    def joined_at(self) -> float:
        """When the caller joined the line. It never changes, so the total wait never restarts."""
        return self.moments[0].at

    @property
    def changed_at(self) -> float:
        """When the call entered the stage that it is in."""
        return self.moments[-1].at

    @property
    def live(self) -> bool:
        return self.stage is not Stage.DONE

    @property
    def first_aired_at(self) -> float | None:
        """When the caller was first on the air; None for a caller that never was."""
        on_air_at = next((moment.at for moment in self.moments if moment.stage is Stage.ON_AIR), None)
        if self.outcome is Outcome.HUNG_UP and not self.bridged:
            return None  # on the way to the air, and never there
        return self.changed_at if on_air_at is None and self.outcome is Outcome.AIRED else on_air_at

    @property
    def wait_seconds(self) -> float:
        """How long the caller of a call that is over waited, until they were on the air or the call ended."""
        aired_at = self.first_aired_at
        return max(0.0, (self.changed_at if aired_at is None else aired_at) - self.joined_at)

    @property
    def on_air_seconds(self) -> float:
        """How long the caller of a call that is over was on the air, in all."""
        if self.first_aired_at is None:
            return 0.0
        following = zip(self.moments, self.moments[1:], strict=False)
        return sum(after.at - before.at for before, after in following if before.stage is Stage.ON_AIR)
