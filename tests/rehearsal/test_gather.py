"""Gather: keys and words, while something is said and after."""

from __future__ import annotations

import pytest

from tests.rehearsal.rig import Rig, heard, story

PROMPT = "<Say>Press a key, any key you like, for as long as this text goes on</Say>"


@pytest.mark.parametrize(
    ("attributes", "keys", "digits"),
    [
        ('numDigits="1"', "1", "1"),
        ('numDigits="4"', "12345", "1234"),
        ("", "12#", "12"),
        ('finishOnKey="*"', "1#2*", "1#2"),
        ('finishOnKey="" numDigits="1"', "*", "*"),
        ('finishOnKey="" numDigits="2"', "##", "##"),
    ],
)
@story
async def test_keys_end_a_gather(rig: Rig, attributes: str, keys: str, digits: str) -> None:
    rig.station.on("/voice", f'<Gather action="/key" {attributes}>{PROMPT}</Gather>')
    rig.station.on("/key", "<Say>Thank you</Say>")
    leg = rig.ring()
    await rig.until(lambda: heard(leg))
    leg.press(keys)
    await rig.until(lambda: heard(leg)[-1] == "Thank you")
    assert rig.station.params("/key")[0]["Digits"] == digits


@story
async def test_a_gather_without_input_falls_through(rig: Rig) -> None:
    rig.station.on("/voice", '<Gather action="/key" timeout="3"><Say>Anyone?</Say></Gather><Say>Nobody</Say>')
    leg = rig.ring()
    await rig.until(lambda: heard(leg) == ["Anyone?"])
    await rig.pass_time(5)
    assert heard(leg) == ["Anyone?", "Nobody"]
    assert "/key" not in rig.station.paths()


@pytest.mark.parametrize(
    ("attributes", "key", "after"),
    [("", "#", "Nobody"), ('finishOnKey="*"', "*", "Nobody"), ('actionOnEmptyResult="true"', "#", "Empty")],
)
@story
async def test_a_finishing_key_alone_ends_a_gather_at_once(rig: Rig, attributes: str, key: str, after: str) -> None:
    rig.station.on("/voice", f'<Gather action="/key" {attributes}>{PROMPT}</Gather><Say>Nobody</Say>')
    rig.station.on("/key", "<Say>Empty</Say>")
    leg = rig.ring()
    await rig.until(lambda: leg.input)
    leg.press(key)
    await rig.until(lambda: heard(leg)[-1] == after)
    assert [asked["Digits"] for asked in rig.station.params("/key")] == ([""] if after == "Empty" else [])


@story
async def test_action_on_empty_result_requests_the_action_without_input(rig: Rig) -> None:
    rig.station.on("/voice", '<Gather action="/key" timeout="3" actionOnEmptyResult="true"/><Say>Nobody</Say>')
    rig.station.on("/key", "<Say>Empty</Say>")
    leg = rig.ring()
    await rig.until(lambda: leg.input)
    await rig.pass_time(4)
    await rig.until(lambda: heard(leg) == ["Empty"])
    assert rig.station.params("/key")[0]["Digits"] == ""


@story
async def test_the_time_starts_again_with_each_key(rig: Rig) -> None:
    rig.station.on("/voice", '<Gather action="/key" timeout="4"/>')
    rig.station.on("/key", "<Pause length='9'/>")
    leg = rig.ring()
    await rig.until(lambda: leg.input)
    for key in "123":
        await rig.pass_time(3)
        leg.press(key)
    assert "/key" not in rig.station.paths()
    await rig.pass_time(5)
    assert rig.station.params("/key")[0]["Digits"] == "123"


@story
async def test_the_time_starts_only_after_the_prompt(rig: Rig) -> None:
    rig.station.on("/voice", '<Gather action="/key" timeout="2" numDigits="1"><Pause length="30"/></Gather>')
    rig.station.on("/key", "<Pause/>")
    leg = rig.ring()
    await rig.until(lambda: leg.input)
    await rig.pass_time(31)
    leg.press("9")
    await rig.until(lambda: rig.station.params("/key"))


@story
async def test_the_action_is_the_document_itself_when_none_is_given(rig: Rig) -> None:
    rig.station.on("/voice", '<Gather numDigits="1"/>', "<Say>Again</Say>")
    leg = rig.ring()
    await rig.until(lambda: leg.input)
    leg.press("1")
    await rig.until(lambda: heard(leg) == ["Again"])
    assert rig.station.params("/voice")[1]["Digits"] == "1"


SPEECH = '<Gather input="speech dtmf" action="/said" language="en-GB" hints="Ann" {}>' + PROMPT + "</Gather>"


@story
async def test_words_are_heard_where_speech_is_asked_for(rig: Rig) -> None:
    rig.station.on("/voice", SPEECH.format('speechTimeout="auto"'))
    rig.station.on("/said", "<Say>Noted</Say>")
    leg = rig.ring()
    await rig.until(lambda: heard(leg))
    leg.speak("My name is Ann", 0.42)
    await rig.pass_time(3)
    await rig.until(lambda: heard(leg)[-1] == "Noted")
    said = rig.station.params("/said")[0]
    assert said["SpeechResult"] == "My name is Ann"
    assert said["Confidence"] == "0.42"
    assert "Digits" not in said


@pytest.mark.parametrize(("attributes", "pause"), [('speechTimeout="2"', 2), ('timeout="3"', 3), ("", 5)])
@story
async def test_a_pause_in_speech_ends_it_and_a_shorter_one_does_not(rig: Rig, attributes: str, pause: int) -> None:
    rig.station.on("/voice", SPEECH.format(attributes))
    rig.station.on("/said", "<Say>Noted</Say>")
    leg = rig.ring()
    await rig.until(lambda: heard(leg))
    leg.speak("Hello, my name is", 0.9)  # for a little more than a second
    await rig.pass_time(pause)
    leg.speak("Ann from Leeds", 0.5)
    await rig.pass_time(pause)
    assert rig.station.params("/said") == []
    await rig.pass_time(2)
    [said] = rig.station.params("/said")
    assert said["SpeechResult"] == "Hello, my name is Ann from Leeds"
    assert said["Confidence"] == "0.5"


@story
async def test_a_key_counts_where_words_are_heard_too(rig: Rig) -> None:
    rig.station.on("/voice", SPEECH.format('numDigits="1"'))
    rig.station.on("/said", "<Say>Noted</Say>")
    leg = rig.ring()
    await rig.until(lambda: heard(leg))
    leg.press("1")
    await rig.until(lambda: heard(leg)[-1] == "Noted")
    assert rig.station.params("/said")[0]["Digits"] == "1"
    assert "SpeechResult" not in rig.station.params("/said")[0]


@story
async def test_words_are_not_heard_where_only_keys_are_asked_for(rig: Rig) -> None:
    rig.station.on("/voice", '<Gather action="/key" timeout="2"/><Say>Nobody</Say>')
    leg = rig.ring()
    await rig.until(lambda: leg.input)
    leg.speak("Hello?")
    await rig.pass_time(3)
    assert heard(leg) == ["Nobody"]


@story
async def test_a_hang_up_in_a_gather_asks_nothing_more(rig: Rig) -> None:
    rig.station.on("/voice", '<Gather action="/key"/>')
    leg = rig.ring()
    await rig.until(lambda: leg.input)
    leg.press("1")
    leg.hang_up()
    await rig.over(leg)
    assert "/key" not in rig.station.paths()
