"""The words of the line as plain frozen values: they hold facts and decide nothing.

Every time is in seconds since 1970 (UTC), as a float; every duration is in seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

WAITING_QUEUE = "radio-callin-queue"
READY_QUEUE = "radio-callin-ready"
HELD_QUEUE = "radio-callin-held"
AIR_QUEUE = "radio-callin-air"
QUEUES = (WAITING_QUEUE, READY_QUEUE, HELD_QUEUE, AIR_QUEUE)
"""Twilio's queues. They are created before anyone dials them: a Dial of a queue that does not exist ends at once."""

AIR_DESK = "air"


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
    """A call entered a stage: the chart of waits is drawn from these."""

    stage: Stage
    at: float


@dataclass(frozen=True, slots=True)
class Call:
    """One phone call of one listener, keyed by Twilio's CallSid.

    `number` is From as Twilio sent it: E.164, `client:…` for a browser, or any text when it is withheld.
    `move` counts the documents this call was sent to: an event that carries an older one is late.
    `queue` is the Twilio queue it was last sent to. `desk_leg` and `desk_turn` say which leg of the studio
    has or had it on the air, and in which of the desk's turns. `bridged` is set once Twilio has proved that it was.
    """

    call_sid: str
    number: str
    stage: Stage
    moments: tuple[Moment, ...]
    move: int = 1
    queue: str = WAITING_QUEUE
    desk_leg: str = ""
    desk_turn: int = 0
    bridged: bool = False
    outcome: Outcome | None = None

    @property
    def joined_at(self) -> float:
        """When the caller joined the line. It never changes, so neither does the total wait start again."""
        return self.moments[0].at

    @property
    def changed_at(self) -> float:
        """When the call entered the stage that it is in."""
        return self.moments[-1].at

    @property
    def live(self) -> bool:
        return self.stage is not Stage.DONE


@dataclass(frozen=True, slots=True)
class Desk:
    """A place at the studio with its own call leg.

    `turn` counts its takes. `call_sid` is the caller it has on the air or has been promised. `gone` are the last
    few legs that Twilio reported ended: that is how a studio that dropped out is told from one that pressed `*`.
    """

    name: str
    turn: int = 0
    leg: str = ""
    call_sid: str = ""
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrival:
    """What Twilio says of a call that rings: its SID, From and To."""

    call_sid: str
    number: str
    to: str


class Follow(StrEnum):
    """What a caller hears after leaving a queue."""

    THANK = "thank"
    QUEUE_AGAIN = "queue_again"
    QUEUE_FULL = "queue_full"
    ONE_MOMENT = "one_moment"
    ASK_AGAIN = "ask_again"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Direct:
    """The desk dials the line's queue itself: first come, first served."""

    turn: int


@dataclass(frozen=True, slots=True)
class Take:
    """The desk dials the air queue, where one caller waits for it alone."""

    turn: int
    call_sid: str


DeskDocument = Direct | Take


@dataclass(frozen=True, slots=True)
class Place:
    """A caller's place in the line. `position` counts from 1 and is None for a call that is not in line."""

    position: int | None
    size: int
    wait_seconds: int
    average_wait_seconds: int
    stage: Stage | None
    move: int


@dataclass(frozen=True, slots=True)
class Row:
    """One call as a dashboard shows it. The number is masked to its last three digits."""

    call_sid: str
    position: int | None
    stage: Stage
    wait_seconds: int
    on_air_seconds: int | None
    number: str


@dataclass(frozen=True, slots=True)
class Reading:
    """How the last look at Twilio's member list went: when it last worked and what was wrong since, if anything."""

    good_at: float | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The line at one moment: its first calls in order, those on the air before all, and how many more there are."""

    current_size: int
    average_wait_seconds: int
    calls: tuple[Row, ...]
    more: int
    twilio_ok: bool
    twilio_age_seconds: int | None
    problem: str


@dataclass(frozen=True, slots=True)
class Member:
    """A call in one of Twilio's queues, as Twilio lists it."""

    call_sid: str
    enqueued_at: float
    wait_seconds: int


@dataclass(frozen=True, slots=True)
class CallState:
    """A call as Twilio's Calls resource has it. `status` is Twilio's word, `number` its From."""

    status: str
    number: str
