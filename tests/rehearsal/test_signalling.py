"""A browser's socket with the rehearsal: tokens, registering, heartbeats, malformed messages, and what outlives it."""

from __future__ import annotations

import time

import pytest

from rehearsal.exchange.leg import Leg
from tests.support.processes import until
from tests.support.rig import Rig, play


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
        rig.network.behaviour.change({"dead_leg_seconds": 15})
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
