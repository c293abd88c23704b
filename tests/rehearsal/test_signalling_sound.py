"""What browsers hear over the rehearsal's signalling, measured where it arrived."""

from __future__ import annotations

import pytest

from rehearsal.sound import tones
from rehearsal.sound.clips import speech
from rehearsal.sound.meter import measure
from rehearsal.sound.mulaw import SILENCE
from rehearsal.sound.peer import OPUS, PCMU
from rehearsal.sound.voices import Voice
from tests.support.processes import until
from tests.support.rig import DIAL_ANN, Rig, is_voice, play, ring_ann
from tests.support.sdk import HeadlessBrowser

LONG = "The quick brown fox jumps over the lazy dog, again and again. " * 4


def arrives(browser: HeadlessBrowser, voice_hz: float) -> bool:
    """Whether the last second that reached the browser is that voice, at its full level."""
    assert browser.peer is not None
    return is_voice(measure(browser.peer.said.last_second()), voice_hz)


@pytest.mark.alone
def test_two_browsers_in_a_bridge_hear_each_other_on_both_far_ends() -> None:
    async def story(rig: Rig) -> None:
        rig.network.create_queue("line")
        rig.documents["/voice"] = "<Response><Enqueue>line</Enqueue></Response>"
        listener = await rig.in_call("listener_7", pitch_hz=330.0)
        assert codec_of(listener) == OPUS
        rig.documents["/voice"] = "<Response><Dial><Queue>line</Queue></Dial></Response>"
        desk = await rig.in_call("dj_ann", pitch_hz=500.0)
        for browser, voice_hz in ((listener, 500.0), (desk, 330.0)):
            await rig.hears(browser.sid, voice_hz)
            await until(lambda browser=browser, voice_hz=voice_hz: arrives(browser, voice_hz))

    play(story)


@pytest.mark.alone
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

        def a_second_of_silence_came() -> bool:
            arrived = peer.said.last_second()
            return len(arrived) > 7000 and measure(arrived).level_dbfs is None

        await until(a_second_of_silence_came)
        assert (await rig.meter(browser.sid))["heard"]["level_dbfs"] is None

    play(story)


def test_a_browser_hears_what_the_network_says() -> None:
    async def story(rig: Rig) -> None:
        browser = await rig.in_call()
        peer = browser.peer
        assert peer is not None
        await until(lambda: (measure(peer.said.last_second()).level_dbfs or -99) > -40)

    play(story, voice=f"<Response><Say>{LONG}</Say></Response>")


def codec_of(browser: HeadlessBrowser) -> str:
    assert browser.peer is not None
    return browser.peer.codec


@pytest.mark.parametrize("without", ["the network", "the browser"])
def test_where_one_end_has_no_opus_both_speak_pcmu(without: str) -> None:
    async def story(rig: Rig) -> None:
        rig.network.behaviour.opus = without != "the network"
        rig.has_opus = without != "the browser"
        browser = await rig.in_call(pitch_hz=500.0)
        assert codec_of(browser) == PCMU
        await until(lambda: browser.peer and measure(browser.peer.said.last_second()).level_dbfs)

    play(story, voice=f"<Response><Say>{LONG}</Say></Response>")


@pytest.mark.parametrize(("has_opus", "codec"), [(True, OPUS), (False, PCMU)])
def test_a_browser_that_is_called_chooses_opus_if_it_has_it(has_opus: bool, codec: str) -> None:
    async def story(rig: Rig) -> None:
        rig.has_opus = has_opus
        browser = await rig.signed_in(pitch_hz=500.0)
        await browser.register()
        caller = ring_ann(rig)
        await browser.rung()
        await browser.pick_up()
        assert codec_of(browser) == codec
        await rig.hears(caller.sid, 500)
        await until(lambda: arrives(browser, 440))

    play(story, voice=DIAL_ANN)


@pytest.mark.alone
def test_a_browser_hears_the_keys_and_the_words_of_the_other_side() -> None:
    async def story(rig: Rig) -> None:
        rig.has_opus = False  # PCMU arrives byte for byte
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


def test_a_voice_is_heard_also_where_a_busy_machine_let_through_a_fifth_of_a_second() -> None:
    frames = [Voice(440.0).frame(number) for number in range(10)]
    assert is_voice(measure(b"".join(frames)), 440)
    assert not is_voice(measure(b"".join(frames[1:])), 440)
    assert not is_voice(measure(b"".join([*frames[1:], *[SILENCE] * 41])), 440)
