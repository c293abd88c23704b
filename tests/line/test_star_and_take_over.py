"""A DJ's `*` lets a caller go, even if another desk takes over in that second and Twilio's reports come late."""

from __future__ import annotations

import pytest

from callin.model import AIR_QUEUE, Call, Desk, DialCaller, Follow, HangUp, Outcome, Stage, WaitInSilence
from callin.rules import claims, desks
from tests.line.conftest import DJ, House

ME, OTHER = "dj_me", "CAother"


@pytest.fixture
def turn(house: House) -> int:
    """CA1 is on the air with the first leg in this turn, CA2 waits, and a second leg is offered to take over."""
    house.ring("CA1", "CA2")
    turn = house.put_on_air("CA1")
    house.ask(OTHER)
    return turn


def asks(house: House, since: float = 0.0) -> Follow:
    """CA1 asks what follows, perhaps again."""
    move, times = house.call("CA1").document_seq, int(since > 0)
    return house.calls.left_queue("CA1", move, "bridged", times_asked=times, asked_since=since)[0]


def is_thanked(call: Call) -> bool:
    return (call.stage, call.outcome) == (Stage.DONE, Outcome.AIRED)


def test_the_leg_has_asked_for_the_next_before_the_take_over(house: House, turn: int) -> None:
    house.ask(turn=turn)
    house.takeover.take_now(OTHER)
    assert asks(house) is Follow.THANK
    assert is_thanked(house.call("CA1"))


def test_the_leg_has_asked_for_the_next_and_hung_up(house: House, turn: int) -> None:
    house.ask(turn=turn)
    house.leg_dies()
    assert asks(house) is Follow.THANK


def test_the_caller_has_asked_before_the_take_over(house: House, turn: int) -> None:
    assert asks(house) is Follow.ASK_AGAIN
    since = house.clock.now
    house.clock.advance(0.5)
    house.takeover.take_now(OTHER)
    house.clock.advance(0.5)
    assert asks(house, since) is Follow.THANK
    assert house.ask(DJ, turn=turn) == HangUp()
    assert house.ask(OTHER) != DialCaller(turn + 1, "CA1")


def test_the_caller_has_asked_while_the_take_over_was_under_way(house: House, turn: int) -> None:
    end_leg = house.control.end_leg

    def end_and_hear(leg: str) -> bool:
        house.clock.advance(0.1)
        assert asks(house) is Follow.ASK_AGAIN
        return end_leg(leg)

    house.control.end_leg = end_and_hear
    house.takeover.take_now(OTHER)
    house.clock.advance(1)
    assert asks(house, house.clock.now - 1) is Follow.ONE_MOMENT


def test_the_caller_has_asked_before_the_take_over_of_a_leg_that_was_dead(house: House, turn: int) -> None:
    assert asks(house) is Follow.ASK_AGAIN
    since = house.clock.now
    house.clock.advance(0.5)
    house.control.there = False
    house.takeover.take_now(OTHER)
    house.clock.advance(0.5)
    assert asks(house, since) is Follow.ONE_MOMENT


def test_the_legs_request_comes_after_the_take_over_and_before_the_callers(house: House, turn: int) -> None:
    house.takeover.take_now(OTHER)
    assert house.ask(DJ, turn=turn) == HangUp()
    assert house.ask(OTHER) != DialCaller(turn + 1, "CA1")
    assert asks(house) is Follow.THANK


def test_the_legs_request_comes_when_the_caller_is_on_the_way_back_already(house: House, turn: int) -> None:
    house.takeover.take_now(OTHER)
    assert asks(house) is Follow.ONE_MOMENT
    assert house.ask(OTHER) == DialCaller(turn + 1, "CA1")
    house.control.done.clear()
    assert house.ask(DJ, turn=turn) == HangUp()
    assert house.control.done == [("thank", "CA1"), ("wake", OTHER, str(turn + 1))]
    assert is_thanked(house.call("CA1"))
    assert house.ask(OTHER, woken=True) != DialCaller(turn + 2, "CA1")


def test_the_legs_request_comes_after_the_other_legs_and_the_callers(house: House, turn: int) -> None:
    house.takeover.take_now(OTHER)
    assert house.ask(OTHER, turn=turn, woken=True) == DialCaller(turn + 1, "CA1")
    assert asks(house) is Follow.ONE_MOMENT
    assert house.ask(DJ, turn=turn) == HangUp()
    assert is_thanked(house.call("CA1"))


def test_a_caller_on_the_way_back_is_kept_if_twilio_cannot_be_told(house: House, turn: int) -> None:
    house.takeover.take_now(OTHER)
    assert asks(house) is Follow.ONE_MOMENT
    house.control.problem = "Twilio took too long."
    assert house.ask(DJ, turn=turn) == HangUp()
    assert house.call("CA1").live


def test_a_caller_that_already_talks_to_the_other_desk_goes_on_talking(house: House, turn: int) -> None:
    house.takeover.take_now(OTHER)
    asks(house)
    second = house.put_on_air("CA1", OTHER)
    assert house.ask(DJ, turn=turn) == HangUp()
    assert asks(house) is Follow.ASK_AGAIN
    assert (house.call("CA1").stage, house.desk.on_air, house.desk.turn) == (Stage.ON_AIR, "CA1", second)


def test_a_caller_put_on_hold_in_that_second_is_not_let_go(house: House, turn: int) -> None:
    house.air_desks.hold(turn, "CA1", ME)
    house.reach("CA1")
    house.takeover.take_now(OTHER)
    house.ask(OTHER)
    house.air_desks.take(house.desk.turn, "", ME, "CA1")
    house.reach("CA1")
    assert house.call("CA1").queue == AIR_QUEUE
    assert house.ask(DJ, turn=turn) == HangUp()
    assert house.call("CA1").live
    assert house.desk.claimed == "CA1"


def test_a_caller_that_nobody_let_go_comes_to_the_desk_that_takes_over(house: House, turn: int) -> None:
    house.takeover.take_now(OTHER)
    assert house.ask(DJ, turn=turn - 1) == HangUp()
    assert house.ask(OTHER) == DialCaller(turn + 1, "CA1")
    assert asks(house) is Follow.ONE_MOMENT
    assert house.call("CA1").queue == AIR_QUEUE


def test_a_leg_that_was_moved_by_us_lets_nobody_go(house: House, turn: int) -> None:
    house.wait_for_next()
    assert isinstance(house.ask(turn=turn, woken=True), WaitInSilence)
    assert house.desk.let_go == ""
    house.takeover.take_now(OTHER)
    assert asks(house) is Follow.ONE_MOMENT


def test_the_other_leg_does_not_wait_in_vain_for_a_caller_that_was_let_go(house: House, turn: int) -> None:
    assert asks(house) is Follow.ASK_AGAIN
    since = house.clock.now
    house.clock.advance(0.5)
    house.takeover.take_now(OTHER)
    assert house.ask(OTHER) == DialCaller(turn + 1, "CA1")
    house.control.done.clear()
    house.clock.advance(0.5)
    assert asks(house, since) is Follow.THANK
    assert house.control.done == [("wake", OTHER, str(turn + 1))]


def test_a_leg_that_is_about_to_ask_is_not_woken_twice(house: House) -> None:
    house.ring("CA1", "CA2")
    house.set(whisper=True)  # so that the turn is one in which CA1 was sent for
    turn = house.put_on_air("CA1")
    house.ask(OTHER)
    house.takeover.take_now(OTHER)
    house.control.done.clear()
    house.ask(DJ, turn=turn)
    assert house.control.done == []


def test_reports_about_the_bridge_after_the_star_do_not_undo_it(house: House, turn: int) -> None:
    house.ask(turn=turn)
    house.desks.on_air("CA1", DJ, turn)  # the first try of a request whose second was answered
    house.takeover.take_now(OTHER)
    assert asks(house) is Follow.THANK


def test_a_decision_about_a_caller_that_is_let_go_meanwhile_is_made_again() -> None:
    seen = Desk("air", leg=OTHER, instructed_leg=DJ, on_air="CA1")
    assert desks.decision_holds(seen, desks.Decision(seen, "CA1"))
    assert not desks.decision_holds(claims.after_letting_go(seen, "CA1"), desks.Decision(seen, "CA1"))


def test_a_caller_that_goes_on_the_air_with_the_other_desk_at_that_moment_stays(house: House, turn: int) -> None:
    house.takeover.take_now(OTHER)
    asks(house)
    assert house.ask(OTHER) == DialCaller(turn + 1, "CA1")
    known = house.store.call

    def known_and_on_air(call_sid: str) -> Call | None:
        house.store.call = known
        call = known(call_sid)
        house.desks.on_air("CA1", OTHER, turn + 1)
        return call

    house.store.call = known_and_on_air
    house.control.done.clear()
    assert house.ask(DJ, turn=turn) == HangUp()
    assert (house.desk.on_air, house.desk.let_go, house.control.done) == ("CA1", "", [])


@pytest.fixture
def moved(house: House) -> int:
    """Next wakes the idle leg in this turn, slowly: it has asked by itself meanwhile, and is moved from under CA1."""
    house.ring("CA1", "CA2")
    house.wait_for_next()
    house.ask()
    idle_turn = house.desk.turn
    house.ask(OTHER)
    wake = house.control.wake

    def wake_late(leg: str, turn: int, desk: str) -> bool:
        house.ask(DJ, turn=turn)
        house.reach("CA1")
        house.desks.on_air("CA1", DJ, house.desk.turn)
        return wake(leg, turn, desk)

    house.control.wake = wake_late
    house.air_desks.next(idle_turn, "", ME)
    house.control.wake = wake
    return idle_turn


@pytest.mark.parametrize("is_told", [True, False])
def test_a_caller_that_a_late_request_of_ours_parted_is_kept_though_another_takes_over(
    house: House, moved: int, *, is_told: bool
) -> None:
    assert asks(house) is Follow.ASK_AGAIN
    since = house.clock.now
    house.clock.advance(0.3)
    if is_told:
        house.ask(DJ, turn=moved, woken=True)
    house.clock.advance(0.3)
    house.takeover.take_now(OTHER)
    house.clock.advance(0.4)
    assert asks(house, since) is Follow.ONE_MOMENT


def test_a_caller_on_the_way_back_is_not_let_go_by_a_leg_that_asks_too_soon(house: House, moved: int) -> None:
    house.ask(DJ, turn=moved, woken=True)
    assert asks(house) is Follow.ONE_MOMENT
    house.clock.advance(10)
    assert house.ask(DJ, turn=moved + 1) == DialCaller(moved + 2, "CA1")
    assert house.desk.let_go == ""
