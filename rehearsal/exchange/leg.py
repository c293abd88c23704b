"""A leg: one call between the network and one person."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from rehearsal.account import new_sid
from rehearsal.behaviour import Behaviour
from rehearsal.clock import Clock, Timer
from rehearsal.exchange.hearing import SILENCE, Beeping, Heard, Mouth, Music, Playing, Ringing, Silence, Speaking
from rehearsal.exchange.interruption import Broken, Ended, Guard, Moved, Step
from rehearsal.exchange.recording import Tape

T = TypeVar("T")

CONFIDENCE = 0.9
"""How sure the network is of what it heard, unless the request says otherwise."""

HEARD_KEPT = 60
"""How many of the newest heard things a leg keeps: 5,000 legs must fit in one process."""

LIVE = ("queued", "ringing", "in-progress")


class Input(Protocol):
    """Where a verb takes the keys and the speech of the person at the leg."""

    def digit(self, digit: str) -> None: ...

    def speech(self, text: str, confidence: float) -> None: ...


class Tie(Protocol):
    """What connects a leg with others: a place in a queue, a waiting Dial, a bridge."""

    def untie(self, leg: Leg) -> None:
        """Release the other side at once."""
        ...


class Ring(Protocol):
    """The Dial that made an outbound leg ring."""

    def answered(self, leg: Leg) -> None: ...

    def ended(self, leg: Leg) -> None: ...


class Device(Protocol):
    """A registered browser, or the browser at the end of a leg; the signalling implements it."""

    @property
    def identity(self) -> str:
        """The identity that its token fixed, without ``client:``."""
        ...

    def invite(self, leg: Leg) -> None:
        """A call for this device: it rings. Answer with ``leg.answer(device)`` or ``leg.refuse("busy")``."""
        ...

    def ended(self, leg: Leg, error: tuple[int, str] | None) -> None:
        """The leg is over, or another device answered it first."""
        ...


class WaitedIn(Protocol):
    """The queue that a leg waits in."""

    friendly_name: str


class Carrier(Protocol):
    """What a leg needs of the network that carries it."""

    clock: Clock
    behaviour: Behaviour

    def end(self, leg: Leg, status: str | None = None) -> None: ...

    def changed(self, leg: Leg) -> None: ...

    def background(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]: ...


@dataclass(frozen=True, slots=True)
class Bridged:
    """Hearing the other leg's voice."""

    leg: Leg


Hearing = Silence | Ringing | Beeping | Playing | Music | Speaking | Bridged


class Leg:
    """One leg of a call.

    A task runs its documents (`rehearsal.documents.session`). Each event from outside, such as a key, a redirect or a
    hang-up, changes the network's state at once, in a plain function, which then calls ``stir``. The task waits in one
    place only, ``until``, which checks that state each time it is stirred: has the leg ended, was it moved, does a
    guard's condition hold. So nothing is delivered twice, late, or to a document that is gone.
    """

    def __init__(
        self,
        network: Carrier,
        from_: str,
        to: str,
        direction: str,
        *,
        parent_sid: str | None = None,
        mouth: Mouth | None = None,
        device: Device | None = None,
    ) -> None:
        self.network = network
        self.sid = new_sid("CA")
        self.from_ = from_
        self.to = to
        self.direction = direction
        """``inbound`` or ``outbound-dial``."""
        self.parent_sid = parent_sid
        self.status = "ringing"
        """Twilio's word: ringing, in-progress, completed, busy, failed, no-answer, canceled."""
        self.started_at = network.clock.now()
        self.answered_at: float | None = None
        self.ended_at: float | None = None
        self.queue: WaitedIn | None = None
        self.heard: deque[Heard] = deque(maxlen=HEARD_KEPT)
        self.hearing: Hearing = SILENCE
        self.mouth = mouth
        self.device = device
        self.devices: list[Device] = []
        """The devices that ring for an outbound leg, until one answers."""
        self.input: Input | None = None
        self.tape: Tape | None = None
        """What takes down the leg's voice, while it is recorded."""
        self.tie: Tie | None = None
        self.ring: Ring | None = None
        self.talked = False
        """Whether it has ever been bridged."""
        self.error: tuple[int, str] | None = None
        """Why the leg failed, for its device: one of the SDK's codes, and a sentence."""
        self.next_step: Step | None = None
        """Where it was sent from outside, until its task goes there."""
        self.fallback: Step | None = None
        """A fallback address of this call's own; None for that of the number or the application."""
        self.guards: list[Guard] = []
        self.documents_in_a_row = 0
        """How many documents it has run since it last heard something or waited."""
        self._waiter: asyncio.Future[None] | None = None
        self._dying: Timer | None = None

    @property
    def live(self) -> bool:
        return self.status in LIVE

    @property
    def bridged_to(self) -> Leg | None:
        """The leg this one talks with, if any."""
        return self.hearing.leg if isinstance(self.hearing, Bridged) else None

    # What the person at this leg does.

    def press(self, digits: str) -> None:
        """Press keys, one after the other; a key is lost if no verb listens."""
        for digit in digits:
            if self.live and digit in "0123456789*#":
                other = self.bridged_to
                if other is not None:
                    other.hears("Digits", digit)
                if self.input is not None:
                    self.input.digit(digit)

    def speak(self, text: str, confidence: float = CONFIDENCE) -> None:
        """Say something: a Gather, a Record or the other leg hears it. ``confidence`` is how sure a Gather is of it."""
        if not self.live:
            return
        if self.bridged_to is not None:
            self.bridged_to.hears("Speech", text)
        elif self.input is not None:
            self.input.speech(text, confidence)

    def hang_up(self) -> None:
        """Put the phone down."""
        self.network.end(self)

    def answer(self, device: Device | None = None) -> None:
        """Pick up a leg that rings; ``device`` is the one that did, of several that rang."""
        if self.status != "ringing" or self.ring is None:
            return
        rang, self.devices = self.devices, []
        self.device = device or (rang[0] if rang else None)
        self.pick_up()
        for other in rang:
            if other is not self.device:
                other.ended(self, None)
        self.ring.answered(self)

    def refuse(self, reason: str = "busy") -> None:
        """Turn down a leg that rings; ``reason`` is its status then: busy, no-answer or failed."""
        if self.status == "ringing" and self.ring is not None:
            self.devices.clear()
            self.network.end(self, reason)

    def network_lost(self) -> None:
        """The device's network vanished: the leg ends after the behaviour’s dead_leg_seconds, unless it comes back."""
        if self.live and self._dying is None:
            self._dying = self.network.clock.call_later(self.network.behaviour.dead_leg_seconds, self.hang_up)

    def network_back(self) -> None:
        """The device has resumed the leg."""
        if self._dying is not None:
            self._dying.cancel()
            self._dying = None

    # What the network does to it.

    def pick_up(self) -> None:
        """The leg is answered."""
        if self.status == "ringing":
            self.status = "in-progress"
            self.answered_at = self.network.clock.now()
            self.network.changed(self)

    def hears(self, verb: str, text: str, hearing: Hearing | None = None) -> None:
        """Note what is heard; ``hearing`` is what sounds from now on, if that changes."""
        self.documents_in_a_row = 0
        self.heard.append(Heard(verb, text, round(self.network.clock.now() - self.started_at, 3)))
        if hearing is not None:
            self.hearing = hearing
        self.network.changed(self)

    def hush(self) -> None:
        """Nothing is heard any more."""
        if self.hearing is not SILENCE:
            self.hearing = SILENCE
            self.network.changed(self)

    def stir(self) -> None:
        """Something changed that its document may wait for."""
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    # Where its task waits.

    def unless(self, condition: Callable[[], bool]) -> Guard:
        """``with leg.unless(condition):`` does its block, or as much of it as is done before the condition holds."""
        return Guard(self.guards, condition)

    async def sleep(self, seconds: float | None) -> None:
        """Wait for ``seconds`` of network time, for ever if None."""
        await self.until(lambda: False, seconds)

    async def until(self, ready: Callable[[], bool], seconds: float | None = None) -> bool:
        """Wait until ``ready()``, at most ``seconds`` of network time; says whether it is. Raises an Interruption."""
        timer = None if seconds is None else self.network.clock.call_later(seconds, self.stir)
        try:
            while True:
                self._look()
                if ready():
                    return True
                if timer is not None and not timer.wanted:
                    return False
                self._waiter = asyncio.get_running_loop().create_future()
                await self._waiter
                if timer is not None:
                    self.documents_in_a_row = 0
        finally:
            self._waiter = None
            if timer is not None:
                timer.cancel()

    async def attend(self, work: Coroutine[Any, Any, T]) -> T:
        """Wait for ``work``. After an interruption the work continues in the background.

        A hang-up does not abort a webhook that is under way: the app still answers it.
        """
        task = self.network.background(work)
        task.add_done_callback(lambda _: self.stir())
        await self.until(task.done)
        return task.result()

    def _look(self) -> None:
        if not self.live:
            raise Ended
        if self.next_step is not None:
            raise Moved
        for guard in self.guards:
            if guard.condition():
                raise Broken(guard)
