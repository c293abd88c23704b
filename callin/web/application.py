"""What every handler is built on: the services, handed in at start, and the router that finds a path's handler."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import tzinfo
from ipaddress import IPv4Network, IPv6Network
from typing import TYPE_CHECKING, Any

import webapp2
from msgspec import Struct, field
from msgspec.structs import replace
from twilio.request_validator import RequestValidator

from callin.accounts import POLLS_PER_VISIT, Accounts, ButtonKeys, Phones, TokenBuckets, VisitLimits
from callin.audit import Audit
from callin.callers import Callers, Retention
from callin.contracts import Clock
from callin.health import Health
from callin.keyring import Keyring
from callin.line import AirDesks, Calls, Desks, ScreenerDesks, ShowSettings, Takeover, Writing
from callin.line.buttons import Buttons
from callin.live import Board, Dashboards
from callin.messages import Messages, VoiceNotes
from callin.missed_calls import WebhookLog
from callin.sounds import ChosenSounds, SoundLibrary
from callin.station import Station
from callin.twiml import Links
from util import TokenKeys

if TYPE_CHECKING:
    from callin.check import Checks


class PageFacts(Struct, frozen=True):
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
    logo: str = ""
    """The logo's address; empty if there is none."""
    version: str = ""
    security_contact: str = ""
    air_lines: int = 4
    """How many callers may be on the air at once."""


class Services(Struct, frozen=True, kw_only=True):
    """The line and everything around it. `reconcile_soon` asks for a comparison with Twilio and returns at once.

    `watch` looks at the app from outside, see `callin.watch`. `visits` limits the pages that are open to all, and
    `polls` what strangers ask of `/queue-status`. The app believes X-Forwarded-For from `trusted_proxies` only.
    """

    calls: Calls
    desks: Desks
    callers: Callers
    retention: Retention
    air_desks: AirDesks
    buttons: Buttons
    takeover: Takeover
    show_settings: ShowSettings
    screener_desks: ScreenerDesks
    writing: Writing
    board: Board
    dashboards: Dashboards
    accounts: Accounts
    button_keys: ButtonKeys
    admins_need_passkey: bool
    audit: Audit
    visits: VisitLimits = field(default_factory=VisitLimits)
    polls: VisitLimits = field(default_factory=lambda: VisitLimits(POLLS_PER_VISIT))
    on_app_engine: bool
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...]
    clock: Clock
    reconcile_soon: Callable[[], None]
    health: Health
    watch: Callable[[], str]
    warm_up: Callable[[], object]
    checks: Callable[[], Checks]
    links: Links
    validator: RequestValidator
    webhooks: WebhookLog
    token_keys: TokenKeys
    keyring: Keyring
    phones: Phones
    station: Station
    sounds: SoundLibrary
    chosen_sounds: ChosenSounds
    messages: Messages
    voice_notes: VoiceNotes
    messages_per_address: TokenBuckets
    presses_per_key: TokenBuckets
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
            logo=f"/logo?v={now.logo}" if now.logo else "",
        )


OPEN = None
"""The roles of a route that is open to all."""

TWILIO: frozenset[str] = frozenset()
"""The roles of a route for Twilio: no account may ask it. TwimlHandler checks Twilio's signature instead of a role."""

FORMER_PATHS = {
    "/desk/opening": "opening",
    "/desk/limit": "most_callers",
    "/desk/whisper": "whisper",
    "/desk/ready-check": "ready_check",
    "/desk/screened": "screened",
    "/desk/browser-calls": "browser_calls",
    "/desk/automatic": "automatic",
}
"""Former addresses of `/desk/settings`, for pages that were open when it came. Remove them a version later."""


class Route(webapp2.Route):
    """An exact path, its handler, and the roles that may ask.

    The handler is named by its module in `callin.web` and its class. webapp2 loads it when it is first asked for,
    because loading all of them is a tenth of a start: https://webapp2.readthedocs.io/en/latest/guide/routing.html
    """

    def __init__(self, path: str, handler: str, roles: frozenset[str] | None) -> None:
        super().__init__(path, f"callin.web.{handler}")
        self.roles = roles

    def load(self) -> type[webapp2.RequestHandler]:
        """The handler's class."""
        handler: type[webapp2.RequestHandler] = webapp2.import_string(self.handler)
        return handler


class ExactRouter(webapp2.Router):
    """Looks the path up. webapp2's own router tries every expression, which costs more than `/queue-status`."""

    def __init__(self, routes: Iterable[webapp2.Route]) -> None:
        super().__init__(routes)
        self._by_path: dict[str, tuple[webapp2.Route, tuple[()], dict[str, Any]]] = {
            route.template: (route, (), {}) for route in self.match_routes
        }
        if "/desk/settings" in self._by_path:
            self._by_path |= dict.fromkeys(FORMER_PATHS, self._by_path["/desk/settings"])

    def match(self, request: webapp2.Request) -> tuple[Any, tuple[()], dict[str, Any]]:
        """The route of this path; HTTPNotFound if the table has none."""
        found = self._by_path.get(request.path_info)
        if found is None:
            raise webapp2.exc.HTTPNotFound
        return found


class App(webapp2.WSGIApplication):
    """webapp2's application with that router."""

    router_class = ExactRouter
