"""A leg: one call between the network and one person, with all that can befall it while it lasts."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar

from rehearsal.hearing import Bridged, Device, Heard, Hearing, Mouth, Silence
from rehearsal.sids import new_sid

if TYPE_CHECKING:
    from rehearsal.bridge import Bridge
    from rehearsal.clock import Clock
    from rehearsal.queue import Queue

T = TypeVar("T")

HEARD_KEPT = 60
"""So many heard things are kept of a leg, the newest: 5,000 legs must fit in one process."""

LIVE = ("queued", "ringing", "in-progress")


class Interruption(Exception):
    """Something that befalls a leg while its document waits; it is raised where the document waits."""


class Ended(Interruption):
    """The leg is over: nothing more is said or asked on it, but reports may still go out."""


class Listener(Protocol):
    """A verb that listens to the person at the leg."""

    def digit(self, digit: str) -> None: ...

    def speech(self, text: str) -> None: ...


class Tie(Protocol):
    """What binds a leg to others: a place in a queue, a Dial that waits, a bridge."""

    def untie(self, leg: Leg, why: str) -> None:
        """Free the others of this leg, at once; ``why`` is ``ended`` or ``moved``."""
        ...


class Leg:
    """One leg of a call.

    Its task runs its documents (`rehearsal.interpreter`). All that comes from outside, such as a key, a redirect or
    a hang-up, changes the network's state at once and is then delivered by ``interrupt``: it is raised in the task
    at the one place where a task ever waits, ``sleep`` and ``attend``.
    """

    def __init__(
        self,
        clock: Clock,
        from_: str,
        to: str,
        direction: str,
        *,
        changed: Callable[[Leg], None],
        parent_sid: str | None = None,
        mouth: Mouth | None = None,
        device: Device | None = None,
        status: str = "ringing",
    ) -> None:
        self.sid = new_sid("CA")
        self.from_ = from_
        self.to = to
        self.direction = direction
        """``inbound`` or ``outbound-dial``."""
        self.parent_sid = parent_sid
        self.status = status
        """Twilio's word: queued, ringing, in-progress, completed, busy, failed, no-answer, canceled."""
        self.started_at = clock.now()
        self.answered_at: float | None = None
        self.ended_at: float | None = None
        self.queue: Queue | None = None
        self.bridge: Bridge | None = None
        self.heard: deque[Heard] = deque(maxlen=HEARD_KEPT)
        self.hearing: Hearing = Silence()
        self.mouth = mouth
        self.device = device
        self.listener: Listener | None = None
        self.tie: Tie | None = None
        self.error: tuple[int, str] | None = None
        self._clock = clock
        self._changed = changed
        self._letters: deque[Interruption] = deque()
        self._waiter: asyncio.Future[None] | None = None

    @property
    def live(self) -> bool:
        return self.status in LIVE

    @property
    def bridged_to(self) -> Leg | None:
        """The leg this one talks with, if any."""
        return self.hearing.leg if isinstance(self.hearing, Bridged) else None

    # What the person at this leg does.

    def press(self, digits: str) -> None:
        """Press keys, one after the other; a key that nobody listens for is lost."""
        raise NotImplementedError

    def speak(self, text: str) -> None:
        """Say something: a Gather or the other leg hears it."""
        raise NotImplementedError

    def hang_up(self) -> None:
        """Put the phone down."""
        raise NotImplementedError

    def answer(self, device: Device | None = None) -> None:
        """Pick up a leg that rings; ``device`` is the one that did, of several that rang."""
        raise NotImplementedError

    def refuse(self, reason: str = "busy") -> None:
        """Turn down a leg that rings; ``reason`` is its status then: busy, no-answer or failed."""
        raise NotImplementedError

    def network_lost(self) -> None:
        """The device's network vanished: the leg ends after the manner dead_leg_seconds, unless it comes back."""
        raise NotImplementedError

    def network_back(self) -> None:
        """The device has resumed the leg."""
        raise NotImplementedError
