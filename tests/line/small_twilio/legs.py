"""What the network in miniature is made of: legs, bridges, and the requests that it sends to the app."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from callin.model import AIR_DESK
from tests.line.small_twilio.verbs import Dial, Enqueue, Gather, Verb

Params = tuple[tuple[str, str], ...]

TRIES = 3
"""A request for TwiML is sent up to three times, because our addresses say so."""

CONNECTED = ("bridged", "redirected-from-bridged")
"""Results of a queue that say that the caller was connected with somebody."""


@dataclass(eq=False)
class Request:
    """A webhook. `answered` and `failed` go on with the leg; a report, and a copy, has neither."""

    leg: Leg
    path: str
    params: Params
    token: str
    answered: Callable[[tuple[Verb, ...]], None] | None = None
    failed: Callable[[], None] | None = None
    tries: int = 0
    answer_is_lost: bool = False

    @property
    def is_request(self) -> bool:
        return self.answered is not None

    @property
    def proves_airing(self) -> bool:
        """Whether it says that the caller was on the air."""
        params = dict(self.params)
        return params.get("QueueResult") in CONNECTED and "screening" not in params

    @property
    def awaited(self) -> bool:
        """Whether the leg still waits for the answer."""
        return self.is_request and self.leg.asking is self

    def copy(self) -> Request:
        return Request(self.leg, self.path, self.params, self.token)

    def __str__(self) -> str:
        return f"{self.leg.sid} {self.path} " + " ".join(f"{name}={value}" for name, value in self.params)


@dataclass(eq=False)
class Leg:
    """A call: a listener's, or the studio's. What it is doing is at most one of the fields below.

    `line` is the air desk that a DJ's browser chose for it. `fallback` is the document that it gets where the app does
    not answer, empty for the studio's at that time. `epoch` rises when that changes: a timer of an older epoch is over.
    """

    sid: str
    number: str
    at_desk: bool
    fallback: str
    line: str = AIR_DESK
    status: str = "in-progress"
    epoch: int = 0
    verbs: list[Verb] = field(default_factory=list)
    asking: Request | None = None
    waits: Enqueue | None = None
    queued_at: float = 0.0
    dials: Dial | None = None
    gathers: Gather | None = None
    bridge: Bridge | None = None

    @property
    def live(self) -> bool:
        return self.status == "in-progress"

    @property
    def queue(self) -> str:
        """The queue that it is in; empty for none."""
        return self.waits.queue if self.waits and not self.bridge else ""

    @property
    def at_screener(self) -> bool:
        """Whether it is the leg of a screener's browser."""
        return self.number.startswith("client:screener_")

    def is_bridged(self) -> bool:
        return self.bridge is not None and self.bridge.joined


@dataclass(eq=False)
class Bridge:
    """The studio's leg and a caller's, being connected or, once `joined`, talking."""

    desk: Leg
    caller: Leg
    joined: bool = False
    told: bool = False
    """Whether the app has heard of it."""
