"""`/caller`, `/callers`: what is known about a number, who may see it, and how callers are turned away or deleted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.callers import ANNA, StationWithPast, running_with_callers
from tests.support.calls import call_fields, listener, new_call_sid
from tests.support.processes import wait_until
from tests.support.station import running_app


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StationWithPast]:
    with running_with_callers(tmp_path_factory.mktemp("callers")) as found:
        yield found


def test_a_desk_is_told_who_calls(station: StationWithPast) -> None:
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


@pytest.mark.parametrize("number", ["anonymous", None, ""], ids=["withheld", "browser", "empty"])
def test_a_caller_without_a_number_has_no_details_and_takes_no_notes(
    station: StationWithPast, number: str | None
) -> None:
    sid = station.ring(listener() if number is None else number)  # made here: ten minutes old at most
    caller = station.caller(sid)
    assert (caller["has_number"], caller["first_time"], caller["id"], caller["history"]) == (False, False, "", [])
    answer = station.press("/caller/standing", {"call_sid": sid, "standing": "vip"})
    assert (answer.status, "number" in answer.json()["error"]) == (409, True)
    assert station.press("/caller/notes", {"call_sid": sid, "notes": "x", "base": 0}).status == 409
    station.hang_up(sid)


@pytest.mark.parametrize("call_sid", ["", "CA404", "x/y", "%00", "CA" + "1" * 100])
def test_an_unknown_call_has_no_caller(station: StationWithPast, call_sid: str) -> None:
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
def test_a_malformed_request_is_refused(station: StationWithPast, path: str, body: dict[str, object]) -> None:
    sid = station.ring("+447700900400")
    answer = station.press(path, {"call_sid": sid} | body)
    assert answer.status == 400
    assert answer.json()["error"]
    station.hang_up(sid)


def test_a_blocked_caller_is_turned_away_unanswered(station: StationWithPast) -> None:
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
        sid = StationWithPast(app).ring()
        assert StationWithPast(app).press("/caller/standing", {"call_sid": sid, "standing": "blocked"}).status == 200
        document = app.signed("/twiml/enqueue", call_fields(From=ANNA)).xml()
        assert [verb.tag for verb in document] == ["Say", "Hangup"]


def test_notes_are_kept_with_the_number_and_show_on_their_page(station: StationWithPast) -> None:
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
