"""The rehearsal's signalling, spoken over real sockets with real sound, and an app that answers with TwiML."""

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
from twilio.jwt.client import ClientCapabilityToken

from rehearsal.account import Account
from rehearsal.addresses import Application
from rehearsal.clock import Clock
from rehearsal.faults import Faults
from rehearsal.leg import Leg
from rehearsal.manners import Manners
from rehearsal.network import Network
from rehearsal.signalling import Signalling
from rehearsal.sound import tones
from rehearsal.sound.clips import speech
from rehearsal.sound.meter import measure
from rehearsal.sound.voices import Voice
from rehearsal.webhooks import Webhooks
from tests.support.sdk import HeadlessBrowser, access_token, until

APPLICATION = "AP" + "1" * 32
# A Pause alone would not pick up: https://www.twilio.com/docs/voice/twiml/pause
QUIET = '<Response><Say>Hi.</Say><Pause length="600"/></Response>'
HEARTBEAT_SECONDS = 0.2


@dataclass
class Rig:
    """A network with its signalling on HTTP, one application, and the app that answers for it."""

    network: Network
    url: str
    session: aiohttp.ClientSession
    documents: dict[str, str]
    stack: AsyncExitStack
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def browser(self, pitch_hz: float = 700.0) -> HeadlessBrowser:
        browser = HeadlessBrowser(self.session, self.url, pitch_hz)
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

    async def hears(self, sid: str, frequency_hz: float, seconds: float = 15.0) -> float:
        """The level in dBFS at which a leg hears a tone, once it does by the network's meter."""
        async with asyncio.timeout(seconds):
            while True:
                heard = (await self.meter(sid))["heard"]
                if heard["frequency_hz"] == pytest.approx(frequency_hz, abs=3) and heard["seconds"] > 0.9:
                    return float(heard["level_dbfs"])
                await asyncio.sleep(0.05)


@asynccontextmanager
async def rigged(documents: dict[str, str]) -> AsyncIterator[Rig]:
    asked: list[tuple[str, dict[str, str]]] = []

    async def answer(request: web.Request) -> web.Response:
        fields = {name: str(value) for name, value in (await request.post()).items()}
        asked.append((request.path, fields))
        return web.Response(text=documents.get(request.path, QUIET), content_type="text/xml")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    account, clock, faults = Account.random(), Clock(), Faults()
    network = Network(account, clock, Webhooks(account, clock, faults), Manners(), faults)
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
            await asyncio.wait_for(story(rig), 45)

    asyncio.run(run())


# The token and the socket.


def test_listening_tells_the_browser_who_it_is_and_for_how_long() -> None:
    async def story(rig: Rig) -> None:
        connected = await rig.browser().open(rig.token(ttl_seconds=600))
        assert connected["token"]["identity"] == "dj_ann"
        assert 590 <= connected["token"]["ttl"] <= 600

    play(story)


def test_a_browser_registers_and_unregisters() -> None:
    async def story(rig: Rig) -> None:
        browser = await rig.signed_in()
        await browser.register()
        assert [device.identity for device in rig.network.registrations["dj_ann"]] == ["dj_ann"]
        await browser.send("register", {"media": {"audio": False}})
        await browser.expect("offline")
        assert not rig.network.registrations
        await browser.register()
        await browser.drop()
        await until(lambda: not rig.network.registrations)

    play(story)


@pytest.mark.parametrize("code", [31202, 31204, 31205])
def test_a_bad_token_is_named_and_ends_the_connection(code: int) -> None:
    async def story(rig: Rig) -> None:
        tokens = {31202: rig.token()[:-8] + "AAAAAAAA", 31204: "no token", 31205: rig.token(ttl_seconds=-5)}
        browser = rig.browser()
        await browser.connect()
        await browser.listen(tokens[code])
        await browser.expect_error(code)
        await browser.expect("close")
        await browser.expect("closed")

    play(story)


def test_nothing_is_done_for_a_browser_that_has_shown_no_token() -> None:
    async def story(rig: Rig) -> None:
        browser = rig.browser()
        await browser.connect()
        for kind in ("register", "invite", "hangup", "dtmf"):
            await browser.send(kind, {"callsid": "CA1"})
            await browser.expect_error(31204)
        assert not rig.network.legs

    play(story)


def test_rubbish_is_refused_and_the_connection_goes_on() -> None:
    async def story(rig: Rig) -> None:
        browser = await rig.signed_in()
        for text in (
            "{",
            "[]",
            "null",
            '{"type": 1}',
            '{"type": "invite", "payload": []}',
            '{"type": "dance"}',
            "[" * 9000,
        ):
            await browser.send_text(text)
            await browser.expect_error(31100)
        for kind in ("answer", "dtmf", "hangup", "reject"):
            await browser.send(kind, {"callsid": ["CA"], "dtmf": {}, "sdp": 7})
        await browser.register()

    play(story)


def test_the_network_sends_heartbeats_and_gives_up_a_browser_that_does_not_echo_them() -> None:
    async def story(rig: Rig) -> None:
        browser = await rig.signed_in()
        await browser.register()
        await until(lambda: browser.heartbeats > 3)
        assert rig.network.registrations
        browser.echoes = False
        await until(lambda: not rig.network.registrations)

    play(story)


def test_a_token_that_runs_out_ends_the_connection() -> None:
    async def story(rig: Rig) -> None:
        browser = await rig.signed_in(ttl_seconds=1)
        await browser.register()
        await browser.expect_error(31205)
        assert not rig.network.registrations
        await browser.expect("close")
        await browser.expect("closed")

    play(story)


def test_a_renewed_token_keeps_the_browser_signed_in() -> None:
    async def story(rig: Rig) -> None:
        browser = await rig.signed_in(ttl_seconds=1)
        await browser.register()
        await browser.send("listen", {"token": rig.token(ttl_seconds=600)})
        assert (await browser.expect("connected"))["token"]["ttl"] > 500
        began = time.monotonic()
        await until(lambda: time.monotonic() - began > 1.3)
        await browser.register()
        assert rig.network.registrations

    play(story)


def test_a_call_that_is_up_outlives_its_token() -> None:
    async def story(rig: Rig) -> None:
        browser = await rig.in_call(ttl_seconds=2)
        await browser.expect_error(31205)
        assert rig.network.legs[browser.sid].live
        await browser.invite()
        await browser.expect_error(31205)
        await browser.hang_up()
        await browser.expect("close")
        await browser.expect("closed")
        assert rig.network.legs[browser.sid].status == "completed"

    play(story)


def test_a_bad_renewal_does_not_end_a_call() -> None:
    async def story(rig: Rig) -> None:
        browser = await rig.in_call()
        await browser.send("listen", {"token": "rubbish"})
        await browser.expect_error(31204)
        await browser.hang_up()
        await until(lambda: not rig.network.legs[browser.sid].live)

    play(story)


# A browser calls.


def test_a_call_reaches_the_application_with_its_parameters_under_the_tokens_identity() -> None:
    async def story(rig: Rig) -> None:
        browser = await rig.signed_in("listener_7")
        forged = {
            "From": "client:dj_ann",
            "CallSid": "CA0",
            "AccountSid": "AC0",
            "Direction": "outbound",
            "Caller": "x",
        }
        sid = await browser.call(To="studio", mood="good & calm", **forged)
        [request] = rig.requests("/voice")
        assert request["From"] == request["Caller"] == "client:listener_7"
        assert (request["CallSid"], request["AccountSid"]) == (sid, rig.network.account.sid)
        assert (request["To"], request["mood"], request["Direction"]) == ("studio", "good & calm", "inbound")

    play(story)


def test_a_capability_token_calls_as_well() -> None:
    async def story(rig: Rig) -> None:
        token = ClientCapabilityToken(rig.network.account.sid, rig.network.account.auth_token)
        token.allow_client_outgoing(APPLICATION)
        token.client_name = "dj_old"
        browser = rig.browser()
        await browser.open(token.to_jwt())
        await browser.call()
        assert rig.requests("/voice")[0]["From"] == "client:dj_old"

    play(story)


@pytest.mark.parametrize("application_sid", [None, "AP" + "9" * 32])
def test_a_token_reaches_no_application_but_its_own(application_sid: str | None) -> None:
    async def story(rig: Rig) -> None:
        browser = await rig.signed_in(application_sid=application_sid)
        name = await browser.invite(ApplicationSid=APPLICATION)
        refused = await browser.expect("hangup")
        assert (refused["callsid"], refused["error"]["code"]) == (name, 31001)
        assert not rig.network.legs

    play(story)


def test_a_call_with_no_usable_sound_or_endless_parameters_is_refused() -> None:
    async def story(rig: Rig) -> None:
        browser = await rig.signed_in()
        await browser.send("invite", {"callsid": "TJS1", "sdp": "rubbish", "twilio": {}})
        assert (await browser.expect("hangup"))["callsid"] == "TJS1"
        await browser.invite(much="x" * 801)
        assert (await browser.expect("hangup"))["error"]["code"] == 31103
        assert not rig.network.legs

    play(story)


def test_keys_reach_the_document() -> None:
    async def story(rig: Rig) -> None:
        browser = await rig.in_call()
        await until(lambda: rig.network.legs[browser.sid].heard)
        await browser.send("dtmf", {"callsid": browser.sid, "dtmf": "12*"})
        await until(lambda: rig.requests("/digits"))
        assert rig.requests("/digits")[0]["Digits"] == "12*"

    gather = '<Gather action="/digits" numDigits="3" finishOnKey="" timeout="60"><Say>Press.</Say></Gather>'
    play(story, voice=f"<Response>{gather}</Response>")


def test_the_browser_hangs_up() -> None:
    async def story(rig: Rig) -> None:
        browser = await rig.in_call()
        await browser.hang_up()
        await until(lambda: rig.network.legs[browser.sid].status == "completed")

    play(story)


def test_the_network_hangs_up() -> None:
    async def story(rig: Rig) -> None:
        browser = await rig.in_call()
        rig.network.end(rig.network.legs[browser.sid])
        assert await browser.expect("hangup") == {"callsid": browser.sid}

    play(story)


def test_a_document_that_fails_ends_the_call() -> None:
    async def story(rig: Rig) -> None:
        browser = await rig.signed_in()
        await browser.invite()
        sid = (await browser.expect("ringing"))["callsid"]
        while (came := await browser.next())[0] != "hangup":
            assert came[0] == "answer"
        assert came[1]["callsid"] == sid
        assert not rig.network.legs[sid].live

    play(story, voice="<Response><Dance/>")


# The socket drops.


def test_a_call_outlives_its_socket_and_is_taken_up_on_another() -> None:
    async def story(rig: Rig) -> None:
        browser = await rig.in_call()
        await browser.drop()
        kind, answer = await browser.resume(rig.token(), browser.reconnect)
        assert (kind, answer["callsid"]) == ("answer", browser.sid)
        await rig.network.clock.advance(60)
        assert rig.network.legs[browser.sid].live
        rig.network.end(rig.network.legs[browser.sid])
        assert await browser.expect("hangup") == {"callsid": browser.sid}

    play(story)


@pytest.mark.parametrize("thief", ["the secret is wrong", "the identity is another"])
def test_nobody_else_can_take_a_call_up(thief: str) -> None:
    async def story(rig: Rig) -> None:
        browser = await rig.in_call()
        await browser.drop()
        if thief == "the secret is wrong":
            kind, refused = await browser.resume(rig.token(), "guess")
        else:
            kind, refused = await browser.resume(rig.token("listener_7"), browser.reconnect)
        assert (kind, refused["error"]["code"]) == ("hangup", 31481)

    play(story)


def test_a_browser_that_does_not_come_back_is_given_up_after_a_while() -> None:
    async def story(rig: Rig) -> None:
        rig.network.manners = rig.network.manners.changed({"dead_leg_seconds": 15})
        browser = await rig.in_call()
        leg = rig.network.legs[browser.sid]
        lost: list[Leg] = []
        rig.network.watch(lost.append)
        await browser.drop()
        await rig.signed_in("somebody_else")  # by then the network has noticed the drop
        await rig.network.clock.advance(14)
        assert leg.live
        await rig.network.clock.advance(2)
        assert not leg.live
        kind, refused = await browser.resume(rig.token(), browser.reconnect)
        assert (kind, refused["callsid"]) == ("hangup", browser.sid)

    play(story)


# A browser is called.

DIAL_ANN = '<Response><Dial action="/dialled" timeout="30"><Client>dj_ann</Client></Dial></Response>'


def ring_ann(rig: Rig) -> Leg:
    """Somebody calls the application, whose document dials the browser dj_ann."""
    return rig.network.ring("client:caller", "studio", application_sid=APPLICATION, mouth=Voice(440.0))


def test_a_browser_is_called_answers_and_both_hear_each_other() -> None:
    async def story(rig: Rig) -> None:
        browser = await rig.signed_in(pitch_hz=700.0)
        await browser.register()
        caller = ring_ann(rig)
        invitation = await browser.rung()
        parameters = invitation["parameters"]
        assert parameters["From"] == "client:caller"
        assert parameters["To"] == "client:dj_ann"
        assert parameters["CallSid"] == browser.sid
        assert parameters["AccountSid"] == rig.network.account.sid
        await browser.pick_up()
        await until(lambda: caller.bridged_to is not None)
        await rig.hears(browser.sid, 440)
        await rig.hears(caller.sid, 700)
        assert browser.peer is not None
        assert measure(browser.peer.said.last_second()).frequency_hz == pytest.approx(440, abs=2)
        await browser.hang_up()
        await until(lambda: rig.requests("/dialled"))
        assert rig.requests("/dialled")[0]["DialCallStatus"] == "completed"

    play(story, voice=DIAL_ANN)


def test_a_browser_rejects_a_call() -> None:
    async def story(rig: Rig) -> None:
        browser = await rig.signed_in()
        await browser.register()
        ring_ann(rig)
        await browser.rung()
        await browser.send("reject", {"callsid": browser.sid})
        await until(lambda: rig.requests("/dialled"))
        assert rig.requests("/dialled")[0]["DialCallStatus"] == "busy"

    play(story, voice=DIAL_ANN)


def test_a_caller_who_gives_up_cancels_the_ringing() -> None:
    async def story(rig: Rig) -> None:
        browser = await rig.signed_in()
        await browser.register()
        caller = ring_ann(rig)
        await browser.rung()
        caller.hang_up()
        assert await browser.expect("cancel") == {"callsid": browser.sid}

    play(story, voice=DIAL_ANN)


def test_of_two_browsers_the_first_to_answer_has_the_call() -> None:
    async def story(rig: Rig) -> None:
        first, second = await rig.signed_in(), await rig.signed_in(pitch_hz=600.0)
        for browser in (first, second):
            await browser.register()
        caller = ring_ann(rig)
        assert (await first.rung())["callsid"] == (await second.rung())["callsid"]
        await second.pick_up()
        assert await first.expect("cancel") == {"callsid": second.sid}
        await until(lambda: caller.bridged_to is not None)
        await rig.hears(caller.sid, 600)

    play(story, voice=DIAL_ANN)


def test_a_browser_whose_token_allows_no_incoming_call_is_not_rung() -> None:
    async def story(rig: Rig) -> None:
        browser = await rig.signed_in(incoming=False)
        await browser.register()
        ring_ann(rig)
        await until(lambda: rig.requests("/dialled"))
        assert rig.requests("/dialled")[0]["DialCallStatus"] in ("no-answer", "failed")

    play(story, voice=DIAL_ANN)


# Sound.


def test_two_browsers_in_a_bridge_hear_each_other_on_both_far_ends() -> None:
    async def story(rig: Rig) -> None:
        rig.network.create_queue("line")
        rig.documents["/voice"] = "<Response><Enqueue>line</Enqueue></Response>"
        listener = await rig.in_call("listener_7", pitch_hz=330.0)
        rig.documents["/voice"] = "<Response><Dial><Queue>line</Queue></Dial></Response>"
        desk = await rig.in_call("dj_ann", pitch_hz=500.0)
        said = await rig.meter(desk.sid)
        level = await rig.hears(listener.sid, 500)
        await rig.hears(desk.sid, 330)
        assert level == pytest.approx((said["said"] or {"level_dbfs": level})["level_dbfs"] or level, abs=1)
        for browser, frequency_hz in ((listener, 500.0), (desk, 330.0)):
            assert browser.peer is not None
            arrived = measure(browser.peer.said.last_second())
            assert arrived.frequency_hz == pytest.approx(frequency_hz, abs=2)
            assert arrived.level_dbfs == pytest.approx(level, abs=1)

    play(story)


def test_sound_goes_on_after_the_browsers_way_has_changed() -> None:
    async def story(rig: Rig) -> None:
        rig.network.create_queue("line")
        rig.documents["/voice"] = "<Response><Enqueue>line</Enqueue></Response>"
        listener = await rig.in_call("listener_7", pitch_hz=330.0)
        rig.documents["/voice"] = "<Response><Dial><Queue>line</Queue></Dial></Response>"
        desk = await rig.in_call("dj_ann", pitch_hz=500.0)
        await rig.hears(listener.sid, 500)
        await desk.change_way()
        await rig.hears(desk.sid, 330)
        assert desk.peer is not None
        peer = desk.peer
        await until(lambda: measure(peer.said.last_second()).frequency_hz == pytest.approx(330, abs=2))
        await rig.hears(listener.sid, 500)

    play(story)


def test_silence_is_sent_when_there_is_nothing_to_hear() -> None:
    async def story(rig: Rig) -> None:
        browser = await rig.in_call()
        peer = browser.peer
        assert peer is not None
        await until(lambda: peer.said.count > 60 and measure(peer.said.last_second()).level_dbfs is None)
        assert len(peer.said.last_second()) > 7000
        assert (await rig.meter(browser.sid))["heard"]["level_dbfs"] is None

    play(story)


def test_a_browser_hears_what_the_network_says() -> None:
    async def story(rig: Rig) -> None:
        browser = await rig.in_call()
        peer = browser.peer
        assert peer is not None
        await until(lambda: (measure(peer.said.last_second()).level_dbfs or -99) > -40)

    long = "The quick brown fox jumps over the lazy dog, again and again. " * 4
    play(story, voice=f"<Response><Say>{long}</Say></Response>")


def test_a_browser_hears_the_keys_and_the_words_of_the_other_side() -> None:
    async def story(rig: Rig) -> None:
        browser = await rig.signed_in()
        await browser.register()
        caller = ring_ann(rig)
        await browser.rung()
        await browser.pick_up()
        await rig.hears(browser.sid, 440)
        peer = browser.peer
        assert peer is not None
        caller.press("5")
        await until(lambda: tones.key("5")[:320] in peer.said.last_second())
        caller.speak("Good evening to you all.")
        words = speech("Good evening to you all.")
        await until(lambda: words[3200:3520] in peer.said.last_second())

    play(story, voice=DIAL_ANN)


def test_the_meter_knows_no_other_calls() -> None:
    async def story(rig: Rig) -> None:
        async with rig.session.get(f"{rig.url}/rehearsal/sound/CA{'0' * 32}") as answer:
            assert answer.status == 404

    play(story)


def test_what_an_unmodified_sdk_reports_is_taken_and_forgotten() -> None:
    async def story(rig: Rig) -> None:
        for name in ("EndpointEvents", "EndpointMetrics"):
            async with rig.session.options(f"{rig.url}/v4/{name}") as preflight:
                assert preflight.headers["Access-Control-Allow-Origin"] == "*"
            async with rig.session.post(f"{rig.url}/v4/{name}", json={"level": "INFO"}) as answer:
                assert answer.status == 200

    play(story)
