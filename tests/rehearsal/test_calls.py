"""Calls on the network: answering, rejecting, patience, dead legs, applications, reset."""

from __future__ import annotations

import pytest

from rehearsal.account import Application, Refusal, new_sid
from tests.rehearsal.rig import Phone, Rig, heard, story
from tests.rehearsal.test_bridges import a_show


@pytest.mark.parametrize(("document", "status"), [("<Reject/>", "no-answer"), ('<Reject reason="busy"/>', "busy")])
@story
async def test_a_rejected_call_is_never_answered(rig: Rig, document: str, status: str) -> None:
    rig.number().status_callback = f"{rig.station.url}/status"
    rig.station.on("/status", "")
    rig.station.on("/voice", document + "<Say>never</Say>")
    leg = rig.ring()
    await rig.over(leg)
    assert (leg.status, leg.answered_at, heard(leg)) == (status, None, [])
    await rig.until(lambda: rig.station.params("/status"))
    told = rig.station.params("/status")[0]
    assert (told["CallStatus"], told["CallDuration"]) == (status, "0")


@story
async def test_reject_after_another_verb_hangs_up(rig: Rig) -> None:
    rig.station.on("/voice", "<Say>Hello</Say><Reject/>")
    leg = rig.ring()
    await rig.pass_time(3)
    assert leg.status == "completed"


@story
async def test_a_call_rings_until_its_document_answers_it(rig: Rig) -> None:
    rig.station.on("/voice", '<Pause length="3"/><Say>Hello</Say>')
    leg = rig.ring()
    await rig.until(lambda: rig.station.asked)
    assert leg.status == "ringing"
    await rig.pass_time(3.2)
    assert leg.status == "in-progress"
    assert heard(leg) == ["Hello"]


@story
async def test_a_caller_who_hangs_up_before_the_answer_is_canceled(rig: Rig) -> None:
    rig.station.on("/voice", '<Pause length="3"/>')
    leg = rig.ring()
    leg.hang_up()
    await rig.over(leg)
    assert leg.status == "canceled"


@story
async def test_a_number_that_leads_nowhere_says_so_and_ends(rig: Rig) -> None:
    rig.number().voice_url = ""
    leg = rig.ring()
    await rig.until(lambda: rig.alerts() == [11100])
    await rig.pass_time(10)
    assert not leg.live
    with pytest.raises(KeyError):
        rig.network.ring("+447700900001", "+15550100")


@story
async def test_impatience_ends_a_wait_but_not_a_talk(rig: Rig) -> None:
    a_show(rig)
    first = rig.ring("+447700900001", patience_seconds=60)
    await rig.waiting(first)
    second = rig.ring("+447700900002", patience_seconds=60)
    await rig.waiting(second)
    desk = rig.ring_desk()
    await rig.bridged(first, desk)
    await rig.pass_time(59)
    assert second.live
    await rig.pass_time(2)
    assert not second.live
    assert first.bridged_to is desk


@story
async def test_a_browser_calls_an_application_by_its_identity(rig: Rig) -> None:
    application = Application(new_sid("AP"), "desk", 0, 0, voice_url=f"{rig.station.url}/client")
    rig.network.applications[application.sid] = application
    rig.station.on("/client", "<Say>Desk</Say>")
    phone = Phone("dj_ann")
    leg = rig.network.ring(
        "client:dj_ann",
        "",
        application_sid=application.sid,
        params={"show": "late night", "From": "client:dj_eve", "CallSid": "CA0"},
        device=phone,
    )
    await rig.until(lambda: heard(leg) == ["Desk"])
    asked = rig.station.asked[0].params
    assert (asked["From"], asked["To"], asked["show"]) == ("client:dj_ann", "", "late night")
    assert asked["CallSid"] == leg.sid, "a page cannot choose the caller's identity"
    await rig.pass_time(5)
    assert phone.told == [(leg, None)]


@story
async def test_a_number_may_lead_to_an_application(rig: Rig) -> None:
    application = Application(new_sid("AP"), "line", 0, 0, voice_url=f"{rig.station.url}/application")
    rig.network.applications[application.sid] = application
    rig.number().voice_application_sid = application.sid
    rig.station.on("/application", "<Say>Application</Say>")
    leg = rig.ring()
    await rig.until(lambda: heard(leg) == ["Application"])


@story
async def test_a_browser_whose_network_vanished_is_ended_after_a_while(rig: Rig) -> None:
    a_show(rig)
    caller, desk = rig.ring(), rig.ring_desk(device=Phone("dj_ann"))
    await rig.bridged(caller, desk)
    desk.network_lost()
    await rig.pass_time(10)
    desk.network_back()
    await rig.pass_time(60)
    assert caller.bridged_to is desk
    desk.network_lost()
    await rig.pass_time(14)
    assert desk.live
    await rig.pass_time(2)
    assert desk.status == "completed"
    await rig.until(lambda: heard(caller)[-1] == "Thank you")


@story
async def test_a_browser_that_is_not_there_is_not_rung(rig: Rig) -> None:
    rig.station.on("/voice", '<Dial action="/dialled"><Client>dj_ann</Client></Dial>')
    rig.station.on("/dialled", "<Say>Nobody</Say>")
    caller = rig.ring()
    await rig.until(lambda: heard(caller) == ["Nobody"])
    assert rig.station.params("/dialled")[0]["DialCallStatus"] == "no-answer"


@story
async def test_a_reset_ends_all_and_keeps_the_queues(rig: Rig) -> None:
    a_show(rig)
    rig.network.faults.change({"rest": {"status": 500}})
    rig.network.behaviour.change({"star": "hangup"})
    legs = await rig.line_up(3)
    await rig.network.reset()
    assert not any(leg.live for leg in legs)
    assert not rig.network.legs
    assert not rig.network.alerts
    assert rig.network.queue_named("line").current_size == 0
    assert rig.network.behaviour.star == "action"
    assert rig.network.faults.rest_status() is None
    assert [one["QueueResult"] for one in rig.station.params("/after")] == ["hangup"] * 3


@story
async def test_every_change_of_a_leg_is_told_to_those_who_watch(rig: Rig) -> None:
    a_show(rig)
    seen: list[tuple[str, bool]] = []
    stop = rig.network.watch(lambda leg: seen.append((leg.status, leg.queue is not None)))
    leg = rig.ring()
    await rig.waiting(leg)
    leg.hang_up()
    assert seen[0] == ("ringing", False)
    assert ("in-progress", True) in seen
    assert seen[-1] == ("completed", False)
    stop()
    seen.clear()
    rig.ring()
    assert not seen


@story
async def test_queues_are_created_and_deleted_under_twilios_rules(rig: Rig) -> None:
    a_show(rig)
    queue = rig.network.create_queue("second", 2)
    for arguments in (("second", 10), ("", 10), ("x" * 65, 10), ("third", 0), ("third", 5001)):
        with pytest.raises(Refusal):
            rig.network.create_queue(*arguments)
    rig.network.delete_queue(queue.sid)
    assert rig.network.queue_named("second") is None
    with pytest.raises(Refusal) as unknown:
        rig.network.delete_queue(queue.sid)
    assert unknown.value.http_status == 404
    (leg,) = await rig.line_up(1)
    with pytest.raises(Refusal):
        rig.network.delete_queue(leg.queue.sid)
