"""A rehearsal network and a station's app for it, both real, in one event loop."""

from __future__ import annotations

import asyncio
import functools
import inspect
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web
from twilio.request_validator import RequestValidator

from rehearsal.account import Account
from rehearsal.behaviour import Behaviour
from rehearsal.clock import Clock
from rehearsal.documents.session import TwimlInterpreter
from rehearsal.documents.verbs import VERBS
from rehearsal.exchange.leg import Leg
from rehearsal.exchange.network import Network
from rehearsal.faults import Faults
from rehearsal.webhooks.client import Webhooks
from rehearsal.webhooks.static_folder import StaticFolder

STORY_SECONDS = 30
SOUNDS = ("/music", "/music.wav")
"""Files that Play names are fetched without a signature."""

STAR_BEHAVIOURS = [
    Behaviour(star=star, star_before_bridge=before, empty_queue=empty)
    for star, before, empty in (
        ("action", True, "silence"),
        ("action", False, "ring"),
        ("hangup", True, "ring"),
        ("hangup", False, "silence"),
    )
]


@dataclass(frozen=True)
class Asked:
    """One request that came to the station."""

    method: str
    path: str
    query: str
    params: dict[str, str]
    headers: dict[str, str]
    signed: bool


class Station:
    """An app in a few lines: its answers are set by path, and its requests are kept."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.asked: list[Asked] = []
        self.url = ""
        self._answers: dict[str, Any] = {}
        self._validator = RequestValidator(account.auth_token)

    def on(self, path: str, *answers: Any) -> None:
        """The answers to a path, one after the other, the last for ever: TwiML, a Response, or a function of Asked."""
        self._answers[path] = list(answers)

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    def params(self, path: str) -> list[dict[str, str]]:
        return [asked.params for asked in self.asked if asked.path == path]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        pairs = form if request.method == "POST" else request.query
        # Twilio's own validator checks the address exactly as it was sent.
        address = self.url + request.raw_path
        signature = request.headers.get("X-Twilio-Signature", "")
        self.asked.append(
            Asked(
                request.method,
                request.path,
                request.raw_path.partition("?")[2],
                {name: str(value) for name, value in pairs.items()},
                dict(request.headers),
                bool(signature) and self._validator.validate(address, form, signature),
            )
        )
        answers = self._answers.get(request.path, [web.Response(status=404)])
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if callable(answer):
            answer = answer(self.asked[-1])
        if inspect.isawaitable(answer):
            answer = await answer
        if isinstance(answer, str):
            return web.Response(text=f"<Response>{answer}</Response>", content_type="text/xml")
        if isinstance(answer, web.Response):  # a response can be sent only once
            return web.Response(status=answer.status, body=answer.body, headers=answer.headers)
        return answer


class Phone:
    """A device that notes what happens to it."""

    def __init__(self, identity: str) -> None:
        self.identity = identity
        self.invited: list[Leg] = []
        self.told: list[tuple[Leg, tuple[int, str] | None]] = []

    def invite(self, leg: Leg) -> None:
        self.invited.append(leg)

    def ended(self, leg: Leg, error: tuple[int, str] | None) -> None:
        self.told.append((leg, error))


@dataclass
class Rig:
    network: Network
    station: Station
    runner: web.AppRunner

    @property
    def clock(self) -> Clock:
        return self.network.clock

    def number(self, dj: bool = False) -> Any:
        wanted = self.network.account.dj_number if dj else self.network.account.listener_number
        return next(number for number in self.network.numbers.values() if number.phone_number == wanted)

    def ring(self, from_: str = "+447700900001", **options: Any) -> Leg:
        """A listener calls."""
        return self.network.ring(from_, self.network.account.listener_number, **options)

    def ring_desk(self, **options: Any) -> Leg:
        """The DJ calls."""
        return self.network.ring("+447700900999", self.network.account.dj_number, **options)

    async def until(self, condition: Callable[[], Any], seconds: float = 20.0) -> Any:
        """Wait until the condition holds, and return its value."""
        deadline = time.monotonic() + seconds
        while not (value := condition()):
            assert time.monotonic() < deadline, self.told()
            await asyncio.sleep(0.002)
        return value

    async def waiting(self, leg: Leg) -> None:
        await self.until(lambda: leg.queue is not None)

    async def line_up(self, callers: int) -> list[Leg]:
        """This many listeners, one after the other, so that their order is certain."""
        legs = []
        for number in range(1, callers + 1):
            legs.append(self.ring(f"+44770090{number:04}"))
            await self.waiting(legs[-1])
        return legs

    async def bridged(self, *legs: Leg) -> None:
        await self.until(lambda: all(leg.bridged_to for leg in legs))

    async def over(self, *legs: Leg) -> None:
        """Wait until the legs have ended and all their reports have arrived."""
        await self.until(lambda: not any(leg.live for leg in legs))
        await self.clock.advance(0)

    async def pass_time(self, seconds: float) -> None:
        await self.clock.advance(seconds)

    def told(self) -> str:
        legs = [(leg.from_, leg.status, list(leg.heard)) for leg in self.network.legs.values()]
        return f"asked: {self.station.paths()}\nlegs: {legs}\nalerts: {self.network.alerts}"

    def alerts(self) -> list[int]:
        return [alert["code"] for alert in self.network.alerts]

    async def station_goes_down(self) -> None:
        await self.runner.cleanup()


def heard(leg: Leg, verb: str = "") -> list[str]:
    """What a leg has heard, all or by one verb."""
    return [item.text for item in leg.heard if verb in ("", item.verb)]


@asynccontextmanager
async def rig(behaviour: Behaviour | None = None, static: StaticFolder | None = None) -> AsyncIterator[Rig]:
    """A network whose two numbers lead to /voice and /desk of a station."""
    account = Account.random()
    station = Station(account)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", station.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    station.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    clock, faults = Clock(), Faults()
    behaviour = replace(behaviour or Behaviour())
    webhooks = Webhooks(account, clock, faults, behaviour, static)
    network = Network(account, clock, behaviour, faults, TwimlInterpreter(webhooks, VERBS))
    network.create_queue("line", 5000)
    rigged = Rig(network, station, runner)
    rigged.number().voice_url = f"{station.url}/voice"
    rigged.number(dj=True).voice_url = f"{station.url}/desk"
    try:
        yield rigged
        assert all(asked.signed for asked in station.asked if asked.path not in SOUNDS)
    finally:
        await network.close()
        await runner.cleanup()


def story(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """Runs an async test with a Rig as first argument, on a network of the test's ``behaviour``, if it names one."""

    @functools.wraps(test)
    def run(**arguments: Any) -> None:
        async def play() -> None:
            async with asyncio.timeout(STORY_SECONDS), rig(arguments.get("behaviour")) as rigged:
                await test(rigged, **arguments)

        asyncio.run(play())

    names = list(inspect.signature(test).parameters.values())[1:]
    run.__signature__ = inspect.Signature(names)
    return run
