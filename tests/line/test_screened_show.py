"""A screened show: only callers that a screener made ready go on the air, in their order."""

from __future__ import annotations

import pytest

from callin.line import PhoneFailed, PressRejected
from callin.model import (
    AIR_DESK,
    AIR_QUEUE,
    READY_QUEUE,
    WAITING_QUEUE,
    DialCaller,
    DialLine,
    Follow,
    Member,
    Opening,
    Stage,
    Verdict,
    WaitInSilence,
)
from callin.rules.calls import Found
from tests.line.conftest import DJ, LEG, House, made_ready

ME = "dj_me"


def test_the_order_of_ready_callers(house: House, ann: str) -> None:
    house.ring("CA1", "CA2", "CA3", "CA4")
    for call_sid in ("CA3", "CA1"):
        made_ready(house, call_sid)
        house.clock.advance(1)
    house.screener_desks.judge(ann, "CA2", Verdict.READY, "CA3")
    house.reach("CA2")

    def in_order() -> list[str]:
        return [row["call_sid"] for row in house.dashboards.status()["calls"]]

    assert in_order() == ["CA2", "CA3", "CA1", "CA4"]
    house.calls.move("CA1", "CA3")
    assert in_order() == ["CA2", "CA1", "CA3", "CA4"]
    house.calls.move("CA2", "")
    assert in_order() == ["CA1", "CA3", "CA2", "CA4"]
    with pytest.raises(PressRejected, match="cannot be moved"):
        house.calls.move("CA4", "CA1")
    assert "already marked ready" in house.screener_desks.judge(ann, "CA2", Verdict.READY, "CA1")
    assert in_order() == ["CA2", "CA1", "CA3", "CA4"]


def test_a_screened_show_dials_only_ready_callers(house: House, ann: str) -> None:
    house.set(screened=True)
    house.ring("CA1", "CA2")
    assert house.ask() == DialLine(1, READY_QUEUE)
    house.control.problem = "Twilio took too long to move a caller."
    assert house.ask(star=True) == DialLine(2, READY_QUEUE)
    house.control.problem = ""
    made_ready(house, "CA2")
    assert house.ask() == DialLine(3, READY_QUEUE)
    with pytest.raises(PressRejected, match="no screener has marked this caller ready"):
        house.air_desks.take(3, "", ME, "CA1")
    house.desks.on_air("CA2", DJ, 3)
    house.air_desks.next(3, "CA2", ME)
    house.ask()
    with pytest.raises(PressRejected, match="No screener has marked"):
        house.air_desks.next(house.desk.turn, "", ME)


def test_a_caller_that_was_on_the_air_may_come_again_in_a_screened_show(house: House) -> None:
    house.ring("CA1")
    house.put_on_air("CA1")
    house.set(screened=True)
    house.leg_dies()
    assert house.calls.left_queue("CA1", 1, "bridged")[0] is Follow.ONE_MOMENT
    assert house.ask("CAdj2") == DialCaller(2, "CA1")


def test_switching_screening_on_gives_up_the_claimed_caller_and_stops_the_dial(house: House) -> None:
    house.wait_for_next()
    house.ask()
    house.ring("CA1")
    house.air_desks.take(0, "", ME, "CA1")
    house.reach("CA1")
    assert house.call("CA1").queue == AIR_QUEUE
    house.set(screened=True)
    assert house.control.done[-1] == ("dequeue", "CA1", "3")
    assert house.reach("CA1") is Follow.QUEUE_AGAIN
    assert (house.call("CA1").queue, house.desk.claimed) == (WAITING_QUEUE, "")
    assert isinstance(house.ask(), WaitInSilence)


def test_once_screening_is_on_the_leg_no_longer_dials_the_line(house: House) -> None:
    turn = house.ask()
    assert turn == DialLine(1, WAITING_QUEUE)
    house.control.problem = "Twilio took too long to move a call."
    with pytest.raises(PhoneFailed):
        house.set(screened=True)
    assert house.store.show().screened is False
    house.control.problem = ""
    house.set(screened=True)
    assert house.control.done[-1] == ("wake", DJ, "1")
    assert house.ask(turn=0) == DialLine(1, READY_QUEUE), "the answer before, asked for again"
    assert house.ask(woken=True) == DialLine(2, READY_QUEUE)


def test_a_claim_by_the_air_desk_is_void_once_screening_is_on(house: House) -> None:
    house.ring("CA1")
    house.set(screened=True)
    assert house.desks.claim(AIR_DESK, "CA1") is None
    assert (house.desk.claimed, house.call("CA1").claimed_by) == ("", "")


def test_next_passes_over_a_caller_that_talks_to_a_screener(house: House, ann: str) -> None:
    house.ring("CA1", "CA2")
    house.talk(ann, LEG, "CA1")
    with pytest.raises(PressRejected, match="Another desk"):
        house.air_desks.take(0, "", ME, "CA1")
    assert house.ask() == DialLine(1, WAITING_QUEUE)
    assert [call.call_sid for call in house.board.first_in_line(3)] == ["CA2"]


def test_a_caller_that_twilio_lists_in_the_ready_queue_is_ready(house: House) -> None:
    house.set(screened=True)
    house.desks.advance(
        "CA9", Found(house.clock.now, "CA9", "+447700900009", READY_QUEUE, queued_at=house.clock.now - 60)
    )
    assert (house.call("CA9").stage, house.call("CA9").cleared) == (Stage.READY, True)


def test_reconciling_reads_the_ready_queue_and_tolerates_that_it_does_not_exist(house: House) -> None:
    house.phone.queues[READY_QUEUE] = [Member("CA9", house.clock.now - 60, 60)]
    reconciler = house.reconciler()
    assert reconciler.run_once()
    assert READY_QUEUE in house.phone.asked


def test_a_closed_line_thanks_ready_callers_but_not_one_that_is_being_screened(house: House, ann: str) -> None:
    house.ring("CA1", "CA2")
    made_ready(house, "CA2")
    house.talk(ann, LEG, "CA1")
    house.set(opening=Opening.CLOSED)
    assert [house.board.place(sid).ended_by_closing for sid in ("CA1", "CA2")] == [False, True]


def test_the_dashboard_says_which_caller_talks_to_which_screener(house: House, ann: str) -> None:
    house.ring("CA1", "CA2")
    house.talk(ann, LEG, "CA1")
    status = house.dashboards.status()
    assert [(desk["name"], desk["who"], desk["on_air"]) for desk in status["desks"]] == [
        ("air", "", ""),
        (ann, "ann", "CA1"),
    ]
    first, second = status["calls"]
    assert (first["with"], first["with_name"], first["stage"], first["cleared"]) == (ann, "ann", "screening", False)
    assert (second["with"], second["with_name"]) == ("", "")
    assert status["show"]["screened"] is False
