"""Shows with five desks: a screened one with each fault in turn, and open ones with kills or faults."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bench.soak.app import App
from bench.soak.behaviours import Behaviour
from bench.soak.browser import Browser
from bench.soak.desks.judge import judge
from bench.soak.desks.show import Company, DesksShow
from bench.soak.desks.watch import DesksWatch
from bench.soak.faults import FAULTS, NO_FAULTS
from bench.soak.found import EXCUSED_SECONDS, found_again
from bench.soak.stage import Plan, Verdict
from bench.station import station

CROWD = 40
PATIENCE_SECONDS = (15.0, 150.0)


@dataclass(frozen=True)
class Part:
    """A minute of the show: what the network does, how the show is set, and whether the app is killed in it."""

    fault: str = ""
    whisper: bool = False
    ready_check: bool = False
    kill: bool = False


SCREENED = (
    Part(),
    Part("REST 500"),
    Part("REST takes 10 s", whisper=True),
    Part(whisper=True, kill=True),
    Part("webhooks doubled", whisper=True),
    Part("webhooks delayed"),
    Part("REST 429", ready_check=True),
    Part("webhooks lost", ready_check=True),
    Part("webhooks doubled", whisper=True, ready_check=True, kill=True),
    Part(),
)


KILLED = tuple(Part(whisper=whisper, kill=True) for whisper in (False, True))
WITH_FAULTS = (Part(), *(Part(fault) for fault in FAULTS))
KILL_TIMES = 2.0
"""With lines, kills are this many times as far apart: the lines must be full again before the next one."""


def desks(plan: Plan, name: str, behaviour: Behaviour) -> Verdict:
    """Forty callers, two consoles of four lines, and three screeners, in a screened show with each fault in turn."""
    return _show(f"desks, {name}", plan, behaviour, SCREENED, plan.fault_seconds, screened=True)


def desks_killed(plan: Plan, name: str, behaviour: Behaviour) -> Verdict:
    """`kill -9` of the app again and again, while both consoles have up to four callers on the air."""
    parts = [KILLED[number % len(KILLED)] for number in range(plan.kills)]
    return _show(f"desks killed, {name}", plan, behaviour, parts, KILL_TIMES * plan.kill_seconds, screened=False)


def desks_with_faults(plan: Plan, name: str, behaviour: Behaviour) -> Verdict:
    """Each of the network's faults in turn, while both consoles have up to four callers on the air."""
    return _show(f"desks with faults, {name}", plan, behaviour, WITH_FAULTS, plan.fault_seconds, screened=False)


def _show(
    name: str, plan: Plan, behaviour: Behaviour, parts: Sequence[Part], seconds: float, *, screened: bool
) -> Verdict:
    """Plays the parts, each for its time. In a show that is not screened, DJs take callers that no screener saw."""
    dice = random.Random(plan.seed)
    verdict = Verdict(name)
    with _company(plan, behaviour, screened=screened) as company:
        for part in parts:
            _play(company, part, seconds, dice, verdict)
        company.where.control("PUT", "faults", NO_FAULTS)
        judge(company, verdict)
    return verdict


@contextmanager
def _company(plan: Plan, behaviour: Behaviour, *, screened: bool) -> Iterator[Company]:
    with station() as where:
        where.control("PUT", "behaviour", behaviour)
        app = App(where)
        watch = DesksWatch(where)
        try:
            app.start()
            show = DesksShow(where, watch, plan.seed, CROWD, PATIENCE_SECONDS)
            setter = Browser(where.url, "dj", "/token")
            company = Company(where, app, watch, show, setter, behaviour, screened)
            company.set(screened=screened)
            try:
                yield company
            finally:
                show.close()
                setter.close()
        finally:
            app.end()


def _play(company: Company, part: Part, seconds: float, dice: random.Random, verdict: Verdict) -> None:
    faults: dict[str, Any] = FAULTS[part.fault] if part.fault else {}
    company.where.control("PUT", "faults", NO_FAULTS | faults)
    company.watch.note_all(part.fault or "no trouble")
    company.watch.is_losing_webhooks = part.fault == "webhooks lost"
    company.set(whisper=part.whisper, ready_check=part.ready_check)
    if not part.kill:
        company.show.run(seconds)
        return
    until_killed = seconds * dice.uniform(0.2, 0.6)
    company.show.run(until_killed)
    _kill(company, dice, verdict)
    company.show.run(max(0.0, seconds - until_killed))


def _kill(company: Company, dice: random.Random, verdict: Verdict) -> None:
    """Kills the app, starts it again soon, and judges how soon it knows every live call."""
    excuse = company.show.excuse_on_air
    began = time.time()
    company.app.kill()
    company.watch.note_all("the app is killed")
    excuse()
    company.show.run(dice.uniform(0.2, 3.0), app_is_up=False, each=excuse)
    company.app.start()
    company.watch.note_all("the app is back")
    company.show.down.append((began, time.time()))
    found_after, problems = found_again(company.watch, company.show.rang_at, company.show.run)
    verdict.judge(f"after a kill, each live call was found with its wait within {found_after:.1f} s", problems)
    # What was asked while it was down is lost: it learns later who went on the air then, or never.
    company.show.run(EXCUSED_SECONDS, each=excuse)
