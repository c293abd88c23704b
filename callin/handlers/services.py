"""What every handler may use, handed in once at start: plain values and the line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from twilio.request_validator import RequestValidator

from callin.line import Line
from callin.twiml import Links
from util import TokenKeys


@dataclass(frozen=True)
class PageFacts:
    """What the pages are told of the station and of where they are. Empty hosts and addresses are Twilio's own."""

    station_name: str
    listener_number: str
    dj_number: str
    is_rehearsal: bool
    signalling_host: str
    twilio_api_url: str
    desk_sound: str


@dataclass(frozen=True)
class Services:
    """The line and everything around it. `look_at_twilio` asks for a sweep and returns at once."""

    line: Line
    look_at_twilio: Callable[[], None]
    warm_up: Callable[[], object]
    links: Links
    validator: RequestValidator
    token_keys: TokenKeys
    session_key: str = field(repr=False)
    dj_phones: frozenset[str]
    page: PageFacts
