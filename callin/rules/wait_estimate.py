"""How long a caller will wait, as a range: from how often this show took somebody and how often callers give up.

Each caller ahead leaves the line either to the air or by hanging up, whichever comes first. So the wait is a sum of one
time per place: the time to the next caller on the air, then a shorter mean time the more people are left that may hang
up. Its spread comes from the spread of the times seen. `bench.wait_estimates` shows how often the ranges are right.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from callin.model import WaitRange

FEWEST_GAPS = 4
"""With fewer times between callers nothing is said: the first ones of a show tell little."""

MOST_GAPS = 24
HALF_WEIGHT_GAPS = 10.0
"""A time between two callers counts half as much as one that is this many callers newer: shows change their pace."""

SUPPOSED_SPREAD = 0.9
SUPPOSED_GAPS = 3.0
"""The spread that is assumed at first, and how many times between callers it counts for."""

NEXT_SPREAD = 0.8
"""The least spread for the caller that is next."""

PACE_DRIFT = 0.15
"""How far, relatively, a show's pace may change while a caller waits."""

WIDENING = 1.3
"""The variance is made larger by this: times between callers are not independent of each other."""

QUANTILE = 1.28
"""80 % of a normal distribution lie within this many standard deviations of its mean."""

REMAINING_GIVE_UP = 0.5
"""The longest wait counts with this part of the give-ups: people that have waited for long stay for longer."""


class Pace(Struct, frozen=True):
    """How a show takes its callers: the mean time between two, in seconds, and its spread relative to the mean.

    `weight` is how many times between callers that rests on. `to_next_seconds` is the mean time until the next caller
    is taken. `give_ups_per_second` is how many of 1 waiting caller hang up a second.
    """

    between_seconds: float
    spread: float
    weight: float
    to_next_seconds: float
    give_ups_per_second: float


def pace(gaps_seconds: Sequence[float], since_last_seconds: float, give_ups_per_second: float) -> Pace | None:
    """The pace from the times between callers on the air, oldest first; None if they are too few.

    `since_last_seconds` is how long ago the last one was taken: if that is long, the pace has slowed down.
    """
    gaps = gaps_seconds[-MOST_GAPS:]
    if len(gaps) < FEWEST_GAPS:
        return None
    weights = [0.5 ** (age / HALF_WEIGHT_GAPS) for age in reversed(range(len(gaps)))]
    total = sum(weights)
    weight = total**2 / sum(one**2 for one in weights)
    between = sum(map(math.prod, zip(gaps, weights, strict=True))) / total
    if since_last_seconds > between:
        between = (between * total + since_last_seconds) / (total + 0.5)
    variance = sum(one * (gap - between) ** 2 for gap, one in zip(gaps, weights, strict=True)) / total
    seen = variance * weight / (weight - 1) / between**2
    spread = math.sqrt((seen * weight + SUPPOSED_SPREAD**2 * SUPPOSED_GAPS) / (weight + SUPPOSED_GAPS))
    longer = [
        (gap - since_last_seconds, one) for gap, one in zip(gaps, weights, strict=True) if gap > since_last_seconds
    ]
    to_next = (sum(map(math.prod, longer)) + 0.7 * between) / (sum(one for _, one in longer) + 1)
    return Pace(between, spread, weight, to_next, give_ups_per_second)


def wait_range(pace: Pace, position: int) -> WaitRange:
    """The wait of the caller at this place, counted from 1. About four in five are on the air within it."""
    mean, spread = _wait(pace, position)
    patient = replace(pace, give_ups_per_second=pace.give_ups_per_second * REMAINING_GIVE_UP)
    least = _quantile(mean, spread, -QUANTILE)
    most = _quantile(*_wait(patient, position), QUANTILE)
    return WaitRange(_rounded(least, math.floor), _rounded(most, math.ceil), mean)


def _wait(pace: Pace, position: int) -> tuple[float, float]:
    """The mean of the wait in seconds, and its relative spread.

    The sums over the places behind the first are integrals, so that the 5,000th place costs what the second does.
    """
    spread, places, give_ups = pace.spread, position - 1, pace.give_ups_per_second
    first_leave = 1 / pace.between_seconds + give_ups / 2
    last_leave = first_leave + give_ups * places
    rest = math.log(last_leave / first_leave) / give_ups if give_ups else places / first_leave
    squares = places / (first_leave * last_leave)
    first_spread = spread if places else max(spread, NEXT_SPREAD)
    variance = (first_spread * pace.to_next_seconds) ** 2 + spread**2 * squares
    variance += (spread**2 / pace.weight + PACE_DRIFT**2) * rest**2
    mean = pace.to_next_seconds + rest
    return mean, math.sqrt(WIDENING * variance) / mean


def _quantile(mean: float, spread: float, deviations: float) -> float:
    """Of the log-normal distribution, because waits are never negative and some are very long."""
    variance = math.log1p(spread**2)
    return mean * math.exp(deviations * math.sqrt(variance) - variance / 2)


def _rounded(seconds: float, to_whole: Callable[[float], int]) -> int:
    """In minutes: whole ones up to ten, then fives, and tens from half an hour on."""
    minutes = seconds / 60
    step = 1 if minutes < 10 else 5 if minutes < 30 else 10
    return to_whole(minutes / step) * step
