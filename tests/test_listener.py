"""What a listener's page is told about its own call, and about no other; and what it may write on that call's card."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support import presses
from tests.support.processes import wait_until
from tests.support.station import Station, running_station
from tests.support.visitors import Visitor
from tests.support.web import Answer


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    with running_station(tmp_path_factory.mktemp("listener")) as station:
        yield station


@pytest.fixture
def station(shared: Station) -> Station:
    shared.reset()
    presses.put_as_new(shared.app)
    return shared


class Listener:
    """A browser on the listeners' page."""

    def __init__(self, station: Station) -> None:
        self.station = station
        self.visitor = Visitor(station.app.url)
        self.call_sid = ""

    def call(self) -> str:
        """Calls, and waits until the call is in line."""
        identity = self.visitor.ask("POST", "/call/token").json()["identity"]
        application = self.station.app.environment["TWILIO_LISTENER_APP_SID"]
        self.call_sid = self.station.ring(f"client:{identity}", application)
        return self.call_sid

    def in_line(self) -> str:
        self.call()
        self.station.wait_until_queued(self.call_sid)
        return self.call_sid

    def state(self, call_sid: str = "") -> dict[str, Any]:
        answer = self.visitor.get("/call/state" + (f"?call_sid={call_sid}" if call_sid else ""))
        assert answer.status == 200, answer.text
        state: dict[str, Any] = answer.json()
        return state

    def write(self, **words: str) -> Answer:
        return self.visitor.press("/call/card", {"call_sid": self.call_sid} | words)

    def stage(self) -> str:
        return str(self.state(self.call_sid).get("call", {}).get("stage", ""))


def test_strangers_are_told_of_the_line_and_of_no_call(station: Station) -> None:
    station.wait_until_queued(station.ring())
    answer = Visitor(station.app.url).get("/call/state")
    assert answer.json() == {"line": "open", "waiting": 1, "ask_again_seconds": 10}
    assert answer.headers["Cache-Control"] == "no-store"


def test_each_listener_is_told_their_own_stage_and_place(station: Station) -> None:
    station.wait_until_queued(station.ring())
    one, other = Listener(station), Listener(station)
    one.in_line()
    other.in_line()
    for listener, position in ((one, 2), (other, 3)):
        for sid in ("", listener.call_sid):
            call = listener.state(sid)["call"]
            assert (call["call_sid"], call["stage"], call["position"]) == (listener.call_sid, "waiting", position)
        assert listener.state()["waiting"] == 3


def test_nobody_is_told_of_another_listeners_call(station: Station) -> None:
    one, other, stranger = Listener(station), Listener(station), Visitor(station.app.url)
    one.in_line()
    other.in_line()
    assert "call" not in one.state(other.call_sid)
    assert "ended" not in one.state(other.call_sid)
    forged = one.visitor.cookies["listener_identity"].replace("listener_", "listener_0", 1)
    for cookies in ({}, {"listener_identity": forged}, {"listener_identity": "listener_0123456789abcdef"}):
        stranger.cookies = dict(cookies)
        assert "call" not in stranger.get(f"/call/state?call_sid={one.call_sid}").json()
        assert stranger.press("/call/card", {"call_sid": one.call_sid, "name": "Mallory"}).status == 409
    assert other.visitor.press("/call/card", {"call_sid": one.call_sid, "name": "Mallory"}).status == 409
    assert card_of(station, one)["name"] == ""
    station.hang_up(one.call_sid)
    wait_until(lambda: one.state(one.call_sid).get("ended") == "hung_up", why="the end is not told")
    assert "ended" not in other.state(one.call_sid)
    assert "ended" not in Visitor(station.app.url).get(f"/call/state?call_sid={one.call_sid}").json()


def test_a_signed_in_desk_is_not_a_listener(station: Station) -> None:
    one = Listener(station)
    one.in_line()
    assert "call" not in station.app.visitor("admin").get(f"/call/state?call_sid={one.call_sid}").json()


def test_the_stages_follow_the_call_to_the_air_and_to_its_end(station: Station) -> None:
    one = Listener(station)
    one.in_line()
    dj = station.ring(station.app.dj(), station.app.environment["TWILIO_APP_SID"])
    station.until(lambda: one.stage() == "on_air", "the page does not say that it is on the air")
    station.wait_until_bridged(one.call_sid, dj)
    desk = presses.DeskBrowser(station.app)
    assert desk.hold().status == 200
    station.until(lambda: one.stage() == "held", "the page does not say that it is on hold")
    station.hang_up(one.call_sid)
    wait_until(lambda: one.state(one.call_sid).get("ended") == "aired", why="the end is not told")


def test_the_state_of_the_line_is_told(station: Station) -> None:
    one = Listener(station)

    def told(**settings: object) -> str:
        assert presses.DeskBrowser(station.app).set(**settings).status == 200
        return str(wait_until(lambda: one.state()["line"]))

    assert told(opening="last_calls") == "last_calls"
    assert told(opening="closed") == "closed"
    assert told(opening="open", browser_calls=False) == "by_phone"
    station.wait_until_queued(station.ring())
    assert told(browser_calls=True, most_callers=1) == "full"
    assert told(most_callers=0) == "open"


def card_of(station: Station, listener: Listener) -> dict[str, str]:
    row = station.app.row(listener.call_sid)
    assert row is not None
    card = row["card"] or {}
    return {name: card.get(name) or "" for name in ("name", "place", "topic")}


def test_what_a_listener_types_is_on_their_card(station: Station) -> None:
    one = Listener(station)
    one.in_line()
    assert one.write(name="Anna", place="Leeds", topic="Trams").status == 200
    assert card_of(station, one) == {"name": "Anna", "place": "Leeds", "topic": "Trams"}
    assert one.write(topic="Buses").status == 200
    assert card_of(station, one)["topic"] == "Buses"


def test_what_a_desk_has_written_stays(station: Station) -> None:
    one = Listener(station)
    one.in_line()
    one.write(name="Anna", topic="Trams")
    body = {"call_sid": one.call_sid, "field": "name", "value": "Anna Maria", "base": 1}
    assert station.app.visitor("screener").press("/desk/card", body).status == 200
    assert one.write(name="Mallory", topic="Buses").status == 200
    assert card_of(station, one) == {"name": "Anna Maria", "place": "", "topic": "Buses"}


def positions(station: Station) -> list[str]:
    return [row["call_sid"] for row in station.app.status()["calls"]]


def test_a_call_that_broke_has_its_place_again_within_a_minute(station: Station) -> None:
    one = Listener(station)
    former = one.in_line()
    second = station.ring()
    station.wait_until_queued(second)
    station.hang_up(former)
    wait_until(lambda: one.state(former).get("ended") == "hung_up", why="the first call is not over")
    again = one.in_line()
    assert positions(station) == [second, again]
    for _ in range(2):
        answer = one.visitor.press("/call/place", {"call_sid": again, "former": former})
        assert answer.json() == {"ok": True, "has_place": True}
    assert positions(station) == [again, second]
    assert one.state(again)["call"]["position"] == 1


def left(station: Station, call_sid: str) -> dict[str, Any]:
    """A call that is over, as the desk has it."""
    rows: list[dict[str, Any]] = station.app.status()["left"]
    return next((row for row in rows if row["call_sid"] == call_sid), {})


def test_a_call_that_broke_on_the_air_comes_first_and_the_desk_knows_that_it_is_away(station: Station) -> None:
    one = Listener(station)
    former = one.in_line()
    dj = station.ring(station.app.dj(), station.app.environment["TWILIO_APP_SID"])
    station.wait_until_bridged(former, dj)
    assert presses.DeskBrowser(station.app).set(automatic=False).status == 200
    waiting = station.ring()
    station.wait_until_queued(waiting)
    mark = station.app.status()["mark"]
    station.hang_up(former)
    wait_until(lambda: one.state(former).get("ended") == "aired", why="the call is not over")
    assert 50 < one.state(former)["kept_seconds"] <= 60
    assert 50 < left(station, former)["kept_until"] - time.time() <= 60
    again = one.in_line()
    assert left(station, former)["kept_until"] == 0, "it is back"
    changes = station.app.get(f"/queue-status?since={mark}").json()
    assert [row["kept_until"] for row in changes["left_rows"] if row["call_sid"] == former] == [0]
    assert one.visitor.press("/call/place", {"call_sid": again, "former": former}).json()["has_place"]
    assert positions(station) == [again, waiting]


@pytest.mark.parametrize("is_told_first", [True, False], ids=["told before Twilio", "told after Twilio"])
def test_a_listener_that_pressed_hang_up_has_hung_up_and_is_not_away(station: Station, is_told_first: bool) -> None:
    one, other = Listener(station), Listener(station)
    former = one.in_line()
    other.in_line()
    assert other.visitor.press("/call/hung-up", {"call_sid": former}).status == 409, "it is another browser's"
    if is_told_first:
        assert one.visitor.press("/call/hung-up", {"call_sid": former}).json() == {"ok": True}
    station.hang_up(former)
    wait_until(lambda: one.state(former).get("ended") == "hung_up", why="the call is not over")
    if not is_told_first:
        assert left(station, former)["kept_until"] > 0
        mark = station.app.status()["mark"]
        assert one.visitor.press("/call/hung-up", {"call_sid": former}).json() == {"ok": True}
        changes = station.app.get(f"/queue-status?since={mark}").json()
        assert [row["kept_until"] for row in changes["left_rows"]] == [0], "the desk is told"
    assert (left(station, former)["kept_until"], left(station, former)["hung_up"]) == (0, True)
    assert "kept_seconds" not in one.state(former)
    again = one.in_line()
    assert not one.visitor.press("/call/place", {"call_sid": again, "former": former}).json()["has_place"]


def test_nobody_gets_another_callers_place_or_one_after_the_air(station: Station) -> None:
    first, other = Listener(station), Listener(station)
    former = first.in_line()
    other.in_line()
    station.hang_up(former)
    wait_until(lambda: first.state(former).get("ended") == "hung_up", why="the first call is not over")
    assert not other.visitor.press("/call/place", {"call_sid": other.call_sid, "former": former}).json()["has_place"]
    dj = station.ring(station.app.dj(), station.app.environment["TWILIO_APP_SID"])
    station.wait_until_bridged(other.call_sid, dj)
    aired = other.call_sid
    assert presses.DeskBrowser(station.app).drop().status == 200
    station.until(lambda: other.state(aired).get("ended") == "dropped", "the call is not over")
    assert "kept_seconds" not in other.state(aired)
    station.hang_up(dj)
    station.wait_until_queued(station.ring())
    other.in_line()
    assert not other.visitor.press("/call/place", {"call_sid": other.call_sid, "former": aired}).json()["has_place"]
    assert other.visitor.press("/call/place", {"call_sid": former, "former": aired}).status == 409
    assert other.visitor.press("/call/place", {"call_sid": other.call_sid, "former": "<b>"}).status == 400


def test_text_is_kept_as_one_plain_line_and_bad_input_is_refused(station: Station) -> None:
    one = Listener(station)
    one.in_line()
    one.write(name="  <b>Anna</b>\r\n\u202e\x07 Maria ", topic="=1+1")
    assert card_of(station, one)["name"] == "<b>Anna</b> Maria"
    assert "<b>Anna" not in station.app.visitor().get("/").text, "pages escape it"
    assert one.write(name="x" * 81).json()["error"].startswith("That is too long for the studio’s card.")
    assert one.write(name="\ud800").status == 400
    assert one.visitor.press("/call/card", {"call_sid": one.call_sid, "name": 1}).status == 400
    assert one.visitor.ask("POST", "/call/card", b"name=Anna").status == 415


def test_a_flood_from_one_address_does_not_hide_a_callers_place(station: Station) -> None:
    one, stranger = Listener(station), Visitor(station.app.url)
    one.in_line()
    statuses = {stranger.get("/call/state").status for _ in range(1500)}
    assert statuses == {200, 429}
    assert one.state(one.call_sid)["call"]["position"] == 1


def test_pages_far_back_in_line_ask_less_often(station: Station) -> None:
    station.wait_until_queued(*(station.ring(f"+4477009000{number:02}") for number in range(5)))
    last = Listener(station)
    last.in_line()
    assert last.state(last.call_sid)["call"]["position"] == 6
    assert last.state(last.call_sid)["ask_again_seconds"] == 5
    station.hang_up(positions(station)[0])
    wait_until(
        lambda: last.state(last.call_sid)["ask_again_seconds"] == 2, why="the page near the front asks as seldom"
    )


def test_two_hundred_questions_are_answered_at_once(station: Station) -> None:
    one = Listener(station)
    one.in_line()
    began = time.monotonic()
    for _ in range(200):
        one.state(one.call_sid)
    assert time.monotonic() - began < 4, "one after the other, each on a connection of its own"
