"""How right are the waits that callers are told? Six kinds of made-up shows, compared with the last hour's average.

The shows' seeds were not used in building the estimate. A sample is a caller that hears their place: on arrival and
after each move. Every twentieth caller never gives up, and only these are samples, so that each has a true wait.
"""

from __future__ import annotations

import math
import random
import statistics
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from bench import report
from callin.live.daily_stats import RecentCalls
from callin.model import Call, Moment, Outcome, Stage
from callin.rules.wait_estimate import wait_range

SEEDS = range(2000, 2040)
SHOW_SECONDS = 3 * 3600.0
NAIVE_SECONDS = 3600.0
SAMPLE_SECONDS = 30.0
DAWN = 1_790_000_000.0


class Kind(NamedTuple):
    """A kind of show.

    `talk_seconds` takes the time in the show and how many callers were on before, and says when the next one follows.
    `callers_at_first` ring in the first two minutes, then one each `ring_seconds`; they give up after
    `patience_seconds`. Both are means.
    """

    talk_seconds: Callable[[random.Random, float, int], float]
    callers_at_first: int
    ring_seconds: float
    patience_seconds: float


def _about(chance: random.Random, mean: float, spread: float) -> float:
    return chance.gammavariate(1 / spread**2, mean * spread**2)


def _sometimes_long(chance: random.Random, mean: float, spread: float) -> float:
    variance = math.log1p(spread**2)
    return chance.lognormvariate(math.log(mean) - variance / 2, math.sqrt(variance))


def _with_music(chance: random.Random, _at: float, number: int) -> float:
    music = chance.uniform(420, 720) if number % 4 == 3 else 0.0
    return _about(chance, 90, 0.5) + music


KINDS = {
    "talk, 150 s a caller": Kind(lambda chance, _at, _n: _about(chance, 150, 0.5), 10, 160, 3600),
    "a quiz, 35 s a caller": Kind(lambda chance, _at, _n: _about(chance, 35, 0.4), 30, 36, 2400),
    "long talks, some very long": Kind(lambda chance, _at, _n: _sometimes_long(chance, 260, 0.9), 8, 260, 5400),
    "music after every fourth caller": Kind(_with_music, 10, 230, 3600),
    "faster towards the end": Kind(
        lambda chance, at, _n: _about(chance, 240 - 170 * at / SHOW_SECONDS, 0.5), 12, 140, 3600
    ),
    "a crowd that gives up": Kind(lambda chance, _at, _n: _about(chance, 120, 0.6), 40, 25, 480),
}


@dataclass
class SimulatedCaller:
    """A caller of a made-up show. Times are seconds in the show; `aired_at` is None for a caller that gave up."""

    number: int
    rang_at: float
    patience_seconds: float
    aired_at: float | None = None

    @property
    def left_line_at(self) -> float:
        return self.rang_at + self.patience_seconds if self.aired_at is None else self.aired_at

    def call(self, now: float) -> Call:
        """The call as the line knows it at that time."""
        moments = [Moment(Stage.WAITING, DAWN + self.rang_at)]
        outcome = None
        if self.left_line_at <= now and self.aired_at is not None:
            moments.append(Moment(Stage.ON_AIR, DAWN + self.aired_at))
        elif self.left_line_at <= now:
            moments.append(Moment(Stage.DONE, DAWN + self.left_line_at))
            outcome = Outcome.HUNG_UP
        return Call(f"CA{self.number}", "", moments[-1].stage, tuple(moments), outcome=outcome)


def show(kind: Kind, seed: str) -> list[SimulatedCaller]:
    """A show's callers, in the order in which they rang."""
    chance = random.Random(seed)
    rang_at = [chance.uniform(0, 120) for _ in range(kind.callers_at_first)]
    at = 0.0
    while at < SHOW_SECONDS:
        at += chance.expovariate(1 / kind.ring_seconds)
        rang_at.append(at)
    callers = [
        SimulatedCaller(number, at, math.inf if number % 20 == 10 else chance.expovariate(1 / kind.patience_seconds))
        for number, at in enumerate(sorted(rang_at))
    ]
    at, aired, waiting = chance.uniform(60, 400), 0, list(callers)
    while waiting and at < 2 * SHOW_SECONDS:
        waiting = [caller for caller in waiting if caller.left_line_at > at]
        if not waiting:
            break
        first = waiting.pop(0)
        first.aired_at = at = max(at, first.rang_at)
        at += max(8.0, kind.talk_seconds(chance, min(at, SHOW_SECONDS), aired))
        aired += 1
    return callers


@dataclass
class Score:
    """How far off each sample was, in minutes, and how often the true wait was inside the range."""

    ours: list[float] = field(default_factory=list)
    naive: list[float] = field(default_factory=list)
    inside: list[bool] = field(default_factory=list)
    widths: list[int] = field(default_factory=list)


def samples(callers: list[SimulatedCaller]) -> Iterator[tuple[float, SimulatedCaller, int]]:
    """The time, the caller and their place, oldest first."""
    found = []
    for caller in callers:
        if not math.isinf(caller.patience_seconds) or caller.aired_at is None or caller.aired_at > SHOW_SECONDS:
            continue
        at, before = caller.rang_at, 0
        while at < caller.aired_at:
            ahead = callers[: caller.number]
            place = 1 + sum(one.left_line_at > at for one in ahead)
            if place != before and place > 1:
                found.append((at, caller, place))
            at, before = at + SAMPLE_SECONDS, place
    return iter(sorted(found, key=lambda sample: sample[0]))


def measure(callers: list[SimulatedCaller], score: Score) -> None:
    book = RecentCalls()
    events = sorted({at for caller in callers for at in (caller.rang_at, caller.left_line_at) if math.isfinite(at)})
    by_event: dict[float, list[SimulatedCaller]] = {}
    for caller in callers:
        for at in (caller.rang_at, caller.left_line_at):
            by_event.setdefault(at, []).append(caller)
    done = 0
    for at, caller, place in samples(callers):
        until = bisect_right(events, at)
        for event in events[done:until]:
            book.apply([one.call(event) for one in by_event[event]], DAWN + event)
        done = max(done, until)
        pace = book.pace(DAWN + at)
        waits = [
            one.aired_at - one.rang_at
            for one in callers
            if one.aired_at is not None and at - NAIVE_SECONDS < one.aired_at <= at
        ]
        if pace is None or not waits or caller.aired_at is None:
            continue
        truth = caller.aired_at - at
        estimate = wait_range(pace, place)
        naive = max(0.0, statistics.mean(waits) - (at - caller.rang_at))
        score.ours.append(abs(estimate.likely_seconds - truth) / 60)
        score.naive.append(abs(naive - truth) / 60)
        score.inside.append(estimate.least_minutes * 60 <= truth <= estimate.most_minutes * 60)
        score.widths.append(estimate.most_minutes - estimate.least_minutes)


def main() -> None:
    rows = []
    for name, kind in KINDS.items():
        report.doing(f"{len(SEEDS)} shows: {name}", 10)
        score = Score()
        for seed in SEEDS:
            measure(show(kind, f"{name} {seed}"), score)
        ours, naive = statistics.mean(score.ours), statistics.mean(score.naive)
        inside = 100 * statistics.mean(score.inside)
        rows.append(
            (
                name,
                f"{len(score.ours):,}",
                f"{ours:.1f}",
                f"{naive:.1f}",
                f"{ours / naive:.2f}",
                f"{inside:.0f} %",
                f"{statistics.median(score.widths):.0f}",
            )
        )
    headings = (
        "show",
        "told",
        "off by, min",
        "average of the hour, min",
        "ours / that",
        "inside the range",
        "width, min",
    )
    report.table("What callers are told of their wait", headings, rows)


if __name__ == "__main__":
    main()
