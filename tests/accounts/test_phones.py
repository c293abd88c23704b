"""The phones of DJs: what their PIN allows, and what wrong PINs lock, on every instance and after a restart."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from callin.accounts import AccountError, DjPhone, DjPhones, Phones
from callin.accounts.remotes import MAX_WRONG_PINS
from tests.accounts.conftest import House
from tests.support.clock import HeldClock

NUMBER, OTHER = "+447700900999", "+447700900997"
PIN = "4711"


def phones_of(house: House, pin: str = PIN) -> Phones:
    phones = DjPhones(frozenset({NUMBER, OTHER}), pin)
    return Phones(house.store, house.clock, lambda: phones, lambda: phones)


def key(phones: Phones, call_sid: str, pin: str, number: str = NUMBER) -> DjPhone:
    """Somebody keys a PIN when they are asked for it."""
    return phones.try_pin(number, call_sid, pin, phones.find(number, call_sid).next_try(call_sid))


def test_the_right_pin_lets_that_call_in_and_no_other(house: House) -> None:
    phones = phones_of(house)
    assert not phones.find(NUMBER, "CA1").lets_in("CA1")
    assert key(phones, "CA1", PIN).lets_in("CA1")
    found = phones.find(NUMBER, "CA2")
    assert (found.lets_in("CA1"), found.lets_in("CA2")) == (True, False)
    assert not phones.find(OTHER, "CA1").lets_in("CA1")


def test_the_pin_counts_on_every_instance(house: House) -> None:
    key(phones_of(house), "CA1", PIN)
    house.another()
    assert phones_of(house).find(NUMBER, "CA1").lets_in("CA1")


@pytest.mark.parametrize("pin", ["", "0", "471", "47110", "1174", "٤٧١١", "4711 "])
def test_any_other_pin_is_wrong(house: House, pin: str) -> None:
    after = key(phones_of(house), "CA1", pin)
    assert (after.wrong, after.let_in) == (("CA1",), ())


def test_five_wrong_pins_in_a_row_over_all_calls_lock_the_number(house: House) -> None:
    phones = phones_of(house)
    house.clock.now = 1_000.0
    for number in range(MAX_WRONG_PINS):
        assert not phones.find(NUMBER, "CA0").is_locked
        key(phones, f"CA{number // 2}", "0000")
    assert phones.find(NUMBER, "CA9").locked_at == 1_000.0
    assert not key(phones, "CA9", PIN).lets_in("CA9")
    assert [phone.key for phone in phones.locked()] == [NUMBER]
    assert key(phones, "CA9", PIN, OTHER).lets_in("CA9")


def test_a_right_pin_resets_the_count(house: House) -> None:
    phones = phones_of(house)
    for number in range(3 * MAX_WRONG_PINS):
        key(phones, f"CA{number}", "0000" if number % MAX_WRONG_PINS else PIN)
    assert phones.locked() == []


def test_a_repeated_request_counts_once(house: House) -> None:
    phones = phones_of(house)
    for which in range(1, MAX_WRONG_PINS):
        for _ in range(3):
            assert not phones.try_pin(NUMBER, "CA1", "0000", which).is_locked
    assert phones.try_pin(NUMBER, "CA1", "0000", MAX_WRONG_PINS).is_locked


def test_a_try_without_a_number_counts(house: House) -> None:
    for _ in range(MAX_WRONG_PINS):
        phones_of(house).try_pin(NUMBER, "CA1", "0000", None)
    assert phones_of(house).find(NUMBER, "CA1").is_locked


def test_parallel_calls_share_five_tries(house: House) -> None:
    phones = phones_of(house)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: key(phones, f"CA{number}", f"{number:04}"), range(40)))
    assert len(phones.find(NUMBER, "CA1").wrong) == MAX_WRONG_PINS


def test_a_call_that_was_let_in_stays_in_when_the_number_is_locked(house: House) -> None:
    phones = phones_of(house)
    key(phones, "CA1", PIN)
    for number in range(2, 2 + MAX_WRONG_PINS):
        key(phones, f"CA{number}", "0000")
    found = phones.find(NUMBER, "CA1")
    assert found.is_locked
    assert found.lets_in("CA1")


def test_unlocking_resets_the_count_and_needs_a_locked_number(house: House) -> None:
    phones = phones_of(house)
    key(phones, "CA1", PIN)
    for number in range(2, 2 + MAX_WRONG_PINS):
        key(phones, f"CA{number}", "0000")
    phones.unlock(NUMBER)
    assert phones.locked() == []
    assert phones.find(NUMBER, "CA1").lets_in("CA1")
    assert key(phones, "CA9", PIN).lets_in("CA9")
    for number in (NUMBER, OTHER, "+447700900001"):
        with pytest.raises(AccountError, match="not locked"):
            phones.unlock(number)


def test_nothing_is_stored_about_ended_calls(house: House) -> None:
    phones = phones_of(house)
    key(phones, "CA1", PIN)
    key(phones, "CA2", PIN)
    phones.call_ended(NUMBER, "CA1")
    assert phones.find(NUMBER, "CA1").let_in == ("CA2",)
    phones.call_ended(NUMBER, "CA2")
    phones.call_ended(NUMBER, "CA3")
    phones.call_ended("+447700900001", "CA4")
    assert house.store.records(DjPhone) == ()


def test_the_end_of_a_call_does_not_reset_the_count(house: House) -> None:
    phones = phones_of(house)
    for number in range(MAX_WRONG_PINS):
        key(phones, f"CA{number}", "0000")
        phones.call_ended(NUMBER, f"CA{number}")
    assert phones.find(NUMBER, "CA1").is_locked


def test_without_a_pin_the_number_is_enough_and_the_store_is_not_read(house: House) -> None:
    house.store.close()
    phones = phones_of(house, pin="")
    assert phones.find(NUMBER, "CA1").lets_in("CA1")
    assert phones.try_pin(NUMBER, "CA1", "1", 1).lets_in("CA1")
    phones.call_ended(NUMBER, "CA1")
    assert phones.locked() == []


def test_the_pin_is_not_in_the_repr(house: House) -> None:
    assert PIN not in repr(phones_of(house))


def test_the_end_of_a_callers_call_asks_the_store_nothing() -> None:
    def store_is_asked() -> DjPhones:
        raise AssertionError

    no_store: Any = None
    known = DjPhones(frozenset({NUMBER}), PIN)
    Phones(no_store, HeldClock(), store_is_asked, lambda: known).call_ended("+447700900123", "CA1")
