"""The star key: the desk's way to the next caller, under each of the network's behaviours."""

from __future__ import annotations

import pytest

from rehearsal.behaviour import Behaviour
from tests.rehearsal.rig import STAR_BEHAVIOURS, Rig, heard, story
from tests.rehearsal.test_bridges import a_show


@pytest.mark.parametrize("behaviour", STAR_BEHAVIOURS, ids=str)
@story
async def test_star_brings_the_next_caller(rig: Rig, behaviour: Behaviour) -> None:
    a_show(rig)
    first, second = await rig.line_up(2)
    desk = rig.ring_desk()
    await rig.bridged(first, desk)
    desk.press("*")
    await rig.bridged(second, desk)
    await rig.until(lambda: rig.station.params("/after"))
    after = rig.station.params("/after")[0]
    assert after["QueueResult"] == "bridged"
    if behaviour.star == "action":
        assert after["CallStatus"] == "in-progress"
        await rig.until(lambda: heard(first)[-1] == "Thank you")
    else:
        assert after["CallStatus"] == "completed"
        assert not first.live
        assert "Thank you" not in heard(first)


@pytest.mark.parametrize("behaviour", STAR_BEHAVIOURS, ids=str)
@story
async def test_star_before_the_bridge_is_a_matter_of_behaviour(rig: Rig, behaviour: Behaviour) -> None:
    a_show(rig)
    desk = rig.ring_desk()
    queue = rig.network.queue_named("line")
    await rig.until(lambda: queue.diallers)
    desk.press("*")
    if behaviour.star_before_bridge:
        await rig.until(lambda: rig.station.paths().count("/desk") == 2)
        await rig.until(lambda: queue.diallers)
    else:
        assert desk.live
        await rig.pass_time(10)
        assert rig.station.paths().count("/desk") == 1
    caller = rig.ring()
    await rig.bridged(caller, desk)


@pytest.mark.parametrize("behaviour", STAR_BEHAVIOURS, ids=str)
@story
async def test_star_during_the_whisper_is_a_matter_of_behaviour(rig: Rig, behaviour: Behaviour) -> None:
    a_show(rig)
    rig.station.on("/on-air", '<Say>Nearly there</Say><Pause length="2"/>', "")
    first, desk = rig.ring("+447700900001"), rig.ring_desk()
    await rig.until(lambda: heard(first) == ["Nearly there"])
    desk.press("*")
    if not behaviour.star_before_bridge:
        await rig.pass_time(4)
        assert first.bridged_to is desk
        return
    await rig.until(lambda: rig.station.params("/after"))
    assert rig.station.params("/after")[0]["QueueResult"] == "bridging-in-process"
    assert first.live is (behaviour.star == "action")
    second = rig.ring("+447700900002")
    await rig.bridged(second, desk)


@story
async def test_star_without_hangup_on_star_does_nothing(rig: Rig) -> None:
    a_show(rig)
    rig.station.on("/desk", "<Dial><Queue>line</Queue></Dial>")
    caller, desk = rig.ring(), rig.ring_desk()
    await rig.bridged(caller, desk)
    desk.press("*")
    assert caller.bridged_to is desk


@story
async def test_the_callers_own_star_does_nothing(rig: Rig) -> None:
    a_show(rig)
    caller, desk = rig.ring(), rig.ring_desk()
    await rig.bridged(caller, desk)
    caller.press("***")
    assert caller.bridged_to is desk


@story
async def test_other_keys_do_not_part_the_two(rig: Rig) -> None:
    a_show(rig)
    caller, desk = rig.ring(), rig.ring_desk()
    await rig.bridged(caller, desk)
    desk.press("0123456789#")
    assert caller.bridged_to is desk


@story
async def test_two_stars_in_one_breath_end_one_bridge(rig: Rig) -> None:
    a_show(rig)
    first, second = await rig.line_up(2)
    desk = rig.ring_desk()
    await rig.bridged(first, desk)
    desk.press("**")
    await rig.bridged(second, desk)
    assert len(rig.station.params("/after")) == 1
