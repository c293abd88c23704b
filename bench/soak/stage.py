"""A running show: the network, the app, the people, the watch, and the verdict."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bench.soak.app import App
from bench.soak.behaviours import Behaviour
from bench.soak.checks import Rang
from bench.soak.show import DJ_PHONE, Show
from bench.soak.watch import Watch
from bench.station import Station, station

STORIES = 3


@dataclass(frozen=True)
class Plan:
    """How big and how long a run is."""

    seed: int = 1
    crowd: int = 190
    """How many are on the phone at once. The app lists up to 200, so everybody can be looked up."""
    patience: tuple[float, float] = (15.0, 240.0)
    warm_up_seconds: float = 20.0
    kills: int = 10
    kill_seconds: float = 12.0
    fault_seconds: float = 60.0


@dataclass
class Verdict:
    """The result of a run: sentences about what is well, and what is not."""

    name: str
    good: list[str] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)

    def judge(self, promise: str, problems: list[str]) -> None:
        if problems:
            self.bad += [f"NOT {promise}: {problem}" for problem in problems]
        else:
            self.good.append(promise)

    def tell(self, watch: Watch) -> None:
        """Adds the stories of the first few calls that the problems name, and the last things that each heard."""
        named = [call_sid for call_sid in watch.stories if any(call_sid in problem for problem in self.bad)]
        for call_sid in named[:STORIES]:
            told = watch.stories[call_sid] + watch.heard_last(call_sid)
            self.bad += [f"{call_sid}:", *("  " + line for line in told)]


@dataclass
class Stage:
    """A running show on a running station."""

    where: Station
    app: App
    watch: Watch
    show: Show
    plan: Plan
    behaviour: Behaviour
    verdict: Verdict

    @property
    def rang(self) -> Rang:
        return Rang(
            self.show.rang_at,
            frozenset(self.show.hung_up),
            self.show.left_by_studio,
            frozenset(self.show.excused),
            self.watch.left_alone,
        )


@contextmanager
def stage(name: str, plan: Plan, behaviour: Behaviour) -> Iterator[Stage]:
    with station(DJ_PHONES=DJ_PHONE) as where:
        where.control("PUT", "behaviour", behaviour)
        app = App(where)
        watch = Watch(where)
        try:
            app.start()
            show = Show(where, watch, plan.seed, plan.crowd, plan.patience)
            try:
                show.run(plan.warm_up_seconds)
                yield Stage(where, app, watch, show, plan, behaviour, Verdict(name))
            finally:
                show.browser.close()
        finally:
            app.end()
