"""One WebSocket of one browser: its messages in both directions, its heartbeat and its token."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from aiohttp import WSMsgType, web

from rehearsal.signalling.dialogue import Dialogue
from rehearsal.signalling.frames import HEARTBEAT, FrameError, Payload, pack, unpack
from rehearsal.signalling.switchboard import Switchboard
from rehearsal.signalling.tokens import EXPIRED, INVALID, TokenError, read_token

# A browser is gone when it has echoed nothing for two and a half heartbeats.
_SILENT_HEARTBEATS = 2.5
_MALFORMED = (31100, "Malformed request")


class Connection:
    """Reads and writes the messages of one socket (`call.Outlet`)."""

    def __init__(
        self,
        switchboard: Switchboard,
        socket: web.WebSocketResponse,
        wall: Callable[[], float],
        heartbeat_seconds: float,
    ) -> None:
        """`wall` is the machine's time in epoch seconds, by which the app makes tokens: never an advanced clock."""
        self._switchboard = switchboard
        self._socket = socket
        self._wall = wall
        self._heartbeat_seconds = heartbeat_seconds
        self._out: asyncio.Queue[str | None] = asyncio.Queue()
        self._dialogue: Dialogue | None = None
        self._expiry: asyncio.TimerHandle | None = None

    async def serve(self) -> None:
        """Until the socket closes; then the browser's calls wait for it."""
        tasks = [asyncio.ensure_future(self._write()), asyncio.ensure_future(self._beat())]
        try:
            await self._read()
        finally:
            self._stop_expiry()
            if self._dialogue is not None:
                self._dialogue.unregister()
            self._switchboard.lose(self)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def send(self, kind: str, payload: Payload) -> None:
        """Send a message in its turn."""
        self._out.put_nowait(pack(kind, payload))
        if kind in ("hangup", "cancel"):
            self._close_when_expired()

    async def _read(self) -> None:
        while True:
            try:
                message = await self._socket.receive(timeout=self._heartbeat_seconds * _SILENT_HEARTBEATS)
            except TimeoutError:
                return
            if message.type is not WSMsgType.TEXT:
                return
            if message.data == HEARTBEAT:
                continue
            try:
                kind, payload = unpack(message.data)
            except FrameError:
                self._error(_MALFORMED)
                continue
            await self._handle(kind, payload)

    async def _handle(self, kind: str, payload: Payload) -> None:
        if kind == "listen":
            self._listen(payload)
        elif self._dialogue is None:
            self._error((INVALID, "JWT is missing"))
        elif kind not in self._dialogue.handlers:
            self._error(_MALFORMED)
        elif self._expired() and kind in ("register", "invite", "answer"):
            # A call that is up may still be used and ended.
            self._error((EXPIRED, "JWT is expired"))
        else:
            await self._dialogue.handlers[kind](payload)
            self._close_when_expired()

    async def _write(self) -> None:
        with contextlib.suppress(ConnectionError):
            while (text := await self._out.get()) is not None:
                await self._socket.send_str(text)
            await self._socket.close()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self._heartbeat_seconds)
            self._out.put_nowait(HEARTBEAT)

    def _error(self, error: tuple[int, str]) -> None:
        self.send("error", {"error": {"code": error[0], "message": error[1]}})

    def _close(self) -> None:
        self.send("close", {})
        self._out.put_nowait(None)

    # The token.

    def _listen(self, payload: Payload) -> None:
        now = self._wall()
        try:
            network = self._switchboard.network
            grant = read_token(payload.get("token"), network.account, network.keys, now)
        except TokenError as error:
            self._error((error.code, error.message))
            # A call that is up outlives a bad renewal, for as long as the token that began it.
            if not self._switchboard.has_calls(self):
                self._close()
            return
        if self._dialogue is not None and self._dialogue.grant.identity == grant.identity:
            self._dialogue.grant = grant
        else:
            if self._dialogue is not None:
                self._dialogue.unregister()
            self._dialogue = Dialogue(self._switchboard, self, grant)
        self._stop_expiry()
        self._expiry = asyncio.get_running_loop().call_later(grant.expires_at - now, self._expire)
        self.send(
            "connected",
            {
                "region": "us1",
                "edge": "ashburn",
                "home": "us1",
                "gateway": "rehearsal",
                "token": {"identity": grant.identity, "ttl": int(grant.expires_at - now)},
            },
        )

    def _expired(self) -> bool:
        return self._dialogue is not None and self._dialogue.grant.expires_at <= self._wall()

    def _expire(self) -> None:
        """An expired token ends the connection, but never a call that is up: that one is allowed to finish."""
        if not self._expired():
            self._expiry = asyncio.get_running_loop().call_later(0.05, self._expire)
            return
        self._expiry = None
        if self._dialogue is not None:
            self._dialogue.unregister()
        self._error((EXPIRED, "JWT is expired"))
        self._close_when_expired()

    def _close_when_expired(self) -> None:
        if self._expired() and not self._switchboard.has_calls(self):
            self._close()

    def _stop_expiry(self) -> None:
        if self._expiry is not None:
            self._expiry.cancel()
            self._expiry = None
