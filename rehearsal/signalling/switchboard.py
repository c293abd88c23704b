"""Connects the browsers' calls to the network's legs; a call outlives the socket that carries its messages."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING

from rehearsal.signalling.call import BrowserCall, Outlet
from rehearsal.sound.mulaw import SILENCE

if TYPE_CHECKING:
    from rehearsal.exchange.leg import Leg
    from rehearsal.exchange.network import Network
    from rehearsal.signalling.tokens import Grant
    from rehearsal.sound.media import Media

# What a token cannot decide about a call (https://www.twilio.com/docs/api/errors/31001).
APPLICATION_NOT_FOUND = (31001, "Application Not Found")
# What the network itself says about a call; a request's other parameters are the page's.
_OURS = frozenset(
    {"AccountSid", "ApiVersion", "ApplicationSid", "CallSid", "CallStatus", "Called", "Caller", "Direction", "From"}
)


class DeclinedError(Exception):
    """Why the network does not begin a call: one of Twilio's error codes and a sentence."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.error = (code, message)


class Endpoint:
    """What the network sees of one socket: the device that calls and is called (`leg.Device`)."""

    def __init__(self, switchboard: Switchboard, identity: str, outlet: Outlet) -> None:
        """The browser with that identity, connected by that outlet."""
        self._switchboard = switchboard
        self._identity = identity
        self._outlet = outlet

    @property
    def identity(self) -> str:
        """The identity in its token."""
        return self._identity

    def invite(self, leg: Leg) -> None:
        """The network calls this browser."""
        self._switchboard.spawn(self._switchboard.call_in(leg, self, self._outlet))

    def ended(self, leg: Leg, error: tuple[int, str] | None) -> None:
        """The leg is over, or another device answered it first."""
        self._switchboard.ended(leg, self, error)


class Switchboard:
    """All browsers' calls on one network."""

    def __init__(self, network: Network, sound: Media) -> None:
        """Begin with none; the network's legs are watched from now on."""
        self.network = network
        self.sound = sound
        self._calls: dict[tuple[str, Endpoint], BrowserCall] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._unwatch = network.watch(self._changed)

    def spawn(self, work: Coroutine[None, None, None]) -> None:
        """Run work in the background."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Forget all calls."""
        self._unwatch()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._calls.clear()
        await self.sound.stop()

    def register(self, endpoint: Endpoint) -> None:
        """From now on the network may call this browser."""
        devices = self.network.registrations.setdefault(endpoint.identity, [])
        if endpoint not in devices:
            devices.append(endpoint)

    def unregister(self, endpoint: Endpoint) -> None:
        """The network no longer calls this browser. A second time does nothing."""
        devices = self.network.registrations.get(endpoint.identity, [])
        if endpoint in devices:
            devices.remove(endpoint)
        if not devices:
            self.network.registrations.pop(endpoint.identity, None)

    async def call_out(
        self, endpoint: Endpoint, grant: Grant, outlet: Outlet, params: dict[str, str], offer_sdp: str
    ) -> BrowserCall:
        """A browser calls the one application that its token allows.

        Raises DeclinedError, and ValueError when the browser's sound does not fit.
        The identity is the token's, whatever the page's parameters say: they may not pose as the network's own.
        """
        if grant.application_sid is None:
            raise DeclinedError(*APPLICATION_NOT_FOUND)
        params = {name: value for name, value in params.items() if name not in _OURS} | dict(grant.application_params)
        heard: list[Leg] = []
        peer = self.sound.peer(lambda: self.sound.frame(heard[0]) if heard else SILENCE)
        try:
            sdp = await peer.answer(offer_sdp)
            leg = self.network.ring(
                f"client:{grant.identity}",
                params.get("To", ""),
                application_sid=grant.application_sid,
                params=params,
                device=endpoint,
            )
        except KeyError as error:
            self.sound.close(peer)
            raise DeclinedError(*APPLICATION_NOT_FOUND) from error
        except ValueError:
            self.sound.close(peer)
            raise
        heard.append(leg)
        call = self._calls[leg.sid, endpoint] = BrowserCall(leg, grant.identity, self.sound, peer, outlet, sdp)
        call.ring_out()
        call.follow()
        return call

    async def call_in(self, leg: Leg, endpoint: Endpoint, outlet: Outlet) -> None:
        """The network calls a browser: it gets our offer, and rings."""
        peer = self.sound.peer(lambda: self.sound.frame(leg))
        sdp = await peer.offer()
        if leg.status != "ringing":
            self.sound.close(peer)
            return
        call = self._calls[leg.sid, endpoint] = BrowserCall(leg, endpoint.identity, self.sound, peer, outlet, sdp)
        call.ring_in(self.network.account.sid)

    def find(self, sid: str, outlet: Outlet) -> BrowserCall | None:
        """The call of that SID that the browser at this outlet has."""
        return next((call for call in self._calls.values() if call.sid == sid and call.on(outlet)), None)

    def resumable(self, sid: str, identity: str, secret: str) -> BrowserCall | None:
        """The live call of that SID and identity that this secret may take over."""
        for call in self._calls.values():
            if call.sid == sid and call.answered and call.identity == identity and call.reconnect == secret:
                return call if call.leg.live else None
        return None

    def has_calls(self, outlet: Outlet) -> bool:
        """Whether a call is up or rings over that socket."""
        return any(call.on(outlet) for call in self._calls.values())

    def lose(self, outlet: Outlet) -> None:
        """A socket has gone: its calls wait for the browser, those that only rang are forgotten."""
        for key, call in list(self._calls.items()):
            if call.on(outlet):
                if call.answered or call.leg.direction == "inbound":
                    call.lose()
                else:
                    del self._calls[key]
                    call.drop_sound()

    def ended(self, leg: Leg, endpoint: Endpoint, error: tuple[int, str] | None) -> None:
        """The network says that a leg is over for this endpoint."""
        call = self._calls.pop((leg.sid, endpoint), None)
        if call is None:
            return
        cancelled = leg.direction != "inbound" and not call.answered
        call.over(error, cancelled=cancelled)
        if cancelled:
            call.drop_sound()

    def _changed(self, leg: Leg) -> None:
        if leg.direction == "inbound" and isinstance(leg.device, Endpoint):
            call = self._calls.get((leg.sid, leg.device))
            if call is not None:
                call.follow()
