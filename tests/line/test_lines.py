"""Several callers on the air: the extra lines of a console, each a desk with its own leg, queue and turn."""

from __future__ import annotations

import pytest

from callin.line import PhoneFailed, PressRejected
from callin.model import (
    AIR_DESK,
    DialCaller,
    DialLine,
    Follow,
    HangUp,
    Outcome,
    Stage,
    WaitInSilence,
    queue_of,
)
from callin.rules.desks import DeskRequest
from tests.line.conftest import DJ, House, made_ready
from tests.line.console import BY, LEG, LINE, ME, ask, die, join, put_two_on_the_air, second


@pytest.fixture
def two(house: House) -> House:
    return put_two_on_the_air(house)


def test_an_extra_line_takes_nobody_by_itself(house: House) -> None:
    house.ring("CA1", "CA2")
    house.put_on_air("CA1")
    house.set(automatic=True)
    assert isinstance(ask(house), WaitInSilence)
    house.clock.advance(10)
    assert isinstance(ask(house), WaitInSilence)
    assert isinstance(ask(house, adrift=True), WaitInSilence)
    assert house.store.desk(LINE).claimed == ""


def test_a_caller_is_added_to_the_air_beside_the_first(two: House) -> None:
    assert [call.stage for call in (two.call("CA1"), two.call("CA2"))] == [Stage.ON_AIR, Stage.ON_AIR]
    assert (two.desk.on_air, second(two).on_air) == ("CA1", "CA2")
    desks = two.dashboards.status()["desks"]
    assert [(row["name"], row["leg"], row["on_air"]) for row in desks] == [(AIR_DESK, DJ, "CA1"), (LINE, LEG, "CA2")]
    rows = {row["call_sid"]: row["with"] for row in two.dashboards.status()["calls"]}
    assert (rows["CA1"], rows["CA2"]) == (AIR_DESK, LINE)


def test_next_on_a_line_replaces_its_caller_alone(two: House) -> None:
    two.air_desks.next(second(two).turn, "CA2", ME, LINE)
    assert (two.call("CA2").outcome, two.call("CA1").stage) == (Outcome.AIRED, Stage.ON_AIR)
    two.reach("CA3")
    assert two.call("CA3").queue == queue_of(LINE)
    assert ask(two) == DialCaller(3, "CA3")
    assert two.desk.on_air == "CA1"


def test_next_on_a_line_does_not_bring_the_caller_that_the_first_line_claims(two: House) -> None:
    two.calls.move("CA4", "CA3")  # so that the first line sends for them
    two.air_desks.next(two.desk.turn, "CA1", ME)
    assert two.desk.claimed == "CA4"
    two.air_desks.next(second(two).turn, "CA2", ME, LINE)
    assert second(two).claimed == "CA3"


def test_drop_and_hold_of_one_leave_the_other_on_the_air(two: House) -> None:
    two.air_desks.hold(two.desk.turn, "CA1", ME)
    assert two.reach("CA1") is Follow.HOLD_FROM_AIR
    two.air_desks.drop(second(two).turn, "CA2", ME, LINE)
    assert (two.call("CA1").stage, two.call("CA2").outcome) == (Stage.HELD, Outcome.DROPPED)
    assert isinstance(ask(two), WaitInSilence)
    assert (second(two).on_air, second(two).claimed) == ("", "")


def test_a_caller_that_a_line_let_go_is_brought_back_and_any_line_takes_them(two: House) -> None:
    two.air_desks.next(second(two).turn, "CA2", ME, LINE)
    [left] = two.dashboards.status()["left"]
    assert (left["call_sid"], left["with"]) == ("CA2", LINE)
    two.calls.bring_back("CA2")
    assert two.reach("CA2") is Follow.QUEUE_AGAIN
    assert second(two).claimed == "CA3", "the caller that Next has called still comes"
    two.air_desks.next(two.desk.turn, "CA1", ME)
    assert isinstance(two.ask(), DialLine)
    two.desks.on_air("CA2", DJ, two.desk.turn)
    assert (two.desk.on_air, two.call("CA2").air_desk) == ("CA2", AIR_DESK)


def test_a_caller_that_one_line_put_on_hold_is_brought_back_by_another_in_a_lower_turn(two: House) -> None:
    two.air_desks.hold(two.desk.turn, "CA1", ME)
    two.reach("CA1")
    for _ in range(4):
        two.ask()
        two.air_desks.next(two.desk.turn, two.desk.on_air, ME)
    on_first = two.desk.turn
    two.air_desks.drop(second(two).turn, "CA2", ME, LINE)
    ask(two)
    assert join(two, "CA1") < on_first
    assert (two.call("CA1").stage, two.call("CA1").air_desk, second(two).on_air) == (Stage.ON_AIR, LINE, "CA1")


def test_a_late_report_of_one_line_does_not_take_a_caller_from_another(two: House) -> None:
    turn = two.desk.turn
    two.air_desks.hold(turn, "CA1", ME)
    two.reach("CA1")
    two.ask()
    two.air_desks.drop(second(two).turn, "CA2", ME, LINE)
    ask(two)
    join(two, "CA1")
    two.desks.on_air("CA1", DJ, turn)  # Twilio sends it again
    assert (two.call("CA1").air_desk, second(two).on_air, two.desk.on_air) == (LINE, "CA1", "")


def test_a_line_is_only_for_the_browser_at_the_first_line(two: House) -> None:
    assert ask(two, "air-3", "CAstranger", by="client:dj_other") == HangUp()
    assert two.store.desk("air-3").leg == ""
    assert two.desk.rival == ""


def test_without_the_first_line_there_is_no_other(house: House) -> None:
    assert ask(house) == HangUp()


def test_a_dj_that_takes_over_the_first_line_has_the_whole_console(two: House) -> None:
    two.ask("CAother")
    two.takeover.take_now("CAother")
    assert ("end_leg", LEG) in two.control.done
    assert second(two).leg == ""
    assert two.calls.left_queue("CA2", two.call("CA2").document_seq, "bridged")[0] is Follow.ONE_MOMENT
    assert two.air_desks.next_instruction(DeskRequest(LEG, 1, two.clock.now), BY, name=LINE) == HangUp()
    document = ask(two, leg="CAtheirs", by="client:dj_CAother")
    assert isinstance(document, DialCaller)
    assert document.call_sid == "CA2"


def test_a_free_first_line_that_another_browser_gets_takes_the_others_with_it(two: House) -> None:
    die(two, DJ)
    two.ask("CAother")
    assert ("end_leg", LEG) in two.control.done
    assert second(two).leg == ""


def test_another_tab_of_the_same_browser_replaces_the_leg_of_a_line(two: House) -> None:
    document = ask(two, leg="CAtab")
    assert ("end_leg", LEG) in two.control.done
    assert (second(two).leg, isinstance(document, DialCaller)) == ("CAtab", True)


def test_a_line_keeps_its_leg_while_twilio_cannot_end_it(two: House) -> None:
    two.control.problem = "Twilio took too long."
    assert ask(two, leg="CAtab") == HangUp()
    assert (second(two).leg, second(two).rival) == (LEG, "")


def test_a_star_on_a_line_that_waits_brings_the_next_caller_there(house: House) -> None:
    house.ring("CA1", "CA2")
    house.put_on_air("CA1")
    ask(house)
    document = ask(house, star=True)
    assert isinstance(document, DialCaller)
    assert second(house).claimed == "CA2"


def test_next_that_twilio_refuses_is_done_by_a_star(two: House) -> None:
    two.control.problem = "Twilio took too long."
    with pytest.raises(PhoneFailed) as failed:
        two.air_desks.next(second(two).turn, "CA2", ME, LINE)
    assert failed.value.star
    two.control.problem = ""
    document = ask(two)
    assert isinstance(document, DialCaller)
    assert second(two).claimed == "CA3"


def test_a_caller_of_another_line_cannot_be_taken(two: House) -> None:
    two.air_desks.drop(second(two).turn, "CA2", ME, LINE)
    ask(two)
    two.air_desks.take(second(two).turn, "", ME, "CA3", LINE)
    with pytest.raises(PressRejected) as rejected:
        two.air_desks.take(two.desk.turn, "CA1", ME, "CA3")
    assert rejected.value.code == "taken"
    assert two.call("CA3").claimed_by == LINE


def test_in_a_screened_show_no_line_takes_an_unscreened_caller(house: House) -> None:
    house.ring("CA1", "CA2")
    house.set(screened=True)
    made_ready(house, "CA1")
    house.put_on_air("CA1")
    ask(house)
    with pytest.raises(PressRejected):
        house.air_desks.take(second(house).turn, "", ME, "CA2", LINE)
    house.set(screened=False)
    house.air_desks.take(second(house).turn, "", ME, "CA2", LINE)
    house.reach("CA2")
    house.set(screened=True)
    assert (second(house).claimed, house.call("CA2").claimed_by) == ("", "")
    assert house.board.place("CA2").is_in_wrong_queue


def test_the_whisper_tells_a_line_who_comes(two: House) -> None:
    two.set(whisper=True)
    two.air_desks.next(second(two).turn, "CA2", ME, LINE)
    document = ask(two)
    assert isinstance(document, DialCaller)
    assert document.whisper is not None


def test_a_caller_that_hangs_up_leaves_a_line_empty_and_nobody_follows(two: House) -> None:
    two.set(automatic=True)
    two.calls.call_status("CA2", "completed", "+447700900001")
    assert second(two).on_air == ""
    assert isinstance(ask(two), WaitInSilence)
