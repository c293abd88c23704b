"""A caller that Drop or Next has let go is brought back while the thanks are said."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from callin.line import PhoneFailed, PressRejected
from callin.model import READY_QUEUE, DialLine, Follow, Outcome, Stage
from tests.line.conftest import DJ, House

ME = "dj_me"
FIRST_AGAIN = "That caller is first in line."


def let_go(house: House, press: str) -> None:
    """CA1 is on the air, and is let go by a press."""
    getattr(house.air_desks, press)(house.put_on_air("CA1"), "CA1", ME)
    house.clock.advance(3)


@pytest.mark.parametrize("press", ["next", "drop"])
def test_a_caller_being_thanked_is_first_in_line_again(house: House, press: str) -> None:
    house.ring("CA1", "CA2", "CA3")
    let_go(house, press)
    assert house.calls.bring_back("CA1") == FIRST_AGAIN
    assert house.control.done[-1][:2] == ("redirect", "CA1")
    assert house.reach("CA1") is Follow.QUEUE_AGAIN
    assert [call.call_sid for call in house.board.first_in_line(3)] == ["CA1", "CA2", "CA3"]
    assert house.dashboards.status()["left"] == []


def test_the_caller_goes_on_the_air_a_second_time(house: House) -> None:
    house.ring("CA1", "CA2")
    let_go(house, "drop")
    house.calls.bring_back("CA1")
    house.reach("CA1")
    house.ask()
    house.air_desks.next(house.desk.turn, "", ME)
    house.put_on_air("CA1")
    assert (house.desk.on_air, house.call("CA1").stage) == ("CA1", Stage.ON_AIR)


def test_late_reports_of_the_first_end_change_nothing(house: House) -> None:
    house.ring("CA1")
    let_go(house, "drop")
    bridged_n = house.call("CA1").document_seq
    house.calls.bring_back("CA1")
    assert house.calls.left_queue("CA1", bridged_n, "redirected-from-bridged")[0] is Follow.NOTHING
    assert house.reach("CA1") is Follow.QUEUE_AGAIN
    assert house.call("CA1").live


def test_two_desks_bring_back_the_same_caller_once(house: House) -> None:
    house.ring("CA1")
    let_go(house, "drop")
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(house.calls.bring_back, ["CA1", "CA1"]))
    assert answers == [FIRST_AGAIN, FIRST_AGAIN]
    assert [done[0] for done in house.control.done].count("redirect") == 1


def test_in_a_screened_show_the_caller_is_ready_and_needs_no_second_talk(house: House) -> None:
    house.ring("CA1", "CA2")
    turn = house.put_on_air("CA1")
    house.set(screened=True)
    house.air_desks.drop(turn, "CA1", ME)
    house.calls.bring_back("CA1")
    assert house.reach("CA1") is Follow.QUEUE_AGAIN
    call = house.call("CA1")
    assert (call.queue, call.stage) == (READY_QUEUE, Stage.READY)
    assert [call.call_sid for call in house.board.first_in_line(3)] == ["CA1"]


def test_the_desk_that_waits_for_a_caller_gets_this_one(house: House) -> None:
    house.ring("CA1")
    house.set(automatic=True)
    let_go(house, "next")
    assert isinstance(house.ask(DJ), DialLine)  # it dials the queue where the next caller to ring will be
    house.calls.bring_back("CA1")
    house.reach("CA1")
    assert house.board.place("CA1").is_wanted
    house.air_desks.caller_became_available()
    assert house.control.done[-1] == ("wake", DJ, str(house.desk.turn))
    document = house.ask(DJ, woken=True)
    assert document == DialLine(house.desk.turn, READY_QUEUE)
    house.desks.on_air("CA1", DJ, house.desk.turn)
    assert house.desk.on_air == "CA1"
    assert not house.board.is_waited_for(house.desk)


def test_a_caller_that_hung_up_during_the_thanks_stays_as_they_were(house: House) -> None:
    house.ring("CA1")
    let_go(house, "drop")
    before = house.call("CA1")
    house.control.there = False
    with pytest.raises(PressRejected, match="has hung up"):
        house.calls.bring_back("CA1")
    assert house.call("CA1") == before
    assert before.outcome is Outcome.DROPPED


def test_after_the_thanks_nobody_is_brought_back(house: House) -> None:
    house.ring("CA1")
    let_go(house, "drop")
    house.clock.advance(60)
    with pytest.raises(PressRejected, match="has gone"):
        house.calls.bring_back("CA1")


def test_while_twilio_cannot_be_asked_the_caller_stays_as_they_were(house: House) -> None:
    house.ring("CA1")
    let_go(house, "drop")
    before = house.call("CA1")
    house.control.problem = "Twilio does not answer."
    with pytest.raises(PhoneFailed, match=r"Twilio does not answer\. The caller was not brought back\.") as failed:
        house.calls.bring_back("CA1")
    assert not failed.value.star
    assert house.call("CA1") == before


def test_a_desk_that_claims_the_caller_before_twilio_says_no_gives_them_up(house: House) -> None:
    house.ring("CA1")
    let_go(house, "drop")
    redirect = house.control.redirect

    def claimed_meanwhile(call: object, n: int) -> bool:
        assert house.desks.claim("air", "CA1")
        return False

    house.control.redirect = claimed_meanwhile
    with pytest.raises(PressRejected, match="has hung up"):
        house.calls.bring_back("CA1")
    house.control.redirect = redirect
    assert (house.call("CA1").outcome, house.desk.claimed) == (Outcome.DROPPED, "")


def test_the_outcome_stays_where_twilio_reports_the_end_before_it_says_no(house: House) -> None:
    house.ring("CA1")
    let_go(house, "drop")

    def ended_meanwhile(_call: object, _n: int) -> bool:
        house.calls.call_status("CA1", "completed")
        return False

    house.control.redirect = ended_meanwhile
    with pytest.raises(PressRejected, match="has hung up"):
        house.calls.bring_back("CA1")
    call = house.call("CA1")
    assert (call.live, call.outcome, call.hung_up) == (False, Outcome.DROPPED, False)


def test_a_caller_that_hung_up_by_themselves_is_not_brought_back(house: House) -> None:
    house.ring("CA1", "CA2")
    house.put_on_air("CA1")
    house.calls.call_status("CA1", "completed")
    house.calls.call_status("CA2", "completed")
    for call_sid in ("CA1", "CA2", "CA9"):
        with pytest.raises(PressRejected, match="has gone"):
            house.calls.bring_back(call_sid)


def test_a_caller_on_the_line_is_not_brought_back(house: House) -> None:
    house.ring("CA1", "CA2")
    house.put_on_air("CA1")
    for call_sid in ("CA1", "CA2"):
        with pytest.raises(PressRejected, match="still on the line"):
            house.calls.bring_back(call_sid)
