"""The app under test: its own handlers, line and sweep on one store; a restart keeps the store and nothing else."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path
from types import SimpleNamespace

from twilio.request_validator import RequestValidator

from callin.accounts import Accounts, Passwords, Phones, VisitLimits
from callin.audit import Audit
from callin.callers import Callers, Retention
from callin.check.checks import Checks
from callin.config import read
from callin.contracts import PhoneError, Store, StoreError
from callin.health import Health
from callin.keyring import Keyring
from callin.line import Admission, Claims, Line, Screener, ShowSettings, Studio, Takeover, Writing
from callin.live import Board, Dashboards, LineCache
from callin.station import Station
from callin.twilio.reconcile import Reconciler
from callin.web import caller_leg, desk_legs
from callin.web.application import PageFacts, Services
from callin.web.base import Params
from callin.web.webhook import TwimlHandler
from callin.webhooks import WebhookLog
from tests.line.small_twilio.legs import Request
from tests.line.small_twilio.network import Network
from tests.line.small_twilio.rest import LINKS, SmallControl
from tests.support.station import new_environment
from util import TokenKeys

HANDLERS: dict[str, type[TwimlHandler]] = {
    "/twiml/enqueue": caller_leg.EnqueueHandler,
    "/twiml/wait": caller_leg.WaitHandler,
    "/twiml/ready": caller_leg.ReadyHandler,
    "/twiml/on-air": caller_leg.OnAirHandler,
    "/dequeue-logic": caller_leg.DequeueLogicHandler,
    "/twiml/status": caller_leg.StatusHandler,
    "/twiml/dequeue": desk_legs.DequeueHandler,
    "/twiml/screen": desk_legs.ScreenHandler,
    "/twiml/screened": desk_legs.ScreenedHandler,
    "/twiml/client": desk_legs.ClientHandler,
}
DJ_PHONE = "+442079460999"
START_SECONDS = 0.5
PAGE = PageFacts("Radio", "+442079460100", "+442079460101", False, "", "", "headset", 0, 0, UTC)
SETTINGS = read({**new_environment(Path("/nowhere"), 8080, 9100), "DJ_PHONES": DJ_PHONE, "STATION_NAME": "Radio"})


class SmallApp:
    """Everything between a webhook and its answer, without HTTP."""

    def __init__(self, store: Store, network: Network, control: SmallControl) -> None:
        self._store = store
        self._network = network
        self._control = control
        self._start()

    def _start(self) -> None:
        clock = self._network.clock
        cache = LineCache(self._store, clock)
        self.board = Board(cache, self._store, clock)
        control = self._control
        admission = Admission(self._store, clock)
        self.claims = Claims(self._store, self.board, control, clock, admission)
        callers = Callers(self._store, clock, Keyring("key"))
        self.line = Line(self.claims, admission, self._store, self.board, control, clock, callers.summary)
        self.takeover = Takeover(self.claims, self._store, control, clock)
        self.studio = Studio(self.claims, self.takeover, self.board, self._store, control, clock)
        self.show_settings = ShowSettings(self.claims, self._store, self.board, control, clock)
        self.screener = Screener(self.claims, self.board, self._store, control, clock)
        self.reconciler = Reconciler(
            self.line, self.claims, self.board, self._store, control, clock, seconds_between_requests=0.0
        )
        webhooks = WebhookLog(clock)
        station = Station(self._store, clock, SETTINGS, Passwords(), start=lambda refresh: refresh())
        services = Services(
            line=self.line,
            callers=callers,
            retention=Retention(self._store, callers, clock, self.line.anonymise, lambda: 0.0),
            studio=self.studio,
            takeover=self.takeover,
            show_settings=self.show_settings,
            screener=self.screener,
            writing=Writing(self._store, clock),
            board=self.board,
            dashboards=Dashboards(cache, clock),
            audit=Audit(self._store, clock),
            accounts=Accounts(self._store, clock, Passwords(), "key"),
            visits=VisitLimits(),
            polls=VisitLimits(),
            on_app_engine=False,
            trusted_proxies=(),
            clock=clock,
            look_at_twilio=lambda: None,
            watch=lambda: "",
            health=Health(self._store, cache, webhooks, lambda: None, clock, "key", "1"),
            warm_up=lambda: None,
            links=LINKS,
            validator=RequestValidator("token"),
            webhooks=webhooks,
            token_keys=TokenKeys("", "", "", "", ""),
            keyring=Keyring(""),
            phones=Phones(self._store, clock, station.dj_phones),
            station=station,
            installation=PAGE,
            admins_need_passkey=False,
            checks=Checks(SETTINGS, "1"),
        )
        self._registry = SimpleNamespace(registry={"services": services})

    def restart(self) -> None:
        """Another process on the same store, which compares itself with Twilio as soon as it runs."""
        self._start()
        self._network.after(START_SECONDS, self.look_at_twilio_at_start)

    def look_at_twilio_at_start(self) -> None:
        self._network.do(lambda: self.reconciler.run_once(at_start=True))

    def look_at_twilio(self) -> None:
        self._network.do(self.reconciler.run_once)

    def answer(self, request: Request) -> str:
        """As `TwimlHandler.dispatch` does: the document, or else the apology."""
        handler = HANDLERS[request.path]()
        handler.request = SimpleNamespace(app=self._registry, headers={desk_legs.SAME_REQUEST_HEADER: request.token})
        handler.params = Params(list(request.params), [])
        try:
            answer = handler.answer()
            if request.leg.bridge is not None and request.path in ("/twiml/on-air", "/twiml/screened"):
                request.leg.bridge.told = True
            return answer
        except (StoreError, PhoneError):
            return handler.apology()


class Instances:
    """Processes of the app on one store: each webhook, press and sweep is the next one's."""

    def __init__(self, apps: list[SmallApp]) -> None:
        self._apps = apps
        self._turn = 0

    def _next(self) -> SmallApp:
        self._turn += 1
        return self._apps[self._turn % len(self._apps)]

    @property
    def studio(self) -> Studio:
        return self._next().studio

    @property
    def line(self) -> Line:
        return self._next().line

    @property
    def takeover(self) -> Takeover:
        return self._next().takeover

    @property
    def show_settings(self) -> ShowSettings:
        return self._next().show_settings

    @property
    def screener(self) -> Screener:
        return self._next().screener

    def answer(self, request: Request) -> str:
        return self._next().answer(request)

    def look_at_twilio(self) -> None:
        self._next().look_at_twilio()

    def restart(self) -> None:
        for app in self._apps:
            app.restart()
