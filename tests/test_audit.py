"""`/audit`: every press that an admin or a desk makes on accounts, callers and settings leaves a line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from callin.audit import Act, Audit, Filter
from callin.stores.sqlite import SqliteStore
from callin.web.station import cell
from tests.support.calls import call_fields, new_call_sid
from tests.support.clock import HeldClock
from tests.support.station import App, running_app
from tests.support.visitors import Visitor, signed_in

NUMBER = "+447700900321"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with running_app(tmp_path_factory.mktemp("audit"), STATION_TIME_ZONE="America/New_York") as app:
        yield app


@pytest.fixture(scope="module")
def admin(app: App) -> Visitor:
    visitor = signed_in(app.url, "admin")
    visitor.ask("POST", "/token")
    visitor.ask("POST", "/screener/token")
    return visitor


def lines(admin: Visitor, **wanted: str) -> list[dict[str, str]]:
    answer = admin.get(f"/audit.csv?{urlencode(wanted)}")
    assert answer.headers["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig"))))


def whats(admin: Visitor, **wanted: str) -> list[str]:
    return [line["what"] for line in lines(admin, **wanted)]


@pytest.fixture
def call(app: App) -> Iterator[str]:
    sid = new_call_sid()
    app.signed("/twiml/enqueue", call_fields(sid, From=NUMBER))
    yield sid
    app.signed("/twiml/status", call_fields(sid, CallStatus="completed"))


def test_signing_in_and_out_and_a_wrong_password_leave_lines(app: App, admin: Visitor) -> None:
    visitor = signed_in(app.url, "screener")
    visitor.fill_in("/sign-out")
    assert whats(admin, who="screener", kind="sign-in")[:2] == ["signed out", "signed in"]
    Visitor(app.url).sign_in("Screener", "not the password")
    line = lines(admin, who="screener", kind="refusal")[0]
    assert line["what"] == "was not signed in: wrong password"
    assert line["from"] == "127.0.0.1"
    assert line["time"].endswith(("-05:00", "-04:00")), "in the station's zone"


def test_an_unknown_name_is_not_written_down(app: App, admin: Visitor) -> None:
    Visitor(app.url).sign_in("my-secret-password", "x")
    assert "tried an unknown name" in whats(admin, kind="refusal")
    assert "my-secret" not in admin.get("/audit.csv").text


@pytest.mark.parametrize(
    ("fields", "kind", "what"),
    [
        ({"do": "invite", "role": "dj"}, "account", "invited a new dj"),
        ({"do": "role", "key": "dj", "role": "screener"}, "account", "made dj a screener"),
        ({"do": "role", "key": "dj", "role": "admin"}, "account", "made dj an admin"),
        ({"do": "role", "key": "dj", "role": "dj"}, "account", "made dj a dj"),
        ({"do": "end", "key": "dj"}, "account", "signed dj out"),
        ({"do": "disable", "key": "dj"}, "account", "disabled dj"),
        ({"do": "enable", "key": "dj"}, "account", "let dj sign in again"),
        ({"do": "disable", "key": "admin"}, "refusal", "was refused on the accounts page: You cannot"),
        ({"do": "unlock", "key": "+447700900999"}, "refusal", "was refused on the accounts page: That phone"),
    ],
)
def test_each_press_on_the_accounts_page_leaves_a_line(
    admin: Visitor, fields: dict[str, str], kind: str, what: str
) -> None:
    admin.get("/accounts")
    admin.fill_in("/accounts", **fields)
    assert whats(admin, who="admin", kind=kind)[0].startswith(what)


def test_a_new_account_and_its_password_leave_lines(app: App, admin: Visitor) -> None:
    admin.get("/accounts")
    link = re.search(r'value="(http[^"]+)"', admin.fill_in("/accounts", do="invite", role="dj").text)
    assert link
    path = link[1].removeprefix(app.url).replace("#", "?")
    visitor = Visitor(app.url)
    visitor.get(path)
    visitor.fill_in(path, name="Anna", password="correct horse battery", again="correct horse battery")
    visitor.get("/account")
    new = "battery correct horse"
    visitor.fill_in("/account", do="password", old="correct horse battery", password=new, again=new)
    visitor.fill_in("/account", do="end")
    assert whats(admin, who="Anna") == [
        "signed out everywhere else",
        "changed their own password",
        "made this account with an invitation",
    ]


def test_presses_on_callers_leave_lines_with_masked_numbers(admin: Visitor, call: str) -> None:
    admin.press("/caller/standing", {"call_sid": call, "standing": "vip"})
    admin.press("/caller/standing", {"call_sid": call, "standing": ""})
    admin.get(f"/caller?call_sid={call}")
    admin.get(f"/callers?call_sid={call}")
    admin.fill_in("/callers", do="search", text="07700 900321")
    admin.fill_in("/callers", do="search", text="ann 07700 900321")
    admin.fill_in("/callers", do="block", number=NUMBER)
    found = re.search(r'name="id" value="([^"]+)"', admin.get("/callers?list=blocked").text)
    assert found
    admin.fill_in("/callers", do="off", id=found[1])
    admin.fill_in("/callers", do="delete-now", id=found[1])
    assert whats(admin, kind="list")[:4] == [
        "took •••321 off the lists",
        "blocked •••321",
        "took •••321 off the lists",
        "made •••321 a VIP",
    ]
    assert whats(admin, kind="deletion") == ["deleted the caller •••321"]
    searches = [what for what in whats(admin, kind="search") if "searched" in what]
    assert searches == [
        "searched the callers for “ann ••••• •••321”",
        "searched the callers for “••••• •••321”",
    ]
    assert "saw •••321 in full" in whats(admin, kind="numbers")
    assert "900321" not in admin.get("/audit").text + admin.get("/audit.csv").text


def test_a_withheld_number_is_not_seen_in_full(app: App, admin: Visitor) -> None:
    sid = new_call_sid()
    app.signed("/twiml/enqueue", call_fields(sid, From="anonymous"))
    assert admin.get(f"/caller?call_sid={sid}").json()["number"] == "withheld"
    app.signed("/twiml/status", call_fields(sid, From="anonymous", CallStatus="completed"))
    assert not any("withheld" in what for what in whats(admin, kind="numbers"))


def test_a_verdict_that_blocks_leaves_a_line(admin: Visitor, call: str) -> None:
    before = len(whats(admin, kind="list"))
    admin.get("/")
    admin.press("/screen/verdict", {"call_sid": call, "verdict": "block", "turn": 0})
    assert whats(admin, kind="list")[: -before or None] == ["blocked •••321"]


def test_opening_closing_and_settings_leave_lines(admin: Visitor) -> None:
    admin.get("/")
    for opening in ("last_calls", "closed", "open"):
        assert admin.press("/desk/settings", {"opening": opening}).status == 200
    assert whats(admin, kind="opening") == ["opened the line", "closed the line", "switched the line to last calls"]
    assert admin.press("/desk/settings", {"whisper": False, "most_callers": 7}).status == 200
    assert sorted(whats(admin, kind="settings")) == ["set most_callers to 7", "set whisper to off"]
    admin.press("/desk/settings", {"whisper": True, "most_callers": 0})


def test_recording_leaves_a_line(app: App, admin: Visitor) -> None:
    leg = new_call_sid()
    identity = admin.ask("POST", "/token").json()["identity"]
    app.signed("/twiml/client", call_fields(leg, From=f"client:{identity}"))
    for on in (True, False):
        assert admin.press("/desk/recording", {"leg": leg, "on": on}).status == 200
    assert whats(admin, kind="settings")[:2] == ["stopped recording", "began to record"]
    app.signed("/twiml/status", call_fields(leg, From=f"client:{identity}", CallStatus="completed"))


def test_opening_a_page_with_full_numbers_leaves_one_line_an_hour(app: App, admin: Visitor) -> None:
    for _ in range(2):
        admin.get("/")
        admin.get("/waits")
    seen = whats(admin, who="admin", kind="numbers")
    assert seen.count("opened the desk, with full numbers") == 1
    assert seen.count("opened the chart of waits, with full numbers") == 1
    signed_in(app.url, "dj").get("/waits")
    assert whats(admin, who="dj", kind="numbers") == []


def test_a_page_that_the_role_may_not_see_leaves_a_line(app: App, admin: Visitor) -> None:
    assert signed_in(app.url, "dj").get("/accounts").status == 403
    assert "was refused /accounts" in whats(admin, who="dj", kind="refusal")


def test_the_page_shows_lines_filters_them_and_has_pages(app: App, admin: Visitor) -> None:
    for _ in range(51):
        admin.fill_in("/callers", do="search", text="nobody")
    page = admin.get("/audit?kind=search&who=admin").text
    assert page.count("<tr>") == 51, "a heading and 50 lines"
    assert "<option selected>admin</option>" in page
    older = re.search(r'href="(/audit\?[^"]+after=[^"]+)"', page)
    assert older
    second = admin.get(older[1].replace("&amp;", "&")).text
    assert "searched the callers" in second
    assert "Newest lines" in second
    assert "No matching lines" in admin.get("/audit?who=nobody").text
    assert " E" in re.findall(r"<time[^>]*>([^<]+)</time>", page)[0], "EST or EDT"


def test_no_cell_of_the_file_is_a_formula(admin: Visitor) -> None:
    for text in ("=1+1", "+1", "-1", "@x", "\tx", "\rx"):
        assert cell(text).startswith("'")
    admin.fill_in("/callers", do="search", text='=HYPERLINK("x"),"y"\n<b>')
    assert "searched the callers for “=HYPERLINK" in whats(admin, kind="search")[1]
    assert "&lt;b&gt;" in admin.get("/audit?kind=search").text


class CountingStore(SqliteStore):
    """A store that counts the records it hands out by key."""

    handed_out = 0

    def records_under(self, kind: type[Any], prefix: str, after: str = "", limit: int = 100) -> tuple[Any, ...]:
        found: tuple[Any, ...] = super().records_under(kind, prefix, after, limit)
        self.handed_out += len(found)
        return found


def test_a_page_reads_no_more_lines_than_it_shows(tmp_path: Path) -> None:
    clock = HeldClock()
    with closing(CountingStore(str(tmp_path / "line.sqlite"))) as store:
        audit = Audit(store, clock)
        for number in range(120):
            audit.write(Act.SEARCH, "admin", "192.0.2.1", str(number))
            clock.advance(1)
        pages = [audit.page(Filter())]
        assert store.handed_out == 50
        while pages[-1].next:
            pages.append(audit.page(Filter(), pages[-1].next))
        assert [line.what for page in pages for line in page.lines] == [str(number) for number in range(119, -1, -1)]
        assert store.handed_out == 120


def test_how_messages_are_taken_leaves_a_line(admin: Visitor) -> None:
    admin.get("/messages")
    admin.fill_in("/messages", longest_seconds="30", keep_days="10")
    assert whats(admin, kind="settings")[0] == "changed how messages are taken"
