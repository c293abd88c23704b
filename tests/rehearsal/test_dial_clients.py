"""A Dial rings browsers: the first to answer is connected."""

from __future__ import annotations

import pytest

from rehearsal.account import Refusal
from tests.rehearsal.rig import Phone, Rig, heard, story


def register(rig: Rig, *identities: str) -> list[Phone]:
    phones = [Phone(identity) for identity in identities]
    for phone in phones:
        rig.network.registrations.setdefault(phone.identity, []).append(phone)
    return phones


@story
async def test_the_first_browser_to_answer_is_connected_and_the_other_stops_ringing(rig: Rig) -> None:
    rig.station.on(
        "/voice",
        '<Dial action="/dialled"><Client statusCallback="/progress" statusCallbackEvent="initiated ringing answered '
        'completed">dj_ann</Client><Client><Identity>dj_bob</Identity></Client></Dial>',
    )
    rig.station.on("/progress", "")
    rig.station.on("/dialled", "<Say>Done</Say>")
    ann, bob, bobs_other_tab = register(rig, "dj_ann", "dj_bob", "dj_bob")
    caller = rig.ring()
    await rig.until(lambda: ann.invited and bob.invited and bobs_other_tab.invited)
    ringing = bob.invited[0]
    assert (ringing.direction, ringing.parent_sid, ringing.to) == ("outbound-dial", caller.sid, "client:dj_bob")
    with pytest.raises(Refusal):
        rig.network.redirect(ringing, f"{rig.station.url}/there")
    ringing.answer(bob)
    await rig.bridged(caller, ringing)
    assert ann.invited[0].status == "canceled"
    assert ann.told == [(ann.invited[0], None)]
    assert bobs_other_tab.told == [(ringing, None)]
    assert bob.told == []
    await rig.pass_time(20)
    ringing.hang_up()
    await rig.until(lambda: heard(caller)[-1] == "Done")
    told = rig.station.params("/dialled")[0]
    assert (told["DialCallStatus"], told["DialCallSid"]) == ("completed", ringing.sid)
    assert 20 <= int(told["DialCallDuration"]) <= 22
    progress = rig.station.params("/progress")
    assert [one["ParentCallSid"] for one in progress] == [caller.sid] * 3
    assert sorted(one["CallStatus"] for one in progress) == ["canceled", "initiated", "ringing"]


@pytest.mark.parametrize("reason", ["busy", "no-answer"])
@story
async def test_a_browser_that_refuses_ends_the_dial(rig: Rig, reason: str) -> None:
    rig.station.on("/voice", '<Dial action="/dialled"><Client>dj_ann</Client></Dial>')
    rig.station.on("/dialled", "<Say>Refused</Say>")
    (ann,) = register(rig, "dj_ann")
    caller = rig.ring()
    await rig.until(lambda: ann.invited)
    ann.invited[0].refuse(reason)
    await rig.until(lambda: heard(caller) == ["Refused"])
    assert rig.station.params("/dialled")[0]["DialCallStatus"] == reason


@story
async def test_a_browser_that_rings_too_long_is_given_up(rig: Rig) -> None:
    rig.station.on("/voice", '<Dial timeout="10"><Client>dj_ann</Client></Dial><Say>Nobody</Say>')
    (ann,) = register(rig, "dj_ann")
    caller = rig.ring()
    await rig.until(lambda: ann.invited)
    await rig.pass_time(11)
    assert heard(caller) == ["Nobody"]
    assert ann.invited[0].status == "canceled"


@story
async def test_a_caller_who_hangs_up_stops_the_ringing(rig: Rig) -> None:
    rig.station.on("/voice", "<Dial><Client>dj_ann</Client></Dial>")
    (ann,) = register(rig, "dj_ann")
    caller = rig.ring()
    await rig.until(lambda: ann.invited)
    caller.hang_up()
    assert ann.invited[0].status == "canceled"
    assert ann.told == [(ann.invited[0], None)]


@story
async def test_a_browser_hears_its_own_document_before_the_bridge(rig: Rig) -> None:
    rig.station.on("/voice", '<Dial hangupOnStar="true"><Client url="/whisper">dj_ann</Client></Dial><Say>After</Say>')
    rig.station.on("/whisper", "<Say>A listener for you</Say>")
    (ann,) = register(rig, "dj_ann")
    caller = rig.ring()
    await rig.until(lambda: ann.invited)
    leg = ann.invited[0]
    leg.answer()
    await rig.until(lambda: heard(leg) == ["A listener for you"])
    assert caller.bridged_to is None
    await rig.pass_time(3)
    assert caller.bridged_to is leg
    caller.press("*")
    await rig.until(lambda: heard(caller)[-1] == "After")
    await rig.over(leg)
    assert leg.status == "completed"


@story
async def test_answer_on_bridge_lets_the_caller_ring_until_then(rig: Rig) -> None:
    rig.station.on("/voice", '<Dial answerOnBridge="true"><Client>dj_ann</Client></Dial>')
    (ann,) = register(rig, "dj_ann")
    caller = rig.ring()
    await rig.until(lambda: ann.invited)
    assert caller.status == "ringing"
    ann.invited[0].answer()
    await rig.bridged(caller)
    assert caller.status == "in-progress"
