"""What callers hear about the schedule: when the line opens, the words of a show, until when calls are taken."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.support.calls import call_fields, new_call_sid
from tests.support.held_app import HeldApp, held_app
from tests.support.shows import TOKEN, at, save
from tests.support.visitors import Visitor
from tests.support.web import ask_signed

# WebOb dates its cookies so.
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")


def hear(app: HeldApp, number: str) -> str:
    """Somebody rings: what the document says."""
    sid = new_call_sid()
    answer = ask_signed(app.url, TOKEN, "/twiml/enqueue", call_fields(sid, From=number), send=app.send)
    assert answer.status == 200
    return " ".join(said.text or "" for said in ET.fromstring(answer.text).iter("Say"))  # noqa: S314 - ours


BUSY = "Thank you for calling Radio Call-In. All our lines are busy."

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


def test_a_caller_hears_that_a_show_goes_on_after_the_one_that_interrupts_it(app: HeldApp, admin: Visitor) -> None:
    save(admin)
    save(admin, title="News", starts="21:00", ends="21:15", last_calls_minutes="10", screened="")
    at(app, "21:08", 4)
    assert "The line is closed now. It opens today at 9:15 PM, for Night Talk." in hear(app, "+447700900150")


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
    assert heard[-1] == f"{BUSY} We take calls until 9:45 PM: please call again. Goodbye."


def test_a_caller_hears_the_end_of_the_show_where_a_desk_lets_callers_in_until_then(
    app: HeldApp, admin: Visitor
) -> None:
    save(admin, most_callers="1", last_calls_minutes="15")
    at(app, "21:50", 11)
    desk = app.visitor("dj")
    desk.ask("POST", "/token")
    assert desk.press("/desk/settings", {"opening": "open"}).status == 200
    heard = [hear(app, f"+4477009001{number}") for number in (34, 35)]
    assert heard[-1] == f"{BUSY} We take calls until 10 PM: please call again. Goodbye."


def test_a_caller_that_may_leave_a_message_hears_until_when_a_full_line_takes_calls(
    app: HeldApp, admin: Visitor
) -> None:
    save(admin, most_callers="1", last_calls_minutes="15")
    admin.get("/messages")
    assert admin.fill_in("/messages", do="settings", is_on="on", longest_seconds="60", keep_days="30").status == 200
    try:
        at(app, "20:30", 18)
        heard = [hear(app, f"+4477009001{number}") for number in (36, 37)]
    finally:
        admin.fill_in("/messages", do="settings", longest_seconds="60", keep_days="30")
    assert heard[-1] == f"{BUSY} We take calls until 9:45 PM. To leave a message, press 5. Goodbye."


@pytest.mark.parametrize(
    ("voice", "sentence"),
    [
        ("de-DE", "Es öffnet wieder heute um 20 Uhr, zur Sendung <Night> & Talk."),
        ("es-ES", "Vuelve a abrir hoy a las 20:00, con el programa <Night> & Talk."),
    ],
)
def test_a_caller_hears_it_in_the_stations_language(tmp_path: Path, voice: str, sentence: str) -> None:
    changes = {"STATION_TIME_ZONE": "Europe/London", "TWILIO_AUTH_TOKEN": TOKEN, "STATION_VOICE": voice}
    with held_app(tmp_path, **changes) as app:
        at(app, "12:00")
        save(app.visitor("admin"), title="<Night> & Talk")
        assert sentence in hear(app, "+447700900140")
