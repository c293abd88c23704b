"""`/station`: what an admin changes there applies at once, to calls and pages, and after a restart."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from markupsafe import escape

from callin.accounts import Passwords
from callin.config import read
from callin.contracts import Record
from callin.station import Station
from callin.stores.sqlite import SqliteStore
from tests.support.calls import call_fields, new_call_sid
from tests.support.station import DJ_PHONE, App, new_environment, running_app
from tests.support.visitors import Visitor, signed_in
from tests.support.web import Answer

SPITEFUL = "<script>alert(1)</script>\"'\u202e evil\x07\x00\n=1+1]]>\u2028{{ 7*7 }} {number}"
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")

AS_IT_IS = {
    "STATION_NAME": "Radio Call-In",
    "STATION_VOICE": "en-US",
    "STATION_TIME_ZONE": "UTC",
    "CALL_WARNING_SECONDS": "0",
    "CALL_LIMIT_SECONDS": "0",
    "DESK_SOUND": "headset",
    "DJ_PHONES": "+447700900999\r\n+447700900997",  # browsers send lines so
    "RETENTION_DAYS": "365",
    "BLOCKED_CALLERS_HEAR": "busy",
    "DJ_PIN": "",
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with running_app(tmp_path_factory.mktemp("station-page"), DJ_PIN="4711") as app:
        yield app


@pytest.fixture
def admin(app: App) -> Iterator[Visitor]:
    admin = signed_in(app.url, "admin")
    yield admin
    assert save(admin).status == 200  # restores the page for the next test


def save(admin: Visitor, **changed: str) -> Answer:
    admin.get("/station")
    return admin.fill_in("/station", **{**AS_IT_IS, **changed})


def greeting(app: App) -> str:
    sid = new_call_sid()
    text = app.signed("/twiml/enqueue", call_fields(sid, From="+447700900123")).text
    app.signed("/twiml/status", call_fields(sid, From="+447700900123", CallStatus="completed"))
    return text


def keyed(app: App, number: str, pin: str) -> str:
    """What a new call from that number hears after this PIN."""
    fields = {"From": number, "To": app.environment["TWILIO_DJ_NUMBER"], "Digits": pin}
    return app.signed("/twiml/dequeue?pin-try=1", call_fields(new_call_sid(), **fields)).text


def test_nothing_is_changed_by_saving_what_is_there(app: App) -> None:
    assert "Nothing was changed." in save(signed_in(app.url, "admin")).text


def test_the_new_name_is_heard_and_seen_at_once_and_is_text_everywhere(app: App, admin: Visitor) -> None:
    assert "Saved." in save(admin, STATION_NAME="<b>Süd & West</b>").text
    assert "Süd &amp; West" in greeting(app)
    assert "&lt;b&gt;Süd &amp; West&lt;/b&gt;" in admin.get("/").text
    assert "<b>Süd" not in admin.get("/").text + admin.get("/station").text


def test_a_name_is_one_line_of_text_on_each_page_in_the_widget_and_in_calls(app: App, admin: Visitor) -> None:
    assert "Saved." in save(admin, STATION_NAME=SPITEFUL).text
    shown = "<script>alert(1)</script>\"' evil =1+1]]> {{ 7*7 }} {number}"
    assert "evil =1+1]]&gt;  7*7  number" in greeting(app), "braces are for values"
    stranger = Visitor(app.url)
    for page in (stranger.get("/call"), stranger.get("/sign-in"), stranger.get("/nowhere"), admin.get("/station")):
        assert str(escape(shown)) in page.text
        assert "<script>alert" not in page.text
        assert not UNSEEN.search(page.text)
    script = stranger.get("/widget.js").text
    assert json.dumps(f"Call {shown}") in script
    assert not UNSEEN.search(script)


def test_the_new_name_cannot_be_a_password(app: App, admin: Visitor) -> None:
    save(admin, STATION_NAME="Xylophone Quartz")
    admin.get("/account")
    new = "xylophone quartz 1"
    answer = admin.fill_in("/account", do="password", old="rehearsal", password=new, again=new)
    assert answer.status == 403
    assert "among the first that somebody would try" in answer.text


def test_times_are_typed_in_minutes(app: App, admin: Visitor) -> None:
    assert "Saved." in save(admin, CALL_WARNING_SECONDS="2,5", CALL_LIMIT_SECONDS="3").text
    page = admin.get("/").text
    assert 'data-call-warning-seconds="150"' in page
    assert 'data-call-limit-seconds="180"' in page
    assert 'value="2.5"' in admin.get("/station").text


def test_a_new_phone_and_pin_get_in_and_the_former_ones_do_not(app: App, admin: Visitor) -> None:
    new = "+447700900555"
    assert "Saved." in save(admin, DJ_PHONES=f"{new}\r\n", DJ_PIN="0258").text
    try:
        assert "0258" not in admin.get("/station").text
        assert "<Dial" in keyed(app, new, "0258")
        assert "<Dial" not in keyed(app, new, "4711")
        assert "<Gather" not in keyed(app, DJ_PHONE, "4711")
    finally:
        assert save(admin, DJ_PIN="4711").status == 200


def test_times_on_pages_are_in_the_stations_time_zone(app: App, admin: Visitor) -> None:
    save(admin, STATION_TIME_ZONE="Asia/Tokyo")
    admin.get("/callers")
    admin.fill_in("/callers", do="block", number="+447700900321")
    for _ in range(5):
        keyed(app, DJ_PHONE, "0000")
    for path in ("/callers?list=blocked", "/accounts", "/account", "/audit"):
        page = admin.get(path).text
        assert "JST</time>" in page, path
        assert "UTC</time>" not in page, path
    assert "may try its PIN again" in admin.fill_in("/accounts", do="unlock", key=DJ_PHONE).text


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"STATION_NAME": " "}, "The station’s name must not be empty."),
        ({"STATION_NAME": "\u202e"}, "The station’s name must not be empty."),
        ({"STATION_NAME": "x" * 81}, "The station’s name must have 80 characters at most, and it has 81."),
        ({"STATION_TIME_ZONE": "Mars/Base"}, "The time zone must be a time zone such as Europe/London"),
        ({"RETENTION_DAYS": "some"}, "The days that calls are kept must be a number of days"),
        ({"CALL_LIMIT_SECONDS": "soon"}, "The limit of a call must be 0 to 240 minutes."),
        ({"CALL_WARNING_SECONDS": "5", "CALL_LIMIT_SECONDS": "4"}, "The time to wrap up must be less than"),
        ({"DJ_PHONES": "020 7946 0100"}, "The DJs’ phones must be"),
        ({"DJ_PIN": "12"}, "The PIN must be"),
        ({"DESK_SOUND": "loud"}, "The sound of the desks must be"),
    ],
)
def test_a_wrong_value_is_told_by_its_name_and_nothing_is_changed(
    app: App, admin: Visitor, changed: dict[str, str], sentence: str
) -> None:
    answer = save(admin, **{"STATION_NAME": "Another", **changed})
    assert answer.status == 400
    assert sentence in answer.text
    assert "Radio Call-In" in greeting(app)


def test_a_restart_keeps_what_was_changed(app: App, admin: Visitor) -> None:
    save(admin, STATION_NAME="Radio Eins")
    app.end()
    app.start()
    assert "Radio Eins" in greeting(app)


def no_lines(_: list[str]) -> tuple[()]:
    """What the audit is told here."""
    return ()


class InterruptedStore(SqliteStore):
    """A store in which something else happens just before the next change."""

    meanwhile: Callable[[], object] | None = None

    def change_record(
        self, kind: type[Any], key: str, change: Callable[[Any | None], Any | None], also: Sequence[Record] = ()
    ) -> Any | None:
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile:
            meanwhile()
        return super().change_record(kind, key, change, also)


def test_what_another_admin_saves_at_the_same_moment_stays(tmp_path: Path) -> None:
    with closing(InterruptedStore(str(tmp_path / "line.sqlite"))) as store:
        settings = read(new_environment(tmp_path, 8080, 9100) | {"DJ_PIN": "4711"})
        one, other = (Station(store, time.time, settings, Passwords()) for _ in range(2))
        store.meanwhile = lambda: other.change({"STATION_TIME_ZONE": "Asia/Tokyo"}, no_lines)
        assert one.change({"STATION_NAME": "Radio Eins"}, no_lines)
        texts = one.texts()
        assert (texts["STATION_NAME"], texts["STATION_TIME_ZONE"]) == ("Radio Eins", "Asia/Tokyo")


def test_a_system_that_starts_no_thread_leaves_the_known_values(tmp_path: Path) -> None:
    def start(_: Callable[[], None]) -> None:
        raise RuntimeError("can't start new thread")

    with closing(SqliteStore(str(tmp_path / "line.sqlite"))) as store:
        station = Station(store, time.time, read(new_environment(tmp_path, 8080, 9100)), Passwords(), start)
        assert station.current().name == "Radio Call-In"


def test_phones_without_a_pin_are_refused(tmp_path: Path) -> None:
    with running_app(tmp_path, DJ_PHONES="", DJ_PIN="") as bare:
        answer = save(signed_in(bare.url, "admin"), DJ_PHONES="+447700900555")
        assert (answer.status, "need a PIN" in answer.text) == (400, True)


def test_phones_that_the_file_has_without_a_pin_keep_nothing_else_from_being_changed(tmp_path: Path) -> None:
    """Only a rehearsal starts with such a file."""
    with running_app(tmp_path) as rehearsal:
        answer = save(signed_in(rehearsal.url, "admin"), STATION_NAME="Radio Eins")
        assert (answer.status, "Saved." in answer.text) == (200, True)


def test_people_that_find_a_weakness_are_told_where_to_report_it(tmp_path: Path) -> None:
    with running_app(tmp_path, SECURITY_CONTACT="admin@station.example") as station:
        answer = station.get("/.well-known/security.txt")
        assert (answer.status, answer.headers.get_content_type()) == (200, "text/plain")
        assert "Contact: mailto:admin@station.example\n" in answer.text
        assert re.search(r"^Expires: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", answer.text, re.MULTILINE)
        assert "Radio Call-In 1." in signed_in(station.url, "dj").get("/help").text
