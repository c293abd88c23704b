"""What a dashboard is answered since its mark: what changed and no more, and the page makes the whole line of it."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

from callin.contracts import Changes, Store
from callin.live.recent import MARKS_LOGGED, ChangeLog, Touched
from callin.model import AIR_DESK, SCREEN_DESK, WAITING_QUEUE, Call, ChatMessage, Moment, Stage, Words
from callin.stores.sqlite import SqliteStore
from tests.line.conftest import House, read_line
from tests.support.clock import HeldClock
from tests.support.page_line import PageLine

MOST_BYTES, MOST_BYTES_OF_5000 = 3000, 6000
ADMIN = {"full_numbers": True}
STEPS = 120


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
    house.line.call_status("CA2", "completed")
    answer = changes_since(house, since)
    assert [(row["call_sid"], row["index"], row["position"]) for row in answer["calls"]] == [("CA4", 2, 3)]
    assert (answer["gone"], answer["since"], answer["reset"]) == (["CA2"], since, False)
    assert (answer["current_size"], answer["more"], answer["desks"], answer["chat"]) == (3, 0, [], [])


def test_whoever_moves_up_into_the_shown_part_is_told_with_who_left_it(house: House) -> None:
    house.set(most_callers=0)
    house.ring(*(f"CA{number:03}" for number in range(202)))
    since = mark_of(house)
    house.line.call_status("CA000", "completed")
    answer = changes_since(house, since)
    assert [(row["call_sid"], row["index"]) for row in answer["calls"]] == [("CA200", 199)]
    assert (answer["gone"], answer["shown"], answer["more"]) == (["CA000"], 200, 1)


def test_a_card_tells_its_callers_row_and_a_desk_its_own(house: House) -> None:
    house.ring("CA1", "CA2")
    since = mark_of(house)
    house.store.change_card("CA2", lambda card: replace(card, name=Words("Ann", 1, "sam", house.clock.now)))
    answer = changes_since(house, since)
    assert [(row["call_sid"], row["card"]["name"]) for row in answer["calls"]] == [("CA2", "Ann")]
    house.ask()
    answer = changes_since(house, answer["mark"])
    assert [desk["name"] for desk in answer["desks"]] == [AIR_DESK]


def test_whoever_sits_down_at_a_desk_is_named_in_the_row_of_its_caller(house: House) -> None:
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
    over = _call("CA0", 1.0, Stage.DONE)
    house.store.change_call("CA0", lambda _: over)
    house.ring("CA1")
    since = mark_of(house)
    house.dashboards.status_json()
    house.store.change_call("CA0", lambda call: call and replace(call, number="anonymous"))  # no dashboard shows it
    answer = changes_since(house, since)
    assert answer["mark"] != since
    assert json.loads(house.dashboards.status_json())["mark"] == answer["mark"]
    assert changes_since(house, answer["mark"])["unchanged"], "it would be asked again in a circle"


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
    calls = [_call(f"CA{number:032}", number + 1.0) for number in range(callers)]
    store.change_call(calls[0].call_sid, lambda _: calls[0])
    _board, dashboards = read_line(_Crowded(store, calls), house.clock)
    since = str(dashboards.status()["mark"])
    store.change_call(calls[0].call_sid, lambda _: _staged(calls[0], Stage.ON_AIR, house.clock.now))
    store.change_desk(AIR_DESK, lambda desk: replace(desk, on_air=calls[0].call_sid, leg="CA" + "9" * 32))
    store.change_card(calls[1].call_sid, lambda card: replace(card, note=Words("n" * 400, 1, "sam", 1.0)))
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
def test_of_the_calls_that_ended_lately_only_the_last_is_told_again(house: House, page: PageLine) -> None:
    sids = [f"CA{number:032}" for number in range(20)]
    house.ring(*sids)
    for call_sid in sids[:12]:
        house.clock.advance(1)
        house.line.call_status(call_sid, "completed")
    page.hear(house.dashboards.status_json())
    since = mark_of(house)
    house.clock.advance(1)
    house.line.call_status(sids[12], "completed")
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


# The page's own script makes the whole line of such answers, whatever happened and whichever instance answered


@dataclass
class _Hasty:
    """A store that tells of changes before its mark moves, as Firestore's does of what this instance wrote."""

    inner: Store
    dice: random.Random
    is_hasty: bool

    def changes_since(self, mark: int) -> Changes:
        changes = self.inner.changes_since(mark)
        if not self.is_hasty:
            return changes
        return changes._replace(mark=self.dice.choice((mark, self.dice.randint(mark, changes.mark), changes.mark)))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


@pytest.fixture
def page() -> Iterator[PageLine]:
    page = PageLine()
    yield page
    page.close()


@pytest.fixture
def two_stores(tmp_path: Path) -> Iterator[list[SqliteStore]]:
    stores = [SqliteStore(str(tmp_path / "line.db")) for _ in range(2)]
    yield stores
    for store in stores:
        store.close()


@pytest.mark.node
@pytest.mark.parametrize("seed", range(8))
def test_the_page_has_the_line_as_it_is_whatever_changes_and_whoever_answers(
    two_stores: list[SqliteStore], page: PageLine, seed: int
) -> None:
    dice = random.Random(seed)
    clock = HeldClock()
    is_hasty = seed % 3 > 0
    stores = two_stores
    instances = [_Hasty(store, dice, is_hasty) for store in stores]
    dashboards_of = [read_line(instance, clock)[1] for instance in instances]
    view = {"full_numbers": seed % 2 == 0}
    for number in range(dice.choice((3, 198, 204))):
        _happen(stores[0], dice, clock, ring=number)
    page.hear(dice.choice(dashboards_of).status_json(**view))
    misfits = 0
    for step in range(STEPS + 1):
        for _ in range(dice.choice((0, 1, 1, 2, 5))):
            _happen(dice.choice(stores), dice, clock)
        if step == STEPS:
            for instance in instances:
                instance.is_hasty = False
        dashboards = dice.choice(dashboards_of)
        assert page.status is not None
        if page.hear(dashboards.status_after(page.status["mark"], **view)) is None:
            misfits += 1
            page.hear(dashboards.status_json(**view))
        if not is_hasty or step == STEPS:
            assert _shown(page.status) == _shown(json.loads(dashboards.status_json(**view)))
    assert misfits <= STEPS // 20


def _shown(status: dict[str, Any] | None) -> dict[str, Any]:
    """What a page shows, but for the times that it counts itself."""
    assert status is not None
    times = ("wait_seconds", "on_air_seconds")
    rows = [{name: value for name, value in row.items() if name not in times} for row in status["calls"]]
    parts = ("current_size", "more", "desks", "show", "chat", "twilio")
    return {"calls": rows} | {name: status[name] for name in parts}


def _happen(store: SqliteStore, dice: random.Random, clock: HeldClock, ring: int | None = None) -> None:
    """Something that changes what dashboards show."""
    clock.advance(1)
    if ring is not None or dice.random() < 0.2:
        sid = f"CA{dice.getrandbits(64):016x}"
        store.change_call(sid, lambda _: _call(sid, clock.now))
        return
    live = sorted(store.live_calls().calls, key=lambda call: call.joined_at)
    desk = dice.choice((AIR_DESK, SCREEN_DESK + "screener_sam_1", SCREEN_DESK + "screener_Kim_2"))
    what = dice.choice(("card", "desk", "show", "chat", *["call"] * 6))
    if what == "desk":
        leg = dice.choice(("", "CAleg1", "CAleg2"))
        store.change_desk(desk, lambda one: replace(one, leg=leg, leg_by=f"client:{desk[7:]}" if leg else ""))
    elif what == "show":
        store.change_show(lambda show: replace(show, whisper=not show.whisper))
    elif what == "chat":
        store.add_chat_message(ChatMessage(int(clock.now), clock.now, "sam", "hello"), keep=50)
    elif live:
        call = dice.choice((live[0], live[-1], dice.choice(live)))
        if what == "card":
            name = Words(dice.choice(("Ann", "Bob")), dice.randrange(9), "sam", clock.now)
            store.change_card(call.call_sid, lambda card: replace(card, name=name))
            return
        stage, change = dice.choice(
            (
                (Stage.DONE, {}),
                (Stage.DONE, {}),
                (Stage.ON_AIR, {}),
                (Stage.HELD, {}),
                (Stage.READY, {"ready_at": clock.now}),
                (Stage.WAITING, {}),
                (Stage.SCREENING, {"screener": desk}),
                (Stage.WAITING, {"placed_at": dice.choice(live).joined_at - 0.5}),
                (Stage.WAITING, {"claimed_by": dice.choice((AIR_DESK, ""))}),
            )
        )
        store.change_call(call.call_sid, lambda one: one and _staged(replace(one, **change), stage, clock.now))


def _call(call_sid: str, at: float, stage: Stage = Stage.WAITING) -> Call:
    return Call(
        call_sid, f"+4477009{crc32(call_sid.encode()) % 10**5:05}", stage, (Moment(stage, at),), queue=WAITING_QUEUE
    )


def _staged(call: Call, stage: Stage, at: float) -> Call:
    return replace(call, stage=stage, moments=(*call.moments, Moment(stage, at)))
