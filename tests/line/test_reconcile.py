"""Reconciling: the line is mended by what Twilio lists, at a bounded cost. For connected callers see `test_bridges`."""

from __future__ import annotations

import json
import threading

import pytest

from callin.model import AIR_QUEUE, READY_QUEUE, WAITING_QUEUE, CallState, Member, Outcome
from callin.twilio import comparison, reconcile
from callin.twilio.reconcile import Reconciler
from tests.line.conftest import DJ, House
from tests.support.processes import wait_until

ANN = "screen-screener_ann_1"
LISTENER_NUMBER = "+442079460100"
LISTS = [AIR_QUEUE, WAITING_QUEUE, READY_QUEUE, "calls"]
"""What every run asks for."""


def test_a_caller_that_only_twilio_knows_is_adopted_with_the_true_wait(house: House, runs: Reconciler) -> None:
    house.phone.queues[WAITING_QUEUE] = [Member("CA9", house.clock.now - 90, 90)]
    house.phone.calls["CA9"] = CallState("in-progress", "+447700900009")
    runs.run_once()
    place = house.board.place("CA9")
    assert (place.position, place.wait_seconds) == (1, 90)
    assert house.dashboards.status()["calls"][0]["number"] == "•••009"


def test_a_caller_who_left_unnoticed_is_finished(house: House, runs: Reconciler) -> None:
    house.ring("CA1")
    house.hang_up("CA1")
    house.clock.advance(comparison.SECONDS_TO_SETTLE + 1)
    runs.run_once()
    call = house.store.call("CA1")
    assert call is not None
    assert call.outcome is Outcome.HUNG_UP


def test_a_caller_who_is_in_no_list_but_lives_stays(house: House, runs: Reconciler) -> None:
    house.ring("CA1")
    house.phone.queues[WAITING_QUEUE] = []
    house.clock.advance(comparison.SECONDS_TO_SETTLE + 1)
    runs.run_once()
    assert house.board.place("CA1").position == 1


def test_a_call_that_twilio_never_heard_of_is_lost(house: House, runs: Reconciler) -> None:
    house.ring("CA1")
    house.phone.queues[WAITING_QUEUE] = []
    del house.phone.calls["CA1"]
    house.clock.advance(comparison.SECONDS_TO_SETTLE + 1)
    runs.run_once()
    call = house.store.call("CA1")
    assert call is not None
    assert call.outcome is Outcome.LOST


def test_while_twilio_fails_the_status_says_so_and_how_old_its_knowledge_is(house: House, runs: Reconciler) -> None:
    house.ring("CA1")
    runs.run_once()
    house.clock.advance(12)
    house.phone.problem = "Twilio did not answer within 3 seconds."
    runs.run_once()
    status = json.loads(house.dashboards.status_json())
    assert status["current_size"] == 1
    told = {"ok": False, "age_seconds": 12, "problem": house.phone.problem}
    assert status["twilio"] == told | {"missed_calls": 0, "missed_cause": ""}


def test_a_line_of_fifty_costs_four_requests_each_time(house: House, runs: Reconciler) -> None:
    for number in range(50):
        house.ring(f"CA{number}")
    runs.run_once()
    assert house.phone.asked == LISTS


def lose(house: House, count: int) -> list[str]:
    """This many callers ring and hang up, and no webhook reports the end."""
    sids = [f"CA{number:03}" for number in range(count)]
    house.set(most_callers=0)
    house.ring(*sids)
    for call_sid in sids:
        house.hang_up(call_sid)
    house.clock.advance(comparison.SECONDS_TO_SETTLE + 1)
    return sids


def test_five_hundred_lost_calls_cost_one_request_more(house: House, runs: Reconciler) -> None:
    sids = lose(house, 500)
    runs.run_once()
    assert house.phone.asked == [*LISTS, "ended"]
    assert {house.call(call_sid).outcome for call_sid in sids} == {Outcome.HUNG_UP}


def test_calls_in_no_list_are_asked_for_one_by_one_a_few_each_time(house: House, runs: Reconciler) -> None:
    sids = lose(house, 90)
    house.phone.unlisted = set(sids)
    for call_sid in sids:
        house.phone.calls[call_sid] = CallState("ringing", "")  # as long as it rings nothing can be said
    asked = []
    for _ in range(2):
        house.phone.asked.clear()
        runs.run_if_due()
        asked.append([one for one in house.phone.asked if one in sids])
        house.clock.advance(reconcile.SECONDS_BETWEEN_RUNS)
    assert len(asked[0]) == len(asked[1]) == comparison.DOUBTFUL_PER_RUN
    assert set(asked[0]) | set(asked[1]) == set(sids)
    assert {house.call(call_sid).outcome for call_sid in sids} == {None}


def test_without_the_lease_few_are_asked_for_one_by_one(house: House, runs: Reconciler) -> None:
    sids = lose(house, 90)
    house.phone.unlisted = set(sids)
    assert house.store.acquire_lease(reconcile.LEASE, "another", house.clock.now, 30)
    runs.run_if_due()
    assert len([one for one in house.phone.asked if one in sids]) == comparison.DOUBTFUL_WITHOUT_LEASE


def test_a_long_comparison_keeps_its_lease_and_no_other_begins(house: House, runs: Reconciler) -> None:
    sids = lose(house, 20)
    house.phone.unlisted = set(sids)
    taken: list[bool] = []

    def slowly(_: str) -> None:
        house.clock.advance(9)
        taken.append(house.store.acquire_lease(reconcile.LEASE, "another", house.clock.now, 30))

    house.phone.on_request = slowly
    runs.run_if_due()
    assert len(taken) == len([*LISTS, "ended", *sids])
    assert not any(taken)


def test_a_comparison_that_another_instance_has_overtaken_stops(house: House, runs: Reconciler) -> None:
    sids = lose(house, 20)
    house.phone.unlisted = set(sids)

    def hang(what: str) -> None:
        if what == "ended":
            house.clock.advance(31)
            assert house.store.acquire_lease(reconcile.LEASE, "another", house.clock.now, 30)

    house.phone.on_request = hang
    runs.run_if_due()
    assert house.phone.asked == [*LISTS, "ended"]


def test_a_desks_leg_that_twilio_lists_is_not_asked_for_by_itself(house: House, runs: Reconciler) -> None:
    house.ask()
    house.screener_asks(ANN, "CAann")
    runs.run_once()
    assert house.phone.asked == LISTS


def test_the_reconciling_thread_starts_when_it_is_needed_and_stops(house: House, runs: Reconciler) -> None:
    runs.soon()
    runs.stop()
    assert house.phone.asked in ([], LISTS)


def test_a_thread_that_could_not_start_is_tried_again_with_the_next_request(house: House, runs: Reconciler) -> None:
    size = threading.stack_size(1 << 46)  # more than there is, so that no thread starts
    try:
        with pytest.raises(RuntimeError):
            runs.soon()
    finally:
        threading.stack_size(size)
    runs.soon()
    wait_until(lambda: house.phone.asked, why="Twilio was not read")
    runs.stop()


def test_a_studios_leg_whose_end_was_never_reported_is_noticed(house: House, runs: Reconciler) -> None:
    house.ring("CA1")
    house.ask()
    runs.run_once()
    assert house.desk.leg == DJ
    house.phone.calls[DJ] = CallState("completed", "")
    runs.run_once()
    assert house.desk.leg == ""
