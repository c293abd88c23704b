"""A leg is redirected from outside, in every state that it can be in."""

from __future__ import annotations

import pytest

from rehearsal.account import Refusal
from tests.rehearsal.rig import Rig, heard, story
from tests.rehearsal.test_bridges import a_show

THERE = "<Say>Now here</Say><Pause length='60'/>"


def results(rig: Rig) -> list[str]:
    return [one["QueueResult"] for one in rig.station.params("/after")]


@story
async def test_a_leg_that_speaks_is_redirected(rig: Rig) -> None:
    rig.station.on("/voice", f"<Say>{'a long story ' * 50}</Say><Say>the end</Say>")
    rig.station.on("/there", THERE)
    leg = rig.ring()
    await rig.until(lambda: heard(leg))
    rig.network.redirect(leg, f"{rig.station.url}/there", "GET")
    await rig.until(lambda: heard(leg)[-1] == "Now here")
    assert rig.station.asked[-1].method == "GET"
    assert "the end" not in heard(leg)


@story
async def test_a_waiting_leg_is_redirected_and_its_action_told(rig: Rig) -> None:
    a_show(rig)
    rig.station.on("/there", THERE)
    leg = rig.ring()
    await rig.waiting(leg)
    rig.network.redirect(leg, f"{rig.station.url}/there")
    assert leg.queue is None, "gone from the queue at once"
    await rig.until(lambda: heard(leg) == ["Now here"])
    await rig.until(lambda: results(rig))
    assert results(rig) == ["redirected"]
    assert rig.station.params("/after")[0]["CallStatus"] == "in-progress"
    assert "Thank you" not in heard(leg), "the action's answer is not followed"


@story
async def test_a_member_is_dequeued_to_a_document(rig: Rig) -> None:
    a_show(rig)
    rig.station.on("/there", THERE)
    first, second = await rig.line_up(2)
    queue = rig.network.queue_named("line")
    member = rig.network.dequeue(queue, second, f"{rig.station.url}/there")
    assert member.leg is second
    await rig.until(lambda: heard(second) == ["Now here"])
    await rig.until(lambda: results(rig) == ["redirected"])
    assert first.queue is queue


@story
async def test_a_member_is_dequeued_once_by_the_first_who_asks(rig: Rig) -> None:
    a_show(rig)
    rig.station.on("/there", THERE)
    leg = rig.ring()
    await rig.waiting(leg)
    queue = leg.queue
    assert rig.network.dequeue(queue, leg, f"{rig.station.url}/there").leg is leg
    with pytest.raises(Refusal) as late:
        rig.network.dequeue(queue, leg, f"{rig.station.url}/there")
    assert late.value.http_status == 404


@story
async def test_a_bridged_caller_is_redirected_and_the_desk_goes_on(rig: Rig) -> None:
    a_show(rig)
    rig.station.on("/there", THERE)
    caller, desk = rig.ring(), rig.ring_desk()
    await rig.bridged(caller, desk)
    rig.network.redirect(caller, f"{rig.station.url}/there")
    assert desk.bridged_to is None
    await rig.until(lambda: heard(caller)[-1] == "Now here")
    await rig.until(lambda: results(rig) == ["redirected-from-bridged"])
    await rig.until(lambda: rig.station.paths().count("/desk") == 2)


@story
async def test_a_bridged_desk_is_redirected_and_the_caller_goes_to_the_action(rig: Rig) -> None:
    a_show(rig)
    rig.station.on("/there", THERE)
    caller, desk = rig.ring(), rig.ring_desk()
    await rig.bridged(caller, desk)
    rig.network.redirect(desk, f"{rig.station.url}/there")
    await rig.until(lambda: heard(desk)[-1] == "Now here")
    await rig.until(lambda: heard(caller)[-1] == "Thank you")
    assert results(rig) == ["bridged"]


@story
async def test_a_caller_in_the_whisper_is_redirected(rig: Rig) -> None:
    a_show(rig)
    rig.station.on("/on-air", '<Say>Nearly</Say><Pause length="9"/>')
    rig.station.on("/there", THERE)
    caller, desk = rig.ring(), rig.ring_desk()
    await rig.until(lambda: heard(caller) == ["Nearly"])
    rig.network.redirect(caller, f"{rig.station.url}/there")
    await rig.until(lambda: heard(caller)[-1] == "Now here")
    await rig.until(lambda: results(rig) == ["redirected"])
    await rig.until(lambda: rig.station.paths().count("/desk") == 2)
    assert desk.live


@story
async def test_a_desk_is_redirected_in_the_whisper_of_its_caller(rig: Rig) -> None:
    a_show(rig)
    rig.station.on("/on-air", '<Say>Nearly</Say><Pause length="9"/>')
    rig.station.on("/there", THERE)
    caller, desk = rig.ring(), rig.ring_desk()
    await rig.until(lambda: heard(caller) == ["Nearly"])
    rig.network.redirect(desk, f"{rig.station.url}/there")
    await rig.until(lambda: heard(desk) == ["Now here"])
    await rig.until(lambda: heard(caller)[-1] == "Thank you")
    assert results(rig) == ["bridging-in-process"]


@story
async def test_a_dialling_desk_is_redirected_and_takes_nobody(rig: Rig) -> None:
    a_show(rig)
    rig.station.on("/there", THERE)
    desk = rig.ring_desk()
    await rig.until(lambda: rig.network.queue_named("line").diallers)
    rig.network.redirect(desk, f"{rig.station.url}/there")
    assert not rig.network.queue_named("line").diallers
    caller = rig.ring()
    await rig.until(lambda: heard(desk) == ["Now here"])
    await rig.waiting(caller)


@story
async def test_a_document_may_be_given_instead_of_an_address(rig: Rig) -> None:
    a_show(rig)
    caller, desk = rig.ring(), rig.ring_desk()
    await rig.bridged(caller, desk)
    rig.network.redirect(caller, twiml="<Response><Say>Thanks for calling</Say><Hangup/></Response>")
    await rig.until(lambda: heard(caller)[-1] == "Thanks for calling")
    await rig.pass_time(5)
    assert caller.status == "completed"


@story
async def test_a_given_document_has_no_address_to_be_relative_to(rig: Rig) -> None:
    a_show(rig)
    leg = rig.ring()
    await rig.waiting(leg)
    rig.network.redirect(leg, twiml="<Response><Redirect>/there</Redirect></Response>")
    await rig.until(lambda: rig.alerts() == [11100])


@story
async def test_two_redirects_in_a_row_end_at_the_second(rig: Rig) -> None:
    a_show(rig)
    rig.station.on("/there", THERE)
    rig.station.on("/elsewhere", "<Say>Elsewhere</Say><Pause/>")
    leg = rig.ring()
    await rig.waiting(leg)
    rig.network.redirect(leg, f"{rig.station.url}/elsewhere")
    rig.network.redirect(leg, f"{rig.station.url}/there")
    await rig.until(lambda: heard(leg) == ["Now here"])
    assert "/elsewhere" not in rig.station.paths()


@story
async def test_a_redirect_overtakes_a_document_that_is_on_its_way(rig: Rig) -> None:
    rig.station.on("/there", THERE)
    leg = rig.ring()

    def late(_: object) -> str:
        rig.network.redirect(leg, f"{rig.station.url}/there")
        return "<Say>Too late</Say>"

    rig.station.on("/voice", late)
    await rig.until(lambda: heard(leg))
    assert heard(leg) == ["Now here"]


@story
async def test_a_leg_that_is_over_is_not_redirected(rig: Rig) -> None:
    rig.station.on("/voice", "<Hangup/>")
    leg = rig.ring()
    await rig.over(leg)
    with pytest.raises(Refusal) as refused:
        rig.network.redirect(leg, f"{rig.station.url}/there")
    assert refused.value.twilio_code == 21220
    assert refused.value.http_status == 400


@pytest.mark.parametrize("state", ["waiting", "bridged", "whispering"])
@story
async def test_a_leg_is_ended_from_outside(rig: Rig, state: str) -> None:
    a_show(rig)
    rig.station.on("/on-air", '<Pause length="60"/>' if state == "whispering" else "")
    caller = rig.ring()
    await rig.waiting(caller)
    if state != "waiting":
        desk = rig.ring_desk()
        await rig.until(lambda: "/on-air" in rig.station.paths())
    if state == "bridged":
        await rig.bridged(caller, desk)
    rig.network.end(caller)
    assert caller.status == "completed"
    assert (caller.queue, caller.bridged_to) == (None, None)
    await rig.until(lambda: results(rig) == [{"bridged": "bridged"}.get(state, "hangup")])
