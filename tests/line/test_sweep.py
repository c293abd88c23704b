"""The sweep: the line is mended by what Twilio lists."""

from __future__ import annotations

import json

import pytest

from callin import sweep as sweep_module
from callin.model import AIR_QUEUE, READY_QUEUE, WAITING_QUEUE, CallState, Member, Outcome
from callin.sweep import Sweep
from tests.line.conftest import DJ, House


@pytest.fixture
def sweep(house: House) -> Sweep:
    return Sweep(house.line, house.board, house.store, house.phone, house.clock, seconds_between_requests=0.0)


def test_a_caller_whom_only_twilio_knows_is_adopted_with_the_true_wait(house: House, sweep: Sweep) -> None:
    house.phone.queues[WAITING_QUEUE] = [Member("CA9", house.clock.now - 90, 90)]
    house.phone.calls["CA9"] = CallState("in-progress", "+447700900009")
    sweep.run_once()
    place = house.board.place("CA9")
    assert (place.position, place.wait_seconds) == (1, 90)
    assert house.board.status()["calls"][0]["number"] == "•••009"


def test_a_caller_who_left_unnoticed_is_finished(house: House, sweep: Sweep) -> None:
    house.ring("CA1")
    house.hang_up("CA1")
    house.clock.advance(sweep_module.SECONDS_TO_SETTLE + 1)
    sweep.run_once()
    call = house.store.call("CA1")
    assert call is not None
    assert call.outcome is Outcome.HUNG_UP


def test_a_caller_who_is_in_no_list_but_lives_stays(house: House, sweep: Sweep) -> None:
    house.ring("CA1")
    house.phone.queues[WAITING_QUEUE] = []
    house.clock.advance(sweep_module.SECONDS_TO_SETTLE + 1)
    sweep.run_once()
    assert house.board.place("CA1").position == 1


def test_a_call_that_twilio_never_heard_of_is_lost(house: House, sweep: Sweep) -> None:
    house.ring("CA1")
    house.phone.queues[WAITING_QUEUE] = []
    del house.phone.calls["CA1"]
    house.clock.advance(sweep_module.SECONDS_TO_SETTLE + 1)
    sweep.run_once()
    call = house.store.call("CA1")
    assert call is not None
    assert call.outcome is Outcome.LOST


def test_while_twilio_fails_the_status_says_so_and_how_old_its_knowledge_is(house: House, sweep: Sweep) -> None:
    house.ring("CA1")
    sweep.run_once()
    house.clock.advance(12)
    house.phone.problem = "Twilio did not answer within 3 seconds."
    sweep.run_once()
    status = json.loads(house.board.status_json())
    assert status["current_size"] == 1
    assert status["twilio"] == {"ok": False, "age_seconds": 12, "problem": house.phone.problem}


def test_a_line_of_fifty_costs_three_requests_a_sweep(house: House, sweep: Sweep) -> None:
    for number in range(50):
        house.ring(f"CA{number}")
    sweep.run_once()
    assert house.phone.asked == [AIR_QUEUE, WAITING_QUEUE, READY_QUEUE]


def test_the_sweeps_thread_starts_when_it_is_wanted_and_stops(house: House, sweep: Sweep) -> None:
    sweep.soon()
    sweep.stop()
    assert house.phone.asked in ([], [AIR_QUEUE, WAITING_QUEUE, READY_QUEUE])


def test_a_studios_leg_whose_end_was_never_reported_is_noticed(house: House, sweep: Sweep) -> None:
    house.ring("CA1")
    house.ask()
    sweep.run_once()
    assert house.desk.leg == DJ
    house.phone.calls[DJ] = CallState("completed", "")
    sweep.run_once()
    assert house.desk.leg == ""
