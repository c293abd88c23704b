"""`/shows`: admins schedule shows, desks read them, and the line follows: on the real app, with a clock in hand."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from callin.audit import AuditLine
from callin.model import SCHEDULE, Schedule
from tests.support.calls import call_fields, new_call_sid
from tests.support.held_app import HeldApp, held_app
from tests.support.visitors import Visitor
from tests.support.web import Answer, ask_signed

# WebOb dates its cookies so.
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")

SHOW = {
    "title": "Night Talk",
    "weekday-0": "on",
    "weekday-4": "on",
    "starts": "20:00",
    "ends": "22:00",
    "topic": "Bees",
    "words": "Tonight we talk about bees.",
    "last_calls_minutes": "10",
    "most_callers": "7",
    "screened": "on",
}
TOKEN = "0123456789abcdef" * 2
MONDAY = datetime(2026, 12, 7, tzinfo=UTC).timestamp()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HeldApp]:
    changes = {"STATION_TIME_ZONE": "Europe/London", "TWILIO_AUTH_TOKEN": TOKEN}
    with held_app(tmp_path_factory.mktemp("shows"), **changes) as app:
        app.clock.now = MONDAY
        yield app


@pytest.fixture
def app(shared: HeldApp) -> HeldApp:
    at(shared, "12:00")
    schedule = shared.store.record(Schedule, SCHEDULE) or Schedule()
    for show in schedule.shows:
        edit(shared.visitor("admin"), "delete", show.key)
    return shared


@pytest.fixture
def admin(app: HeldApp) -> Visitor:
    return app.visitor("admin")


def at(app: HeldApp, time: str, days: int = 0) -> None:
    hours, minutes = map(int, time.split(":"))
    app.clock.now = MONDAY + 86400 * days + 3600 * hours + 60 * minutes


def edit(admin: Visitor, do: str = "save", key: str = "", **texts: str) -> Answer:
    """Fills in the form as a person does, and sends it."""
    page = admin.get("/shows/edit" + (f"?show={key}" if key else ""))
    assert page.status == 200, page.text
    fields = dict(re.findall(r'name="(key|seen)" value="([^"]*)"', page.text))
    return admin.fill_in("/shows/edit", **fields, do=do, **texts)


def save(admin: Visitor, **texts: str) -> str:
    """Saves a show: its key."""
    answer = edit(admin, **(SHOW | texts))
    assert (answer.status, answer.headers["Location"]) == (303, f"{admin.url}/shows?saved"), said(answer)
    return keys(admin)[-1]


def keys(admin: Visitor) -> list[str]:
    return re.findall(r"/shows/edit\?show=(\w+)", admin.get("/shows").text)


def said(answer: Answer) -> str:
    return " ".join(html.unescape(re.sub("<[^>]+>", " ", answer.text)).split())


def hear(app: HeldApp, number: str) -> str:
    """Somebody rings: what the document says."""
    sid = new_call_sid()
    answer = ask_signed(app.url, TOKEN, "/twiml/enqueue", call_fields(sid, From=number), send=app.send)
    assert answer.status == 200
    return " ".join(said.text or "" for said in ET.fromstring(answer.text).iter("Say"))  # noqa: S314 - ours


def status(app: HeldApp, name: str = "dj") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(app.visitor(name).get("/queue-status").text)
    return found


def opening(app: HeldApp) -> str:
    return str(status(app)["show"]["opening"])


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
    assert "A desk has set this by hand. It holds until 22:00, and then the schedule decides again." in said(
        admin.get("/shows")
    )
    for body in ({"by_schedule": False}, {"by_schedule": True, "whisper": True}):
        assert desk.press("/desk/settings", body).status == 400
    answer = desk.press("/desk/settings", {"by_schedule": True})
    assert (answer.status, answer.json()["sentence"]) == (200, "The schedule decides again.")
    assert opening(app) == "open"


def test_dates_that_are_different_are_kept_and_shown(app: HeldApp, admin: Visitor) -> None:
    key = save(
        admin,
        **{"date-0": "2026-12-11", "what-0": "cancelled"},
        **{"date-1": "2026-12-09", "what-1": "times", "starts-1": "23:30", "ends-1": "00:30", "topic-1": "Wasps"},
        **{"date-5": "2026-12-07", "what-5": "usual", "topic-5": "Ants"},
    )
    page = said(admin.get("/shows"))
    assert "Today 20:00–22:00 Night Talk Ants" in page
    assert "Wednesday 09 December 23:30–00:30 Night Talk Wasps Extra" in page
    assert "Friday 11 December 20:00–22:00 Night Talk Not on" in page
    assert "3 dates with a difference" in page
    at(app, "00:15", 3)
    assert "On now: Night Talk, about Wasps, until 00:30." in said(app.visitor("dj").get("/shows"))
    at(app, "12:00")
    form = admin.get(f"/shows/edit?show={key}").text
    assert re.findall(r'name="date-(\d)" type="date" value="([\d-]*)"', form) == [
        ("0", "2026-12-07"),
        ("1", "2026-12-09"),
        ("2", "2026-12-11"),
        ("3", ""),
        ("4", ""),
    ]
    assert edit(admin, "save", key, **SHOW, **{"date-0": "2026-12-07", "remove-0": "on"}).status == 303
    assert "dates with" not in said(admin.get("/shows"))


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


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        ({"title": " "}, "Give the show a title."),
        ({"title": "x" * 81}, "The title can have 80 characters at most. It has 81."),
        ({"starts": "8pm"}, "The start must be a time such as 19:30."),
        ({"ends": "24:00"}, "The end must be a time such as 19:30."),
        ({"ends": ""}, "Say when the show starts and ends."),
        ({"ends": "20:00"}, "A show cannot end at the time at which it starts."),
        ({"last_calls_minutes": "120"}, "Last calls must be shorter than the show."),
        ({"last_calls_minutes": "-1"}, "The minutes of last calls must be a whole number from 0 to 120."),
        ({"most_callers": "many"}, "The most callers in line must be a whole number from 0 to 5000."),
        ({"weekday-0": "", "weekday-4": ""}, "Choose a weekday, or add a date with times of its own"),
        ({"date-0": "24.12.2026"}, "“24.12.2026” is not a date. Write it as 2026-12-24."),
        ({"date-0": "2026-02-30"}, "“2026-02-30” is not a date."),
        ({"date-0": "2026-12-24", "what-0": "times"}, "On 2026-12-24, say when the show starts and ends."),
        (
            {"date-0": "2026-12-24", "what-0": "times", "starts-0": "5", "ends-0": "6:00"},
            "The start on 2026-12-24 must be a time such as 19:30.",
        ),
        (
            {"date-0": "2026-12-24", "what-0": "cancelled", "date-1": "2026-12-24"},
            "2026-12-24 is named twice. Name each date once.",
        ),
    ],
)
def test_a_form_that_cannot_be_used_says_why_and_keeps_what_was_typed(
    app: HeldApp, admin: Visitor, texts: dict[str, str], sentence: str
) -> None:
    answer = edit(admin, **(SHOW | texts))
    assert answer.status == 400
    assert sentence in said(answer)
    assert "Tonight we talk about bees." in answer.text
    assert keys(admin) == []


def test_a_time_may_be_typed_without_the_leading_zero(app: HeldApp, admin: Visitor) -> None:
    save(admin, starts="9:30", ends="11:00")
    assert "09:30–11:00" in said(admin.get("/shows"))


def test_a_show_is_deleted_and_the_line_stays_as_it_is(app: HeldApp, admin: Visitor) -> None:
    key = save(admin)
    answer = edit(admin, "delete", key)
    assert (answer.status, answer.headers["Location"]) == (303, f"{admin.url}/shows?deleted")
    assert "The show is deleted." in said(admin.get("/shows?deleted"))
    assert opening(app) == "closed"
    assert admin.get(f"/shows/edit?show={key}").status == 404


def test_an_admin_does_not_undo_what_another_has_changed_meanwhile(app: HeldApp, admin: Visitor) -> None:
    key = save(admin)
    other = app.visitor("admin")
    page = other.get(f"/shows/edit?show={key}").text
    fields = dict(re.findall(r'name="(key|seen)" value="([^"]*)"', page))
    assert edit(admin, "save", key, **(SHOW | {"topic": "Wasps"})).status == 303
    answer = other.fill_in("/shows/edit", **fields, **(SHOW | {"topic": "Ants"}))
    assert answer.status == 409
    assert "Somebody else has changed this show meanwhile." in said(answer)
    assert 'value="Ants"' in answer.text
    assert "Wasps" in admin.get("/shows").text


def test_djs_read_and_only_admins_change(app: HeldApp, admin: Visitor) -> None:
    key = save(admin)
    dj = app.visitor("dj")
    page = dj.get("/shows").text
    assert "Night Talk" in page
    assert "/shows/edit" not in page
    assert dj.get(f"/shows/edit?show={key}").status == 403
    assert dj.fill_in("/shows/edit", key=key, do="delete").status == 403
    assert app.visitor("screener").get("/shows").status == 403
    assert app.stranger().get("/shows").status == 303


def test_the_audit_tells_who_changed_a_show(app: HeldApp, admin: Visitor) -> None:
    key = save(admin, title="Audited")
    at(app, "12:01")
    edit(admin, "save", key, **(SHOW | {"title": "Audited", "topic": "Wasps"}))
    at(app, "12:02")
    edit(admin, "delete", key)
    lines = [line for line in app.store.records(AuditLine) if "“Audited”" in line.what]
    assert [line.what for line in lines] == [
        "deleted the show “Audited”",
        "changed the show “Audited”",
        "added the show “Audited”",
    ]
    assert {(line.who, line.title) for line in lines} == {("admin", "Settings")}


NASTY = "<script>alert(1)</script>\"' =1+1 \u202eevil\x00 {{ 7*7 }}"


def test_what_an_admin_types_is_shown_as_text(app: HeldApp, admin: Visitor) -> None:
    key = save(admin, title=NASTY, topic=NASTY, words=NASTY)
    for page in (admin.get("/shows"), admin.get(f"/shows/edit?show={key}")):
        assert "<script>alert" not in page.text
        assert "\u202e" not in page.text
        assert "\x00" not in page.text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    at(app, "20:30")
    assert status(app)["programme"]["on"]["title"] == "<script>alert(1)</script>\"' =1+1 evil {{ 7*7 }}"


def test_the_schedule_survives_a_restart(tmp_path: Path) -> None:
    with held_app(tmp_path, STATION_TIME_ZONE="Europe/London") as first:
        at(first, "12:00")
        save(first.visitor("admin"))
    with held_app(tmp_path, STATION_TIME_ZONE="Europe/London") as again:
        at(again, "20:30")
        assert opening(again) == "open"


# What callers hear

OPENS = {
    "12:00": "today at 8 PM",
    "22:30": "on Friday at 8 PM",
}


@pytest.mark.parametrize("time", OPENS)
def test_a_caller_hears_when_the_line_opens_again(app: HeldApp, admin: Visitor, time: str) -> None:
    save(admin)
    at(app, time)
    assert hear(app, f"+4477009001{time[:2]}") == (
        f"Thank you for calling Radio Call-In. The line is closed now. It opens {OPENS[time]}, for Night Talk. "
        "Please call again then. Goodbye."
    )


def test_a_caller_hears_of_a_show_weeks_ahead_by_its_date(app: HeldApp, admin: Visitor) -> None:
    once = {"weekday-0": "", "weekday-4": "", "date-0": "2026-12-24", "what-0": "times"}
    save(admin, **once, **{"starts-0": "00:00", "ends-0": "00:30"})
    assert "It opens on Thursday, December 24, at midnight, for Night Talk." in hear(app, "+447700900120")


def test_a_caller_hears_the_words_of_the_show(app: HeldApp, admin: Visitor) -> None:
    save(admin, words="Tonight we talk about <bees> & {station}.")
    at(app, "20:05")
    assert hear(app, "+447700900121") == (
        "Thank you for calling Radio Call-In. Your call may be broadcast and recorded. Please turn your radio down. "
        "Tonight we talk about <bees> & {station}."
    )


def test_a_caller_hears_until_when_a_full_line_takes_calls(app: HeldApp, admin: Visitor) -> None:
    save(admin, most_callers="1", last_calls_minutes="15")
    at(app, "20:30", 4)
    heard = [hear(app, f"+4477009001{number}") for number in (31, 32, 33)]
    assert heard[-1] == "All our lines are busy. We take calls until 9:45 PM: please call again. Goodbye."


@pytest.mark.parametrize(
    ("voice", "sentence"),
    [
        ("de-DE", "Es öffnet heute um 20 Uhr, zur Sendung <Night> & Talk."),
        ("es-ES", "Abre hoy a las 20:00, para el programa <Night> & Talk."),
    ],
)
def test_a_caller_hears_it_in_the_stations_language(tmp_path: Path, voice: str, sentence: str) -> None:
    changes = {"STATION_TIME_ZONE": "Europe/London", "TWILIO_AUTH_TOKEN": TOKEN, "STATION_VOICE": voice}
    with held_app(tmp_path, **changes) as app:
        at(app, "12:00")
        save(app.visitor("admin"), title="<Night> & Talk")
        assert sentence in hear(app, "+447700900140")
