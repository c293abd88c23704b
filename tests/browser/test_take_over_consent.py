"""One person asks another for the desk: both see what is asked, what is waited for, and what was answered."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import DJ_HZ, Cast
from tests.support import presses
from tests.support.line_status import FakeLine, a_card, a_status, on_the_air
from tests.support.looks import NARROW, complaints_in_every_look
from tests.support.pages import DeskPage
from tests.support.station import DJ_PHONE

FIRST = "+447700900001"
SEEN_MS = 900
"""A button that has just come to its place is not pressed sooner."""

PRESSED_AS_IT_COMES = """(button) => new MutationObserver(() => {
  if (!button.hidden) {
    button.click();
  }
}).observe(button, { attributes: true })"""
PLACES = """() => [...document.querySelectorAll(".next, .automatic, .row button")].map((button) => {
  const { x, y, width, height } = button.getBoundingClientRect();
  return [x, y, width, height];
})"""


def button(desk: DeskPage, name: str) -> Locator:
    return desk.page.get_by_role("button", name=re.compile(f"^{name}"))


@pytest.fixture
def first(cast: Cast) -> str:
    return cast.waiting(FIRST)[0]


def on_air(cast: Cast, first: str, name: str) -> DeskPage:
    desk = cast.desk(name)
    desk.connect()
    desk.expect_on_air_with("001")
    cast.desk_leg(first)
    return desk


def connected(cast: Cast, name: str, of: str) -> DeskPage:
    """A desk of that account, which may ask to take over."""
    desk = cast.desk(name)
    desk.connect()
    desk.expect_air_state("rival")
    expect(desk.advice.first).to_contain_text(f"Take over asks {of}. If nobody answers for 10 s, the desk is yours.")
    return desk


def ask(desk: DeskPage, of: str) -> None:
    desk.take_over_button.click(delay=SEEN_MS)
    desk.expect_words(f"^Asked {of}\\.")


def asking(cast: Cast, name: str, of: str) -> DeskPage:
    """A desk of that account that has asked to take over. From now on there are ten seconds."""
    desk = connected(cast, name, of)
    ask(desk, of)
    return desk


def test_the_dj_at_the_desk_refuses_with_a_key_and_the_one_that_asked_is_told(cast: Cast, first: str) -> None:
    ann = on_air(cast, first, "admin")
    ann.page.set_viewport_size(NARROW)
    ann.bring_back_button.focus()
    places = ann.page.evaluate(PLACES)
    ben = asking(cast, "dj", of="admin")
    expect(ben.page.locator('[data-part-of-desk="status-ticking"]')).to_have_text(
        re.compile(r"^In \d+ s the desk is yours unless they refuse\.$")
    )
    expect(button(ben, "Take over now")).to_be_hidden()
    ann.expect_words(r"^dj asks to take the desk\.")
    expect(ann.page).to_have_title(re.compile("^dj asks for the desk · .*ON AIR"))
    expect(button(ann, "Refuse")).to_be_visible()
    expect(button(ann, "Hand over")).to_be_visible()
    assert ann.page.evaluate(PLACES) == places
    ann.page.keyboard.press("Shift+R")
    ann.expect_words("You keep the desk. dj has been told.")
    expect(ann.bring_back_button).to_be_focused()
    ben.expect_words("^admin keeps the desk")
    expect(ben.advice.first).to_contain_text("You were refused.")
    ben.expect_air_state("rival")
    expect(ben.take_over_button).to_be_visible()
    ann.expect_on_air_with("001")
    cast.caller_hears(first, DJ_HZ)


def test_the_dj_at_the_desk_hands_over_and_the_caller_goes_along(cast: Cast, first: str) -> None:
    ann = on_air(cast, first, "admin")
    ben = asking(cast, "dj", of="admin")
    ann.expect_words("asks to take the desk")
    button(ann, "Refuse").focus()
    ann.page.keyboard.press("Tab")
    expect(button(ann, "Hand over")).to_be_focused()
    expect(button(ann, "Hand over")).to_be_visible()
    button(ann, "Hand over").click(delay=SEEN_MS)
    ben.expect_on_air_with("001")
    ann.expect_air_state("elsewhere")
    cast.caller_hears(first, DJ_HZ)


def test_ten_seconds_of_silence_are_consent(cast: Cast, first: str) -> None:
    ann = on_air(cast, first, "admin")
    ben = asking(cast, "dj", of="admin")
    ann.expect_words("asks to take the desk")
    ann.expect_air_state("on")
    ben.expect_on_air_with("001")
    ann.expect_words(r"^dj has taken over\.")
    cast.caller_hears(first, DJ_HZ)


def test_the_one_who_asks_withdraws_and_an_admin_takes_over_at_once(cast: Cast, first: str) -> None:
    ann = on_air(cast, first, "dj")
    ben = connected(cast, "admin", of="dj")
    ben.page.locator('[data-part-of-desk="withdraw"]').evaluate(PRESSED_AS_IT_COMES)
    ask(ben, of="dj")  # the second half of a doubled press withdraws nothing
    ann.expect_words(r"^admin asks to take the desk\.")
    expect(button(ben, "Withdraw")).to_be_focused()
    button(ben, "Withdraw").click(delay=SEEN_MS)
    ben.expect_words("You are no longer asking for the desk.")
    ann.expect_words("On the air with")
    expect(button(ann, "Refuse")).to_be_hidden()
    expect(ben.take_over_button).to_be_visible()
    ask(ben, of="dj")
    button(ben, "Take over now").click(delay=SEEN_MS)
    ben.expect_on_air_with("001")
    ann.expect_words(r"^admin has taken over\.")
    cast.caller_hears(first, DJ_HZ)


def test_the_question_and_the_wait_for_its_answer_are_accessible_and_fit_in_every_look(cast: Cast, first: str) -> None:
    leg = cast.station.ring(DJ_PHONE, "dj")
    cast.station.wait_until_bridged(leg, first)
    ben = cast.desk("admin")
    ben.connect()
    ben.expect_air_state("rival")
    caller = on_the_air("001", card=a_card(name="Margaret Featherstonehaugh"))
    phone = {"leg": "CA" + "9" * 32, "leg_by": "a phone", "who": "a phone", "on_air": caller["call_sid"]}
    asked = phone | {"rival_who": "mary-ann-featherstonehaugh", "consent_at": time.time() + 600}
    rival = cast.station.app.status()["desks"][0]["rival"]

    FakeLine(ben.page, a_status(caller, desk=asked | {"rival": rival}))
    ben.refresh()
    expect(button(ben, "Take over now")).to_be_visible()
    assert complaints_in_every_look(ben.page) == [], "asking"

    ann = cast.desk("dj")
    FakeLine(ann.page, a_status(caller, desk=asked | {"rival": "CA" + "8" * 32}))
    ann.refresh()
    ann.expect_words("^mary-ann-featherstonehaugh asks to take the desk")
    expect(button(ann, "Hand over")).to_be_visible()
    assert complaints_in_every_look(ann.page) == [], "asked"


def test_a_page_that_is_the_buttons_of_a_telephone_answers_for_it(cast: Cast, first: str) -> None:
    leg = cast.station.ring(DJ_PHONE, "dj")
    cast.station.wait_until_bridged(leg, first)
    ann = cast.desk("admin")
    ann.expect_words("A telephone is on the air")
    ben = cast.desk("dj")
    ben.connect()
    ben.expect_air_state("rival")
    expect(ben.advice.first).to_contain_text("A telephone cannot be asked")
    ben.take_over_button.click(delay=SEEN_MS)
    ben.expect_words("A telephone has the desk and cannot be asked")
    ann.expect_words("^dj asks to take the desk")
    ann.page.keyboard.press("Shift+R")
    ben.expect_words("^A telephone keeps the desk")
    assert cast.station.are_bridged(leg, first)
    assert presses.DeskBrowser(cast.station.app).desk["leg"] == leg
