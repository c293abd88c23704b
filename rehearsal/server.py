"""Puts the network on HTTP: Twilio's REST API, the browsers' signalling, the control interface and the page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

from rehearsal import rest
from rehearsal.callers import Callers
from rehearsal.cast import Cast
from rehearsal.control import Control
from rehearsal.exchange.network import Network
from rehearsal.page import Page
from rehearsal.page.snapshot import Snapshots, Station
from rehearsal.rest.counting import Requests
from rehearsal.signalling import Signalling

LARGEST_BODY_BYTES = 256 * 1024
LOOPBACK = ("127.0.0.1", "localhost", "::1")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_app(network: Network, station: Station | None = None, seed: int = 0) -> web.Application:
    """Everything that listens. `seed` picks the cast: the same seed gives the same crowd.

    The network is closed with the application.
    """
    account = network.account
    requests = Requests()
    callers = Callers(network, Cast(seed, taken=(account.listener_number, account.dj_number)))
    page = Page(network, Snapshots(network, callers, requests, station or Station()))

    app = web.Application(middlewares=[_same_site], client_max_size=LARGEST_BODY_BYTES)
    app.add_subapp(rest.PREFIX, rest.make_app(network, requests))
    app.add_routes(Control(network, callers, requests, changed=page.nudge).routes())
    app.add_routes(page.routes())
    Signalling(network).mount(app)

    async def stop_watching(_app: web.Application) -> None:
        page.close()

    async def close(_app: web.Application) -> None:
        await callers.close()
        await network.close()

    app.on_shutdown.append(stop_watching)
    app.on_cleanup.append(close)
    return app


@web.middleware
async def _same_site(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Keeps web pages from elsewhere, open in the same browser, off the control interface."""
    if request.path.startswith("/rehearsal/"):
        for name in ("Origin", "Host"):
            value = request.headers.get(name)
            if value and _host(value) not in LOOPBACK:
                return web.json_response({"error": f"{name} {value[:80]} may not steer this network."}, status=403)
    return await handler(request)


def _host(value: str) -> str | None:
    try:
        return urlsplit(value if "://" in value else f"//{value}").hostname
    except ValueError:
        return None
