"""What is deleted is gone from every engine: a caller with everything typed about them, and what is too old to keep."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from callin.callers import Caller, Retention, jobs
from callin.callers.models import IndexEntry, Person
from callin.contracts import HistoryQuery, Store, StoreError
from callin.model import Call, Card, Desk, FieldText, Known, Standing
from callin.rules.calls import anonymised
from tests.callers.conftest import NUMBER, OTHER, House
from tests.stores.conftest import Opener

DAY = 86400.0
KEEP = 30 * DAY
ALWAYS = (0.0, 9e9)


@pytest.fixture
def house(store: Store) -> House:
    return House(store)


def retention(house: House, keep_seconds: float = KEEP, batch_calls: int = 100) -> Retention:
    def anonymise(call_sid: str) -> None:
        house.store.change_call(call_sid, anonymised)

    return Retention(house.store, house.callers, house.clock, anonymise, lambda: keep_seconds, batch_calls)


def kept(store: Store, number: str = "") -> set[str]:
    """The calls in history, of a number if one is given."""
    found: set[str] = set()
    after = ""
    while True:
        page = store.history(HistoryQuery(*ALWAYS, number=number), after, 2)
        found |= {call.call_sid for call in page.calls}
        after = page.next
        if not after:
            return found


def call_of(store: Store, call_sid: str) -> Call:
    call = store.call(call_sid)
    assert call is not None
    return call


# What the stores promise


def test_a_desk_is_removed_if_its_present_state_allows(opener: Opener) -> None:
    store, other = opener(), opener()
    store.change_desk("screen-1", lambda desk: replace(desk, turn=3))
    store.remove_desk("screen-1", lambda desk: desk.turn > 3)
    assert other.desk("screen-1").turn == 3
    for _ in range(2):
        store.remove_desk("screen-1", lambda desk: desk.turn == 3)
    for one in (store, other):
        assert one.desk("screen-1") == Desk("screen-1")
    assert opener().live_calls().desks == ()
    assert other.change_desk("screen-1", lambda desk: replace(desk, turn=1)).turn == 1


def test_a_finished_call_is_removed_with_its_card_and_a_live_one_stays(opener: Opener) -> None:
    house, other = House(opener()), opener()
    past, live = house.call(name="Anna"), house.ring()
    house.write(live.call_sid, "Ben")
    for sid in (past.call_sid, live.call_sid, "CA404"):
        house.store.remove_call(sid)
        house.store.remove_call(sid)
    for store in (house.store, other):
        assert store.call(past.call_sid) is None
        assert store.card(past.call_sid) == Card(past.call_sid)
        assert store.call(live.call_sid) == live
        assert store.card(live.call_sid).name.text == "Ben"
        assert kept(store) == {live.call_sid}


def test_a_removed_call_may_be_stored_again(house: House) -> None:
    past = house.call()
    house.store.remove_call(past.call_sid)
    again = replace(past, number=OTHER)
    house.store.change_call(past.call_sid, lambda before: before or again)
    assert house.store.call(past.call_sid) == again
    assert kept(house.store, OTHER) == {past.call_sid}
    assert kept(house.store, NUMBER) == set()


def test_a_card_is_removed_without_its_call(house: House) -> None:
    past = house.call(name="Anna")
    house.store.remove_card(past.call_sid)
    house.store.remove_card(past.call_sid)
    assert house.store.card(past.call_sid) == Card(past.call_sid)
    assert house.store.call(past.call_sid) == past
    house.write(past.call_sid, "Ben")
    assert house.store.card(past.call_sid).name.text == "Ben"


def test_an_anonymous_call_is_in_the_history_but_in_that_of_no_number(house: House) -> None:
    past = house.call()
    house.store.change_call(past.call_sid, anonymised)
    assert kept(house.store) == {past.call_sid}
    assert kept(house.store, NUMBER) == set()


# One caller


def test_a_deleted_caller_leaves_only_anonymous_calls(house: House) -> None:
    calls = [house.call(name="Anna", place="Leeds", aired=True) for _ in range(3)]
    others = house.call(OTHER, name="Ben")
    live = replace(house.ring(), known=Known(calls=3, name="Anna"))
    house.put(live)
    house.write(live.call_sid, "Anna")
    house.stats.run()
    house.callers.set_standing(NUMBER, Standing.WARN, "sam")
    house.callers.set_notes(NUMBER, "Talks long.", 0, "sam")

    assert retention(house).delete_caller(NUMBER, "ann")

    assert house.callers.find(NUMBER) is None
    assert house.callers.search("anna") == []
    assert house.callers.on_list(Standing.WARN).callers == []
    assert {entry.number for entry in house.store.records(IndexEntry)} == {OTHER}
    assert kept(house.store, NUMBER) == set()
    for call in calls:
        assert house.store.call(call.call_sid) == replace(call, number="")
        assert house.store.card(call.call_sid) == Card(call.call_sid)
    assert house.store.call(live.call_sid) == replace(live, number="", known=None)
    assert house.store.card(live.call_sid).name == FieldText("", 2, "", house.clock.now)
    assert house.store.call(others.call_sid) == others
    assert house.callers.summary(OTHER).name == "Ben"
    assert house.store.records(jobs.DeletionRequest) == ()
    house.stats.run()
    assert house.callers.find(NUMBER) is None


def test_a_caller_with_many_calls_is_deleted_in_batches(house: House) -> None:
    for _ in range(5):
        house.call()
    house.stats.run()
    work = retention(house, batch_calls=2)
    assert not work.delete_caller(NUMBER, "ann")
    assert house.callers.find(NUMBER) is None
    assert len(kept(house.store, NUMBER)) == 3
    later = retention(house, batch_calls=2)  # on another instance, because this one has ended
    later.run()
    later.run()
    assert kept(house.store, NUMBER) == set()
    assert len(kept(house.store)) == 5
    assert house.store.records(jobs.DeletionRequest) == ()


def test_a_deletion_continues_after_a_store_error(house: House) -> None:
    house.call()
    house.stats.run()

    def fails(_: str) -> None:
        raise StoreError("no")

    work = Retention(house.store, house.callers, house.clock, fails, lambda: KEEP)
    with pytest.raises(StoreError):
        work.delete_caller(NUMBER, "ann")
    retention(house).run()
    assert kept(house.store, NUMBER) == set()
    assert house.store.records(jobs.DeletionRequest) == ()


# What is too old


def test_old_calls_are_deleted_with_their_cards_and_a_caller_with_the_last_call(house: House) -> None:
    old = house.call(NUMBER, name="Anna")
    regular = house.call(OTHER, name="Ben")
    nobody = house.call("anonymous")
    house.clock.advance(20 * DAY)
    new = house.call(OTHER)
    house.stats.run()
    house.clock.advance(10 * DAY + 1)

    retention(house).run()

    assert kept(house.store) == {new.call_sid}
    for call in (old, regular, nobody):
        assert house.store.card(call.call_sid) == Card(call.call_sid)
    assert house.callers.find(NUMBER) is None
    assert house.callers.search("anna") == []
    assert (house.caller(OTHER).calls, house.callers.summary(OTHER).name) == (2, "Ben")


@pytest.mark.parametrize("standing", [Standing.VIP, Standing.WARN, Standing.BLOCKED])
def test_a_caller_on_a_list_keeps_only_the_number_and_the_list(house: House, standing: Standing) -> None:
    house.call(name="Anna", aired=True)
    house.stats.run()
    house.callers.set_notes(NUMBER, "Talks long.", 0, "sam")
    house.callers.set_standing(NUMBER, standing, "sam")
    at = house.clock.now
    house.clock.advance(KEEP + DAY)
    retention(house).run()
    assert house.callers.find(NUMBER) == Caller(NUMBER, standing=standing, standing_by="sam", standing_at=at)
    assert [caller.key for caller in house.callers.on_list(standing).callers] == [NUMBER]
    assert house.callers.search("anna") == []


def test_without_a_retention_period_everything_is_kept(house: House) -> None:
    call = house.call()
    house.clock.advance(4000 * DAY)
    retention(house, 0.0).run()
    assert kept(house.store) == {call.call_sid}


def test_old_calls_are_deleted_in_batches_and_then_not_looked_for_for_ten_minutes(house: House) -> None:
    for _ in range(3):
        house.call()
    house.clock.advance(KEEP + DAY)
    work = retention(house, batch_calls=2)
    work.run()
    assert len(kept(house.store)) == 1
    work.run()
    assert kept(house.store) == set()
    house.clock.advance(-KEEP - DAY)
    late = house.call()
    house.clock.advance(KEEP + DAY)
    work.run()
    assert kept(house.store) == {late.call_sid}, "it has just looked"
    house.clock.advance(jobs.SECONDS_BETWEEN_RUNS)
    work.run()
    assert kept(house.store) == set()


def test_a_live_call_is_never_too_old(house: House) -> None:
    live = house.ring()
    house.clock.advance(KEEP + DAY)
    retention(house).run()
    assert call_of(house.store, live.call_sid) == live


def test_an_expired_caller_is_a_first_time_caller_again(house: House) -> None:
    house.call(name="Anna")
    house.stats.run()
    house.clock.advance(KEEP + DAY)
    retention(house).run()
    house.call(name="Zoe")
    house.stats.run()
    assert house.caller().calls == 1
    assert house.caller().people == (Person("Zoe", "", house.caller().people[0].last_at),)
