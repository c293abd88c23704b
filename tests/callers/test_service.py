"""Callers: lists, notes, and how one is found."""

from __future__ import annotations

import threading

import pytest

from callin.callers.models import IndexEntry
from callin.model import FieldText, Standing
from callin.stores.sqlite import SqliteStore
from tests.callers.conftest import NUMBER, OTHER, House


def numbers(house: House, text: str, *, whole_numbers: bool = True) -> list[str]:
    return [caller.key for caller in house.callers.search(text, whole_numbers=whole_numbers)]


def on_list(house: House, standing: Standing) -> list[str]:
    return [caller.key for caller in house.callers.on_list(standing).callers]


def test_a_caller_is_on_the_list_that_somebody_put_them_on(house: House) -> None:
    house.callers.set_standing(NUMBER, Standing.BLOCKED, "sam")
    house.callers.set_standing(OTHER, Standing.VIP, "ann")
    assert (on_list(house, Standing.BLOCKED), on_list(house, Standing.VIP)) == ([NUMBER], [OTHER])
    caller = house.caller()
    assert (caller.standing_by, caller.standing_at) == ("sam", house.clock.now)
    assert house.callers.summary(NUMBER).standing is Standing.BLOCKED
    house.callers.set_standing(NUMBER, Standing.WARN, "ann")
    assert (on_list(house, Standing.BLOCKED), on_list(house, Standing.WARN)) == ([], [NUMBER])


def test_a_number_that_never_called_is_deleted_when_taken_off_its_list(house: House) -> None:
    house.callers.set_standing(NUMBER, Standing.BLOCKED, "sam")
    house.callers.set_standing(NUMBER, Standing.NONE, "sam")
    assert house.callers.find(NUMBER) is None
    assert house.store.records(IndexEntry) == ()
    house.callers.set_standing(NUMBER, Standing.NONE, "sam")
    assert house.store.records(IndexEntry) == ()


def test_a_caller_is_kept_when_taken_off_a_list(house: House) -> None:
    house.call()
    house.stats.run()
    house.callers.set_standing(NUMBER, Standing.WARN, "sam")
    house.callers.set_standing(NUMBER, Standing.NONE, "sam")
    assert house.caller().calls == 1
    assert on_list(house, Standing.WARN) == []


def test_a_long_list_comes_in_pages_of_a_hundred(house: House) -> None:
    wanted = [f"+4477009{number:05}" for number in range(150)]
    for number in wanted:
        house.callers.set_standing(number, Standing.BLOCKED, "sam")
    first = house.callers.on_list(Standing.BLOCKED)
    rest = house.callers.on_list(Standing.BLOCKED, first.next)
    assert [caller.key for caller in first.callers + rest.callers] == wanted
    assert (len(first.callers), rest.next) == (100, "")
    assert isinstance(house.store, SqliteStore)
    before = house.store.requests
    house.callers.on_list(Standing.BLOCKED)
    assert house.store.requests - before == 2, "the list, and then all callers on it"


@pytest.mark.parametrize("text", ["001", "900001", "90-0001", "+44 7700 900001", "07700 900001", "0044 (7700) 900001"])
def test_a_caller_is_found_by_the_end_of_their_number(house: House, text: str) -> None:
    house.call(NUMBER)
    house.call(OTHER)
    house.stats.run()
    assert numbers(house, text) == [NUMBER]


@pytest.mark.parametrize("text", ["321", "0321", "9321", "07700 900321", "+44 7700 900321", "00000321"])
def test_a_search_without_whole_numbers_compares_three_digits_only(house: House, text: str) -> None:
    same_end = ["+447700900321", "+447700909321", "+13125550321"]
    for number in (*same_end, NUMBER):
        house.call(number)
    house.stats.run()
    assert sorted(numbers(house, text, whole_numbers=False)) == sorted(same_end)


@pytest.mark.parametrize("text", ["anna", "  ANNA  maria ", "smith", "Maria Sm", "müller", "MÜLLER"])
def test_a_caller_is_found_by_a_name_or_the_beginning_of_a_part_of_it(house: House, text: str) -> None:
    house.call(name="Anna Maria Smith")
    house.call(name="J|Müller")
    house.call(OTHER, name="Joanna Blacksmith")
    house.stats.run()
    assert numbers(house, text) == [NUMBER]


@pytest.mark.parametrize("text", ["", " ", "01", "0000000", "nobody", "|", "~", "%", "x" * 5000])
def test_a_search_for_an_unknown_name_finds_nobody(house: House, text: str) -> None:
    house.call(name="Anna")
    house.stats.run()
    assert numbers(house, text) == []


def test_the_latest_caller_is_found_first(house: House) -> None:
    house.call(NUMBER, name="Anna")
    house.call(OTHER, name="Anna")
    house.stats.run()
    assert numbers(house, "anna") == [OTHER, NUMBER]


def test_the_last_notes_win_and_the_writer_sees_what_they_replaced(house: House) -> None:
    first = house.callers.set_notes(NUMBER, "Talks long.", 0, "sam")
    assert (first.now, first.replaced) == (FieldText("Talks long.", 1, "sam", house.clock.now), None)
    own = house.callers.set_notes(NUMBER, "Talks very long.", 1, "sam")
    assert (own.now.revision, own.replaced) == (2, None)
    other = house.callers.set_notes(NUMBER, "Is kind.", 1, "ann")
    assert (other.now.text, other.replaced and other.replaced.text) == ("Is kind.", "Talks very long.")
    assert house.callers.set_notes(NUMBER, "Is kind.", 0, "ann").now.revision == 3
    with pytest.raises(ValueError, match="at most"):
        house.callers.set_notes(NUMBER, "x" * 2001, 3, "ann")


def test_parallel_changes_are_all_kept(house: House) -> None:
    house.call(name="Anna")
    work = [
        house.stats.run,
        lambda: house.callers.set_standing(NUMBER, Standing.WARN, "sam"),
        lambda: house.callers.set_notes(NUMBER, "Kind.", 0, "ann"),
    ]
    threads = [threading.Thread(target=one) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    caller = house.caller()
    assert (caller.calls, caller.standing, caller.notes.text) == (1, Standing.WARN, "Kind.")
    assert on_list(house, Standing.WARN) == [NUMBER]
    assert numbers(house, "anna") == [NUMBER]
