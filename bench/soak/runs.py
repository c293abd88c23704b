"""The kinds of show: the app is killed again and again, the network misbehaves in one way after the other, or both
happen to a show with several desks."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from bench.soak.behaviours import Behaviour
from bench.soak.desks.run import desks, desks_killed, desks_with_faults
from bench.soak.faults import FAULTS, NO_FAULTS
from bench.soak.found import EXCUSED_SECONDS, FOUND_WITHIN_SECONDS, found_again
from bench.soak.judge import SETTLED_WITHIN_SECONDS, judge_ends
from bench.soak.stage import Plan, Stage, Verdict, stage

TOLD_WITHIN_SECONDS = 45.0
"""The app reads Twilio every 20 s, and takes a while to give up a slow answer."""


def kill(plan: Plan, name: str, behaviour: Behaviour) -> Verdict:
    """`kill -9` of the app in the middle of the show, again and again."""
    dice = random.Random(plan.seed)
    with stage(f"kill, {name}", plan, behaviour) as on:
        slowest, problems = 0.0, []
        for number in range(plan.kills):
            on.show.run(plan.kill_seconds * dice.uniform(0.5, 1.5))
            on.app.kill()
            on.watch.note_all("the app is killed")
            on.show.excuse_on_air()
            on.show.run(dice.uniform(0.2, 3.0), app_is_up=False, until=on.show.excuse_on_air)
            on.app.start()
            on.watch.note_all("the app is back")
            seconds, found = found_again(on.watch, on.show.rang_at, on.show.run)
            # What was asked while it was down is lost: it learns later who went on the air then, or never.
            on.show.run(EXCUSED_SECONDS, until=on.show.excuse_on_air)
            slowest = max(slowest, seconds)
            problems += [f"after kill {number + 1}, {problem}" for problem in found]
        promise = (
            f"{plan.kills} kills, each live call found within {FOUND_WITHIN_SECONDS:.0f} s with its wait, none twice"
        )
        on.verdict.judge(f"{promise} (the slowest took {slowest:.1f} s)", problems)
        judge_ends(on, may_lose_documents=True)
        return on.verdict


def faults(plan: Plan, name: str, behaviour: Behaviour, only: tuple[str, ...] = tuple(FAULTS)) -> Verdict:
    """Each of the network's faults in turn, and a quiet time after each."""
    with stage(f"faults, {name}", plan, behaviour) as on:
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
        judge_ends(on, may_lose_documents="webhooks lost" in only)
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


KINDS: dict[str, Callable[[Plan, str, Behaviour], Verdict]] = {
    "kill": kill,
    "faults": faults,
    "desks killed": desks_killed,
    "desks with faults": desks_with_faults,
    "desks": desks,
}
UNDER_EVERY_SET = frozenset(KINDS) - {"desks"}
"""Shows that are played under every set of behaviour, not only as documented and the other way."""
