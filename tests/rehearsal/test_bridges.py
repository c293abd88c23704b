"""A desk dials a queue: whisper, bridge, and what follows for both."""

from __future__ import annotations

import pytest

from rehearsal.behaviour import Behaviour
from rehearsal.exchange.hearing import SILENCE, Ringing
from tests.rehearsal.rig import STAR_BEHAVIOURS, Rig, heard, story

DIAL = '<Dial hangupOnStar="true" timeout="20"><Queue url="/on-air">line</Queue></Dial><Redirect>/desk</Redirect>'


def a_show(rig: Rig) -> None:
    """Listeners wait in silence; a desk takes one after the other; afterwards they are thanked."""
    rig.station.on("/voice", '<Enqueue waitUrl="/wait" action="/after">line</Enqueue>')
    rig.station.on("/wait", '<Pause length="30"/>')
    rig.station.on("/after", "<Say>Thank you</Say>")
    rig.station.on("/desk", DIAL)
    rig.station.on("/on-air", "")


@pytest.mark.parametrize("behaviour", STAR_BEHAVIOURS, ids=str)
@story
async def test_a_desk_takes_the_first_in_line_after_the_whisper(rig: Rig, behaviour: Behaviour) -> None:
    a_show(rig)
    rig.station.on("/on-air", "<Say>You are on the air</Say>")
    first, second = await rig.line_up(2)
    await rig.pass_time(12)
    desk = rig.ring_desk()
    await rig.until(lambda: heard(first) == ["You are on the air"])
    assert first.queue is None
    assert desk.bridged_to is None
    assert "You are on the air" not in heard(desk)
    await rig.pass_time(3)
    await rig.bridged(first, desk)
    assert (first.bridged_to, desk.bridged_to) == (desk, first)
    assert second.queue is not None
    on_air = rig.station.params("/on-air")[0]
    assert on_air["CallSid"] == first.sid
    assert on_air["DequeingCallSid"] == desk.sid
    assert on_air["QueueSid"] == second.queue.sid
    assert int(on_air["QueueTime"]) >= 12


@story
async def test_an_empty_whisper_bridges_at_once(rig: Rig) -> None:
    a_show(rig)
    caller, desk = rig.ring(), rig.ring_desk()
    await rig.bridged(caller, desk)
    assert heard(caller, "Bridged") == [desk.from_]
    assert heard(desk, "Bridged") == [caller.from_]


@story
async def test_a_whisper_that_fails_still_bridges(rig: Rig) -> None:
    a_show(rig)
    rig.station.on("/on-air", "<Dial/>")
    caller, desk = rig.ring(), rig.ring_desk()
    await rig.bridged(caller, desk)
    assert rig.alerts() == [12200]


@pytest.mark.parametrize("behaviour", STAR_BEHAVIOURS, ids=str)
@story
async def test_a_desk_that_dials_first_waits_for_the_next_to_join(rig: Rig, behaviour: Behaviour) -> None:
    a_show(rig)
    desk = rig.ring_desk()
    await rig.until(lambda: rig.network.queue_named("line").diallers)
    assert desk.hearing == (Ringing() if behaviour.empty_queue == "ring" else SILENCE)
    caller = rig.ring()
    await rig.bridged(caller, desk)


@story
async def test_a_desk_on_an_empty_queue_times_out_and_goes_on(rig: Rig) -> None:
    rig.station.on("/desk", '<Dial timeout="20" action="/dialled"><Queue>line</Queue></Dial>')
    rig.station.on("/dialled", "<Say>Nobody</Say>")
    desk = rig.ring_desk()
    await rig.until(lambda: rig.network.queue_named("line").diallers)
    await rig.pass_time(15)
    assert heard(desk) == []
    await rig.pass_time(6)
    assert heard(desk) == ["Nobody"]
    told = rig.station.params("/dialled")[0]
    assert told["DialCallStatus"] == "no-answer"
    assert "DialCallSid" not in told
    assert not rig.network.queue_named("line").diallers


@story
async def test_a_queue_that_does_not_exist_ends_the_dial_at_once(rig: Rig) -> None:
    rig.station.on("/desk", '<Dial action="/dialled"><Queue>nowhere</Queue></Dial>')
    rig.station.on("/dialled", "<Say>Oh</Say>")
    desk = rig.ring_desk()
    await rig.until(lambda: heard(desk) == ["Oh"])
    assert rig.station.params("/dialled")[0]["DialCallStatus"] == "failed"
    assert "nowhere" in rig.network.alerts[0]["message"]
    assert rig.network.queue_named("nowhere") is None


@story
async def test_a_dial_of_a_number_is_refused_and_shown(rig: Rig) -> None:
    rig.station.on("/desk", '<Dial action="/dialled">+447700900123</Dial>')
    rig.station.on("/dialled", "<Say>Oh</Say>")
    desk = rig.ring_desk()
    await rig.until(lambda: heard(desk) == ["Oh"])
    assert rig.alerts() == [13224]


@story
async def test_two_desks_on_one_queue_are_served_in_their_order(rig: Rig) -> None:
    a_show(rig)
    first_desk = rig.ring_desk()
    await rig.until(lambda: len(rig.network.queue_named("line").diallers) == 1)
    second_desk = rig.ring_desk()
    await rig.until(lambda: len(rig.network.queue_named("line").diallers) == 2)
    first = rig.ring("+447700900001")
    await rig.bridged(first)
    second = rig.ring("+447700900002")
    await rig.bridged(second)
    assert (first.bridged_to, second.bridged_to) == (first_desk, second_desk)


@pytest.mark.parametrize("behaviour", STAR_BEHAVIOURS, ids=str)
@story
async def test_a_desk_that_hangs_up_leaves_the_caller_to_the_action(rig: Rig, behaviour: Behaviour) -> None:
    a_show(rig)
    caller = rig.ring()
    await rig.waiting(caller)
    await rig.pass_time(20)
    desk = rig.ring_desk()
    await rig.bridged(caller, desk)
    assert "/after" not in rig.station.paths()
    await rig.pass_time(40)
    desk.hang_up()
    await rig.until(lambda: heard(caller)[-1:] == ["Thank you"])
    after = rig.station.params("/after")
    assert [(one["QueueResult"], one["CallStatus"]) for one in after] == [("bridged", "in-progress")]
    assert 20 <= int(after[0]["QueueTime"]) <= 23, "the time in the queue, without that on the air"


@story
async def test_a_caller_who_hangs_up_on_the_air_frees_the_desk_for_the_next(rig: Rig) -> None:
    a_show(rig)
    first, second = await rig.line_up(2)
    desk = rig.ring_desk()
    await rig.bridged(first, desk)
    first.hang_up()
    await rig.bridged(second, desk)
    after = rig.station.params("/after")
    assert [(one["QueueResult"], one["CallStatus"]) for one in after] == [("bridged", "completed")]
    assert heard(first)[-1] != "Thank you"


@story
async def test_the_action_of_a_dial_is_told_how_it_went(rig: Rig) -> None:
    a_show(rig)
    rig.station.on("/desk", '<Dial action="/dialled"><Queue>line</Queue></Dial><Say>unreachable</Say>')
    rig.station.on("/dialled", "<Say>Next please</Say>")
    caller, desk = rig.ring(), rig.ring_desk()
    await rig.bridged(caller, desk)
    await rig.pass_time(33)
    caller.hang_up()
    await rig.until(lambda: heard(desk)[-1] == "Next please")
    told = rig.station.params("/dialled")[0]
    assert told["DialCallStatus"] == "completed"
    assert told["DialCallSid"] == caller.sid
    assert 33 <= int(told["DialCallDuration"]) <= 35
    assert told["QueueSid"]
    assert told["DequeueResult"] == "bridged"
    assert (told["DequeuedCallSid"], told["DequeingCallSid"]) == (caller.sid, desk.sid)
    assert told["DequeuedCallDuration"] == told["DialCallDuration"]
    assert told["DequeuedCallQueueTime"] == told["QueueTime"]


@pytest.mark.parametrize(("queue", "result"), [("line", "queue-empty"), ("nowhere", "queue-not-found")])
@story
async def test_the_action_of_a_dial_is_told_when_nobody_came(rig: Rig, queue: str, result: str) -> None:
    rig.station.on("/desk", f'<Dial action="/dialled" timeout="5"><Queue>{queue}</Queue></Dial>')
    rig.station.on("/dialled", "<Say>Nobody</Say>")
    desk = rig.ring_desk()
    await rig.until(lambda: rig.station.asked)
    await rig.pass_time(6)
    await rig.until(lambda: heard(desk))
    told = rig.station.params("/dialled")[0]
    assert (told["DequeueResult"], told["DequeingCallSid"]) == (result, desk.sid)
    assert not {"DequeuedCallSid", "DequeuedCallDuration"} & set(told)


@story
async def test_a_time_limit_parts_the_two(rig: Rig) -> None:
    a_show(rig)
    rig.station.on("/desk", '<Dial timeLimit="60"><Queue>line</Queue></Dial><Say>Time is up</Say>')
    caller, desk = rig.ring(), rig.ring_desk()
    await rig.bridged(caller, desk)
    await rig.pass_time(61)
    assert heard(desk)[-1] == "Time is up"
    assert heard(caller)[-1] == "Thank you"


@story
async def test_a_dial_lasts_four_hours_at_most(rig: Rig) -> None:
    a_show(rig)
    caller, desk = rig.ring(), rig.ring_desk()
    await rig.bridged(caller, desk)
    await rig.pass_time(4 * 3600 - 60)
    assert desk.bridged_to is caller
    await rig.pass_time(120)
    assert caller.bridged_to is None


@story
async def test_a_caller_who_hangs_up_in_the_whisper_sets_the_desk_free(rig: Rig) -> None:
    a_show(rig)
    rig.station.on("/on-air", '<Pause length="10"/>', "")
    first, second = await rig.line_up(2)
    desk = rig.ring_desk()
    await rig.until(lambda: "/on-air" in rig.station.paths())
    first.hang_up()
    await rig.bridged(second, desk)
    assert [one["QueueResult"] for one in rig.station.params("/after")] == ["hangup"]


@story
async def test_a_desk_that_hangs_up_in_the_whisper_sends_the_caller_to_the_action(rig: Rig) -> None:
    a_show(rig)
    rig.station.on("/on-air", '<Say>A long word</Say><Pause length="10"/>')
    caller, desk = rig.ring(), rig.ring_desk()
    await rig.until(lambda: heard(caller) == ["A long word"])
    desk.hang_up()
    await rig.until(lambda: heard(caller)[-1] == "Thank you")
    assert [one["QueueResult"] for one in rig.station.params("/after")] == ["bridging-in-process"]


@story
async def test_words_and_keys_cross_the_bridge(rig: Rig) -> None:
    a_show(rig)
    caller, desk = rig.ring(), rig.ring_desk()
    await rig.bridged(caller, desk)
    caller.speak("Long-time listener")
    desk.press("5")
    assert heard(desk, "Speech") == ["Long-time listener"]
    assert heard(caller, "Digits") == ["5"]
    assert caller.bridged_to is desk


@story
async def test_a_dial_without_an_action_reports_nothing_when_the_desk_hangs_up(rig: Rig) -> None:
    a_show(rig)
    caller, desk = rig.ring(), rig.ring_desk()
    await rig.bridged(caller, desk)
    before = rig.station.paths().count("/desk")
    desk.hang_up()
    await rig.over(desk)
    assert rig.station.paths().count("/desk") == before


@story
async def test_a_dial_with_an_action_reports_when_the_desk_hangs_up(rig: Rig) -> None:
    a_show(rig)
    rig.station.on("/desk", '<Dial action="/dialled"><Queue>line</Queue></Dial>')
    rig.station.on("/dialled", "<Say>nobody is there</Say>")
    caller, desk = rig.ring(), rig.ring_desk()
    await rig.bridged(caller, desk)
    desk.hang_up()
    await rig.until(lambda: rig.station.params("/dialled"))
    told = rig.station.params("/dialled")[0]
    assert (told["DialCallStatus"], told["CallStatus"]) == ("completed", "completed")
    assert "nobody is there" not in heard(desk)
