"""What Twilio reports of calls and queues, and of webhooks that did not reach the app."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

ENDED_STATUSES = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
"""Twilio's words for a call that is over. https://www.twilio.com/docs/voice/api/call-resource#call-status-values"""


class Arrival(NamedTuple):
    """A call that rings: its SID, From and To, the greeting that it hears if it is let in, and its number's city."""

    call_sid: str
    number: str
    to: str
    greeting: str = ""
    city: str = ""


class Member(NamedTuple):
    """A call in one of Twilio's queues, as Twilio lists it."""

    call_sid: str
    enqueued_at: float
    wait_seconds: int


class CallState(NamedTuple):
    """A call as Twilio's Calls resource has it. `status` is Twilio's word, `number` its From, `to` its To.

    `started_at` is when it was answered, in seconds since 1970; 0 where Twilio does not say.
    """

    status: str
    number: str
    to: str = ""
    started_at: float = 0.0

    @property
    def over(self) -> bool:
        return self.status in ENDED_STATUSES


class Refusal(StrEnum):
    """What was wrong with the signature of a refused request."""

    MISSING = "missing"
    MALFORMED = "malformed"
    NOT_OURS = "not ours"
    OTHER_ADDRESS = "good for another address"
    WEBHOOK_RULE = "of a Webhook Rule"


@dataclass(frozen=True, slots=True)
class MissedCall:
    """A live call in Twilio's list that no accepted webhook brought.

    `way` is the number that was rung, empty for a call from a browser. `first_listed_at` and `last_listed_at` are when
    Twilio's list showed it. `refusal` says what was wrong with its request, None if no request came. `address` is the
    address that Twilio asked, if the signature fits that one.
    """

    call_sid: str
    way: str
    first_listed_at: float
    last_listed_at: float
    refusal: Refusal | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class MissedCalls:
    """What desks show of calls that did not reach the app: how many, and the likely cause as a sentence.

    It is stored under `key`, with the time `at` when it last held, for the instances that do not read Twilio's lists.
    """

    key: str = "missed"
    at: float = 0.0
    count: int = 0
    cause: str = ""


class Reading(NamedTuple):
    """How the last look at Twilio's lists went: when it last worked, and the problem since then, if any.

    A `permanent` problem does not pass by itself: wrong credentials, for example.
    """

    good_at: float | None = None
    problem: str = ""
    permanent: bool = False
    missed: MissedCalls = MissedCalls()
