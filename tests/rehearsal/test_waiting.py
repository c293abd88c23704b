"""A caller waits: Enqueue, its waitUrl, Leave, and the ways out of a queue."""

from __future__ import annotations

import pytest
from aiohttp import web

from rehearsal.behaviour import Behaviour
from rehearsal.exchange.hearing import SILENCE, Music, Playing
from tests.rehearsal.rig import Rig, heard, story
from tests.rehearsal.test_sounds import wav

ENQUEUE = '<Enqueue waitUrl="/wait" action="/after">line</Enqueue>'


@story
async def test_the_first_request_says_who_calls_whom(rig: Rig) -> None:
    rig.station.on("/voice", "<Say>Hello</Say>")
    leg = rig.ring()
    await rig.until(lambda: heard(leg) == ["Hello"])
    asked = rig.station.asked[0]
    assert asked.method == "POST"
    assert (
        asked.params
        | {
            "CallSid": leg.sid,
            "AccountSid": rig.network.account.sid,
            "From": "+447700900001",
            "To": rig.network.account.listener_number,
            "CallStatus": "ringing",
            "Direction": "inbound",
            "ApiVersion": "2010-04-01",
            "CallerCountry": "GB",
            "CallerCity": "",
        }
        == asked.params
    )
    assert len(asked.headers["I-Twilio-Idempotency-Token"]) > 8


@story
async def test_a_document_that_ends_hangs_the_caller_up(rig: Rig) -> None:
    rig.station.on("/voice", "<Say>Goodbye</Say>")
    leg = rig.ring()
    await rig.until(lambda: heard(leg))
    assert leg.live
    await rig.pass_time(10)
    assert leg.status == "completed"
    assert leg.ended_at


@story
async def test_the_wait_document_is_asked_for_again_and_again(rig: Rig) -> None:
    rig.station.on("/voice", ENQUEUE)
    rig.station.on("/wait", '<Say>Please hold</Say><Pause length="10"/>')
    leg = rig.ring()
    await rig.waiting(leg)
    await rig.pass_time(60)
    waits = rig.station.params("/wait")
    assert len(waits) >= 5
    assert waits[0]["QueuePosition"] == "1"
    assert waits[0]["CurrentQueueSize"] == "1"
    assert waits[0]["MaxQueueSize"] == "5000"
    assert waits[0]["QueueTime"] == "0"
    assert waits[0]["QueueSid"] == leg.queue.sid
    assert int(waits[4]["QueueTime"]) >= 40
    assert int(waits[4]["AvgQueueTime"]) >= 40
    assert waits[0]["CallStatus"] == "in-progress"
    assert leg.queue.friendly_name == "line"


@story
async def test_an_empty_wait_document_does_not_spin(rig: Rig) -> None:
    rig.station.on("/voice", ENQUEUE)
    rig.station.on("/wait", "")
    await rig.waiting(rig.ring())
    await rig.pass_time(10)
    assert 5 <= len(rig.station.params("/wait")) <= 12


@story
async def test_an_empty_wait_url_is_silence(rig: Rig) -> None:
    rig.station.on("/voice", '<Enqueue waitUrl="" action="/after">line</Enqueue>')
    leg = rig.ring()
    await rig.waiting(leg)
    await rig.pass_time(60)
    assert leg.queue is not None
    assert heard(leg) == []
    assert leg.hearing == SILENCE
    assert rig.station.paths() == ["/voice"]


@pytest.mark.parametrize("method", ["GET", "POST"])
@story
async def test_a_wait_url_may_answer_with_a_long_sound_instead_of_a_document(rig: Rig, method: str) -> None:
    rig.station.on("/voice", f'<Enqueue waitUrl="/hold" waitUrlMethod="{method}" action="/after">line</Enqueue>')
    music = wav(20)
    assert len(music) > 64 * 1024
    rig.station.on("/hold", web.Response(body=music, content_type="audio/wav"))
    leg = rig.ring()
    await rig.until(lambda: isinstance(leg.hearing, Playing))
    assert leg.hearing == Playing(f"{rig.station.url}/hold", music)
    await rig.pass_time(45)
    assert heard(leg) == [f"{rig.station.url}/hold"] * 3
    assert [(asked.method, asked.path) for asked in rig.station.asked] == [("POST", "/voice"), *[(method, "/hold")] * 3]
    assert leg.queue is not None
    assert not rig.network.alerts


@story
async def test_without_a_wait_url_the_network_plays_its_own_music(rig: Rig) -> None:
    rig.station.on("/voice", "<Enqueue>line</Enqueue>")
    leg = rig.ring()
    await rig.until(lambda: isinstance(leg.hearing, Music))
    await rig.pass_time(3600)
    assert leg.live
    assert isinstance(leg.hearing, Music)
    assert rig.station.paths() == ["/voice"]


@story
async def test_positions_follow_the_order_of_arrival(rig: Rig) -> None:
    rig.station.on("/voice", ENQUEUE)
    rig.station.on("/wait", '<Pause length="10"/>')
    first, second = await rig.line_up(2)
    first.hang_up()
    await rig.pass_time(15)
    positions = [wait["QueuePosition"] for wait in rig.station.params("/wait") if wait["CallSid"] == second.sid]
    assert positions[0] == "2"
    assert positions[-1] == "1"


@story
async def test_enqueue_creates_the_queue_that_it_names(rig: Rig) -> None:
    rig.station.on("/voice", "<Enqueue>overflow</Enqueue>")
    leg = rig.ring()
    await rig.waiting(leg)
    assert leg.queue.friendly_name == "overflow"
    assert leg.queue.max_size == 1000


@story
async def test_a_full_queue_sends_the_caller_to_the_action_at_once(rig: Rig) -> None:
    rig.network.queue_named("line").max_size = 1
    rig.station.on("/voice", ENQUEUE)
    rig.station.on("/wait", '<Pause length="10"/>')
    rig.station.on("/after", "<Say>We are full</Say>")
    await rig.waiting(rig.ring("+447700900001"))
    second = rig.ring("+447700900002")
    await rig.until(lambda: heard(second) == ["We are full"])
    told = rig.station.params("/after")[0]
    assert told["QueueResult"] == "queue-full"
    assert "QueueSid" not in told
    assert "QueueTime" not in told


@story
async def test_leave_goes_to_the_action_at_once(rig: Rig) -> None:
    rig.station.on("/voice", ENQUEUE + "<Say>never reached</Say>")
    rig.station.on("/wait", '<Pause length="10"/>', "<Say>We close</Say><Leave/>")
    rig.station.on("/after", "<Say>Thank you</Say>")
    leg = rig.ring()
    await rig.waiting(leg)
    await rig.pass_time(13)
    assert heard(leg)[:2] == ["We close", "Thank you"]
    told = rig.station.params("/after")
    assert [(one["QueueResult"], one["CallStatus"]) for one in told] == [("leave", "in-progress")]
    assert 10 <= int(told[0]["QueueTime"]) <= 14
    assert leg.queue is None


@story
async def test_without_an_action_leave_goes_to_the_next_verb(rig: Rig) -> None:
    rig.station.on("/voice", '<Enqueue waitUrl="/wait">line</Enqueue><Say>Next verb</Say>')
    rig.station.on("/wait", "<Leave/>")
    leg = rig.ring()
    await rig.until(lambda: heard(leg) == ["Next verb"])


@story
async def test_a_caller_who_hangs_up_is_reported_and_gone(rig: Rig) -> None:
    rig.number().status_callback = f"{rig.station.url}/status"
    rig.station.on("/voice", ENQUEUE)
    rig.station.on("/wait", '<Pause length="10"/>')
    rig.station.on("/after", "<Say>nobody hears this</Say>")
    rig.station.on("/status", "")
    leg = rig.ring()
    await rig.waiting(leg)
    await rig.pass_time(25)
    leg.hang_up()
    assert leg.queue is None
    assert not rig.network.queue_named("line").members
    await rig.until(lambda: "/status" in rig.station.paths())
    assert rig.station.paths()[-2:] == ["/after", "/status"]
    told, status = rig.station.params("/after")[0], rig.station.params("/status")[0]
    assert (told["QueueResult"], told["CallStatus"]) == ("hangup", "completed")
    assert 24 <= int(told["QueueTime"]) <= 27
    assert status["CallStatus"] == "completed"
    assert 24 <= int(status["CallDuration"]) <= 27
    assert "nobody hears this" not in heard(leg)


@story
async def test_hangup_in_the_wait_document_ends_the_call(rig: Rig) -> None:
    rig.station.on("/voice", ENQUEUE)
    rig.station.on("/wait", "<Hangup/>")
    rig.station.on("/after", "")
    leg = rig.ring()
    await rig.over(leg)
    await rig.until(lambda: rig.station.params("/after"))
    assert rig.station.params("/after")[0]["QueueResult"] == "hangup"


@story
async def test_redirect_in_the_wait_document_keeps_the_place(rig: Rig) -> None:
    rig.station.on("/voice", ENQUEUE)
    rig.station.on("/wait", "<Redirect>/music</Redirect>")
    rig.station.on("/music", '<Say>Music</Say><Pause length="10"/>')
    leg = rig.ring()
    await rig.until(lambda: heard(leg) == ["Music"])
    assert leg.queue is not None
    assert rig.station.params("/music")[0]["QueuePosition"] == "1"


@story
async def test_keys_are_heard_in_a_queue_only_where_a_gather_listens(rig: Rig) -> None:
    rig.station.on("/voice", ENQUEUE)
    rig.station.on(
        "/wait", '<Pause length="5"/>', '<Gather numDigits="1" action="/key" timeout="5"/>', '<Pause length="5"/>'
    )
    rig.station.on("/key", "<Say>You pressed it</Say>")
    leg = rig.ring()
    await rig.waiting(leg)
    leg.press("1")
    await rig.pass_time(6)
    assert "/key" not in rig.station.paths()
    leg.press("2")
    await rig.until(lambda: heard(leg) == ["You pressed it"])
    key = rig.station.params("/key")[0]
    assert key["Digits"] == "2"
    assert key["QueuePosition"] == "1"
    assert leg.queue is not None


@pytest.mark.parametrize("behaviour", [Behaviour(wait_url_failure="fallback"), Behaviour(wait_url_failure="hangup")])
@story
async def test_a_wait_url_that_fails_is_a_matter_of_behaviour(rig: Rig, behaviour: Behaviour) -> None:
    rig.number().voice_fallback_url = f"{rig.station.url}/fallback"
    rig.number().voice_fallback_method = "GET"
    rig.station.on("/voice", ENQUEUE)
    rig.station.on("/after", "<Say>nobody follows this</Say>")
    rig.station.on("/fallback", "<Enqueue>line</Enqueue>")
    leg = rig.ring()
    await rig.until(lambda: rig.station.params("/after"))
    assert rig.station.params("/after")[0]["QueueResult"] == "error"
    assert rig.alerts() == [11200]
    if behaviour.wait_url_failure == "fallback":
        await rig.until(lambda: isinstance(leg.hearing, Music))
        fallback = rig.station.params("/fallback")[0]
        assert fallback["ErrorCode"] == "11200"
        assert fallback["ErrorUrl"] == f"{rig.station.url}/wait"
    else:
        await rig.pass_time(10)
        assert not leg.live
        assert "application error" in heard(leg)[-1]
        assert "/fallback" not in rig.station.paths()
