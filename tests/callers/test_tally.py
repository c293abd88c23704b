"""The tally: every call that ended counts for its caller, once, whatever is told twice, late or out of order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from callin.callers import Callers, Tally
from callin.callers.people import AIRED_KEPT, CALLS_REMEMBERED, PEOPLE_KEPT
from callin.contracts import StoreError
from callin.model import Call, Known, Outcome
from tests.callers.conftest import CALL_SECONDS, KEYRING, NUMBER, OTHER, House

DAY = 86400.0


def test_a_number_that_never_called_is_a_first_time_caller(house: House) -> None:
    assert house.callers.known(NUMBER) == Known()


def test_calls_are_counted_when_they_have_ended_with_who_called_and_when_they_were_aired(house: House) -> None:
    house.tally.run()
    began = house.clock.now
    house.call(name="Anna", place="Leeds")
    aired = house.call(aired=True)
    live = house.ring()
    house.tally.run()
    caller = house.caller()
    assert (caller.calls, caller.first_at, caller.last_at) == (2, began, began + 2 * CALL_SECONDS)
    assert house.callers.known(NUMBER) == Known(2, 1, aired.moments[1].at, name="Anna", place="Leeds")
    house.end(live)
    house.tally.run()
    assert house.caller().calls == 3


def test_only_what_was_aired_in_the_last_thirty_days_counts_as_lately(house: House) -> None:
    house.call(aired=True)
    house.clock.advance(20 * DAY)
    last = house.call(aired=True)
    house.tally.run()
    house.clock.advance(11 * DAY)
    assert house.callers.known(NUMBER).aired_30_days == 1
    house.clock.advance(30 * DAY)
    assert house.callers.known(NUMBER).aired_30_days == 0
    assert house.callers.known(NUMBER).last_aired_at == last.moments[1].at


@pytest.mark.parametrize("number", ["anonymous", "client:listener_1", "+266696687", ""])
def test_nobody_stands_behind_a_withheld_number_or_a_browser(house: House, number: str) -> None:
    house.tally.run()
    house.call(number, name="Anna")
    house.tally.run()
    assert house.callers.find(number) is None


def test_a_call_that_is_told_again_counts_once_and_its_outcome_may_be_put_right(house: House) -> None:
    house.tally.run()
    call = house.call(aired=True)
    house.tally.run()
    house.put(replace(call, bridged=False, outcome=Outcome.HUNG_UP))
    house.tally.run()
    assert (house.caller().calls, house.caller().aired) == (1, ())
    house.put(call)
    house.tally.run()
    assert (house.caller().calls, len(house.caller().aired)) == (1, 1)


def test_two_instances_and_one_that_starts_again_count_no_call_twice(house: House) -> None:
    house.tally.run()
    other = Tally(house.store, house.callers, house.clock)
    other.run()
    for _ in range(3):
        house.call()
        other.run()
        house.tally.run()
        Tally(house.store, house.callers, house.clock).run()
    assert house.caller().calls == 3


def test_what_ended_before_there_was_a_tally_is_counted_from_history(house: House) -> None:
    for _ in range(3):
        house.call()
    house.ring()
    house.tally.run()
    assert house.caller().calls == 3


def test_more_calls_of_a_number_than_are_remembered_are_not_counted_again(house: House) -> None:
    house.tally.run()
    calls = [house.call(aired=True) for _ in range(CALLS_REMEMBERED + 10)]
    house.tally.run()
    assert house.caller().calls == len(calls)
    for call in calls:
        house.callers.count(call)
    assert house.caller().calls == len(calls)
    assert len(house.caller().aired) == AIRED_KEPT
    assert len(house.caller().counted) == CALLS_REMEMBERED


def test_a_fault_in_the_middle_loses_nothing_and_counts_nothing_twice(house: House) -> None:
    class Failing(Callers):
        left = 1

        def count(self, call: Call) -> None:
            if not self.left:
                raise StoreError("no")
            self.left -= 1
            super().count(call)

    house.tally.run()
    house.call()
    house.call(OTHER)
    house.call()
    tally = Tally(house.store, Failing(house.store, house.clock, KEYRING), house.clock)
    with pytest.raises(StoreError):
        tally.run()
    house.tally.run()
    assert (house.caller().calls, house.caller(OTHER).calls) == (2, 1)


def test_several_people_call_from_one_number_and_the_last_is_who_is_expected(house: House) -> None:
    house.tally.run()
    house.call(name="Anna", place="Leeds")
    house.call(name="Ben", place="York")
    house.call(name="ANNA ")
    house.tally.run()
    assert [(person.name, person.place) for person in house.caller().people] == [("Ben", "York"), ("ANNA", "Leeds")]
    assert house.callers.known(NUMBER).name == "ANNA"
    for number in range(PEOPLE_KEPT):
        house.call(name=f"Person {number}")
    house.tally.run()
    assert len(house.caller().people) == PEOPLE_KEPT
    assert house.callers.known(NUMBER).name == f"Person {PEOPLE_KEPT - 1}"


def test_a_name_that_is_written_down_after_the_call_is_known_too(house: House) -> None:
    house.tally.run()
    call = house.call()
    house.tally.run()
    house.write(call.call_sid, "Anna")
    live = house.ring(OTHER)
    house.write(live.call_sid, "Ben")
    house.tally.run()
    assert (house.caller().calls, house.callers.known(NUMBER).name) == (1, "Anna")
    assert house.callers.find(OTHER) is None
