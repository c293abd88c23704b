"""A desk: its leg, its turn, what it was told to do, and what was pressed there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from callin.model.queues import WAITING_QUEUE


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

    `turn` counts its takes, the present one since `began_at`; `document` is what the leg `told` was last told to do,
    in that turn. `leg` is the desk's leg by its CallSid and `leg_by` its From; `rival` and `rival_by` are those of a
    second leg, which was offered to take over. `gone` are the last few legs that are over: that is how a studio that
    dropped out is told from one that pressed `*`. `asked` is Twilio's token of the question that began the turn: the
    same question may come twice.
    `woken_turn` is the last turn from which a request of ours told the leg to go on, with no caller meant to go;
    `displaced` is a caller from under whom the desk's leg was moved by a request of ours that came late: nobody wanted
    them gone. `let_go` is the last caller from whom the leg went on by itself, which is how a `*` is known, and
    `ousted` the last leg that we ended while it lived, since `ousted_at`, for another took over. `dials` is the queue
    of the line that the direct document dials.

    `on_air` is the caller whom Twilio connected to it (to a screener's desk too, where nobody else hears them),
    `claimed` the one who is promised to it since `claimed_at`.
    `automatic` says that callers follow each other by themselves; `idle` that, all the same, nobody is to come until
    Next is pressed. `press` is the page's last press that the leg has not yet followed, `last_press` the one before.
    """

    name: str
    turn: int = 0
    began_at: float = 0.0
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
    woken_turn: int = -1
    let_go: str = ""
    ousted: str = ""
    ousted_at: float = 0.0
    dials: str = WAITING_QUEUE
    gone: tuple[str, ...] = ()
