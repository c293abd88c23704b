"""Made-up answers of `/queue-status`, for tests of the pages."""

from __future__ import annotations

import itertools
import json
import time
from typing import Any

from playwright.sync_api import Page, Route

_marks = itertools.count(1_000_000)
DESK = {
    "name": "air",
    "turn": 1,
    "leg": "",
    "leg_by": "",
    "rival": "",
    "rival_who": "",
    "on_air": "",
    "claimed": "",
    "automatic": True,
    "idle": False,
    "pending": "",
}


def a_caller(last_digits: str = "001", *, waited_seconds: float = 61, **changes: Any) -> dict[str, Any]:
    """A caller that waits, as the first in line."""
    joined_at = time.time() - waited_seconds
    return {
        "call_sid": "CA" + last_digits.rjust(32, "1"),
        "position": 1,
        "stage": "waiting",
        "number": f"•••{last_digits}",
        "joined_at": joined_at,
        "changed_at": joined_at,
        "wait_seconds": int(waited_seconds),
        "on_air_seconds": None,
        "moments": [["waiting", joined_at]],
        "claimed": False,
        "decided": False,
        "leaving": False,
        "returned": False,
        "cleared": False,
        "with": "",
        "with_name": "",
        "city": "",
        "known": None,
        "card": a_card(),
    } | changes


def a_card(**words: Any) -> dict[str, Any]:
    """A caller's card, on which sam has written these fields."""
    written = dict.fromkeys(words, 1)
    empty = {"name": "", "place": "", "topic": "", "note": "", "quality": 0}
    return empty | words | {"revisions": written, "by": dict.fromkeys(words, "sam"), "confidence": {}}


def known(**facts: Any) -> dict[str, Any]:
    """What is known about a number that has called before."""
    nothing = {"calls": 3, "first_time": False, "aired_30_days": 0, "last_aired_at": None, "standing": "", "name": ""}
    return nothing | {"place": ""} | facts


def on_the_air(last_digits: str = "001", seconds: float = 75, **changes: Any) -> dict[str, Any]:
    """A caller that is on the air."""
    at = time.time() - seconds
    air = {"stage": "on_air", "with": "air", "position": None, "on_air_seconds": int(seconds), "changed_at": at}
    return a_caller(last_digits, waited_seconds=seconds + 60, **(air | changes))


def a_status(*calls: dict[str, Any], desk: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """The line with these calls, and the desk with these differences from an empty one."""
    return {
        "queue": "radio-callin-queue",
        "current_size": sum(call["position"] is not None for call in calls),
        "average_wait_time": 42,
        "mark": f"{next(_marks)}.ok",
        "reset": False,
        "now": time.time(),
        "calls": list(calls),
        "more": 0,
        "desks": [DESK | (desk or {})],
        "show": {"median_wait_seconds": None},
        "chat": [],
        "twilio": {"ok": True, "age_seconds": 1, "problem": ""},
    } | changes


class FakeLine:
    """Answers the page's questions in the app's place. Questions that would be held are answered with `after` at once,
    or, while there is none, never."""

    def __init__(self, page: Page, status: dict[str, Any]) -> None:
        self.status = status
        self.after: dict[str, Any] | None = None
        self.asked: list[str] = []
        self._held: list[Route] = []
        self._is_away = False
        self._is_signed_out = False
        page.route("**/queue-status*", self._answer)

    def go_away(self) -> None:
        """From now on nobody answers: the held request is broken off, and others are refused."""
        self._is_away = True
        for route in self._held:
            route.abort()

    def come_back(self) -> None:
        """From now on questions are answered again."""
        self._is_away = False
        self._held = []

    def sign_out(self) -> None:
        """From now on the page is answered as one whose session is over."""
        self._is_signed_out = True
        for route in self._held:
            self._refuse(route)

    def _refuse(self, route: Route) -> None:
        route.fulfill(status=401, content_type="application/json", body=json.dumps({"error": "You are signed out."}))

    def _answer(self, route: Route) -> None:
        self.asked.append(route.request.url)
        if self._is_away:
            route.abort()
        elif self._is_signed_out:
            self._refuse(route)
        elif "since=" not in route.request.url:
            route.fulfill(content_type="application/json", body=json.dumps(self.status | {"now": time.time()}))
        elif self.after is not None:
            route.fulfill(content_type="application/json", body=json.dumps(self.after | {"now": time.time()}))
        else:
            self._held.append(route)
