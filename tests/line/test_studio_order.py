"""Which caller Next brings: after the ready check, and in an order made by hand."""

from __future__ import annotations

import pytest

from callin.line import PressRejected
from callin.model import (
    AIR_DESK,
    DialCaller,
    ReadyCheckAnswer,
    WaitInSilence,
)
from tests.line.conftest import DJ, LEG, House

ME = "dj_me"


def test_a_caller_that_does_not_answer_the_ready_check_is_passed_over_and_keeps_their_place(house: House) -> None:
    house.set(ready_check=True)
    house.ring("CA1", "CA2")
    assert [house.board.place(sid).hears_ready_check for sid in ("CA1", "CA2")] == [True, False]
    house.calls.answered_ready_check("CA1", ReadyCheckAnswer.NO)
    assert [house.board.place(sid).hears_ready_check for sid in ("CA1", "CA2")] == [True, True]
    house.calls.answered_ready_check("CA2", ReadyCheckAnswer.YES)
    assert house.ask() == DialCaller(1, "CA2")
    assert house.board.place("CA1").position == 2
    house.calls.call_status("CA2", "completed")
    assert house.board.place("CA1").position == 1


def test_with_the_ready_check_nobody_comes_before_they_have_said_so(house: House) -> None:
    house.set(ready_check=True)
    assert isinstance(house.ask(), WaitInSilence)
    house.ring("CA1")
    house.calls.answered_ready_check("CA1", ReadyCheckAnswer.NO)
    assert isinstance(house.ask(), WaitInSilence)
    with pytest.raises(PressRejected, match="pressed 1"):
        house.air_desks.next(house.desk.turn, "", ME)
    house.calls.answered_ready_check("CA1", ReadyCheckAnswer.YES)
    house.air_desks.caller_became_available()
    assert house.control.done == [("wake", DJ, str(house.desk.turn))]
    assert house.ask(woken=True) == DialCaller(house.desk.turn, "CA1")


def test_a_caller_who_is_not_ready_can_be_taken_by_choice(house: House) -> None:
    house.set(ready_check=True)
    house.ring("CA1")
    house.calls.answered_ready_check("CA1", ReadyCheckAnswer.NO)
    house.ask()
    house.air_desks.take(house.desk.turn, "", ME, "CA1")
    assert house.ask(woken=True) == DialCaller(house.desk.turn, "CA1")


def test_next_says_so_if_every_waiting_caller_is_with_another_desk(house: House, ann: str) -> None:
    house.ring("CA1")
    house.talk(ann, LEG, "CA1")
    house.ask()
    with pytest.raises(PressRejected, match="Every waiting caller is with another desk"):
        house.air_desks.next(house.desk.turn, "", ME)


def in_order(house: House) -> list[str]:
    return [row["call_sid"] for row in house.dashboards.status()["calls"]]


def test_a_caller_is_given_a_place_by_hand_and_keeps_their_wait(house: House) -> None:
    house.ring("CA1", "CA2", "CA3", "CA4")
    house.calls.move("CA4", "CA2")
    assert in_order(house) == ["CA1", "CA4", "CA2", "CA3"]
    assert house.board.place("CA4").wait_seconds == 1
    house.calls.move("CA3", "CA1")
    house.calls.move("CA1", "")
    assert in_order(house) == ["CA3", "CA4", "CA2", "CA1"]
    house.ring("CA5")
    assert in_order(house)[-1] == "CA5"


def test_an_order_by_hand_decides_who_comes_on_the_air(house: House) -> None:
    house.ring("CA1", "CA2")
    house.calls.move("CA2", "CA1")
    assert house.ask() == DialCaller(1, "CA2")


def test_nobody_is_moved_before_a_caller_who_is_promised_to_the_desk(house: House) -> None:
    house.ring("CA1", "CA2", "CA3")
    turn = house.put_on_air("CA1")
    house.air_desks.take(turn, "CA1", ME, "CA2")
    with pytest.raises(PressRejected, match="cannot be moved"):
        house.calls.move("CA3", "CA2")
    with pytest.raises(PressRejected, match="cannot be moved"):
        house.calls.move("CA9", "CA3")


def test_a_claim_that_is_given_up_late_takes_nobody_off_the_air(house: House) -> None:
    """If a request comes twice at once, one may find that the bridge which the other led to has used up the claim."""
    house.ring("CA1")
    house.put_on_air("CA1")
    house.desks.give_up(AIR_DESK, "CA1")
    assert house.desks.claim(AIR_DESK, "CA1") is None
    assert house.desk.on_air == "CA1"
    assert house.desk.claimed == ""


def test_a_place_among_those_who_came_back_is_before_all_others(house: House) -> None:
    house.ring("CA1", "CA2", "CA3")
    house.put_on_air("CA1")
    house.leg_dies()
    house.ring("CA4")
    house.calls.left_queue("CA1", 1, "bridged")
    house.desks.give_up(AIR_DESK, "CA1")
    house.calls.left_queue("CA1", 2, "error")
    assert in_order(house)[0] == "CA1"
    house.calls.move("CA3", "CA1")
    assert in_order(house) == ["CA3", "CA1", "CA2", "CA4"]
