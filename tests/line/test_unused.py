"""Screeners' desks that nobody uses any more are deleted with their queues at Twilio; all others stay."""

from __future__ import annotations

from msgspec.structs import replace

from callin.line import IdleDeskCleanup
from callin.line.screener_desks import DESKS_PER_RUN
from callin.model import AIR_DESK, SCREEN_DESK, WaitInSilence, queue_of
from tests.line.conftest import House

NAME = SCREEN_DESK + "screener_eva_1"
LEFT_FOR_GOOD_SECONDS = 25 * 3600.0


def unused(house: House) -> IdleDeskCleanup:
    return IdleDeskCleanup(house.store, house.control, house.clock)


def was_used(house: House, name: str = NAME) -> None:
    """A screener used the desk, and hung up."""
    leg = f"CA{name}"
    assert isinstance(house.screener_asks(name, leg), WaitInSilence)
    house.desks.leg_ended(name, leg)


def desks(house: House) -> set[str]:
    return {desk.name for desk in house.store.live_calls().desks}


def test_a_desk_that_was_left_for_good_goes_with_its_queue(house: House) -> None:
    was_used(house)
    house.ask()
    house.leg_dies()
    house.clock.advance(LEFT_FOR_GOOD_SECONDS)
    house.control.done.clear()
    unused(house).run()
    assert house.control.done == [("remove_queue", queue_of(NAME))]
    assert desks(house) == {AIR_DESK}


def test_a_desk_where_somebody_sits_or_was_today_stays(house: House) -> None:
    house.screener_asks(NAME, "CAeva")
    house.clock.advance(LEFT_FOR_GOOD_SECONDS)
    was_used(house, SCREEN_DESK + "screener_tom_1")
    unused(house).run()
    assert desks(house) == {NAME, SCREEN_DESK + "screener_tom_1"}


def test_what_twilio_does_not_do_is_tried_again_in_an_hour(house: House) -> None:
    was_used(house)
    house.clock.advance(LEFT_FOR_GOOD_SECONDS)
    looks = unused(house)
    house.control.problem = "Twilio took too long."
    looks.run()
    house.control.problem, house.control.there = "", False
    looks.run()
    assert desks(house) == {NAME}
    house.clock.advance(3600)
    looks.run()
    assert desks(house) == {NAME}, "somebody waits in its queue"
    house.clock.advance(3600)
    house.control.there = True
    looks.run()
    assert desks(house) == set()


def test_many_go_some_at_a_time(house: House) -> None:
    for number in range(DESKS_PER_RUN + 1):
        was_used(house, f"{NAME}{number}")
    house.clock.advance(LEFT_FOR_GOOD_SECONDS)
    looks = unused(house)
    looks.run()
    assert len(desks(house)) == 1
    looks.run()
    assert desks(house) == set()


def test_a_desk_of_an_older_program_is_dated_first(house: House) -> None:
    was_used(house)
    house.store.change_desk(NAME, lambda desk: replace(desk, began_at=0.0))
    looks = unused(house)
    looks.run()
    assert desks(house) == {NAME}
    house.clock.advance(LEFT_FOR_GOOD_SECONDS)
    looks.run()
    assert desks(house) == set()
