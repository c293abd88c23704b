"""Random shows: people and networks do anything, in any order, with or without faults."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable

import hypothesis.strategies as st
from hypothesis import HealthCheck, note, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from callin.contracts import Store
from callin.model import AIR_DESK, EXTRA_DESKS, Verdict
from tests.line.small_twilio.endings import everybody_is_aired, everybody_leaves, settle
from tests.line.small_twilio.network import StarBehaviour
from tests.line.small_twilio.show import LINE_PRESSES, Show
from tests.line.small_twilio.weather import FAIR, Fate, Luck, Trouble, Weather

LONG_EXAMPLES = int(os.environ.get("LINE_EXAMPLES", "0"))
SECONDS_AT_MOST = 0 if LONG_EXAMPLES else 600
"""Long enough to find the shortest show that breaks a promise; 0 is no limit."""

GREETED_SECONDS = 12
LINES = EXTRA_DESKS[:2]
INSTANCES = st.integers(1, 2)
WHICH = st.integers(0, 7)
BAD_WEATHER = st.builds(
    Weather,
    fates=st.lists(st.sampled_from(Fate), max_size=4).map(tuple),
    lucks=st.lists(st.sampled_from(Luck), max_size=3).map(tuple),
    trouble=st.sampled_from([None, *Trouble]),
    point=st.integers(0, 9),
    which=WHICH,
)
WEATHER = st.one_of(st.just(FAIR), st.just(FAIR), BAD_WEATHER)
PRESSES = [
    "next",
    "take",
    "drop",
    "hold",
    "hang up",
    "automatic",
    "take over",
    "take now",
    "hand over",
    "move",
    "opening",
    "limit",
    "ready check",
    "screened",
]
BEHAVIOURS = [StarBehaviour(*both) for both in ((False, True), (False, False), (True, True), (True, False))]


class RandomShow(RuleBasedStateMachine):
    """A show in which any of these things may happen next."""

    def __init__(self, behaviour: StarBehaviour, open_store: Callable[[], Store]) -> None:
        super().__init__()
        self.behaviour = behaviour
        self.open_store = open_store

    @initialize(
        instances=INSTANCES,
        callers=st.integers(0, 3),
        studio=st.booleans(),
        screener=st.sampled_from(["", "talks", "makes ready", "makes ready"]),
        screened=st.booleans(),
        works_through=st.booleans(),
        lines=st.integers(0, 2),
    )
    def begin(
        self,
        instances: int,
        callers: int,
        screener: str,
        lines: int,
        *,
        studio: bool,
        screened: bool,
        works_through: bool,
    ) -> None:
        """Begins with the show under way, or with nobody there yet."""
        self.store = self.open_store()
        self.show = Show(self.store, self.behaviour, instances)
        self.works_through = works_through
        for _ in range(callers):
            self.show.ring(FAIR)
        self.show.time_goes_by(GREETED_SECONDS, FAIR)
        if screened:
            self.show.press("screened", 0, 0, 1, FAIR)
        if studio:
            self.show.connect(0, FAIR)
        for number, line in enumerate(LINES[: lines if studio else 0]):
            self.show.connect_line(0, line, FAIR)
            self.show.press("take", 0, 0, number + 1, FAIR, line)
            self.show.time_goes_by(4, FAIR)
        if screener:
            self.show.screener_connects(0, FAIR)
            self.show.screener_takes(0, None, 0, FAIR)
            self.show.time_goes_by(4, FAIR)
        if screener == "makes ready":
            self.show.screener_decides(0, Verdict.READY, None, FAIR)
            self.show.time_goes_by(6, FAIR)

    @rule(weather=WEATHER)
    def ring(self, weather: Weather) -> None:
        self.show.ring(weather)

    @precondition(lambda self: self.show.promises.callers)
    @rule(which=WHICH, weather=WEATHER, told=st.booleans())
    def hang_up(self, which: int, weather: Weather, *, told: bool) -> None:
        self.show.hang_up(which, weather, told=told)

    @precondition(lambda self: self.show.promises.callers)
    @rule(which=WHICH, weather=WEATHER)
    def wait_document_fails(self, which: int, weather: Weather) -> None:
        self.show.wait_document_fails(which, weather)

    @precondition(lambda self: self.show.promises.callers)
    @rule(which=WHICH, weather=WEATHER, key=st.sampled_from(["", "1", "2"]))
    def hear_what_is_new(self, which: int, weather: Weather, key: str) -> None:
        self.show.wait_document_is_asked(which, weather, key)

    @rule(who=st.integers(0, 2), weather=WEATHER)
    def connect(self, who: int, weather: Weather) -> None:
        self.show.connect(who, weather)

    @precondition(lambda self: self.show.promises.legs)
    @rule(which=WHICH, weather=WEATHER, told=st.booleans())
    def leg_dies(self, which: int, weather: Weather, *, told: bool) -> None:
        self.show.leg_dies(which, weather, told=told)

    @precondition(lambda self: self.show.promises.legs)
    @rule(which=WHICH, weather=WEATHER)
    def star(self, which: int, weather: Weather) -> None:
        self.show.star(which, weather)

    @rule(what=st.sampled_from(PRESSES), who=st.integers(0, 1), age=st.integers(0, 3), which=WHICH, weather=WEATHER)
    def press(self, what: str, who: int, age: int, which: int, weather: Weather) -> None:
        self.show.press(what, who, age, which, weather)

    @rule(who=st.integers(0, 1), line=st.sampled_from(LINES), weather=WEATHER)
    def connect_line(self, who: int, line: str, weather: Weather) -> None:
        self.show.connect_line(who, line, weather)

    @precondition(lambda self: any(leg.line != AIR_DESK for leg in self.show.promises.legs))
    @rule(
        what=st.sampled_from(LINE_PRESSES),
        who=st.integers(0, 1),
        age=st.integers(0, 1),
        which=WHICH,
        line=st.sampled_from(LINES),
        weather=WEATHER,
    )
    def press_for_a_line(self, what: str, who: int, age: int, which: int, line: str, weather: Weather) -> None:
        self.show.press(what, who, age, which, weather, line)

    @rule(who=st.integers(0, 1), weather=WEATHER)
    def press_next(self, who: int, weather: Weather) -> None:
        self.show.press("next", who, 0, 0, weather)

    @rule(who=st.integers(0, 1), weather=WEATHER)
    def screener_connects(self, who: int, weather: Weather) -> None:
        self.show.screener_connects(who, weather)

    @precondition(lambda self: self.show.promises.screeners)
    @rule(which=WHICH, weather=WEATHER, told=st.booleans())
    def screener_leg_dies(self, which: int, weather: Weather, *, told: bool) -> None:
        self.show.screener_leg_dies(which, weather, told=told)

    @precondition(lambda self: self.show.promises.screeners)
    @rule(which=WHICH, weather=WEATHER)
    def screener_star(self, which: int, weather: Weather) -> None:
        self.show.screener_star(which, weather)

    @precondition(lambda self: self.show.promises.screeners)
    @rule(who=st.integers(0, 1), which=WHICH, age=st.integers(0, 1), weather=WEATHER)
    def screener_takes(self, who: int, which: int, age: int, weather: Weather) -> None:
        self.show.screener_takes(who, which, age, weather)

    @precondition(lambda self: self.show.promises.screeners)
    @rule(which=WHICH, weather=WEATHER)
    def screener_takes_the_longest_waiting(self, which: int, weather: Weather) -> None:
        self.show.free_screener_takes(which, weather)

    @precondition(lambda self: self.show.promises.screeners)
    @rule(which=WHICH, verdict=st.sampled_from(Verdict), weather=WEATHER)
    def screener_decides(self, which: int, verdict: Verdict, weather: Weather) -> None:
        self.show.screener_with_a_caller_decides(which, verdict, weather)

    @precondition(lambda self: self.show.promises.screeners)
    @rule(which=WHICH, weather=WEATHER)
    def somebody_is_made_ready(self, which: int, weather: Weather) -> None:
        self.show.free_screener_takes(which, FAIR)
        self.show.time_goes_by(4, FAIR)
        if self.show.promises.screeners:
            self.show.screener_with_a_caller_decides(which, Verdict.READY, weather)
        self.show.time_goes_by(6, weather)

    @rule(who=st.integers(0, 1), verdict=st.sampled_from(Verdict), which=WHICH, weather=WEATHER)
    def screener_decides_about_another(self, who: int, verdict: Verdict, which: int, weather: Weather) -> None:
        self.show.screener_decides(who, verdict, which, weather)

    @precondition(lambda self: self.show.network.late)
    @rule(which=WHICH, weather=WEATHER)
    def comes(self, which: int, weather: Weather) -> None:
        self.show.comes(which, weather)

    @rule(seconds=st.sampled_from([1, 3, 12, 25]), weather=WEATHER)
    def time_goes_by(self, seconds: float, weather: Weather) -> None:
        self.show.time_goes_by(seconds, weather)

    @rule(weather=WEATHER)
    def restart(self, weather: Weather) -> None:
        self.show.restart(weather)

    def teardown(self) -> None:
        if not hasattr(self, "show"):
            if hasattr(self, "store"):
                self.store.close()
            return  # it has not even begun
        try:
            if not self.show.broken:
                settle(self.show)
                if self.works_through:
                    everybody_is_aired(self.show)
                everybody_leaves(self.show)
        finally:
            if self.show.broken:
                note("\n".join(self.show.network.trace))
            self.store.close()


def play(behaviour: StarBehaviour, open_store: Callable[[], Store], examples: int, steps: int) -> None:
    """Plays this many shows: the same ones every time, or other ones with LINE_EXAMPLES in the environment."""
    logging.disable()  # the app logs each failure of the store, thousands of times
    try:
        run_state_machine_as_test(
            lambda: RandomShow(behaviour, open_store),
            settings=settings(
                max_examples=examples,
                stateful_step_count=steps,
                derandomize=not LONG_EXAMPLES,
                database=None,
                deadline=None,
                report_multiple_bugs=False,
                print_blob=True,
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        logging.disable(logging.NOTSET)
