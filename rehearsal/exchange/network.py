"""The phone network: its numbers, queues and legs, and what may be done to them from outside."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Protocol, TypeVar

from rehearsal.account import Account, Address, ApiKey, Application, PhoneNumber, Refusal, new_sid
from rehearsal.behaviour import Behaviour
from rehearsal.clock import Clock
from rehearsal.exchange.hearing import Mouth
from rehearsal.exchange.interruption import Step
from rehearsal.exchange.leg import Device, Leg
from rehearsal.exchange.queue import Membership, Queue
from rehearsal.exchange.recording import Recording
from rehearsal.faults import Faults

T = TypeVar("T")

MOST_ALERTS = 1000
MOST_LEGS = 20_000
"""Legs that ended are forgotten, the oldest first, above this number."""

LARGEST_QUEUE = 5000
LONGEST_QUEUE_NAME = 64

log = logging.getLogger(__name__)


class Interpreter(Protocol):
    """Runs the documents of calls."""

    def run(self, network: Network, leg: Leg, address: Address, params: Mapping[str, str]) -> Coroutine[Any, Any, None]:
        """Run a leg from its first document to its last report; ``params`` go along in the first request."""
        ...

    def forget(self) -> None:
        """Drop what was fetched for calls that are over."""
        ...

    async def close(self) -> None: ...


class Network:
    """One account's calls. Its methods change it at once; tasks of the legs follow."""

    def __init__(
        self, account: Account, clock: Clock, behaviour: Behaviour, faults: Faults, interpreter: Interpreter
    ) -> None:
        self.account = account
        self.clock = clock
        self.behaviour = behaviour
        self.faults = faults
        self._interpreter = interpreter
        self.queues: dict[str, Queue] = {}
        self.applications: dict[str, Application] = {}
        self.numbers: dict[str, PhoneNumber] = {}
        """By SID; the account's two numbers are in it from the beginning, without an address."""
        self.began_at = clock.now()
        first = ApiKey(account.api_key_sid, account.api_key_secret, "", self.began_at)
        self.keys: dict[str, ApiKey] = {first.sid: first}
        self.legs: dict[str, Leg] = {}
        """By CallSid, oldest first, those that ended too."""
        self.registrations: dict[str, list[Device]] = {}
        """Identity (without ``client:``) to the devices that are registered now."""
        self.recordings: dict[str, Recording] = {}
        """By SID, oldest first."""
        self.alerts: list[dict[str, Any]] = []
        """Newest last: code, message, call_sid, url, at (epoch seconds)."""
        self._watchers: list[Callable[[Leg], None]] = []
        self._tasks: set[asyncio.Task[Any]] = set()
        for number in (account.listener_number, account.dj_number):
            self.add_number(number)

    # Queues.

    def create_queue(self, friendly_name: str, max_size: int = 1000) -> Queue:
        """A new, empty queue; Refusal when the name is taken, or name or size are not allowed."""
        if not 1 <= len(friendly_name) <= LONGEST_QUEUE_NAME:
            raise Refusal(400, 22006, f"A queue's FriendlyName has 1 to {LONGEST_QUEUE_NAME} characters.")
        if not 1 <= max_size <= LARGEST_QUEUE:
            raise Refusal(400, 20001, f"MaxSize is a number from 1 to {LARGEST_QUEUE}.")
        if self.queue_named(friendly_name) is not None:
            raise Refusal(400, 22003, f"A queue called {friendly_name} exists already.")
        queue = Queue(self.clock, new_sid("QU"), friendly_name, max_size)
        self.queues[queue.sid] = queue
        return queue

    def delete_queue(self, sid: str) -> None:
        """Refusal when it does not exist or somebody waits in it."""
        queue = self.queues.get(sid)
        if queue is None:
            raise Refusal(404, 20404, f"The requested resource /Queues/{sid} was not found")
        if queue.members:
            raise Refusal(400, 22002, "The queue is not empty.")
        del self.queues[sid]

    def queue_named(self, friendly_name: str) -> Queue | None:
        """The queue of that name, if there is one."""
        return next((queue for queue in self.queues.values() if queue.friendly_name == friendly_name), None)

    def add_number(self, number: str, *, has_voice: bool = True) -> PhoneNumber:
        """Give the account a number without an address; of one that it already has, change the capability."""
        found = next((one for one in self.numbers.values() if one.phone_number == number), None)
        if found is None:
            sid, now = new_sid("PN"), self.clock.now()
            # As if caller name lookup were switched on: requests have the names of callers from North America.
            found = PhoneNumber(sid, number, number, now, now, voice_caller_id_lookup=True)
            self.numbers[sid] = found
        found.has_voice = has_voice
        return found

    # Calls.

    def ring(
        self,
        from_: str,
        to: str,
        *,
        application_sid: str | None = None,
        params: Mapping[str, str] | None = None,
        mouth: Mouth | None = None,
        device: Device | None = None,
        patience_seconds: float | None = None,
    ) -> Leg:
        """A call comes in, and its task starts.

        To one of the account's numbers, or to an application (a browser: ``from_`` is ``client:IDENTITY``, ``to`` is
        what its parameters say or empty, ``params`` go along in the first request). A caller that is not bridged within
        ``patience_seconds`` hangs up. KeyError when there is no such number or application.
        """
        address = self.applications[application_sid] if application_sid else self._address_of(to)
        leg = Leg(self, from_, to, "inbound", mouth=mouth, device=device)
        self.start(leg, self._interpreter.run(self, leg, address, params or {}))
        if patience_seconds is not None:
            self.clock.call_later(patience_seconds, lambda: None if leg.talked else leg.hang_up())
        return leg

    def start(self, leg: Leg, work: Coroutine[Any, Any, None]) -> None:
        """Take a leg in; ``work`` is its whole life."""
        self.legs[leg.sid] = leg
        if len(self.legs) > MOST_LEGS:
            oldest = next((old for old in self.legs.values() if not old.live), None)
            if oldest is not None:
                del self.legs[oldest.sid]
        task = self.background(work)
        task.add_done_callback(lambda done: self._check(leg, done))
        self.changed(leg)

    def redirect(self, leg: Leg, url: str | None = None, method: str = "POST", twiml: str | None = None) -> None:
        """Send a live leg to another document; Refusal 21220 when it is not live."""
        if not leg.live or (leg.status == "ringing" and leg.direction != "inbound"):
            raise Refusal(400, 21220, "Call is not in-progress. Cannot redirect.")
        leg.next_step = Step(url=url or "", method=method, twiml=twiml)
        self._untie(leg)
        leg.stir()

    def dequeue(self, queue: Queue, leg: Leg, url: str, method: str = "POST") -> Membership:
        """Take a waiting leg out and run the document at ``url`` on it; Refusal when it does not wait there."""
        if leg.sid not in queue.members:
            raise Refusal(404, 20404, "The call does not wait in this queue.")
        member = queue.leave(leg)
        leg.next_step = Step(url=url, method=method)
        leg.stir()
        return member

    def end(self, leg: Leg, status: str | None = None) -> None:
        """Hang a leg up; nothing happens if it has ended already."""
        if not leg.live:
            return
        leg.status = status or ("completed" if leg.status == "in-progress" else "canceled")
        leg.ended_at = self.clock.now()
        self._untie(leg)
        leg.hush()
        leg.network_back()
        devices, leg.devices = [*leg.devices, *([leg.device] if leg.device else [])], []
        for device in devices:
            device.ended(leg, leg.error)
        if leg.ring is not None:
            leg.ring.ended(leg)
        self.changed(leg)
        leg.stir()

    # The whole.

    def watch(self, callback: Callable[[Leg], None]) -> Callable[[], None]:
        """Have ``callback(leg)`` called at each change of a leg; the answer ends that."""
        self._watchers.append(callback)
        return lambda: self._watchers.remove(callback)

    def changed(self, leg: Leg) -> None:
        """Call all watchers."""
        for watcher in self._watchers:
            watcher(leg)

    def alert(self, code: int, message: str, leg: Leg | None = None, url: str = "") -> None:
        """Note what Twilio's debugger would show (https://www.twilio.com/docs/usage/troubleshooting/debugging-tools)."""
        call_sid = leg.sid if leg is not None else ""
        self.alerts.append({"code": code, "message": message, "call_sid": call_sid, "url": url, "at": self.clock.now()})
        del self.alerts[:-MOST_ALERTS]

    def background(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run ``work`` as a task of the network's own."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    async def reset(self) -> None:
        """End all calls, forget them with recordings, alerts, faults and behaviour; the queues stay, empty."""
        self.faults.clear()
        self.behaviour.reset()
        await self._end_all()
        self.legs.clear()
        self.recordings.clear()
        self.alerts.clear()
        self._interpreter.forget()

    async def close(self) -> None:
        """End everything and wait until no task is left."""
        await self._end_all()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._interpreter.close()

    async def _end_all(self, seconds: float = 3.0) -> None:
        for leg in list(self.legs.values()):
            self.end(leg)
        if self._tasks:  # the last reports go out, but an app that is down or slow is not waited for
            await asyncio.wait(self._tasks, timeout=seconds)

    def _address_of(self, phone_number: str) -> Address:
        number = next((number for number in self.numbers.values() if number.phone_number == phone_number), None)
        if number is None:
            raise KeyError(phone_number)
        return self.applications.get(number.voice_application_sid, number)

    def _untie(self, leg: Leg) -> None:
        tie, leg.tie = leg.tie, None
        if tie is not None:
            tie.untie(leg)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # read the exception, or asyncio would log it as never retrieved

    def _check(self, leg: Leg, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log.error("The network failed on call %s", leg.sid, exc_info=error)
            self.alert(0, f"The rehearsal network itself failed: {error!r}", leg)
            self.end(leg, "failed")
