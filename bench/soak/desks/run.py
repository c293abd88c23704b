"""The course of a show with five desks: a minute of each trouble, two kills of the app, and the verdict."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bench.soak.app import App
from bench.soak.behaviours import Behaviour
from bench.soak.desks.browser import Browser
from bench.soak.desks.judge import judge
from bench.soak.desks.show import Company, DesksShow
from bench.soak.desks.watch import DesksWatch
from bench.soak.faults import FAULTS, NO_FAULTS
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


PARTS = (
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


def desks(plan: Plan, name: str, behaviour: Behaviour) -> Verdict:
    """Forty callers, two consoles of four lines, and three screeners, in a screened show with every trouble in turn."""
    dice = random.Random(plan.seed)
    verdict = Verdict(f"desks, {name}")
    with _company(plan, behaviour) as company:
        for part in PARTS:
            _play(company, part, plan.fault_seconds, dice)
        company.where.control("PUT", "faults", NO_FAULTS)
        judge(company, verdict, may_lose_documents=behaviour.get("wait_url_failure") == "hangup")
    return verdict


@contextmanager
def _company(plan: Plan, behaviour: Behaviour) -> Iterator[Company]:
    with station() as where:
        where.control("PUT", "behaviour", behaviour)
        app = App(where)
        watch = DesksWatch(where)
        try:
            app.start()
            show = DesksShow(where, watch, plan.seed, CROWD, PATIENCE_SECONDS)
            setter = Browser(where.app_port, "dj", "/token")
            company = Company(where, app, watch, show, setter)
            company.set(screened=True)
            try:
                yield company
            finally:
                show.close()
                setter.close()
        finally:
            app.end()


def _play(company: Company, part: Part, seconds: float, dice: random.Random) -> None:
    faults: dict[str, Any] = FAULTS[part.fault] if part.fault else {}
    company.where.control("PUT", "faults", NO_FAULTS | faults)
    company.watch.note_all(part.fault or "no trouble")
    company.set(whisper=part.whisper, ready_check=part.ready_check)
    if not part.kill:
        company.show.run(seconds)
        return
    until_killed = seconds * dice.uniform(0.2, 0.6)
    company.show.run(until_killed)
    began = time.time()
    company.app.kill()
    company.watch.note_all("the app is killed")
    excuse = company.show.excuse_on_air
    excuse()
    company.show.run(dice.uniform(0.2, 3.0), app_is_up=False, each=excuse)
    company.app.start()
    company.watch.note_all("the app is back")
    company.show.down.append((began, time.time()))
    # What was asked while it was down is lost: it learns later who went on the air then, or never.
    company.show.run(min(3.0, seconds - until_killed), each=excuse)
    company.show.run(max(0.0, seconds - until_killed - 3.0))
