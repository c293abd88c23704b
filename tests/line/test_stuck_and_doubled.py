"""What could leave a desk or a page stuck, or do something twice."""

from __future__ import annotations

import time
from typing import Any

import pytest
from msgspec.structs import replace

from callin.contracts import Changes, StoreError
from callin.line import Desks, PressRejected
from callin.model import AIR_DESK, Desk, DialCaller, DialLine, Follow, Opening, Outcome, Press, PressKind, WaitInSilence
from callin.rules import desks
from callin.stores.sqlite import SqliteStore
from tests.line.conftest import DJ, House, read_line
from tests.support.processes import wait_until

ME = "dj_me"


def test_a_star_that_takes_over_does_not_count_as_next(house: House) -> None:
    house.wait_for_next()
    house.ring("CA1")
    house.ask(by="client:dj_ann_1")
    house.ask("CAother", by="client:dj_ann_2")
    assert isinstance(house.ask("CAother", by="client:dj_ann_2", star=True, take_over=True), WaitInSilence)
    assert house.desk.leg == "CAother"


def test_taking_over_brings_nobody_to_a_desk_that_waits_for_next(house: House) -> None:
    house.ring("CA1", "CA2")
    house.air_desks.drop(house.put_on_air("CA1"), "CA1", ME)
    assert isinstance(house.ask(), WaitInSilence)
    house.ask("CAother")
    house.takeover.take_now("CAother")
    assert isinstance(house.ask("CAother", woken=True), WaitInSilence)
    house.air_desks.next(house.desk.turn, "", ME)
    assert isinstance(house.ask("CAother", woken=True), DialLine)


def test_a_caller_kept_for_a_studio_that_is_gone_is_thanked_when_the_line_is_closed(house: House) -> None:
    house.ring("CA1")
    house.put_on_air("CA1")
    house.leg_dies()
    assert house.calls.left_queue("CA1", 1, "bridged")[0] is Follow.ONE_MOMENT
    house.clock.advance(60)
    assert not house.board.place("CA1").ended_by_closing
    house.set(opening=Opening.CLOSED)
    assert house.board.place("CA1").ended_by_closing
    assert house.calls.left_queue("CA1", house.call("CA1").document_seq, "leave")[0] is Follow.CLOSED
    assert (house.call("CA1").live, house.desk.claimed, house.desk.on_air) == (False, "", "")


def test_a_caller_that_the_studio_of_a_closed_line_loses_is_kept_for_it(house: House) -> None:
    house.ring("CA1")
    house.put_on_air("CA1")
    house.set(opening=Opening.CLOSED)
    house.leg_dies()
    assert house.calls.left_queue("CA1", 1, "bridged")[0] is Follow.ONE_MOMENT
    house.clock.advance(60)
    assert not house.board.place("CA1").ended_by_closing
    assert house.ask("CAother") == DialCaller(house.desk.turn, "CA1")


def test_a_hold_that_is_refused_since_the_caller_has_gone_keeps_nobody_from_following(house: House) -> None:
    house.ring("CA1", "CA2")
    turn = house.put_on_air("CA1")
    house.control.there = False
    with pytest.raises(PressRejected, match="no longer in line"):
        house.air_desks.hold(turn, "CA1", ME)
    house.calls.call_status("CA1", "completed")
    assert house.ask() == DialLine(turn + 1)


class FullStore:
    """A store that takes no more changes of calls from the moment it is full."""

    def __init__(self, inner: SqliteStore) -> None:
        self.inner = inner
        self.is_full = False

    def change_call(self, call_sid: str, change: Any) -> Any:
        if self.is_full:
            raise StoreError("The store could not write its file: database or disk is full.")
        return self.inner.change_call(call_sid, change)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


def test_a_press_that_took_effect_succeeds_even_if_the_store_cannot_note_it(store: SqliteStore) -> None:
    """A page that is told of a failure sends a `*`, and by then the next caller is on the air."""
    full = FullStore(store)
    house = House(full)
    house.ring("CA1", "CA2")
    turn = house.put_on_air("CA1")
    thank = house.control.thank

    def thank_and_fill_the_disk(call_sid: str) -> bool:
        full.is_full = True
        return thank(call_sid)

    house.control.thank = thank_and_fill_the_disk  # the store fails from then on
    assert "Thanking" in house.air_desks.next(turn, "CA1", ME)
    assert house.control.done == [("thank", "CA1")]


def test_a_press_counts_when_its_own_writing_is_tried_again(house: House) -> None:
    """Firestore's library repeats a write that was lost on its way back, and finds its own."""
    press = Press(PressKind.NEXT, 1, ME, 7.0, "CA1")
    desk = Desk(AIR_DESK, turn=1, leg=DJ, on_air="CA1")
    written = desks.pressed(desk, press)
    assert desks.why_rejected(written, press) == ""
    assert desks.pressed(written, press) == written
    assert desks.why_rejected(written, replace(press, at=7.1)) == "already"


def test_a_call_that_ended_a_moment_ago_elsewhere_is_not_put_on_the_air_again(house: House) -> None:
    house.ring("CA1", "CA2")
    house.put_on_air("CA1")
    live = house.store.call("CA1")
    assert live is not None
    house.calls.call_status("CA1", "completed")
    board, _dashboards = read_line(BehindStore(house.store, Changes(1, (live,))), house.clock)
    Desks(house.store, board, house.control, house.clock, house.admission).mend_desks()
    assert house.desk.on_air == ""


class BehindStore:
    """A store that has seen only some of the changes, as another instance's may."""

    def __init__(self, inner: Any, seen: Changes) -> None:
        self.inner = inner
        self.seen = seen

    def live_calls(self) -> Changes:
        return self.seen

    def changes_since(self, mark: int) -> Changes:
        return Changes(mark, ())

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


def test_an_instance_that_does_not_reconcile_stops_reporting_a_trouble_when_it_is_over(house: House) -> None:
    reconciler = house.reconciler()
    house.store.acquire_lease("sweep", "another instance", house.clock.now, 1000)
    reconciler.run_if_due(at_start=True)
    house.phone.asked.clear()
    reconciler.run_if_due()
    assert house.phone.asked == []
    house.board.cache.twilio_was_read("Twilio took too long to move a caller.")
    reconciler.run_if_due()
    assert house.dashboards.status()["twilio"]["ok"] is True


class UnreadableStore:
    """A store that has news which it cannot read."""

    def __init__(self, inner: SqliteStore) -> None:
        self.inner = inner
        self.times_read = 0

    def changes_since(self, mark: int) -> Changes:
        self.times_read += 1
        raise StoreError(f"The store holds a call that this program cannot read, after {mark}.")

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


def test_a_store_that_cannot_be_read_is_not_asked_without_a_pause(house: House, store: SqliteStore) -> None:
    unreadable = UnreadableStore(store)
    _board, dashboards = read_line(unreadable, house.clock)
    dashboards.status()
    house.ring("CA1")
    since = str(dashboards.status()["mark"])
    began, already = time.monotonic(), unreadable.times_read
    dashboards.count_without_news(since)  # from now on the store is followed
    wait_until(lambda: unreadable.times_read >= already + 4, why="the store was not asked again")
    assert time.monotonic() - began > 1.5


def test_callers_to_a_closed_line_do_not_shorten_the_median_wait(house: House) -> None:
    house.ring("CA1")
    house.clock.advance(99)
    house.calls.call_status("CA1", "completed")
    house.set(opening=Opening.CLOSED)
    house.ring("CA2", "CA3", "CA4")
    summary = house.dashboards.day_summary(house.clock.now - 3600, house.clock.now + 1)
    assert summary["outcomes"] == {Outcome.HUNG_UP: 1, Outcome.LINE_CLOSED: 3}
    assert summary["median_wait_seconds"] == 100
    assert len(summary["waits"]) == 1
