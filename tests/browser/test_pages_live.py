"""The DJ's page keeps itself up to date, says when it does not, and mends by itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.browser.conftest import Cast
from tests.support.chromium import new_page
from tests.support.pages import DeskPage
from tests.support.station import App, Station, running_app

ONE_CALLER = {
    "call_sid": "CA" + "1" * 32,
    "position": 1,
    "stage": "waiting",
    "wait_seconds": 61,
    "on_air_seconds": None,
    "number": "•••001",
}
HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def a_status(*calls: dict[str, Any], **changes: Any) -> str:
    """What `/queue-status` answers, with these calls."""
    status = {
        "queue": "radio-callin-queue",
        "current_size": len(calls),
        "average_wait_time": 42,
        "calls": calls,
        "more": 0,
        "twilio": {"ok": True, "age_seconds": 1, "problem": ""},
    }
    return json.dumps(status | changes)


def callers_in(page: Page) -> list[str]:
    return page.locator(".caller .who .number").all_inner_texts()


def questions_in(page: Page, seconds: int) -> int:
    """How often the page asks for the line's state while its clock runs for that long."""
    asked: list[Request] = []

    def count(request: Request) -> None:
        if "/queue-status" in request.url:
            asked.append(request)

    page.on("request", count)
    for _ in range(seconds * 2):
        page.clock.run_for(500)
        page.wait_for_load_state("networkidle")
    page.remove_listener("request", count)
    return len(asked)


@pytest.fixture
def page(dj_browser: Browser) -> Iterator[Page]:
    page = new_page(dj_browser)
    yield page
    page.context.close()


def test_callers_appear_and_leave_in_their_order_without_a_reload(cast: Cast) -> None:
    desk = cast.desk()
    expect(desk.page.get_by_text("Nobody is waiting.")).to_be_visible()
    first, *_ = cast.waiting("+447700900001", "+447700900002", "+447700900003")
    expect(desk.page.locator(".caller")).to_have_count(3)
    assert callers_in(desk.page) == ["•••001", "•••002", "•••003"]
    expect(desk.page.locator('[data-line="size"]')).to_have_text("3")

    cast.station.hang_up(first)
    expect(desk.page.locator(".caller")).to_have_count(2)
    assert callers_in(desk.page) == ["•••002", "•••003"]
    expect(desk.page.locator(".caller .position").first).to_have_text("1")


def test_two_hundred_callers_are_listed_and_the_rest_is_counted(studio: Station, page: Page) -> None:
    studio.control("POST", "/crowd", {"callers": 205, "per_second": 100, "patience_seconds": [900, 900]})
    desk = DeskPage(page, studio.app.url)
    desk.open()
    expect(page.locator(".caller")).to_have_count(200)
    expect(page.locator("[data-more]")).to_have_text("and 5 more behind them")
    expect(page.locator('[data-line="size"]')).to_have_text("205")


def test_a_caller_who_stays_keeps_their_row_in_the_page(studio: Station, page: Page) -> None:
    studio.wait_until_queued(studio.ring("+447700900001"))
    DeskPage(page, studio.app.url).open()
    row = page.locator(".caller").element_handle()
    studio.ring("+447700900002")
    expect(page.locator(".caller")).to_have_count(2)
    assert row.evaluate("(row) => row.isConnected && row === row.parentElement.firstElementChild")


def test_waits_go_on_in_the_page_though_nothing_is_heard(studio: Station, page: Page) -> None:
    studio.wait_until_queued(studio.ring("+447700900001"))
    DeskPage(page, studio.app.url).open()
    page.route("**/queue-status*", lambda route: route.abort())
    time = page.locator('.caller [data-part="time"]')
    before = time.inner_text()
    expect(time).not_to_have_text(before)


def test_refresh_asks_at_once_and_says_so(studio: Station, page: Page) -> None:
    DeskPage(page, studio.app.url).open()
    with page.expect_request("**/queue-status*"):
        page.get_by_role("button", name="Refresh").click()
    expect(page.get_by_text("Up to date.")).to_be_visible()


def test_a_hidden_tab_asks_rarely_and_at_once_when_it_is_seen_again(studio: Station, page: Page) -> None:
    page.clock.install()
    DeskPage(page, studio.app.url).open()
    assert questions_in(page, 20) >= 15
    page.evaluate(HIDE, True)
    assert questions_in(page, 60) <= 5
    with page.expect_request("**/queue-status*"):
        page.evaluate(HIDE, False)
    expect(page.locator('[data-line="live"]')).to_have_attribute("data-live", "yes")


def test_an_app_that_is_gone_is_said_with_the_time_and_heals_by_itself(page: Page, tmp_path: Path) -> None:
    with running_app(tmp_path) as app:
        DeskPage(page, app.url).open()
        live, banner = page.locator('[data-line="live"]'), page.locator('[data-line="live-banner"]')
        expect(live).to_have_text("Live")
        assert app.program is not None
        app.program.kill()
        expect(live).to_have_text(re.compile(r"^Not live since \d\d:\d\d:\d\d$"), timeout=4000)
        expect(banner).to_contain_text("tries again by itself")
        app.start()
        expect(live).to_have_text("Live")
        expect(banner).to_have_text("")


def test_an_app_that_is_silent_is_said_within_twelve_seconds(studio: Station, page: Page) -> None:
    page.clock.install()
    DeskPage(page, studio.app.url).open()
    page.route("**/queue-status*", lambda _: None)  # taken, and never answered
    for _ in range(26):
        page.clock.run_for(500)
    expect(page.locator('[data-line="live"]')).to_contain_text("Not live since")


def test_what_the_line_knows_is_shown_with_its_age_while_twilio_fails(app: App, page: Page) -> None:
    """The app alone: nobody answers where it expects Twilio."""
    DeskPage(page, app.url).open()
    expect(page.locator('[data-line="network-banner"]')).to_contain_text("what the line knows itself")
    expect(page.locator('[data-line="network-age"]')).to_be_visible()
    expect(page.locator('[data-part-of-desk="status-title"]')).to_have_text("No connection to the phone network.")


def test_a_number_is_text_whatever_it_holds(studio: Station, page: Page) -> None:
    evil = '<img src=x onerror="document.title=1"> & "quoted"'
    body = a_status({**ONE_CALLER, "number": evil})
    page.route("**/queue-status*", lambda route: route.fulfill(content_type="application/json", body=body))
    DeskPage(page, studio.app.url).open()
    expect(page.locator(".caller .who .number")).to_have_text(evil)
    assert page.locator(".caller img").count() == 0


def test_someone_on_the_air_elsewhere_is_not_taken_for_this_page(studio: Station, page: Page) -> None:
    on_air = {**ONE_CALLER, "stage": "on_air", "position": None, "on_air_seconds": 75}
    page.route("**/queue-status*", lambda route: route.fulfill(content_type="application/json", body=a_status(on_air)))
    desk = DeskPage(page, studio.app.url)
    desk.open()
    desk.expect_chair("elsewhere")
    desk.expect_words("Somebody else is on the air with the caller ending 001")
    expect(page.locator('[data-part-of-desk="air-clock"]')).to_have_text(re.compile(r"^1:\d\d$"))


def test_the_status_line_is_announced_and_clocks_are_not(studio: Station, page: Page) -> None:
    studio.wait_until_queued(studio.ring("+447700900001"))
    DeskPage(page, studio.app.url).open()
    expect(page.locator(".caller")).to_have_count(1)
    announced = page.locator("[role=status], [aria-live]")
    assert announced.locator("[data-part-of-desk=status-title]").count() == 1
    for clock in (
        "[data-part-of-desk=air-clock]",
        "[data-line=longest]",
        "[data-part=time]",
        "[data-line=network-age]",
    ):
        assert announced.locator(clock).count() == 0, clock
