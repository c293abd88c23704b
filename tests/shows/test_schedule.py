"""`/shows` lists the schedule, and the line follows it: on the real app, with a clock that the test moves."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.held_app import HeldApp, held_app
from tests.support.shows import at, opening, said, save, status
from tests.support.visitors import Visitor

# WebOb dates its cookies so.
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")


def test_without_a_schedule_the_line_is_as_a_dj_sets_it(app: HeldApp, admin: Visitor) -> None:
    page = said(admin.get("/shows"))
    assert "No shows are scheduled: the line opens and closes when a DJ says so." in page
    assert "Times are in Europe/London." in page
    assert status(app)["programme"] is None


def test_a_saved_show_opens_and_closes_the_line(app: HeldApp, admin: Visitor) -> None:
    save(admin)
    found = []
    for time in ("19:59", "20:00", "21:50", "22:00"):
        at(app, time)
        found.append(opening(app))
    assert found == ["closed", "open", "last_calls", "closed"]
    at(app, "20:00")
    shown = status(app)
    assert (shown["show"]["screened"], shown["show"]["most_callers"]) == (True, 7)
    assert (shown["programme"]["on"]["title"], shown["programme"]["on"]["topic"]) == ("Night Talk", "Bees")


def test_the_page_says_what_is_on_and_what_comes(app: HeldApp, admin: Visitor) -> None:
    save(admin)
    page = said(admin.get("/shows"))
    assert "The line is closed. Next: Night Talk, 20:00." in page
    assert "Today 20:00–22:00 Night Talk Bees Friday 11 December 20:00–22:00 Night Talk Bees" in page
    assert "Monday, Friday, 20:00–22:00" in page
    at(app, "20:30")
    page = said(admin.get("/shows"))
    assert "The line is open. On now: Night Talk, about Bees, until 22:00. Next: Night Talk, Friday at 20:00." in page


def test_a_press_is_told_with_its_end_and_the_schedule_can_decide_again(app: HeldApp, admin: Visitor) -> None:
    save(admin)
    at(app, "20:30")
    desk = app.visitor("dj")
    desk.ask("POST", "/token")
    assert desk.press("/desk/settings", {"opening": "closed"}).status == 200
    assert opening(app) == "closed"
    assert "A desk has set this by hand. It holds until 22:00; then the schedule applies again." in said(
        admin.get("/shows")
    )
    for body in ({"by_schedule": False}, {"by_schedule": True, "whisper": True}):
        assert desk.press("/desk/settings", body).status == 400
    answer = desk.press("/desk/settings", {"by_schedule": True})
    assert (answer.status, answer.json()["sentence"]) == (200, "The settings follow the schedule again.")
    assert opening(app) == "open"


def test_overlapping_shows_are_pointed_out(app: HeldApp, admin: Visitor) -> None:
    save(admin)
    save(admin, title="News", starts="21:00", ends="21:15", last_calls_minutes="0")
    assert "Night Talk Bees News is on from 21:00" in said(admin.get("/shows"))
    at(app, "21:05")
    assert status(app)["programme"]["on"]["title"] == "News"
    at(app, "21:20")
    assert status(app)["programme"]["on"]["title"] == "Night Talk"


def test_the_times_are_those_of_the_stations_zone(app: HeldApp, admin: Visitor) -> None:
    save(admin)
    at(app, "20:30", 28 * 7)  # a Monday in June: it is 21:30 in London
    assert opening(app) == "open"
    at(app, "21:30", 28 * 7)
    assert opening(app) == "closed"


def test_the_schedule_survives_a_restart(tmp_path: Path) -> None:
    with held_app(tmp_path, STATION_TIME_ZONE="Europe/London") as first:
        at(first, "12:00")
        save(first.visitor("admin"))
    with held_app(tmp_path, STATION_TIME_ZONE="Europe/London") as again:
        at(again, "20:30")
        assert opening(again) == "open"
