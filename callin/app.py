"""Builds the app from its parts. `main` hands in the routes.

Settings, store, call control and clock are made once, here, and passed to the objects that need them.
"""

from __future__ import annotations

import functools
import logging
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import webapp2
from msgspec import Struct
from twilio.request_validator import RequestValidator

from callin import VERSION, config, logs
from callin.accounts import Accounts, ButtonKeys, Passwords, Phones, message_limits, press_limits
from callin.callers import Callers
from callin.config.kinds import zone_named
from callin.contracts import StoreError
from callin.front import Front
from callin.health import Health
from callin.keyring import Keyring
from callin.line import (
    Admission,
    AirDesks,
    Calls,
    Desks,
    ScreenerDesks,
    ShowSettings,
    Takeover,
    Writing,
)
from callin.line.buttons import Buttons
from callin.live import Board, Dashboards, LineCache
from callin.messages import VoiceNotes
from callin.missed_calls import MissedCallDetector, WebhookLog
from callin.model import StationNames
from callin.sounds import ChosenSounds
from callin.station import Station
from callin.stores import open_store
from callin.twilio.bridges import Numbers
from callin.twilio.client import TIMEOUT_SECONDS, TwilioAccess, TwilioAccount
from callin.twilio.control import TwilioCallControl
from callin.twilio.pointing import POINTED, Fallbacks
from callin.twilio.reconcile import Reconciler
from callin.twilio.recordings import TwilioRecordings
from callin.twiml import Links
from callin.upkeep import Upkeep, upkeep_of
from callin.web.application import App, PageFacts, Route, Services
from callin.web.middleware import guard
from callin.web.pages import not_found
from util import TokenKeys

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from callin.check import Checks
    from callin.config import Settings
    from callin.contracts import CallControl, Clock, Store
    from callin.watch import HealthWatch

SECONDS_UNTIL_LOADED = 1.0
"""How long after the start the handlers are loaded: a first request is answered before."""

log = logging.getLogger(__name__)


class Built(Struct, frozen=True):
    """The whole app, the line in memory, which notifies the front of news, and the store, to be closed at the end."""

    application: WSGIApplication
    cache: LineCache
    store: Store

    def behind_front(self) -> Front:
        return Front(self.application, self.cache, self.store.close)


def from_environment(routes: Sequence[Route]) -> Built:
    """Builds the app from the settings in the environment. Ends the process if they are unusable."""
    logs.set_up(_log_format())
    try:
        settings = config.read()
        logs.set_up(settings.log_format, settings.secrets)
        store = open_store(settings.store, settings.google_cloud_project)
    except (config.ConfigError, StoreError) as error:
        log.critical("The app does not start:\n%s", error)
        sys.exit(1)
    built = build(routes, settings, store, time.time)
    loading = threading.Timer(SECONDS_UNTIL_LOADED, load, [routes])
    loading.daemon = True
    loading.start()
    return built


def load(routes: Sequence[Route]) -> list[type[webapp2.RequestHandler]]:
    """Loads all handlers, so that no caller waits for the one of a webhook."""
    return [route.load() for route in routes]


def _log_format() -> str:
    """The log format that is set, even if other settings are wrong."""
    try:
        return config.read_only("LOG_FORMAT")["LOG_FORMAT"]
    except config.ConfigError:
        return logs.JSON


class LineParts(NamedTuple):
    """What changes calls and desks, around one board. `Services` has fields of the same names."""

    board: Board
    desks: Desks
    calls: Calls
    takeover: Takeover
    air_desks: AirDesks
    screener_desks: ScreenerDesks
    show_settings: ShowSettings


def line_parts(cache: LineCache, callers: Callers, store: Store, control: CallControl, clock: Clock) -> LineParts:
    board = Board(cache, clock)
    admission = Admission(store, clock)
    desks = Desks(store, board, control, clock, admission)
    takeover = Takeover(desks, store, control, clock)
    return LineParts(
        board=board,
        desks=desks,
        calls=Calls(desks, admission, store, board, control, clock, callers.summary),
        takeover=takeover,
        air_desks=AirDesks(desks, takeover, board, store, control, clock),
        screener_desks=ScreenerDesks(desks, board, store, control, clock),
        show_settings=ShowSettings(desks, store, board, control, clock),
    )


def accounts_of(settings: Settings, station: Station, store: Store, clock: Clock, keyring: Keyring) -> Accounts:
    return Accounts(
        store,
        clock,
        Passwords(),
        keyring,
        public_url=settings.public_url,
        station_name=lambda: station.current().name,
        rehearsal=settings.is_rehearsal,
    )


def reconciler_of(
    settings: Settings,
    station: Station,
    parts: LineParts,
    upkeep: Upkeep,
    webhooks: WebhookLog,
    store: Store,
    control: CallControl,
    clock: Clock,
) -> Reconciler:
    listener_number, dj_number = settings.twilio_listener_number, settings.twilio_dj_number
    numbers = Numbers(listener_number, dj_number, lambda: station.current().dj_phones.numbers)
    on_change = parts.board.cache.calls_missed
    detector = MissedCallDetector(webhooks, store, clock, numbers[:2], settings.public_url, on_change)
    line = parts.calls, parts.desks, parts.board
    return Reconciler(*line, store, control, clock, upkeep=upkeep.jobs, detector=detector, numbers=numbers)


def build(routes: Sequence[Route], settings: Settings, store: Store, clock: Clock) -> Built:
    """The whole app around a store and a clock. The first comparison with Twilio begins at once."""
    links = Links(settings.public_url, StationNames(settings.station_prefix))
    station = Station(store, clock, settings, Passwords())
    control = TwilioCallControl(twilio_access(settings), links, fallbacks(settings, links), station.words)
    recordings = TwilioRecordings(twilio_access(settings), control.client)
    keyring = Keyring(settings.session_key, settings.session_key_before)
    cache = LineCache(store, clock, zone=lambda: station.current().time_zone)
    callers = Callers(store, clock, keyring)
    parts = line_parts(cache, callers, store, control, clock)
    upkeep = upkeep_of(parts.calls, parts.board, callers, station, store, control, recordings, clock)
    webhooks = WebhookLog(clock)
    reconciler = reconciler_of(settings, station, parts, upkeep, webhooks, store, control, clock)
    accounts = accounts_of(settings, station, store, clock, keyring)
    services = Services(
        **parts._asdict(),
        callers=callers,
        retention=upkeep.retention,
        buttons=Buttons(parts.air_desks, store, clock),
        writing=Writing(store, clock),
        dashboards=Dashboards(cache, clock),
        accounts=accounts,
        button_keys=ButtonKeys(store, clock, accounts.account),
        admins_need_passkey=settings.admins_need_passkey,
        audit=upkeep.audit,
        on_app_engine=bool(settings.gae_env),
        trusted_proxies=settings.trusted_proxies,
        clock=clock,
        reconcile_soon=reconciler.soon,
        health=Health(store, cache, webhooks, reconciler.soon, clock, version_of(settings)),
        watch=watch_of(settings, store, clock),
        warm_up=lambda: (control.client(), load(routes)),
        checks=functools.cache(lambda: checks_of(settings, station)),
        links=links,
        validator=RequestValidator(settings.twilio_auth_token),
        webhooks=webhooks,
        token_keys=token_keys(settings),
        keyring=keyring,
        phones=Phones(store, clock, station.dj_phones, lambda: station.current().dj_phones),
        station=station,
        sounds=upkeep.sounds,
        chosen_sounds=ChosenSounds(store, clock),
        messages=upkeep.messages,
        voice_notes=VoiceNotes(upkeep.messages, upkeep.sounds),
        messages_per_address=message_limits(),
        presses_per_key=press_limits(),
        installation=page_facts(settings),
    )
    reconciler.soon()
    return Built(served(routes, services, https=settings.public_url.startswith("https:")), cache, store)


def checks_of(settings: Settings, station: Station) -> Checks:
    """The checks of the page `/check`, imported on first use, because the parts of the set-up come with them."""
    from callin.check import Checks

    return Checks(settings, VERSION, language=lambda: station.words().voice.language)


def served(routes: Sequence[Route], services: Services, *, https: bool) -> WSGIApplication:
    """The routes, with the services that their handlers use."""
    app = App(routes)
    app.registry["services"] = services
    app.error_handlers[404] = not_found
    return guard(app, https=https)


def version_of(settings: Settings) -> str:
    """This program's version, and the name of its deployment where App Engine gives one."""
    return f"{VERSION} ({settings.gae_version})" if settings.gae_version else VERSION


def watch_of(settings: Settings, store: Store, clock: Clock) -> Callable[[], str]:
    """The check of the app from outside that App Engine's cron asks for. Its modules are loaded at the first check."""

    @functools.cache
    def watch() -> HealthWatch:
        from callin.alerts import SETTINGS, channels_of
        from callin.public_address import PublicAddress
        from callin.watch import HealthWatch, StateInStore

        address = PublicAddress(settings.public_url, settings.session_key, settings.twilio_auth_token)
        channels = channels_of({name: getattr(settings, name.lower()) for name in SETTINGS})
        return HealthWatch(settings.public_url, address.health, channels, StateInStore(store), clock)

    return lambda: watch().check()


def token_keys(settings: Settings) -> TokenKeys:
    return TokenKeys(
        account_sid=settings.twilio_account_sid,
        application_sid=settings.twilio_app_sid,
        auth_token=settings.twilio_auth_token,
        api_key_sid=settings.twilio_api_key_sid,
        api_key_secret=settings.twilio_api_key_secret,
        listener_application_sid=settings.twilio_listener_app_sid,
        screener_application_sid=settings.twilio_screener_app_sid,
        identity_prefix=StationNames(settings.station_prefix).identity(""),
    )


def twilio_access(settings: Settings) -> TwilioAccess:
    return TwilioAccess(settings.twilio_account_sid, settings.twilio_auth_token, settings.twilio_api_url)


def fallbacks(settings: Settings, links: Links) -> Fallbacks:
    """The fallbacks. A person waits for the answer while they are pointed, so the timeout is as short as any other."""
    values = {name: str(getattr(settings, name.lower())) for name in POINTED}
    return Fallbacks(TwilioAccount(twilio_access(settings), TIMEOUT_SECONDS), links, values)


def page_facts(settings: Settings) -> PageFacts:
    return PageFacts(
        station_name=settings.station_name,
        listener_number=settings.twilio_listener_number,
        dj_number=settings.twilio_dj_number,
        is_rehearsal=settings.is_rehearsal,
        signalling_host=settings.twilio_signaling_host,
        twilio_api_url=settings.twilio_api_url,
        desk_sound=settings.desk_sound,
        call_warning_seconds=settings.call_warning_seconds,
        call_limit_seconds=settings.call_limit_seconds,
        time_zone=zone_named(settings.station_time_zone),
        version=version_of(settings),
        security_contact=settings.security_contact,
        # The extra lines call the screeners' application: the fallback of the studio's brings callers by itself.
        air_lines=settings.air_lines if settings.twilio_screener_app_sid else 1,
    )
