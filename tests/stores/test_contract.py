"""What every store promises, told to each engine: changes that are whole, marks, waiting, history and leases."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from callin.contracts import HistoryQuery, Store
from callin.model import Call, Card, Desk, Message, Opening, Outcome, Show, Words
from tests.stores.cast import NUMBER, ON_AIR, ended, waiting
from tests.stores.conftest import Opener
from tests.support.processes import wait_until

ALWAYS = (0.0, 10_000.0)


def put(store: Store, *calls: Call) -> None:
    for call in calls:
        store.change_call(call.call_sid, lambda _, call=call: call)  # type: ignore[misc]


def name_of(desk: Desk) -> str:
    return desk.name


def sid_of(call: Call) -> str:
    return call.call_sid


# One record


def test_a_call_and_a_desk_come_back_as_they_were(store: Store) -> None:
    put(store, ON_AIR)
    desk = Desk("air", turn=4, leg="CAdj", ended_legs=("CAold",))
    store.change_desk("air", lambda _: desk)
    assert store.call("CA1") == ON_AIR
    assert store.desk("air") == desk


def test_the_show_is_kept_and_told_as_a_change(store: Store) -> None:
    assert store.show() == Show()
    mark = store.live_calls().mark
    closed = Show(opening=Opening.CLOSED, opening_since=1_000.0, most_callers=20)
    assert store.change_show(lambda _: closed) == closed
    assert store.show() == closed
    changes = wait_until(lambda: (found := store.changes_since(mark)).shows and found, why="the show was not told")
    assert (changes.shows, changes.desks) == ((closed,), ())
    assert store.live_calls().shows == (closed,)


def test_a_card_is_kept_and_told_as_a_change_for_as_long_as_its_call_lives(store: Store) -> None:
    call = store.change_call("CA1", lambda _: waiting("CA1"))
    mark = store.live_calls().mark
    card = Card("CA1", topic=Words('The \u2028 bridge"<&', 1, "Sam", 5.0))
    assert store.card("CA1") == Card("CA1")
    assert store.change_card("CA1", lambda before: replace(before, topic=card.topic)) == card
    assert store.card("CA1") == card
    changes = wait_until(lambda: (found := store.changes_since(mark)).cards and found, why="the card was not told")
    assert (changes.cards, changes.desks) == ((card,), ())
    assert store.live_calls().cards == (card,)
    assert store.change_card("CA1", lambda before: before) == card
    store.change_call("CA1", lambda _: ended(call))
    assert store.card("CA1") == card, "what was said of a call outlives it"


def test_a_message_is_kept_and_told_alone(store: Store) -> None:
    first = store.add_message(Message(1, 5.0, "Sam", "Two minutes left"), keep=50)
    assert store.live_calls().messages == (first,)
    wait_until(lambda: not store.changes_since(store.live_calls().mark).messages, why="the mark stays behind")
    mark = store.live_calls().mark
    second = store.add_message(Message(2, 6.0, "Ann", "One"), keep=50)
    changes = wait_until(lambda: (found := store.changes_since(mark)).messages and found, why="it was not told")
    assert (changes.messages, changes.desks, changes.shows) == ((second,), (), ())
    assert sorted(store.live_calls().messages, key=lambda message: message.number) == [first, second]


def test_messages_of_the_same_moment_all_get_numbers_of_their_own_and_later_ones_later(opener: Opener) -> None:
    stores = opener(), opener()
    earlier = stores[0].add_message(Message(7, 5.0, "Sam", "first"), keep=50)
    wait_until(lambda: all(store.live_calls().messages for store in stores), why="it was not told")
    with ThreadPoolExecutor(4) as threads:
        said = list(
            threads.map(lambda n: stores[n % 2].add_message(Message(7, 5.0, "Sam", f"{n}"), keep=50), range(12))
        )
    numbers = [message.number for message in said]
    assert len(set(numbers)) == len(numbers)
    assert min(numbers) > earlier.number
    assert len(opener().live_calls().messages) == 13


def test_of_messages_the_last_are_kept(opener: Opener) -> None:
    store = opener()
    for number in range(1, 21):
        store.add_message(Message(number, 5.0, "Sam", f"{number}"), keep=5)
    assert sorted(message.number for message in opener().live_calls().messages) == [16, 17, 18, 19, 20]


def test_what_nobody_used_yet_is_as_new(store: Store) -> None:
    assert store.call("CA1") is None
    assert store.desk("other") == Desk("other")


def test_a_change_that_answers_nothing_makes_no_call(store: Store) -> None:
    assert store.change_call("CA1", lambda call: call) is None
    assert store.call("CA1") is None


def test_a_call_that_rings_twice_is_one_call_with_its_first_place(opener: Opener) -> None:
    one, other = opener(), opener()
    first, again = waiting("CA1", 1_000), waiting("CA1", 1_005)
    assert one.change_call("CA1", lambda before: before or first) == first
    assert other.change_call("CA1", lambda before: before or again) == first
    assert one.call("CA1") == first


def test_of_eight_that_ring_at_once_one_is_kept_and_told_to_all(store: Store) -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = list(
            threads.map(lambda n: store.change_call("CA1", lambda before: before or waiting("CA1", n)), range(8))
        )
    assert len(set(answers)) == 1
    assert store.call("CA1") == answers[0]


def test_no_change_is_lost_among_eight_threads_of_two_instances(opener: Opener) -> None:
    stores = opener(), opener()
    put(stores[0], replace(ON_AIR, document_seq=0))

    def raise_move(n: int) -> None:
        stores[n % 2].change_call(
            "CA1", lambda call: replace(call, document_seq=call.document_seq + 1) if call else None
        )

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(raise_move, range(40)))
    call = stores[0].call("CA1")
    assert call is not None
    assert call.document_seq == 40


def test_exactly_one_of_many_claimers_wins(opener: Opener) -> None:
    stores = opener(), opener()
    stores[0].change_desk("air", lambda desk: replace(desk, turn=1))

    def claim(n: int) -> bool:
        mine = f"CA{n}"
        desk = stores[n % 2].change_desk(
            "air", lambda desk: replace(desk, turn=2, leg=mine) if desk.turn == 1 else desk
        )
        return desk.leg == mine

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(claim, range(8))) == 1


def test_a_change_may_read_the_store_while_others_change_it(store: Store) -> None:
    def ring(number: int) -> str:
        store.change_desk("air", lambda desk: replace(desk, turn=desk.turn + 1))
        store.change_call(f"CA{number}", lambda _: replace(waiting(f"CA{number}"), desk_turn=store.desk("air").turn))
        call = store.call(f"CA{number}")
        return "read" if call and call.desk_turn >= 1 else f"not read: {call}"

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ring, range(8))) == {"read"}
    assert store.desk("air").turn == 8


def test_a_change_that_fails_leaves_nothing_behind(store: Store) -> None:
    def fail(_: Call | None) -> Call | None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        store.change_call("CA1", fail)
    assert store.call("CA1") is None
    put(store, ON_AIR)
    assert store.call("CA1") == ON_AIR


# Marks


def test_what_changed_is_told_after_a_mark_and_nothing_else(store: Store) -> None:
    put(store, waiting("CA1"))
    mark = settled(store)
    put(store, waiting("CA2"))
    store.change_desk("air", lambda desk: replace(desk, turn=1))
    changes = store.changes_since(mark)
    assert changes.calls == (waiting("CA2"),)
    assert changes.desks == (Desk("air", turn=1),)
    changes = store.changes_since(settled(store))
    assert (changes.calls, changes.desks) == ((), ())


def settled(store: Store) -> int:
    """The mark once everything that was written here has come round: after it nothing is told twice."""
    mark = store.live_calls().mark

    def quiet() -> bool:
        nonlocal mark
        changes = store.changes_since(mark)
        mark = changes.mark
        return not changes.calls and not changes.desks

    wait_until(quiet)
    return mark


def test_a_change_that_changes_nothing_writes_nothing(store: Store) -> None:
    put(store, ON_AIR)
    mark = settled(store)
    store.change_call("CA1", lambda call: replace(call) if call else None)
    assert settled(store) == mark


def test_the_live_are_all_calls_that_are_not_over_and_all_desks(store: Store) -> None:
    put(store, waiting("CA1"), waiting("CA2"), ended(waiting("CA3")))
    store.change_desk("air", lambda desk: replace(desk, turn=1))
    store.change_desk("screen-ann", lambda desk: replace(desk, turn=2))
    live = store.live_calls()
    assert sorted(map(sid_of, live.calls)) == ["CA1", "CA2"]
    assert sorted(map(name_of, live.desks)) == ["air", "screen-ann"]


def test_a_call_that_ended_is_told_as_a_change_and_is_not_among_the_live(opener: Opener) -> None:
    one, other = opener(), opener()
    put(one, waiting("CA1"))
    marks = settled(one), settled(other)
    done = ended(waiting("CA1"))
    put(one, done)
    assert one.live_calls().calls == ()
    assert one.changes_since(marks[0]).calls == (done,)
    wait_until(lambda: other.changes_since(marks[1]).calls == (done,))
    assert other.live_calls().calls == ()


def test_a_mark_of_one_instance_may_be_asked_with_on_another(opener: Opener) -> None:
    one, other = opener(), opener()
    put(one, waiting("CA1"))
    mark = settled(one)
    put(other, waiting("CA2"))
    wait_until(lambda: other.changes_since(mark).calls == (waiting("CA2"),))


def test_marks_never_go_back(store: Store) -> None:
    marks = []
    for n in range(10):
        put(store, waiting(f"CA{n}"))
        marks.append(store.live_calls().mark)
    assert marks == sorted(marks)


# Waiting


def how_long(waits: Callable[[], None]) -> float:
    began = time.monotonic()
    waits()
    return time.monotonic() - began


@pytest.mark.alone
def test_whoever_waits_hears_of_a_change_of_their_own_instance_at_once(store: Store) -> None:
    mark = settled(store)
    timer = threading.Timer(0.2, put, (store, waiting("CA1")))
    timer.start()
    assert how_long(lambda: store.wait_for_change(mark, 5.0)) < 1.0
    timer.join()
    assert store.changes_since(mark).calls == (waiting("CA1"),)


@pytest.mark.alone
def test_whoever_waits_hears_of_another_instances_change_within_a_second(opener: Opener) -> None:
    one, other = opener(), opener()
    mark = settled(other)
    timer = threading.Timer(0.2, one.change_desk, ("air", lambda desk: replace(desk, turn=9)))
    timer.start()
    assert how_long(lambda: other.wait_for_change(mark, 5.0)) < 1.2
    timer.join()
    assert other.changes_since(mark).desks == (Desk("air", turn=9),)


@pytest.mark.alone
def test_all_who_wait_hear_of_it(store: Store) -> None:
    mark = settled(store)
    with ThreadPoolExecutor(4) as threads:
        waits = [threads.submit(how_long, lambda: store.wait_for_change(mark, 5.0)) for _ in range(4)]
        put(store, waiting("CA1"))
        assert max(wait.result() for wait in waits) < 1.0


@pytest.mark.alone
def test_a_wait_for_nothing_ends_when_its_time_is_up(store: Store) -> None:
    mark = settled(store)
    assert 0.25 < how_long(lambda: store.wait_for_change(mark, 0.3)) < 0.8


@pytest.mark.alone
def test_what_changed_before_is_not_waited_for(store: Store) -> None:
    mark = settled(store)
    put(store, waiting("CA1"))
    assert how_long(lambda: store.wait_for_change(mark, 5.0)) < 1.0


@pytest.mark.alone
def test_a_mark_that_is_ahead_of_this_instance_is_waited_for(opener: Opener) -> None:
    one, other = opener(), opener()
    settled(other)
    put(one, waiting("CA1"))
    mark = settled(one)
    wait_until(lambda: other.changes_since(mark - 1).calls)
    assert other.changes_since(mark).calls == ()
    assert how_long(lambda: other.wait_for_change(mark + 1_000, 0.2)) > 0.15


# History


def test_history_tells_the_calls_of_a_time_newest_first(store: Store) -> None:
    put(store, *(waiting(f"CA{n}", 100.0 * n) for n in range(1, 8)))
    page = store.history(HistoryQuery(200.0, 600.0))
    assert [*map(sid_of, page.calls)] == ["CA5", "CA4", "CA3", "CA2"]
    assert page.next == ""


def test_history_tells_the_calls_of_one_number_and_no_other(store: Store) -> None:
    numbers = [NUMBER, "+447700900002", "anonymous", "client:listener_a|b", "client:listener_a", "Ünknown?"]
    put(store, *(waiting(f"CA{n}{at:.0f}", at, number) for n, number in enumerate(numbers) for at in (100.0, 20.5)))
    for n, number in enumerate(numbers):
        assert [*map(sid_of, store.history(HistoryQuery(*ALWAYS, number=number)).calls)] == [f"CA{n}100", f"CA{n}20"]
    assert [*map(sid_of, store.history(HistoryQuery(50.0, 200.0, number=NUMBER)).calls)] == ["CA0100"]


BROWSER = "client:listener_0123456789abcdef"


@pytest.mark.parametrize(
    ("caller", "numbers", "others"),
    [
        (NUMBER, [NUMBER] * 3, ["+44770090000", "+4477009000012", "anonymous", BROWSER]),
        (BROWSER, [f"{BROWSER}_1700000000", f"{BROWSER}_1700000600", f"{BROWSER}_1"], [f"{BROWSER}0_1", NUMBER]),
    ],
)
def test_a_callers_live_calls_are_told_in_the_order_in_which_they_were_stored(
    opener: Opener, caller: str, numbers: list[str], others: list[str]
) -> None:
    one, other = opener(), opener()
    for n, number in enumerate(others):
        put(one, waiting(f"CAother{n}", 100.0, number))
    for n, number in enumerate(numbers):
        put((one, other)[n % 2], waiting(f"CA{3 - n}", 300.0 - 100.0 * n, number))
    put(
        one, replace(waiting("CA2", 200.0, numbers[1]), ready_check_answer=None, document_seq=2)
    )  # a change gives it no later place
    for store in (one, other):
        assert [*map(sid_of, store.live_calls_of(caller, 2))] == ["CA3", "CA2"]
    put(other, ended(waiting("CA3", 300.0, numbers[0])))
    for store in (one, other):
        assert [*map(sid_of, store.live_calls_of(caller, 2))] == ["CA2", "CA1"]
        assert [*map(sid_of, store.live_calls_of(caller, 1))] == ["CA2"]


def test_history_tells_the_calls_with_one_outcome(store: Store) -> None:
    put(store, waiting("CA0", 50.0), waiting("CA1", 100.0))
    put(store, ended(waiting("CA1", 100.0), Outcome.HUNG_UP), ended(waiting("CA2", 200.0)))
    assert [*map(sid_of, store.history(HistoryQuery(*ALWAYS, outcome=Outcome.HUNG_UP)).calls)] == ["CA1"]
    assert [*map(sid_of, store.history(HistoryQuery(*ALWAYS, outcome=Outcome.AIRED)).calls)] == ["CA2"]
    assert store.history(HistoryQuery(*ALWAYS, outcome=Outcome.LOST)).calls == ()


@pytest.mark.parametrize(
    "wanted",
    [HistoryQuery(*ALWAYS), HistoryQuery(*ALWAYS, number=NUMBER), HistoryQuery(*ALWAYS, outcome=Outcome.AIRED)],
    ids=["time", "number", "outcome"],
)
def test_history_is_read_page_by_page_and_no_call_is_missed_or_told_twice(store: Store, wanted: HistoryQuery) -> None:
    # Three joined in the same instant: their order is that of their names.
    calls = [ended(waiting(f"CA{n}", 100.0 + n // 3)) for n in range(7)]
    put(store, *calls)
    told: list[str] = []
    after, sizes = "", []
    while after or not sizes:
        page = store.history(wanted, after, limit=3)
        told += map(sid_of, page.calls)
        sizes.append(len(page.calls))
        after = page.next
    assert told == [f"CA{n}" for n in reversed(range(7))]
    assert sizes == [3, 3, 1]


def test_a_page_that_is_full_and_the_last_has_no_next(store: Store) -> None:
    put(store, *(waiting(f"CA{n}", 100.0 + n) for n in range(3)))
    assert store.history(HistoryQuery(*ALWAYS), limit=3).next == ""


# Leases


def test_a_lease_has_one_holder_until_it_is_over(opener: Opener) -> None:
    one, other = opener(), opener()
    assert one.acquire_lease("sweep", "one", 1_000.0, 60.0)
    assert not other.acquire_lease("sweep", "other", 1_059.0, 60.0)
    assert one.acquire_lease("sweep", "one", 1_059.0, 60.0), "its holder may take it anew"
    assert not other.acquire_lease("sweep", "other", 1_118.0, 60.0)
    assert other.acquire_lease("sweep", "other", 1_119.0, 60.0)
    assert one.acquire_lease("another", "one", 1_119.0, 60.0), "each lease is its own"


def test_of_eight_that_take_a_lease_at_once_one_gets_it(opener: Opener) -> None:
    stores = opener(), opener()
    with ThreadPoolExecutor(8) as threads:
        taken = list(
            threads.map(lambda n: stores[n % 2].acquire_lease("sweep", f"holder {n}", 1_000.0, 60.0), range(8))
        )
    assert taken.count(True) == 1
