"""How often something may be tried, as pure counting."""

from __future__ import annotations

import pytest

from callin.accounts import TooSoonError
from callin.accounts.patience import MOST_KEYS, Allowance, Patience

KEY = ("name", "anna")


def test_many_tries_at_once_gain_nothing() -> None:
    patience = Patience()
    for _ in range(5):
        patience.begin([(KEY, 5)], 0.0)
    with pytest.raises(TooSoonError):
        patience.begin([(KEY, 5)], 0.0)


def test_a_try_that_has_to_wait_counts_for_none_of_its_keys() -> None:
    patience = Patience()
    patience.begin([(KEY, 1)], 0.0)
    other = ("address", "192.0.2.1")
    with pytest.raises(TooSoonError):
        patience.begin([(other, 1), (KEY, 1)], 0.0)
    patience.begin([(other, 1)], 0.0)


def test_after_a_quarter_of_an_hour_all_is_forgotten() -> None:
    patience = Patience()
    patience.begin([(KEY, 1)], 0.0)
    patience.begin([(KEY, 1)], 901.0)


def test_what_is_remembered_has_an_end() -> None:
    patience = Patience()
    for n in range(MOST_KEYS + 10):
        patience.begin([(("name", str(n)), 5)], 0.0)
    assert len(patience._tries["name"]) == MOST_KEYS  # noqa: SLF001 - how much is kept shows nowhere else
    allowance = Allowance(at_once=3, each_seconds=1.0)
    for n in range(MOST_KEYS + 10):
        allowance.take(str(n), 0.0)
    assert len(allowance._spent) == MOST_KEYS  # noqa: SLF001


def test_tries_from_many_addresses_make_no_name_forgotten() -> None:
    patience = Patience()
    patience.begin([(KEY, 1)], 0.0)
    for n in range(MOST_KEYS + 10):
        patience.begin([(("address", str(n)), 5)], 0.0)
    with pytest.raises(TooSoonError):
        patience.begin([(KEY, 1)], 0.0)


def test_one_address_may_ask_so_often_and_then_one_a_second() -> None:
    allowance = Allowance(at_once=3, each_seconds=1.0)
    assert [allowance.take("192.0.2.1", 0.0) for _ in range(4)] == [True, True, True, False]
    assert allowance.take("192.0.2.2", 0.0)
    assert allowance.take("192.0.2.1", 1.0)
    assert not allowance.take("192.0.2.1", 1.0)
    assert [allowance.take("192.0.2.1", 100.0) for _ in range(4)] == [True, True, True, False]


def test_a_larger_network_may_ask_several_times_as_much() -> None:
    allowance = Allowance(at_once=1, each_seconds=1.0)
    assert [allowance.take("2001:db8::/48", 0.0, times=3) for _ in range(4)] == [True, True, True, False]
    assert [allowance.take("2001:db8::/48", 1.0, times=3) for _ in range(4)] == [True, True, True, False]


def test_what_is_given_back_may_be_taken_again() -> None:
    allowance = Allowance(at_once=2, each_seconds=1.0)
    assert [allowance.take("192.0.2.1", 0.0) for _ in range(3)] == [True, True, False]
    allowance.give_back("192.0.2.1", 5)
    allowance.give_back("192.0.2.2")
    assert [allowance.take("192.0.2.1", 0.0) for _ in range(3)] == [True, True, False]
