"""The screener's desk: which caller it speaks with, and what becomes of its verdicts."""

from __future__ import annotations

import pytest

from callin.line import PhoneFailed, PressRejected
from callin.model import (
    HELD_QUEUE,
    READY_QUEUE,
    WAITING_QUEUE,
    DialCaller,
    Follow,
    HangUp,
    Outcome,
    Stage,
    Verdict,
    WaitInSilence,
    queue_of,
)
from callin.rules.screening import TalkBegan
from tests.line.conftest import ANN, BOB, LEG, OTHER, House, made_ready


def test_a_legs_first_request_makes_its_queue_and_nobody_comes_unasked(house: House) -> None:
    house.ring("CA1")
    assert house.screener_asks(ANN, LEG) == WaitInSilence(0)
    assert house.screener_asks(ANN, LEG) == WaitInSilence(0)
    assert house.control.done == [("make_queue", queue_of(ANN))]


def test_a_queue_that_cannot_be_created_does_not_turn_the_screener_away(house: House) -> None:
    house.control.problem = "Twilio took too long to make a queue."
    assert house.screener_asks(ANN, LEG) == WaitInSilence(0)


def test_a_queues_name_is_never_longer_than_twilio_allows() -> None:
    longest = "screen-screener_" + "x" * 30 + "_" + "0" * 16
    assert len(queue_of(longest)) == 64
    assert queue_of(longest).endswith("0" * 16)
    assert queue_of(ANN) == "radio-callin-screen-screener_ann_1"


def test_nothing_is_decided_about_a_caller_that_records_a_message(house: House, ann: str) -> None:
    house.ring("CA1")
    assert house.calls.begin_message("CA1")
    with pytest.raises(PressRejected, match="no longer in line"):
        house.screener_desks.judge(ann, "CA1", Verdict.LET_GO)
    house.calls.left_message("CA1")
    assert house.call("CA1").outcome is Outcome.LEFT_MESSAGE


def test_take_sends_the_caller_to_the_screeners_own_queue_and_wakes_the_leg(house: House, ann: str) -> None:
    house.ring("CA1", "CA2")
    house.screener_desks.take(ann, 0, "CA2")
    assert house.control.done == [("dequeue", "CA2", "2"), ("wake_screener", LEG, "0")]
    assert house.reach("CA2") is Follow.QUEUE_AGAIN
    assert house.call("CA2").queue == queue_of(ann)
    assert house.screener_asks(ann, LEG) == DialCaller(1, "CA2")
    house.calls.talk_began("CA2", TalkBegan(house.clock.now, ann, LEG, 1))
    assert house.call("CA2").stage is Stage.SCREENING
    assert (house.store.desk(ann).on_air, house.store.desk(ann).claimed) == ("CA2", "")


def test_without_a_name_the_caller_that_has_waited_longest_comes_but_no_ready_one(house: House, ann: str) -> None:
    house.ring("CA1", "CA2")
    made_ready(house, "CA1")
    house.screener_desks.take(ann, 0, "")
    assert house.call("CA2").claimed_by == ann


def test_a_screener_takes_one_caller_at_a_time_and_none_of_another_screeners(house: House, ann: str) -> None:
    house.ring("CA1", "CA2")
    house.screener_asks(BOB, OTHER)
    house.talk(ann, LEG, "CA1")
    with pytest.raises(PressRejected, match="Decide what happens to them"):
        house.screener_desks.take(ann, house.store.desk(ann).turn, "CA2")
    for act in (
        lambda: house.screener_desks.take(BOB, 0, "CA1"),
        lambda: house.screener_desks.judge(BOB, "CA1", Verdict.LET_GO),
        lambda: house.screener_desks.judge("", "CA1", Verdict.LET_GO),
    ):
        with pytest.raises(PressRejected, match="Another desk"):
            act()


def test_a_press_of_an_earlier_turn_and_one_without_a_phone_are_refused(house: House, ann: str) -> None:
    house.ring("CA1", "CA2")
    house.talk(ann, LEG, "CA1")
    house.screener_desks.judge(ann, "CA1", Verdict.BACK)
    house.reach("CA1")
    house.screener_asks(ann, LEG)
    with pytest.raises(PressRejected, match="already"):
        house.screener_desks.take(ann, 0, "CA2")
    with pytest.raises(PressRejected, match="Connect"):
        house.screener_desks.take(BOB, 0, "CA2")


@pytest.mark.parametrize(
    ("verdict", "follow", "queue", "stage"),
    [
        (Verdict.READY, Follow.READY, READY_QUEUE, Stage.READY),
        (Verdict.HOLD, Follow.HOLD, HELD_QUEUE, Stage.HELD),
        (Verdict.BACK, Follow.BACK, WAITING_QUEUE, Stage.WAITING),
    ],
)
def test_a_verdict_reaches_the_caller_by_their_own_leg(
    house: House, ann: str, verdict: Verdict, follow: Follow, queue: str, stage: Stage
) -> None:
    house.ring("CA1")
    house.talk(ann, LEG, "CA1")
    house.screener_desks.judge(ann, "CA1", verdict)
    assert house.control.done[-1] == ("redirect", "CA1", "3")
    assert house.calls.left_queue("CA1", 2, "redirected-from-bridged", screening=True)[0] is Follow.NOTHING
    assert house.reach("CA1") is follow
    call = house.call("CA1")
    assert (call.queue, call.stage, call.cleared, call.bridged) == (queue, stage, verdict is Verdict.READY, False)
    assert house.store.desk(ann).on_air == ""
    assert house.reach("CA1") is Follow.QUEUE_AGAIN, "the same request again"


@pytest.mark.parametrize(("verdict", "outcome"), [(Verdict.LET_GO, "let_go"), (Verdict.BLOCK, "blocked")])
def test_a_caller_that_is_let_go_is_thanked_and_has_that_outcome(
    house: House, ann: str, verdict: Verdict, outcome: str
) -> None:
    house.ring("CA1")
    house.talk(ann, LEG, "CA1")
    house.screener_desks.judge(ann, "CA1", verdict)
    assert house.reach("CA1") is Follow.THANK
    assert house.reach("CA1") is Follow.THANK
    assert house.call("CA1").outcome == outcome


def test_a_verdict_that_twilio_did_not_take_is_done_when_the_two_part(house: House, ann: str) -> None:
    house.ring("CA1")
    house.talk(ann, LEG, "CA1")
    house.control.problem = "Twilio took too long to move a call."
    with pytest.raises(PhoneFailed, match="hang up your own call") as failed:
        house.screener_desks.judge(ann, "CA1", Verdict.READY)
    assert not failed.value.star, "a * might end the call of a caller that must be kept"
    with pytest.raises(PhoneFailed) as failed:
        house.screener_desks.judge(ann, "CA1", Verdict.LET_GO)
    assert failed.value.star
    with pytest.raises(PhoneFailed):
        house.screener_desks.judge(ann, "CA1", Verdict.READY)
    assert house.calls.left_queue("CA1", 2, "bridged", screening=True)[0] is Follow.READY
    assert house.call("CA1").queue == READY_QUEUE


@pytest.mark.parametrize("result", ["bridged", "bridging-in-process"])
def test_a_caller_that_parts_from_a_screener_without_a_verdict_keeps_their_place(
    house: House, ann: str, result: str
) -> None:
    house.ring("CA1", "CA2")
    house.talk(ann, LEG, "CA1")
    assert house.calls.left_queue("CA1", 2, result, screening=True)[0] is Follow.BACK
    call = house.call("CA1")
    assert (call.stage, call.queue, call.returned) == (Stage.WAITING, WAITING_QUEUE, False)
    assert house.board.place("CA1").position == 1
    assert house.store.desk(ann).on_air == ""


def test_a_ready_caller_who_is_spoken_with_again_is_ready_again_at_their_place(house: House, ann: str) -> None:
    house.ring("CA1", "CA2")
    made_ready(house, "CA1")
    house.clock.advance(1)
    made_ready(house, "CA2")
    house.talk(ann, LEG, "CA1")
    house.calls.left_queue("CA1", house.call("CA1").document_seq, "bridged", screening=True)
    assert house.call("CA1").queue == READY_QUEUE
    assert [call.call_sid for call in house.board.first_in_line(2)] == ["CA1", "CA2"]


def test_a_caller_that_hangs_up_while_talking_to_a_screener_has_the_outcome_hung_up(house: House, ann: str) -> None:
    house.ring("CA1")
    house.talk(ann, LEG, "CA1")
    house.calls.left_queue("CA1", 2, "bridged", call_over=True, screening=True)
    assert house.call("CA1").outcome is Outcome.HUNG_UP
    assert house.store.desk(ann).on_air == ""


def test_a_lost_request_before_the_talk_is_made_good_by_the_queue_result(house: House, ann: str) -> None:
    house.ring("CA1")
    house.screener_desks.take(ann, 0, "CA1")
    house.reach("CA1")
    house.calls.left_queue("CA1", 2, "bridged", screening=True)
    call = house.call("CA1")
    assert [moment.stage for moment in call.moments] == [Stage.WAITING, Stage.SCREENING, Stage.WAITING]
    assert (call.bridged, call.cleared, house.store.desk(ann).claimed) == (False, False, "")


def test_a_screener_whose_leg_is_over_leaves_nobody_in_their_queue(house: House, ann: str) -> None:
    house.ring("CA1")
    house.screener_desks.take(ann, 0, "CA1")
    house.reach("CA1")
    assert not house.board.place("CA1").is_in_wrong_queue
    house.calls.call_status(LEG, "completed", "client:screener_ann_1")
    assert (house.store.desk(ann).claimed, house.call("CA1").claimed_by) == ("", "")
    assert house.board.place("CA1").is_in_wrong_queue
    assert house.calls.left_queue("CA1", 2, "leave")[0] is Follow.QUEUE_AGAIN
    assert house.call("CA1").queue == WAITING_QUEUE


def test_the_same_browser_connects_again_and_its_old_leg_is_ended(house: House, ann: str) -> None:
    assert house.screener_asks(ann, "CAagain") == WaitInSilence(0)
    assert house.control.done == [("end_leg", LEG), ("make_queue", queue_of(ann))]
    assert house.screener_asks(ann, LEG) == HangUp()


def test_reconciling_finds_a_screeners_dead_leg(house: House, ann: str) -> None:
    reconciler = house.reconciler()
    house.hang_up(LEG)
    assert reconciler.run_once()
    assert house.store.desk(ann).leg == ""


def test_a_verdict_about_a_waiting_caller_counts_at_once_or_with_their_next_document(house: House, ann: str) -> None:
    house.ring("CA1", "CA2")
    assert "DJ's list" in house.screener_desks.judge("", "CA1", Verdict.READY)
    assert [row["decided"] for row in house.dashboards.status()["calls"] if row["call_sid"] == "CA1"] == [True]
    assert house.control.done == [("dequeue", "CA1", "2")]
    assert house.reach("CA1") is Follow.READY
    house.control.problem = "Twilio took too long to move a caller."
    assert "within a minute" in house.screener_desks.judge(ann, "CA2", Verdict.HOLD)
    assert house.board.place("CA2").is_in_wrong_queue
    assert house.calls.left_queue("CA2", 1, "leave")[0] is Follow.HOLD
    assert house.call("CA2").stage is Stage.HELD


def test_reconciling_sends_a_verdict_again(house: House, ann: str) -> None:
    house.ring("CA1")
    house.control.problem = "Twilio took too long to move a caller."
    house.screener_desks.judge(ann, "CA1", Verdict.READY)
    house.control.problem = ""
    house.reconciler().run_once()
    assert house.control.done == [("dequeue", "CA1", "2")]
