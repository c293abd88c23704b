"""The app under test: its own handlers, line and reconciler on one store; a restart keeps only the store."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path
from types import SimpleNamespace

from callin.accounts import Accounts, Passwords, Phones
from callin.app import line_parts
from callin.callers import Callers
from callin.config import read
from callin.contracts import PhoneError, Store, StoreError
from callin.keyring import Keyring
from callin.line import AirDesks, Calls, ScreenerDesks, ShowSettings, Takeover
from callin.live import LineCache
from callin.messages import Messages
from callin.model import CallRecording
from callin.sounds import ChosenSounds, SoundLibrary
from callin.station import Station
from callin.twilio.reconcile import Reconciler
from callin.web import browser_calls, call_arriving, call_in_line, dequeue
from callin.web.application import PageFacts, Services
from callin.web.base import Params
from callin.web.webhook import TwimlHandler
from tests.line.small_twilio.legs import Request
from tests.line.small_twilio.network import Network
from tests.line.small_twilio.rest import LINKS, SmallControl
from tests.support.station import new_environment

HANDLERS: dict[str, type[TwimlHandler]] = {
    "/twiml/enqueue": call_arriving.EnqueueHandler,
    "/twiml/wait": call_in_line.WaitHandler,
    "/twiml/ready": call_in_line.ReadyHandler,
    "/twiml/on-air": dequeue.OnAirHandler,
    "/dequeue-logic": dequeue.DequeueLogicHandler,
    "/twiml/status": call_in_line.StatusHandler,
    "/twiml/dequeue": dequeue.DequeueHandler,
    "/twiml/screen": dequeue.ScreenHandler,
    "/twiml/screened": dequeue.ScreenedHandler,
    "/twiml/client": browser_calls.ClientHandler,
}
DJ_PHONE = "+442079460999"
START_SECONDS = 0.5
PAGE = PageFacts("Radio", "+442079460100", "+442079460101", False, "", "", "headset", 0, 0, UTC)
SETTINGS = read({**new_environment(Path("/nowhere"), 8080, 9100), "DJ_PHONES": DJ_PHONE, "STATION_NAME": "Radio"})


class NoRecordings:
    """The small network records nothing: messages are off, as in a new station."""

    def since(self, at: float) -> list[CallRecording]:
        raise PhoneError(f"There is no recording since {at}.")

    def wav(self, recording_sid: str) -> bytes | None:
        raise PhoneError(f"There is no recording {recording_sid}.")

    def delete(self, recording_sid: str) -> None:
        raise PhoneError(f"There is no recording {recording_sid}.")


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
        control = self._control
        callers = Callers(self._store, clock, Keyring("key"))
        parts = line_parts(cache, callers, self._store, control, clock)
        self.board, self.desks, self.calls, self.takeover, self.air_desks = parts[:5]
        self.screener_desks, self.show_settings = parts.screener_desks, parts.show_settings
        self.reconciler = Reconciler(
            self.calls, self.desks, self.board, self._store, control, clock, seconds_between_requests=0.0
        )
        station = Station(self._store, clock, SETTINGS, Passwords(), start=lambda refresh: refresh())
        used = {
            "calls": self.calls,
            "desks": self.desks,
            "air_desks": self.air_desks,
            "takeover": self.takeover,
            "screener_desks": self.screener_desks,
            "board": self.board,
            "accounts": Accounts(self._store, clock, Passwords(), "key"),
            "clock": clock,
            "reconcile_soon": lambda: None,
            "links": LINKS,
            "phones": Phones(self._store, clock, station.dj_phones, station.dj_phones),
            "station": station,
            "chosen_sounds": ChosenSounds(self._store, clock, start=lambda refresh: refresh()),
            "messages": Messages(self._store, clock, NoRecordings(), SoundLibrary(self._store, clock), lambda: 0),
            "installation": PAGE,
        }
        services = Services(**dict.fromkeys(Services.__struct_fields__) | used)
        self._registry = SimpleNamespace(registry={"services": services})

    def restart(self) -> None:
        """Another process on the same store, which compares the line with Twilio's lists as soon as it runs."""
        self._start()
        self._network.after(START_SECONDS, self.reconcile_at_start)

    def reconcile_at_start(self) -> None:
        self._network.do(lambda: self.reconciler.run_once(at_start=True))

    def reconcile(self) -> None:
        self._network.do(self.reconciler.run_once)

    def answer(self, request: Request) -> str:
        """As `TwimlHandler.dispatch` does: the document, or else the apology."""
        handler = HANDLERS[request.path]()
        handler.request = SimpleNamespace(app=self._registry, headers={dequeue.SAME_REQUEST_HEADER: request.token})
        handler.params = Params(list(request.params), [])
        handler.call_sid = handler.params.get("CallSid")
        try:
            answer = handler.answer()
            if request.leg.bridge is not None and request.path in ("/twiml/on-air", "/twiml/screened"):
                request.leg.bridge.told = True
            self._network.answered(request)
            return answer
        except (StoreError, PhoneError):
            return handler.apology()


class Instances:
    """Processes of the app on one store, which take webhooks, presses and comparisons with Twilio in turn."""

    def __init__(self, apps: list[SmallApp]) -> None:
        self._apps = apps
        self._turn = 0

    def _next(self) -> SmallApp:
        self._turn += 1
        return self._apps[self._turn % len(self._apps)]

    @property
    def air_desks(self) -> AirDesks:
        return self._next().air_desks

    @property
    def calls(self) -> Calls:
        return self._next().calls

    @property
    def takeover(self) -> Takeover:
        return self._next().takeover

    @property
    def show_settings(self) -> ShowSettings:
        return self._next().show_settings

    @property
    def screener_desks(self) -> ScreenerDesks:
        return self._next().screener_desks

    def answer(self, request: Request) -> str:
        return self._next().answer(request)

    def reconcile(self) -> None:
        self._next().reconcile()

    def restart(self) -> None:
        for app in self._apps:
            app.restart()
