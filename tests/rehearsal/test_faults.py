"""Webhooks that come twice, late or never, and how faults are set."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from rehearsal.behaviour import Behaviour
from rehearsal.faults import Faults
from tests.rehearsal.rig import Rig, heard, story


@story
async def test_a_doubled_webhook_comes_twice_and_is_followed_once(rig: Rig) -> None:
    rig.network.faults.change({"webhooks": {"duplicate": 1.0}})
    rig.station.on("/voice", "<Say>Hello</Say><Pause length='60'/>")
    leg = rig.ring()
    await rig.until(lambda: len(rig.station.asked) == 2)
    assert rig.station.asked[0].params == rig.station.asked[1].params
    await rig.until(lambda: heard(leg))
    assert heard(leg) == ["Hello"]


@story
async def test_a_delayed_webhook_waits_in_network_time(rig: Rig) -> None:
    rig.network.faults.change({"webhooks": {"delay_ms": [60_000, 60_000]}})
    rig.station.on("/voice", "<Say>Hello</Say><Pause length='600'/>")
    leg = rig.ring()
    await rig.pass_time(59)
    assert not rig.station.asked
    await rig.pass_time(2)
    assert heard(leg) == ["Hello"]


@story
async def test_a_lost_question_runs_into_its_limit_and_then_the_fallback(rig: Rig) -> None:
    rig.number().voice_fallback_url = f"{rig.station.url}/fallback"
    rig.station.on("/fallback", "<Say>One moment</Say><Pause length='600'/>")
    rig.network.faults.change({"webhooks": {"lose": 1.0}})
    leg = rig.ring()
    await rig.pass_time(14)
    assert not rig.network.alerts
    rig.network.faults.clear()
    await rig.pass_time(2)
    assert heard(leg) == ["One moment"]
    assert rig.alerts() == [11200]
    assert "/voice" not in rig.station.paths()


@story
async def test_a_lost_question_is_asked_again_where_the_address_says_so(rig: Rig) -> None:
    rig.number().voice_url += "#rc=1&rp=all&rt=5000"
    rig.station.on("/voice", "<Say>Hello</Say><Pause length='600'/>")
    rig.network.faults.change({"webhooks": {"lose": 1.0}})
    leg = rig.ring()
    await rig.pass_time(4)
    rig.network.faults.clear()
    await rig.pass_time(2)
    assert heard(leg) == ["Hello"]


@story
async def test_a_lost_status_callback_just_vanishes(rig: Rig) -> None:
    rig.number().status_callback = f"{rig.station.url}/status"
    rig.station.on("/voice", "<Pause length='5'/>")
    leg = rig.ring()
    await rig.until(lambda: leg.live and rig.station.asked)
    rig.network.faults.change({"webhooks": {"lose": 1.0}})
    await rig.pass_time(60)
    assert not leg.live
    assert rig.station.paths() == ["/voice"]
    assert not rig.network.alerts


def test_a_share_of_faults_is_repeatable_with_seeded_dice() -> None:
    def row() -> list[bool]:
        faults = Faults(dice=Random(7))
        faults.change({"webhooks": {"lose": 0.3}})
        return [faults.webhook_is_lost() for _ in range(1000)]

    assert row() == row()
    assert 200 < sum(row()) < 400


def test_rest_fails_at_the_rate_that_was_asked_for() -> None:
    faults = Faults()
    assert faults.rest_status() is None
    faults.change({"rest": {"status": 500}})
    assert {faults.rest_status() for _ in range(20)} == {500}
    faults.change({"rest": {"status": 429, "rate": 0.0}})
    assert faults.rest_status() is None


@pytest.mark.parametrize(
    "settings",
    [
        {"rests": {}},
        {"rest": {"status": 200}},
        {"rest": {"state": 500}},
        {"rest": {"rate": 2}},
        {"rest": {"delay_ms": -1}},
        {"rest": []},
        {"webhooks": {"duplicate": True}},
        {"webhooks": {"delay_ms": 5}},
        {"webhooks": {"delay_ms": [5, 1]}},
        {"webhooks": {"lose": "often"}},
    ],
)
def test_a_fault_that_does_not_exist_is_refused_in_a_sentence(settings: dict[str, Any]) -> None:
    faults = Faults()
    with pytest.raises(ValueError, match=r"\.$"):
        faults.change({"webhooks": {"lose": 0.5}, **settings})
    assert faults.webhooks.lose == 0.0


@pytest.mark.parametrize(
    "settings",
    [
        {"star": "maybe"},
        {"star_before_bridge": "yes"},
        {"empty_queue": True},
        {"wait_url_failure": ""},
        {"dead_leg_seconds": -1},
        {"dead_leg_seconds": True},
        {"mood": "good"},
    ],
)
def test_a_behaviour_setting_that_does_not_exist_is_refused_in_a_sentence(settings: dict[str, Any]) -> None:
    behaviour = Behaviour()
    with pytest.raises(ValueError, match=r"\.$"):
        behaviour.change({"query": "sorted", **settings})
    assert behaviour == Behaviour()


def test_behaviour_changes_one_at_a_time() -> None:
    behaviour = Behaviour()
    behaviour.change({"star": "hangup"})
    behaviour.change({"dead_leg_seconds": 3})
    assert behaviour == Behaviour(star="hangup", dead_leg_seconds=3)
    behaviour.reset()
    assert behaviour == Behaviour()
