"""The DJ's page and the listeners', in every state, light and dark, wide and narrow: axe-core finds nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.support.looks import NARROW, WIDE, complaints_about
from tests.support.pages import CallPage, DeskPage
from tests.support.station import Station

LOOKS = pytest.mark.parametrize(
    ("scheme", "viewport"),
    [("dark", WIDE), ("light", WIDE), ("dark", NARROW), ("light", NARROW)],
    ids=["dark", "light", "dark 390 px", "light 390 px"],
)

REFUSE_MICROPHONE = """() => {
  navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));
}"""


@pytest.fixture
def page(dj_browser: Browser, scheme: Any, viewport: ViewportSize) -> Iterator[Page]:
    context = dj_browser.new_context(viewport=viewport, color_scheme=scheme, reduced_motion="reduce")
    context.set_default_timeout(20_000)
    page = context.new_page()
    yield page
    context.close()


@LOOKS
def test_the_desk_is_in_order_with_any_number_of_callers(studio: Station, page: Page) -> None:
    desk = DeskPage(page, studio.app.url)
    desk.open()
    desk.wait_until_ready()
    assert complaints_about(page) == [], "nobody"

    studio.wait_until_queued(studio.ring("anonymous"))
    expect(page.locator(".caller")).to_have_count(1)
    assert complaints_about(page) == [], "one, with a withheld number"

    studio.control("POST", "/crowd", {"callers": 11, "per_second": 50, "patience_seconds": [900, 900]})
    expect(page.locator(".caller")).to_have_count(12)
    assert complaints_about(page) == [], "twelve"


@LOOKS
def test_the_desk_is_in_order_through_a_call(studio: Station, page: Page) -> None:
    studio.wait_until_queued(studio.ring("+447700900001"))
    desk = DeskPage(page, studio.app.url)
    desk.open()
    desk.wait_until_ready()
    desk.connect()
    desk.expect_on_air_with("001")
    assert complaints_about(page) == [], "on the air"

    page.get_by_role("button", name="Mute").click()
    expect(desk.advice).to_contain_text("nobody hears you")
    assert complaints_about(page) == [], "muted"

    desk.next_caller()
    desk.expect_chair("standby")
    assert complaints_about(page) == [], "standing by"

    desk.hang_up()
    desk.expect_words("You hung up")
    assert complaints_about(page) == [], "hung up"

    desk.open()  # afresh: the SDK may still have had the microphone of the call before
    desk.wait_until_ready()
    page.evaluate(REFUSE_MICROPHONE)
    desk.connect()
    desk.expect_words("may not use your microphone")
    assert complaints_about(page) == [], "no microphone"


@LOOKS
def test_the_desk_is_in_order_when_nothing_answers(studio: Station, page: Page) -> None:
    desk = DeskPage(page, studio.app.url)
    desk.open()
    desk.wait_until_ready()
    studio.control("PUT", "/faults", {"rest": {"status": 500, "rate": 1.0}})
    expect(page.locator('[data-line="network-age"]')).to_be_visible(timeout=20_000)  # the sweep reads every 10 s
    assert complaints_about(page) == [], "Twilio fails"

    page.route("**/queue-status*", lambda route: route.abort())
    expect(page.locator('[data-line="live-banner"]')).to_contain_text("Not live since")
    assert complaints_about(page) == [], "the app is away"


@LOOKS
def test_the_listeners_page_is_in_order_in_every_state(studio: Station, page: Page) -> None:
    call = CallPage(page, studio.app.url)
    call.open()
    expect(call.title).to_have_text(re.compile("Ready"))
    assert complaints_about(page) == [], "ready"

    call.call()
    call.expect_stage("connected")
    assert complaints_about(page) == [], "through"

    call.hang_up()
    expect(call.title).to_have_text("You hung up.")
    assert complaints_about(page) == [], "ended"

    call.open()  # afresh: the SDK may still have had the microphone of the call before
    expect(call.title).to_have_text(re.compile("Ready"))
    page.evaluate(REFUSE_MICROPHONE)
    call.call()
    expect(call.title).to_have_text(re.compile("may not use the microphone"))
    assert complaints_about(page) == [], "no microphone"
