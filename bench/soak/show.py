"""A rehearsal show: callers ring, wait and lose patience; a DJ talks, presses, and sometimes drops out."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from bench.soak.browser import Browser
from bench.soak.crowd import Crowd
from bench.soak.watch import Watch
from bench.station import Station

DJ_PHONE = "+447700900999"
TICK_SECONDS = 0.2
TALK_SECONDS = (1.0, 4.0)
IDLE_SECONDS = (0.3, 1.5)

WAYS_ON = {"star": 45, "next": 25, "take": 12, "drop": 6, "hang up": 4, "vanish": 5, "second leg": 3}
"""What the DJ does to end a conversation, in percent."""


class Show(Crowd):
    """The show's people. The app must be running."""

    def __init__(self, where: Station, watch: Watch, seed: int, crowd: int, patience: tuple[float, float]) -> None:
        super().__init__(where, watch, seed, crowd, patience)
        self._dj = ""
        self._dj_acts_at = 0.0
        self._talks_with = ""
        self._hangs_up = False
        self._starred: set[str] = set()
        self.browser = Browser(where.url, "dj", "/token")
        self.left_by_studio: dict[str, int] = {}
        """Callers that must be kept because the studio dropped out in mid-call, with their number of bridges then."""
        self.excused: set[str] = set()
        """Callers that were on the air while the app was down, of which nothing is recorded."""
        self.done: dict[str, int] = {}

    def excuse_on_air(self) -> None:
        """The app is down, so its documents cannot reach the callers on the air."""
        self._watch.look_at_network()
        for caller in self._watch.callers.values():
            if caller.on_air_with and caller.call_sid in self.rang_at:
                self.excused.add(caller.call_sid)
        self.excused |= {call_sid for call_sid, row in self._watch.rows().items() if row["stage"] == "on_air"}

    def run(self, seconds: float, *, app_is_up: bool = True, until: Callable[[], bool | None] = lambda: None) -> None:
        """Lets the show go on for `seconds`, or until a condition holds."""
        ends_at = time.monotonic() + seconds
        while time.monotonic() < ends_at and not until():
            began = time.monotonic()
            self._watch.look(app_is_up=app_is_up)
            self._ring()
            self._lose_patience()
            self._be_the_dj()
            time.sleep(max(0.0, TICK_SECONDS - (time.monotonic() - began)))  # one tick after the other

    # The DJ

    def _be_the_dj(self) -> None:
        answer = self.browser.answered()
        if answer is not None:
            if answer.said.get("star"):
                self._star_once()
            if self._hangs_up:
                self._hangs_up = False
                if not answer.said.get("ok"):
                    self._leave_on_air()
                self._steer("DELETE", f"callers/{self._dj}")
        if self.browser.is_pressing or time.monotonic() < self._dj_acts_at:
            return
        leg = self._steer("GET", f"callers/{self._dj}") if self._dj else None
        if leg is None or leg["status"] != "in-progress":
            if leg is None or leg["status"] == "completed":
                self._connect()
            return
        with_whom = leg["bridged_to"] or ""
        if with_whom and with_whom != self._talks_with:
            self._talks_with = with_whom
            self._wait(TALK_SECONDS)
        elif with_whom:
            self._go_on(self._dice.choices(list(WAYS_ON), list(WAYS_ON.values()))[0])
        else:
            self._be_idle()

    def _connect(self) -> None:
        self._dj = self._where.control("POST", "callers", {"from": DJ_PHONE, "to": "dj"})["call_sid"]
        self._talks_with = ""
        self._count("connected")
        self._wait(IDLE_SECONDS)

    def _be_idle(self) -> None:
        """Nobody is on the air: after a Drop the DJ has to press Next; otherwise the next caller comes."""
        desk = self._seen_desk()
        if not desk.get("automatic", True):
            self.browser.press("/desk/settings", {"automatic": True})
        elif desk.get("idle") and self._dice.random() < 0.5:
            self.browser.press("/desk/next", {"turn": desk.get("turn", 0), "on_air": ""})
        elif desk.get("idle"):
            self._steer("POST", f"callers/{self._dj}/digits", {"digits": "*"})
        self._wait(IDLE_SECONDS)

    def _go_on(self, way: str) -> None:
        self._count(way)
        self._watch.note(self._talks_with, f"the DJ: {way}")
        desk = self._seen_desk()
        seen = {"turn": desk.get("turn", 0), "on_air": desk.get("on_air", "")}
        if way == "star":
            self._steer("POST", f"callers/{self._dj}/digits", {"digits": "*"})
        elif way in ("next", "drop"):
            self.browser.press(f"/desk/{way}", seen)
        elif way == "take":
            waiting = [call_sid for call_sid, row in self._watch.rows().items() if row["stage"] == "waiting"]
            if waiting:
                self.browser.press("/desk/take", seen | {"call_sid": self._dice.choice(waiting)})
        elif way == "hang up":
            self.browser.press("/desk/hang-up", seen)
            self._hangs_up = True
        elif way == "vanish":
            self._leave_on_air()
            self._steer("DELETE", f"callers/{self._dj}")
        else:
            self._leave_on_air()  # the app ends the first leg when the second takes over
            self._connect()
        self._wait(IDLE_SECONDS)

    def _leave_on_air(self) -> None:
        """The studio's leg ends in mid-call: the caller on the air must be kept until it is back."""
        self._watch.look_at_network()
        caller = self._watch.callers.get(self._talks_with)
        if caller is not None and caller.on_air_with == self._dj and caller.call_sid not in self.hung_up:
            self.left_by_studio[caller.call_sid] = caller.bridges

    def _star_once(self) -> None:
        """As the page does when Twilio's REST API fails: `*` on its own call, once for each caller on the air."""
        if self._talks_with and self._talks_with not in self._starred:
            self._starred.add(self._talks_with)
            self._count("star instead")
            self._steer("POST", f"callers/{self._dj}/digits", {"digits": "*"})

    def _seen_desk(self) -> dict[str, Any]:
        desks = self._watch.status.get("desks") or [{}]
        found: dict[str, Any] = desks[0]
        return found

    def _wait(self, span: tuple[float, float]) -> None:
        self._dj_acts_at = time.monotonic() + self._dice.uniform(*span)

    def _count(self, what: str) -> None:
        self.done[what] = self.done.get(what, 0) + 1
