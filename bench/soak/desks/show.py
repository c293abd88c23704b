"""The people of a screened show: the crowd on the phone, two DJs and three screeners."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from bench.soak.app import App
from bench.soak.behaviours import Behaviour
from bench.soak.browser import Browser
from bench.soak.crowd import Crowd
from bench.soak.desks.checks import Facts, kind_of
from bench.soak.desks.dj import Dj
from bench.soak.desks.person import Person
from bench.soak.desks.screener import Screener
from bench.soak.desks.watch import DesksWatch
from bench.station import Station

TICK_SECONDS = 0.2
RINGS_AGAIN = 0.05
"""This share of the calls comes from a blocked number, once there is one."""

TRIES_TO_SET = 20
PRESSES_1 = 0.3
"""The chance, at each look, that a caller confirms that they are ready."""


class DesksShow(Crowd):
    """All of them, and what the verdict needs to know about them. The app must be running."""

    def __init__(self, where: Station, watch: DesksWatch, seed: int, crowd: int, patience: tuple[float, float]) -> None:
        super().__init__(where, watch, seed, crowd, patience)
        self._looks = watch
        self.djs = [Dj(where, watch, self._dice, account) for account in ("dj", "admin")]
        self.screeners = [Screener(where, watch, self._dice, account) for account in ("screener", "screener", "admin")]
        self.lines = [line for dj in self.djs for line in (dj, *dj.others)]
        self.people: list[Person] = [*self.lines, *self.screeners]
        self.excused: set[str] = set()
        self.turned_away: set[str] = set()
        self.down: list[tuple[float, float]] = []
        self._asked: set[str] = set()

    def close(self) -> None:
        for person in self.people:
            person.browser.close()

    def run(self, seconds: float, *, app_is_up: bool = True, each: Callable[[], None] = lambda: None) -> None:
        """Lets the show go on for `seconds`."""
        ends_at = time.monotonic() + seconds
        while time.monotonic() < ends_at:
            began = time.monotonic()
            each()
            self._looks.look(app_is_up=app_is_up)
            self._ring()
            self._lose_patience()
            self._press_1()
            for person in self.people:
                person.step()
            time.sleep(max(0.0, TICK_SECONDS - (time.monotonic() - began)))  # one tick after the other

    def finish(self) -> None:
        """Stop pressing, and wait for the last answers."""
        for person in self.people:
            person.browser.finish()

    def excuse_on_air(self) -> None:
        """The app is down, so its documents cannot reach the callers on the air."""
        self._looks.look_at_network()
        for caller in self._looks.callers.values():
            leg = self._looks.callers.get(caller.on_air_with or "")
            if leg and kind_of(leg.number) == "air" and caller.call_sid in self.rang_at:
                self.excused.add(caller.call_sid)
        self.excused |= {call_sid for call_sid, row in self._looks.rows().items() if row["stage"] == "on_air"}

    @property
    def facts(self) -> Facts:
        answers = [answer for person in self.people for answer in person.browser.answers]
        return Facts(
            self._looks.callers,
            self.rang_at,
            answers,
            frozenset(self.hung_up),
            frozenset(self.turned_away),
            frozenset(self.excused),
            frozenset().union(*(line.starred for line in self.lines)),
            {call_sid: bridges for line in self.lines for call_sid, bridges in line.left.items()},
            self._looks.left_alone,
            tuple(self.down),
            frozenset().union(*(line.unheard_stars for line in self.lines)),
            tuple(at for line in self.lines for at in line.early_stars),
            self._looks.lost_on_the_way,
        )

    def _number(self) -> str:
        blocked = self._blocked_numbers()
        return self._dice.choice(blocked) if blocked and self._dice.random() < RINGS_AGAIN else super()._number()

    def _ring_from(self, number: str) -> str:
        is_blocked = number in self._blocked_numbers()
        call_sid = super()._ring_from(number)
        if is_blocked:
            self.turned_away.add(call_sid)
        return call_sid

    def _blocked_numbers(self) -> list[str]:
        calls = {answer.call_sid for answer in self.facts.pressed("/screen/verdict", "block") if answer.status}
        return sorted(self._looks.callers[call_sid].number for call_sid in calls if call_sid in self._looks.callers)

    def _press_1(self) -> None:
        for caller in self._looks.callers.values():
            is_asked = caller.live and caller.is_asked and caller.call_sid not in self._asked
            if is_asked and self._dice.random() < PRESSES_1:
                self._asked.add(caller.call_sid)
                self._steer("POST", f"callers/{caller.call_sid}/digits", {"digits": "1"})


@dataclass
class Company:
    """A running show with its app, and a page that changes the show's settings."""

    where: Station
    app: App
    watch: DesksWatch
    show: DesksShow
    setter: Browser
    behaviour: Behaviour
    screened: bool

    @property
    def facts(self) -> Facts:
        """What is known of the show. If `*` hangs up, an early one ends the caller that is to come."""
        facts = self.show.facts
        return facts if self.behaviour.get("star") == "hangup" else replace(facts, early_stars=())

    @property
    def store_path(self) -> str:
        return self.where.environment["STORE"].removeprefix("sqlite:///")

    def set(self, **settings: bool) -> None:
        """Changes the show's settings. The store may be busy for a moment."""
        for _ in range(TRIES_TO_SET):
            if self.setter.ask("/desk/settings", settings).status == 200:
                return
            time.sleep(0.5)  # until the store is free
        raise RuntimeError(f"the app does not let us set {settings}")
