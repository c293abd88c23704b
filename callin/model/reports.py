"""What Twilio says of calls and of who is in its queues."""

from __future__ import annotations

from typing import NamedTuple

ENDED_STATUSES = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
"""Twilio's words for a call that is over. https://www.twilio.com/docs/voice/api/call-resource#call-status-values"""


class Arrival(NamedTuple):
    """What Twilio says of a call that rings: its SID, From and To."""

    call_sid: str
    number: str
    to: str


class Member(NamedTuple):
    """A call in one of Twilio's queues, as Twilio lists it."""

    call_sid: str
    enqueued_at: float
    wait_seconds: int


class CallState(NamedTuple):
    """A call as Twilio's Calls resource has it. `status` is Twilio's word, `number` its From."""

    status: str
    number: str

    @property
    def over(self) -> bool:
        return self.status in ENDED_STATUSES


class Reading(NamedTuple):
    """How the last look at Twilio's member list went: when it last worked and what was wrong since, if anything."""

    good_at: float | None = None
    problem: str = ""
