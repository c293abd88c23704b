"""The stats: every ended call counts once for its caller, even if reports come twice, late or out of order."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from callin.callers import Callers, CallerStats
from callin.callers.models import MAX_AIRED, MAX_COUNTED, MAX_PEOPLE
from callin.contracts import StoreError
from callin.model import Call, Known, Outcome
from tests.callers.conftest import CALL_SECONDS, KEYRING, NUMBER, OTHER, House

DAY = 86400.0


def test_a_number_that_never_called_is_a_first_time_caller(house: House) -> None:
    assert house.callers.summary(NUMBER) == Known()


def test_finished_calls_are_counted_with_names_and_airings(house: House) -> None:
    house.stats.run()
    began = house.clock.now
    house.call(name="Anna", place="Leeds")
    aired = house.call(aired=True)
    live = house.ring()
    house.stats.run()
    caller = house.caller()
    assert (caller.calls, caller.first_at, caller.last_at) == (2, began, began + 2 * CALL_SECONDS)
    assert house.callers.summary(NUMBER) == Known(2, 1, aired.moments[1].at, name="Anna", place="Leeds")
    house.end(live)
    house.stats.run()
    assert house.caller().calls == 3


def test_only_airings_of_the_last_thirty_days_count_as_recent(house: House) -> None:
    house.call(aired=True)
    house.clock.advance(20 * DAY)
    last = house.call(aired=True)
    house.stats.run()
    house.clock.advance(11 * DAY)
    assert house.callers.summary(NUMBER).aired_30_days == 1
    house.clock.advance(30 * DAY)
    assert house.callers.summary(NUMBER).aired_30_days == 0
    assert house.callers.summary(NUMBER).last_aired_at == last.moments[1].at


@pytest.mark.parametrize("number", ["anonymous", "client:listener_1", "+266696687", ""])
def test_withheld_numbers_and_browsers_have_no_caller(house: House, number: str) -> None:
    house.stats.run()
    house.call(number, name="Anna")
    house.stats.run()
    assert house.callers.find(number) is None


def test_a_call_recorded_twice_counts_once_and_its_outcome_is_corrected(house: House) -> None:
    house.stats.run()
    call = house.call(aired=True)
    house.stats.run()
    house.put(replace(call, bridged=False, outcome=Outcome.HUNG_UP))
    house.stats.run()
    assert (house.caller().calls, house.caller().aired) == (1, ())
    house.put(call)
    house.stats.run()
    assert (house.caller().calls, len(house.caller().aired)) == (1, 1)


def test_neither_a_second_instance_nor_a_restart_counts_a_call_twice(house: House) -> None:
    house.stats.run()
    other = CallerStats(house.store, house.callers, house.clock)
    other.run()
    for _ in range(3):
        house.call()
        other.run()
        house.stats.run()
        CallerStats(house.store, house.callers, house.clock).run()
    assert house.caller().calls == 3


def test_the_first_run_counts_calls_from_history(house: House) -> None:
    for _ in range(3):
        house.call()
    house.ring()
    house.stats.run()
    assert house.caller().calls == 3


def test_calls_older_than_the_counted_list_are_not_counted_again(house: House) -> None:
    house.stats.run()
    calls = [house.call(aired=True) for _ in range(MAX_COUNTED + 10)]
    house.stats.run()
    assert house.caller().calls == len(calls)
    for call in calls:
        house.callers.record_call(call)
    assert house.caller().calls == len(calls)
    assert len(house.caller().aired) == MAX_AIRED
    assert len(house.caller().counted) == MAX_COUNTED


def test_a_fault_in_the_middle_loses_nothing_and_counts_nothing_twice(house: House) -> None:
    class Failing(Callers):
        left = 1

        def record_call(self, call: Call) -> None:
            if not self.left:
                raise StoreError("no")
            self.left -= 1
            super().record_call(call)

    house.stats.run()
    house.call()
    house.call(OTHER)
    house.call()
    stats = CallerStats(house.store, Failing(house.store, house.clock, KEYRING), house.clock)
    with pytest.raises(StoreError):
        stats.run()
    house.stats.run()
    assert (house.caller().calls, house.caller(OTHER).calls) == (2, 1)


def test_the_summary_names_the_last_of_several_people(house: House) -> None:
    house.stats.run()
    house.call(name="Anna", place="Leeds")
    house.call(name="Ben", place="York")
    house.call(name="ANNA ")
    house.stats.run()
    assert [(person.name, person.place) for person in house.caller().people] == [("Ben", "York"), ("ANNA", "Leeds")]
    assert house.callers.summary(NUMBER).name == "ANNA"
    for number in range(MAX_PEOPLE):
        house.call(name=f"Person {number}")
    house.stats.run()
    assert len(house.caller().people) == MAX_PEOPLE
    assert house.callers.summary(NUMBER).name == f"Person {MAX_PEOPLE - 1}"


def test_a_name_typed_after_the_call_is_added(house: House) -> None:
    house.stats.run()
    call = house.call()
    house.stats.run()
    house.write(call.call_sid, "Anna")
    live = house.ring(OTHER)
    house.write(live.call_sid, "Ben")
    house.stats.run()
    assert (house.caller().calls, house.callers.summary(NUMBER).name) == (1, "Anna")
    assert house.callers.find(OTHER) is None
