"""The DJ's page keeps itself up to date, says when it cannot, and recovers by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import Cast
from tests.support.chromium import new_page
from tests.support.line_status import FakeLine, a_caller, a_status, on_the_air
from tests.support.pages import DeskPage
from tests.support.processes import wait_until
from tests.support.station import App, Station, running_app

HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def questions_in(page: Page, line: FakeLine, seconds: int) -> list[str]:
    """The requests that the page sends while its clock runs for that long."""
    before = len(line.asked)
    for _ in range(seconds * 2):
        page.clock.run_for(500)
    return line.asked[before:]


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
    desk.expect_callers(["•••001", "•••002", "•••003"])
    expect(desk.page.locator('[data-line="size"]')).to_have_text("3")

    cast.station.hang_up(first)
    expect(desk.page.locator(".caller")).to_have_count(2)
    desk.expect_callers(["•••002", "•••003"])
    expect(desk.page.locator(".caller .position").first).to_have_text("1")


def test_a_page_that_is_older_than_the_app_goes_on_and_says_that_there_is_a_newer_one(cast: Cast) -> None:
    desk = cast.desk()
    note = desk.page.get_by_text("A new version of this page is ready.")
    expect(note).to_be_hidden()
    desk.page.evaluate("document.querySelector('meta[name=pages-version]').content = 'older'")
    cast.waiting("+447700900001")
    expect(note).to_be_visible()
    expect(desk.page.locator(".caller")).to_have_count(1)
    desk.page.get_by_role("link", name="Reload").click()
    expect(note).to_be_hidden()


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
    before = time.text_content() or ""
    expect(time).not_to_have_text(before)


def test_refresh_asks_at_once_and_says_so(studio: Station, page: Page) -> None:
    DeskPage(page, studio.app.url).open()
    with page.expect_request("**/queue-status*"):
        page.get_by_role("button", name="Refresh").click()
    expect(page.get_by_text("Up to date.")).to_be_visible()


def test_the_page_hears_of_a_change_by_a_request_that_is_held(studio: Station, page: Page) -> None:
    desk = DeskPage(page, studio.app.url)
    with page.expect_request(re.compile(r"/queue-status\?since=")) as held:
        desk.open()
    studio.ring("+447700900001")
    expect(page.locator(".caller")).to_have_count(1)
    # The answer to that request brought the caller: there was no other in between.
    answer = held.value.response()
    assert answer is not None
    assert [call["number"] for call in answer.json()["calls"]] == ["•••001"]


def test_only_changes_of_a_long_line_are_sent_and_the_page_has_all_of_it(studio: Station, page: Page) -> None:
    first = studio.ring("+447700900001")
    studio.wait_until_queued(first)
    studio.wait_until_queued(studio.ring("+447700900002"))
    desk = DeskPage(page, studio.app.url)
    desk.open()
    desk.expect_callers(["•••001", "•••002"])
    with page.expect_response(lambda answer: "since=" in answer.url and first in answer.text()) as told:
        studio.hang_up(first)
    answer = told.value.json()
    assert (answer["gone"], answer["calls"]) == ([first], [])
    desk.expect_callers(["•••002"])
    expect(page.locator(".caller .position")).to_have_text("1")


def test_a_page_that_cannot_make_the_line_of_what_changed_asks_for_all_of_it(studio: Station, page: Page) -> None:
    studio.wait_until_queued(studio.ring("+447700900001"))
    desk = DeskPage(page, studio.app.url)
    spoilt: list[str] = []

    def lose_the_rows(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        if body.get("calls") and not spoilt:
            spoilt.append(route.request.url)
            body["calls"] = []
        route.fulfill(response=answer, json=body)

    page.route(re.compile(r"/queue-status\?since="), lose_the_rows)
    desk.open()
    desk.expect_callers(["•••001"])
    studio.ring("+447700900002")
    desk.expect_callers(["•••001", "•••002"])
    assert len(spoilt) == 1
    expect(page.locator('[data-line="live"]')).to_have_attribute("data-live", "yes")
    page.unroute_all(behavior="ignoreErrors")  # a request that is held when the test ends would fail the next one


def test_a_quiet_line_is_asked_again_and_again_and_stays_live(studio: Station, page: Page) -> None:
    page.clock.install()
    line = FakeLine(page, a_status())
    line.after = {"mark": line.status["mark"], "unchanged": True}
    DeskPage(page, studio.app.url).open()
    assert len(questions_in(page, line, 20)) > 10
    expect(page.locator('[data-line="live"]')).to_have_attribute("data-live", "yes")


def test_a_page_that_is_told_when_to_ask_again_waits_so_long(studio: Station, page: Page) -> None:
    page.clock.install()
    line = FakeLine(page, a_status())
    line.after = {"mark": line.status["mark"], "unchanged": True, "ask_again_seconds": 5}
    DeskPage(page, studio.app.url).open()
    assert 2 <= len(questions_in(page, line, 20)) <= 5


def test_a_line_that_begins_anew_is_taken_anew(studio: Station, page: Page) -> None:
    line = FakeLine(page, a_status(a_caller("001"), a_caller("002", position=2)))
    line.after = a_status(a_caller("003"), mark="7.ok", reset=True)
    desk = DeskPage(page, studio.app.url)
    desk.open()
    expect(page.locator(".caller")).to_have_count(1)
    desk.expect_callers(["•••003"])
    wait_until(lambda: page.evaluate("1") and "since=7.ok" in line.asked[-1], why="the new mark is not used")


def test_a_hidden_tab_asks_rarely_and_at_once_when_it_is_seen_again(studio: Station, page: Page) -> None:
    page.clock.install()
    line = FakeLine(page, a_status())
    line.after = {"mark": line.status["mark"], "unchanged": True}
    DeskPage(page, studio.app.url).open()
    questions_in(page, line, 2)
    page.evaluate(HIDE, True)
    questions_in(page, line, 1)
    asked = questions_in(page, line, 60)
    assert 2 <= len(asked) <= 5
    assert not any("since=" in url for url in asked), "none of them is held"
    with page.expect_request("**/queue-status*"):
        page.evaluate(HIDE, False)
    expect(page.locator('[data-line="live"]')).to_have_attribute("data-live", "yes")


def test_the_page_says_since_when_the_app_is_gone_and_recovers_by_itself(page: Page, tmp_path: Path) -> None:
    with running_app(tmp_path) as app:
        DeskPage(page, app.url).open()
        live, banner = page.locator('[data-line="live"]'), page.locator('[data-line="live-banner"]')
        expect(live).to_have_text("Live")
        assert app.program is not None
        app.program.kill()
        expect(live).to_have_text(re.compile(r"^Not live since \d\d:\d\d:\d\d$"), timeout=3000)
        expect(banner).to_contain_text("tries again by itself")
        app.start()
        expect(live).to_have_text("Live")
        expect(banner).to_have_text("")


def test_the_page_says_within_twelve_seconds_that_the_app_is_silent(studio: Station, page: Page) -> None:
    page.clock.install()
    DeskPage(page, studio.app.url).open()
    page.route("**/queue-status*", lambda _: None)  # taken, and never answered
    for _ in range(24):
        page.clock.run_for(500)
    expect(page.locator('[data-line="live"]')).to_contain_text("Not live since")


def test_what_the_line_knows_is_shown_with_its_age_while_twilio_fails(app: App, page: Page) -> None:
    """Only the app: nobody answers where it expects Twilio."""
    DeskPage(page, app.url).open()
    expect(page.locator('[data-line="network-banner"]')).to_contain_text("what the app itself knows")
    expect(page.locator('[data-line="network-age"]')).to_be_visible()
    expect(page.locator('[data-part-of-desk="status-title"]')).to_have_text("No connection to the phone network.")


def test_a_silent_app_that_is_back_is_live_again_without_a_reload(studio: Station, page: Page) -> None:
    page.clock.install()
    DeskPage(page, studio.app.url).open()
    page.route("**/queue-status*", lambda _: None)
    for _ in range(24):
        page.clock.run_for(500)
    expect(page.locator('[data-line="live"]')).to_contain_text("Not live since")
    page.unroute_all(behavior="ignoreErrors")
    for _ in range(20):
        page.clock.run_for(500)
    expect(page.locator('[data-line="live"]')).to_have_text("Live")


def test_the_servers_clock_is_kept_though_answers_come_late_and_follows_when_it_is_set(
    studio: Station, page: Page
) -> None:
    page.clock.set_fixed_time(1_790_000_000)
    DeskPage(page, studio.app.url).open()
    seen = page.evaluate(
        """async (times) => {
          const { ServerClock } = await import("/static/shared/server-clock.js");
          const clock = new ServerClock();
          return times.map((now) => { clock.update(now); return Math.round(clock.now() * 10) / 10; });
        }""",
        [1005.0, 1004.2, 1005.1, 1001.0, 1005.0, 900.0, 1001.0],
    )
    #       late: kept     better  very late     set back: followed, and forward
    assert seen == [1005.0, 1005.0, 1005.1, 1005.1, 1005.1, 900.0, 1001.0]


def test_a_number_is_text_whatever_it_holds(studio: Station, page: Page) -> None:
    evil = '<img src=x onerror="document.title=1"> & "quoted"'
    FakeLine(page, a_status(a_caller(number=evil)))
    page.clock.install()
    desk = DeskPage(page, studio.app.url)
    desk.open()
    desk.refresh()
    expect(page.locator(".caller .who .number")).to_have_text(evil)
    expect(page.locator('[data-part="take-who"]')).to_have_text(f"caller {evil}")
    assert page.locator(".caller img").count() == 0


def test_someone_on_the_air_elsewhere_is_not_taken_for_this_page(studio: Station, page: Page) -> None:
    caller = on_the_air(seconds=75)
    elsewhere = {"leg": "CA" + "9" * 32, "leg_by": "client:dj_other", "on_air": caller["call_sid"]}
    FakeLine(page, a_status(caller, desk=elsewhere))
    desk = DeskPage(page, studio.app.url)
    desk.open()
    desk.refresh()
    desk.expect_air_state("elsewhere")
    desk.expect_words("Another desk is on the air with the caller ending 001")
    expect(page.locator('[data-part-of-desk="air-clock"]')).to_have_text(re.compile(r"^1:\d\d$"))
    expect(page).not_to_have_title(re.compile("ON AIR"))


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
