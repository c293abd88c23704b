"""What a browser asks for over one socket once its token is known: to be rung, to call, to answer, to hang up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

from rehearsal.signalling.call import BrowserCall, Outlet
from rehearsal.signalling.frames import Payload, text_of
from rehearsal.signalling.switchboard import DeclinedError, Endpoint, Switchboard
from rehearsal.signalling.tokens import Grant

_BAD_SOUND = (31000, "The session description cannot be used")
_GONE = (31481, "Call/Transaction Does Not Exist (SIP)")
_NO_MESSAGES = (31210, "Call Message Event Type is invalid")
_PARAMS_TOO_LONG = (31103, "Max Parameter Length Exceeded")
# https://www.twilio.com/docs/voice/sdks/javascript/twiliodevice#deviceconnectconnectoptions
_LONGEST_PARAMS = 800


class Dialogue:
    """The requests of one browser; `grant` is renewed with its token, its identity stays."""

    def __init__(self, switchboard: Switchboard, outlet: Outlet, grant: Grant) -> None:
        """Begin with a browser that is neither registered nor in a call."""
        self.grant = grant
        self._switchboard = switchboard
        self._outlet = outlet
        self._endpoint = Endpoint(switchboard, grant.identity, outlet)
        self._aliases: dict[str, str] = {}
        """The browser's own names for its calls (TJS…), mapped to their SIDs."""
        self.handlers: dict[str, Callable[[Payload], Awaitable[None]]] = {
            "register": self._register,
            "invite": self._invite,
            "answer": self._answer,
            "dtmf": self._dtmf,
            "hangup": self._hangup,
            "reject": self._reject,
            "reinvite": self._reinvite,
            "message": self._message,
        }

    def unregister(self) -> None:
        """The network no longer rings this browser."""
        self._switchboard.unregister(self._endpoint)

    async def _register(self, payload: Payload) -> None:
        """Twilio's own answer to a token that allows no incoming calls is not documented: here it is ready, unrung."""
        media = payload.get("media")
        if not isinstance(media, dict) or media.get("audio") is not True:
            self._switchboard.unregister(self._endpoint)
            self._outlet.send("offline", {})
            return
        if self.grant.incoming:
            self._switchboard.register(self._endpoint)
        self._outlet.send("ready", {})

    async def _invite(self, payload: Payload) -> None:
        if "reconnect" in payload:
            self._resume(payload)
            return
        name = text_of(payload, "callsid")
        twilio = payload.get("twilio")
        query = text_of(twilio, "params") if isinstance(twilio, dict) else ""
        try:
            if len(query) > _LONGEST_PARAMS:
                raise DeclinedError(*_PARAMS_TOO_LONG)
            params = dict(parse_qsl(query, keep_blank_values=True))
            call = await self._switchboard.call_out(
                self._endpoint, self.grant, self._outlet, params, text_of(payload, "sdp")
            )
        except DeclinedError as error:
            self._refuse(name, error.error)
        except ValueError:
            self._refuse(name, _BAD_SOUND)
        else:
            self._aliases[name] = call.sid

    def _resume(self, payload: Payload) -> None:
        sid = text_of(payload, "callsid")
        call = self._switchboard.resumable(sid, self.grant.identity, text_of(payload, "reconnect"))
        if call is None:
            self._refuse(sid, _GONE)
        else:
            call.resume(self._outlet)

    def _error(self, error: tuple[int, str], **about: str) -> None:
        self._outlet.send("error", {"error": {"code": error[0], "message": error[1]}, **about})

    def _refuse(self, callsid: str, error: tuple[int, str]) -> None:
        self._outlet.send("hangup", {"callsid": callsid, "error": {"code": error[0], "message": error[1]}})

    def _call(self, payload: Payload) -> BrowserCall | None:
        name = text_of(payload, "callsid")
        return self._switchboard.find(self._aliases.get(name, name), self._outlet)

    async def _answer(self, payload: Payload) -> None:
        call = self._call(payload)
        if call is None or call.answered:
            return
        try:
            await call.picked_up(text_of(payload, "sdp"))
        except ValueError:
            self._refuse(call.sid, _BAD_SOUND)
            call.leg.refuse("failed")
        else:
            call.leg.answer(self._endpoint)

    async def _dtmf(self, payload: Payload) -> None:
        call = self._call(payload)
        if call is not None:
            call.press(text_of(payload, "dtmf"))

    async def _hangup(self, payload: Payload) -> None:
        call = self._call(payload)
        if call is not None:
            call.hang_up()

    async def _reject(self, payload: Payload) -> None:
        call = self._call(payload)
        if call is not None:
            call.leg.refuse("busy")

    async def _reinvite(self, payload: Payload) -> None:
        call = self._call(payload)
        if call is None:
            self._refuse(text_of(payload, "callsid"), _GONE)
            return
        try:
            await call.restart(text_of(payload, "sdp"))
        except ValueError:
            self._error(_BAD_SOUND, callsid=call.sid)

    async def _message(self, payload: Payload) -> None:
        """A rehearsal's calls carry no messages of the page's own; no page of ours sends any."""
        about = {name: text_of(payload, name) for name in ("callsid", "voiceeventsid")}
        self._error(_NO_MESSAGES, **about)
