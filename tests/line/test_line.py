"""The line: who is where, and what a caller hears next."""

from __future__ import annotations

import json
from dataclasses import replace

from callin.model import AIR_DESK, AIR_QUEUE, WAITING_QUEUE, Call, Direct, Follow, Outcome, Stage, Take
from tests.line.conftest import Studio

DJ = "CAdj"


def call_of(studio: Studio, call_sid: str) -> Call:
    call = studio.store.call(call_sid)
    assert call is not None
    return call


def put_on_air(studio: Studio, call_sid: str) -> int:
    document = studio.line.dequeue(DJ, studio.store.desk(AIR_DESK).turn or None)
    studio.line.on_air(call_sid, DJ, document.turn)
    return document.turn


def test_callers_stand_in_the_order_in_which_they_rang(studio: Studio) -> None:
    for name in ("CA1", "CA2", "CA3"):
        studio.ring(name)
        studio.clock.advance(10)
    assert [studio.line.place(name).position for name in ("CA1", "CA2", "CA3")] == [1, 2, 3]
    assert studio.line.place("CA1").wait_seconds == 30
    assert studio.line.place("CA1").average_wait_seconds == 20


def test_a_call_that_rings_twice_keeps_its_place_and_its_wait(studio: Studio) -> None:
    studio.ring("CA1")
    studio.clock.advance(5)
    studio.ring("CA2")
    studio.clock.advance(5)
    studio.ring("CA1")
    assert studio.line.place("CA1").position == 1
    assert studio.line.place("CA1").wait_seconds == 10


def test_an_unknown_call_has_no_place_and_that_is_said_without_an_error(studio: Studio) -> None:
    place = studio.line.place("CAnobody")
    assert (place.position, place.stage, place.wait_seconds) == (None, None, 0)


def test_on_the_air_leaves_the_line_and_shows_first_with_both_times(studio: Studio) -> None:
    studio.ring("CA1")
    studio.ring("CA2", "+447700900002")
    studio.clock.advance(60)
    put_on_air(studio, "CA1")
    studio.clock.advance(7)
    snapshot = studio.line.snapshot()
    assert [(row.call_sid, row.position, row.stage) for row in snapshot.calls] == [
        ("CA1", None, Stage.ON_AIR),
        ("CA2", 1, Stage.WAITING),
    ]
    assert (snapshot.calls[0].wait_seconds, snapshot.calls[0].on_air_seconds) == (60, 7)
    assert snapshot.current_size == 1


def test_star_thanks_the_caller_once_the_desk_has_asked_for_its_next_turn(studio: Studio) -> None:
    studio.ring("CA1")
    turn = put_on_air(studio, "CA1")
    follow, _ = studio.line.left_queue("CA1", 1, "bridged", call_over=False)
    assert follow is Follow.ASK_AGAIN
    assert studio.line.dequeue(DJ, turn) == Direct(turn + 1)
    follow, call = studio.line.left_queue("CA1", 1, "bridged", call_over=False, times_asked=1)
    assert follow is Follow.THANK
    assert call is not None
    assert call.outcome is Outcome.AIRED


def test_a_doubled_request_of_the_desk_gets_the_same_turn(studio: Studio) -> None:
    first = studio.line.dequeue(DJ, None)
    assert studio.line.dequeue(DJ, None) == first
    second = studio.line.dequeue(DJ, first.turn)
    assert studio.line.dequeue(DJ, first.turn) == second


def test_a_caller_whose_studio_dropped_out_waits_for_it_and_is_first_again(studio: Studio) -> None:
    studio.ring("CA1")
    studio.ring("CA2")
    studio.clock.advance(30)
    put_on_air(studio, "CA1")
    studio.line.call_status(DJ, "completed")
    follow, call = studio.line.left_queue("CA1", 1, "bridged", call_over=False)
    assert follow is Follow.ONE_MOMENT
    assert call is not None
    assert (call.queue, call.move, call.live) == (AIR_QUEUE, 2, True)
    assert studio.line.place("CA1").position == 1
    document = studio.line.dequeue("CAdj2", None)
    assert isinstance(document, Take)
    assert document.call_sid == "CA1"
    studio.line.on_air("CA1", "CAdj2", document.turn)
    assert isinstance(studio.line.dequeue("CAdj2", document.turn), Direct)


def test_a_kept_caller_who_hangs_up_is_not_waited_for(studio: Studio) -> None:
    studio.ring("CA1")
    put_on_air(studio, "CA1")
    studio.line.call_status(DJ, "completed")
    studio.line.left_queue("CA1", 1, "bridged", call_over=False)
    studio.line.left_queue("CA1", 2, "hangup", call_over=True)
    assert isinstance(studio.line.dequeue("CAdj2", None), Direct)


def test_in_doubt_the_caller_is_kept(studio: Studio) -> None:
    studio.ring("CA1")
    put_on_air(studio, "CA1")
    follow, call = studio.line.left_queue("CA1", 1, "bridged", call_over=False, times_asked=3)
    assert follow is Follow.ONE_MOMENT
    assert call is not None
    assert call.live


def test_an_event_of_an_earlier_move_changes_nothing(studio: Studio) -> None:
    studio.ring("CA1")
    put_on_air(studio, "CA1")
    studio.line.call_status(DJ, "completed")
    studio.line.left_queue("CA1", 1, "bridged", call_over=False)
    before = studio.store.call("CA1")
    follow, _ = studio.line.left_queue("CA1", 1, "bridged", call_over=False)
    assert follow is Follow.NOTHING
    assert studio.store.call("CA1") == before


def test_who_hangs_up_in_line_hung_up_and_who_hangs_up_on_the_air_was_aired(studio: Studio) -> None:
    studio.ring("CA1")
    studio.ring("CA2")
    put_on_air(studio, "CA2")
    studio.line.call_status("CA1", "completed")
    studio.line.call_status("CA2", "completed")
    assert call_of(studio, "CA1").outcome is Outcome.HUNG_UP
    assert call_of(studio, "CA2").outcome is Outcome.AIRED


def test_who_hangs_up_during_the_notice_was_never_aired_in_either_order_of_the_webhooks(studio: Studio) -> None:
    for name in ("CA1", "CA2"):
        studio.ring(name)
        put_on_air(studio, name)
    studio.line.left_queue("CA1", 1, "hangup", call_over=True)
    studio.line.call_status("CA1", "completed")
    studio.line.call_status("CA2", "completed")
    studio.line.left_queue("CA2", 1, "hangup", call_over=True)
    assert [call_of(studio, name).outcome for name in ("CA1", "CA2")] == [Outcome.HUNG_UP, Outcome.HUNG_UP]


def test_a_lost_on_air_request_is_made_good_by_the_queue_result(studio: Studio) -> None:
    studio.ring("CA1")
    studio.line.left_queue("CA1", 1, "bridged", call_over=True)
    assert call_of(studio, "CA1").outcome is Outcome.AIRED


def test_a_full_queue_and_a_queue_error_are_told_apart(studio: Studio) -> None:
    studio.ring("CA1")
    studio.ring("CA2")
    assert studio.line.left_queue("CA1", 1, "queue-full", call_over=False)[0] is Follow.QUEUE_FULL
    follow, call = studio.line.left_queue("CA2", 1, "system-error", call_over=False)
    assert follow is Follow.QUEUE_AGAIN
    assert call is not None
    assert (call.queue, call.move, call.live) == (WAITING_QUEUE, 2, True)


def test_redirected_never_sets_an_outcome(studio: Studio) -> None:
    for result in ("redirected", "redirected-from-bridged"):
        studio.ring("CA1")
        assert studio.line.left_queue("CA1", 1, result, call_over=False)[0] is Follow.NOTHING
        assert call_of(studio, "CA1").live


def test_a_caller_that_only_the_fallback_knows_is_kept(studio: Studio) -> None:
    assert studio.line.left_queue("CA9", None, "error", call_over=False) == (Follow.QUEUE_AGAIN, None)
    assert studio.line.left_queue("CA9", None, "hangup", call_over=True) == (Follow.NOTHING, None)


def test_the_status_has_the_first_two_hundred_and_how_many_more(studio: Studio) -> None:
    for number in range(205):
        studio.ring(f"CA{number:03}", f"+4477009{number:05}")
        studio.clock.advance(1)
    status = json.loads(studio.line.status_json())
    assert status["current_size"] == 205
    assert (len(status["calls"]), status["more"]) == (200, 5)
    assert status["calls"][0] == {
        "call_sid": "CA000",
        "position": 1,
        "stage": "waiting",
        "wait_seconds": 205,
        "on_air_seconds": None,
        "number": "•••000",
    }


def test_the_line_follows_what_another_process_changed(studio: Studio) -> None:
    studio.ring("CA1")
    assert studio.line.place("CA1").position == 1
    studio.store.change_call("CA1", lambda call: call and replace(call, number="anonymous"))
    assert studio.line.snapshot().calls[0].number == "withheld"
