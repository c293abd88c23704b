"""The control interface: what tests and the rehearsal's own page may do to the network. JSON over HTTP."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict, fields
from typing import Any

from aiohttp import web

from rehearsal import control_requests
from rehearsal.account import E164
from rehearsal.behaviour import Behaviour
from rehearsal.callers import Callers
from rehearsal.control_requests import BadRequest
from rehearsal.exchange.leg import CONFIDENCE, Leg
from rehearsal.exchange.network import Network
from rehearsal.rest.counting import Requests

Handler = Callable[[web.Request], Awaitable[web.Response]]

FAULTS = ("rest", "webhooks")
BEHAVIOUR = tuple(field.name for field in fields(Behaviour))


class Control:
    """The handlers of /rehearsal/…. A body that makes no sense is answered 400, with a sentence in `error`."""

    def __init__(
        self, network: Network, callers: Callers, requests: Requests, changed: Callable[[], None] = lambda: None
    ) -> None:
        """`changed` is called after a change to faults, behaviour or the clock."""
        self._network = network
        self._callers = callers
        self._requests = requests
        self._changed = changed

    def routes(self) -> list[web.RouteDef]:
        """All routes of the control interface."""
        one = "/rehearsal/callers/{call_sid}"
        return [
            web.post("/rehearsal/callers", _careful(self.ring_in)),
            web.get("/rehearsal/callers", self.list_callers),
            web.get(one, _careful(self.fetch_caller)),
            web.post(one + "/digits", _careful(self.press)),
            web.post(one + "/speech", _careful(self.say)),
            web.delete(one, _careful(self.hang_up)),
            web.post("/rehearsal/crowd", _careful(self.crowd)),
            web.post("/rehearsal/reset", self.reset),
            web.put("/rehearsal/clock", _careful(self.advance)),
            web.put("/rehearsal/faults", _careful(self.set_faults)),
            web.put("/rehearsal/behaviour", _careful(self.set_behaviour)),
            web.post("/rehearsal/numbers", _careful(self.add_number)),
            web.get("/rehearsal/requests", self.list_requests),
        ]

    async def ring_in(self, request: web.Request) -> web.Response:
        asked = await control_requests.read(request, ("from", "to", "line", "silent"))
        account = self._network.account
        lines = {"listener": account.listener_number, "dj": account.dj_number}
        to = asked.get("to", "listener")
        lines |= {number.phone_number: number.phone_number for number in self._network.numbers.values()}
        if isinstance(to, str) and to in self._network.applications:
            params = control_requests.line(asked.get("line"))
            leg = self._callers.call_out(control_requests.browser(asked.get("from")), to, params)
            return web.json_response({"call_sid": leg.sid}, status=201)
        if not isinstance(to, str) or to not in lines:
            raise BadRequest(
                "to must be listener or dj, a number of the account, or an application's SID for a browser."
            )
        number, silent = control_requests.caller_number(asked.get("from")), asked.get("silent", False)
        if not isinstance(silent, bool):
            raise BadRequest("silent must be true or false.")
        leg = self._callers.ring_in(number, lines[to], silent=silent)
        return web.json_response({"call_sid": leg.sid}, status=201)

    async def list_callers(self, _request: web.Request) -> web.Response:
        """All callers, newest first, including those that have hung up."""
        legs = [leg for leg in self._network.legs.values() if leg.direction == "inbound"]
        return web.json_response([caller_json(leg) for leg in reversed(legs)])

    async def fetch_caller(self, request: web.Request) -> web.Response:
        return web.json_response(caller_json(self._leg(request)))

    async def press(self, request: web.Request) -> web.Response:
        asked = await control_requests.read(request, ("digits",))
        leg = self._live_leg(request)
        leg.press(control_requests.digits(asked.get("digits")))
        return web.json_response(caller_json(leg))

    async def say(self, request: web.Request) -> web.Response:
        asked = await control_requests.read(request, ("text", "confidence"))
        leg = self._live_leg(request)
        leg.speak(
            control_requests.speech(asked.get("text")), control_requests.confidence(asked.get("confidence", CONFIDENCE))
        )
        return web.json_response(caller_json(leg))

    async def hang_up(self, request: web.Request) -> web.Response:
        """Hang up. It is no error if the call has already ended."""
        leg = self._leg(request)
        if leg.live:
            leg.hang_up()
        return web.json_response(caller_json(leg))

    async def crowd(self, request: web.Request) -> web.Response:
        callers, per_second, patience = control_requests.crowd(
            await control_requests.read(request, ("callers", "per_second", "patience_seconds"))
        )
        self._callers.crowd(callers, per_second, patience)
        return web.json_response({"callers": callers}, status=202)

    async def reset(self, _request: web.Request) -> web.Response:
        """End all calls and reset faults, behaviour and counts; the queues stay, empty."""
        self._callers.forget()
        await self._network.reset()
        self._requests.clear()
        self._changed()
        return web.json_response({})

    async def advance(self, request: web.Request) -> web.Response:
        asked = await control_requests.read(request, ("advance_seconds",))
        seconds = control_requests.advance_seconds(asked.get("advance_seconds"))
        await self._network.clock.advance(seconds)
        self._changed()
        return web.json_response({"advance_seconds": seconds})

    async def set_faults(self, request: web.Request) -> web.Response:
        self._network.faults.change(await control_requests.read(request, FAULTS))
        self._changed()
        return web.json_response(faults_json(self._network))

    async def set_behaviour(self, request: web.Request) -> web.Response:
        self._network.behaviour.change(await control_requests.read(request, BEHAVIOUR))
        self._changed()
        return web.json_response(asdict(self._network.behaviour))

    async def add_number(self, request: web.Request) -> web.Response:
        """Add a number to the account, as if it had been bought, or change whether one of its numbers carries calls."""
        asked = await control_requests.read(request, ("number", "voice"))
        number, has_voice = asked.get("number"), asked.get("voice", True)
        if not isinstance(number, str) or not E164.fullmatch(number) or not isinstance(has_voice, bool):
            raise BadRequest("number must be a number such as +442079460102, and voice true or false.")
        added = self._network.add_number(number, has_voice=has_voice)
        return web.json_response({"sid": added.sid}, status=201)

    async def list_requests(self, _request: web.Request) -> web.Response:
        return web.json_response(self._requests.as_json())

    def _leg(self, request: web.Request) -> Leg:
        call_sid = request.match_info["call_sid"]
        leg = self._network.legs.get(call_sid)
        if leg is None:
            raise _missing(call_sid)
        return leg

    def _live_leg(self, request: web.Request) -> Leg:
        leg = self._leg(request)
        if not leg.live:
            raise _Problem(409, f"The call {leg.sid} is over.")
        return leg


def caller_json(leg: Leg) -> dict[str, Any]:
    """A caller as tests see them. `queue` is the name of the queue they wait in.

    `at` is seconds since the ring, and so is `ended_at`, which is None while the call lasts.
    """
    return {
        "call_sid": leg.sid,
        "from": leg.from_,
        "status": leg.status,
        "queue": leg.queue.friendly_name if leg.queue else None,
        "bridged_to": leg.bridged_to.sid if leg.bridged_to else None,
        "ended_at": None if leg.ended_at is None else round(leg.ended_at - leg.started_at, 3),
        "heard": [{"verb": heard.verb, "text": heard.text, "at": round(heard.at, 3)} for heard in leg.heard],
    }


def faults_json(network: Network) -> dict[str, Any]:
    """The faults in force."""
    return {"rest": asdict(network.faults.rest), "webhooks": asdict(network.faults.webhooks)}


class _Problem(Exception):
    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def _missing(call_sid: str) -> _Problem:
    return _Problem(404, f"There is no call {call_sid[:40]}.")


def _careful(handler: Handler) -> Handler:
    """Answers what a handler refuses with a sentence."""

    async def answer(request: web.Request) -> web.Response:
        try:
            return await handler(request)
        except _Problem as problem:
            return web.json_response({"error": str(problem)}, status=problem.status)
        except ValueError as problem:  # BadRequest, and what faults and behaviour say
            return web.json_response({"error": str(problem)}, status=400)

    return answer
