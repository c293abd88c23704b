"""TwiML that Twilio would refuse is refused, shown, and ends in Twilio's sentence."""

from __future__ import annotations

import pytest
from aiohttp import web

from tests.rehearsal.rig import Rig, heard, story


def answer(text: str, content_type: str = "text/xml") -> web.Response:
    return web.Response(text=text, content_type=content_type)


@pytest.mark.parametrize(
    ("response", "code"),
    [
        (answer("not xml"), 12100),
        (answer(""), 12100),
        (answer("<Response><Say>unclosed</Response>"), 12100),
        (answer("<Response><Say>\x01</Say></Response>"), 12100),
        (answer("<response/>"), 12100),
        (answer('<!DOCTYPE a [<!ENTITY b "c">]><Response><Say>&b;</Say></Response>'), 12100),
        (answer("<Response>" + "<Say>" * 100 + "</Say>" * 100 + "</Response>"), 12100),
        (answer("<Response><say>wrong case</say></Response>"), 12200),
        (answer("<Response><Speak>no such verb</Speak></Response>"), 12200),
        (answer('<Response><Say Voice="alice">case again</Say></Response>'), 12200),
        (answer('<Response><Say voice="Polly.Vicki-Natural">no such voice</Say></Response>'), 13511),
        (answer('<Response><Say language="de_DE">no such language</Say></Response>'), 12200),
        (answer('<Response><Enqueue waiturl="/wait">line</Enqueue></Response>'), 12200),
        (answer("<Response><Queue><Dial/></Queue></Response>"), 12200),
        (answer("<Response><Gather><Dial/></Gather></Response>"), 12200),
        (answer("<Response><Say><Play>x</Play></Say></Response>"), 12200),
        (answer("<Response>loose words</Response>"), 12200),
        (answer('<Response><Dial hangupOnStar="yes"><Queue>line</Queue></Dial></Response>'), 12200),
        (answer('<Response><Dial timeout="soon"><Queue>line</Queue></Dial></Response>'), 12200),
        (answer('<Response><Redirect method="PUT">/x</Redirect></Response>'), 12200),
        (answer('<Response><Pause length="1.5"/></Response>'), 13910),
        (answer('<Response><Pause length="0"/></Response>'), 13910),
        (answer('<Response><Gather timeout="0"/></Response>'), 13313),
        (answer('<Response><Play digits="1x!"/></Response>'), 12200),
        (answer("<Response><Say>" + "x" * 3001 + "</Say></Response>"), 13521),
        (answer(f"<Response><Enqueue>{'q' * 65}</Enqueue></Response>"), 12200),
        (answer("{}", "application/json"), 12300),
        (web.Response(body=b"<Response/>", headers={"Content-Type": ""}), 12300),
        (answer("<Response><Say>" + "x" * 65536 + "</Say></Response>"), 11750),
        (answer("<Response><Redirect>mailto:dj@example.org</Redirect></Response>"), 11100),
        (answer("<Response><Pay/></Response>"), 0),
        (answer('<Response><Dial record="record-from-answer"><Queue>line</Queue></Dial></Response>'), 0),
        (answer('<Response><Gather partialResultCallback="/words" input="speech"/></Response>'), 0),
        (answer('<Response><Dial><Queue reservationSid="WR1">line</Queue></Dial></Response>'), 0),
        (answer("<Response><Enqueue><Task>{}</Task></Enqueue></Response>"), 0),
    ],
)
@story
async def test_a_document_that_cannot_be_used_ends_the_call(rig: Rig, response: web.Response, code: int) -> None:
    rig.station.on("/voice", response)
    leg = rig.ring()
    await rig.until(lambda: heard(leg))
    assert "application error" in heard(leg)[0]
    assert rig.alerts() == [code]
    alert = rig.network.alerts[0]
    assert alert["call_sid"] == leg.sid
    assert alert["url"] == f"{rig.station.url}/voice"
    assert alert["message"]
    await rig.pass_time(10)
    assert not leg.live


@pytest.mark.parametrize(
    "verb",
    [
        '<Dial record="do-not-record" timeout="5"><Queue>nowhere</Queue></Dial>',
        '<Pause length="1"/>',
        f"<Say>{'x' * 3000}</Say>",
        '<Play digits="1w#*"/>',
    ],
)
@story
async def test_attributes_that_ask_for_nothing_unsupported_are_accepted(rig: Rig, verb: str) -> None:
    rig.station.on("/voice", f"{verb}<Say>After</Say>")
    leg = rig.ring()
    await rig.until(lambda: rig.station.asked)
    await rig.pass_time(300)
    await rig.until(lambda: "After" in heard(leg))


@pytest.mark.parametrize("document", ["<Redirect/>", "<Dial><Queue>nowhere</Queue></Dial><Redirect>/voice</Redirect>"])
@story
async def test_a_loop_of_documents_ends_the_call_before_it_keeps_the_app_busy(rig: Rig, document: str) -> None:
    rig.number().voice_fallback_url = f"{rig.station.url}/fallback"
    rig.station.on("/voice", document)
    leg = rig.ring()
    await rig.until(lambda: heard(leg))
    assert "application error" in heard(leg)[0]
    assert "loop" in rig.network.alerts[-1]["message"]
    assert rig.station.paths() == ["/voice"] * 100
    await rig.pass_time(10)
    assert not leg.live


@pytest.mark.parametrize("verb", ["<Pause/>", "<Say>Still here</Say>", '<Gather timeout="1"/>'])
@story
async def test_a_loop_in_which_time_passes_goes_on_for_ever(rig: Rig, verb: str) -> None:
    rig.station.on("/voice", f"{verb}<Redirect/>")
    leg = rig.ring()
    await rig.until(lambda: rig.station.asked)
    await rig.pass_time(250)
    assert len(rig.station.asked) > 150
    assert leg.live


@pytest.mark.parametrize("verb", ["<Dial><Queue>line</Queue></Dial>", "<Record/>", "<Enqueue>x</Enqueue>", "<Reject/>"])
@story
async def test_a_wait_document_may_not_hold_every_verb(rig: Rig, verb: str) -> None:
    rig.station.on("/voice", '<Enqueue waitUrl="/wait">line</Enqueue>')
    rig.station.on("/wait", verb)
    rig.ring()
    await rig.until(lambda: rig.alerts() == [12200])
    assert "waitUrl" in rig.network.alerts[0]["message"]


@story
async def test_twiml_by_the_name_of_plain_text_is_executed(rig: Rig) -> None:
    document = "\n<?xml version='1.0'?><Response><Say>Good evening</Say></Response>"
    rig.station.on("/voice", answer(document.strip(), "text/plain"))
    leg = rig.ring()
    await rig.until(lambda: heard(leg) == ["Good evening"])


@story
async def test_plain_text_is_read_out(rig: Rig) -> None:
    rig.station.on("/voice", answer("Good evening", "text/plain"))
    leg = rig.ring()
    await rig.until(lambda: heard(leg, "Say") == ["Good evening"])


@pytest.mark.parametrize("content_type", ["text/xml", "application/xml", "text/html"])
@story
async def test_every_type_that_means_xml_is_taken(rig: Rig, content_type: str) -> None:
    rig.station.on("/voice", answer("<Response><Say>Fine</Say></Response>", content_type))
    leg = rig.ring()
    await rig.until(lambda: heard(leg) == ["Fine"])


@story
async def test_a_document_of_64_kilobytes_is_still_taken(rig: Rig) -> None:
    frame = "<Response><Pause/><!-- {} --></Response>"
    rig.station.on("/voice", answer(frame.format("x" * (65536 - len(frame) + 2))))
    leg = rig.ring()
    await rig.pass_time(3)
    assert leg.status == "completed"
    assert not rig.network.alerts
