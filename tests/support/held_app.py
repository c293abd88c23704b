"""The app in this process, with a clock that the test moves: for what takes minutes or days."""

from __future__ import annotations

import contextlib
import http.client
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from wsgiref.types import WSGIApplication

import main
from callin import app as building
from callin import config
from callin.contracts import Store
from callin.stores import open_store
from tests.support.clock import HeldClock
from tests.support.processes import free_port
from tests.support.station import new_environment
from tests.support.visitors import REHEARSAL_PASSWORD, Visitor, signed_in
from tests.support.web import Answer


@dataclass
class HeldApp:
    """The whole app as WSGI, without a server. Nothing listens where it expects Twilio's REST API."""

    url: str
    application: WSGIApplication
    store: Store
    clock: HeldClock = field(repr=False)
    session_key: str = field(repr=False, default="")
    address: str = "192.0.2.1"
    user_agent: str = ""

    def visitor(self, name: str, password: str = REHEARSAL_PASSWORD) -> Visitor:
        return signed_in(self.url, name, password, self.send)

    def stranger(self) -> Visitor:
        return Visitor(self.url, send=self.send)

    def send(
        self, url: str, method: str = "GET", body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """One request, as a server would hand it to the app."""
        parts, given = urlsplit(url), dict(headers or {})
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": parts.path,
            "QUERY_STRING": parts.query,
            "SERVER_NAME": parts.hostname,
            "SERVER_PORT": str(parts.port or 80),
            "HTTP_HOST": parts.netloc,
            "HTTP_USER_AGENT": self.user_agent,
            "REMOTE_ADDR": self.address,
            "CONTENT_TYPE": given.pop("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body or b"")),
            "wsgi.input": io.BytesIO(body or b""),
            "wsgi.errors": io.StringIO(),
            "wsgi.url_scheme": "http",
        }
        environ |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in given.items()}
        begun: list[Any] = []
        answer = self.application(environ, lambda status, fields, _exc=None: begun.extend((status, fields)))
        status, fields = begun
        message = http.client.HTTPMessage()
        for name, value in fields:
            message[name] = value
        return Answer(int(status.split()[0]), message, b"".join(answer))


@contextlib.contextmanager
def held_app(folder: Path, **changes: str) -> Iterator[HeldApp]:
    """A rehearsal's app whose clock stands still until the test moves it."""
    environment = new_environment(folder, free_port(), free_port()) | changes
    settings = config.read(environment)
    store, clock = open_store(settings.store, settings.google_cloud_project), HeldClock(1_790_000_000.0)
    try:
        application = building.build(main.ROUTES, settings, store, clock).application
        yield HeldApp(settings.public_url, application, store, clock, settings.session_key)
    finally:
        store.close()
