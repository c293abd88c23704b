"""Browsers call and are called over the rehearsal's signalling."""

from __future__ import annotations

import pytest
from twilio.jwt.client import ClientCapabilityToken

from rehearsal.sound.meter import measure
from tests.support.processes import until
from tests.support.rig import APPLICATION, DIAL_ANN, Rig, play, ring_ann


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
        peer = browser.peer
        await until(lambda: measure(peer.said.last_second()).frequency_hz == pytest.approx(440, abs=2))
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


def test_the_first_of_two_browsers_to_answer_has_the_call() -> None:
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
