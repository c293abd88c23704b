"""The answer to a dashboard with a mark: only what changed, from which the page makes the whole line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from msgspec.structs import replace

from callin.contracts import Changes, Store
from callin.live.recent import MARKS_LOGGED, ChangeLog, Touched
from callin.model import AIR_DESK, SCREEN_DESK, Call, FieldText, Stage
from callin.stores.sqlite import SqliteStore
from tests.line.conftest import House, read_line
from tests.support.line_calls import call_at, staged
from tests.support.page_line import PageLine

MOST_BYTES, MOST_BYTES_OF_5000 = 3000, 6000
ADMIN = {"full_numbers": True}


def mark_of(house: House, **view: bool) -> str:
    return str(house.dashboards.status(**view)["mark"])


def changes_since(house: House, since: str, **view: bool) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(house.dashboards.status_after(since, **view))
    return answer


def test_an_answer_has_the_callers_who_changed_and_where_they_stand_and_nobody_else(house: House) -> None:
    house.ring("CA1", "CA2", "CA3")
    since = mark_of(house)
    house.ring("CA4")
    house.hang_up("CA2")
    house.calls.call_status("CA2", "completed")
    answer = changes_since(house, since)
    assert [(row["call_sid"], row["index"], row["position"]) for row in answer["calls"]] == [("CA4", 2, 3)]
    assert (answer["gone"], answer["since"], answer["reset"]) == (["CA2"], since, False)
    assert (answer["current_size"], answer["more"], answer["desks"], answer["chat"]) == (3, 0, [], [])


def test_an_answer_has_the_caller_that_moves_up_into_the_shown_part_and_the_one_that_left_it(house: House) -> None:
    house.set(most_callers=0)
    house.ring(*(f"CA{number:03}" for number in range(202)))
    since = mark_of(house)
    house.calls.call_status("CA000", "completed")
    answer = changes_since(house, since)
    assert [(row["call_sid"], row["index"]) for row in answer["calls"]] == [("CA200", 199)]
    assert (answer["gone"], answer["shown"], answer["more"]) == (["CA000"], 200, 1)


def test_a_card_tells_its_callers_row_and_a_desk_its_own(house: House) -> None:
    house.ring("CA1", "CA2")
    since = mark_of(house)
    house.store.change_card("CA2", lambda card: replace(card, name=FieldText("Ann", 1, "sam", house.clock.now)))
    answer = changes_since(house, since)
    assert [(row["call_sid"], row["card"]["name"]) for row in answer["calls"]] == [("CA2", "Ann")]
    house.ask()
    answer = changes_since(house, answer["mark"])
    assert [desk["name"] for desk in answer["desks"]] == [AIR_DESK]


def test_the_person_at_a_desk_is_named_in_the_row_of_its_caller(house: House) -> None:
    desk = SCREEN_DESK + "screener_sam_1"
    house.ring("CA1")
    house.screener_asks(desk, "CAs")
    house.talk(desk, "CAs", "CA1")
    since = mark_of(house)
    house.store.change_desk(desk, lambda one: replace(one, leg_by="client:screener_kim_2"))
    answer = changes_since(house, since)
    assert [(row["call_sid"], row["with_name"]) for row in answer["calls"]] == [("CA1", "kim")]


def test_a_mark_of_the_other_view_is_answered_with_everything_for_all_numbers_change(house: House) -> None:
    house.ring("CA1", "CA2")
    since = mark_of(house)
    house.ring("CA3")
    answer = changes_since(house, since, **ADMIN)
    assert (answer["reset"], [row["number"][:4] for row in answer["calls"]]) == (True, ["+447"] * 3)
    since = mark_of(house, **ADMIN)
    house.ring("CA4")
    assert [row["number"] for row in changes_since(house, since, **ADMIN)["calls"]] == ["+447700900003"]
    assert changes_since(house, since)["reset"] is True


def test_a_page_from_before_this_version_goes_on_getting_the_whole_line(house: House) -> None:
    house.ring("CA1")
    since = mark_of(house).rpartition(".")[0]
    house.ring("CA2")
    answer = changes_since(house, since)
    assert [row["call_sid"] for row in answer["calls"]] == ["CA1", "CA2"]
    assert "since" not in answer
    assert answer["mark"].count(".") == 1
    assert changes_since(house, answer["mark"])["unchanged"]


def test_an_answer_names_the_present_mark_though_no_row_changed_with_it(house: House) -> None:
    over = call_at("CA0", 1.0, Stage.DONE)
    house.store.change_call("CA0", lambda _: over)
    house.ring("CA1")
    since = mark_of(house)
    house.dashboards.status_json()
    house.store.change_call("CA0", lambda call: call and replace(call, number="anonymous"))  # no dashboard shows it
    answer = changes_since(house, since)
    assert answer["mark"] != since
    assert json.loads(house.dashboards.status_json())["mark"] == answer["mark"]
    assert changes_since(house, answer["mark"])["unchanged"], "or the page would ask again for ever"


def test_an_answer_is_made_once_for_all_who_ask_with_the_same_mark_and_view(house: House) -> None:
    house.ring("CA1", "CA2")
    since, admins = mark_of(house), mark_of(house, **ADMIN)
    house.ring("CA3")
    made = house.dashboards.answers_made
    answers = [house.dashboards.status_after(since) for _ in range(500)]
    answers += [house.dashboards.status_after(admins, **ADMIN) for _ in range(70)]
    assert {len(json.loads(answer)["calls"]) for answer in answers} == {1}
    assert house.dashboards.answers_made - made == 2


@pytest.mark.parametrize(("callers", "most"), [(200, MOST_BYTES), (5000, MOST_BYTES_OF_5000)])
def test_next_is_told_in_few_bytes_however_long_the_line(store: SqliteStore, callers: int, most: int) -> None:
    house = House(store)
    calls = [call_at(f"CA{number:032}", number + 1.0) for number in range(callers)]
    store.change_call(calls[0].call_sid, lambda _: calls[0])
    _board, dashboards = read_line(_Crowded(store, calls), house.clock)
    since = str(dashboards.status()["mark"])
    store.change_call(calls[0].call_sid, lambda _: staged(calls[0], Stage.ON_AIR, house.clock.now))
    store.change_desk(AIR_DESK, lambda desk: replace(desk, on_air=calls[0].call_sid, leg="CA" + "9" * 32))
    store.change_card(calls[1].call_sid, lambda card: replace(card, note=FieldText("n" * 400, 1, "sam", 1.0)))
    answer = dashboards.status_after(since)
    assert len(json.loads(answer)["calls"]) == 2
    assert len(answer) <= most


@dataclass
class _Crowded:
    """A store whose line is long from the beginning, without the time that it takes to write it."""

    inner: Store
    calls: list[Call]

    def live_calls(self) -> Changes:
        return self.inner.live_calls()._replace(calls=tuple(self.calls))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


@pytest.mark.node
def test_only_the_last_of_the_calls_that_ended_lately_is_sent_again(house: House, page: PageLine) -> None:
    sids = [f"CA{number:032}" for number in range(20)]
    house.ring(*sids)
    for call_sid in sids[:12]:
        house.clock.advance(1)
        house.calls.call_status(call_sid, "completed")
    page.hear(house.dashboards.status_json())
    since = mark_of(house)
    house.clock.advance(1)
    house.calls.call_status(sids[12], "completed")
    answer = changes_since(house, since)
    assert [row["call_sid"] for row in answer["left_rows"]] == [sids[12]]
    page.hear(json.dumps(answer).encode())
    assert page.status is not None
    assert page.status["left"] == json.loads(house.dashboards.status_json())["left"]
    assert len(json.dumps(answer)) < MOST_BYTES


def test_the_log_is_bounded_and_says_when_it_does_not_go_back_so_far() -> None:
    log = ChangeLog()
    log.restart(0)
    for mark in range(1, MARKS_LOGGED + 3):
        log.add(mark, Touched({f"CA{mark}"}))
    assert log.since(1) is None
    touched = log.since(MARKS_LOGGED)
    assert touched is not None
    assert touched.calls == {f"CA{MARKS_LOGGED + 1}", f"CA{MARKS_LOGGED + 2}"}
