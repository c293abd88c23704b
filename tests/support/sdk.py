"""The browser's end of the SDK's signalling without a browser: the same messages, and real sound over WebRTC."""

from __future__ import annotations

import asyncio
import json
import secrets
from typing import Any
from urllib.parse import urlencode

import aiohttp
from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import VoiceGrant

from rehearsal.account import Account
from rehearsal.sound.peer import Peer
from rehearsal.sound.voices import Voice

ANSWER_SECONDS = 30.0


def access_token(
    account: Account, identity: str, application_sid: str | None, *, ttl_seconds: int = 3600, incoming: bool = True
) -> str:
    """An Access Token as an app would make it, with Twilio's own library."""
    grant = VoiceGrant(outgoing_application_sid=application_sid, incoming_allow=incoming)
    token = AccessToken(
        account.sid, account.api_key_sid, account.api_key_secret, [grant], identity=identity, ttl=ttl_seconds
    )
    return str(token.to_jwt())


class HeadlessBrowser:
    """One socket and, once in a call, one peer that hums at its own pitch."""

    def __init__(
        self, session: aiohttp.ClientSession, url: str, pitch_hz: float = 700.0, *, has_opus: bool = True
    ) -> None:
        """`url` is the network's, http://127.0.0.1:PORT."""
        self._has_opus = has_opus
        self._session = session
        self._url = url
        self._voice = Voice(pitch_hz)
        self._frames = 0
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._unread: asyncio.Queue[tuple[str, dict[str, Any]]] = asyncio.Queue()
        self._reading: asyncio.Task[None] | None = None
        self.echoes = True
        """Whether it answers heartbeats, as every living browser does."""
        self.heartbeats = 0
        self.peer: Peer | None = None
        self.sid = ""
        self.reconnect = ""

    async def connect(self) -> None:
        """Opens the socket, and says nothing yet."""
        self._socket = await self._session.ws_connect(self._url.replace("http:", "ws:") + "/signal")
        self._unread = asyncio.Queue()
        self._reading = asyncio.ensure_future(self._read(self._socket, self._unread))

    async def listen(self, token: object) -> None:
        """Shows the token."""
        await self.send("listen", {"token": token, "reconnectTimeout": 30, "browserinfo": {}})

    async def open(self, token: object) -> dict[str, Any]:
        """Connects and shows the token, which is accepted: what the network says to that."""
        await self.connect()
        await self.listen(token)
        return await self.expect("connected")

    async def send(self, kind: str, payload: dict[str, Any]) -> None:
        await self.send_text(json.dumps({"type": kind, "version": "1.6", "payload": payload}))

    async def send_text(self, text: str) -> None:
        assert self._socket is not None
        await self._socket.send_str(text)

    async def next(self) -> tuple[str, dict[str, Any]]:
        """The next message; ("closed", {}) when there will be none."""
        return await asyncio.wait_for(self._unread.get(), ANSWER_SECONDS)

    async def expect(self, kind: str) -> dict[str, Any]:
        """The next message, which must be of this kind."""
        came, payload = await self.next()
        assert came == kind, f"{came} {payload} came instead of {kind}"
        return payload

    async def expect_error(self, code: int) -> None:
        error = (await self.expect("error"))["error"]
        assert error["code"] == code, error
        assert error["message"]

    async def register(self) -> None:
        await self.send("register", {"media": {"audio": True}})
        await self.expect("ready")

    async def invite(self, **params: str) -> str:
        """Calls the application; the browser's own name of the call. The network's messages follow."""
        self.peer = Peer(self._frame, has_opus=self._has_opus)
        name = "TJS" + secrets.token_hex(16)
        twilio = {"params": urlencode(params)} if params else {}
        await self.send("invite", {"callsid": name, "sdp": await self.peer.offer(), "twilio": twilio})
        return name

    async def call(self, **params: str) -> str:
        """Calls, and is answered: the call's SID."""
        await self.invite(**params)
        self.sid = (await self.expect("ringing"))["callsid"]
        await self.answered()
        return self.sid

    async def answered(self) -> None:
        """Takes the network's answer, to a call or to a changed way."""
        answer = await self.expect("answer")
        assert answer["callsid"] == self.sid
        self.reconnect = answer["reconnect"]
        assert self.peer is not None
        await self.peer.accept(answer["sdp"])

    async def change_way(self) -> None:
        """As after a change of network: a new connection, and the same call."""
        assert self.peer is not None
        await self.peer.close()
        self.peer = Peer(self._frame, has_opus=self._has_opus)
        await self.send("reinvite", {"callsid": self.sid, "sdp": await self.peer.offer()})
        await self.answered()

    async def rung(self) -> dict[str, Any]:
        """The invitation to a call; `pick_up` takes it."""
        invitation = await self.expect("invite")
        self.sid = invitation["callsid"]
        self.peer = Peer(self._frame, has_opus=self._has_opus)
        self._offer = invitation["sdp"]
        self.reconnect = invitation["reconnect"]
        return invitation

    async def pick_up(self) -> None:
        assert self.peer is not None
        await self.send("answer", {"callsid": self.sid, "sdp": await self.peer.answer(self._offer)})

    async def resume(self, token: str, secret: str) -> tuple[str, dict[str, Any]]:
        """Comes back on a new socket and asks for the call: what the network says to that."""
        await self.open(token)
        await self.send("invite", {"callsid": self.sid, "sdp": "", "reconnect": secret, "twilio": {}})
        return await self.next()

    async def hang_up(self) -> None:
        await self.send("hangup", {"callsid": self.sid})

    async def drop(self) -> None:
        """The socket goes, without a word about the call."""
        assert self._socket is not None
        assert self._reading is not None
        await self._socket.close()
        await self._reading

    async def close(self) -> None:
        if self.peer is not None:
            await self.peer.close()
        await self.drop()

    async def _read(
        self, socket: aiohttp.ClientWebSocketResponse, unread: asyncio.Queue[tuple[str, dict[str, Any]]]
    ) -> None:
        async for message in socket:
            if message.data == "\n":
                self.heartbeats += 1
                if self.echoes:
                    await socket.send_str("\n")
                continue
            frame = json.loads(message.data)
            assert frame["version"] == "1.6"
            unread.put_nowait((frame["type"], frame["payload"]))
        unread.put_nowait(("closed", {}))

    def _frame(self) -> bytes:
        self._frames += 1
        return self._voice.frame(self._frames)
