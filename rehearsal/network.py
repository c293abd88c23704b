"""The phone network: its numbers, queues and legs, and what may be done to them from outside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from rehearsal.addresses import Address as Address
from rehearsal.addresses import Application, PhoneNumber
from rehearsal.clock import Clock
from rehearsal.faults import Faults
from rehearsal.hearing import Device, Mouth
from rehearsal.leg import Leg
from rehearsal.manners import Manners
from rehearsal.queue import Membership, Queue
from rehearsal.refusal import Refusal as Refusal

if TYPE_CHECKING:
    from rehearsal.account import Account
    from rehearsal.webhooks import Webhooks


class Network:
    """One account's calls. Its methods change it at once; tasks of the legs follow."""

    def __init__(self, account: Account, clock: Clock, webhooks: Webhooks, manners: Manners, faults: Faults) -> None:
        self.account = account
        self.clock = clock
        self.webhooks = webhooks
        self.manners = manners
        """Frozen: set a new one, ``network.manners = network.manners.changed({...})``."""
        self.faults = faults
        self.queues: dict[str, Queue] = {}
        self.applications: dict[str, Application] = {}
        self.numbers: dict[str, PhoneNumber] = {}
        self.legs: dict[str, Leg] = {}
        """By CallSid, oldest first, those that ended too."""
        self.registrations: dict[str, list[Device]] = {}
        """Identity (without ``client:``) to the devices that are registered now."""
        self.alerts: list[dict[str, Any]] = []
        """Newest last, the last 1,000: code, message, call_sid, url, at (epoch seconds)."""
        self._watchers: list[Callable[[Leg], None]] = []

    def watch(self, callback: Callable[[Leg], None]) -> Callable[[], None]:
        """Have ``callback(leg)`` called at each change of a leg; the answer ends that."""
        self._watchers.append(callback)
        return lambda: self._watchers.remove(callback)

    def create_queue(self, friendly_name: str, max_size: int = 1000) -> Queue:
        """A new, empty queue; Refusal when the name is taken, or name or size are not allowed."""
        raise NotImplementedError

    def delete_queue(self, sid: str) -> None:
        """Refusal when it does not exist or somebody waits in it."""
        raise NotImplementedError

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
        what its parameters say or empty, ``params`` go along in the first request). Who has not been bridged after
        ``patience_seconds`` hangs up. KeyError when there is no such number or application.
        """
        raise NotImplementedError

    def redirect(self, leg: Leg, url: str | None = None, method: str = "POST", twiml: str | None = None) -> None:
        """Send a live leg to another document; Refusal 21220 when it is not live."""
        raise NotImplementedError

    def dequeue(self, queue: Queue, which: Leg | Literal["front"], url: str, method: str = "POST") -> Membership:
        """Take a waiting leg out and run the document at ``url`` on it; Refusal when it does not wait there."""
        raise NotImplementedError

    def end(self, leg: Leg) -> None:
        """Hang a leg up from the network's side; nothing happens to one that is over."""
        raise NotImplementedError

    async def reset(self) -> None:
        """End all calls, empty and keep the queues, forget alerts, faults and manners."""
        raise NotImplementedError

    async def close(self) -> None:
        """End everything and wait until no task is left."""
        raise NotImplementedError
