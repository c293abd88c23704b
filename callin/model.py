"""The words of the line as plain frozen values: they hold facts and decide nothing.

Every time is in seconds since 1970 (UTC), as a float; every duration is in seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

WAITING_QUEUE = "radio-callin-queue"
READY_QUEUE = "radio-callin-ready"
HELD_QUEUE = "radio-callin-held"
AIR_QUEUE = "radio-callin-air"
QUEUES = (WAITING_QUEUE, READY_QUEUE, HELD_QUEUE, AIR_QUEUE)
"""Twilio's queues. They are created before anyone dials them: a Dial of a queue that does not exist ends at once."""

AIR_DESK = "air"
SCREEN_DESK = "screen-"
"""What the name of a screener's desk begins with; the voice identity of the screener's browser follows."""

SCREEN_QUEUE = "radio-callin-screen-"
LONGEST_QUEUE_NAME = 64
"""https://www.twilio.com/docs/voice/api/queue-resource"""

ON_NOW = "show"
"""The show that is on: the key of its record."""

CHAT = "chat"
"""The desks' talk: the key of its record."""

ENDED_STATUSES = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
"""Twilio's words for a call that is over. https://www.twilio.com/docs/voice/api/call-resource#call-status-values"""


def queue_of(desk: str) -> str:
    """Twilio's queue in which whoever is promised to a desk waits for it alone.

    Of a long identity the end is enough: it was drawn by lot.
    """
    if not is_screen(desk):
        return f"radio-callin-{desk}"
    return SCREEN_QUEUE + desk.removeprefix(SCREEN_DESK)[-(LONGEST_QUEUE_NAME - len(SCREEN_QUEUE)) :]


def is_screen(desk: str) -> bool:
    """Whether that is the name of a screener's desk."""
    return desk.startswith(SCREEN_DESK)


def is_screen_queue(queue: str) -> bool:
    """Whether that is the queue of a screener's desk."""
    return queue.startswith(SCREEN_QUEUE)


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


class Answer(StrEnum):
    """What a caller said when asked whether they are ready: pressed 1, or nothing in time."""

    YES = "yes"
    NO = "no"


class Intent(StrEnum):
    """What the studio wants of the caller it has on the air: recorded before anything is done about it."""

    END = "end"
    DROP = "drop"
    HOLD = "hold"


class Standing(StrEnum):
    """What the station thinks of a caller: nothing yet, welcome, to be careful with, or not to be let in."""

    NONE = ""
    VIP = "vip"
    WARN = "warn"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the caller behind a number: how often they called before, were aired, and what people noted.

    `name` and `place` are those of whoever called last from there. `last_aired_at` is None for one who never was.
    """

    calls: int = 0
    aired_30_days: int = 0
    last_aired_at: float | None = None
    standing: Standing = Standing.NONE
    name: str = ""
    place: str = ""


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

    `move` is the document that the call is in, as far as Twilio has told: an event that carries an older one is late.
    `moves` is how many were handed out: one that was sent by REST and never arrived leaves a gap.
    `queue` is the Twilio queue that the document put it into, `queued_at` since when: Twilio's own order.
    `claimed_by` is the desk that means to take the call next, since `claimed_at`.
    `desk_leg` and `desk_turn` say which leg of the studio has or had it on the air, and in which of the desk's turns.
    `bridged` is set once Twilio has proved that it was. `intent` is what the studio wants of it.
    `returned` is a caller who was on the air or nearly so and came back: first in line. `placed_at` is the moment of
    joining whose place the call was given by hand, 0 where it has its own. `is_ready` is the answer to the ready check,
    None before it. `known` is what was known of the caller when it rang: None without a number, or without an answer.

    `cleared` callers may go on the air in a screened show: a screener made them ready, or they were on the air already.
    `ready_at` is the moment whose place they have among those who are ready, 0 where none was given. `screener` is the
    screener's desk that speaks with the call or last spoke with it, by which leg and in which turn. `verdict` is what a
    screener has decided, until the call has been told.
    `adrift` is a caller whom the fallback document queued, with Twilio's own music: they hear nothing new there.
    `noticed_at` is when they were last told that they are about to be on the air, and may be broadcast; 0 before.
    """

    call_sid: str
    number: str
    stage: Stage
    moments: tuple[Moment, ...]
    move: int = 1
    moves: int = 1
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


class PressKind(StrEnum):
    """What a person at the desk asked for."""

    NEXT = "next"
    TAKE = "take"
    DROP = "drop"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Press:
    """A button pressed on a page, in one of the desk's turns, by an identity.

    `seen` is the caller whom the page had on the air then, empty for nobody; `failed` that Twilio could not be asked
    to act on it, so that it may be pressed again.
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

    `turn` counts its takes; `document` is what the leg `told` was last told to do, in that turn. `leg` is the desk's
    leg by its CallSid and `leg_by` its From; `rival` and `rival_by` are those of a second leg, which was offered to
    take over. `gone` are the last few legs that are over: that is how a studio that dropped out is told from one that
    pressed `*`. `asked` is Twilio's token of the question that began the turn: the same question may come twice.
    `woken_turn` is the last turn from which a request of ours told the leg to go on, with no caller meant to go;
    `displaced` is a caller from under whom the desk's leg was moved by a request of ours that came late: nobody wanted
    them gone. `dials` is the queue of the line that the direct document dials.

    `on_air` is the caller whom Twilio connected to it (to a screener's desk too, where nobody else hears them),
    `claimed` the one who is promised to it since `claimed_at`.
    `automatic` says that callers follow each other by themselves; `idle` that, all the same, nobody is to come until
    Next is pressed. `press` is the page's last press that the leg has not yet followed, `last_press` the one before.
    """

    name: str
    turn: int = 0
    document: Document = Document.IDLE
    told: str = ""
    leg: str = ""
    leg_by: str = ""
    rival: str = ""
    rival_by: str = ""
    on_air: str = ""
    claimed: str = ""
    claimed_at: float = 0.0
    automatic: bool = True
    idle: bool = False
    press: Press | None = None
    last_press: Press | None = None
    asked: str = ""
    displaced: str = ""
    woken_turn: int = 0
    dials: str = WAITING_QUEUE
    gone: tuple[str, ...] = ()


class Opening(StrEnum):
    """Whether the line takes calls: all, none but those who wait already, or none at all."""

    OPEN = "open"
    LAST_CALLS = "last_calls"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Show:
    """What holds for the whole line: whether it is open, since when, and how many may wait (0: as many as call).

    With `ready_check` whoever is up next is asked to turn the radio down and press 1; who does not is passed over.
    Of a `screened` show only callers whom a screener made ready go on the air. With `whisper` the DJ, and nobody else,
    hears who is coming just before they are on.
    """

    name: str = ON_NOW
    opening: Opening = Opening.OPEN
    opening_since: float = 0.0
    most_callers: int = 0
    ready_check: bool = False
    screened: bool = False
    whisper: bool = False


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
    """What somebody at a desk said to the other desks. `number` counts all that was ever said."""

    number: int
    at: float
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Chat:
    """The last messages between the desks, oldest first."""

    name: str = CHAT
    messages: tuple[Message, ...] = ()


class Arrival(NamedTuple):
    """What Twilio says of a call that rings: its SID, From and To."""

    call_sid: str
    number: str
    to: str


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


class Reading(NamedTuple):
    """How the last look at Twilio's member list went: when it last worked and what was wrong since, if anything."""

    good_at: float | None = None
    problem: str = ""


class Member(NamedTuple):
    """A call in one of Twilio's queues, as Twilio lists it."""

    call_sid: str
    enqueued_at: float
    wait_seconds: int


class CallState(NamedTuple):
    """A call as Twilio's Calls resource has it. `status` is Twilio's word, `number` its From."""

    status: str
    number: str

    @property
    def over(self) -> bool:
        return self.status in ENDED_STATUSES
