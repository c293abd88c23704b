"""Records: what every store promises about small documents that have nothing to do with the line."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum

import pytest
from msgspec import Struct
from msgspec.structs import replace

from callin.contracts import Store
from callin.stores.firestore import FirestoreStore
from callin.stores.sqlite import SqliteStore
from tests.stores.conftest import Opener
from tests.support.processes import wait_until


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Drawer(Struct, frozen=True):
    """Something in a cabinet."""

    label: str
    open: bool = False


class Cabinet(Struct, frozen=True):
    """A record of the kind that a program keeps."""

    key: str
    colour: Colour = Colour.RED
    count: int = 0
    drawers: tuple[Drawer, ...] = ()


class Shelf(Struct, frozen=True):
    """A record of another kind."""

    key: str
    count: int = 0


def raised(before: Cabinet | None) -> Cabinet:
    return replace(before, count=before.count + 1) if before else Cabinet("one", count=1)


def test_a_record_comes_back_as_it_was_on_every_instance(opener: Opener) -> None:
    one, other = opener(), opener()
    cabinet = Cabinet("müller/1 ", Colour.BLUE, 3, (Drawer("a", open=True), Drawer("b")))
    assert one.change_record(Cabinet, cabinet.key, lambda _: cabinet) == cabinet
    assert one.record(Cabinet, cabinet.key) == cabinet
    assert other.record(Cabinet, cabinet.key) == cabinet


def test_what_is_not_there_is_none_and_kinds_do_not_mix(store: Store) -> None:
    store.change_record(Cabinet, "one", lambda _: Cabinet("one"))
    assert store.record(Cabinet, "two") is None
    assert store.record(Shelf, "one") is None
    assert store.records(Shelf) == ()


def test_all_of_a_kind_are_told_by_their_keys(store: Store) -> None:
    for key in ("b", "a", "c"):
        store.change_record(Cabinet, key, lambda _, key=key: Cabinet(key))
    store.change_record(Shelf, "s", lambda _: Shelf("s"))
    assert [cabinet.key for cabinet in store.records(Cabinet)] == ["a", "b", "c"]


def test_many_records_are_read_by_their_keys_in_the_order_of_these(store: Store) -> None:
    for key in ("b", "müller/1 ", "a"):
        store.change_record(Cabinet, key, lambda _, key=key: Cabinet(key))
    store.change_record(Shelf, "c", lambda _: Shelf("c"))
    found = store.records_of(Cabinet, ["müller/1 ", "nobody's", "c", "a", "b"])
    assert [cabinet.key for cabinet in found] == ["müller/1 ", "a", "b"]
    assert store.records_of(Cabinet, []) == ()


def test_a_hundred_and_twenty_records_are_read_in_one_request(store: SqliteStore | FirestoreStore) -> None:
    keys = [f"+4477009{number:05}" for number in range(120)]
    for key in keys:
        store.change_record(Shelf, key, lambda _, key=key: Shelf(key))
    before = store.requests
    assert [shelf.key for shelf in store.records_of(Shelf, reversed(keys))] == keys[::-1]
    assert store.requests - before == 1


def test_a_change_that_answers_nothing_takes_the_record_away(store: Store) -> None:
    store.change_record(Cabinet, "one", raised)
    assert store.change_record(Cabinet, "one", lambda _: None) is None
    assert store.record(Cabinet, "one") is None
    assert store.change_record(Cabinet, "one", lambda _: None) is None
    assert store.change_record(Cabinet, "one", raised) == Cabinet("one", count=1)


def keys_under(store: Store, prefix: str, after: str = "", limit: int = 100) -> list[str]:
    return [shelf.key for shelf in store.records_under(Shelf, prefix, after, limit)]


def test_records_are_found_by_the_beginning_of_their_keys_some_at_a_time(store: Store) -> None:
    keys = ("end 100009|+1", "end 1000", "end 2", "name éva|+1", "name eva smith|+2", "name 🎙 ~", "list|+447700900001")
    for key in keys:
        store.change_record(Shelf, key, lambda _, key=key: Shelf(key))
    store.change_record(Cabinet, "end 1", lambda _: Cabinet("end 1"))
    assert keys_under(store, "end 1") == ["end 1000", "end 100009|+1"]
    assert keys_under(store, "end ", limit=2) == ["end 1000", "end 100009|+1"]
    assert keys_under(store, "end ", "end 100009|+1", 2) == ["end 2"]
    assert keys_under(store, "end ", "end 2") == []
    assert keys_under(store, "name é") == ["name éva|+1"]
    assert set(keys_under(store, "name ")) == {"name éva|+1", "name eva smith|+2", "name 🎙 ~"}
    assert keys_under(store, "list|+4477") == ["list|+447700900001"]
    assert keys_under(store, "no") == []


def test_no_change_of_a_record_is_lost_among_threads_of_two_instances(opener: Opener) -> None:
    stores = opener(), opener()
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda n: stores[n % 2].change_record(Cabinet, "one", raised), range(20)))
    assert stores[0].record(Cabinet, "one") == Cabinet("one", count=20)


def test_a_change_that_fails_leaves_the_record_as_it_was(store: Store) -> None:
    def fail(_: Cabinet | None) -> Cabinet | None:
        raise RuntimeError

    store.change_record(Cabinet, "one", raised)
    with pytest.raises(RuntimeError):
        store.change_record(Cabinet, "one", fail)
    assert store.record(Cabinet, "one") == Cabinet("one", count=1)


def test_a_record_does_not_count_as_a_change_of_the_line(store: Store) -> None:
    mark = store.live_calls().mark
    store.change_record(Cabinet, "one", raised)
    wait_until(lambda: store.changes_since(mark).mark == mark)
    assert store.changes_since(mark).calls == ()
