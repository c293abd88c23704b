"""A show from schedule to close with nobody at a keyboard but the DJ."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.evening import MINUTE, Evening, running_evening
from tests.support.presses import DeskBrowser
from tests.support.shows import edit

# WebOb dates its cookies so.
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")


@pytest.fixture
def evening(tmp_path: Path) -> Iterator[Evening]:
    with running_evening(tmp_path) as evening:
        yield evening


def at_minute(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%H:%M}"


def plan(evening: Evening) -> tuple[float, float]:
    """An admin has planned the show days before, on the page Shows: an hour, on each weekday. Its start and end."""
    starts = evening.clock.now // MINUTE * MINUTE + 10 * MINUTE
    ends = starts + 60 * MINUTE
    show = {"title": "Night Talk", "topic": "Bees", "words": "Tonight we talk about bees."}
    show |= {"starts": at_minute(starts), "ends": at_minute(ends), "last_calls_minutes": "10", "most_callers": "3"}
    show |= {f"weekday-{day}": "on" for day in range(7)}
    assert edit(evening.station.app.new_visitor("admin"), **show).status == 303
    return starts, ends


def test_a_show_from_schedule_to_close_with_nobody_at_a_keyboard_but_the_dj(evening: Evening) -> None:
    starts, ends = plan(evening)
    station, app = evening.station, evening.station.app

    early = evening.ends(station.ring("+447700900101"))
    assert "The line is closed now. It opens " in early
    assert "for Night Talk. Please call again then. Goodbye." in early

    evening.until(starts)
    page = DeskBrowser(app)
    leg = station.ring(f"client:{page.identity}", app.environment["TWILIO_APP_SID"])
    station.until(lambda: page.desk["leg"] == leg, "the desk is not connected")
    status = app.status()
    assert (status["show"]["opening"], status["programme"]["on"]["topic"]) == ("open", "Bees")

    first = station.ring("+447700900110")
    station.wait_until_bridged(leg, first)
    assert "Tonight we talk about bees." in station.heard(first)
    second = station.ring("+447700900111")
    station.wait_until_queued(second)  # before the next one rings, so that the order is certain
    third = station.ring("+447700900112")
    station.wait_until_queued(third)
    evening.pass_(5 * MINUTE)
    assert page.next().status == 200
    station.wait_until_bridged(leg, second)
    assert evening.ends(first).endswith("Thank you for calling. Goodbye.")

    evening.until(ends - 10 * MINUTE)
    assert app.status()["show"]["opening"] == "last_calls"
    late = evening.ends(station.ring("+447700900120"))
    assert "The line is closed now. It opens " in late
    assert station.is_waiting(third), "callers that wait at last calls can still come on"

    evening.until(ends)
    assert app.status()["show"]["opening"] == "closed"
    thanked = evening.ends(third)
    assert "The line is closed now. It opens " in thanked
    assert thanked.endswith("for Night Talk. Please call again then. Goodbye.")
    assert station.are_bridged(leg, second), "nobody is cut off on the air"
    assert page.drop().status == 200
    assert evening.ends(second).endswith("Thank you for calling. Goodbye.")
    assert app.status()["calls"] == []
    outcomes = {row["call_sid"]: row["outcome"] for row in app.status()["left"]}
    assert outcomes == {first: "aired", second: "dropped"}


def test_a_dj_who_goes_on_talking_keeps_the_line_open_by_hand(evening: Evening) -> None:
    starts, ends = plan(evening)
    station, app = evening.station, evening.station.app
    evening.until(starts)
    page = DeskBrowser(app)
    evening.until(ends)
    assert app.status()["show"]["opening"] == "closed"
    assert page.set(opening="open").status == 200
    caller = station.ring("+447700900130")
    station.wait_until_queued(caller)
    assert "Night Talk" not in station.heard(caller)
    evening.pass_(60 * MINUTE)
    assert app.status()["programme"]["pressed"] == ["opening"]
    assert station.is_waiting(caller)
