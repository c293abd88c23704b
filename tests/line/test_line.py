"""The line: who is where, and what a caller hears next."""

from __future__ import annotations

import pytest

from callin.model import AIR_QUEUE, WAITING_QUEUE, DialCaller, DialLine, Follow, Opening, Outcome, Stage
from tests.line.conftest import DJ, House


def test_a_call_that_rings_twice_keeps_its_place_and_its_wait(house: House) -> None:
    house.ring("CA1", "CA2")
    house.clock.advance(8)
    house.ring("CA1")
    assert house.board.place("CA1").position == 1
    assert house.board.place("CA1").wait_seconds == 11


def test_star_thanks_the_caller_once_the_desk_has_asked_for_its_next_turn(house: House) -> None:
    house.ring("CA1")
    turn = house.put_on_air("CA1")
    follow, _ = house.calls.left_queue("CA1", 1, "bridged")
    assert follow is Follow.ASK_AGAIN
    assert house.ask() == DialLine(turn + 1)
    follow, call = house.calls.left_queue("CA1", 1, "bridged", times_asked=1)
    assert follow is Follow.THANK
    assert call is not None
    assert call.outcome is Outcome.AIRED


def test_a_caller_whose_studio_dropped_out_waits_for_it_and_is_first_again(house: House) -> None:
    house.ring("CA1", "CA2")
    house.put_on_air("CA1")
    house.leg_dies()
    follow, call = house.calls.left_queue("CA1", 1, "bridged")
    assert follow is Follow.ONE_MOMENT
    assert call is not None
    assert (call.queue, call.document_seq, call.live) == (AIR_QUEUE, 2, True)
    assert house.board.place("CA1").position == 1
    document = house.ask("CAdj2")
    assert isinstance(document, DialCaller)
    assert document.call_sid == "CA1"
    house.desks.on_air("CA1", "CAdj2", document.turn)
    assert isinstance(house.ask("CAdj2"), DialLine)


def test_a_kept_caller_who_hangs_up_is_not_waited_for(house: House) -> None:
    house.ring("CA1", "CA2")
    house.put_on_air("CA1")
    house.leg_dies()
    house.calls.left_queue("CA1", 1, "bridged")
    house.calls.left_queue("CA1", 2, "hangup", call_over=True)
    assert isinstance(house.ask("CAdj2"), DialLine)


@pytest.mark.parametrize(
    ("status", "expected"), [("in-progress", Follow.THANK), ("completed", Follow.ONE_MOMENT), (None, Follow.ONE_MOMENT)]
)
def test_in_doubt_twilio_is_asked_for_the_leg_and_the_caller_is_kept(
    house: House, status: str | None, expected: Follow
) -> None:
    house.ring("CA1")
    house.put_on_air("CA1")
    if status is None:
        house.phone.problem = "Twilio took too long."
    elif status == "completed":
        del house.phone.calls[DJ]
    assert house.calls.left_queue("CA1", 1, "bridged", times_asked=3)[0] is expected


def test_a_request_that_comes_twice_gets_the_same_document(house: House) -> None:
    house.ring("CA1")
    house.put_on_air("CA1")
    house.leg_dies()
    house.calls.left_queue("CA1", 1, "bridged")
    before = house.call("CA1")
    follow, call = house.calls.left_queue("CA1", 1, "bridged")
    assert follow is Follow.QUEUE_AGAIN
    assert call == before == house.call("CA1")


def test_a_hang_up_in_line_has_the_outcome_hung_up_and_one_on_the_air_aired(house: House) -> None:
    house.ring("CA1", "CA2")
    house.put_on_air("CA2")
    house.calls.call_status("CA1", "completed")
    house.calls.call_status("CA2", "completed")
    assert house.call("CA1").outcome is Outcome.HUNG_UP
    assert house.call("CA2").outcome is Outcome.AIRED


def test_a_caller_that_hangs_up_during_the_notice_was_never_aired_in_either_order_of_the_webhooks(house: House) -> None:
    for name in ("CA1", "CA2"):
        house.ring(name)
        house.put_on_air(name)
    house.calls.left_queue("CA1", 1, "hangup", call_over=True)
    house.calls.call_status("CA1", "completed")
    house.calls.call_status("CA2", "completed")
    house.calls.left_queue("CA2", 1, "hangup", call_over=True)
    assert [house.call(name).outcome for name in ("CA1", "CA2")] == [Outcome.HUNG_UP, Outcome.HUNG_UP]


def test_a_lost_on_air_request_is_made_good_by_the_queue_result(house: House) -> None:
    house.ring("CA1")
    house.calls.left_queue("CA1", 1, "bridged", call_over=True)
    assert house.call("CA1").outcome is Outcome.AIRED


def test_at_last_calls_nobody_new_is_let_in_and_waiting_callers_are_served(house: House) -> None:
    house.ring("CA1")
    house.set(opening=Opening.LAST_CALLS)
    house.clock.advance(2)
    house.ring("CA2")
    assert house.call("CA2").outcome is Outcome.LINE_CLOSED
    assert house.board.place("CA1").ended_by_closing is False
    assert isinstance(house.ask(), DialLine)


def test_a_closed_line_thanks_waiting_callers_but_not_one_on_the_air_or_on_the_way(house: House) -> None:
    house.ring("CA1", "CA2", "CA3")
    turn = house.put_on_air("CA1")
    house.air_desks.take(turn, "CA1", "dj_me", "CA2")
    house.set(opening=Opening.CLOSED)
    assert [house.board.place(sid).ended_by_closing for sid in ("CA1", "CA2", "CA3")] == [False, False, True]
    assert house.calls.left_queue("CA3", 1, "leave")[0] is Follow.CLOSED
    assert house.call("CA3").outcome is Outcome.LINE_CLOSED
    assert house.calls.left_queue("CA3", 1, "leave")[0] is Follow.CLOSED


def test_a_caller_that_leaves_when_the_line_is_open_again_is_kept(house: House) -> None:
    house.ring("CA1")
    house.set(opening=Opening.CLOSED)
    house.set(opening=Opening.OPEN)
    assert house.calls.left_queue("CA1", 1, "leave")[0] is Follow.QUEUE_AGAIN


def test_no_more_callers_than_the_limit_are_let_in(house: House) -> None:
    house.set(most_callers=2)
    house.ring("CA1", "CA2", "CA3")
    assert house.call("CA3").outcome is Outcome.LINE_FULL
    house.calls.call_status("CA1", "completed")
    house.ring("CA4")
    assert house.call("CA4").live


def test_a_full_queue_and_a_queue_error_are_told_apart(house: House) -> None:
    house.ring("CA1", "CA2")
    assert house.calls.left_queue("CA1", 1, "queue-full")[0] is Follow.QUEUE_FULL
    follow, call = house.calls.left_queue("CA2", 1, "system-error")
    assert follow is Follow.QUEUE_AGAIN
    assert call is not None
    assert (call.queue, call.document_seq, call.live) == (WAITING_QUEUE, 2, True)


def test_redirected_never_sets_an_outcome(house: House) -> None:
    house.ring("CA1")
    for result in ("redirected", "redirected-from-bridged"):
        assert house.calls.left_queue("CA1", 1, result)[0] is Follow.NOTHING
        assert house.call("CA1").live


def test_a_caller_that_only_the_fallback_knows_is_kept(house: House) -> None:
    assert house.calls.left_queue("CA9", None, "error") == (Follow.QUEUE_AGAIN, None)
    assert house.calls.left_queue("CA9", None, "hangup", call_over=True) == (Follow.NOTHING, None)


def test_a_call_that_twilio_ended_is_ended_even_by_an_old_document(house: House) -> None:
    house.ring("CA1")
    house.calls.left_queue("CA1", 1, "error")
    house.calls.left_queue("CA1", 1, "hangup", call_over=True)
    assert house.call("CA1").stage is Stage.DONE


def test_a_dead_call_that_asks_late_is_queued_again_and_not_believed(house: House) -> None:
    house.ring("CA1")
    house.calls.call_status("CA1", "completed")
    follow, call = house.calls.left_queue("CA1", 1, "error")
    assert follow is Follow.QUEUE_AGAIN
    assert call is not None
    assert not call.live


def test_on_air_that_comes_late_does_not_take_back_a_caller_who_returned(house: House) -> None:
    house.ring("CA1")
    turn = house.put_on_air("CA1")
    house.leg_dies()
    house.calls.left_queue("CA1", 1, "bridged")
    house.desks.on_air("CA1", DJ, turn)
    assert house.call("CA1").stage is Stage.READY
    assert house.desk.claimed == "CA1"
