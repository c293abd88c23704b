"""The listener's page in Chromium: each stage looks and reads differently, and what is typed reaches the card."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.conftest import Cast
from tests.support import presses
from tests.support.looks import complaints_about, complaints_in_every_look
from tests.support.pages import CallPage
from tests.support.processes import wait_until
from tests.support.screeners import ScreenerPage

NARROW = ViewportSize(width=320, height=700)


def place(call: CallPage) -> str:
    return str(call.page.locator("[data-call-page]").get_attribute("data-place"))


def expect_place(call: CallPage, name: str, words: str) -> None:
    """Waits until the page shows this stage."""
    expect(call.page.locator("[data-call-page]")).to_have_attribute("data-place", name)
    expect(call.page.locator('[data-part="place"]')).to_have_text(words)


def in_line(cast: Cast, call: CallPage) -> str:
    """Calls, and skips the greeting."""
    call.call()
    call.expect_stage("connected")

    def sid() -> str:
        cast.station.control("PUT", "/clock", {"advance_seconds": 5})
        [row] = [row for row in cast.station.app.status()["calls"] if row["number"] == "browser"]
        assert cast.station.is_waiting(row["call_sid"])
        return str(row["call_sid"])

    return wait_until(sid, why="the listener is not in line")


def look(call: CallPage) -> tuple[str, ...]:
    """What tells the stage apart, but for the words."""
    box = call.page.locator('[data-part="place"]')
    names = ("backgroundColor", "borderTopColor", "borderTopStyle", "borderTopWidth", "color")
    found: list[str] = box.evaluate(f"(box) => {list(names)}.map((name) => getComputedStyle(box)[name])")
    return tuple(found)


def test_each_stage_has_its_own_word_and_look_and_fits_a_narrow_screen(cast: Cast) -> None:
    cast.waiting("+447700900001")
    call = cast.call_page()
    expect(call.page.locator('[data-part="line"]')).to_have_text("The line is open. 1 caller waits.")
    sid = in_line(cast, call)
    looks: dict[str, tuple[str, ...]] = {}

    def at(name: str, words: str) -> None:
        expect_place(call, name, words)
        looks[name] = look(call)
        call.page.set_viewport_size(NARROW)
        assert complaints_about(call.page) == [], name
        assert complaints_in_every_look(call.page) == [], name

    at("waiting", "Number 2")
    expect(call.title).to_have_text("1 caller is before you.")
    screener = ScreenerPage(cast.station)
    screener.connect()
    screener.talk(sid)
    at("screening", "Screener")
    assert screener.decide(sid, "hold").status == 200
    at("held", "On hold")
    desk = presses.DeskPage(cast.station.app)
    dj = cast.desk()
    dj.connect()
    dj.expect_on_air_with("001")
    assert desk.take(sid).status == 200
    at("on_air", "ON AIR")
    expect(call.page).to_have_title(re.compile("^ON AIR"))
    assert desk.drop().status == 200
    expect(call.title).to_have_text("Thank you for being on the show.")
    assert place(call) == ""
    assert len(set(looks.values())) == len(looks), looks


def test_what_is_typed_before_is_on_the_card_and_can_be_changed(cast: Cast) -> None:
    call = cast.call_page()
    for label, text in (("Your name", "Anna"), ("Where you are", "Leeds"), ("What it is about", "The trams")):
        call.page.get_by_label(label).fill(text)
    sid = in_line(cast, call)

    def card() -> tuple[str, str, str]:
        row = cast.station.app.row(sid)
        assert row is not None
        return row["card"]["name"], row["card"]["place"], row["card"]["topic"]

    wait_until(lambda: card() == ("Anna", "Leeds", "The trams"), why="the card is empty")
    expect(call.page.get_by_text("The studio has it.")).to_be_visible()
    call.page.get_by_label("What it is about").fill("The buses")
    wait_until(lambda: card()[2] == "The buses", why="the change is not on the card")


def test_mute_by_keyboard_and_a_meter_that_moves(cast: Cast) -> None:
    call = cast.call_page()
    page = call.page
    page.get_by_role("button", name="Check your microphone").press("Enter")
    expect(page.get_by_text("Your microphone works.")).to_be_visible()
    wait_until(lambda: level(page) > 0.05, why="the meter stands still")
    sid = in_line(cast, call)
    wait_until(lambda: level(page) > 0.05, why="the meter stands still in the call")
    page.get_by_role("button", name="Mute").press("Enter")
    expect(page.get_by_text("You are muted: nobody hears you.")).to_be_visible()
    expect(page.get_by_role("button", name="Unmute")).to_have_attribute("aria-pressed", "true")
    wait_until(lambda: level(page) == 0, why="the meter moves although the microphone is muted")
    assert cast.station.is_waiting(sid)
    page.get_by_role("button", name="Unmute").press("Enter")
    wait_until(lambda: level(page) > 0.05, why="the meter stands still after unmuting")


def level(page: Page) -> float:
    return float(page.get_by_role("meter", name="Your microphone").evaluate("(meter) => meter.value"))


def test_after_a_reload_they_are_told_what_became_of_the_call(cast: Cast) -> None:
    call = cast.call_page()
    call.page.get_by_label("Your name").fill("Anna")
    sid = in_line(cast, call)
    cast.waiting("+447700900001")
    expect_place(call, "waiting", "Number 1")
    call.page.on("dialog", lambda dialog: dialog.accept())
    call.page.reload()
    expect(call.title).to_have_text("You left this page, and your call ended with it.")
    expect(call.page.get_by_label("Your name")).to_have_value("Anna")
    wait_until(lambda: cast.station.caller(sid)["status"] == "completed", why="the call lives on")
    in_line(cast, call)
    expect_place(call, "waiting", "Number 1")


def test_after_hanging_up_a_reload_says_nothing_of_the_call(cast: Cast) -> None:
    call = cast.call_page()
    in_line(cast, call)
    expect_place(call, "waiting", "Number 1")
    call.hang_up()
    expect(call.title).to_have_text("You hung up.")
    call.page.reload()
    expect(call.title).to_have_text("Ready when you are.")


def test_a_reload_on_the_air_is_told_as_such(cast: Cast) -> None:
    call = cast.call_page()
    sid = in_line(cast, call)
    dj = cast.station.ring(cast.station.app.dj(), cast.station.app.environment["TWILIO_APP_SID"])
    cast.station.wait_until_bridged(dj, sid)
    expect_place(call, "on_air", "ON AIR")
    call.page.on("dialog", lambda dialog: dialog.accept())
    call.page.reload()
    expect(call.title).to_have_text("You left this page, and your call ended with it.")
    expect(call.page.locator('[data-part="advice"]')).to_have_text(re.compile("^You were on the air."))


@pytest.mark.parametrize(
    ("settings", "line", "button"),
    [
        ({"opening": "closed"}, "The line is closed right now. Listen to the show: it says when you can call.", False),
        ({"opening": "last_calls"}, "The show takes no more callers today.", False),
        ({"most_callers": 1}, "The line is full: 1 caller waits. Try again in a few minutes.", True),
    ],
)
def test_a_line_that_takes_nobody_says_so_before_the_call(
    cast: Cast, settings: dict[str, object], line: str, button: bool
) -> None:
    cast.waiting("+447700900001")
    assert presses.DeskPage(cast.station.app).set(**settings).status == 200
    call = cast.call_page()
    expect(call.page.locator('[data-part="line"]')).to_have_text(line)
    expect(call.page.locator('[data-part="call"]')).to_have_attribute("aria-disabled", "false" if button else "true")
    assert complaints_in_every_look(call.page) == []


def test_a_second_tab_says_that_the_call_is_in_another(cast: Cast) -> None:
    call = cast.call_page()
    in_line(cast, call)
    second = call.page.context.new_page()
    second.goto(call.url + "/call")
    expect(second.locator('[data-part="title"]')).to_have_text("You are in a call already.")
    second.close()
