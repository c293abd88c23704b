"""A console's lines after their legs dropped out, and after Twilio reported nothing: each caller is kept."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from callin.contracts import PhoneError
from callin.model import (
    READY_QUEUE,
    WAITING_QUEUE,
    CallState,
    DialCaller,
    DialLine,
    Follow,
    HangUp,
    Member,
    Stage,
    queue_of,
)
from callin.rules import claims
from tests.line.conftest import DJ, House
from tests.line.console import BY, LEG, LINE, ME, ask, die, put_two_on_the_air, second


@pytest.fixture
def two(house: House) -> House:
    return put_two_on_the_air(house)


def test_a_caller_whose_line_drops_out_comes_back_to_it_first(two: House) -> None:
    die(two, LEG)
    assert second(two).leg == ""
    assert two.calls.left_queue("CA2", two.call("CA2").document_seq, "bridged")[0] is Follow.ONE_MOMENT
    assert (two.call("CA2").queue, second(two).claimed) == (queue_of(LINE), "CA2")
    assert two.desk.on_air == "CA1", "the other line goes on"
    document = ask(two, leg="CAagain")
    assert isinstance(document, DialCaller)
    two.desks.on_air("CA2", "CAagain", document.turn, name=LINE)
    assert second(two).on_air == "CA2"


def test_all_lines_drop_out_and_each_caller_comes_back_to_its_own(two: House) -> None:
    die(two, LEG)
    die(two, DJ)
    for sid in ("CA1", "CA2"):
        assert two.calls.left_queue(sid, two.call(sid).document_seq, "bridged")[0] is Follow.ONE_MOMENT
    two.clock.advance(600)
    two.desks.mend_desks()  # while nobody is at the console, its callers are kept for it
    first = two.ask("CAdj2", by=BY)
    again = ask(two, leg="CAagain")
    assert isinstance(first, DialCaller)
    assert isinstance(again, DialCaller)
    assert (first.call_sid, again.call_sid) == ("CA1", "CA2")


def test_a_caller_to_whose_line_nobody_comes_back_is_first_in_line(two: House) -> None:
    die(two, LEG)
    two.calls.left_queue("CA2", two.call("CA2").document_seq, "bridged")
    two.clock.advance(20)
    two.desks.mend_desks()
    assert second(two).claimed == "CA2"
    two.clock.advance(20)
    two.desks.mend_desks()
    assert (second(two).claimed, two.call("CA2").claimed_by) == ("", "")
    assert two.board.first_in_line(1)[0].call_sid == "CA2"
    assert two.board.place("CA2").is_in_wrong_queue
    assert two.calls.left_queue("CA2", two.call("CA2").document_seq, "leave")[0] is Follow.QUEUE_AGAIN
    assert two.call("CA2").queue == READY_QUEUE
    two.air_desks.next(two.desk.turn, "CA1", ME)
    assert two.ask() == DialLine(2, READY_QUEUE)


def test_a_phone_at_the_first_line_has_no_other_so_their_callers_are_first_in_line(two: House) -> None:
    die(two, LEG)
    die(two, DJ)
    for sid in ("CA1", "CA2"):
        two.calls.left_queue(sid, two.call(sid).document_seq, "bridged")
    document = two.ask("CAphone", by="+442079460999")
    assert isinstance(document, DialCaller)
    two.desks.mend_desks()
    assert second(two).claimed == ""
    assert two.board.first_in_line(2)[1].call_sid == "CA2", "behind the one that the phone takes"


def test_a_line_whose_leg_died_untold_is_found_by_reconciling(two: House) -> None:
    two.phone.calls[LEG] = CallState("completed", BY)
    two.clock.advance(30)
    two.reconciler().run_once()
    assert second(two).leg == ""


def test_reconciling_finds_a_caller_that_went_on_the_air_on_a_line_without_a_webhook(house: House) -> None:
    house.ring("CA1", "CA2")
    house.put_on_air("CA1")
    ask(house)
    house.air_desks.take(second(house).turn, "", ME, "CA2", LINE)
    house.reach("CA2")
    ask(house)
    house.phone.queues[WAITING_QUEUE] = []
    reconciler = house.reconciler()
    for _ in range(3):
        house.clock.advance(21)
        house.store.change_desk(LINE, lambda desk: desk)
        reconciler.run_once()
    assert (second(house).on_air, house.call("CA2").stage) == ("CA2", Stage.ON_AIR)


def test_reconciling_adopts_a_lines_caller_that_twilio_has_in_a_queue(two: House) -> None:
    two.phone.queues[WAITING_QUEUE] = [Member("CA2", two.clock.now, 0)]
    two.clock.advance(40)
    die(two, LEG)
    reconciler = two.reconciler()
    reconciler.run_once()
    reconciler.run_once()
    assert (two.call("CA2").stage, second(two).on_air) == (Stage.READY, "")


def test_reconciling_leaves_the_legs_of_lines_alone(two: House) -> None:
    two.clock.advance(60)
    two.reconciler().run_once()
    assert not [done for done in two.control.done if done[0] in ("wake", "end_leg") and LEG in done]


def test_a_leg_that_reconciling_found_before_it_named_its_line_is_not_on_two_desks(house: House) -> None:
    house.phone.calls[LEG] = CallState("in-progress", BY)
    house.reconciler().run_once(at_start=True)
    assert house.desk.leg == LEG, "its first request was lost with the process before"
    assert ask(house) == HangUp()
    assert (house.desk.leg, second(house).leg) == ("", "")
    house.reconciler().run_once(at_start=True)
    assert house.desk.leg == "", "it is still in Twilio's list"


def test_reconciling_ends_a_leg_that_a_take_over_could_not_end(two: House) -> None:
    two.ask("CAother")
    end_leg = two.control.end_leg

    def fail_for_the_line(leg: str) -> bool:
        if leg == LEG:
            raise PhoneError("Twilio took too long.")
        return end_leg(leg)

    two.control.end_leg = fail_for_the_line
    two.takeover.take_now("CAother")
    assert second(two).leg == LEG
    two.control.end_leg = end_leg
    two.reconciler().run_once()
    assert ("end_leg", LEG) in two.control.done


def test_a_turn_has_one_caller_so_another_that_was_believed_there_is_not_let_go(two: House) -> None:
    believed = replace(two.call("CA3"), stage=Stage.ON_AIR, desk_leg=DJ, desk_turn=two.desk.turn)
    assert not claims.was_let_go(believed, two.desk, two.clock.now + 60)
    assert claims.was_let_go(two.call("CA1"), two.desk, two.clock.now + 60)


def test_the_end_of_a_lines_leg_is_not_the_end_of_the_first(two: House) -> None:
    two.calls.call_status(LEG, "completed", BY)
    assert (two.desk.leg, second(two).leg) == (DJ, "")
