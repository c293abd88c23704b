"""What the page of waits works out by itself: the parts of a bar, round axes, and five-minute slots in columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.support.chromium import new_page
from tests.support.station import App

CALL = """async ([file, name, args]) => (await import(`/static/waits/${file}.js`))[name](...args)"""


@pytest.fixture(scope="module")
def page(browser: Browser, app: App) -> Iterator[Page]:
    page = new_page(browser)
    page.goto(app.url + "/waits")
    yield page
    page.context.close()


def ask(page: Page, file: str, name: str, *args: Any) -> Any:
    """What a function of the page's modules returns."""
    return page.evaluate(CALL, [file, name, args])


def test_the_parts_of_a_bar_follow_each_other_from_the_moment_of_joining(page: Page) -> None:
    screened = {"joined_at": 1000, "moments": [["waiting", 1000], ["screening", 1020], ["ready", 1050]]}
    assert ask(page, "spans", "spansOf", screened, 1090) == [
        {"stage": "waiting", "from": 0, "to": 20},
        {"stage": "screening", "from": 20, "to": 50},
        {"stage": "ready", "from": 50, "to": 90},
    ]


def test_a_returned_callers_bar_has_the_air_in_its_middle(page: Page) -> None:
    returned = {"joined_at": 1000, "moments": [["waiting", 1000], ["on_air", 1060], ["waiting", 1090]]}
    parts = ask(page, "spans", "spansOf", returned, 1100)
    assert [(part["stage"], part["from"], part["to"]) for part in parts] == [
        ("waiting", 0, 60),
        ("on_air", 60, 90),
        ("waiting", 90, 100),
    ]


def test_a_clock_that_is_behind_makes_no_bar_run_backwards(page: Page) -> None:
    caller = {"joined_at": 1000, "moments": [["waiting", 1000], ["ready", 1010]]}
    parts = ask(page, "spans", "spansOf", caller, 1005)
    assert [(part["from"], part["to"]) for part in parts] == [(0, 10), (10, 10)]


@pytest.mark.parametrize(
    ("longest", "most", "step", "end"),
    [(0, 6, 10, 60), (61, 6, 15, 63.75), (610, 6, 120, 630), (610, 4, 300, 675), (7200, 6, 1800, 7200)],
)
def test_an_axis_of_waits_has_round_steps_and_holds_the_longest(
    page: Page, longest: float, most: int, step: float, end: float
) -> None:
    assert ask(page, "axis", "durationAxis", longest, most) == {"step": step, "max": end}


@pytest.mark.parametrize(("most", "end"), [(0, 2), (1, 2), (3, 4), (5, 6), (9, 10), (21, 30), (203, 300), (1001, 1200)])
def test_an_axis_of_counts_ends_on_a_round_number_whose_half_is_whole(page: Page, most: int, end: int) -> None:
    assert ask(page, "axis", "evenCount", most) == end


def test_columns_are_five_minutes_wide_where_there_is_room_and_lose_no_call(page: Page) -> None:
    hours, day = 4 * 3600, 24 * 3600
    assert ask(page, "axis", "columnSeconds", hours, 300) == 300
    assert ask(page, "axis", "columnSeconds", day, 1150) == 300
    assert ask(page, "axis", "columnSeconds", day, 300) == 1800
    slots = [{"at": 300 * n, "joined": n, "aired": 1, "gave_up": 0} for n in range(10)]
    columns = ask(page, "axis", "columnsOf", slots, 0, 3000, 900)
    assert [column["joined"] for column in columns] == [3, 12, 21, 9]
    assert sum(column["aired"] for column in columns) == 10
