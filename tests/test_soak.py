"""Short runs of what `make soak` does at length: the same code, the same promises, and the verdicts' own judgement."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bench.soak import checks
from bench.soak.behaviours import SETS
from bench.soak.checks import Rang
from bench.soak.faults import FAULTS
from bench.soak.network import Caller
from bench.soak.runs import faults, kill
from bench.soak.stage import Plan

SHORT = Plan(
    crowd=30,
    patience=(4.0, 30.0),
    warm_up_seconds=3.0,
    kills=2,
    kill_seconds=2.5,
    fault_seconds=2.0,
)

GONE = Caller("CA1", live=False, queue=None, on_air_with=None, bridges=0, cut_off_by_error=False, thanked=False)
WAITS = replace(GONE, live=True, queue="radio-callin-queue")


def row(stage: str = "waiting", **others: Any) -> dict[str, Any]:
    return {"call_sid": "CA1", "stage": stage, "joined_at": 100.0, "wait_seconds": 5} | others


@pytest.mark.timeout(180)  # it is a show: a busy machine only makes it longer
def test_a_killed_app_finds_everybody_again() -> None:
    verdict = kill(SHORT, "documented", SETS["documented"])
    assert verdict.bad == [], "\n".join(verdict.bad)


@pytest.mark.timeout(180)
def test_a_show_with_faults_loses_nobody() -> None:
    # Each fault for a moment, REST and webhooks together: a minute of each is for `make soak`.
    verdict = faults(SHORT, "other way", SETS["other way"], tuple(FAULTS))
    assert verdict.bad == [], "\n".join(verdict.bad)


def test_a_caller_who_waits_and_is_not_listed_is_missed() -> None:
    assert checks.missing([WAITS], {}, more=0)
    assert not checks.missing([WAITS], {"CA1": row()}, more=0)
    assert not checks.missing([GONE], {}, more=0)


@pytest.mark.parametrize(("joined_at", "wrong"), [(100.0, False), (104.0, False), (97.0, True), (108.0, True)])
def test_a_wait_must_have_begun_between_the_ring_and_the_queue(joined_at: float, wrong: bool) -> None:
    rows = {"CA1": row(joined_at=joined_at)}
    assert bool(checks.wrong_waits(rows, {"CA1": 100.0}, {"CA1": 105.0}, 200.0)) is wrong


def test_a_caller_that_is_cut_off_while_waiting_is_reported_and_one_that_hung_up_is_not() -> None:
    at = {"CA1": 100.0}
    assert checks.unjust_ends({"CA1": GONE}, Rang(at))[0]
    assert checks.unjust_ends({"CA1": GONE}, Rang(at, hung_up=frozenset(at)))[0] == []


def test_a_caller_that_the_studio_left_in_mid_call_must_come_back() -> None:
    once = replace(GONE, bridges=1)
    at = {"CA1": 100.0}
    assert checks.unjust_ends({"CA1": once}, Rang(at, left_by_studio={"CA1": 1}))[0]
    assert checks.unjust_ends({"CA1": once}, Rang(at))[0] == []


def test_an_outcome_must_be_there_and_true() -> None:
    at = {"CA1": 100.0}
    assert checks.wrong_outcomes({"CA1": GONE}, Rang(at), {"CA1": None})
    assert checks.wrong_outcomes({"CA1": GONE}, Rang(at), {"CA1": "aired"})
    assert not checks.wrong_outcomes({"CA1": GONE}, Rang(at), {"CA1": "hung_up"})


def test_both_sides_must_agree_about_the_callers_that_wait_and_are_on_the_air() -> None:
    status = {"calls": [row()], "more": 0, "current_size": 1}
    assert checks.disagreements([WAITS], status) == []
    assert checks.disagreements([GONE], status)
    assert checks.disagreements([WAITS], status | {"calls": [], "current_size": 0})
    assert checks.disagreements([WAITS], status | {"calls": [row("on_air")]})


def test_a_caller_on_the_air_twice_is_reported_unless_the_studio_left_them() -> None:
    twice = {"CA1": replace(GONE, bridges=2)}
    at = {"CA1": 100.0}
    assert checks.aired_twice(twice, Rang(at))
    assert not checks.aired_twice(twice, Rang(at, left_alone={"CA1": 1}))
    assert not checks.aired_twice(twice, Rang(at, excused=frozenset(at)))
