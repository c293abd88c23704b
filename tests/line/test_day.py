"""The day: waits, outcomes and five-minute slots, added up by hand and by the day book."""

from __future__ import annotations

import random
import time
from statistics import median

from callin.live import daily_stats as day
from callin.live.daily_stats import RecentCalls
from callin.model import Call, Moment, Outcome, Stage

NOON = 1_790_000_100.0  # a multiple of 300: a slot begins here
W, A, D = Stage.WAITING, Stage.ON_AIR, Stage.DONE


def call(
    call_sid: str,
    *moments: tuple[Stage, float],
    outcome: Outcome | None = None,
    number: str = "+447700900001",
    bridged: bool = False,
) -> Call:
    """A call that entered these stages at these seconds after noon, and is in the last one."""
    entered = tuple(Moment(stage, NOON + at) for stage, at in moments)
    return Call(call_sid, number, entered[-1].stage, entered, bridged=bridged, outcome=outcome)


def booked(*calls: Call, now: float = 0.0) -> RecentCalls:
    book = RecentCalls()
    book.apply(calls, NOON + now)
    return book


def summary(book: RecentCalls, now: float, since: float = -3600.0, until: float | None = None) -> dict[str, object]:
    return book.summary(NOON + since, NOON + (now + 1 if until is None else until), NOON + now)


def waits(told: dict[str, object]) -> list[int]:
    assert isinstance(told["waits"], list)
    return [wait["wait_seconds"] for wait in told["waits"]]


def test_a_day_without_calls_has_no_median_and_no_longest_wait() -> None:
    assert summary(RecentCalls(), now=10, since=0, until=10) == {
        "from": NOON,
        "until": NOON + 10,
        "now": NOON + 10,
        "calls": 0,
        "median_wait_seconds": None,
        "longest_wait_seconds": None,
        "outcomes": {},
        "gave_up": 0,
        "slots": [],
        "waits": [],
    }
    assert RecentCalls().median_wait_seconds(NOON, NOON) is None


def test_a_small_show_adds_up_as_by_hand() -> None:
    book = booked(
        call("CA1", (W, 0), (A, 70), (D, 200), outcome=Outcome.AIRED, bridged=True),
        call("CA2", (W, 10), (D, 50), outcome=Outcome.HUNG_UP),
        call("CA3", (W, 20), (A, 210)),
        call("CA4", (W, 290)),
        call("CA5", (W, 301), (D, 310), outcome=Outcome.LOST),
    )
    assert summary(book, now=400, since=0, until=400) == {
        "from": NOON,
        "until": NOON + 400,
        "now": NOON + 400,
        "calls": 5,
        "median_wait_seconds": 70,  # of 9, 40, 70, 110, 190
        "longest_wait_seconds": 190,
        "outcomes": {"aired": 1, "hung_up": 1, "lost": 1},
        "gave_up": 1,
        "slots": [
            {"at": int(NOON), "joined": 4, "aired": 2, "gave_up": 1},
            {"at": int(NOON) + 300, "joined": 1, "aired": 0, "gave_up": 0},
        ],
        "waits": [
            {"call_sid": "CA5", "joined_at": NOON + 301, "wait_seconds": 9, "outcome": "lost", "aired": False},
            {"call_sid": "CA4", "joined_at": NOON + 290, "wait_seconds": 110, "outcome": None, "aired": False},
            {"call_sid": "CA3", "joined_at": NOON + 20, "wait_seconds": 190, "outcome": None, "aired": True},
            {"call_sid": "CA2", "joined_at": NOON + 10, "wait_seconds": 40, "outcome": "hung_up", "aired": False},
            {"call_sid": "CA1", "joined_at": NOON, "wait_seconds": 70, "outcome": "aired", "aired": True},
        ],
    }


def test_the_median_of_two_waits_is_between_them() -> None:
    assert summary(booked(call("CA1", (W, 0)), call("CA2", (W, 15))), now=20)["median_wait_seconds"] == 12


def test_a_wait_goes_on_until_the_call_is_on_the_air_or_over() -> None:
    book = booked(call("CA1", (W, 0)))
    assert waits(summary(book, now=30)) == [30]
    assert waits(summary(book, now=90)) == [90]
    book.apply([call("CA1", (W, 0), (A, 100))], NOON + 100)
    assert waits(summary(book, now=500)) == [100]
    assert summary(book, now=500)["calls"] == 1


def test_a_caller_that_the_studio_lost_waited_until_they_were_first_on_the_air() -> None:
    returned = call("CA1", (W, 0), (A, 60), (W, 80), bridged=True)
    assert waits(summary(booked(returned), now=200)) == [60]
    again = call("CA1", (W, 0), (A, 60), (W, 80), (A, 200), (D, 310), outcome=Outcome.AIRED, bridged=True)
    told = summary(booked(again), now=400, since=0)
    assert waits(told) == [60]
    assert told["slots"] == [{"at": int(NOON), "joined": 1, "aired": 1, "gave_up": 0}]


def test_a_caller_that_was_on_the_air_and_hangs_up_while_waiting_for_the_studio_did_not_give_up() -> None:
    told = summary(booked(call("CA1", (W, 0), (A, 60), (W, 80), (D, 90), outcome=Outcome.HUNG_UP, bridged=True)), 100)
    assert told["gave_up"] == 0
    assert told["waits"] == [
        {"call_sid": "CA1", "joined_at": NOON, "wait_seconds": 60, "outcome": "hung_up", "aired": True}
    ]


def test_a_caller_that_hangs_up_on_the_way_to_the_air_gave_up() -> None:
    told = summary(booked(call("CA1", (W, 0), (A, 60), (D, 65), outcome=Outcome.HUNG_UP)), 100)
    assert told["gave_up"] == 1
    assert told["waits"] == [
        {"call_sid": "CA1", "joined_at": NOON, "wait_seconds": 65, "outcome": "hung_up", "aired": False}
    ]


def test_a_call_that_was_aired_though_nobody_saw_when_waited_until_it_ended() -> None:
    told = summary(booked(call("CA1", (W, 0), (D, 65), outcome=Outcome.AIRED, bridged=True)), 100, since=0)
    assert waits(told) == [65]
    assert told["slots"] == [{"at": int(NOON), "joined": 1, "aired": 1, "gave_up": 0}]


def test_the_stages_of_a_screened_show_are_all_one_wait() -> None:
    screened = call("CA1", (W, 0), (Stage.SCREENING, 20), (Stage.READY, 50), (Stage.HELD, 90))
    assert waits(summary(booked(screened), now=120)) == [120]


def test_a_caller_that_is_turned_away_is_counted_without_a_wait() -> None:
    book = booked(
        call("CA1", (W, 0), (D, 0), outcome=Outcome.LINE_FULL),
        call("CA2", (W, 0), (D, 0), outcome=Outcome.BLOCKED),
        call("CA3", (W, 0), (D, 40), outcome=Outcome.LINE_CLOSED),
    )
    told = summary(book, now=100)
    assert told["calls"] == 3
    assert told["outcomes"] == {"line_full": 1, "blocked": 1, "line_closed": 1}
    assert waits(told) == [40]
    assert told["median_wait_seconds"] == 40


def test_withheld_numbers_are_calls_of_their_own_and_no_number_is_told() -> None:
    book = booked(call("CA1", (W, 0), number="anonymous"), call("CA2", (W, 5), number="anonymous"))
    told = summary(book, now=10)
    assert told["calls"] == 2
    assert "anonymous" not in repr(told)
    assert "+44" not in repr(summary(booked(call("CA1", (W, 0))), now=10))


def test_slots_begin_on_the_five_minutes_and_the_end_is_not_in_the_range() -> None:
    moments = (-300.0, -0.001, 0.0, 299.999, 300.0, 600.0)
    book = booked(*(call(f"CA{at}", (W, at)) for at in moments), now=600)
    told = summary(book, now=700, since=-300, until=600)
    assert told["calls"] == 5
    assert told["slots"] == [
        {"at": int(NOON) - 300, "joined": 2, "aired": 0, "gave_up": 0},
        {"at": int(NOON), "joined": 2, "aired": 0, "gave_up": 0},
        {"at": int(NOON) + 300, "joined": 1, "aired": 0, "gave_up": 0},
    ]


def test_a_slot_counts_what_happened_in_it_whenever_the_caller_joined() -> None:
    told = summary(booked(call("CA1", (W, -10), (A, 20))), now=100, since=0)
    assert told["calls"] == 0
    assert told["slots"] == [{"at": int(NOON), "joined": 0, "aired": 1, "gave_up": 0}]


def test_two_hundred_calls_add_up_as_a_plain_sum_does() -> None:
    calls = [
        call(f"CA{n}", (W, n), (D, n + 3 * n + 1), outcome=Outcome.HUNG_UP if n % 4 else Outcome.AIRED, bridged=True)
        for n in range(200)
    ]
    told = summary(booked(*calls, now=1000), now=1000)
    assert told["calls"] == 200
    assert told["median_wait_seconds"] == int(median(3 * n + 1 for n in range(200)))
    assert told["longest_wait_seconds"] == 3 * 199 + 1
    assert told["outcomes"] == {"aired": 50, "hung_up": 150}
    assert told["gave_up"] == 150
    assert waits(told) == [3 * n + 1 for n in reversed(range(200))]


def test_the_newest_five_hundred_waits_are_told_and_all_are_counted() -> None:
    told = summary(booked(*(call(f"CA{n:04}", (W, n)) for n in range(700)), now=700), now=700)
    assert told["calls"] == 700
    assert waits(told) == list(range(1, 501))


def test_the_order_in_which_calls_are_learned_does_not_matter() -> None:
    calls = [call(f"CA{n}", (W, n % 7), (D, n + 10), outcome=Outcome.HUNG_UP) for n in range(40)]
    mixed = random.Random(7).sample(calls, len(calls))
    mixed = [call(one.call_sid, (W, 0)) for one in mixed] + mixed
    assert summary(booked(*mixed), now=100) == summary(booked(*calls), now=100)


def test_a_call_found_to_have_joined_at_another_time_moves_there() -> None:
    book = booked(call("CA1", (W, 100)), call("CA2", (W, 50)))
    book.apply([call("CA1", (W, 10))], NOON + 100)
    assert waits(summary(book, now=100)) == [50, 90]
    assert len(book) == 2


def test_what_is_older_than_two_days_is_forgotten() -> None:
    book = booked(call("CA1", (W, 0)), call("CA2", (W, 600)))
    book.apply([call("CA3", (W, day.KEPT_SECONDS + 300))], NOON + day.KEPT_SECONDS + 300)
    assert len(book) == 2
    told = book.summary(NOON, NOON + day.KEPT_SECONDS + 301, NOON + day.KEPT_SECONDS + 301)
    assert told["calls"] == 2


def test_when_calls_are_too_many_the_oldest_go_and_the_summary_says_from_when_it_counts() -> None:
    book = RecentCalls(kept_calls=10)
    book.apply([call(f"CA{n:02}", (W, n)) for n in range(25)], NOON + 30)
    assert len(book) == 10
    told = summary(book, now=30)
    assert told["from"] == NOON + 15
    assert told["calls"] == 10


def test_the_running_median_is_at_most_five_seconds_old() -> None:
    book = booked(call("CA1", (W, 0)))
    assert book.median_wait_seconds(NOON - 100, NOON + 20) == 20
    book.apply([call("CA1", (W, 0), (A, 22)), call("CA2", (W, 0), (A, 12))], NOON + 22)
    assert book.median_wait_seconds(NOON - 98, NOON + 22) == 20
    assert book.median_wait_seconds(NOON - 95, NOON + 25) == 17
    assert book.median_wait_seconds(NOON + 1, NOON + 25) is None


def test_a_summary_is_made_once_and_anew_when_a_call_changed() -> None:
    book = booked(call("CA1", (W, 0)))
    one = summary(book, now=10, until=20)
    assert summary(book, now=10.4, until=20) is one
    book.apply([call("CA1", (W, 0))], NOON + 10)
    assert summary(book, now=10.4, until=20) is one
    book.apply([call("CA1", (W, 0), (A, 10))], NOON + 10)
    assert summary(book, now=10.4, until=20) is not one


def test_taking_a_call_costs_the_same_in_a_long_show() -> None:
    def seconds_for_a_thousand(size: int) -> float:
        book = booked(*(call(f"CA{n:05}", (W, n / 10)) for n in range(size)), now=size / 10)
        began = time.perf_counter()
        for n in range(1000):
            book.apply([call(f"CA{n:05}", (W, n / 10), (A, size / 10))], NOON + size / 10)
        return time.perf_counter() - began

    small = min(seconds_for_a_thousand(1_000) for _ in range(3))
    large = min(seconds_for_a_thousand(20_000) for _ in range(3))
    assert large < 5 * small  # a cost that grew with the show would be 20 times
