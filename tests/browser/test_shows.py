"""Scheduled shows on the pages: an admin plans one by keyboard, desk and listeners see it, and a press overrides it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from callin.rules.show_form import WEEKDAYS
from tests.browser.conftest import Cast
from tests.support.chromium import new_page
from tests.support.looks import complaints_in_every_look
from tests.support.pages import fill_in_sign_in
from tests.support.station import Station
from tests.support.visitors import REHEARSAL_PASSWORD, signed_in


def clear(studio: Station) -> None:
    admin = signed_in(studio.app.url, "admin")
    for key in re.findall(r"/shows/edit\?show=(\w+)", admin.get("/shows").text):
        page = admin.get(f"/shows/edit?show={key}").text
        admin.fill_in("/shows/edit", do="delete", **dict(re.findall(r'name="(key|seen)" value="([^"]*)"', page)))


@pytest.fixture
def admin(studio: Station, browser: Browser) -> Iterator[Page]:
    page = new_page(browser)
    page.goto(studio.app.url + "/sign-in?next=/shows")
    fill_in_sign_in(page, "admin", REHEARSAL_PASSWORD)
    yield page
    page.context.close()
    clear(studio)


def around_now(before: int = 60, after: int = 60) -> tuple[str, str]:
    """Times of day this many minutes before and after now, in UTC, the zone of this station."""
    now = datetime.now(UTC)
    return tuple(f"{now + timedelta(minutes=minutes):%H:%M}" for minutes in (-before, after))


def on_its_day(time_of_day: str) -> str:
    """A pattern of that time as the page says it: before midnight a time after it has its weekday."""
    return rf"(\w+day )?{time_of_day}"


def plan(page: Page, title: str, starts: str, ends: str, *, last_calls: str = "5") -> None:
    """Fills in the form of a new show, and saves it."""
    page.get_by_role("link", name="Add a show").click()
    page.get_by_label("Title").fill(title)
    for name in WEEKDAYS:
        page.get_by_label(name, exact=True).check()
    page.get_by_label("From", exact=True).first.fill(starts)
    page.get_by_label("To", exact=True).first.fill(ends)
    page.get_by_label("Last calls, minutes before the end").fill(last_calls)
    page.get_by_label("Topic, if there is one").fill("Bees & <wasps>")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_text("The show is saved.")).to_be_visible()


def test_an_admin_plans_a_show_and_everybody_sees_it(cast: Cast, admin: Page) -> None:
    starts, ends = around_now()
    assert complaints_in_every_look(admin) == [], "no shows"
    plan(admin, "Night Talk", starts, ends)
    expect(admin.get_by_text("The line is open. On now: Night Talk, about Bees & <wasps>")).to_be_visible()
    assert complaints_in_every_look(admin) == [], "a show"
    admin.get_by_role("link", name="Edit Night Talk").click()
    expect(admin.get_by_label("Title")).to_have_value("Night Talk")
    assert complaints_in_every_look(admin) == [], "the form of a show"

    desk = cast.desk()
    programme = desk.page.locator("[data-programme]")
    expect(programme).to_contain_text(re.compile(f"Night Talk Bees & <wasps> until {on_its_day(ends)}"))
    call = cast.call_page()
    expect(call.page.get_by_text(re.compile(r"^Night Talk: Bees & <wasps>, until "))).to_be_visible()
    assert complaints_in_every_look(call.page) == [], "/call during a show"


def test_a_press_overrides_the_schedule_until_the_show_ends(cast: Cast, admin: Page) -> None:
    starts, ends = around_now()
    plan(admin, "Night Talk", starts, ends)
    desk = cast.desk()
    programme = desk.page.locator("[data-programme]")
    by_schedule = desk.page.get_by_role("button", name="Follow the schedule")
    expect(by_schedule).to_be_hidden()
    desk.page.get_by_role("group", name="The line is").get_by_role("button", name="Closed").click()
    expect(programme).to_contain_text(re.compile(f"Set by hand until {on_its_day(ends)}: open or closed."))
    assert complaints_in_every_look(desk.page) == [], "overridden"
    call = cast.call_page()
    expect(call.page.get_by_text(re.compile("The line is closed. It opens .* for Night Talk."))).to_be_visible()

    by_schedule.press("Enter")
    desk.expect_words("The settings follow the schedule again.")
    expect(programme).not_to_contain_text("Set by hand")
    expect(call.page.get_by_text("The line is open. Nobody is waiting.")).to_be_visible()


def test_between_shows_the_next_one_is_named(cast: Cast, admin: Page) -> None:
    plan(admin, "Night Talk", *around_now(-60, 120))
    desk = cast.desk()
    expect(desk.page.locator("[data-programme]")).to_contain_text("No show is on. Next: Night Talk, ")
    expect(desk.page.get_by_text("The line takes no new callers.")).to_be_visible()
