"""The air desk's leg: a claim that is never confirmed, a second leg, and a leg that is moved late."""

from __future__ import annotations

import pytest

from callin.line import PhoneFailed
from callin.model import (
    AIR_QUEUE,
    READY_QUEUE,
    CallState,
    DialCaller,
    DialLine,
    Follow,
    HangUp,
    OfferTakeover,
    Outcome,
)
from tests.line.conftest import DJ, House

ME = "dj_me"


def test_a_claim_that_twilio_never_confirmed_is_undone(house: House) -> None:
    house.ring("CA1", "CA2")
    turn = house.put_on_air("CA1")
    house.air_desks.take(turn, "CA1", ME, "CA2")
    house.clock.advance(11)
    house.desks.release_stale_claims()
    assert (house.desk.claimed, house.call("CA2").claimed_by) == ("", "")
    assert house.board.place("CA2").position == 1


def test_a_second_leg_is_offered_to_take_over_and_takes_nobody(house: House) -> None:
    house.ring("CA1")
    house.put_on_air("CA1")
    assert house.ask("CAother") == OfferTakeover()
    assert house.desk.leg == DJ
    assert house.takeover.take_now("CAother") == "You have taken over."
    assert house.control.done == [("end_leg", DJ), ("wake", "CAother", str(house.desk.turn))]
    assert house.ask(DJ, turn=0) == HangUp()
    document = house.ask("CAother")
    assert isinstance(document, DialCaller)
    assert document.call_sid == "CA1"
    assert house.calls.left_queue("CA1", 1, "bridged")[0] is Follow.ONE_MOMENT
    assert house.call("CA1").queue == AIR_QUEUE


def test_a_caller_that_next_let_go_with_a_star_is_thanked_though_another_takes_over_meanwhile(house: House) -> None:
    house.ring("CA1", "CA2", "CA3")
    turn = house.put_on_air("CA1")
    house.calls.move("CA3", "CA2")  # so that the next one must be sent for
    house.ask("CAother")
    house.control.problem = "Twilio took too long."
    with pytest.raises(PhoneFailed) as failed:
        house.air_desks.next(turn, "CA1", ME)
    assert failed.value.star
    house.control.problem = ""
    house.takeover.take_now("CAother")
    assert house.ask("CAother") == DialCaller(turn + 1, "CA3")
    assert house.calls.left_queue("CA1", 1, "bridged")[0] is Follow.THANK
    assert house.call("CA1").outcome is Outcome.AIRED


def test_a_take_over_needs_the_old_leg_ended(house: House) -> None:
    house.ask()
    house.ask("CAother")
    house.control.problem = "Twilio took too long to end a call."
    with pytest.raises(PhoneFailed):
        house.takeover.take_now("CAother")
    assert house.ask("CAother", take_over=True, star=True) == OfferTakeover(wait_seconds=11)
    house.clock.advance(11)
    assert house.ask("CAother") == OfferTakeover(failed=True)
    assert house.desk.leg == DJ


def test_the_same_browser_in_a_second_tab_is_offered_to_take_over(house: House) -> None:
    house.ring("CA1")
    house.ask(DJ, by="client:dj_one")
    house.desks.on_air("CA1", DJ, house.desk.turn)
    assert house.ask("CAagain", by="client:dj_one") == OfferTakeover(failed=False)
    assert (house.desk.leg, house.control.done) == (DJ, [])


def test_the_same_phone_takes_over_from_itself_unasked(house: House) -> None:
    house.ring("CA1")
    house.ask(DJ, by="+447700900900")
    house.desks.on_air("CA1", DJ, house.desk.turn)
    document = house.ask("CAagain", by="+447700900900")
    assert isinstance(document, DialCaller)
    assert document.call_sid == "CA1"
    assert house.control.done == [("end_leg", DJ)]


def test_a_leg_whose_end_was_never_reported_does_not_hold_the_desk(house: House) -> None:
    house.ask()
    house.phone.calls[DJ] = CallState("completed", "")
    house.ring("CA1")
    assert isinstance(house.ask("CAother"), DialLine)


def test_a_caller_bridged_while_another_is_picked_is_not_sent_away(house: House) -> None:
    house.ring("CA1", "CA2")
    turn = house.ask().turn
    house.air_desks.take(turn, "", ME, "CA2")
    house.desks.on_air("CA1", DJ, turn)
    house.reach("CA2")
    assert house.ask(woken=True) == DialCaller(turn + 1, "CA2")
    assert house.calls.left_queue("CA1", 1, "bridged")[0] is Follow.ONE_MOMENT
    assert (house.call("CA1").queue, house.call("CA1").returned) == (READY_QUEUE, True)
    assert house.board.place("CA1").position == 2


def test_a_leg_moved_late_from_under_its_caller_gets_them_back(house: House) -> None:
    house.ring("CA1", "CA2")
    first = house.ask().turn
    second = house.put_on_air("CA1")
    assert house.ask(turn=first, woken=True) == DialCaller(second, "CA1")
    assert house.calls.left_queue("CA1", 1, "bridged")[0] is Follow.ONE_MOMENT
    assert house.ask() == DialCaller(second + 1, "CA1")


def test_after_a_caller_came_back_twilios_order_is_not_trusted(house: House) -> None:
    house.ring("CA1", "CA2")
    house.calls.left_queue("CA1", 1, "error")
    assert house.board.place("CA1").position == 1
    assert house.ask() == DialCaller(1, "CA1")
    assert house.control.done == [("dequeue", "CA1", "3")]
