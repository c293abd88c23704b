"""A queue of waiting legs and of the Dials that wait for one: first come, first served, on both sides."""

from __future__ import annotations

from typing import Protocol

from rehearsal.clock import Clock
from rehearsal.exchange.bridge import Bridge
from rehearsal.exchange.leg import Leg


class Dialler(Protocol):
    """A Dial that waits for a leg to join the queue."""

    def serve(self, member: Membership) -> None:
        """A member has left the queue for this Dial."""
        ...


class Membership:
    """A leg's place in a queue; it stays readable after the leg has left."""

    __slots__ = ("bridge", "enqueued_at", "left_at", "leg", "method", "queue", "url")

    def __init__(self, queue: Queue, leg: Leg, enqueued_at: float) -> None:
        self.queue = queue
        self.leg = leg
        self.enqueued_at = enqueued_at
        self.left_at: float | None = None
        self.bridge: Bridge | None = None
        """The bridge to the Dial that took it, if one did; ``url`` is what its leg is to hear first."""
        self.url = ""
        self.method = "POST"

    def untie(self, leg: Leg) -> None:
        self.queue.leave(leg)

    @property
    def wait_seconds(self) -> int:
        """The wait so far, or in all, in whole seconds."""
        return self.queue.wait_seconds(self)


class Queue:
    """A queue of the account (https://www.twilio.com/docs/voice/api/queue-resource); times in epoch seconds."""

    def __init__(self, clock: Clock, sid: str, friendly_name: str, max_size: int) -> None:
        self.sid = sid
        self.friendly_name = friendly_name
        self.max_size = max_size
        self.created_at = self.updated_at = clock.now()
        self.members: dict[str, Membership] = {}
        """By CallSid, in the order of arrival."""
        self.diallers: dict[Dialler, None] = {}
        """The Dials that wait, in the order in which they began."""
        self._clock = clock
        self._enqueued_at_sum = 0.0

    @property
    def current_size(self) -> int:
        return len(self.members)

    @property
    def average_wait_seconds(self) -> int:
        """The mean wait so far of those now waiting, in whole seconds."""
        if not self.members:
            return 0
        return max(0, int(self._clock.now() - self._enqueued_at_sum / len(self.members)))

    def position(self, call_sid: str) -> int:
        """From 1; KeyError when that call is not in the queue."""
        if call_sid not in self.members:
            raise KeyError(call_sid)
        return next(position for position, sid in enumerate(self.members, start=1) if sid == call_sid)

    def wait_seconds(self, member: Membership) -> int:
        return int((member.left_at or self._clock.now()) - member.enqueued_at)

    def join(self, leg: Leg) -> Membership:
        """The leg waits here, last; a Dial that waits already takes it at once."""
        member = Membership(self, leg, self._clock.now())
        self.members[leg.sid] = member
        self._enqueued_at_sum += member.enqueued_at
        leg.queue = self
        leg.tie = member
        leg.network.changed(leg)
        self._match()
        return member

    def leave(self, leg: Leg) -> Membership:
        """Remove the leg; KeyError if it does not wait here."""
        member = self.members.pop(leg.sid)
        self._enqueued_at_sum = self._enqueued_at_sum - member.enqueued_at if self.members else 0.0
        member.left_at = self._clock.now()
        leg.queue = None
        leg.tie = None
        leg.network.changed(leg)
        return member

    def dial(self, dialler: Dialler) -> None:
        """Serve the Dial now, or when a leg joins and it is the Dial's turn."""
        self.diallers[dialler] = None
        self._match()

    def give_up(self, dialler: Dialler) -> None:
        """Stop waiting."""
        self.diallers.pop(dialler, None)

    def _match(self) -> None:
        while self.members and self.diallers:
            dialler = next(iter(self.diallers))
            del self.diallers[dialler]
            dialler.serve(self.leave(next(iter(self.members.values())).leg))
