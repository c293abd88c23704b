"""The two kinds of trouble: the app is killed again and again, or the network misbehaves in one way after the other."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

from bench.soak import checks
from bench.soak.app import App
from bench.soak.checks import Rang
from bench.soak.manners import Manners
from bench.soak.show import DJ_PHONE, Show
from bench.soak.watch import Watch
from bench.station import Station, resident_megabytes, station

FOUND_WITHIN_SECONDS = 5.0
SETTLED_WITHIN_SECONDS = 75.0
"""After trouble: two sweeps, and what a call that has just changed is given to settle."""

TOLD_WITHIN_SECONDS = 45.0
"""The app reads Twilio every 20 s, and a slow answer takes a while to be given up."""

TWO_ON_AIR_SECONDS = 20.0
"""While one leaves the air and the next comes, their webhooks may overtake one another, and be asked twice more."""

SLOWEST_STATUS_SECONDS = 2.0
APP_MEGABYTES = 200
STORIES = 3

NO_FAULTS: dict[str, Any] = {
    "rest": {"status": None, "rate": 1.0, "delay_ms": 0},
    "webhooks": {"duplicate": 0.0, "delay_ms": [0, 0], "lose": 0.0},
}
FAULTS: dict[str, dict[str, Any]] = {
    "REST 500": {"rest": {"status": 500, "rate": 1.0, "delay_ms": 0}},
    "REST 429": {"rest": {"status": 429, "rate": 1.0, "delay_ms": 0}},
    "REST takes 10 s": {"rest": {"status": None, "rate": 1.0, "delay_ms": 10_000}},
    "webhooks doubled": {"webhooks": {"duplicate": 1.0, "delay_ms": [0, 0], "lose": 0.0}},
    "webhooks delayed": {"webhooks": {"duplicate": 0.0, "delay_ms": [0, 3000], "lose": 0.0}},
    "webhooks lost": {"webhooks": {"duplicate": 0.0, "delay_ms": [0, 0], "lose": 0.1}},
}


@dataclass(frozen=True)
class Plan:
    """How big and how long a run is."""

    seed: int = 1
    crowd: int = 190
    """So many are on the phone at once; the app lists up to 200, so that everybody can be looked up."""
    patience: tuple[float, float] = (15.0, 240.0)
    warm_up_seconds: float = 20.0
    kills: int = 10
    kill_seconds: float = 12.0
    fault_seconds: float = 60.0


@dataclass
class Verdict:
    """What a run showed: sentences for what is well, and for what is not."""

    name: str
    good: list[str] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)

    def judge(self, promise: str, problems: list[str]) -> None:
        if problems:
            self.bad += [f"NOT {promise}: {problem}" for problem in problems]
        else:
            self.good.append(promise)

    def tell(self, stories: Mapping[str, list[str]]) -> None:
        """Adds the stories of the first few calls that the problems name."""
        named = [call_sid for call_sid in stories if any(call_sid in problem for problem in self.bad)]
        for call_sid in named[:STORIES]:
            self.bad += [f"{call_sid}:", *("  " + line for line in stories[call_sid])]


@dataclass
class Stage:
    """A running show on a running station."""

    where: Station
    app: App
    watch: Watch
    show: Show
    plan: Plan
    manners: Manners
    verdict: Verdict

    @property
    def rang(self) -> Rang:
        return Rang(
            self.show.rang_at, frozenset(self.show.hung_up), self.show.left_by_studio, frozenset(self.show.excused)
        )


@contextmanager
def stage(name: str, plan: Plan, manners: Manners) -> Iterator[Stage]:
    with station(DJ_PHONES=DJ_PHONE) as where:
        where.control("PUT", "manners", manners)
        app = App(where)
        watch = Watch(where)
        show = Show(where, watch, plan.seed, plan.crowd, plan.patience)
        try:
            app.start()
            show.run(plan.warm_up_seconds)
            yield Stage(where, app, watch, show, plan, manners, Verdict(name))
        finally:
            show.desk.close()
            app.end()


def kill(plan: Plan, name: str, manners: Manners) -> Verdict:
    """`kill -9` of the app in the middle of the show, again and again."""
    dice = random.Random(plan.seed)
    with stage(f"kill, {name}", plan, manners) as on:
        slowest, problems = 0.0, []
        for number in range(plan.kills):
            on.show.run(plan.kill_seconds * dice.uniform(0.5, 1.5))
            on.app.kill()
            on.show.excuse_on_air()
            on.show.run(dice.uniform(0.2, 3.0), app_is_up=False, until=on.show.excuse_on_air)
            on.app.start()
            seconds, found = _found_again(on)
            slowest = max(slowest, seconds)
            problems += [f"after kill {number + 1}, {problem}" for problem in found]
        promise = (
            f"{plan.kills} kills, each live call found within {FOUND_WITHIN_SECONDS:.0f} s with its wait, none twice"
        )
        on.verdict.judge(f"{promise} (the slowest took {slowest:.1f} s)", problems)
        _judge_ends(on, may_lose_documents=True)
        return on.verdict


def _found_again(on: Stage) -> tuple[float, list[str]]:
    """Seconds until the app knows everybody who waited or spoke when it was back, and what is wrong after 5 s."""
    began = time.monotonic()
    on.watch.look_at_network()
    there = {call_sid for call_sid, caller in on.watch.callers.items() if caller.placed and call_sid in on.show.rang_at}
    problems = ["the app did not answer"]
    while problems and time.monotonic() - began < FOUND_WITHIN_SECONDS:
        on.show.run(0.1)
        on.watch.look_at_network()
        if on.watch.look_at_app():
            problems = _not_found(on, there)
    return time.monotonic() - began, problems


def _not_found(on: Stage, there: set[str]) -> list[str]:
    rows = on.watch.rows()
    callers = [on.watch.callers[call_sid] for call_sid in there if call_sid in on.watch.callers]
    more = int(on.watch.status["more"])
    twice = len(on.watch.status["calls"]) - len(rows)
    problems = checks.missing(callers, rows, more=more)
    problems += checks.wrong_waits(rows, on.show.rang_at, on.watch.placed_at, time.time())
    return problems + ([f"{twice} are in line twice"] if twice else [])


def faults(plan: Plan, name: str, manners: Manners, only: tuple[str, ...] = tuple(FAULTS)) -> Verdict:
    """Each of the network's faults in turn, and a while without any after each."""
    with stage(f"faults, {name}", plan, manners) as on:
        for fault in only:
            on.where.control("PUT", "faults", NO_FAULTS | FAULTS[fault])
            began = time.monotonic()
            told = [0.0]

            def told_the_truth(began: float = began, told: list[float] = told) -> bool:
                if not on.watch.twilio_is_ok and not told[0]:
                    told[0] = time.monotonic() - began
                return False

            on.show.run(plan.fault_seconds, until=told_the_truth)
            on.where.control("PUT", "faults", NO_FAULTS)
            _judge_truth(on, fault, told[0])
        _judge_ends(on, may_lose_documents="webhooks lost" in only)
        return on.verdict


def _judge_truth(on: Stage, fault: str, told_after_seconds: float) -> None:
    if fault.startswith("REST") and on.plan.fault_seconds > TOLD_WITHIN_SECONDS:
        late = not told_after_seconds or told_after_seconds > TOLD_WITHIN_SECONDS
        on.verdict.judge(
            f"{fault}: the desk is told after {told_after_seconds:.0f} s",
            [f"twilio.ok was true for {TOLD_WITHIN_SECONDS:.0f} s"] if late else [],
        )
    began = time.monotonic()
    on.show.run(SETTLED_WITHIN_SECONDS, until=lambda: on.watch.twilio_is_ok)
    seconds = time.monotonic() - began
    problems = [] if on.watch.twilio_is_ok else [f"twilio.ok is false {seconds:.0f} s after the fault"]
    on.verdict.judge(f"{fault}: all is well again {seconds:.0f} s after it", problems)


def _judge_ends(on: Stage, *, may_lose_documents: bool) -> None:
    """The end of a show: nobody rings any more, and both sides must agree about everybody."""
    settled_after, problems = _settled(on)
    on.verdict.judge(f"app and network agree about everybody, {settled_after:.0f} s after the last trouble", problems)
    callers = on.watch.callers
    problems, by_network = checks.unjust_ends(callers, on.rang)
    if by_network and not (may_lose_documents and on.manners.get("wait_url_failure") == "hangup"):
        problems.append(f"the network gave up {len(by_network)}: {', '.join(by_network[:3])}")
    on.verdict.judge(f"none of {len(on.show.rang_at)} callers was lost or cut off", problems)
    on.verdict.judge("nobody was on the air twice", checks.aired_twice(callers, on.rang))
    on.verdict.judge("never two desks on the air", [f"{on.watch.two_legs} times"] if on.watch.two_legs else [])
    pair = on.watch.longest_pair_seconds
    problems = ["that is too long"] if pair > TWO_ON_AIR_SECONDS else []
    on.verdict.judge(f"two on the air at once are shown for {pair:.0f} s at most", problems)
    on.verdict.judge("no call has two rows", ["some had"] if on.watch.doubled_rows else [])
    slowest = on.watch.slowest_status_seconds
    slow = slowest > SLOWEST_STATUS_SECONDS or on.watch.unanswered > 0
    on.verdict.judge(
        f"/queue-status always answered, within {slowest:.2f} s",
        [f"{on.watch.unanswered} times it did not, or it was slow"] if slow else [],
    )
    outcomes = _outcomes(on.where.environment["STORE"].removeprefix("sqlite:///"))
    on.verdict.judge("every call that is over has its outcome", checks.wrong_outcomes(callers, on.rang, outcomes))
    _tell(on, by_network)


def _settled(on: Stage) -> tuple[float, list[str]]:
    """Lets the last webhooks come, with a show that stands still, until both sides agree twice in a row."""
    began = time.monotonic()
    problems, agreed = ["nobody looked"], 0
    while agreed < 2 and time.monotonic() - began < SETTLED_WITHIN_SECONDS:
        time.sleep(0.5)
        on.watch.look_at_network()
        problems = ["the app did not answer"]
        if on.watch.look_at_app():
            mine = [caller for caller in on.watch.callers.values() if caller.call_sid in on.show.rang_at]
            problems = checks.disagreements(mine, on.watch.status)
        agreed = 0 if problems else agreed + 1
    return time.monotonic() - began, problems


def _outcomes(path: str) -> dict[str, str | None]:
    """Every call in the app's own file, with its outcome."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as store:
        return dict(store.execute("SELECT key, json_extract(document, '$.outcome') FROM call").fetchall())


def _tell(on: Stage, by_network: list[str]) -> None:
    """What is worth knowing and no promise."""
    aired = sum(caller.bridges > 0 for caller in on.watch.callers.values() if caller.call_sid in on.show.rang_at)
    thanks = len(checks.unthanked(on.watch.callers, on.rang))
    presses = ", ".join(f"{count} {what}" for what, count in sorted(on.show.done.items()))
    answers = ", ".join(f"{count} x {what}" for what, count in sorted(on.show.desk.answers.items()))
    kept = len(on.show.left_by_studio)
    megabytes = resident_megabytes(on.app.pid)
    on.verdict.good.append(
        f"({aired} aired, {len(on.show.hung_up)} hung up, {thanks} ended by the studio without thanks, {kept} left by "
        f"the studio, {len(by_network)} given up by the network; the DJ: {presses}; presses answered: {answers}; "
        f"{megabytes:.0f} MB)"
    )
    on.verdict.judge("the app stays small", [f"it takes {megabytes:.0f} MB"] if megabytes > APP_MEGABYTES else [])
    on.verdict.tell(on.watch.stories)


KINDS: dict[str, Callable[[Plan, str, Manners], Verdict]] = {"kill": kill, "faults": faults}
