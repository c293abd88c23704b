"""How often something may be tried, as pure counting."""

from __future__ import annotations

import pytest

from callin.accounts import TooSoonError
from callin.accounts.limits import MAX_KEYS, TokenBuckets
from callin.accounts.throttle import Backoff

KEY = ("name", "anna")


def test_parallel_tries_count_like_tries_in_a_row() -> None:
    backoff = Backoff()
    for _ in range(5):
        backoff.begin([(KEY, 5)], 0.0)
    with pytest.raises(TooSoonError):
        backoff.begin([(KEY, 5)], 0.0)


def test_a_refused_try_does_not_count_for_any_of_its_keys() -> None:
    backoff = Backoff()
    backoff.begin([(KEY, 1)], 0.0)
    other = ("address", "192.0.2.1")
    with pytest.raises(TooSoonError):
        backoff.begin([(other, 1), (KEY, 1)], 0.0)
    backoff.begin([(other, 1)], 0.0)


def test_tries_expire_after_a_quarter_of_an_hour() -> None:
    backoff = Backoff()
    backoff.begin([(KEY, 1)], 0.0)
    backoff.begin([(KEY, 1)], 901.0)


def test_memory_is_bounded() -> None:
    backoff = Backoff()
    for n in range(MAX_KEYS + 10):
        backoff.begin([(("name", str(n)), 5)], 0.0)
    assert len(backoff._tries["name"]) == MAX_KEYS  # noqa: SLF001 - how much is kept shows nowhere else
    buckets = TokenBuckets(burst=3, seconds_per_token=1.0)
    for n in range(MAX_KEYS + 10):
        buckets.take(str(n), 0.0)
    assert len(buckets._spent) == MAX_KEYS  # noqa: SLF001 - as above


def test_a_flood_of_addresses_does_not_push_out_names() -> None:
    backoff = Backoff()
    backoff.begin([(KEY, 1)], 0.0)
    for n in range(MAX_KEYS + 10):
        backoff.begin([(("address", str(n)), 5)], 0.0)
    with pytest.raises(TooSoonError):
        backoff.begin([(KEY, 1)], 0.0)


def test_a_key_has_a_burst_and_then_one_token_a_second() -> None:
    buckets = TokenBuckets(burst=3, seconds_per_token=1.0)
    assert [buckets.take("192.0.2.1", 0.0) for _ in range(4)] == [True, True, True, False]
    assert buckets.take("192.0.2.2", 0.0)
    assert buckets.take("192.0.2.1", 1.0)
    assert not buckets.take("192.0.2.1", 1.0)
    assert [buckets.take("192.0.2.1", 100.0) for _ in range(4)] == [True, True, True, False]


def test_a_factor_multiplies_burst_and_rate() -> None:
    buckets = TokenBuckets(burst=1, seconds_per_token=1.0)
    assert [buckets.take("2001:db8::/48", 0.0, factor=3) for _ in range(4)] == [True, True, True, False]
    assert [buckets.take("2001:db8::/48", 1.0, factor=3) for _ in range(4)] == [True, True, True, False]


def test_tokens_that_are_given_back_can_be_taken_again() -> None:
    buckets = TokenBuckets(burst=2, seconds_per_token=1.0)
    assert [buckets.take("192.0.2.1", 0.0) for _ in range(3)] == [True, True, False]
    buckets.give_back("192.0.2.1", 5)
    buckets.give_back("192.0.2.2")
    assert [buckets.take("192.0.2.1", 0.0) for _ in range(3)] == [True, True, False]
