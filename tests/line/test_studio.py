"""The studio: the three documents of its leg, presses that count once, and callers that it never loses."""

from __future__ import annotations

import pytest

from callin.line import PhoneFailed, PressRejected
from callin.model import (
    AIR_QUEUE,
    WAITING_QUEUE,
    DialCaller,
    DialLine,
    Follow,
    Outcome,
    Stage,
    WaitInSilence,
)
from tests.line.conftest import DJ, House

ME, OTHER = "dj_me", "dj_other"


def test_first_come_first_served_dials_the_line(house: House) -> None:
    house.ring("CA1")
    assert isinstance(house.ask(), DialLine)
    assert house.control.done == []


def test_a_doubled_request_gets_the_same_turn(house: House) -> None:
    house.ring("CA1")
    first = house.ask()
    assert house.ask(turn=first.turn - 1 if isinstance(first, DialLine) else None) == first
    assert house.desk.turn == 1


def test_next_thanks_the_caller_by_their_own_leg_and_the_next_one_follows(house: House) -> None:
    house.ring("CA1", "CA2")
    turn = house.put_on_air("CA1")
    assert "next one is on the way" in house.air_desks.next(turn, "CA1", ME)
    assert house.control.done == [("thank", "CA1")]
    assert house.call("CA1").outcome is Outcome.AIRED
    assert house.ask() == DialLine(turn + 1)
    assert house.calls.left_queue("CA1", 1, "redirected-from-bridged")[0] is Follow.NOTHING


@pytest.mark.parametrize(("by", "words"), [(ME, "already"), (OTHER, "Another desk")])
def test_a_second_press_of_next_takes_nobody_and_is_told_who_did_it(house: House, by: str, words: str) -> None:
    house.ring("CA1", "CA2", "CA3")
    turn = house.put_on_air("CA1")
    house.air_desks.next(turn, "CA1", ME)
    with pytest.raises(PressRejected, match=words):
        house.air_desks.next(turn, "CA1", by)
    house.ask()
    house.desks.on_air("CA2", DJ, turn + 1)
    with pytest.raises(PressRejected, match=words):
        house.air_desks.next(turn, "CA1", by)
    assert house.call("CA2").stage is Stage.ON_AIR


def test_two_simultaneous_presses_mean_the_same_caller_though_the_next_is_already_on(house: House) -> None:
    house.ring("CA1", "CA2", "CA3")
    house.air_desks.next(house.put_on_air("CA1"), "CA1", ME)
    turn = house.put_on_air("CA2")
    house.clock.advance(1)
    for press in (house.air_desks.next, house.air_desks.drop, house.air_desks.hold):
        with pytest.raises(PressRejected, match="Another desk"):
            press(turn, "CA2", OTHER)
    assert house.call("CA2").intent is None
    house.clock.advance(1)
    house.air_desks.next(turn, "CA2", OTHER)
    assert house.call("CA2").outcome is Outcome.AIRED


def test_a_second_deliberate_press_counts(house: House) -> None:
    house.ring("CA1", "CA2")
    house.air_desks.next(house.put_on_air("CA1"), "CA1", ME)
    house.air_desks.next(house.put_on_air("CA2"), "CA2", ME)
    assert house.call("CA2").outcome is Outcome.AIRED


def test_when_twilio_cannot_be_asked_next_falls_back_to_the_star(house: House) -> None:
    house.ring("CA1", "CA2")
    turn = house.put_on_air("CA1")
    house.control.problem = "Twilio took too long to end a call."
    with pytest.raises(PhoneFailed, match="too long") as failed:
        house.air_desks.next(turn, "CA1", ME)
    assert failed.value.star
    assert house.ask() == DialLine(turn + 1)
    assert house.calls.left_queue("CA1", 1, "bridged")[0] is Follow.THANK


def test_take_brings_the_chosen_caller_and_thanks_the_one_on_the_air(house: House) -> None:
    house.ring("CA1", "CA2", "CA3")
    turn = house.put_on_air("CA1")
    house.air_desks.take(turn, "CA1", ME, "CA3")
    assert house.control.done == [("dequeue", "CA3", "2"), ("thank", "CA1")]
    assert house.reach("CA3") is Follow.QUEUE_AGAIN
    assert house.call("CA3").queue == AIR_QUEUE
    assert house.ask() == DialCaller(turn + 1, "CA3")
    house.desks.on_air("CA3", DJ, turn + 1)
    assert (house.desk.on_air, house.desk.claimed) == ("CA3", "")
    assert house.board.place("CA2").position == 1


def test_take_while_idle_wakes_the_leg(house: House) -> None:
    house.wait_for_next()
    assert isinstance(house.ask(), WaitInSilence)
    house.ring("CA1", "CA2")
    house.air_desks.take(house.desk.turn, "", ME, "CA2")
    assert house.control.done[-1] == ("wake", DJ, str(house.desk.turn))
    assert isinstance(house.ask(woken=True), DialCaller)


def test_a_caller_who_has_gone_cannot_be_taken_and_nothing_changes(house: House) -> None:
    house.ring("CA1", "CA2")
    turn = house.put_on_air("CA1")
    house.calls.call_status("CA2", "completed")
    with pytest.raises(PressRejected, match="no longer in line"):
        house.air_desks.take(turn, "CA1", ME, "CA2")
    assert house.call("CA1").stage is Stage.ON_AIR
    assert (house.desk.claimed, house.desk.press) == ("", None)


def test_a_take_that_twilio_does_not_do_is_undone_and_ends_nobody(house: House) -> None:
    house.ring("CA1", "CA2")
    turn = house.put_on_air("CA1")
    house.control.problem = "Twilio took too long to move a caller."
    with pytest.raises(PhoneFailed) as failed:
        house.air_desks.take(turn, "CA1", ME, "CA2")
    assert not failed.value.star
    assert (house.call("CA2").claimed_by, house.desk.claimed, house.desk.press) == ("", "", None)
    assert house.call("CA1").intent is None
    # Should Twilio do it after all, the caller is back in line, in their own place.
    assert house.reach("CA2") is Follow.QUEUE_AGAIN
    assert house.call("CA2").queue == WAITING_QUEUE
    assert house.board.place("CA2").position == 1


@pytest.mark.parametrize("told", [True, False], ids=["told before the leg asks", "told after it"])
def test_after_a_caller_hung_up_nobody_follows_until_next(house: House, told: bool) -> None:
    house.ring("CA1", "CA2")
    turn = house.put_on_air("CA1")
    house.hang_up("CA1")
    if told:
        house.calls.call_status("CA1", "completed")
    assert isinstance(house.ask(turn=turn), WaitInSilence)
    house.calls.call_status("CA1", "completed")
    assert isinstance(house.ask(), WaitInSilence)
    assert (house.call("CA1").outcome, house.call("CA1").hung_up) == (Outcome.AIRED, True)
    house.air_desks.next(house.desk.turn, "", ME)
    assert isinstance(house.ask(woken=True), DialLine)


def test_a_star_brings_the_next_caller_without_auto_advance(house: House) -> None:
    house.ring("CA1", "CA2")
    turn = house.put_on_air("CA1")
    assert house.ask(turn=turn) == DialLine(turn + 1, WAITING_QUEUE)


def test_a_star_brings_the_next_caller_when_twilio_cannot_tell_who_lives(house: House) -> None:
    house.ring("CA1", "CA2")
    turn = house.put_on_air("CA1")
    house.phone.problem = "Twilio took too long."
    assert isinstance(house.ask(turn=turn), DialLine)


def test_with_auto_advance_the_next_caller_follows_one_who_hung_up(house: House) -> None:
    house.set(automatic=True)
    house.ring("CA1", "CA2")
    turn = house.put_on_air("CA1")
    house.hang_up("CA1")
    house.calls.call_status("CA1", "completed")
    assert house.ask(turn=turn) == DialLine(turn + 1, WAITING_QUEUE)


def test_a_caller_who_hangs_up_after_next_was_pressed_stops_nobody(house: House) -> None:
    house.ring("CA1", "CA2")
    turn = house.put_on_air("CA1")
    house.control.there = False
    house.air_desks.next(turn, "CA1", ME)
    house.calls.call_status("CA1", "completed")
    assert house.ask(turn=turn) == DialLine(turn + 1, WAITING_QUEUE)
    assert not house.call("CA1").hung_up


def test_a_caller_who_was_dropped_has_not_hung_up(house: House) -> None:
    house.ring("CA1")
    house.air_desks.drop(house.put_on_air("CA1"), "CA1", ME)
    house.calls.call_status("CA1", "completed")
    assert not house.call("CA1").hung_up


def test_callers_that_left_stay_in_sight_with_how_they_left(house: House) -> None:
    house.ring("CA1", "CA2")
    house.put_on_air("CA1")
    house.calls.call_status("CA2", "completed")
    house.clock.advance(1)
    house.calls.call_status("CA1", "completed")
    left = house.dashboards.status()["left"]
    assert [(row["call_sid"], row["last"], row["outcome"], row["hung_up"]) for row in left] == [
        ("CA1", Stage.ON_AIR, Outcome.AIRED, True),
        ("CA2", Stage.WAITING, Outcome.HUNG_UP, True),
    ]


def test_star_while_idle_means_next(house: House) -> None:
    house.set(ready_check=True)
    house.wait_for_next()
    house.ring("CA1")
    house.ask()
    assert house.ask(star=True) == DialCaller(house.desk.turn, "CA1")
    assert house.control.done == [("dequeue", "CA1", "2")]


def test_star_while_idle_dials_the_line_when_twilio_cannot_be_asked(house: House) -> None:
    house.wait_for_next()
    house.ring("CA1")
    house.ask()
    house.control.problem = "Twilio took too long to move a caller."
    assert isinstance(house.ask(star=True), DialLine)


def test_next_on_an_empty_line_brings_nobody_by_surprise_later(house: House) -> None:
    house.wait_for_next()
    house.ask()
    with pytest.raises(PressRejected, match="Nobody is waiting"):
        house.air_desks.next(house.desk.turn, "", ME)
    house.ring("CA1")
    assert isinstance(house.ask(), WaitInSilence)


def test_drop_lets_the_caller_go_and_nobody_follows_until_next(house: House) -> None:
    house.ring("CA1", "CA2")
    turn = house.put_on_air("CA1")
    house.air_desks.drop(turn, "CA1", ME)
    assert house.call("CA1").outcome is Outcome.DROPPED
    assert isinstance(house.ask(), WaitInSilence)
    house.air_desks.next(house.desk.turn, "", ME)
    assert isinstance(house.ask(woken=True), DialLine)


def test_a_press_without_a_studio_on_the_line_is_refused(house: House) -> None:
    house.ring("CA1")
    with pytest.raises(PressRejected, match="Connect to the queue first"):
        house.air_desks.next(0, "", ME)


def test_hanging_up_on_the_page_thanks_the_caller(house: House) -> None:
    house.ring("CA1")
    house.put_on_air("CA1")
    house.air_desks.hang_up("CA1")
    house.leg_dies()
    assert house.calls.left_queue("CA1", 1, "bridged")[0] is Follow.THANK
    assert house.call("CA1").outcome is Outcome.AIRED


@pytest.mark.parametrize(("seconds", "outcome"), [(1, Outcome.HUNG_UP), (3, Outcome.AIRED)])
def test_a_caller_that_was_heard_and_hangs_up_on_hold_was_aired_even_if_twilios_report_is_lost(
    house: House, seconds: float, outcome: Outcome
) -> None:
    house.ring("CA1")
    turn = house.put_on_air("CA1")
    house.clock.advance(seconds)
    house.air_desks.hold(turn, "CA1", ME)
    assert house.reach("CA1") is Follow.HOLD_FROM_AIR
    house.calls.call_status("CA1", "completed")
    assert house.call("CA1").outcome is outcome
