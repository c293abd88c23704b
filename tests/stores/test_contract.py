"""What every store promises, tested on each engine: atomic changes, and marks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from msgspec.structs import replace

from callin.contracts import Store
from callin.model import Call, Card, ChatMessage, Desk, FieldText, Opening, Show
from tests.stores.cast import ON_AIR, ended, name_of, put, settled, sid_of, waiting
from tests.stores.conftest import Opener
from tests.support.processes import wait_until

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
    card = Card("CA1", topic=FieldText('The \u2028 bridge"<&', 1, "Sam", 5.0))
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
    first = store.add_chat_message(ChatMessage(1, 5.0, "Sam", "Two minutes left"), keep=50)
    assert store.live_calls().messages == (first,)
    wait_until(lambda: not store.changes_since(store.live_calls().mark).messages, why="the mark stays behind")
    mark = store.live_calls().mark
    second = store.add_chat_message(ChatMessage(2, 6.0, "Ann", "One"), keep=50)
    changes = wait_until(lambda: (found := store.changes_since(mark)).messages and found, why="it was not told")
    assert (changes.messages, changes.desks, changes.shows) == ((second,), (), ())
    assert sorted(store.live_calls().messages, key=lambda message: message.number) == [first, second]


def test_messages_of_the_same_moment_all_get_numbers_of_their_own_and_later_ones_later(opener: Opener) -> None:
    stores = opener(), opener()
    earlier = stores[0].add_chat_message(ChatMessage(7, 5.0, "Sam", "first"), keep=50)
    wait_until(lambda: all(store.live_calls().messages for store in stores), why="it was not told")
    with ThreadPoolExecutor(4) as threads:
        said = list(
            threads.map(
                lambda n: stores[n % 2].add_chat_message(ChatMessage(7, 5.0, "Sam", f"{n}"), keep=50), range(12)
            )
        )
    numbers = [message.number for message in said]
    assert len(set(numbers)) == len(numbers)
    assert min(numbers) > earlier.number
    assert len(opener().live_calls().messages) == 13


def test_the_last_messages_are_kept(opener: Opener) -> None:
    store = opener()
    for number in range(1, 21):
        store.add_chat_message(ChatMessage(number, 5.0, "Sam", f"{number}"), keep=5)
    assert sorted(message.number for message in opener().live_calls().messages) == [16, 17, 18, 19, 20]


def test_a_new_store_has_default_values(store: Store) -> None:
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


def test_one_of_eight_simultaneous_rings_is_stored_and_all_get_it(store: Store) -> None:
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
    wait_until(lambda: other.changes_since(marks[1]).calls == (done,), 1.0)
    assert other.live_calls().calls == ()


def test_a_mark_of_one_instance_may_be_asked_with_on_another(opener: Opener) -> None:
    one, other = opener(), opener()
    put(one, waiting("CA1"))
    mark = settled(one)
    put(other, waiting("CA2"))
    wait_until(lambda: other.changes_since(mark).calls == (waiting("CA2"),), 1.0)


def test_marks_never_go_back(store: Store) -> None:
    marks = []
    for n in range(10):
        put(store, waiting(f"CA{n}"))
        marks.append(store.live_calls().mark)
    assert marks == sorted(marks)
