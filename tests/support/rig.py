"""A rehearsal network with its signalling on HTTP, in the test's own process, and an app that answers with TwiML."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from rehearsal.account import Account, Application
from rehearsal.behaviour import Behaviour
from rehearsal.clock import Clock
from rehearsal.documents.session import TwimlInterpreter
from rehearsal.documents.verbs import VERBS
from rehearsal.exchange.leg import Leg
from rehearsal.exchange.network import Network
from rehearsal.faults import Faults
from rehearsal.signalling import Signalling
from rehearsal.sound.meter import Reading, measure
from rehearsal.sound.voices import Voice
from rehearsal.webhooks.client import Webhooks
from tests.support.sdk import HeadlessBrowser, access_token

APPLICATION = "AP" + "1" * 32
# A Pause alone would not pick up: https://www.twilio.com/docs/voice/twiml/pause
QUIET = '<Response><Say>Hi.</Say><Pause length="600"/></Response>'
HEARTBEAT_SECONDS = 1.0
LEAST_VOICE_SECONDS = 0.2


def is_voice(heard: Reading, voice_hz: float) -> bool:
    """Whether what was heard is that voice, at the level at which it was said.

    Four ends of two calls share one process here: on a slow machine many frames come too late. What was sent does not
    have them, and what was received has gaps there. The level leaves these out; a fifth of a second must have arrived.
    """
    said = measure(b"".join([Voice(voice_hz).frame(number) for number in range(50)]))
    return bool(
        heard.frequency_hz == pytest.approx(voice_hz, abs=3)
        and round(heard.seconds - heard.gap_seconds, 3) >= LEAST_VOICE_SECONDS
        and heard.level_between_gaps_dbfs == pytest.approx(said.level_dbfs, abs=1)
    )


@dataclass
class Rig:
    """A network with its signalling on HTTP, one application, and the app that answers for it."""

    network: Network
    url: str
    session: aiohttp.ClientSession
    documents: dict[str, str]
    stack: AsyncExitStack
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    has_opus: bool = True
    """Whether its browsers speak Opus."""

    def browser(self, pitch_hz: float = 700.0) -> HeadlessBrowser:
        browser = HeadlessBrowser(self.session, self.url, pitch_hz, has_opus=self.has_opus)
        self.stack.push_async_callback(browser.close)
        return browser

    def token(self, identity: str = "dj_ann", application_sid: str | None = APPLICATION, **others: Any) -> str:
        return access_token(self.network.account, identity, application_sid, **others)

    async def signed_in(self, identity: str = "dj_ann", pitch_hz: float = 700.0, **others: Any) -> HeadlessBrowser:
        browser = self.browser(pitch_hz)
        await browser.open(self.token(identity, **others))
        return browser

    async def in_call(self, identity: str = "dj_ann", pitch_hz: float = 700.0, **others: Any) -> HeadlessBrowser:
        browser = await self.signed_in(identity, pitch_hz, **others)
        await browser.call()
        return browser

    def requests(self, path: str) -> list[dict[str, str]]:
        return [fields for asked, fields in self.asked if asked == path]

    async def meter(self, sid: str) -> dict[str, Any]:
        async with self.session.get(f"{self.url}/rehearsal/sound/{sid}") as answer:
            assert answer.status == 200
            reading: dict[str, Any] = await answer.json()
            return reading

    async def hears(self, sid: str, frequency_hz: float) -> None:
        """Waits until a leg hears this browser's or caller's tone, at its full level, by the network's meter."""
        deadline = time.monotonic() + 40
        while True:
            heard = Reading(**(await self.meter(sid))["heard"])
            if is_voice(heard, frequency_hz):
                return
            assert time.monotonic() < deadline, f"{sid} does not hear {frequency_hz} Hz but {heard}"
            await asyncio.sleep(0.2)  # each look takes time from the sound, which the same process makes


@asynccontextmanager
async def rigged(documents: dict[str, str]) -> AsyncIterator[Rig]:
    asked: list[tuple[str, dict[str, str]]] = []

    async def answer(request: web.Request) -> web.Response:
        fields = {name: str(value) for name, value in (await request.post()).items()}
        asked.append((request.path, fields))
        return web.Response(text=documents.get(request.path, QUIET), content_type="text/xml")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    account, clock, faults, behaviour = Account.random(), Clock(), Faults(), Behaviour()
    webhooks = Webhooks(account, clock, faults, behaviour)
    network = Network(account, clock, behaviour, faults, TwimlInterpreter(webhooks, VERBS))
    served = web.Application()
    Signalling(network, time.time, HEARTBEAT_SECONDS).mount(served)
    async with AsyncExitStack() as outer:
        station, exchange = TestServer(app), TestServer(served)
        outer.push_async_callback(network.close)
        for server in (station, exchange):
            await server.start_server()
            outer.push_async_callback(server.close)
        now = clock.now()
        base = str(station.make_url("")).rstrip("/")
        network.applications[APPLICATION] = Application(APPLICATION, "desk", now, now, voice_url=base + "/voice")
        session = await outer.enter_async_context(aiohttp.ClientSession())
        stack = await outer.enter_async_context(AsyncExitStack())
        url = str(exchange.make_url("")).rstrip("/")
        yield Rig(network, url, session, documents, stack, asked)


Story = Callable[[Rig], Awaitable[None]]


def play(story: Story, **documents: str) -> None:
    """Runs a story; `documents` are what the app answers at the address of that name."""

    async def run() -> None:
        async with rigged({f"/{name}": document for name, document in documents.items()}) as rig:
            await asyncio.wait_for(story(rig), 55)

    asyncio.run(run())


# For `ring_ann`.
DIAL_ANN = '<Response><Dial action="/dialled" timeout="30"><Client>dj_ann</Client></Dial></Response>'


def ring_ann(rig: Rig) -> Leg:
    """Somebody calls the application, whose document dials the browser dj_ann."""
    return rig.network.ring("client:caller", "studio", application_sid=APPLICATION, mouth=Voice(440.0))
