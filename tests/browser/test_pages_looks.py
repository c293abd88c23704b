"""The DJ's page and the listeners', in every state, light and dark, wide and narrow: axe-core finds nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.support.chromium import new_page
from tests.support.line_status import FakeLine, a_caller, a_card, a_status, known, on_the_air
from tests.support.looks import WIDE, complaints_about, complaints_in_every_look
from tests.support.pages import CallPage, DeskPage
from tests.support.station import Station

SAMS = {"with": "screen-x", "with_name": "sam"}
STAGES = ("arriving", "screening", "ready", "held", "message")
ZOOMED = ViewportSize(width=640, height=400)  # 1280 by 800 at 200 %

REFUSE_MICROPHONE = """() => {
  navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));
}"""


@pytest.fixture
def page(dj_browser: Browser) -> Iterator[Page]:
    context = dj_browser.new_context(viewport=WIDE, color_scheme="dark", reduced_motion="reduce")
    context.set_default_timeout(30_000)
    page = context.new_page()
    yield page
    context.close()


def test_the_desk_is_accessible_and_fits_with_any_number_of_callers(studio: Station, page: Page) -> None:
    desk = DeskPage(page, studio.app.url)
    desk.open()
    desk.wait_until_ready()
    assert complaints_in_every_look(page) == [], "nobody"

    studio.wait_until_queued(studio.ring("anonymous"))
    expect(page.locator(".caller")).to_have_count(1)
    assert complaints_in_every_look(page) == [], "one, with a withheld number"

    studio.control("POST", "/crowd", {"callers": 11, "per_second": 50, "patience_seconds": [900, 900]})
    expect(page.locator(".caller")).to_have_count(12)
    assert complaints_in_every_look(page) == [], "twelve"


def test_the_desk_is_accessible_and_fits_through_a_call(studio: Station, page: Page) -> None:
    studio.wait_until_queued(studio.ring("+447700900001"))
    desk = DeskPage(page, studio.app.url)
    desk.open()
    desk.wait_until_ready()
    desk.connect()
    desk.expect_on_air_with("001")
    assert complaints_in_every_look(page) == [], "on the air"

    page.get_by_role("button", name="Mute").click()
    expect(desk.advice).to_contain_text("nobody hears you")
    assert complaints_in_every_look(page) == [], "muted"
    page.get_by_role("button", name="Unmute").click()

    second = studio.ring("+447700900002")
    studio.wait_until_queued(second)
    expect(desk.take_button("002")).not_to_have_attribute("aria-disabled", "true")
    assert complaints_in_every_look(page) == [], "on the air, and others may be taken"

    desk.drop()
    desk.expect_words("Nobody is on the air")
    assert complaints_in_every_look(page) == [], "until Next"
    desk.next_caller()
    desk.expect_on_air_with("002")

    desk.next_caller()
    desk.expect_air_state("standby")
    assert complaints_in_every_look(page) == [], "standing by"

    desk.hang_up()
    desk.expect_words("You hung up")
    assert complaints_in_every_look(page) == [], "hung up"

    desk.open()  # a new page, because the SDK may still have the previous call's microphone
    desk.wait_until_ready()
    page.evaluate(REFUSE_MICROPHONE)
    desk.connect()
    desk.expect_words("may not use your microphone")
    assert complaints_in_every_look(page) == [], "no microphone"


def test_the_desk_is_accessible_and_fits_beside_another_desk(studio: Station, page: Page, dj_browser: Browser) -> None:
    other = DeskPage(new_page(dj_browser), studio.app.url)
    try:
        other.open()
        other.wait_until_ready()
        other.connect()
        other.expect_air_state("standby")
        desk = DeskPage(page, studio.app.url)
        desk.open()
        desk.wait_until_ready()
        desk.connect()
        desk.expect_words("Another desk is connected")
        assert complaints_in_every_look(page) == [], "may take over"
    finally:
        other.page.context.close()


def test_callers_are_accessible_and_fit_in_every_stage(studio: Station, page: Page) -> None:
    leg = "CA" + "9" * 32
    words = a_card(name="Ann", place="Leeds", topic="Potholes on the ring road", note="Calm, and well prepared")
    talk = [{"id": 1_000_000, "at": 1.7e9, "name": "sam", "text": "Next caller is great"}]
    calls = [
        on_the_air("001", card=words, known=known(aired_30_days=2, last_aired_at=1.7e9)),
        on_the_air("002", leaving=True),
        a_caller("003", claimed=True, known=known(calls=0, first_time=True)),
        a_caller("004", position=2, returned=True, card=words, known=known(standing="vip")),
        a_caller("010", position=3, stage="screening", known=known(standing="warn", name="Di"), **SAMS),
        *(a_caller(f"{n:03}", position=n, stage=stage) for n, stage in enumerate(STAGES, start=5)),
        a_caller("099", position=99, number="withheld", waited_seconds=5000),
    ]
    desk_row = {"leg": leg, "leg_by": "a phone", "who": "a phone", "on_air": calls[0]["call_sid"]}
    FakeLine(page, a_status(*calls, desk=desk_row, chat=talk))
    desk = DeskPage(page, studio.app.url)
    desk.open()
    desk.wait_until_ready()
    desk.refresh()
    desk.expect_words("A telephone is on the air with Ann")
    expect(page.get_by_text("1 new message", exact=True)).to_be_visible()
    assert complaints_about(page) == [], "a message is new"
    page.locator("[data-chat-panel] summary").click()
    page.get_by_text("Line settings").click()
    assert complaints_in_every_look(page) == [], "all is open"
    page.set_viewport_size(ZOOMED)
    assert complaints_about(page) == [], "at 200 %"


def test_the_desk_is_accessible_and_fits_when_nothing_answers(studio: Station, page: Page) -> None:
    trouble = {"ok": False, "age_seconds": 61, "problem": "Twilio does not answer."}
    line = FakeLine(page, a_status(a_caller(), twilio=trouble))
    desk = DeskPage(page, studio.app.url)
    desk.open()
    desk.wait_until_ready()
    desk.refresh()
    expect(page.locator('[data-line="network-age"]')).to_be_visible()
    assert complaints_in_every_look(page) == [], "Twilio fails"

    line.go_away()
    expect(page.locator('[data-line="live-banner"]')).to_contain_text("Not live since")
    assert complaints_in_every_look(page) == [], "the app is away"


def test_the_listeners_page_is_accessible_and_fits_in_every_state(studio: Station, page: Page) -> None:
    call = CallPage(page, studio.app.url)
    call.open()
    expect(call.title).to_have_text(re.compile("Ready"))
    assert complaints_in_every_look(page) == [], "ready"

    call.call()
    call.expect_stage("connected")
    assert complaints_in_every_look(page) == [], "through"

    call.hang_up()
    expect(call.title).to_have_text("You hung up.")
    assert complaints_in_every_look(page) == [], "ended"

    call.open()  # a new page, because the SDK may still have the previous call's microphone
    expect(call.title).to_have_text(re.compile("Ready"))
    page.evaluate(REFUSE_MICROPHONE)
    call.call()
    expect(call.title).to_have_text(re.compile("may not use the microphone"))
    assert complaints_in_every_look(page) == [], "no microphone"
