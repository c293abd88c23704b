"""`/caller`, `/callers`: who is behind a number, who is told, and how somebody is turned away or forgotten."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from callin.model import Card, Outcome, Words
from callin.stores.sqlite import SqliteStore
from tests.callers.conftest import House
from tests.support.calls import call_fields, listener, new_call_sid
from tests.support.clock import HeldClock
from tests.support.processes import wait_until
from tests.support.station import App, running_app
from tests.support.visitors import Visitor, signed_in
from tests.support.web import Answer

ANNA = "+447700900321"
DAY = 86400.0
AN_HOUR_AGO = 3600.0


@dataclass
class Station:
    """The app, started on a store in which there are calls already."""

    app: App

    def ring(self, number: str = ANNA) -> str:
        sid = new_call_sid()
        self.app.signed("/twiml/enqueue", call_fields(sid, From=number))
        return sid

    def hang_up(self, call_sid: str) -> None:
        self.app.signed("/twiml/status", call_fields(call_sid, CallStatus="completed"))

    def who(self, name: str = "screener") -> Visitor:
        return self.app.visitor(name)

    def caller(self, call_sid: str, name: str = "screener") -> dict[str, Any]:
        answer = self.who(name).get(f"/caller?call_sid={call_sid}")
        assert answer.status == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def press(self, path: str, body: object, name: str = "screener") -> Answer:
        self.who(name).get("/callers")
        return self.who(name).press(path, body)

    def fill_in(self, name: str = "admin", **fields: str) -> Answer:
        self.who(name).get("/callers")
        return self.who(name).fill_in("/callers", **fields)


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    folder = tmp_path_factory.mktemp("callers")
    store = SqliteStore(str(folder / "line.sqlite"))
    house = House(store, HeldClock(time.time() - AN_HOUR_AGO))
    call = house.ring(ANNA)
    typed = Card(call.call_sid, Words("Anna <b>", 1, "sam"), Words("Leeds", 1, "sam"), Words("Owls & mice", 1, "sam"))
    store.change_card(call.call_sid, lambda _: typed)
    house.clock.advance(90)
    house.end(call, Outcome.LET_GO)
    house.call("anonymous")
    store.close()
    with running_app(folder) as app:
        found = Station(app)
        wait_until(lambda: "•••321" in found.fill_in("screener", do="search", text="321").text, why="nobody is counted")
        yield found


def test_a_desk_is_told_who_calls(station: Station) -> None:
    sid = station.ring()
    caller = wait_until(lambda: (found := station.caller(sid))["calls"] and found, why="the call was not counted")
    assert caller["number"] == "•••321"
    assert (caller["has_number"], caller["first_time"], caller["standing"]) == (True, False, "")
    assert [(person["name"], person["place"]) for person in caller["people"]] == [("Anna <b>", "Leeds")]
    (past,) = caller["history"]
    assert (past["outcome"], past["wait_seconds"], past["on_air_seconds"]) == ("let_go", 90, 0)
    assert (past["name"], past["topic"]) == ("Anna <b>", "Owls & mice")
    assert station.caller(sid, "admin")["number"] == ANNA
    assert ANNA not in station.who().get(f"/caller?call_sid={sid}").text
    assert "7700900321" not in caller["id"]
    station.hang_up(sid)


@pytest.mark.parametrize("number", ["anonymous", listener(), ""], ids=["withheld", "browser", "empty"])
def test_a_caller_without_a_number_has_no_details_and_takes_no_notes(station: Station, number: str) -> None:
    sid = station.ring(number)
    caller = station.caller(sid)
    assert (caller["has_number"], caller["first_time"], caller["id"], caller["history"]) == (False, False, "", [])
    answer = station.press("/caller/standing", {"call_sid": sid, "standing": "vip"})
    assert (answer.status, "number" in answer.json()["error"]) == (409, True)
    assert station.press("/caller/notes", {"call_sid": sid, "notes": "x", "base": 0}).status == 409
    station.hang_up(sid)


@pytest.mark.parametrize("call_sid", ["", "CA404", "x/y", "%00", "CA" + "1" * 100])
def test_an_unknown_call_has_no_caller(station: Station, call_sid: str) -> None:
    assert station.who().get(f"/caller?call_sid={call_sid}").status in (400, 404)
    assert station.press("/caller/standing", {"call_sid": call_sid, "standing": "vip"}).status in (400, 404)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/caller/standing", {"standing": "king"}),
        ("/caller/standing", {"standing": 1}),
        ("/caller/standing", {}),
        ("/caller/notes", {"notes": 5, "base": 0}),
        ("/caller/notes", {"notes": "x"}),
        ("/caller/notes", {"notes": "x", "base": -1}),
        ("/caller/notes", {"notes": "x" * 2001, "base": 0}),
        ("/caller/notes", {"notes": "\ud800", "base": 0}),
    ],
)
def test_a_malformed_request_is_refused(station: Station, path: str, body: dict[str, object]) -> None:
    sid = station.ring("+447700900400")
    answer = station.press(path, {"call_sid": sid} | body)
    assert answer.status == 400
    assert answer.json()["error"]
    station.hang_up(sid)


def test_a_blocked_caller_is_turned_away_unanswered(station: Station) -> None:
    number = "+447700900401"
    sid = station.ring(number)
    answer = station.press("/caller/standing", {"call_sid": sid, "standing": "blocked"})
    assert (answer.status, answer.json()["standing"]) == (200, "blocked")
    row = station.app.row(sid)
    assert row is not None, "the call that is in goes on"
    assert row["known"]["standing"] == "blocked"
    station.hang_up(sid)
    again = new_call_sid()
    for _ in range(2):
        document = station.app.signed("/twiml/enqueue", call_fields(again, From=number)).xml()
        assert [(verb.tag, verb.get("reason")) for verb in document] == [("Reject", "busy")]
    assert station.app.row(again) is None
    assert station.caller(again)["standing_by"] == "screener"
    page = station.who().get("/callers").text
    assert page.count("•••401") >= 1
    assert number not in page
    assert "7700900401" not in page
    caller_id = station.caller(again)["id"]
    assert station.fill_in("dj", do="off", id=caller_id).status == 200
    sid = station.ring(number)
    assert station.app.row(sid) is not None
    station.hang_up(sid)


def test_a_station_may_turn_blocked_callers_away_in_words(tmp_path: Path) -> None:
    with running_app(tmp_path, BLOCKED_CALLERS_HEAR="words") as app:
        sid = Station(app).ring()
        assert Station(app).press("/caller/standing", {"call_sid": sid, "standing": "blocked"}).status == 200
        document = app.signed("/twiml/enqueue", call_fields(From=ANNA)).xml()
        assert [verb.tag for verb in document] == ["Say", "Hangup"]


def test_notes_are_kept_with_the_number_and_show_on_their_page(station: Station) -> None:
    sid = station.ring()
    wait_until(lambda: station.caller(sid)["calls"], why="the call was not counted")
    first = station.press("/caller/notes", {"call_sid": sid, "notes": "Talks <i>long</i>.", "base": 0}).json()
    assert first == {"ok": True, "revision": 1, "replaced": None}
    other = station.press("/caller/notes", {"call_sid": sid, "notes": "Kind.", "base": 0}, "dj").json()
    assert other == {"ok": True, "revision": 2, "replaced": {"value": "Talks <i>long</i>.", "by": "screener"}}
    caller = station.caller(sid)
    assert (caller["notes"]["text"], caller["notes"]["by"]) == ("Kind.", "dj")
    answer = station.fill_in("screener", do="notes", id=caller["id"], notes="<script>\r\nx", base="2")
    assert "&lt;script&gt;\nx" in answer.text
    assert "<script>\n" not in answer.text
    station.hang_up(sid)


@pytest.mark.parametrize("role", ["screener", "dj"])
def test_numbers_are_masked_on_every_page_for_all_but_admins(station: Station, role: str) -> None:
    sid = station.ring()
    caller_id = station.caller(sid)["id"]
    for answer in (
        station.fill_in(role, do="search", text="0321"),
        station.fill_in(role, do="standing", id=caller_id, standing="vip"),
        station.who(role).get(f"/callers?id={caller_id}"),
        station.who(role).get("/callers"),
    ):
        assert answer.status == 200
        assert "•••321" in answer.text
        assert "7700900321" not in answer.text
    assert ANNA in station.who("admin").get(f"/callers?id={caller_id}").text
    station.fill_in(do="off", id=caller_id)
    station.hang_up(sid)


@pytest.mark.parametrize("text", ["321", "anna", "Anna <B>", "07700 900321"])
def test_a_caller_is_found_by_digits_or_name_and_their_page_has_their_history(station: Station, text: str) -> None:
    wait_until(lambda: "•••321" in station.fill_in("screener", do="search", text=text).text, why="nobody was found")
    answer = station.fill_in("screener", do="search", text=text)
    link = re.search(r'href="(/callers\?id=[A-Za-z0-9_-]{43})"', answer.text.partition("Found for")[2])
    assert link
    page = station.who().get(link[1]).text
    assert "Owls &amp; mice" in page
    assert "let go" in page
    assert "Anna &lt;b&gt;" in page


@pytest.mark.parametrize("role", ["screener", "dj"])
def test_nobody_but_an_admin_recovers_a_number_by_searching_for_longer_and_longer_endings(
    station: Station, role: str
) -> None:
    wait_until(lambda: "•••321" in station.fill_in(role, do="search", text="321").text, why="nobody is counted")

    def is_found(who: str, digits: str) -> bool:
        return "•••321</b>" in station.fill_in(who, do="search", text=digits).text

    for known, digit in (("321", "0"), ("0321", "0"), ("00321", "9"), ("900321", "0")):
        told = [one for one in "0123456789" if is_found(role, one + known)]
        assert told == list("0123456789"), "every guess is answered alike"
        assert ANNA in station.fill_in("admin", do="search", text=digit + known).text
        wrong = "1" if digit != "1" else "2"
        assert ANNA not in station.fill_in("admin", do="search", text=wrong + known).text.partition("Found for")[2]
    page = station.fill_in(role, do="search", text="0900321").text
    assert "Found for “•••321”" in page
    assert "The last three digits of the number" in page
    assert "The last digits of the number" in station.who("admin").get("/callers").text


def test_an_empty_search_result_says_so(station: Station) -> None:
    assert "Nobody. Try the last three digits" in station.fill_in("screener", do="search", text="<i>nobody").text
    assert "Nobody. Try fewer digits" in station.fill_in("admin", do="search", text="<i>nobody").text
    assert "Found for" not in station.fill_in("screener", do="search", text=" ").text


@pytest.mark.parametrize("caller_id", ["", "x", "A" * 43, "../..", "%00"])
def test_a_made_up_caller_id_is_not_found(station: Station, caller_id: str) -> None:
    assert station.who("admin").get(f"/callers?id={caller_id}").status == 404
    assert station.fill_in(do="delete-now", id=caller_id).status == 404


def test_there_are_no_notes_on_a_number_that_never_called(station: Station) -> None:
    page = station.fill_in(do="block", number="+447700900406").text
    found = re.search(r'/callers\?id=([A-Za-z0-9_-]{43})"><b>\+447700900406', page)
    assert found
    caller_id = found[1]
    assert "Save the notes" not in station.who("admin").get(f"/callers?id={caller_id}").text
    assert station.fill_in(do="notes", id=caller_id, notes="x", base="0").status == 409


def test_an_admin_blocks_a_number_by_hand(station: Station) -> None:
    answer = station.fill_in(do="block", number="+44 (7700) 900-403")
    assert answer.status == 200
    assert "+447700900403 is blocked now" in answer.text
    document = station.app.signed("/twiml/enqueue", call_fields(From="+447700900403")).xml()
    assert document[0].tag == "Reject"
    for wrong in ("07700900403", "anonymous", "", "<b>"):
        assert station.fill_in(do="block", number=wrong).status == 400


@pytest.mark.parametrize("role", ["screener", "dj"])
@pytest.mark.parametrize("what", ["block", "delete", "delete-now"])
def test_only_admins_delete_and_block_by_hand(station: Station, role: str, what: str) -> None:
    sid = station.ring()
    caller_id = station.caller(sid)["id"]
    assert station.fill_in(role, do=what, id=caller_id, number="+447700900404").status == 403
    assert station.app.row(sid) is not None
    assert "•••404" not in station.who(role).get("/callers").text
    station.hang_up(sid)


def test_a_deleted_caller_leaves_nothing_but_a_call_of_a_withheld_number(station: Station) -> None:
    number = "+447700900405"
    past = station.ring(number)
    station.press("/desk/card", {"call_sid": past, "field": "name", "value": "Zoe", "base": 0})
    station.press("/caller/notes", {"call_sid": past, "notes": "Sings.", "base": 0})
    station.hang_up(past)
    live = station.ring(number)
    station.press("/desk/card", {"call_sid": live, "field": "topic", "value": "Singing", "base": 0})
    caller_id = station.caller(live)["id"]
    counted = station.app.get("/day").json()["calls"]

    asked = station.fill_in(do="delete", id=caller_id)
    assert "Delete +447700900405?" in asked.text
    assert station.app.row(live) is not None
    done = station.fill_in(do="delete-now", id=caller_id)
    assert done.status == 200
    assert "deleted" in done.text

    row = station.app.row(live)
    assert row is not None
    assert (row["number"], row["known"], row["card"]["topic"]) == ("withheld", None, "")
    for sid in (past, live):
        assert station.caller(sid, "admin")["has_number"] is False
    assert station.app.get("/day").json()["calls"] == counted
    page = station.who("admin").get(f"/callers?id={caller_id}").text
    assert "Zoe" not in page
    assert "Sings" not in page
    assert "No calls on record" in page
    station.hang_up(live)
    again = station.ring(number)
    assert station.caller(again)["first_time"] is True
    station.hang_up(again)


def test_calls_past_the_retention_period_are_deleted(tmp_path: Path) -> None:
    store = SqliteStore(str(tmp_path / "line.sqlite"))
    house = House(store, HeldClock(time.time() - 40 * DAY))
    old = house.call(ANNA, name="Anna")
    house.clock.advance(20 * DAY)
    new = house.call("+447700900002", name="Ben")
    with running_app(tmp_path, RETENTION_DAYS="30"):
        wait_until(lambda: store.call(old.call_sid) is None, why="the old call is still there")
    assert store.call(new.call_sid) == new
    assert store.card(old.call_sid) == Card(old.call_sid)
    store.close()


def test_strangers_see_no_caller(station: Station) -> None:
    sid = station.ring()
    stranger = Visitor(station.app.url)
    assert stranger.get(f"/caller?call_sid={sid}").status == 401
    assert stranger.get("/callers").status == 303
    assert signed_in(station.app.url, "screener").get("/callers").status == 200
    station.hang_up(sid)
