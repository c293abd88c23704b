"""A desk is taken over by consent: the person at it is asked, may refuse, and agrees by 10 s of silence."""

from __future__ import annotations

import pytest

from callin.line import PhoneFailed, PressRejected
from callin.model import Desk, DialCaller, OfferTakeover, Stage, WaitInSilence
from callin.rules import takeover
from tests.line.conftest import DJ, House

BEN = "CAben"
PHONE = "CAphone"
ANN, ANNS_TAB, BENS = "dj_ann_1", "dj_ann_2", "dj_ben_1"
NUMBER = "+447700900999"
BY_SILENCE_ALONE = "A telephone has the desk and cannot be asked. In 10 s the desk is yours unless another DJ refuses."


@pytest.fixture
def turn(house: House) -> int:
    """CA1 is on the air with Ann, CA2 waits, and Ben has connected."""
    house.ring("CA1", "CA2")
    house.ask(by=f"client:{ANN}")
    house.desks.on_air("CA1", DJ, house.desk.turn)
    assert house.ask(BEN, by=f"client:{BENS}") == OfferTakeover()
    return house.desk.turn


def ben_asks_for_a_document(house: House, **how: bool) -> object:
    return house.ask(BEN, by=f"client:{BENS}", **how)


def test_another_person_asks_and_nothing_happens_yet(house: House, turn: int) -> None:
    assert house.takeover.ask(BEN) == "Asked ann. In 10 s the desk is yours unless they refuse."
    assert (house.desk.leg, house.control.done) == (DJ, [])
    [row] = house.dashboards.status()["desks"]
    assert (row["rival"], row["rival_who"], row["consent_at"]) == (BEN, "ben", house.clock.now + 10)


def test_after_ten_seconds_of_silence_the_page_that_asks_again_has_the_desk(house: House, turn: int) -> None:
    house.takeover.ask(BEN)
    house.clock.advance(9.9)
    house.takeover.ask(BEN)
    assert house.desk.leg == DJ
    house.clock.advance(0.7)
    assert house.takeover.ask(BEN) == "You have taken over."
    assert (house.desk.leg, house.desk.rival, house.desk.asked_at) == (BEN, "", 0.0)
    assert ben_asks_for_a_document(house) == DialCaller(turn + 1, "CA1")


def test_after_the_silence_the_leg_takes_over_by_itself_if_its_page_is_gone(house: House, turn: int) -> None:
    house.takeover.ask(BEN)
    assert ben_asks_for_a_document(house) == OfferTakeover(wait_seconds=11)
    house.clock.advance(11)
    assert ben_asks_for_a_document(house) == DialCaller(turn + 1, "CA1")
    assert house.desk.leg == BEN


def test_the_one_at_the_desk_refuses_and_is_not_asked_again_at_once(house: House, turn: int) -> None:
    house.takeover.ask(BEN)
    house.clock.advance(4)
    assert house.takeover.hand_over(BEN, ANN, agrees=False) == "You keep the desk. ben has been told."
    assert house.dashboards.status()["desks"][0]["refused_at"] == house.clock.now
    house.clock.advance(15)
    with pytest.raises(PressRejected, match=r"refused just now\. You can ask again in 15 s\."):
        house.takeover.ask(BEN)
    assert ben_asks_for_a_document(house, star=True, take_over=True) == OfferTakeover(refused=True)
    assert house.desk.leg == DJ
    house.clock.advance(16)
    assert house.takeover.ask(BEN).startswith("Asked ann.")


def test_a_refused_person_does_not_ask_at_once_with_another_call(house: House, turn: int) -> None:
    house.takeover.ask(BEN)
    house.takeover.hand_over(BEN, ANN, agrees=False)
    house.leg_dies(BEN)
    house.ask("CAben2", by="client:dj_ben_2")
    with pytest.raises(PressRejected, match="refused just now"):
        house.takeover.ask("CAben2")
    house.leg_dies("CAben2")
    house.ask(PHONE, by=NUMBER)
    assert house.takeover.ask(PHONE).startswith("Asked ann.")


def test_a_refusal_ends_with_the_call_of_the_person_that_refused(house: House, turn: int) -> None:
    house.takeover.ask(BEN)
    house.takeover.hand_over(BEN, ANN, agrees=False)
    house.leg_dies()
    house.ask(PHONE, by=NUMBER)
    ben_asks_for_a_document(house)
    assert house.takeover.ask(BEN) == BY_SILENCE_ALONE


def test_the_one_at_the_desk_hands_over_at_once(house: House, turn: int) -> None:
    house.takeover.ask(BEN)
    assert house.takeover.hand_over(BEN, ANN, agrees=True) == "ben has the desk."
    assert house.desk.leg == BEN
    assert ben_asks_for_a_document(house, woken=True) == DialCaller(turn + 1, "CA1")


@pytest.mark.parametrize("by", [BENS, "dj_cy_1"])
def test_nobody_else_answers_for_them(house: House, turn: int, by: str) -> None:
    house.takeover.ask(BEN)
    for agrees in (True, False):
        with pytest.raises(PressRejected, match="Only the DJ at the desk"):
            house.takeover.hand_over(BEN, by, agrees=agrees)
    assert house.takeover.hand_over(BEN, ANNS_TAB, agrees=False), "their own second tab may"


def test_a_refusal_that_comes_too_late_says_so(house: House, turn: int) -> None:
    house.takeover.ask(BEN)
    house.clock.advance(10.6)
    house.takeover.ask(BEN)
    with pytest.raises(PressRejected, match="Nobody is asking for the desk any more"):
        house.takeover.hand_over(BEN, ANN, agrees=False)


def test_an_admin_takes_over_at_once(house: House, turn: int) -> None:
    assert house.takeover.take_now(BEN) == "You have taken over."
    assert house.desk.leg == BEN


def test_a_leg_that_hangs_up_while_it_takes_over_does_not_get_the_desk(house: House, turn: int) -> None:
    end_leg = house.control.end_leg

    def end_meanwhile(leg: str) -> bool:
        house.leg_dies(BEN)
        return end_leg(leg)

    house.control.end_leg = end_meanwhile
    with pytest.raises(PressRejected, match="the call that asked has ended"):
        house.takeover.take_now(BEN)
    house.leg_dies()
    assert house.desk.leg == ""


def test_a_paused_desk_stays_paused_if_the_end_of_its_former_leg_is_reported_first(house: House, turn: int) -> None:
    house.wait_for_next()
    house.hang_up("CA1")
    house.calls.call_status("CA1", "completed")
    end_leg = house.control.end_leg

    def end_meanwhile(leg: str) -> bool:
        house.leg_dies(leg)
        return end_leg(leg)

    house.control.end_leg = end_meanwhile
    house.takeover.take_now(BEN)
    assert ben_asks_for_a_document(house, woken=True) == WaitInSilence(turn + 1)


def test_a_third_person_that_connects_while_the_desk_changes_hands_is_asked_first(house: House, turn: int) -> None:
    house.takeover.ask(BEN)
    house.clock.advance(10.6)
    end_leg = house.control.end_leg

    def end_meanwhile(leg: str) -> bool:
        house.leg_dies()
        house.ask("CAcy", by="client:dj_cy_1")
        house.control.end_leg = end_leg
        return end_leg(leg)

    house.control.end_leg = end_meanwhile
    with pytest.raises(PressRejected, match="another has the desk"):
        house.takeover.ask(BEN)
    assert ben_asks_for_a_document(house, woken=True) == OfferTakeover()
    assert house.desk.leg == "CAcy"


def test_the_one_who_asks_withdraws(house: House, turn: int) -> None:
    house.takeover.ask(BEN)
    house.takeover.withdraw(BEN)
    house.clock.advance(11)
    assert ben_asks_for_a_document(house) == OfferTakeover()
    with pytest.raises(PressRejected, match="Nobody is asking"):
        house.takeover.hand_over(BEN, ANN, agrees=True)


def test_a_consent_that_nobody_used_is_over_after_a_while(house: House, turn: int) -> None:
    house.takeover.ask(BEN)
    house.clock.advance(31)
    assert house.takeover.ask(BEN).startswith("Asked ann.")
    assert house.desk.leg == DJ


def test_an_ask_ends_with_the_call_that_asked(house: House, turn: int) -> None:
    house.takeover.ask(BEN)
    house.leg_dies(BEN)
    assert (house.desk.rival, house.desk.asked_at) == ("", 0.0)


def test_a_third_desk_does_not_push_the_one_that_has_asked_aside(house: House, turn: int) -> None:
    house.takeover.ask(BEN)
    assert house.ask(PHONE, by=NUMBER) == OfferTakeover()
    assert house.desk.rival == BEN
    with pytest.raises(PressRejected, match="nothing to take over"):
        house.takeover.ask(PHONE)


def test_ones_own_second_tab_needs_no_consent(house: House, turn: int) -> None:
    house.leg_dies(BEN)
    house.ask("CAtab", by=f"client:{ANNS_TAB}")
    assert house.takeover.ask("CAtab") == "You have taken over."
    assert house.desk.leg == "CAtab"


def test_ones_own_second_tab_takes_nothing_before_it_is_pressed(house: House, turn: int) -> None:
    house.leg_dies(BEN)
    for _ in range(2):
        assert house.ask("CAtab", by=f"client:{ANNS_TAB}") == OfferTakeover()
        house.clock.advance(20)


def test_a_desk_whose_leg_is_over_needs_no_consent(house: House, turn: int) -> None:
    house.hang_up(DJ)  # and no report has come yet
    assert house.takeover.ask(BEN) == "You have taken over."
    assert house.desk.leg == BEN


def test_while_twilio_does_not_answer_the_person_at_the_desk_is_still_asked(house: House, turn: int) -> None:
    house.phone.problem = house.control.problem = "Twilio does not answer."
    assert house.takeover.ask(BEN).startswith("Asked ann.")
    house.clock.advance(10.6)
    with pytest.raises(PhoneFailed):
        house.takeover.ask(BEN)
    assert house.desk.leg == DJ, "nobody is cut off"
    house.phone.problem = house.control.problem = ""
    assert house.takeover.ask(BEN) == "You have taken over."


def test_a_dj_that_hands_over_while_twilio_fails_keeps_the_desk_and_sends_no_star(house: House, turn: int) -> None:
    house.takeover.ask(BEN)
    house.control.problem = "Twilio does not answer."
    with pytest.raises(PhoneFailed) as failed:
        house.takeover.hand_over(BEN, ANN, agrees=True)
    assert not failed.value.star
    assert house.desk.leg == DJ


def test_a_phone_asks_with_its_star_and_hears_what_it_waits_for(house: House, turn: int) -> None:
    house.leg_dies(BEN)
    house.ask(PHONE, by=NUMBER)
    assert house.ask(PHONE, by=NUMBER, star=True, take_over=True) == OfferTakeover(wait_seconds=11)
    house.clock.advance(11)
    assert house.ask(PHONE, by=NUMBER) == DialCaller(turn + 1, "CA1")
    assert house.call("CA1").stage is Stage.ON_AIR


def test_a_phone_at_the_desk_is_asked_by_silence_and_any_other_page_answers_for_it(house: House) -> None:
    house.ask(PHONE, by=NUMBER)
    ben_asks_for_a_document(house)
    assert house.takeover.ask(BEN) == BY_SILENCE_ALONE
    with pytest.raises(PressRejected, match="Only the DJ at the desk"):
        house.takeover.hand_over(BEN, BENS, agrees=True)
    assert house.takeover.hand_over(BEN, ANN, agrees=False)
    assert house.desk.leg == PHONE


def test_the_callers_at_a_desk_that_is_asked_come_and_go_as_ever(house: House, turn: int) -> None:
    house.takeover.ask(BEN)
    house.air_desks.next(turn, "CA1", ANN)
    house.ask(by=f"client:{ANN}")
    house.desks.on_air("CA2", DJ, house.desk.turn)
    house.clock.advance(10.6)
    house.takeover.ask(BEN)
    assert house.desk.leg == BEN
    assert ben_asks_for_a_document(house) == DialCaller(turn + 2, "CA2")


def test_the_rules_know_people_by_account_and_phones_by_number() -> None:
    assert takeover.is_same_person("client:dj_mary_ann_1", "client:dj_mary_ann_2")
    assert not takeover.is_same_person("client:dj_mary_ann_1", "client:dj_mary_1")
    assert not takeover.is_same_person(NUMBER, "+447700900998")
    assert not takeover.is_same_person("", "client:dj_ann_1")
    assert takeover.consent_at(Desk("air", asked_at=5.0)) == 0.0, "nobody asks"
