"""A desk: its leg, its turn, what was pressed there, and what its leg is told to do."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from callin.model.calls import WAITING_QUEUE
from callin.model.stored import stored_as


class PressKind(StrEnum):
    """What a person at the desk asked for."""

    NEXT = "next"
    TAKE = "take"
    DROP = "drop"
    HOLD = "hold"


class Press(Struct, frozen=True):
    """A button pressed on a page, in one of the desk's turns."""

    kind: PressKind
    turn: int  # the desk's turn that the page showed
    by: str  # the voice identity of the browser
    at: float
    shown: str = stored_as("seen", "")  # the caller that the page showed on the air; empty for nobody
    failed: bool = False  # Twilio could not act on it, so it may be repeated


class InstructionKind(StrEnum):
    """What a desk's leg was told to do in a turn. See the classes of `Instruction`, which each stand for one."""

    DIAL_LINE = "direct"
    DIAL_CALLER = "take"
    WAIT = "idle"


class Desk(Struct, frozen=True):
    """A place at the studio with its own call leg. Legs and callers are CallSids, empty for none.

    A request of the leg begins a turn. Pages write the press, Twilio's reports write who is on the air and which legs
    ended, and a claim is written by whatever brings a caller: a press, a request of the leg, or a caller coming back.
    """

    name: str

    # The turn
    turn: int = 0  # counts the desk's turns
    began_at: float = 0.0  # when the turn began
    instruction: InstructionKind = stored_as("document", InstructionKind.WAIT)  # what the leg does in this turn
    instructed_leg: str = stored_as("told", "")  # the leg that was told: a new `leg` is told by its first request
    request_token: str = stored_as("asked", "")  # Twilio's token of that request, which it may send twice
    dials: str = WAITING_QUEUE  # the queue that DIAL_LINE dials
    woken_turn: int = -1  # the last turn in which our own REST request had the leg ask again: it let no caller go

    # The legs
    leg: str = ""  # the desk's own
    leg_by: str = ""  # its From
    rival: str = ""  # a second leg, which was offered to take over
    rival_by: str = ""  # its From
    asked_at: float = 0.0  # when the rival asked to take over; 0 if it waits for no answer
    refused_by: str = ""  # the From of the last rival that was refused
    refused_at: float = 0.0  # when; 0 if nobody was
    ended_legs: tuple[str, ...] = stored_as("gone", ())  # the last few: they tell a lost leg from one that pressed `*`
    replaced_leg: str = stored_as("ousted", "")  # the last leg that we ended while it lived, for another to take over
    replaced_at: float = stored_as("ousted_at", 0.0)

    # The callers
    on_air: str = ""  # the caller that Twilio connected to the leg, at a screener's desk too
    claimed: str = ""  # the caller that is to come next
    claimed_at: float = 0.0  # 0 if nobody is claimed
    displaced: str = ""  # a caller that a late REST request of ours parted from the leg
    let_go: str = ""  # the last caller that the leg left by itself, which means `*`

    # What people set
    automatic: bool = False  # auto-advance: when a caller hangs up, the next one comes
    automatic_at: float = 0.0  # when a person or the schedule set it; 0 without a schedule
    paused: bool = stored_as("idle", False)  # nobody comes until Next
    press: Press | None = None  # the last press on a page, until the leg follows it
    last_press: Press | None = None  # the last press that the leg followed
    mute_presses: int = 0  # from outside the tab: the page that has the leg switches its microphone at each
    mute_set: str = ""  # the last state that was asked for by name, "on" or "off"
    mute_set_at: int = 0  # by which of these presses
    recording_leg: str = ""  # the leg whose page records; once the desk has another leg, or none, nobody records
    recording_since: float = 0.0


LEAST_DIAL_SECONDS, MOST_DIAL_SECONDS = 5, 20
"""How long a desk's leg dials a queue of the line; 5 is the least that Twilio takes."""


class DialLine(Struct, frozen=True):
    """The leg dials a queue of the line itself: first come, first served."""

    turn: int
    queue: str = WAITING_QUEUE
    seconds: int = MOST_DIAL_SECONDS


class DialCaller(Struct, frozen=True):
    """The leg dials the desk's own queue, where one caller waits alone. It hears the `whisper` before.

    An empty whisper is for a caller that nothing is known about; None is for a show without whispers.
    """

    turn: int
    call_sid: str
    whisper: str | None = None


class WaitInSilence(Struct, frozen=True):
    """The leg waits in silence until it is woken, or `*` is pressed."""

    turn: int


class OfferTakeover(Struct, frozen=True):
    """Another leg is the desk's: this one may ask to take over.

    `failed` says that Twilio failed to do it just now. `wait_seconds` is how long the answer may take, 0 if nobody was
    asked. `refused`: the answer was no.
    """

    failed: bool = False
    wait_seconds: int = 0
    refused: bool = False


class HangUp(Struct, frozen=True):
    """Another leg has taken over: this one is over."""


Instruction = DialLine | DialCaller | WaitInSilence | OfferTakeover | HangUp
"""What a desk's leg is told to do; `twiml.desks` makes the document."""
