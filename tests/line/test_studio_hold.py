"""A caller on hold: put there from the air, brought back by choice."""

from __future__ import annotations

import pytest

from callin.line import PhoneFailed
from callin.model import (
    AIR_QUEUE,
    HELD_QUEUE,
    DialCaller,
    DialLine,
    Follow,
    Outcome,
    Stage,
    WaitInSilence,
)
from tests.line.conftest import DJ, House

ME = "dj_me"


def test_hold_keeps_the_caller_out_of_the_line_and_nobody_follows(house: House) -> None:
    house.ring("CA1", "CA2")
    turn = house.put_on_air("CA1")
    house.air_desks.hold(turn, "CA1", ME)
    assert house.control.done == [("redirect", "CA1", "2")]
    assert house.calls.left_queue("CA1", 1, "redirected-from-bridged")[0] is Follow.NOTHING
    assert house.reach("CA1") is Follow.HOLD_FROM_AIR
    assert (house.call("CA1").stage, house.call("CA1").queue) == (Stage.HELD, HELD_QUEUE)
    assert isinstance(house.ask(), WaitInSilence)
    assert house.board.place("CA1").position is None
    assert house.board.place("CA2").position == 1
    status = house.dashboards.status()
    assert [(row["call_sid"], row["stage"]) for row in status["calls"]] == [("CA1", "held"), ("CA2", "waiting")]


def test_a_caller_on_hold_is_brought_back_by_choice_and_never_by_next(house: House) -> None:
    house.ring("CA1", "CA2")
    turn = house.put_on_air("CA1")
    house.air_desks.hold(turn, "CA1", ME)
    house.reach("CA1")
    house.ask()
    house.air_desks.next(house.desk.turn, "", ME)
    assert isinstance(house.ask(woken=True), DialLine)
    house.desks.on_air("CA2", DJ, house.desk.turn)
    house.air_desks.take(house.desk.turn, "CA2", ME, "CA1")
    house.reach("CA1")
    assert house.call("CA1").queue == AIR_QUEUE
    assert house.ask() == DialCaller(house.desk.turn, "CA1")


def test_a_hold_that_twilio_does_not_do_leaves_the_caller_on_the_air(house: House) -> None:
    house.ring("CA1")
    turn = house.put_on_air("CA1")
    house.control.problem = "Twilio took too long to move a call."
    with pytest.raises(PhoneFailed) as failed:
        house.air_desks.hold(turn, "CA1", ME)
    assert not failed.value.star
    assert (house.call("CA1").stage, house.call("CA1").intent, house.desk.press) == (Stage.ON_AIR, None, None)


def test_a_caller_that_hangs_up_on_hold_was_aired(house: House) -> None:
    house.ring("CA1")
    house.air_desks.hold(house.put_on_air("CA1"), "CA1", ME)
    house.calls.left_queue("CA1", 1, "redirected-from-bridged")
    house.reach("CA1")
    house.calls.left_queue("CA1", 2, "hangup", call_over=True)
    assert house.call("CA1").outcome is Outcome.AIRED
