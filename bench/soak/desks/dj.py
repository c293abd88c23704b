"""A DJ's page, with the desk's call or without it: all of the studio's pages may press."""

from __future__ import annotations

import random
import time
from typing import Any

from bench.soak.browser import ENDING, Answer
from bench.soak.desks.checks import FIRST_LINE
from bench.soak.desks.person import Person
from bench.soak.desks.watch import DesksWatch
from bench.station import Station

FROM_AFAR_SECONDS = (2.0, 8.0)

WITH_SOMEBODY = {
    "star": 30,
    "next": 25,
    "take": 10,
    "drop": 6,
    "hold": 9,
    "hang-up": 4,
    "vanish": 4,
    "vanish all": 2,
    "bring back": 4,
    "move": 8,
    "automatic": 4,
}
WITH_NOBODY = {
    "next": 30,
    "take": 20,
    "star": 20,
    "automatic": 10,
    "move": 5,
    "bring back": 5,
    "vanish": 2,
    "nothing": 8,
}
FROM_AFAR = {"next": 15, "take": 15, "drop": 5, "hold": 10, "automatic": 8, "move": 15, "connect": 12, "nothing": 20}
LINE_WITH_SOMEBODY = {
    "star": 10,
    "next": 25,
    "take": 10,
    "drop": 12,
    "hold": 10,
    "hang-up": 3,
    "vanish": 8,
    "nothing": 22,
}
LINE_WITH_NOBODY = {"take": 45, "next": 20, "star": 5, "vanish": 8, "nothing": 22}
"""What they do, in percent; the last two on another line than the first."""

TAKEN_FROM = ("ready", "held", "waiting")
"""The stages of the callers that a line takes. In a screened show only the first line takes those of the last stage."""

LINE_TALK_SECONDS = (4.0, 15.0)
"""Longer than on the first line, so that several are on the air at once."""

OTHER_LINES = ("air-2", "air-3", "air-4")
BROUGHT_BACK_SECONDS = 5.0
"""How long a page offers Bring back."""


class Dj(Person):
    """One of two DJs. Without a call they press for the other DJ's desk, and now and then take it over.

    Each other line of a console is one of these too: its `first` is the DJ, and it presses for that line alone.
    """

    token_path = "/token"

    def __init__(
        self,
        where: Station,
        watch: DesksWatch,
        dice: random.Random,
        account: str,
        line: str = FIRST_LINE,
        first: Dj | None = None,
    ) -> None:
        super().__init__(where, watch, dice, account, first.browser if first else None)
        self._line = line
        self._first = first
        self.others = [] if first else [Dj(where, watch, dice, account, name, self) for name in OTHER_LINES]
        self.left: dict[str, int] = {}
        """The callers that this DJ's leg left in mid-call, with their number of bridges then: they must be kept."""
        self.starred: set[str] = set()
        self.unheard_stars: set[str] = set()
        """Callers let go with `*` while webhooks were lost: the app may think that the leg dropped out."""
        self.early_stars: list[float] = []
        """When `*` was pressed before anybody was connected, in seconds since 1970."""
        self._is_hanging_up = False

    def heed(self, answer: Answer) -> None:
        if answer.path == "/desk/hang-up" and self._is_hanging_up:
            self._is_hanging_up = False
            if answer.status != 200:
                self._leave()
            self.hang_up()
        elif answer.said.get("star") and self.leg:
            on_air = answer.call_sid if answer.path in ENDING else ""
            if on_air not in self.starred:  # as the page does: once for each caller
                self._star()

    def act_without_a_call(self) -> None:
        if self._first:
            self._join(self._first)
            return
        desk = self.desk(FIRST_LINE)
        if not desk:
            return
        if not desk["leg"] and not desk["rival"] and self.dice.random() < 0.5:
            self.connect()
        else:
            self._do(self.pick(FROM_AFAR), desk)
            self.wait(FROM_AFAR_SECONDS)

    def _join(self, first: Dj) -> None:
        """Calls for this line while the page has the first one, as a page does to add a caller or after a loss."""
        has_console = bool(first.leg) and self.desk(FIRST_LINE).get("leg") == first.leg
        if has_console and (self.desk(self._line).get("claimed") or self.dice.random() < 0.3):
            self.connect(self._line)

    def act(self, with_whom: str) -> None:
        desk = self.desk(self._line)
        if self.has_begun_to_talk(with_whom) and with_whom:
            if self._first:
                self.wait(LINE_TALK_SECONDS)
            return
        if self._first:
            if self.is_known_to_the_app(known=desk.get("leg") == self.leg):
                self._do(self.pick(LINE_WITH_SOMEBODY if with_whom else LINE_WITH_NOBODY), desk)
        elif desk.get("rival") == self.leg:
            self._take_over(desk)
        elif desk.get("leg") == self.leg and desk["consent_at"] and self.dice.random() < 0.5:
            self.press("/desk/hand-over", leg=desk["rival"], agrees=self.dice.random() < 0.7)
        elif self.is_known_to_the_app(known=desk.get("leg") == self.leg):
            self._do(self.pick(WITH_SOMEBODY if with_whom else WITH_NOBODY), desk)

    def _take_over(self, desk: dict[str, Any]) -> None:
        way = self.dice.random()
        self.watch.note_all(f"{self.browser.identity} takes over")
        if way < (0.94 if desk["consent_at"] else 0.5):
            self.press("/desk/take-over", leg=self.leg)  # a page that waits for consent asks again
        elif desk["consent_at"]:
            self.press("/desk/withdraw", leg=self.leg)
        elif way < 0.65:
            self.star()  # the offer is answered with the key
        elif way < 0.8 and self.browser.identity.startswith("dj_admin"):
            self.press("/desk/take-now", leg=self.leg)
        elif desk["leg"]:
            self.hang_up()

    def _do(self, way: str, desk: dict[str, Any]) -> None:
        seen = {"turn": desk["turn"], "on_air": desk["on_air"], "line": self._line}
        ways = {
            "star": self._star,
            "move": self._move,
            "vanish": self.vanish,
            "vanish all": self._vanish_all,
            "bring back": self._bring_back,
        }
        if way in ways:
            ways[way]()
        elif way in ("next", "drop", "hold"):
            self.press(f"/desk/{way}", **seen)
        elif way == "hang-up":
            self._is_hanging_up = True
            self.press("/desk/hang-up", **seen)
        elif way == "take" and (row := self.some_row(*self._taken_from)):
            self.press("/desk/take", call_sid=row["call_sid"], **seen)
        elif way == "automatic":
            self.press("/desk/settings", automatic=not desk["automatic"])
        elif way == "connect" and not desk["rival"]:
            self.connect()

    @property
    def _taken_from(self) -> tuple[str, ...]:
        is_screened = self.watch.status["show"]["screened"]
        return TAKEN_FROM[:-1] if self._first and is_screened else TAKEN_FROM

    def vanish(self) -> None:
        """The leg drops out in mid-call."""
        self._leave()
        self.hang_up()

    def _vanish_all(self) -> None:
        for one in (*self.others, self):
            one.vanish()

    def _bring_back(self) -> None:
        for row in self.watch.status.get("left", ()):
            is_thanked = row["outcome"] in ("aired", "dropped") and not row["hung_up"]
            if is_thanked and time.time() - row["at"] < BROUGHT_BACK_SECONDS:
                self.press("/desk/bring-back", call_sid=row["call_sid"])
                return

    def _move(self) -> None:
        stage = self.dice.choice(("ready", "waiting"))
        row, other = self.some_row(stage), self.some_row(stage)
        if row and other and row is not other:
            before = "" if self.dice.random() < 0.3 else other["call_sid"]
            self.press("/desk/move", call_sid=row["call_sid"], before=before)

    def _star(self) -> None:
        if not self._talks_with:
            self.early_stars.append(time.time())
            self.watch.note_all(f"{self.browser.identity}: * on {self._line} with nobody")
        else:
            self.starred.add(self._talks_with)
            if self.watch.is_losing_webhooks:
                self.unheard_stars.add(self._talks_with)
            self.watch.note(self._talks_with, f"{self.browser.identity}: *")
        self.star()

    def _leave(self) -> None:
        """The leg ends in mid-call: the caller on the air must be kept until the studio is back."""
        self.watch.look_at_network()
        caller = self.watch.callers.get(self._talks_with)
        if caller is not None and self.leg and caller.on_air_with == self.leg:
            self.left[caller.call_sid] = caller.bridges
            self.watch.note(caller.call_sid, f"{self.browser.identity} drops out")
