"""`/shows/edit`: admins add, change and delete shows; desks only read them."""

from __future__ import annotations

import re

import pytest

from callin.audit import AuditLine
from tests.support.held_app import HeldApp
from tests.support.shows import SHOW, at, edit, keys, opening, said, save, status
from tests.support.visitors import Visitor

# WebOb dates its cookies so.
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")


def test_dates_that_are_different_are_kept_and_shown(app: HeldApp, admin: Visitor) -> None:
    key = save(
        admin,
        **{"date-0": "2026-12-11", "what-0": "cancelled"},
        **{"date-1": "2026-12-09", "what-1": "times", "starts-1": "23:30", "ends-1": "00:30", "topic-1": "Wasps"},
        **{"date-5": "2026-12-07", "what-5": "usual", "topic-5": "Ants"},
    )
    page = said(admin.get("/shows"))
    assert "Today 20:00–22:00 Night Talk Ants" in page
    assert "Wednesday 9 December 23:30–00:30 Night Talk Wasps Extra" in page
    assert "Friday 11 December 20:00–22:00 Night Talk Not on" in page
    assert "3 changed dates" in page
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
    page = said(admin.get("/shows?deleted"))
    assert "The last show is deleted. The line stays as it is now, until a DJ opens or closes it." in page
    assert "The line is closed. No shows are scheduled" in page
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
    assert "Somebody else has changed this show in the meantime." in said(answer)
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
