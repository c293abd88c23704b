"""How long callers are told that it will take: from the show's own pace, or nothing."""

from __future__ import annotations

import pytest

from callin.model import WaitRange
from callin.rules.wait_estimate import pace, wait_range
from tests.line.conftest import House

MINUTELY = [60.0] * 12


def told(position: int, gaps: list[float] = MINUTELY, since_last: float = 0.0, give_ups: float = 0.0) -> WaitRange:
    known = pace(gaps, since_last, give_ups)
    assert known is not None
    return wait_range(known, position)


def test_with_too_few_callers_on_the_air_nobody_can_tell() -> None:
    assert pace([], 0, 0) is None
    assert pace([60.0] * 3, 0, 0) is None


def test_a_show_that_takes_one_a_minute_is_told_in_minutes_around_the_place() -> None:
    for position in (2, 5, 9):
        estimate = told(position)
        assert estimate.least_minutes < position < estimate.most_minutes
        assert estimate.likely_seconds == pytest.approx(60 * position, rel=0.1)


def test_the_range_is_wider_where_the_times_differ() -> None:
    uneven = told(9, [10.0, 200.0, 20.0, 90.0, 5.0, 120.0, 15.0, 20.0])
    assert uneven.most_minutes - uneven.least_minutes > told(9).most_minutes - told(9).least_minutes


def test_newer_times_count_more() -> None:
    assert told(9, [30.0] * 12 + [120.0] * 12).likely_seconds > 1.3 * told(9, [120.0] * 12 + [30.0] * 12).likely_seconds


def test_a_long_silence_makes_the_estimate_longer_before_the_next_is_taken() -> None:
    assert told(5, since_last=600).likely_seconds > 1.3 * told(5).likely_seconds


def test_callers_that_give_up_make_it_shorter_but_the_longest_wait_does_not_count_on_all_of_them() -> None:
    patient, impatient = told(40), told(40, give_ups=1 / 600)
    assert impatient.likely_seconds < 0.6 * patient.likely_seconds
    assert impatient.most_minutes * 60 > 1.5 * impatient.likely_seconds


def test_far_back_the_minutes_are_fives_and_tens() -> None:
    assert {minutes % 5 for minutes in told(20)[:2]} == {0}
    assert {minutes % 10 for minutes in told(60)[:2]} == {0}


def test_the_five_thousandth_place_is_told_too() -> None:
    assert told(5000).likely_seconds == pytest.approx(300_000, rel=0.01)
    assert told(5000, give_ups=1 / 600).likely_seconds < 7200


def test_a_line_learns_its_pace_from_the_callers_that_were_on(house: House) -> None:
    house.ring(*(f"CA{number}" for number in range(12)))
    assert house.board.place("CA11").wait_range is None
    for number in range(6):
        house.clock.advance(60)
        house.put_on_air(f"CA{number}")
    house.clock.advance(10)
    place = house.board.place("CA11")
    assert place.position == 6
    assert place.wait_range is not None
    assert place.wait_range.least_minutes < 6 < place.wait_range.most_minutes
