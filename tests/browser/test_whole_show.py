"""Whole shows: three desks at once with sound, and one that is run without a mouse from signing in to closing."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from rehearsal.cast import pitch_hz_of
from tests.browser.conftest import DJ_HZ, LISTENER_HZ, Cast
from tests.support import presses
from tests.support.pages import DeskPage
from tests.support.processes import wait_until

FIVE = [f"+44770090000{number}" for number in range(1, 6)]
FIRST, SECOND = FIVE[:2]
NOTICE = "This call may be broadcast."


@pytest.fixture
def whispered(cast: Cast) -> Iterator[Cast]:
    """A screened show with the whisper, in which nobody comes on the air before Next."""
    desk = presses.DeskBrowser(cast.station.app)
    for answer in (desk.set(screened=True), desk.set(whisper=True), desk.set(automatic=False)):
        assert answer.status == 200
    yield cast
    for answer in (desk.set(screened=False), desk.set(whisper=False)):
        assert answer.status == 200


def test_the_dj_hears_the_whisper_and_then_the_caller_while_the_screener_speaks_with_the_next(whispered: Cast) -> None:
    first, second = whispered.waiting(FIRST, SECOND)
    desk, screener = whispered.desk(), whispered.screener()
    screener.wait_until_ready()
    screener.connect()
    screener.talk_next_button.click()
    screener.expect_in_talk_with("001")
    whispered.caller_hears(first, LISTENER_HZ)
    screener.card.name.fill("Ann")
    screener.card.place.fill("Leeds")
    screener.card.topic.fill("Potholes")
    expect(desk.row("001")).to_contain_text("Potholes")
    screener.verdict("ready").click()
    expect(desk.row("001")).to_contain_text("Ready")
    expect(screener.talk_next_button).not_to_have_attribute("aria-disabled", "true")
    screener.talk_next_button.click()
    screener.expect_in_talk_with("002")

    desk.connect()
    expect(desk.advice).to_contain_text("You hear: “Ann, Leeds. Potholes.”")
    desk.expect_on_air_with("001")
    leg = wait_until(lambda: whispered.station.app.status()["desks"][0]["leg"], why="the DJ has no leg")
    assert "Ann, Leeds. Potholes." in whispered.station.heard(leg)
    assert "Potholes" not in whispered.station.heard(first)
    assert NOTICE in whispered.station.heard(first)
    # Each pair hears each other, and nobody else.
    whispered.caller_hears(first, DJ_HZ)
    desk.hears(pitch_hz_of(FIRST))
    whispered.caller_hears(second, LISTENER_HZ)
    screener.hears(pitch_hz_of(SECOND))


def test_a_show_of_five_callers_is_run_by_keyboard_from_signing_in_to_closing(cast: Cast) -> None:
    sids = cast.waiting(*FIVE)
    desk = cast.new_desk()
    keys = desk.page.keyboard
    desk.page.goto(cast.station.app.url + "/")
    expect(desk.page.get_by_label("Name")).to_be_focused()
    keys.type("dj")
    keys.press("Tab")
    keys.type("rehearsal")
    keys.press("Enter")
    desk.wait_until_ready()

    keys.press("c")
    desk.expect_on_air_with("001")
    cast.caller_hears(sids[0], DJ_HZ)
    keys.press("n")
    desk.expect_on_air_with("002")
    cast.caller_hears(sids[1], DJ_HZ)
    _expect_rested(desk)
    keys.press("o")
    expect(desk.row("002")).to_contain_text("On hold")
    # The last of the three who wait is moved up, and comes before the others.
    _choose(desk, "005")
    keys.press("Alt+ArrowUp")
    expect(desk.page.locator("[data-announcement]")).to_have_text(re.compile("ending 005, now number 2"))
    expect(desk.take_button("005")).to_be_focused()
    keys.press("Alt+ArrowUp")
    expect(desk.page.locator("[data-announcement]")).to_have_text(re.compile("ending 005, now number 1"))
    keys.press("n")
    desk.expect_on_air_with("005")
    cast.caller_hears(sids[4], DJ_HZ)
    _expect_rested(desk)
    _choose(desk, "004")
    keys.press("t")
    desk.expect_on_air_with("004")
    cast.caller_hears(sids[3], DJ_HZ)
    _expect_rested(desk)
    _choose(desk, "002")
    keys.press("t")
    desk.expect_on_air_with("002")
    cast.caller_hears(sids[1], DJ_HZ)
    _expect_rested(desk)
    keys.press("Shift+D")
    desk.expect_words("Nobody is on the air")

    closed = desk.page.get_by_role("group", name="The line is").get_by_role("button").last
    keys.press("r")
    for _ in range(120):  # past the callers of earlier shows that just left
        keys.press("Tab")
        if closed.evaluate("button => button === document.activeElement"):
            break
    expect(closed).to_be_focused()
    keys.press("Enter")
    desk.expect_words("Press “Really close.” to close the line")
    keys.press("Enter")
    desk.expect_words("The line is closed")
    for sid in sids:
        cast.station.until(lambda one=sid: cast.station.caller(one)["status"] == "completed", f"{sid} is not let go")
    assert "The line is closed now." in cast.station.heard(sids[2])
    keys.press("Shift+H")
    desk.expect_words("You hung up")


def _expect_rested(desk: DeskPage) -> None:
    """Waits until a key counts again: just after Next or Take it counts as a slip."""
    expect(desk.hold_button).not_to_have_attribute("aria-disabled", "true")


def _choose(desk: DeskPage, last_digits: str) -> None:
    """Goes up to the top of the list, and down to the caller with these last digits."""
    button = desk.take_button(last_digits)
    for key in [*"kkkkk", *"jjjjj"]:
        if button.evaluate("button => button === document.activeElement"):
            return
        desk.page.keyboard.press(key)
    expect(button).to_be_focused()
