"""Twilio's side: what a station's things are called there, and what Twilio reports of calls, queues and webhooks."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

DEFAULT_PREFIX = "radio-callin"
CLIENT = "client:"
OTHERS = "client:other-"
"""The prefix given to browsers of another station. Identities have no hyphen, so none of these looks like ours."""


class StationNames(Struct, frozen=True):
    """The names of one station, by its STATION_PREFIX.

    >>> staging = StationNames("staging")
    >>> staging.queue("radio-callin-ready"), staging.file("/static/twiml/fallback.xml")
    ('staging-ready', '/static/twiml/staging-fallback.xml')
    >>> staging.identity("dj_anna_a1"), staging.caller("client:staging_dj_anna_a1"), staging.caller("client:dj_anna_a1")
    ('staging_dj_anna_a1', 'client:dj_anna_a1', 'client:other-dj_anna_a1')
    """

    prefix: str = DEFAULT_PREFIX

    @property
    def is_default(self) -> bool:
        return self.prefix == DEFAULT_PREFIX

    def queue(self, name: str) -> str:
        """Twilio's name of a queue."""
        return self.prefix + name.removeprefix(DEFAULT_PREFIX)

    def file(self, path: str) -> str:
        """The path of a fallback document, which names this station's queues."""
        folder, _, name = path.rpartition("/")
        return path if self.is_default else f"{folder}/{self.prefix}-{name}"

    def fallback(self, document: str) -> str:
        """The default station's fallback document with this station's queues."""
        return document.replace(f">{DEFAULT_PREFIX}-", f">{self.prefix}-")

    def title(self, name: str) -> str:
        """The name of an application or a key in Twilio's console."""
        return name if self.is_default else f"{name} ({self.prefix})"

    def identity(self, identity: str) -> str:
        """A browser's identity, as its token has it."""
        return identity if self.is_default else f"{self.prefix}_{identity}"

    def caller(self, sent: str) -> str:
        """Twilio's From as the app knows it: a browser of another station gets the prefix OTHERS."""
        if self.is_default or not sent.startswith(CLIENT):
            return sent
        own = f"{CLIENT}{self.prefix}_"
        return CLIENT + sent.removeprefix(own) if sent.startswith(own) else OTHERS + sent.removeprefix(CLIENT)


ENDED_STATUSES = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
"""Twilio's words for a call that is over. https://www.twilio.com/docs/voice/api/call-resource#call-status-values"""


class Arrival(Struct, frozen=True):
    """A call that rings: its SID, From and To, the greeting that it hears if it is let in, and its number's city."""

    call_sid: str
    number: str
    to: str
    greeting: str = ""
    city: str = ""


class Member(Struct, frozen=True):
    """A call in one of Twilio's queues, as Twilio lists it."""

    call_sid: str
    enqueued_at: float
    wait_seconds: int


class CallState(Struct, frozen=True):
    """A call as Twilio's Calls resource has it. `status` is Twilio's word, `number` its From, `to` its To.

    `started_at` is when it was answered, in seconds since 1970; 0 if Twilio does not say.
    """

    status: str
    number: str
    to: str = ""
    started_at: float = 0.0

    @property
    def over(self) -> bool:
        return self.status in ENDED_STATUSES


class CallRecording(Struct, frozen=True):
    """A complete recording that Record has made of a call."""

    sid: str
    call_sid: str
    seconds: int


class Refusal(StrEnum):
    """What was wrong with the signature of a refused request."""

    MISSING = "missing"
    MALFORMED = "malformed"
    NOT_OURS = "not ours"
    OTHER_ADDRESS = "good for another address"
    WEBHOOK_RULE = "of a Webhook Rule"


class MissedCall(Struct, frozen=True):
    """A live call in Twilio's list that no accepted webhook brought.

    `rung_number` is empty for a call from a browser. `first_listed_at` and `last_listed_at` are when Twilio's list
    showed it. `refusal` says what was wrong with its request, None if no request came. `address` is the address that
    Twilio asked, if the signature fits that one.
    """

    call_sid: str
    rung_number: str
    first_listed_at: float
    last_listed_at: float
    refusal: Refusal | None = None
    address: str = ""


class MissedCalls(Struct, frozen=True):
    """What desks show of calls that did not reach the app: how many, and the likely cause as a sentence.

    It is stored under `key`, with the time `at` when it last held, for the instances that do not read Twilio's lists.
    """

    key: str = "missed"
    at: float = 0.0
    count: int = 0
    cause: str = ""


class TwilioStatus(Struct, frozen=True):
    """How the last reading of Twilio's lists went: when it last worked, and the problem since then, if any.

    A `permanent` problem does not pass by itself: wrong credentials, for example.
    """

    good_at: float | None = None
    problem: str = ""
    permanent: bool = False
    missed: MissedCalls = MissedCalls()
