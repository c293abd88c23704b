"""One call of one browser: its leg in the network, its sound, and the socket that carries its messages."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Protocol

from rehearsal.signalling.frames import Payload

if TYPE_CHECKING:
    from rehearsal.exchange.leg import Leg
    from rehearsal.sound.media import Media
    from rehearsal.sound.peer import Peer


class Outlet(Protocol):
    """Where messages to a browser go."""

    def send(self, kind: str, payload: Payload) -> None:
        """Send a message; nothing happens when the socket is closed already."""
        ...


class BrowserCall:
    """Outlives its socket: without one it waits for the browser to come back, until the network gives up."""

    def __init__(self, leg: Leg, identity: str, sound: Media, peer: Peer, outlet: Outlet, sdp: str) -> None:
        """`sdp` is our description of the sound: the answer to the browser's offer, or our offer."""
        self.leg = leg
        self.identity = identity
        self.reconnect = secrets.token_urlsafe(24)
        """A browser that sends this secret may resume the call on another socket."""
        self._sound = sound
        self._peer = peer
        self._outlet: Outlet | None = outlet
        self._sdp = sdp
        self.answered = False
        """Whether this browser has the call: it answered, or the network answered it."""

    @property
    def sid(self) -> str:
        """The call's SID."""
        return self.leg.sid

    def on(self, outlet: Outlet) -> bool:
        """Whether that socket carries this call's messages."""
        return self._outlet is outlet

    def ring_out(self) -> None:
        """Tell a browser that called that its call has begun."""
        self._sound.connect(self.leg, self._peer)
        self._send("ringing", {"callsid": self.sid})

    def ring_in(self, account_sid: str) -> None:
        """Tell a browser that it is being called (https://www.twilio.com/docs/voice/twiml/client)."""
        parameters = {"CallSid": self.sid, "AccountSid": account_sid, "From": self.leg.from_, "To": self.leg.to}
        parameters["Params"] = ""
        self._send(
            "invite",
            {"callsid": self.sid, "sdp": self._sdp, "parameters": parameters, "reconnect": self.reconnect},
        )

    def follow(self) -> None:
        """Tell a browser that called, once, that the network has picked up."""
        if self.leg.status == "in-progress" and not self.answered:
            self.answered = True
            self._answer()

    async def picked_up(self, sdp: str) -> None:
        """The browser that was called answers. ValueError when its sound does not fit."""
        await self._peer.accept(sdp)
        self.answered = True
        self._sound.connect(self.leg, self._peer)

    async def restart(self, offer_sdp: str) -> None:
        """The browser's way to us has changed: answer from a new peer, since one cannot move. ValueError as above."""
        peer = self._sound.peer(lambda: self._sound.frame(self.leg))
        try:
            self._sdp = await peer.answer(offer_sdp)
        except ValueError:
            self._sound.close(peer)
            raise
        self._peer = peer
        self._sound.connect(self.leg, peer)
        self._answer()

    def press(self, digits: str) -> None:
        """The browser's keys."""
        self.leg.press(digits)

    def lose(self) -> None:
        """The socket is gone: the network waits a while for the browser to come back."""
        self._outlet = None
        if self.leg.live:
            self.leg.network_lost()

    def resume(self, outlet: Outlet) -> None:
        """The browser is back on another socket; its sound went on meanwhile."""
        self._outlet = outlet
        self.leg.network_back()
        self._answer()

    def hang_up(self) -> None:
        """The browser hangs up; no message to it is needed."""
        self._outlet = None
        self.leg.hang_up()

    def over(self, error: tuple[int, str] | None, *, cancelled: bool) -> None:
        """The leg has ended. `cancelled`: before this browser answered, perhaps because another one did."""
        payload: Payload = {"callsid": self.sid}
        if error is not None:
            payload["error"] = {"code": error[0], "message": error[1]}
        self._send("cancel" if cancelled else "hangup", payload)
        self._outlet = None

    def drop_sound(self) -> None:
        """Close the sound of a call that this browser never had."""
        self._sound.close(self._peer)

    def _answer(self) -> None:
        self._send("answer", {"callsid": self.sid, "sdp": self._sdp, "reconnect": self.reconnect})

    def _send(self, kind: str, payload: Payload) -> None:
        if self._outlet is not None:
            self._outlet.send(kind, payload)
