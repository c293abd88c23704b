"""Two things at the same time: a press during the leg's request, a request during a press."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from callin.contracts import PhoneError, Record
from callin.line import PhoneFailed, PressRejected
from callin.model import AIR_DESK, Call, CallState, Desk, DialCaller, DialLine, Show, WaitInSilence
from callin.stores.sqlite import SqliteStore
from tests.line.conftest import ANN, DJ, House

ME = "dj_me"


def _nothing() -> None:
    pass


class BusyStore:
    """A store in which something else happens just before the chosen change of the desk, counted from 0, just before
    the next change of the show, or just after the next read of a call."""

    def __init__(self, inner: SqliteStore) -> None:
        self.inner = inner
        self._meanwhile: dict[int, Callable[[], object]] = {}
        self._before_show: Callable[[], object] = _nothing
        self._after_read: dict[str, Callable[[], object]] = {}

    def before_change_of_desk(self, number: int, meanwhile: Callable[[], object]) -> None:
        self._meanwhile = {number: meanwhile}
        self._count = 0

    def change_desk(self, name: str, change: Callable[[Desk], Desk], also: Sequence[Record] = ()) -> Desk:
        if self._meanwhile:
            number, self._count = self._count, self._count + 1
            if meanwhile := self._meanwhile.pop(number, None):
                meanwhile()
        return self.inner.change_desk(name, change, also)

    def before_change_of_show(self, meanwhile: Callable[[], object]) -> None:
        self._before_show = meanwhile

    def change_show(self, change: Callable[[Show], Show], also: Sequence[Record] = ()) -> Show:
        meanwhile, self._before_show = self._before_show, _nothing
        meanwhile()
        return self.inner.change_show(change, also)

    def after_read_of_call(self, call_sid: str, meanwhile: Callable[[], object]) -> None:
        self._after_read = {call_sid: meanwhile}

    def call(self, call_sid: str) -> Call | None:
        found = self.inner.call(call_sid)
        self._after_read.pop(call_sid, _nothing)()
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


@pytest.fixture
def busy(store: SqliteStore) -> BusyStore:
    return BusyStore(store)


@pytest.fixture
def house(busy: BusyStore) -> House:
    return House(busy)


def test_a_take_in_the_midst_of_the_legs_request_brings_the_chosen_caller_and_no_other(
    house: House, busy: BusyStore
) -> None:
    house.wait_for_next()
    house.ring("CA1", "CA2")
    house.ask()
    busy.before_change_of_desk(0, lambda: house.air_desks.take(house.desk.turn, "", ME, "CA2"))
    assert house.ask() == DialCaller(house.desk.turn, "CA2")
    assert (house.desk.claimed, house.call("CA2").claimed_by) == ("CA2", AIR_DESK)


def test_a_next_in_the_midst_of_the_legs_request_brings_the_first_in_our_order(house: House, busy: BusyStore) -> None:
    house.wait_for_next()
    house.ring("CA1", "CA2")
    house.calls.move("CA2", "CA1")
    house.ask()
    busy.before_change_of_desk(0, lambda: house.air_desks.next(house.desk.turn, "", ME))
    assert house.ask() == DialCaller(house.desk.turn, "CA2")


def test_the_legs_request_in_the_midst_of_a_claim_does_not_give_it_up(house: House, busy: BusyStore) -> None:
    house.wait_for_next()
    house.ring("CA1", "CA2")
    house.ask()
    documents: list[object] = []
    change_call = busy.inner.change_call

    def ask_first(call_sid: str, change: Any) -> Any:
        if not documents:
            documents.append(None)
            documents.append(house.ask())
        return change_call(call_sid, change)

    busy.change_call = ask_first
    house.air_desks.take(house.desk.turn, "", ME, "CA2")
    assert (house.desk.claimed, house.call("CA2").claimed_by) == ("CA2", AIR_DESK)


def test_the_legs_request_in_the_midst_of_next_brings_one_caller_and_the_first(house: House, busy: BusyStore) -> None:
    house.set(ready_check=True)
    house.wait_for_next()
    house.ring("CA1", "CA2", "CA3")
    house.clock.advance(60)
    house.ask()
    busy.before_change_of_desk(1, house.ask)  # after the press, and before the claim
    house.air_desks.next(house.desk.turn, "", ME)
    assert [move for move in house.control.done if move[0] == "dequeue"] == [("dequeue", "CA1", "2")]
    assert (house.desk.claimed, house.call("CA2").claimed_by) == ("CA1", "")


def test_a_take_that_the_leg_overtook_still_wakes_it(house: House, busy: BusyStore) -> None:
    house.ring("CA1", "CA2", "CA3")
    turn = house.put_on_air("CA1")
    house.calls.call_status("CA1", "completed")
    busy.before_change_of_desk(1, house.ask)
    house.air_desks.take(turn, "", ME, "CA3")
    assert house.control.done[-1] == ("wake", DJ, str(house.desk.turn))
    assert house.ask(woken=True) == DialCaller(house.desk.turn, "CA3")


def test_next_for_the_last_caller_brings_nobody_by_surprise_who_rings_later(house: House) -> None:
    house.wait_for_next()
    house.ring("CA1")
    house.ask()
    house.air_desks.next(house.desk.turn, "", ME)
    house.reach("CA1")
    house.ask(woken=True)
    house.desks.on_air("CA1", DJ, house.desk.turn)
    assert house.air_desks.next(house.desk.turn, "CA1", ME) == "Thanking this caller."
    assert isinstance(house.ask(), WaitInSilence)


def test_when_the_chosen_caller_hangs_up_on_the_way_the_desk_does_not_wait_for_them(house: House) -> None:
    house.ring("CA1", "CA2", "CA3")
    turn = house.put_on_air("CA1")
    house.air_desks.take(turn, "CA1", ME, "CA3")
    house.calls.call_status("CA3", "completed")
    assert (house.desk.press, house.desk.claimed) == (None, "")
    assert isinstance(house.ask(), DialLine)


def test_a_failed_switch_of_screening_leaves_what_another_desk_has_set_since(house: House, store: SqliteStore) -> None:
    house.ask()
    other = House(store, clock=house.clock)

    def fail_while_the_other_desk_presses(leg: str, turn: int, desk: str) -> bool:
        house.clock.advance(1)
        other.set(screened=True)
        raise PhoneError("Twilio took too long to move a call.")

    house.control.wake = fail_while_the_other_desk_presses  # Twilio fails just then
    with pytest.raises(PhoneFailed):
        house.set(screened=True)
    assert store.show().screened is True


def test_a_failed_switch_of_screening_does_not_take_back_what_was_set_just_before(
    house: House, store: SqliteStore, busy: BusyStore
) -> None:
    house.ask()
    other = House(store, clock=house.clock)

    def press() -> None:
        other.set(screened=True)
        house.clock.advance(1)

    busy.before_change_of_show(press)
    house.control.problem = "Twilio took too long to move a call."
    with pytest.raises(PhoneFailed):
        house.set(screened=True)
    assert store.show().screened is True


def test_a_caller_who_becomes_free_while_a_screener_is_refused_is_no_fault_of_the_app(
    house: House, busy: BusyStore
) -> None:
    """The reason for the refusal used to be asked for twice, and the second time there was none."""
    house.ring("CA1")
    house.screener_asks("screen-screener_ann_1", "CAann")
    house.screener_asks("screen-screener_bob_1", "CAbob")
    house.talk("screen-screener_bob_1", "CAbob", "CA1")

    def bob_hangs_up() -> None:
        house.phone.calls["CAbob"] = CallState("completed", "client:screener_bob_1")
        house.calls.call_status("CAbob", "completed")
        house.calls.left_queue("CA1", house.call("CA1").document_seq, "bridged", screening=True)

    busy.after_read_of_call("CA1", bob_hangs_up)
    with pytest.raises(PressRejected, match="Another desk has this caller"):
        house.screener_desks.take("screen-screener_ann_1", house.store.desk("screen-screener_ann_1").turn, "CA1")


def test_the_last_of_three_simultaneous_legs_of_a_screener_ends_both_others(house: House, busy: BusyStore) -> None:
    house.screener_asks(ANN, "leg1")
    # The second leg takes over after the third has ended the first, and before it has become the desk's.
    busy.before_change_of_desk(1, lambda: house.screener_asks(ANN, "leg2"))
    house.screener_asks(ANN, "leg3")
    assert house.store.desk(ANN).leg == "leg3"
    assert {leg for what, leg, *_ in house.control.done if what == "end_leg"} == {"leg1", "leg2"}
