"""The sweep: the line is mended by what Twilio lists."""

from __future__ import annotations

import json

import pytest

from callin import sweep as sweep_module
from callin.model import WAITING_QUEUE, CallState, Member, Outcome
from callin.sweep import Sweep
from tests.line.conftest import Studio


@pytest.fixture
def sweep(studio: Studio) -> Sweep:
    return Sweep(studio.line, studio.phone, studio.clock, seconds_between_requests=0.0)


def test_a_caller_whom_only_twilio_knows_is_adopted_with_the_true_wait(studio: Studio, sweep: Sweep) -> None:
    studio.phone.queues[WAITING_QUEUE] = [Member("CA9", studio.clock.now - 90, 90)]
    studio.phone.calls["CA9"] = CallState("in-progress", "+447700900009")
    sweep.run_once()
    place = studio.line.place("CA9")
    assert (place.position, place.wait_seconds) == (1, 90)
    assert studio.line.snapshot().calls[0].number == "•••009"


def test_a_caller_who_left_unnoticed_is_finished(studio: Studio, sweep: Sweep) -> None:
    studio.ring("CA1")
    studio.hang_up("CA1")
    studio.clock.advance(sweep_module.SECONDS_TO_SETTLE + 1)
    sweep.run_once()
    call = studio.store.call("CA1")
    assert call is not None
    assert call.outcome is Outcome.HUNG_UP


def test_a_caller_who_is_in_no_list_but_lives_stays(studio: Studio, sweep: Sweep) -> None:
    studio.ring("CA1")
    studio.phone.queues[WAITING_QUEUE] = []
    studio.clock.advance(sweep_module.SECONDS_TO_SETTLE + 1)
    sweep.run_once()
    assert studio.line.place("CA1").position == 1


def test_a_call_that_twilio_never_heard_of_is_lost(studio: Studio, sweep: Sweep) -> None:
    studio.ring("CA1")
    studio.phone.queues[WAITING_QUEUE] = []
    del studio.phone.calls["CA1"]
    studio.clock.advance(sweep_module.SECONDS_TO_SETTLE + 1)
    sweep.run_once()
    call = studio.store.call("CA1")
    assert call is not None
    assert call.outcome is Outcome.LOST


def test_while_twilio_fails_the_status_says_so_and_how_old_its_knowledge_is(studio: Studio, sweep: Sweep) -> None:
    studio.ring("CA1")
    sweep.run_once()
    studio.clock.advance(12)
    studio.phone.problem = "Twilio did not answer within 3 seconds."
    sweep.run_once()
    status = json.loads(studio.line.status_json())
    assert status["current_size"] == 1
    assert status["twilio"] == {"ok": False, "age_seconds": 12, "problem": studio.phone.problem}


def test_a_line_of_fifty_costs_one_request_a_sweep(studio: Studio, sweep: Sweep) -> None:
    for number in range(50):
        studio.ring(f"CA{number}")
    sweep.run_once()
    assert studio.phone.asked == [WAITING_QUEUE]


def test_the_sweeps_thread_starts_when_it_is_wanted_and_stops(studio: Studio, sweep: Sweep) -> None:
    sweep.soon()
    sweep.stop()
    assert studio.phone.asked in ([], [WAITING_QUEUE])
