"""A short screened show with five desks, and what its verdict notices: the full length is for `make soak`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bench.soak.behaviours import BOTH_WAYS, SETS
from bench.soak.browser import Answer
from bench.soak.desks import checks
from bench.soak.desks.checks import Facts
from bench.soak.desks.run import desks
from bench.soak.network import Caller
from bench.soak.stage import Plan

GONE = Caller("CA1", live=False, queue=None, on_air_with=None, bridges=0, cut_off_by_error=False, thanked=False)
AIRED = replace(GONE, bridges=1, spoke_with=(("client:dj_dj_1", 20.0),))
DJ = replace(GONE, call_sid="CAdj", live=True, number="client:dj_dj_1", on_air_with="CA1")
ON_AIR = replace(AIRED, live=True, on_air_with="CAdj")


def answer(path: str, status: int = 200, said: dict[str, Any] | None = None, at: float = 110.0, **body: Any) -> Answer:
    return Answer(path, {"call_sid": "CA1"} | body, at, 0.1, status, said if said is not None else {"ok": True})


def verdict(word: str, **others: Any) -> Answer:
    return answer("/screen/verdict", verdict=word, **others)


def facts(caller: Caller, *answers: Answer, **others: Any) -> Facts:
    return Facts({"CA1": caller, "CAdj": DJ}, {"CA1": 100.0}, answers, **others)


@pytest.mark.timeout(300)  # it is a show: a busy machine only makes it longer
@pytest.mark.parametrize("behaviour", BOTH_WAYS)
def test_five_desks_in_trouble_lose_nobody_and_air_nobody_unscreened(behaviour: str) -> None:
    found = desks(Plan(fault_seconds=2.0), behaviour, SETS[behaviour])
    assert found.bad == [], "\n".join(found.bad)


def test_a_caller_on_the_air_must_have_been_made_ready_before() -> None:
    assert checks.never_made_ready(facts(AIRED))
    assert checks.never_made_ready(facts(AIRED, verdict("ready", at=125.0)))
    assert checks.never_made_ready(facts(AIRED, verdict("back")))
    assert checks.never_made_ready(facts(AIRED, verdict("ready", status=409)))
    assert not checks.never_made_ready(facts(AIRED, verdict("ready")))


def test_a_caller_may_be_aired_again_only_after_hold_or_after_the_studio_left_them() -> None:
    twice = replace(AIRED, bridges=2, spoke_with=AIRED.spoke_with * 2)
    assert checks.aired_again(facts(twice))
    assert not checks.aired_again(facts(twice, answer("/desk/hold", on_air="CA1")))
    assert not checks.aired_again(facts(twice, left_alone={"CA1": 1}))
    assert not checks.aired_again(facts(twice, unheard_stars=frozenset({"CA1"})))


def test_a_caller_that_is_gone_must_have_been_sent_away_or_aired() -> None:
    assert checks.unjust_ends(facts(GONE))[0]
    assert not checks.unjust_ends(facts(GONE, verdict("let_go")))[0]
    assert not checks.unjust_ends(facts(GONE, hung_up=frozenset({"CA1"})))[0]
    assert not checks.unjust_ends(facts(AIRED))[0]
    assert checks.unjust_ends(facts(AIRED, left_by_studio={"CA1": 1}))[0]
    assert checks.unjust_ends(facts(AIRED, answer("/desk/hold", on_air="CA1", at=125.0)))[0]


def test_a_star_that_hangs_up_may_end_the_caller_that_was_to_come() -> None:
    starred = facts(GONE, early_stars=(120.0,), lost_on_the_way={"CA1": 121.0})
    assert not checks.unjust_ends(starred)[0]
    assert not checks.wrong_outcomes(starred, {"CA1": "hung_up"})
    assert checks.unjust_ends(replace(starred, lost_on_the_way={"CA1": 119.0}))[0]
    assert checks.unjust_ends(replace(starred, lost_on_the_way={"CA1": 124.0}))[0]


def test_a_caller_thanked_before_they_spoke_is_not_lost_and_is_reported() -> None:
    thanked = replace(GONE, thanked=True)
    pressed = facts(thanked, answer("/desk/next", on_air="CA1"))
    assert not checks.unjust_ends(pressed)[0]
    assert pressed.pressed_away == {"CA1"}
    assert not checks.wrong_outcomes(pressed, {"CA1": "aired"})
    for no_press in (
        facts(thanked, answer("/desk/next", status=409, on_air="CA1")),
        facts(thanked, answer("/desk/next", status=503, on_air="CA1")),
        facts(thanked, answer("/desk/next", status=0, on_air="CA1")),
        facts(GONE, answer("/desk/next", on_air="CA1")),
        facts(thanked, answer("/desk/next", on_air="CA2")),
    ):
        assert checks.unjust_ends(no_press)[0]
        assert not no_press.pressed_away
        assert checks.wrong_outcomes(no_press, {"CA1": "aired"})


def test_two_on_the_air_and_a_leg_without_a_desk_are_reported() -> None:
    both = {"CA1": ON_AIR, "CAdj": DJ}
    assert not checks.strange_bridges(both)
    assert checks.strange_bridges(both | {"CA2": replace(ON_AIR, call_sid="CA2")})  # the leg is with CA1
    assert checks.strange_bridges({"CA1": ON_AIR, "CAdj": replace(DJ, number="+447700900001")})


def test_each_line_has_one_caller_at_most() -> None:
    second = replace(ON_AIR, call_sid="CA2", on_air_with="CAline")
    line = replace(DJ, call_sid="CAline", on_air_with="CA2")
    both = {"CA1": ON_AIR, "CAdj": DJ, "CA2": second, "CAline": line}
    assert not checks.doubled_lines(both, {"CAline": "air-2"})
    assert checks.doubled_lines(both, {"CAline": "air"})


@pytest.mark.parametrize(
    ("status", "said", "bad"),
    [
        (200, {"sentence": "Moved."}, False),
        (409, {"error": "Nobody is waiting."}, False),
        (503, {"error": "Please try again."}, False),
        (500, {"error": "Please try again."}, True),
        (200, {}, True),
        (0, {}, True),
    ],
)
def test_a_press_is_answered_with_a_sentence(status: int, said: dict[str, Any], bad: bool) -> None:
    assert bool(checks.bad_answers(facts(GONE, answer("/desk/next", status, said)))) is bad


def test_an_app_that_is_down_need_not_answer_and_a_slow_one_is_noticed() -> None:
    unanswered = answer("/desk/next", 0, {})
    assert not checks.bad_answers(facts(GONE, unanswered, down=((109.0, 112.0),)))
    assert checks.bad_answers(facts(GONE, replace(answer("/desk/next"), seconds=31.0)))


def test_an_outcome_must_be_there_and_possible() -> None:
    assert checks.wrong_outcomes(facts(GONE), {"CA1": None})
    assert checks.wrong_outcomes(facts(GONE), {"CA1": "let_go"})
    assert not checks.wrong_outcomes(facts(GONE, verdict("let_go")), {"CA1": "let_go"})
    assert checks.wrong_outcomes(facts(AIRED), {"CA1": "hung_up"})
    assert not checks.wrong_outcomes(facts(AIRED), {"CA1": "aired"})


def test_both_sides_must_agree_about_stages_and_desks() -> None:
    desk = {"name": "air", "leg": "CAdj", "on_air": "CA1"}
    status = {"calls": [{"call_sid": "CA1", "stage": "on_air"}], "current_size": 0, "desks": [desk]}
    assert not checks.disagreements(facts(ON_AIR), status)
    assert checks.disagreements(facts(ON_AIR), status | {"calls": []})
    assert checks.disagreements(facts(ON_AIR), status | {"desks": [desk | {"on_air": ""}]})
    assert checks.disagreements(facts(replace(ON_AIR, on_air_with=None, queue="radio-callin-ready")), status)
