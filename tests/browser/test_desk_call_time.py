"""The clock of a call on the air: at the station's own times it says so, and nobody is cut off."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import DJ_HZ, Cast
from tests.support.chromium import new_page
from tests.support.line_status import FakeLine, a_status, on_the_air
from tests.support.looks import complaints_in_every_look
from tests.support.pages import DeskPage
from tests.support.station import Station, running_station

TIMING = """async ([seconds, warning, limit]) => {
  const { timingOf } = await import("/static/desk/call-time.js");
  return timingOf(seconds, { warning, limit });
}"""
LOOKS_OF_THE_CLOCK = """() => ["air-clock", "timing"].map((part) => {
  const style = getComputedStyle(document.querySelector(`[data-part-of-desk="${part}"]`));
  return [style.borderBottomStyle, style.backgroundColor].join();
}).join()"""


@pytest.fixture(scope="module")
def strict_station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    """A station whose calls are short: five seconds until the warning, nine at most."""
    folder: Path = tmp_path_factory.mktemp("strict")
    times = {"CALL_WARNING_SECONDS": "5", "CALL_LIMIT_SECONDS": "9"}
    with running_station(folder, DESK_SOUND="studio", **times) as station:
        yield station


@pytest.fixture
def strict_cast(strict_station: Station, cast: Cast) -> Iterator[Cast]:
    strict = replace(cast, station=strict_station)
    yield strict
    strict_station.reset()


def show_on_the_air(desk: DeskPage, seconds: float) -> None:
    """The page of a telephone's desk, with somebody on the air for so long."""
    call = on_the_air("001", seconds=seconds)
    FakeLine(desk.page, a_status(call, desk={"leg": "CA" + "9" * 32, "leg_by": "a phone", "on_air": call["call_sid"]}))
    desk.open()
    desk.refresh()
    desk.expect_air_state("elsewhere")


def test_the_clock_says_when_it_is_time_and_when_it_is_over_and_the_call_goes_on(strict_cast: Cast) -> None:
    [first] = strict_cast.waiting("+447700900001")
    desk = strict_cast.desk()
    desk.connect()
    desk.expect_on_air_with("001")
    plain = desk.page.evaluate(LOOKS_OF_THE_CLOCK)
    expect(desk.timing).to_have_text("Time to wrap up")
    soon = desk.page.evaluate(LOOKS_OF_THE_CLOCK)
    expect(desk.timing).to_have_text("Over time")
    over = desk.page.evaluate(LOOKS_OF_THE_CLOCK)
    assert len({plain, soon, over}) == 3, "each looks different"
    strict_cast.caller_hears(first, DJ_HZ)
    desk.expect_on_air_with("001")
    desk.hang_up()
    desk.expect_words("You hung up")
    expect(desk.timing).to_have_text("")


def test_a_station_that_sets_no_times_is_told_none(cast: Cast) -> None:
    desk = cast.new_desk()
    show_on_the_air(desk, 13_000)
    expect(desk.timing).to_have_text("")


def test_either_time_may_be_left_out(cast: Cast) -> None:
    desk = cast.new_desk()
    desk.open()
    for seconds, warning, limit, timing in (
        (179, 180, 300, ""),
        (180, 180, 300, "soon"),
        (300, 180, 300, "over"),
        (9999, 0, 0, ""),
        (200, 180, 0, "soon"),
        (299, 0, 300, ""),
        (300, 0, 300, "over"),
    ):
        assert desk.page.evaluate(TIMING, [seconds, warning, limit]) == timing, (seconds, warning, limit)


@pytest.mark.parametrize(("seconds", "words"), [(6, "Time to wrap up"), (5000, "Over time")])
def test_the_clock_is_accessible_and_fits(
    strict_station: Station, dj_browser: Browser, seconds: float, words: str
) -> None:
    page = new_page(dj_browser)
    page.clock.set_fixed_time(time.time() * 1000)  # the time is up neither sooner nor later
    desk = DeskPage(page, strict_station.app.url)
    try:
        show_on_the_air(desk, seconds)
        expect(desk.timing).to_have_text(words)
        assert complaints_in_every_look(page) == []
    finally:
        page.context.close()
