"""The board: places, the dashboard's object, and waiting for what changes."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from callin.contracts import Store
from callin.live import LineCache
from callin.model import Stage
from callin.stores.sqlite import SqliteStore
from tests.line.conftest import House, read_line


def test_callers_stand_in_the_order_in_which_they_rang(house: House) -> None:
    house.ring("CA1", "CA2", "CA3")
    house.clock.advance(7)
    assert [house.board.place(name).position for name in ("CA1", "CA2", "CA3")] == [1, 2, 3]
    assert house.board.place("CA1").wait_seconds == 10
    assert house.board.read(lambda lineup: lineup.average_wait_seconds(house.clock())) == 9


def test_an_unknown_call_has_no_place_and_is_no_error(house: House) -> None:
    place = house.board.place("CAnobody")
    assert (place.position, place.stage, place.wait_seconds) == (None, None, 0)


def test_on_the_air_leaves_the_line_and_shows_first_with_both_times(house: House) -> None:
    house.ring("CA1", "CA2")
    house.clock.advance(60)
    house.put_on_air("CA1")
    house.clock.advance(7)
    status = house.dashboards.status()
    assert [(row["call_sid"], row["position"], row["stage"]) for row in status["calls"]] == [
        ("CA1", None, Stage.ON_AIR),
        ("CA2", 1, Stage.WAITING),
    ]
    assert (status["calls"][0]["wait_seconds"], status["calls"][0]["on_air_seconds"]) == (62, 7)
    assert status["current_size"] == 1
    assert (status["desks"][0]["on_air"], status["desks"][0]["automatic"]) == ("CA1", False)


def test_a_caller_that_was_on_the_air_with_another_leg_is_on_the_way_and_not_yet_on_again(house: House) -> None:
    house.ring("CA1")
    house.put_on_air("CA1")
    house.ask("CAother", by="client:dj_other")
    house.takeover.take_now("CAother")
    [desk] = house.dashboards.status()["desks"]
    assert (desk["leg"], desk["on_air"], desk["claimed"]) == ("CAother", "", "CA1")


def test_a_caller_thanked_by_a_studio_that_has_hung_up_is_not_on_the_way_to_it(house: House) -> None:
    house.ring("CA1")
    house.put_on_air("CA1")
    house.air_desks.hang_up("CA1")
    house.leg_dies()
    [desk] = house.dashboards.status()["desks"]
    assert (desk["leg"], desk["on_air"], desk["claimed"]) == ("", "", "")


def test_the_status_has_the_first_two_hundred_and_how_many_more(house: House) -> None:
    house.set(most_callers=0)
    house.ring(*(f"CA{number:03}" for number in range(205)))
    status = json.loads(house.dashboards.status_json())
    assert status["current_size"] == 205
    assert (len(status["calls"]), status["more"]) == (200, 5)
    first = status["calls"][0]
    assert (first["call_sid"], first["position"], first["wait_seconds"]) == ("CA000", 1, 205)
    assert (first["number"], first["moments"]) == ("•••000", [["waiting", first["joined_at"]]])


def test_the_board_follows_what_another_process_changed(house: House) -> None:
    house.ring("CA1")
    assert house.board.place("CA1").position == 1
    house.store.change_call("CA1", lambda call: call and replace(call, number="anonymous"))
    assert house.dashboards.status()["calls"][0]["number"] == "withheld"


def mark_of(house: House) -> str:
    return str(house.dashboards.status()["mark"])


def told_of(cache: LineCache) -> threading.Event:
    """An event that is set when the board reports news."""
    told = threading.Event()
    cache.call_on_news(told.set)
    return told


def test_without_news_the_count_is_given_and_grows_with_the_next_change(house: House) -> None:
    house.ring("CA1")
    since = mark_of(house)
    told = told_of(house.cache)
    count = house.dashboards.count_without_news(since)
    assert count is not None
    assert not told.is_set()
    house.ring("CA2")
    assert told.wait(5)
    assert house.cache.news_count > count
    assert house.dashboards.count_without_news(since) is None
    answer = json.loads(house.dashboards.status_after(since))
    assert (answer["current_size"], answer["mark"] != since) == (2, True)


@dataclass
class QuietStore:
    """A store that never reports changes: the next request finds them."""

    inner: Store
    asked: threading.Event = field(default_factory=threading.Event)

    def wait_for_change(self, mark: int, seconds: float) -> None:
        self.asked.set()
        assert mark >= 0
        threading.Event().wait(seconds)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


def test_a_change_that_another_request_came_upon_first_is_told_too(house: House, store: SqliteStore) -> None:
    quiet = QuietStore(store)
    board, dashboards = read_line(quiet, house.clock)
    since = str(dashboards.status()["mark"])
    told = told_of(board.cache)
    assert dashboards.count_without_news(since) is not None
    assert quiet.asked.wait(5)
    house.ring("CA1")
    assert board.place("CA1").position == 1
    assert told.is_set()


def test_another_stores_change_is_reported(house: House, store: SqliteStore, tmp_path: Path) -> None:
    other = SqliteStore(str(tmp_path / "line.db"))
    board, dashboards = read_line(other, house.clock)
    since = str(dashboards.status()["mark"])
    told = told_of(board.cache)
    assert dashboards.count_without_news(since) is not None
    house.ring("CA1")
    assert told.wait(5)
    assert json.loads(dashboards.status_after(since))["current_size"] == 1
    other.close()


def test_without_a_change_a_request_that_is_not_held_says_so_and_when_to_ask_again(house: House) -> None:
    since = mark_of(house)
    answer = json.loads(house.dashboards.status_after(since, ask_again_seconds=1))
    assert answer == {"mark": since, "unchanged": True, "now": house.clock.now, "ask_again_seconds": 1}


def test_a_mark_older_than_ten_minutes_is_answered_with_everything(house: House) -> None:
    house.ring("CA1")
    since = mark_of(house)
    house.ring("CA2")
    assert json.loads(house.dashboards.status_after(since))["reset"] is False
    house.clock.advance(601)
    assert json.loads(house.dashboards.status_after(since))["reset"] is True


def test_a_mark_that_is_ahead_of_this_instance_is_not_waited_for_for_ever(house: House) -> None:
    assert json.loads(house.dashboards.status_after("999.ok"))["reset"] is True


def test_news_about_twilio_is_reported(house: House) -> None:
    since = mark_of(house)
    told = told_of(house.cache)
    assert house.dashboards.count_without_news(since) is not None
    house.board.cache.twilio_was_read("Twilio took too long to list the callers in line.")
    assert told.is_set()
    assert house.dashboards.count_without_news(since) is None
    assert json.loads(house.dashboards.status_after(since))["twilio"]["ok"] is False
