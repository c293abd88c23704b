"""Several callers on the air at once: the real app on the real rehearsal network, each line a call of one browser."""

from __future__ import annotations

from typing import Any

import jwt
import pytest

from tests.support.calls import call_fields
from tests.support.presses import DeskBrowser
from tests.support.processes import wait_until
from tests.support.station import DJ_PHONE, Station, running_app
from tests.support.stories import queued, stage, thanked
from tests.support.web import Answer

SECOND, THIRD = "air-2", "air-3"


class Console:
    """A DJ's page without a browser, with a call for each line."""

    def __init__(self, station: Station, account: str = "dj") -> None:
        self.station = station
        self.page = DeskBrowser(station.app, account)

    def connect(self, line: str = "air") -> str:
        """The page's call for that line: its SID, once the line has it."""
        name = "TWILIO_APP_SID" if line == "air" else "TWILIO_SCREENER_APP_SID"
        application = self.station.app.environment[name]
        leg = self.station.ring(f"client:{self.page.identity}", application, "" if line == "air" else line)
        self.station.until(lambda: self.desk(line).get("leg") == leg, f"{line} is not connected")
        return leg

    def desk(self, line: str = "air") -> dict[str, Any]:
        desks: list[dict[str, Any]] = self.station.app.status()["desks"]
        return next((desk for desk in desks if desk["name"] == line), {})

    def press(self, what: str, line: str = "air", **more: object) -> Answer:
        desk = self.desk(line)
        seen = {"line": line, "turn": desk.get("turn", 0), "on_air": desk.get("on_air", "")}
        return self.page.press(f"/desk/{what}", seen | more)

    def has(self, line: str, call_sid: str) -> None:
        """Waits until that caller is on the air on that line, at Twilio and in the app."""
        self.station.until(lambda: self.desk(line).get("on_air") == call_sid, f"{line} does not have {call_sid}")
        self.station.wait_until_bridged(self.desk(line)["leg"], call_sid)

    def add(self, line: str, call_sid: str) -> None:
        answer = self.press("take", line, call_sid=call_sid)
        assert answer.status == 200, answer.text
        self.has(line, call_sid)


@pytest.fixture
def console(station: Station) -> Console:
    console = Console(station)
    wait_until(lambda: not console.desk()["leg"], why="the desk is not free")
    return console


@pytest.fixture
def three(station: Station, console: Console) -> list[str]:
    """Four callers: three on the air, on a line each, and one that waits."""
    callers = queued(station, 4)
    console.connect()
    console.has("air", callers[0])
    for line, caller in ((SECOND, callers[1]), (THIRD, callers[2])):
        console.connect(line)
        console.add(line, caller)
    return callers


def test_three_callers_are_on_the_air_at_once_and_the_fourth_waits(
    station: Station, console: Console, three: list[str]
) -> None:
    assert [stage(station, caller) for caller in three] == ["on_air", "on_air", "on_air", "waiting"]
    rows = {row["call_sid"]: row["with"] for row in station.app.status()["calls"]}
    assert [rows[caller] for caller in three] == ["air", SECOND, THIRD, ""]
    assert [console.desk(line)["on_air"] for line in ("air", SECOND, THIRD)] == three[:3]


def test_next_on_one_line_leaves_the_others_alone(station: Station, console: Console, three: list[str]) -> None:
    assert console.press("next", SECOND).status == 200
    console.has(SECOND, three[3])
    thanked(station, three[1])
    console.has("air", three[0])
    console.has(THIRD, three[2])


def test_dropping_one_leaves_its_line_idle_and_the_others_on_the_air(
    station: Station, console: Console, three: list[str]
) -> None:
    assert console.press("drop", THIRD).status == 200
    thanked(station, three[2])
    station.advance(30)
    assert console.desk(THIRD)["on_air"] == ""
    assert stage(station, three[3]) == "waiting", "an extra line takes nobody by itself"
    console.has(SECOND, three[1])


def test_callers_let_go_on_two_lines_are_brought_back_each_and_their_lines_have_them_again(
    station: Station, console: Console, three: list[str]
) -> None:
    assert console.press("drop", SECOND).status == 200
    assert console.press("drop", THIRD).status == 200
    for line, caller in ((THIRD, three[2]), (SECOND, three[1])):
        station.until(lambda caller=caller: stage(station, caller) is None, "they are not thanked")
        left = {row["call_sid"]: row["with"] for row in station.app.status()["left"]}
        assert left[caller] == line
        answer = console.page.press("/desk/bring-back", {"call_sid": caller})
        assert (answer.status, answer.json()["sentence"]) == (200, "That caller is first in line.")
    station.wait_until_queued(three[1], three[2])
    console.has("air", three[0])
    for line, caller in ((SECOND, three[1]), (THIRD, three[2])):
        assert console.press("next", line).status == 200
        console.has(line, caller)


def test_hold_on_one_line_and_back_on_another(station: Station, console: Console, three: list[str]) -> None:
    assert console.press("hold", SECOND).status == 200
    station.until(lambda: stage(station, three[1]) == "held", "the caller is not on hold")
    assert console.press("drop", THIRD).status == 200
    station.until(lambda: not console.desk(THIRD)["on_air"] and not console.desk(THIRD)["pending"], "it is not idle")
    console.add(THIRD, three[1])
    console.has("air", three[0])


def test_a_caller_on_one_line_cannot_be_taken_by_another(console: Console, three: list[str]) -> None:
    answer = console.press("take", "air", call_sid=three[1])
    assert (answer.status, answer.json()["code"]) == (409, "gone")
    console.has(SECOND, three[1])


def test_a_line_that_drops_out_keeps_its_caller_and_the_others_go_on(
    station: Station, console: Console, three: list[str]
) -> None:
    station.hang_up(console.desk(SECOND)["leg"])
    station.until(lambda: console.desk(SECOND).get("claimed") == three[1], "the caller is not kept for the line")
    console.has("air", three[0])
    console.connect(SECOND)
    console.has(SECOND, three[1])
    assert "One moment" in station.heard(three[1])


def test_all_lines_drop_out_and_every_caller_comes_back_to_its_own(
    station: Station, console: Console, three: list[str]
) -> None:
    for line in (THIRD, "air", SECOND):
        station.hang_up(console.desk(line)["leg"])
    for line in ("air", SECOND, THIRD):
        console.connect(line)
    for line, caller in zip(("air", SECOND, THIRD), three, strict=False):
        console.has(line, caller)
    assert stage(station, three[3]) == "waiting"


def test_a_dj_that_takes_over_has_every_line(station: Station, console: Console, three: list[str]) -> None:
    other = Console(station, "admin")
    application = station.app.environment["TWILIO_APP_SID"]
    leg = station.ring(f"client:{other.page.identity}", application)
    station.until(lambda: console.desk()["rival"] == leg, "it is not offered")
    former = console.desk(SECOND)["leg"]
    assert other.page.take_now(leg).status == 200
    station.until(lambda: station.caller(former)["status"] == "completed", "the former console keeps a line")
    other.has("air", three[0])
    for line, caller in ((SECOND, three[1]), (THIRD, three[2])):
        other.connect(line)
        other.has(line, caller)


def test_a_page_that_is_loaded_again_gets_its_lines_back(station: Station, console: Console, three: list[str]) -> None:
    again = Console(station)
    again.page = console.page
    former = console.desk(SECOND)["leg"]
    again.connect(SECOND)  # the network has not noticed that the former call is over
    again.has(SECOND, three[1])
    assert station.caller(former)["status"] == "completed"


def test_a_phone_that_takes_over_brings_the_others_one_by_one(
    station: Station, console: Console, three: list[str]
) -> None:
    for line in ("air", SECOND, THIRD):
        station.hang_up(console.desk(line)["leg"])
    phone = station.ring(DJ_PHONE, "dj")
    station.until(lambda: console.desk()["leg"] == phone, "the phone does not have the desk")
    console.has("air", three[0])
    for line in (SECOND, THIRD):
        station.until(lambda line=line: not console.desk(line).get("on_air"), f"{line} has somebody")
    for caller in three[1:3]:
        assert console.press("next").status == 200
        console.has("air", caller)


def test_another_browser_gets_no_line_of_this_console(station: Station, console: Console, three: list[str]) -> None:
    stranger = Console(station, "admin")
    application = station.app.environment["TWILIO_SCREENER_APP_SID"]
    leg = station.ring(f"client:{stranger.page.identity}", application, "air-4")
    station.until(lambda: station.caller(leg)["status"] == "completed", "it has a line")
    assert console.desk("air-4") == {}
    assert console.desk()["rival"] == ""
    console.has("air", three[0])


@pytest.mark.parametrize("line", ["air-5", "screen-ann", "", 2, None])
def test_a_press_for_a_line_that_does_not_exist_is_refused(console: Console, line: object) -> None:
    answer = console.page.press("/desk/next", {"turn": 0, "on_air": "", "line": line})
    assert answer.status == 400
    assert "line must be one of air, air-2, air-3, air-4" in answer.text


def test_a_token_for_another_line_calls_the_application_whose_fallback_brings_nobody(station: Station) -> None:
    app = station.app
    tokens = [app.post(path).json()["token"] for path in ("/token", "/token?extra=1")]
    secret = app.environment["TWILIO_API_KEY_SECRET"]
    grants = [jwt.decode(token, secret, algorithms=["HS256"])["grants"]["voice"] for token in tokens]
    assert [grant["outgoing"]["application_sid"] for grant in grants] == [
        app.environment["TWILIO_APP_SID"],
        app.environment["TWILIO_SCREENER_APP_SID"],
    ]


def test_a_station_whose_account_holds_few_calls_has_one_line(tmp_path_factory: pytest.TempPathFactory) -> None:
    with running_app(tmp_path_factory.mktemp("one"), AIR_LINES="1") as app:
        fields = call_fields("", From=app.dj(), To="")
        assert app.signed("/twiml/client", fields).xml().find("Hangup") is None
        document = app.signed("/twiml/client", fields | {"line": SECOND}).xml()
        assert document.find("Hangup") is not None
