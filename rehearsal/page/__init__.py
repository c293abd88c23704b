"""The rehearsal's own page: the phone network as it is, live, with buttons for what callers do."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from aiohttp import web

from rehearsal.exchange.leg import Leg
from rehearsal.exchange.network import Network
from rehearsal.page.snapshot import Snapshots

STATIC = Path(__file__).parent / "static"
CONTENT_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
# While a crowd rings in, a shorter gap would cost processor time and show nothing more.
SHORTEST_GAP_SECONDS = 0.25
LONGEST_GAP_SECONDS = 5.0


class Page:
    """The handlers of `/` and /page/…, and the stream of snapshots to open pages."""

    def __init__(self, network: Network, snapshots: Snapshots) -> None:
        self._network = network
        self._snapshots = snapshots
        self._watching: set[asyncio.Event] = set()
        self._closed = False
        self._unwatch = network.watch(self._changed)

    def routes(self) -> list[web.RouteDef]:
        """All routes of the page."""
        return [
            web.get("/", self.index),
            web.get("/page/events", self.events, allow_head=False),
            web.get(r"/page/{name:[a-z-]+\.(?:css|js|svg)}", self.asset),
        ]

    async def index(self, _request: web.Request) -> web.Response:
        return _file("index.html")

    async def asset(self, request: web.Request) -> web.Response:
        return _file(request.match_info["name"])

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: a snapshot at once, then one after each change, and one every five seconds."""
        stream = web.StreamResponse(headers=HEADERS | {"Content-Type": "text/event-stream; charset=utf-8"})
        await stream.prepare(request)
        news = asyncio.Event()
        self._watching.add(news)
        try:
            while not self._closed:
                news.clear()
                await stream.write(f"data: {json.dumps(self._snapshots.take())}\n\n".encode())
                await asyncio.sleep(SHORTEST_GAP_SECONDS)
                await _wait(news, LONGEST_GAP_SECONDS)
        except ConnectionResetError:
            pass  # the reader has gone
        finally:
            self._watching.discard(news)
        return stream

    def close(self) -> None:
        """End all event streams, so that the server can stop."""
        self._closed = True
        self._unwatch()
        self.nudge()

    def nudge(self) -> None:
        """Something other than a leg changed: open pages get a snapshot soon."""
        for news in self._watching:
            news.set()

    def _changed(self, _leg: Leg) -> None:
        self.nudge()


async def _wait(news: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(news.wait(), seconds)
    except TimeoutError:
        return


def _file(name: str) -> web.Response:
    path = STATIC / name
    if not path.is_file():
        raise web.HTTPNotFound
    return web.Response(
        body=path.read_bytes(), content_type=CONTENT_TYPES[path.suffix], charset="utf-8", headers=HEADERS
    )
