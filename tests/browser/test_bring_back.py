"""For 5 s after Drop or Next the caller that is being thanked can be brought back: they are first in line."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Locator, ViewportSize, expect

from tests.browser.conftest import DJ_HZ, Cast
from tests.support import presses
from tests.support.line_status import FakeLine, a_caller, a_card, a_status, on_the_air
from tests.support.looks import NARROW, WIDE, complaints_in_every_look
from tests.support.pages import DeskPage
from tests.support.processes import wait_until
from tests.support.station import DJ_PHONE

FIRST, SECOND = "+447700900001", "+447700900002"
PLACES = """() => [...document.querySelectorAll(".controls button:not([hidden])")].map((button) => {
  const { x, y, width, height } = button.getBoundingClientRect();
  return [button.dataset.partOfDesk, x, y, width, height];
})"""
NAME = "Margaret Featherstonehaugh"


@pytest.fixture
def desk(cast: Cast) -> DeskPage:
    """A desk on the air with the first of two callers; auto-advance is off."""
    presses.DeskBrowser(cast.station.app).set(automatic=False)
    first, _ = cast.waiting(FIRST, SECOND)
    body = {"call_sid": first, "field": "name", "value": NAME, "base": 0}
    assert cast.station.app.visitor().press("/desk/card", body).status == 200
    desk = cast.desk()
    desk.connect()
    desk.expect_on_air_with("001")
    cast.desk_leg(first)
    return desk


def expect_on(button: Locator) -> None:
    expect(button).not_to_have_attribute("aria-disabled", "true")
    expect(button).to_have_accessible_name(f"Bring back {NAME}")


def expect_off(button: Locator) -> None:
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(button).to_have_accessible_name("Bring back")


def test_drop_is_taken_back_with_a_key_and_the_caller_is_first_in_line(cast: Cast, desk: DeskPage) -> None:
    expect_off(desk.bring_back_button)
    wait_until(lambda: desk.air_seconds >= 5, why="the clock stands")
    before, read_at = desk.air_seconds, time.monotonic()
    desk.bring_back_button.focus()
    desk.page.keyboard.press("Shift+D")
    expect_on(desk.bring_back_button)
    dropped_at = time.monotonic()
    expect(desk.advice).to_contain_text(f"{NAME} is being thanked; Bring back makes them first in line.")
    desk.page.keyboard.press("b")
    desk.expect_words("That caller is first in line")
    desk.expect_callers(["•••001", "•••002"])
    expect(desk.row("001").locator(".up-next")).to_be_visible()
    expect_off(desk.bring_back_button)
    expect(desk.bring_back_button).to_be_focused()
    off_air_seconds = time.monotonic() - dropped_at
    desk.next_caller()
    desk.expect_on_air_with("001")
    most = before + (time.monotonic() - read_at) - off_air_seconds + 2
    assert before <= desk.air_seconds <= most, "the time on the air goes on, without the time off it"
    first = cast.station.app.status()["desks"][0]["on_air"]
    cast.caller_hears(first, DJ_HZ)


@pytest.mark.parametrize("viewport", [NARROW, WIDE])
def test_nothing_moves_under_the_finger_and_the_offer_ends_by_itself(
    cast: Cast, desk: DeskPage, viewport: ViewportSize
) -> None:
    desk.page.set_viewport_size(viewport)
    places = desk.page.evaluate(PLACES)
    desk.next_caller()
    expect_on(desk.bring_back_button)
    assert desk.page.evaluate(PLACES) == places
    desk.expect_on_air_with("002")
    assert desk.page.evaluate(PLACES) == places
    expect_off(desk.bring_back_button)
    assert desk.page.evaluate(PLACES) == places
    desk.page.keyboard.press("b")
    desk.expect_words("Nobody is being thanked")


@pytest.mark.parametrize("viewport", [NARROW, WIDE])
@pytest.mark.parametrize("name", [f"{NAME} of the Society for Old Bells, Leeds", "W" * 80])
def test_a_long_name_moves_nothing_and_the_button_tells_it_whole(
    cast: Cast, desk: DeskPage, viewport: ViewportSize, name: str
) -> None:
    desk.page.set_viewport_size(viewport)
    places = desk.page.evaluate(PLACES)
    first = cast.station.app.status()["desks"][0]["on_air"]
    body = {"call_sid": first, "field": "name", "value": name, "base": 1}
    assert cast.station.app.visitor().press("/desk/card", body).status == 200
    expect(desk.title).to_contain_text(f"On the air with {name[:20]}")
    assert desk.page.evaluate(PLACES) == places
    desk.next_caller()
    expect(desk.bring_back_button).to_have_accessible_name(f"Bring back {name}")
    assert desk.page.evaluate(PLACES) == places
    desk.expect_on_air_with("002")
    assert desk.page.evaluate(PLACES) == places


def test_the_offer_is_accessible_and_fits_in_every_look(cast: Cast) -> None:
    caller = on_the_air("001", card=a_card(name=NAME))
    phone = {"leg": "CA" + "9" * 32, "leg_by": "a phone", "who": "a phone"}
    desk = cast.desk()
    line = FakeLine(desk.page, a_status(caller, desk=phone | {"on_air": caller["call_sid"]}))
    desk.refresh()
    desk.expect_words("A telephone is on the air with Margaret")
    thanked = caller | {"outcome": "dropped", "hung_up": False, "last": "on_air", "at": time.time() + 600}
    line.status = a_status(a_caller("002"), desk=phone | {"idle": True}, left=[thanked])
    desk.refresh()
    expect_on(desk.bring_back_button)
    assert complaints_in_every_look(desk.page) == []


def test_a_page_that_is_the_buttons_of_a_telephone_brings_back_too(cast: Cast) -> None:
    [first] = cast.waiting(FIRST)
    leg = cast.station.ring(DJ_PHONE, "dj")
    cast.station.wait_until_bridged(leg, first)
    desk = cast.desk()
    desk.expect_words("A telephone is on the air")
    desk.drop()
    expect(desk.bring_back_button).not_to_have_attribute("aria-disabled", "true")
    desk.page.keyboard.press("b")
    desk.expect_words("That caller is first in line")
    desk.expect_callers(["•••001"])
    expect(desk.connect_button).to_be_visible()


def test_after_the_offer_the_page_says_what_became_of_a_caller_who_hung_up(cast: Cast, desk: DeskPage) -> None:
    first = cast.station.app.status()["desks"][0]["on_air"]
    desk.drop()
    expect_on(desk.bring_back_button)
    cast.station.hang_up(first)
    with desk.page.expect_response("**/desk/bring-back"):
        desk.page.keyboard.press("b")
    desk.expect_words(re.escape("That caller has hung up."))
