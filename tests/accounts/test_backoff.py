"""How often something may be tried, as pure counting."""

from __future__ import annotations

import pytest

from callin.accounts import TooSoonError
from callin.accounts.limits import MAX_KEYS, TokenBuckets
from callin.accounts.throttle import Backoff

KEY = ("name", "anna")


def test_many_tries_at_once_gain_nothing() -> None:
    backoff = Backoff()
    for _ in range(5):
        backoff.begin([(KEY, 5)], 0.0)
    with pytest.raises(TooSoonError):
        backoff.begin([(KEY, 5)], 0.0)


def test_a_try_that_has_to_wait_counts_for_none_of_its_keys() -> None:
    backoff = Backoff()
    backoff.begin([(KEY, 1)], 0.0)
    other = ("address", "192.0.2.1")
    with pytest.raises(TooSoonError):
        backoff.begin([(other, 1), (KEY, 1)], 0.0)
    backoff.begin([(other, 1)], 0.0)


def test_after_a_quarter_of_an_hour_all_is_forgotten() -> None:
    backoff = Backoff()
    backoff.begin([(KEY, 1)], 0.0)
    backoff.begin([(KEY, 1)], 901.0)


def test_what_is_remembered_has_an_end() -> None:
    backoff = Backoff()
    for n in range(MAX_KEYS + 10):
        backoff.begin([(("name", str(n)), 5)], 0.0)
    assert len(backoff._tries["name"]) == MAX_KEYS  # noqa: SLF001 - how much is kept shows nowhere else
    buckets = TokenBuckets(burst=3, seconds_per_token=1.0)
    for n in range(MAX_KEYS + 10):
        buckets.take(str(n), 0.0)
    assert len(buckets._spent) == MAX_KEYS  # noqa: SLF001


def test_tries_from_many_addresses_make_no_name_forgotten() -> None:
    backoff = Backoff()
    backoff.begin([(KEY, 1)], 0.0)
    for n in range(MAX_KEYS + 10):
        backoff.begin([(("address", str(n)), 5)], 0.0)
    with pytest.raises(TooSoonError):
        backoff.begin([(KEY, 1)], 0.0)


def test_one_address_may_ask_so_often_and_then_one_a_second() -> None:
    buckets = TokenBuckets(burst=3, seconds_per_token=1.0)
    assert [buckets.take("192.0.2.1", 0.0) for _ in range(4)] == [True, True, True, False]
    assert buckets.take("192.0.2.2", 0.0)
    assert buckets.take("192.0.2.1", 1.0)
    assert not buckets.take("192.0.2.1", 1.0)
    assert [buckets.take("192.0.2.1", 100.0) for _ in range(4)] == [True, True, True, False]


def test_a_larger_network_may_ask_several_times_as_much() -> None:
    buckets = TokenBuckets(burst=1, seconds_per_token=1.0)
    assert [buckets.take("2001:db8::/48", 0.0, factor=3) for _ in range(4)] == [True, True, True, False]
    assert [buckets.take("2001:db8::/48", 1.0, factor=3) for _ in range(4)] == [True, True, True, False]


def test_what_is_given_back_may_be_taken_again() -> None:
    buckets = TokenBuckets(burst=2, seconds_per_token=1.0)
    assert [buckets.take("192.0.2.1", 0.0) for _ in range(3)] == [True, True, False]
    buckets.give_back("192.0.2.1", 5)
    buckets.give_back("192.0.2.2")
    assert [buckets.take("192.0.2.1", 0.0) for _ in range(3)] == [True, True, False]
