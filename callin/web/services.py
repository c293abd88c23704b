"""What every handler may use, handed in once at start: plain values and the line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import tzinfo
from ipaddress import IPv4Network, IPv6Network

from twilio.request_validator import RequestValidator

from callin.accounts import Accounts, Phones, VisitLimits
from callin.audit import Audit
from callin.callers import Callers, Retention
from callin.contracts import Clock
from callin.health import Health
from callin.keyring import Keyring
from callin.line import Line, Screener, ShowSettings, Studio, Takeover, Writing
from callin.live import Board, Dashboards
from callin.station import Station
from callin.twiml import Links
from callin.webhooks import WebhookLog
from util import TokenKeys


@dataclass(frozen=True)
class PageFacts:
    """What the pages show of the station and its settings. Empty hosts and addresses mean Twilio's own.

    The times of a call on the air are 0 if the station has set none.
    """

    station_name: str
    listener_number: str
    dj_number: str
    is_rehearsal: bool
    signalling_host: str
    twilio_api_url: str
    desk_sound: str
    call_warning_seconds: int
    call_limit_seconds: int
    time_zone: tzinfo


@dataclass(frozen=True)
class Services:
    """The line and everything around it. `look_at_twilio` asks for a comparison with Twilio and returns at once.

    `visits` limits the pages that are open to all, and `polls` what strangers ask of `/queue-status`. The app believes
    X-Forwarded-For from `trusted_proxies` only.
    """

    line: Line
    callers: Callers
    retention: Retention
    studio: Studio
    takeover: Takeover
    show_settings: ShowSettings
    screener: Screener
    writing: Writing
    board: Board
    dashboards: Dashboards
    accounts: Accounts
    audit: Audit
    visits: VisitLimits
    polls: VisitLimits
    on_app_engine: bool
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...]
    clock: Clock
    look_at_twilio: Callable[[], None]
    health: Health
    warm_up: Callable[[], object]
    links: Links
    validator: RequestValidator
    webhooks: WebhookLog
    token_keys: TokenKeys
    keyring: Keyring
    phones: Phones
    station: Station
    installation: PageFacts
    """The page's facts as the settings file has them."""

    @property
    def page(self) -> PageFacts:
        """What pages show now, with what an admin has changed."""
        now = self.station.current()
        return replace(
            self.installation,
            station_name=now.name,
            desk_sound=now.desk_sound,
            call_warning_seconds=now.call_warning_seconds,
            call_limit_seconds=now.call_limit_seconds,
            time_zone=now.time_zone,
        )
