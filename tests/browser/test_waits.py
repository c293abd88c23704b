"""The page of waits: a growing bar for each caller, the day so far, and all of it in tables."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.support.chromium import new_page
from tests.support.presses import put_as_new
from tests.support.processes import wait_until
from tests.support.station import DJ_PHONE, Station, running_station
from tests.support.waits import WaitsPage

COUNTS_TICKS = """
  window.tickCosts = {}; // by interval, in milliseconds: the least is what a tick takes while nothing else runs
  const interval = window.setInterval;
  window.setInterval = (tick, everyMs) => interval(() => {
    const began = performance.now();
    tick();
    (window.tickCosts[everyMs] ??= []).push(performance.now() - began);
  }, everyMs);
"""

CROWD = {"per_second": 100, "patience_seconds": [900, 900]}


@pytest.fixture(scope="module")
def own_station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    """A station whose day is that of these tests alone."""
    with running_station(tmp_path_factory.mktemp("waits")) as station:
        yield station


@pytest.fixture
def station(own_station: Station) -> Station:
    own_station.reset()
    put_as_new(own_station.app)
    return own_station


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = new_page(browser)
    yield page
    page.context.close()


@pytest.fixture
def waits(station: Station, page: Page) -> WaitsPage:
    waits = WaitsPage(page, station.app.url)
    waits.open()
    return waits


def seconds(clock: str) -> int:
    """A clock of the page, in seconds."""
    minutes, rest = clock.split(":")
    return 60 * int(minutes) + int(rest)


def ring(station: Station, *numbers: str) -> list[str]:
    sids = []
    for number in numbers:
        sids.append(station.ring(number))
        station.wait_until_queued(sids[-1])
    return sids


def bar_as_long_as_the_wait(station: Station, waits: WaitsPage) -> dict[str, Any]:
    """The only bar's only part. It must be as long as the caller's wait."""
    status = station.app.status()
    [bar] = waits.bars()
    [part] = bar["parts"]
    assert part["to"] == pytest.approx(status["now"] - status["calls"][0]["joined_at"], abs=1.5)
    found: dict[str, Any] = part
    return found


def test_every_caller_has_a_bar_in_the_order_of_the_line(station: Station, waits: WaitsPage) -> None:
    expect(waits.line.get_by_text("Nobody is waiting.")).to_be_visible()
    sids = ring(station, "+447700900001", "anonymous")
    waits.expect_callers(2)
    bars = waits.bars()
    assert [bar["sid"] for bar in bars] == sids == [row["call_sid"] for row in station.app.status()["calls"]]
    assert [bar["name"] for bar in bars] == ["1  •••001", "2  Withheld"]
    assert [[part["stage"] for part in bar["parts"]] for bar in bars] == [["waiting"]] * 2
    canvas = "[data-chart-of=line] .plot canvas"
    wait_until(lambda: waits.pixels(canvas, "--chart-waiting") > 200, why="no bar is to be seen")


def test_a_bar_is_as_long_as_the_wait_and_grows_in_the_page(station: Station, waits: WaitsPage) -> None:
    ring(station, "+447700900001")
    waits.expect_callers(1)
    before = wait_until(lambda: bar_as_long_as_the_wait(station, waits), why="the bar is shorter or longer")
    chart = waits.page.evaluate_handle("Chart.getChart(document.querySelector('[data-chart-of=line] .plot canvas'))")
    waits.page.route("**/queue-status*", lambda route: route.abort())
    wait_until(lambda: waits.bars()[0]["parts"][0]["to"] >= before["to"] + 2)
    wait_until(lambda: waits.bars()[0]["parts"][0]["drawn"] > before["drawn"], why="the bar does not grow")
    kept = "(chart) => chart === Chart.getChart(document.querySelector('[data-chart-of=line] .plot canvas'))"
    assert waits.page.evaluate(kept, chart), "the chart is still the same object"


def test_the_caller_on_the_air_is_first_with_both_times_and_leaves_when_it_is_over(
    station: Station, waits: WaitsPage
) -> None:
    first, second = ring(station, "+447700900001", "+447700900002")
    waits.expect_callers(2)
    dj = station.ring(DJ_PHONE, "dj")
    station.wait_until_bridged(first, dj)
    expect(waits.rows.first).to_contain_text("On air")
    bars = waits.bars()
    assert [bar["name"] for bar in bars] == ["On air  •••001", "1  •••002"]
    waiting, on_air = bars[0]["parts"]
    assert (waiting["stage"], on_air["stage"]) == ("waiting", "on_air")
    assert waiting["to"] == on_air["from"]
    expect(waits.line.locator(".legend")).to_have_text(re.compile("Waiting.*On air", re.DOTALL))
    place, caller, stage, waited, air, so_far = waits.cells()[0]
    assert (place, caller, stage) == ("–", "•••001", "On air")
    assert seconds(waited) == pytest.approx(waiting["to"], abs=1)
    assert seconds(air) == pytest.approx(on_air["to"] - on_air["from"], abs=3)
    assert so_far.startswith(f"Waiting {waited}, On air ")

    station.press(dj, "*")
    station.wait_until_bridged(second, dj)
    waits.expect_callers(1)
    assert [bar["sid"] for bar in waits.bars()] == [second]
    station.hang_up(dj)
    station.hang_up(second)
    expect(waits.line.get_by_text("Nobody is waiting.")).to_be_visible()
    expect(waits.line.locator(".plot canvas")).to_be_hidden()


def test_the_shows_median_is_marked_and_told(station: Station, waits: WaitsPage) -> None:
    ring(station, "+447700900001")
    picture = waits.line.get_by_role("img")
    expect(picture).to_have_attribute("aria-label", re.compile("The show’s median wait is \\d+ seconds?"))
    expect(picture).to_have_attribute("aria-label", re.compile("First: the caller ending 001, waiting for"))


def test_the_next_of_two_hundred_callers_have_bars_and_all_are_in_the_table(station: Station, waits: WaitsPage) -> None:
    waits.page.add_init_script(COUNTS_TICKS)
    waits.open()
    station.control("POST", "/crowd", {"callers": 205, **CROWD})
    waits.expect_callers(200)
    expect(waits.line.locator("[data-part=headline]")).to_have_text("205 callers in line")
    assert len(waits.bars()) == 40
    expect(waits.line.locator("[data-part=rest]")).to_contain_text("160 more behind them")
    expect(waits.line.locator("[data-part=rest]")).to_contain_text("Behind all these there are 5 more.")
    waits.page.wait_for_function("() => window.tickCosts[1000]?.length >= 5")
    cost = waits.page.evaluate("() => Math.min(...window.tickCosts[1000])")
    assert cost < 150, "drawing a second's growth takes less than 150 ms"


def test_the_table_says_what_the_bars_do(station: Station, waits: WaitsPage) -> None:
    station.control("POST", "/crowd", {"callers": 12, **CROWD})
    waits.expect_callers(12)
    bars, cells = waits.bars(), waits.cells()
    assert [f"{row[0]}  {row[1]}" for row in cells] == [bar["name"] for bar in bars]
    for row, bar in zip(cells, bars, strict=True):
        assert seconds(row[3]) == pytest.approx(bar["parts"][-1]["to"], abs=2)


def test_the_table_is_there_for_screen_readers_and_is_shown_when_asked_for(station: Station, waits: WaitsPage) -> None:
    ring(station, "+447700900001")
    waits.expect_callers(1)
    table = waits.page.get_by_role("table", name="Callers in the order of the line")
    heads = ["Place", "Caller", "Stage", "Waited", "On air", "So far"]
    expect(table.get_by_role("columnheader")).to_have_text(heads)
    expect(table.get_by_role("rowheader")).to_have_text(["1"])
    expect(waits.line.locator(".plot canvas")).to_be_visible()
    waits.as_table(waits.line).click()
    expect(waits.as_table(waits.line)).to_have_attribute("aria-pressed", "true")
    expect(waits.line.locator(".plot")).to_be_hidden()
    assert (table.bounding_box() or {"height": 0})["height"] > 60
    waits.as_table(waits.line).click()
    expect(waits.line.locator(".plot")).to_be_visible()
    assert len(waits.bars()) == 1


def test_the_day_adds_up_in_its_figures_its_columns_and_its_table(station: Station, waits: WaitsPage) -> None:
    one, two, three = ring(station, "+447700900001", "+447700900002", "+447700900003")
    dj = station.ring(DJ_PHONE, "dj")
    station.wait_until_bridged(one, dj)
    station.hang_up(two)
    station.hang_up(dj)
    station.hang_up(three)
    wait_until(lambda: not station.app.status()["calls"] or station.hang_up(one))
    since = int(waits.page.evaluate("Date.now()") / 1000) - 4 * 3600 - 300
    day: dict[str, Any] = station.app.get(f"/day?from={since}").json()
    aired = sum(slot["aired"] for slot in day["slots"])
    assert day["gave_up"] >= 1
    assert aired >= 1
    expect(waits.figure("calls")).to_have_text(str(day["calls"]))
    expect(waits.figure("aired")).to_have_text(str(aired))
    expect(waits.figure("gave_up")).to_have_text(str(day["gave_up"]))
    assert sum(waits.columns("joined")) == day["calls"]
    assert sum(waits.columns("aired")) == aired
    assert sum(waits.columns("gave_up")) == day["gave_up"]
    slots = waits.slots()
    assert [sum(int(row[column]) for row in slots) for column in (1, 2, 3)] == [day["calls"], aired, day["gave_up"]]
    expect(waits.day.locator("[data-table=waits] tbody tr")).to_have_count(len(day["waits"]))
    label = waits.day.get_by_role("img").get_attribute("aria-label") or ""
    assert f"{day['gave_up']} gave up" in label


def test_the_day_goes_back_as_far_as_is_chosen(station: Station, waits: WaitsPage) -> None:
    asked: list[float] = []

    def note(request: Request) -> None:
        found = re.search(r"/day\?from=(\d+)", request.url)
        if found:
            asked.append(waits.page.evaluate("Date.now()") / 1000 - int(found[1]))

    ring(station, "+447700900001")
    waits.page.on("request", note)
    with waits.page.expect_response("**/day?*"):
        waits.page.get_by_role("radio", name="Last 24 hours").check()
    waits.page.get_by_role("radio", name="Last 4 hours").press("ArrowRight")
    assert any(24 * 3600 <= seconds <= 24 * 3600 + 301 for seconds in asked)


COUNT_DRAWINGS = """() => {
  const chart = Chart.getChart(document.querySelector("[data-strip=waits] canvas"));
  const { update } = chart;
  window.drawingsForTest = 0;
  chart.update = (...how) => {
    window.drawingsForTest += 1;
    update.apply(chart, how);
  };
}"""


def test_the_days_charts_are_drawn_again_only_when_the_day_has_changed(station: Station, waits: WaitsPage) -> None:
    ring(station, "+447700900001")
    day: dict[str, Any] = station.app.get(f"/day?from={int(time.time()) - 4 * 3600}").json()

    def ask(calls: int) -> None:
        waits.page.route("**/day*", lambda route: route.fulfill(json=day | {"calls": calls}))
        with waits.page.expect_response("**/day*"):
            waits.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(waits.figure("calls")).to_have_text(str(calls))

    ask(101)
    waits.page.evaluate(COUNT_DRAWINGS)
    ask(102)
    ask(103)
    assert waits.page.evaluate("window.drawingsForTest") == 0, "the charts do not show the figure"
    day["waits"][0]["wait_seconds"] += 60
    ask(104)
    assert waits.page.evaluate("window.drawingsForTest") == 1


def test_the_page_says_that_the_day_cannot_be_read_and_recovers(station: Station, waits: WaitsPage) -> None:
    waits.page.route("**/day*", lambda route: route.fulfill(status=503, body=json.dumps({"error": "No."})))
    waits.page.get_by_role("radio", name="Last 24 hours").check()
    expect(waits.day.get_by_text("The day cannot be read right now")).to_be_visible()
    waits.page.unroute("**/day*")
    waits.page.get_by_role("radio", name="Last 4 hours").check()
    expect(waits.day.get_by_text("The day cannot be read right now")).to_be_hidden()


def test_a_page_that_is_not_live_says_so(station: Station, waits: WaitsPage) -> None:
    waits.page.route("**/queue-status*", lambda route: route.abort())
    ring(station, "+447700900001")  # ends the request that is being held
    expect(waits.live).to_have_text(re.compile(r"^Not live since \d\d:\d\d:\d\d$"))
    waits.page.unroute("**/queue-status*")
    expect(waits.live).to_have_text("Live")
    waits.expect_callers(1)


def test_a_number_is_text_whatever_it_holds(station: Station, page: Page) -> None:
    evil = '<img src=x onerror="document.title=1"> & "quoted"'
    status = station.app.status()
    caller = {
        "call_sid": "CA" + "1" * 32,
        "position": 1,
        "stage": "waiting",
        "number": evil,
        "claimed": False,
        "joined_at": status["now"] - 60,
        "changed_at": status["now"] - 60,
        "moments": [["waiting", 0]],
        "wait_seconds": 60,
        "on_air_seconds": None,
        "leaving": False,
        "returned": False,
    }
    body = json.dumps({**status, "now": status["now"] + 5, "calls": [caller], "current_size": 1, "mark": "99.ok"})
    page.route("**/queue-status*", lambda route: route.fulfill(content_type="application/json", body=body))
    waits = WaitsPage(page, station.app.url)
    waits.open()
    waits.expect_callers(1)
    expect(waits.rows.locator("td").first).to_have_text(evil)
    assert page.locator("tbody img").count() == 0
