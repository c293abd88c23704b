"""Delivers webhooks: at once, late, twice or never, with Twilio's retries; and keeps their clock."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable
from typing import Protocol

from tests.line.conftest import HeldClock
from tests.line.small_twilio.legs import TRIES, Leg, Params, Request
from tests.line.small_twilio.verbs import Address, read
from tests.line.small_twilio.weather import Fate, Killed, Sky

ANSWER_SECONDS = 15.0
"""How long Twilio waits for an answer; here no webhook is later than that either."""

COPY_SECONDS = 4.0
RECONNECT_SECONDS = 1.0
WEBHOOK_SECONDS = 0.02
WEBHOOKS_AT_ONCE = 200
DEEPEST = 2
"""How many webhooks may interrupt the app, one within the other."""


class App(Protocol):
    """What is asked."""

    def answer(self, request: Request) -> str:
        """The document for a webhook."""

    def restart(self) -> None:
        """The process ends and another begins."""


class Post:
    """Everything on its way, and what is due later. `app` is set once it exists."""

    app: App

    def __init__(self, clock: HeldClock, sky: Sky) -> None:
        self.clock = clock
        self.sky = sky
        self.late: list[tuple[object, Callable[[], object]]] = []
        """What is held up until it is let through, or its time is up: what it is, and how to deliver it."""
        self._notes: list[tuple[float, tuple[object, ...]]] = []
        self._began_at = clock.now
        self._soon: deque[Request] = deque()
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._numbered = 0
        self._depth = 0
        sky.meanwhile = self._deliver_meanwhile

    def note(self, *what: object) -> None:
        """Notes an event; it is put into words only when somebody asks for the trace."""
        self._notes.append((self.clock.now - self._began_at, what))

    @property
    def trace(self) -> list[str]:
        """What happened so far, in seconds since it began."""
        return [f"{at:8.2f}  {' '.join(map(str, what))}" for at, what in self._notes]

    def advance(self, seconds: float) -> None:
        """Time passes: what is due is done, in order."""
        until = self.clock.now + seconds
        while self._timers and self._timers[0][0] <= until:
            at, _, act = heapq.heappop(self._timers)
            self.clock.now = max(at, self.clock.now)
            act()
            self.pump()
        self.clock.now = max(until, self.clock.now)

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        self._numbered += 1
        heapq.heappush(self._timers, (self.clock.now + seconds, self._numbered, act))

    def pump(self) -> None:
        """Delivers what is not held up."""
        for _ in range(WEBHOOKS_AT_ONCE):
            if not self._soon:
                return
            self.deliver(self._soon.popleft())
        raise AssertionError("the app and the network run in a circle")

    def postpone(self, what: object, act: Callable[[], object], seconds: float) -> None:
        """Holds it up until it is let through, but at most that many seconds."""
        entry = (what, act)
        self.late.append(entry)

        def due() -> None:
            if entry in self.late:
                self.late.remove(entry)
                act()

        self.after(seconds, due)

    def let_come(self, which: int) -> None:
        """Lets something through that was held up."""
        if self.late:
            what, act = self.late.pop(which % len(self.late))
            self.note("now comes:", what)
            act()

    def do(self, act: Callable[[], object]) -> None:
        """The app does something by itself, or is killed in the middle of it."""
        self._depth += 1
        try:
            act()
        except Killed:
            self.note("the app is killed")
            self.app.restart()
        finally:
            self._depth -= 1

    def deliver(self, request: Request) -> None:
        """The app answers a webhook; its leg goes on with the answer if it still waits for it."""
        self.clock.now += WEBHOOK_SECONDS
        self.note("asked:", request)
        self._depth += 1
        try:
            text = self.app.answer(request)
        except Killed:
            if request.awaited:
                self.after(RECONNECT_SECONDS, lambda: self._timed_out(request))
            if self._depth > 1:
                raise  # the whole process is gone, with what it did around this
            self.note("the app is killed")
            self.app.restart()
            return
        finally:
            self._depth -= 1
        if not request.awaited:
            return
        if request.answer_is_lost:
            self.after(ANSWER_SECONDS, lambda: self._timed_out(request))
            return
        request.leg.asking = None
        if request.answered is not None:
            request.answered(read(text))

    def _deliver_meanwhile(self, which: int) -> None:
        if self._depth > DEEPEST:
            return
        if self._soon:
            index = which % len(self._soon)
            request = self._soon[index]
            del self._soon[index]
            self.note("meanwhile:")
            self.deliver(request)
        elif self.late:
            self.let_come(which)

    def send(self, request: Request) -> None:
        fate = self.sky.fate()
        request.answer_is_lost = fate is Fate.ANSWER_LOST
        if fate is not Fate.NOW:
            self.note(f"{fate.value}:", request)
        if fate is Fate.TWICE:
            copy = request.copy()
            self.postpone(copy, lambda: self.deliver(copy), COPY_SECONDS)
        if fate is Fate.LATE:
            self._hold_up(request)
        elif fate is not Fate.LOST:
            self._soon.append(request)
        elif request.is_request:
            self.after(ANSWER_SECONDS, lambda: self._timed_out(request))

    def _hold_up(self, request: Request) -> None:
        """Delivers it late; a request that is later than Twilio's time limit is also sent again."""
        tries = request.tries
        self.postpone(request, lambda: self.deliver(request), ANSWER_SECONDS - 1)

        def give_up() -> None:
            if request.tries == tries:
                self._timed_out(request)

        if request.is_request:
            self.after(ANSWER_SECONDS, give_up)

    def _timed_out(self, request: Request) -> None:
        if not request.awaited:
            return
        request.tries += 1
        if request.tries < TRIES:
            self.send(request)
            return
        self.note("given up:", request)
        request.leg.asking = None
        if request.failed is not None:
            request.failed()

    def request(self, leg: Leg, where: Address, more: Params) -> Request:
        self._numbered += 1
        standard = (("CallSid", leg.sid), ("From", leg.number), ("To", "+442079460100"), ("CallStatus", leg.status))
        return Request(leg, where.path, (*where.params, *more, *standard), f"token{self._numbered}")
