"""A station on the evening of a show: the real app on the rehearsal network, with both clocks in the test's hand.

The test moves the app's clock and the network's together, so a show of an hour takes seconds.
"""

from __future__ import annotations

import contextlib
import mimetypes
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import main
from callin import app as building
from callin import config
from callin.stores import open_store
from tests.support.clock import HeldClock
from tests.support.processes import ROOT, free_port
from tests.support.set_up import set_up
from tests.support.station import APPLICATION_SETTINGS, App, Station, new_environment, start_network

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

MINUTE = 60.0
WEEK = 604_800.0


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


def with_static_files(application: WSGIApplication) -> WSGIApplication:
    """The app with its sounds, which another server has otherwise."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if not path.startswith("/static/"):
            return application(environ, start_response)
        start_response("200 OK", [("Content-Type", mimetypes.guess_type(path)[0] or "text/xml")])
        return [(ROOT / path[1:]).read_bytes()]

    return answer


@contextlib.contextmanager
def served(application: WSGIApplication, port: int) -> Iterator[None]:
    with make_server("127.0.0.1", port, with_static_files(application), Server, Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield
        server.shutdown()


@dataclass
class EveningStation(Station):
    """A station whose app's clock goes as the network's does, also while a test waits for something."""

    clock: HeldClock = field(default_factory=HeldClock)

    def advance(self, seconds: float) -> None:
        self.clock.advance(seconds)
        super().advance(seconds)


@dataclass
class Evening:
    """The station on the evening of the show."""

    station: EveningStation

    @property
    def clock(self) -> HeldClock:
        return self.station.clock

    def pass_(self, seconds: float) -> None:
        self.station.advance(seconds)

    def until(self, at: float) -> None:
        """Lets the time pass; the network passes a week at once."""
        while self.clock.now < at:
            self.pass_(min(WEEK, at - self.clock.now))

    def ends(self, call_sid: str) -> str:
        """Waits until the call is over: all that the caller heard."""
        self.station.until(lambda: self.station.caller(call_sid)["status"] == "completed", f"{call_sid} is not over")
        return self.station.heard(call_sid)


@contextlib.contextmanager
def running_evening(folder: Path, **changes: str) -> Iterator[Evening]:
    """A station as a set-up leaves it, with the machine's time on both clocks."""
    environment = new_environment(folder, free_port(), free_port()) | changes
    for name in APPLICATION_SETTINGS:
        del environment[name]
    network = start_network(environment)
    try:
        environment |= set_up(environment)
        settings, clock = config.read(environment), HeldClock(time.time())
        built = building.build(main.ROUTES, settings, open_store(settings.store, settings.google_cloud_project), clock)
        with contextlib.closing(built.store), served(built.application, settings.port):
            yield Evening(EveningStation(App(environment), environment["TWILIO_API_URL"], network, clock))
    finally:
        network.end()
