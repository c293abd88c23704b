"""What is known about a caller when they ring: it goes with the call, and blocked callers are turned away."""

from __future__ import annotations

import json

import pytest

from callin.callers import Callers, CallerStats
from callin.contracts import StoreError
from callin.keyring import Keyring
from callin.line import Calls
from callin.model import WAITING_QUEUE, Arrival, Call, CallState, Known, Member, Opening, Outcome, Stage, Standing
from callin.twilio.reconcile import Reconciler
from tests.line.conftest import House

NUMBER = "+447700900007"


@pytest.fixture
def callers(house: House) -> Callers:
    callers = Callers(house.store, house.clock, Keyring("key"))
    house.calls = Calls(
        house.desks, house.admission, house.store, house.board, house.control, house.clock, callers.summary
    )
    return callers


def ring(house: House, call_sid: str, number: str = NUMBER) -> Call:
    return house.calls.arrive(Arrival(call_sid, number, "+442079460100"))


def test_a_first_time_caller_is_told_from_one_who_called_before(house: House, callers: Callers) -> None:
    stats = CallerStats(house.store, callers, house.clock)
    stats.run()
    assert ring(house, "CA1").known == Known()
    house.desks.end("CA1", None)
    stats.run()
    assert ring(house, "CA2").known == Known(calls=1)
    rows = json.loads(house.dashboards.status_json())["calls"]
    assert [(row["call_sid"], row["known"]["first_time"], row["known"]["calls"]) for row in rows] == [("CA2", False, 1)]


@pytest.mark.parametrize("number", ["anonymous", "client:listener_1_1000000", ""])
def test_nothing_is_known_about_callers_without_a_number(house: House, callers: Callers, number: str) -> None:
    assert ring(house, "CA1", number).known is None
    assert json.loads(house.dashboards.status_json())["calls"][0]["known"] is None


@pytest.mark.parametrize("opening", list(Opening))
def test_a_blocked_number_never_joins_the_line(house: House, callers: Callers, opening: Opening) -> None:
    house.set(opening=opening)
    callers.set_standing(NUMBER, Standing.BLOCKED, "sam")
    call = ring(house, "CA1")
    assert (call.stage, call.outcome) == (Stage.DONE, Outcome.BLOCKED)
    assert house.dashboards.status()["current_size"] == 0
    assert ring(house, "CA1") == call


@pytest.mark.parametrize("standing", [Standing.WARN, Standing.VIP])
def test_the_other_lists_keep_nobody_out(house: House, callers: Callers, standing: Standing) -> None:
    callers.set_standing(NUMBER, standing, "sam")
    call = ring(house, "CA1")
    assert (call.stage, call.known and call.known.standing) == (Stage.WAITING, standing)


def test_while_it_cannot_be_read_who_calls_everybody_is_let_in(house: House) -> None:
    def fails(_: str) -> Known:
        raise StoreError("no")

    house.calls = Calls(house.desks, house.admission, house.store, house.board, house.control, house.clock, fails)
    assert (ring(house, "CA1").stage, ring(house, "CA1").known) == (Stage.WAITING, None)


def test_what_is_known_about_a_caller_that_twilio_queued_meanwhile_is_added(house: House, callers: Callers) -> None:
    callers.set_standing(NUMBER, Standing.WARN, "sam")
    house.phone.queues[WAITING_QUEUE] = [Member("CA9", house.clock.now - 90, 90)]
    house.phone.calls["CA9"] = CallState("in-progress", NUMBER)
    house.reconciler().run_once()
    known = house.call("CA9").known
    assert known is not None
    assert known.standing is Standing.WARN


def test_what_becomes_known_during_a_call_is_shown_with_it(house: House, callers: Callers) -> None:
    ring(house, "CA1")
    ring(house, "CA2", "+447700900008")
    callers.set_standing(NUMBER, Standing.VIP, "sam")
    house.calls.learned(NUMBER, callers.summary(NUMBER))
    assert house.call("CA1").known == Known(standing=Standing.VIP)
    assert house.call("CA2").known == Known()


def test_the_instance_with_the_lease_does_the_upkeep_even_while_twilio_fails(house: House) -> None:
    done: list[str] = []

    def reconciler(name: str) -> Reconciler:
        return house.reconciler(upkeep=[lambda: done.append(name)])

    one, other = reconciler("one"), reconciler("other")
    house.phone.problem = "Twilio did not answer."
    one.run_if_due()
    other.run_if_due()
    one.run_if_due()
    assert done == ["one", "one"]


def test_an_upkeep_that_the_store_stops_is_tried_again(house: House) -> None:
    tries: list[int] = []

    def upkeep() -> None:
        tries.append(1)
        raise StoreError("no")

    reconciler = house.reconciler(upkeep=[upkeep])
    reconciler.run_if_due()
    reconciler.run_if_due()
    assert len(tries) == 2
