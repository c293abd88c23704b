"""The limit on calls of one number, when webhooks are lost and when the store fails."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from callin.contracts import StoreError
from callin.model import WAITING_QUEUE, Arrival, Call, CallState, Denial, Member
from callin.rules.calls import Found
from callin.rules.numbers import START_SECONDS, WEBHOOK_SECONDS
from callin.stores.sqlite import SqliteStore
from tests.line.conftest import House

NUMBER = "+447700900621"


def ring(house: House, call_sid: str, number: str = NUMBER) -> Call | Denial:
    return house.calls.arrive(Arrival(call_sid, number, "+442079460100"))


def test_a_call_whose_end_was_never_reported_makes_room_once_reconciling_finds_out(house: House) -> None:
    house.ring("CA1")
    number = house.call("CA1").number
    assert isinstance(ring(house, "CA2", number), Call)
    assert ring(house, "CA3", number) is Denial.NUMBER_BUSY
    house.hang_up("CA1")
    house.clock.advance(60)
    house.phone.calls["CA2"] = CallState("in-progress", number)
    house.phone.queues[WAITING_QUEUE] = [Member("CA2", house.clock.now - 60, 60)]
    house.reconciler().run_once()
    assert isinstance(ring(house, "CA3", number), Call)


def test_nothing_is_stored_about_a_denied_call(house: House) -> None:
    for call_sid in ("CA1", "CA2", "CA3"):
        ring(house, call_sid)
    assert house.store.call("CA3") is None


def test_a_call_that_the_fallback_document_queued_counts_and_keeps_its_place(house: House) -> None:
    for call_sid in ("CA1", "CA2", "CA3"):
        house.desks.advance(call_sid, Found(house.clock.now, call_sid, NUMBER, WAITING_QUEUE, house.clock.now))
    assert ring(house, "CA4") is Denial.NUMBER_BUSY
    assert ring(house, "CA3") == house.call("CA3")
    assert house.call("CA3").live


def test_a_call_that_came_back_after_its_end_is_answered_as_it_was(house: House) -> None:
    for call_sid in ("CA1", "CA2"):
        ring(house, call_sid)
    ended = house.desks.end("CA1", None)
    assert isinstance(ring(house, "CA3"), Call)
    assert ring(house, "CA1") == ended


def test_a_browsers_request_comes_again_after_its_ten_minutes_and_its_call_goes_on(house: House) -> None:
    identity = f"client:listener_a1_{int(house.clock.now)}"
    assert isinstance(ring(house, "CA1", identity), Call)
    house.clock.advance(START_SECONDS + WEBHOOK_SECONDS + 1)
    assert ring(house, "CA1", identity) == house.call("CA1")
    assert ring(house, "CA2", identity) is Denial.TOKEN_TOO_OLD
    house.desks.end("CA1", None)
    assert ring(house, "CA2", identity) is Denial.TOKEN_TOO_OLD


def test_a_request_that_is_late_on_its_way_is_answered(house: House) -> None:
    identity = f"client:listener_a1_{int(house.clock.now)}"
    house.clock.advance(START_SECONDS + WEBHOOK_SECONDS)
    assert isinstance(ring(house, "CA1", identity), Call)


class FailingStore(SqliteStore):
    """A store that cannot count."""

    def live_calls_of(self, *_: object) -> tuple[Call, ...]:
        raise StoreError("The store could not read its file: the disk is full.")


def test_while_the_store_cannot_count_nobody_is_turned_away(tmp_path: Path) -> None:
    store = FailingStore(str(tmp_path / "line.db"))
    with closing(store):
        house = House(store)
        assert all(isinstance(ring(house, f"CA{number}"), Call) for number in range(4))
