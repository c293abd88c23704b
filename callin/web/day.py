"""The day as JSON: how long callers waited, and what the line did every five minutes."""

from __future__ import annotations

import math
import re
from http import HTTPStatus

from callin.web.base import JsonHandler

MOST_HOURS = 48
USUAL_HOURS = 24
SLACK_SECONDS = 300
"""A page asks from the beginning of a slot, and its question is under way for a while."""

_MOMENT = re.compile(r"[0-9]{1,11}(\.[0-9]{1,9})?")


class DayPage(JsonHandler):
    """`/day`: the calls that joined between two moments, the last 24 hours unless asked otherwise."""

    def get(self) -> None:
        asked = self.request.GET
        try:
            since, until = span(asked.get("from"), asked.get("until"), self.services.clock())
        except ValueError as problem:
            self.refuse(HTTPStatus.BAD_REQUEST, str(problem))
            return
        self.write_json(self.services.board.day_summary(since, until))


def span(since: str | None, until: str | None, now: float) -> tuple[float, float]:
    """The moments that are asked for, in seconds since 1970; ValueError with a sentence where that makes no sense.

    Without an end it is the next full second, so that one answer does for all who ask in the same.
    """
    end = math.floor(now) + 1.0 if until is None else _moment("until", until)
    begin = min(end, now) - USUAL_HOURS * 3600 if since is None else _moment("from", since)
    if begin >= end:
        raise ValueError("There is nothing between these moments: from must be before until.")
    if end - begin > MOST_HOURS * 3600 + SLACK_SECONDS:
        raise ValueError(f"That is too long: ask for {MOST_HOURS} hours at most.")
    if begin < now - MOST_HOURS * 3600 - SLACK_SECONDS:
        raise ValueError(f"That is too long ago: the day goes back {MOST_HOURS} hours.")
    return begin, end


def _moment(name: str, text: str) -> float:
    if not _MOMENT.fullmatch(text):
        raise ValueError(f"That is no moment: {name} takes seconds since 1970.")
    return float(text)
