"""A call: where it is, where it has been, what is wanted of it, and what is known of its caller."""

from __future__ import annotations

import re
from enum import StrEnum

from msgspec import Struct

from callin.model.stored import stored_as

WAITING_QUEUE = "radio-callin-queue"
READY_QUEUE = "radio-callin-ready"
HELD_QUEUE = "radio-callin-held"
AIR_QUEUE = "radio-callin-air"
QUEUES = (WAITING_QUEUE, READY_QUEUE, HELD_QUEUE, AIR_QUEUE)
"""Twilio's queues. They are created before anyone dials them: a Dial of a queue that does not exist ends at once."""

AIR_DESK = "air"
EXTRA_DESKS = ("air-2", "air-3", "air-4")
"""The further lines of a DJ's console: a desk each, with a leg and a queue of its own. A press chooses each caller that
they take; they never take the next one by themselves."""

AIR_DESKS = (AIR_DESK, *EXTRA_DESKS)
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
    """Whether this names a screener's desk."""
    return desk.startswith(SCREEN_DESK)


def desk_of_air_queue(queue: str) -> str:
    """The air desk that this queue belongs to; empty for any other queue."""
    return next((desk for desk in AIR_DESKS if queue_of(desk) == queue), "")


def is_screen_queue(queue: str) -> bool:
    """Whether this queue belongs to a screener's desk."""
    return queue.startswith(SCREEN_QUEUE)


class Standing(StrEnum):
    """What the station thinks of a caller: nothing yet, welcome, to be careful with, or blocked."""

    NONE = ""
    VIP = "vip"
    WARN = "warn"
    BLOCKED = "blocked"


class Known(Struct, frozen=True):
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
    """The caller that From names: the number, or a listener's browser without the date of its token.

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
    MESSAGE = "message"  # the caller has left the line to record a message
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


class Moment(Struct, frozen=True):
    """The moment when a call entered a stage. The chart of waits is drawn from these."""

    stage: Stage
    at: float


class ReadyCheckAnswer(StrEnum):
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


class Call(Struct, frozen=True):
    """One phone call of one listener, keyed by Twilio's CallSid. Legs are CallSids, empty for none.

    `rules.calls`, `rules.leaving` and `rules.screening` make each new state of it, from Twilio's webhooks, presses and
    Twilio's lists.
    """

    call_sid: str
    number: str  # From as Twilio sent it: E.164, `client:…` for a browser, or any text if it is withheld
    stage: Stage
    moments: tuple[Moment, ...]  # the present stage last

    # The document that the call is in, as far as Twilio has told. An event that carries a lower number is late.
    document_seq: int = stored_as("move", 1)
    documents_issued: int = stored_as("moves", 1)  # one that a REST request sent, and that never arrived, leaves a gap
    queue: str = WAITING_QUEUE  # Twilio's queue into which the document put the call
    queued_at: float = 0.0  # Twilio's own order
    adrift: bool = False  # the fallback document queued it: the caller hears only Twilio's own music

    # The air desks
    air_desk: str = AIR_DESK  # the one that has the call on the air, or last had
    claimed_by: str = ""  # the name of the desk, a screener's too, that takes the call next
    claimed_at: float = 0.0  # 0 if no desk does
    desk_leg: str = ""  # the leg of the studio that has or had the call on the air
    desk_turn: int = 0  # in which of that desk's turns
    bridged: bool = False  # Twilio has proved that the two were connected
    intent: Intent | None = None  # what the studio intends for a caller on the air; None: nothing

    # The place in line
    returned: bool = False  # came back from the air, or from just before it, and is first in line
    placed_at: float = 0.0  # moved by hand: stands as if it had joined then; 0 if it was not moved
    ready_check_answer: ReadyCheckAnswer | None = stored_as("is_ready", None)  # None: not asked yet, or no answer yet
    noticed_at: float = 0.0  # when the caller last heard that they go on the air, and may be broadcast; 0 if never

    # The screener
    cleared: bool = False  # may go on the air in a screened show: made ready, or was on the air before
    ready_at: float = 0.0  # stands among ready callers as if made ready then; 0 if not set
    screener: str = ""  # the name of the screener's desk that speaks with the call or last did
    screener_leg: str = ""
    screener_turn: int = 0  # of the screener's desk
    verdict: Verdict | None = None  # a decision that the caller has not been told yet; None: all are told

    # The caller and the end
    city: str = ""  # to which the number is assigned: a guess at where the caller is
    asking_until: float = 0.0  # the caller may be answering questions, in no queue, until then; 0 if it was not asked
    greeting: str = ""  # what the call was told when it rang: the notice that it may be broadcast is in it
    known: Known | None = None  # what was known of the caller when it rang; None if nothing could be known
    outcome: Outcome | None = None  # None while the call is live
    hung_up: bool = False  # the caller ended the call
    hung_up_on_page: bool = False  # by the button on the page /call: the connection did not break

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
