"""A queue of waiting legs and of the legs that dial it: first come, first served, on both sides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rehearsal.clock import Clock
    from rehearsal.leg import Leg


@dataclass(slots=True, eq=False)
class Membership:
    """A leg's place in a queue."""

    leg: Leg
    enqueued_at: float


class Queue:
    """A queue of the account (https://www.twilio.com/docs/voice/api/queue-resource); times in epoch seconds."""

    def __init__(self, clock: Clock, sid: str, friendly_name: str, max_size: int) -> None:
        self.sid = sid
        self.friendly_name = friendly_name
        self.max_size = max_size
        self.created_at = self.updated_at = clock.now()
        self.members: dict[str, Membership] = {}
        """By CallSid, in the order of arrival."""
        self._clock = clock

    @property
    def current_size(self) -> int:
        return len(self.members)

    @property
    def average_wait_seconds(self) -> int:
        """The mean wait so far of those now waiting, in whole seconds."""
        if not self.members:
            return 0
        now = self._clock.now()
        return int(sum(now - member.enqueued_at for member in self.members.values()) / len(self.members))

    def position(self, call_sid: str) -> int:
        """From 1; KeyError when that call is not in the queue."""
        for position, sid in enumerate(self.members, start=1):
            if sid == call_sid:
                return position
        raise KeyError(call_sid)

    def wait_seconds(self, member: Membership) -> int:
        return int(self._clock.now() - member.enqueued_at)
