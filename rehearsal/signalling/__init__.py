"""What the browser SDK connects to: its signalling over a WebSocket, and the meters of what was heard.

The SDK always asks for wss:. A page in a rehearsal turns that into ws: on loopback; a page without such a hook reaches
the same addresses over TLS, with the certificate of `certificate.self_signed`.

The sound modules are loaded when the first browser connects: a network of silent calls never pays for them.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING

from aiohttp import web

from rehearsal.signalling import insights

if TYPE_CHECKING:
    from rehearsal.exchange.network import Network
    from rehearsal.signalling.switchboard import Switchboard
    from rehearsal.sound.meter import Reading

# The SDK gives up a silent socket after fifteen seconds.
HEARTBEAT_SECONDS = 10.0
# More than twice the length of the SDK's SDP offer; nothing else that it sends is longer.
_LONGEST_MESSAGE_BYTES = 64 * 1024


class Signalling:
    """The addresses of one network's browsers."""

    def __init__(
        self, network: Network, wall: Callable[[], float] = time.time, heartbeat_seconds: float = HEARTBEAT_SECONDS
    ) -> None:
        """`wall` is the machine's time, by which the app makes tokens. Nothing is loaded yet."""
        self._network = network
        self._wall = wall
        self._heartbeat_seconds = heartbeat_seconds
        self._switchboard: Switchboard | None = None
        self._loading = asyncio.Lock()
        self._sockets: set[web.WebSocketResponse] = set()

    def mount(self, app: web.Application) -> None:
        """Add the addresses to an application, and an end to all connections when it stops."""
        app.router.add_routes(
            [web.get("/signal", self._signal), web.get("/rehearsal/sound/{call_sid}", self._sound), *insights.routes()]
        )
        app.on_shutdown.append(self._hang_up_sockets)
        app.cleanup_ctx.append(self._life)

    async def _life(self, _: web.Application) -> AsyncIterator[None]:
        yield
        if self._switchboard is not None:
            await self._switchboard.stop()

    async def _hang_up_sockets(self, _: web.Application) -> None:
        await asyncio.gather(*(socket.close(code=1001) for socket in list(self._sockets)))

    async def _load(self) -> Switchboard:
        async with self._loading:
            if self._switchboard is None:
                # A third of a second and tens of megabytes: in a thread, so that no other call stumbles.
                media, switchboard = await asyncio.to_thread(_modules)
                self._switchboard = switchboard(self._network, media(self._network))
            return self._switchboard

    async def _signal(self, request: web.Request) -> web.StreamResponse:
        from rehearsal.signalling.connection import Connection

        socket = web.WebSocketResponse(max_msg_size=_LONGEST_MESSAGE_BYTES, timeout=2.0)
        await socket.prepare(request)
        self._sockets.add(socket)
        try:
            switchboard = await self._load()
            await Connection(switchboard, socket, self._wall, self._heartbeat_seconds).serve()
        finally:
            self._sockets.discard(socket)
        return socket

    async def _sound(self, request: web.Request) -> web.Response:
        """What a leg heard over the last second, and what its browser said; measuring begins with the first request."""
        leg = self._network.legs.get(request.match_info["call_sid"])
        if leg is None:
            return web.json_response({"error": "There is no such call."}, status=404)
        try:
            tones_hz = [float(text) for text in request.query.get("hz", "").split(",") if text]
        except ValueError:
            return web.json_response({"error": "hz must be frequencies, separated by commas."}, status=400)
        sound = (await self._load()).sound
        said = sound.said(leg)
        return web.json_response(
            {
                "call_sid": leg.sid,
                "bridged_to": leg.bridged_to.sid if leg.bridged_to else None,
                "codec": sound.codec(leg),
                "heard": _json(sound.heard(leg)),
                "said": _json(said) if said else None,
                "tones_dbfs": sound.tones_heard(leg, tones_hz),
            }
        )


def _modules() -> tuple[type, type]:
    from rehearsal.signalling.switchboard import Switchboard
    from rehearsal.sound.media import Media

    return Media, Switchboard


def _json(reading: Reading) -> dict[str, float | None]:
    return {
        "seconds": round(reading.seconds, 2),
        "frequency_hz": reading.frequency_hz,
        "level_dbfs": reading.level_dbfs,
        "gap_seconds": round(reading.gap_seconds, 3),
    }
