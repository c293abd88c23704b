"""Shows as an admin schedules them on the page, and the line as it follows them."""

from __future__ import annotations

import html
import json
import re
from datetime import UTC, datetime
from typing import Any

from tests.support.held_app import HeldApp
from tests.support.visitors import Visitor
from tests.support.web import Answer

SHOW = {
    "title": "Night Talk",
    "weekday-0": "on",
    "weekday-4": "on",
    "starts": "20:00",
    "ends": "22:00",
    "topic": "Bees",
    "words": "Tonight we talk about bees.",
    "last_calls_minutes": "10",
    "most_callers": "7",
    "screened": "on",
}
TOKEN = "0123456789abcdef" * 2
MONDAY = datetime(2026, 12, 7, tzinfo=UTC).timestamp()


def at(app: HeldApp, time: str, days: int = 0) -> None:
    hours, minutes = map(int, time.split(":"))
    app.clock.now = MONDAY + 86400 * days + 3600 * hours + 60 * minutes


def edit(admin: Visitor, do: str = "save", key: str = "", **texts: str) -> Answer:
    """Fills in the form as a person does, and sends it."""
    page = admin.get("/shows/edit" + (f"?show={key}" if key else ""))
    assert page.status == 200, page.text
    fields = dict(re.findall(r'name="(key|seen)" value="([^"]*)"', page.text))
    return admin.fill_in("/shows/edit", **fields, do=do, **texts)


def save(admin: Visitor, **texts: str) -> str:
    """Saves a show: its key."""
    answer = edit(admin, **(SHOW | texts))
    assert (answer.status, answer.headers["Location"]) == (303, f"{admin.url}/shows?saved"), said(answer)
    return keys(admin)[-1]


def keys(admin: Visitor) -> list[str]:
    return re.findall(r"/shows/edit\?show=(\w+)", admin.get("/shows").text)


def said(answer: Answer) -> str:
    return " ".join(html.unescape(re.sub("<[^>]+>", " ", answer.text)).split())


def status(app: HeldApp, name: str = "dj") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(app.visitor(name).get("/queue-status").text)
    return found


def opening(app: HeldApp) -> str:
    return str(status(app)["show"]["opening"])
