"""What faults leave behind is mended: nobody is lost to a failed write or a late webhook."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from callin.contracts import PhoneError
from callin.line import PhoneFailed, PressRejected
from callin.model import AIR_DESK, AIR_QUEUE, Call, CallState, DialCaller, DialLine, Follow, Outcome, Stage
from callin.rules import desks
from tests.line.conftest import DJ, House

ME = "dj_me"


def test_picking_the_caller_on_the_air_is_refused_and_they_stay_there(house: House) -> None:
    house.ring("CA1")
    turn = house.put_on_air("CA1")
    with pytest.raises(PressRejected, match="no longer in line"):
        house.air_desks.take(turn, "CA1", ME, "CA1")
    assert house.desk.on_air == "CA1"


def test_a_desk_that_was_not_told_of_its_caller_learns_of_them_before_a_press_counts(house: House) -> None:
    house.ring("CA1")
    turn = house.put_on_air("CA1")
    house.store.change_desk(AIR_DESK, lambda desk: replace(desk, on_air=""))
    house.set(automatic=False)
    assert house.control.done == []
    with pytest.raises(PressRejected, match="already"):
        house.air_desks.next(turn, "", ME)
    assert house.desk.on_air == "CA1"


def test_a_desk_that_was_not_told_of_its_callers_end_learns_of_it(house: House) -> None:
    house.ring("CA1", "CA2")
    turn = house.put_on_air("CA1")
    house.calls.call_status("CA1", "completed")
    house.store.change_desk(AIR_DESK, lambda desk: replace(desk, on_air="CA1"))
    house.air_desks.next(turn, "", ME)
    assert house.desk.on_air == ""


def test_on_air_of_an_earlier_turn_does_not_make_the_studio_forget_who_is_on(house: House) -> None:
    house.ring("CA1")
    first = house.put_on_air("CA1")
    house.leg_dies()
    house.calls.left_queue("CA1", 1, "bridged")
    second = house.put_on_air("CA1", "CAdj2")
    house.desks.on_air("CA1", DJ, first)
    assert (house.call("CA1").desk_leg, house.call("CA1").desk_turn) == ("CAdj2", second)
    house.leg_dies("CAdj2")
    assert house.calls.left_queue("CA1", 2, "bridged")[0] is Follow.ONE_MOMENT


def test_a_caller_that_a_late_wake_took_away_is_on_the_air_again_in_the_same_turn(house: House) -> None:
    house.ring("CA1")
    house.ask()
    turn = house.put_on_air("CA1")
    assert house.ask(turn=turn - 1, woken=True) == DialCaller(turn, "CA1")
    assert house.calls.left_queue("CA1", 1, "bridged")[0] is Follow.ONE_MOMENT
    house.desks.on_air("CA1", DJ, turn)
    assert (house.call("CA1").stage, house.desk.on_air) == (Stage.ON_AIR, "CA1")


def test_a_request_of_the_fallback_document_that_a_wake_has_overtaken_lets_nobody_go(house: House) -> None:
    house.ring("CA1", "CA2")
    house.ask()
    house.desks.wake(DJ, house.desk.turn)
    document = house.ask(woken=True)
    assert isinstance(document, DialLine)
    house.desks.on_air("CA1", DJ, document.turn)
    house.clock.advance(desks.FALLBACK_SECONDS - 0.1)
    before = house.desk
    assert house.ask(adrift=True) == document
    assert house.desk == before
    house.clock.advance(0.1)  # now it is a leg that the fallback document has had again
    assert house.ask(adrift=True) == DialLine(document.turn + 1)


def test_a_queues_error_that_comes_late_does_not_take_a_caller_off_the_air(house: House) -> None:
    house.ring("CA1")
    house.put_on_air("CA1")
    for result in ("error", "queue-full"):
        assert house.calls.left_queue("CA1", 1, result)[0] is Follow.QUEUE_AGAIN
    assert house.call("CA1").stage is Stage.ON_AIR


def test_a_caller_whose_goodbye_was_lost_is_on_the_air_when_twilio_says_so(house: House) -> None:
    house.ring("CA1")
    house.put_on_air("CA1")
    second = house.ask()
    assert isinstance(second, DialLine)
    assert house.calls.left_queue("CA1", 1, "bridged")[0] is Follow.THANK
    house.desks.on_air("CA1", DJ, second.turn - 1)
    assert house.call("CA1").outcome is Outcome.AIRED
    house.desks.on_air("CA1", DJ, second.turn)
    assert (house.call("CA1").stage, house.call("CA1").outcome) == (Stage.ON_AIR, None)


def test_a_caller_that_was_refused_but_is_on_the_air_counts_as_on_the_air(house: House) -> None:
    house.set(most_callers=1)
    house.ring("CA1", "CA2")
    assert house.call("CA2").outcome is Outcome.LINE_FULL
    turn = house.ask().turn
    house.desks.on_air("CA2", DJ, turn)
    assert (house.call("CA2").stage, house.call("CA2").outcome) == (Stage.ON_AIR, None)


def test_a_call_whose_arrival_the_store_could_not_note_joins_when_it_goes_on_the_air(house: House) -> None:
    turn = house.ask().turn
    house.desks.on_air("CA9", DJ, turn, number="+447700900009")
    assert (house.call("CA9").stage, house.call("CA9").number) == (Stage.ON_AIR, "+447700900009")
    assert house.desk.on_air == "CA9"


def test_a_caller_who_was_moved_though_twilio_seemed_to_fail_is_not_given_up(house: House) -> None:
    house.set(ready_check=True)
    house.wait_for_next()
    house.ring("CA1", "CA2")
    house.ask()

    def move_and_fail(call: Call, move: int) -> bool:
        house.calls.left_queue(call.call_sid, move, "")
        raise PhoneError("Twilio took too long to move a caller.")

    house.control.dequeue = move_and_fail  # done, and told that it was not
    assert house.ask(star=True) == DialCaller(house.desk.turn, "CA1")
    assert (house.call("CA1").queue, house.call("CA1").claimed_by) == (AIR_QUEUE, AIR_DESK)


def test_next_brings_the_caller_who_is_promised_already(house: House) -> None:
    house.ring("CA1", "CA2")
    turn = house.put_on_air("CA1")
    house.store.change_desk(AIR_DESK, lambda desk: replace(desk, claimed="CA2", claimed_at=house.clock.now))
    house.store.change_call("CA2", lambda call: replace(call, claimed_by=AIR_DESK, queue=AIR_QUEUE) if call else call)
    house.air_desks.next(turn, "CA1", ME)
    assert house.control.done == [("thank", "CA1")]
    assert house.ask() == DialCaller(turn + 1, "CA2")


def test_a_second_leg_sits_down_when_the_first_is_over_and_nothing_is_asked_of_twilio(house: House) -> None:
    house.ring("CA1")
    house.ask()
    house.ask("CAother")
    house.leg_dies()
    house.phone.asked.clear()
    assert isinstance(house.ask("CAother", star=True, take_over=True), DialLine)
    assert (house.desk.leg, house.desk.rival) == ("CAother", "")
    assert (house.control.done, house.phone.asked) == ([], [])


def test_a_caller_that_a_late_wake_of_ours_may_have_taken_away_is_kept(house: House) -> None:
    house.ask()
    house.ring("CA1")
    house.control.problem = "Twilio took too long to move a call."
    with pytest.raises(PhoneFailed):
        house.air_desks.next(house.desk.turn, "", ME)
    house.control.problem = ""
    house.desks.on_air("CA1", DJ, house.desk.turn)
    assert house.calls.left_queue("CA1", 1, "bridged", times_asked=3)[0] is Follow.ONE_MOMENT


def test_a_leg_that_asks_twice_at_once_and_sits_down_is_not_told_that_another_took_over(house: House) -> None:
    house.ask()
    house.phone.calls[DJ] = CallState("completed", "")
    asked_twice: list[object] = []
    state = house.control.call_state

    def state_meanwhile(call_sid: str) -> CallState | None:
        if not asked_twice:
            asked_twice.append(None)
            asked_twice.append(house.ask("CAother"))
        return state(call_sid)

    house.control.call_state = state_meanwhile  # the second comes in the midst of the first
    document = house.ask("CAother")
    assert isinstance(document, DialLine)
    assert asked_twice[1] == document
    assert (house.desk.leg, house.desk.ended_legs) == ("CAother", (DJ,))


def test_a_desk_without_a_leg_does_not_keep_a_caller_that_is_back_in_line(house: House) -> None:
    house.ring("CA1", "CA2")
    house.ask()
    house.desks.on_air("CA1", DJ, house.desk.turn)
    house.desks.claim(AIR_DESK, "CA2")
    house.leg_dies()
    assert house.calls.left_queue("CA1", 1, "bridged")[0] is Follow.ONE_MOMENT
    assert house.call("CA1").stage is Stage.READY
    house.desks.mend_desks()
    assert (house.desk.on_air, house.desk.claimed) == ("", "CA2"), "and its claim stays"


def test_a_desk_keeps_the_caller_that_it_has_and_the_one_that_comes_back_to_it(house: House) -> None:
    house.ring("CA1")
    house.ask()
    house.desks.on_air("CA1", DJ, house.desk.turn)
    house.desks.mend_desks()
    assert house.desk.on_air == "CA1"
    house.leg_dies()
    house.desks.mend_desks()
    assert house.desk.on_air == "CA1", "nothing shows that they have left the bridge"


def test_a_caller_that_was_not_connected_after_all_is_in_line_at_once_and_may_hang_up_there(house: House) -> None:
    """The studio's `*`, or its end, came while the caller was being told that they are on."""
    house.ring("CA1")
    turn = house.put_on_air("CA1")
    follow, call = house.calls.left_queue("CA1", 1, "bridging-in-process")
    assert (follow, call and call.stage) == (Follow.QUEUE_AGAIN, Stage.READY)
    assert house.desks.on_air("CA1", DJ, turn) == call, "a late report of the same turn changes nothing"
    house.calls.call_status("CA1", "completed")
    assert house.call("CA1").outcome is Outcome.HUNG_UP


@pytest.mark.parametrize("result", ["hangup", "bridging-in-process"])
@pytest.mark.parametrize("status_first", [True, False])
def test_a_caller_that_hangs_up_before_the_bridge_was_never_aired(
    house: House, result: str, *, status_first: bool
) -> None:
    house.ring("CA1")
    house.put_on_air("CA1")
    if status_first:
        house.calls.call_status("CA1", "completed")
    house.calls.left_queue("CA1", 1, result, call_over=True)
    house.calls.call_status("CA1", "completed")
    assert house.call("CA1").outcome is Outcome.HUNG_UP


def test_a_caller_that_a_press_thanked_before_the_bridge_stays_thanked(house: House) -> None:
    house.ring("CA1")
    turn = house.put_on_air("CA1")
    house.air_desks.drop(turn, "CA1", ME)
    house.calls.left_queue("CA1", 1, "bridging-in-process", call_over=True)
    assert house.call("CA1").outcome is Outcome.DROPPED


@pytest.mark.parametrize("result", ["bridged", "redirected-from-bridged"])
@pytest.mark.parametrize("has_ended", [True, False])
def test_a_caller_on_the_air_counts_as_aired_however_late_twilio_reports_it(
    house: House, result: str, *, has_ended: bool
) -> None:
    house.ring("CA1")
    house.air_desks.hold(house.put_on_air("CA1"), "CA1", ME)
    house.reach("CA1")  # so soon that the hold alone does not show that the two spoke
    if has_ended:
        house.calls.call_status("CA1", "completed")
    house.calls.left_queue("CA1", 1, result, call_over=has_ended)
    assert house.call("CA1").stage is (Stage.DONE if has_ended else Stage.HELD)
    house.calls.call_status("CA1", "completed")
    assert house.call("CA1").outcome is Outcome.AIRED
