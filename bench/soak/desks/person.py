"""Somebody at a desk: a page that presses, and a call that they begin, end and begin again."""

from __future__ import annotations

import random
import time
from typing import Any, ClassVar

from bench.soak.browser import Answer, Browser
from bench.soak.desks.watch import DesksWatch
from bench.station import Station

TALK_SECONDS = (1.0, 4.0)
IDLE_SECONDS = (0.3, 1.5)
UNHEARD_SECONDS = 25.0
"""How long somebody waits until the app knows their call. Then they hang up and try again."""

STAGES_IN_LINE = ("waiting", "ready", "held")


class Person:
    """What a DJ and a screener have in common. They see what the page shows: the app's answer of a moment ago."""

    token_path: ClassVar[str]

    def __init__(
        self, where: Station, watch: DesksWatch, dice: random.Random, account: str, page: Browser | None = None
    ) -> None:
        """With `page` they press as that page, with a call of their own."""
        self.where = where
        self.watch = watch
        self.dice = dice
        self.browser = Browser(where.url, account, self.token_path, page)
        self.leg = ""
        self.done: dict[str, int] = {}
        self._acts_at = time.monotonic() + dice.uniform(*IDLE_SECONDS)
        self._talks_with = ""
        self._unheard_since = 0.0

    def step(self) -> None:
        """Takes a step, if it is time."""
        answer = self.browser.answered()
        if answer is not None:
            self.heed(answer)
        if self.browser.is_pressing or time.monotonic() < self._acts_at:
            return
        self.wait(IDLE_SECONDS)
        leg = self.where.steer("GET", f"callers/{self.leg}") if self.leg else None
        if leg is None or leg["status"] == "completed":
            self.leg = ""
            self.act_without_a_call()
        elif leg["status"] == "in-progress":
            self.act(leg["bridged_to"] or "")

    def heed(self, answer: Answer) -> None:
        """Does what the page does after this answer."""
        raise NotImplementedError

    def act_without_a_call(self) -> None:
        raise NotImplementedError

    def act(self, with_whom: str) -> None:
        """Does something during the call, which is connected with that caller, or nobody."""
        raise NotImplementedError

    # What they can do

    def connect(self, line: str = "") -> None:
        """Calls from the page, as its identity; for that line of the console if one is named."""
        is_screeners = self.browser.identity.startswith("screener_") or bool(line)
        setting = "TWILIO_SCREENER_APP_SID" if is_screeners else "TWILIO_APP_SID"
        request = {"from": f"client:{self.browser.identity}", "to": self.where.environment[setting]}
        self.leg = self.where.control("POST", "callers", request | ({"line": line} if line else {}))["call_sid"]
        if line:
            self.watch.lines[self.leg] = line
        self._talks_with, self._unheard_since = "", time.monotonic()
        self.count("connect")

    def hang_up(self) -> None:
        if self.leg:
            self.where.steer("DELETE", f"callers/{self.leg}")
            self.leg = ""

    def star(self) -> None:
        self.count("star")
        self.where.steer("POST", f"callers/{self.leg}/digits", {"digits": "*"})

    def press(self, path: str, **body: Any) -> None:
        self.count(path.rpartition("/")[2])
        if call_sid := body.get("call_sid") or body.get("on_air"):
            self.watch.note(call_sid, f"{self.browser.identity}: {path} {body}")
        self.browser.press(path, body)

    def has_begun_to_talk(self, with_whom: str) -> bool:
        """Whether this caller is a new one. If so, they talk for a while."""
        if with_whom == self._talks_with:
            return False
        self._talks_with = with_whom
        self.wait(TALK_SECONDS)
        return True

    def is_known_to_the_app(self, *, known: bool) -> bool:
        """Whether the page shows their call as the desk's. If it does not for long, they give up the call."""
        if known:
            self._unheard_since = time.monotonic()
        elif time.monotonic() - self._unheard_since > UNHEARD_SECONDS:
            self.count("give up")
            self.hang_up()
        return known

    # What they see

    def rows(self, *stages: str) -> list[dict[str, Any]]:
        return [row for row in self.watch.rows().values() if row["stage"] in stages]

    def some_row(self, *stages: str) -> dict[str, Any] | None:
        rows = self.rows(*stages)
        return self.dice.choice(rows) if rows else None

    def desk(self, name: str) -> dict[str, Any]:
        """The desk as the page has it; empty if nobody has it."""
        return next((desk for desk in self.watch.status.get("desks", ()) if desk["name"] == name), {})

    def pick(self, ways: dict[str, int]) -> str:
        return self.dice.choices(list(ways), list(ways.values()))[0]

    def wait(self, span: tuple[float, float]) -> None:
        self._acts_at = time.monotonic() + self.dice.uniform(*span)

    def count(self, what: str) -> None:
        self.done[what] = self.done.get(what, 0) + 1
