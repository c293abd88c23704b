"""What every store promises about history and leases, tested on each engine."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from msgspec.structs import replace

from callin.contracts import HistoryQuery, Store
from callin.model import Outcome
from tests.stores.cast import NUMBER, ended, put, sid_of, waiting
from tests.stores.conftest import Opener

ALWAYS = (0.0, 10_000.0)


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
    )  # a change does not move it back
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
    # Three joined in the same instant: they are ordered by their names.
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


def test_a_lease_has_one_holder_until_it_is_over(opener: Opener) -> None:
    one, other = opener(), opener()
    assert one.acquire_lease("sweep", "one", 1_000.0, 60.0)
    assert not other.acquire_lease("sweep", "other", 1_059.0, 60.0)
    assert one.acquire_lease("sweep", "one", 1_059.0, 60.0), "its holder may renew it"
    assert not other.acquire_lease("sweep", "other", 1_118.0, 60.0)
    assert other.acquire_lease("sweep", "other", 1_119.0, 60.0)
    assert one.acquire_lease("another", "one", 1_119.0, 60.0), "each lease is its own"


def test_one_of_eight_that_take_a_lease_at_once_gets_it(opener: Opener) -> None:
    stores = opener(), opener()
    with ThreadPoolExecutor(8) as threads:
        taken = list(
            threads.map(lambda n: stores[n % 2].acquire_lease("sweep", f"holder {n}", 1_000.0, 60.0), range(8))
        )
    assert taken.count(True) == 1
