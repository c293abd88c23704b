"""The page `/callers`: who sees whole numbers, search, lists by hand, deletion and retention."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from callin.model import Card
from callin.stores.sqlite import SqliteStore
from tests.callers.conftest import House
from tests.support.callers import ANNA, StationWithPast, running_with_callers
from tests.support.calls import call_fields
from tests.support.clock import HeldClock
from tests.support.processes import wait_until
from tests.support.station import running_app
from tests.support.visitors import Visitor, signed_in

DAY = 86400.0


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StationWithPast]:
    with running_with_callers(tmp_path_factory.mktemp("callers")) as found:
        yield found


@pytest.mark.parametrize("role", ["screener", "dj"])
def test_numbers_are_masked_on_every_page_for_all_but_admins(station: StationWithPast, role: str) -> None:
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
def test_a_caller_is_found_by_digits_or_name_and_their_page_has_their_history(
    station: StationWithPast, text: str
) -> None:
    wait_until(lambda: "•••321" in station.fill_in("screener", do="search", text=text).text, why="nobody was found")
    answer = station.fill_in("screener", do="search", text=text)
    link = re.search(r'href="(/callers\?id=[A-Za-z0-9_-]{43})"', answer.text.partition("Results for")[2])
    assert link
    page = station.who().get(link[1]).text
    assert "Owls &amp; mice" in page
    assert "let go" in page
    assert "Anna &lt;b&gt;" in page


@pytest.mark.parametrize("role", ["screener", "dj"])
def test_nobody_but_an_admin_recovers_a_number_by_searching_for_longer_and_longer_endings(
    station: StationWithPast, role: str
) -> None:
    wait_until(lambda: "•••321" in station.fill_in(role, do="search", text="321").text, why="nobody is counted")

    def is_found(who: str, digits: str) -> bool:
        return "•••321</b>" in station.fill_in(who, do="search", text=digits).text

    for known, digit in (("321", "0"), ("0321", "0"), ("00321", "9"), ("900321", "0")):
        told = [one for one in "0123456789" if is_found(role, one + known)]
        assert told == list("0123456789"), "every guess is answered alike"
        assert ANNA in station.fill_in("admin", do="search", text=digit + known).text
        wrong = "1" if digit != "1" else "2"
        assert ANNA not in station.fill_in("admin", do="search", text=wrong + known).text.partition("Results for")[2]
    page = station.fill_in(role, do="search", text="0900321").text
    assert "Results for “•••321”" in page
    assert "The last three digits of the number" in page
    assert "The last digits of the number" in station.who("admin").get("/callers").text


def test_an_empty_search_result_says_so(station: StationWithPast) -> None:
    assert "Nobody. Try the last three digits" in station.fill_in("screener", do="search", text="<i>nobody").text
    assert "Nobody. Try fewer digits" in station.fill_in("admin", do="search", text="<i>nobody").text
    assert "Results for" not in station.fill_in("screener", do="search", text=" ").text


@pytest.mark.parametrize("caller_id", ["", "x", "A" * 43, "../..", "%00"])
def test_a_made_up_caller_id_is_not_found(station: StationWithPast, caller_id: str) -> None:
    assert station.who("admin").get(f"/callers?id={caller_id}").status == 404
    assert station.fill_in(do="delete-now", id=caller_id).status == 404


def test_there_are_no_notes_on_a_number_that_never_called(station: StationWithPast) -> None:
    page = station.fill_in(do="block", number="+447700900406").text
    found = re.search(r'/callers\?id=([A-Za-z0-9_-]{43})"><b>\+447700900406', page)
    assert found
    caller_id = found[1]
    assert "Save the notes" not in station.who("admin").get(f"/callers?id={caller_id}").text
    assert station.fill_in(do="notes", id=caller_id, notes="x", base="0").status == 409


def test_an_admin_blocks_a_number_by_hand(station: StationWithPast) -> None:
    answer = station.fill_in(do="block", number="+44 (7700) 900-403")
    assert answer.status == 200
    assert "+447700900403 is blocked now" in answer.text
    document = station.app.signed("/twiml/enqueue", call_fields(From="+447700900403")).xml()
    assert document[0].tag == "Reject"
    for wrong in ("07700900403", "anonymous", "", "<b>"):
        assert station.fill_in(do="block", number=wrong).status == 400


@pytest.mark.parametrize("role", ["screener", "dj"])
@pytest.mark.parametrize("what", ["block", "delete", "delete-now"])
def test_only_admins_delete_and_block_by_hand(station: StationWithPast, role: str, what: str) -> None:
    sid = station.ring()
    caller_id = station.caller(sid)["id"]
    assert station.fill_in(role, do=what, id=caller_id, number="+447700900404").status == 403
    assert station.app.row(sid) is not None
    assert "•••404" not in station.who(role).get("/callers").text
    station.hang_up(sid)


def test_a_deleted_caller_leaves_nothing_but_a_call_of_a_withheld_number(station: StationWithPast) -> None:
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


def test_strangers_see_no_caller(station: StationWithPast) -> None:
    sid = station.ring()
    stranger = Visitor(station.app.url)
    assert stranger.get(f"/caller?call_sid={sid}").status == 401
    assert stranger.get("/callers").status == 303
    assert signed_in(station.app.url, "screener").get("/callers").status == 200
    station.hang_up(sid)
