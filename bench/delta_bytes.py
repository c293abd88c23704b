"""How many bytes is a dashboard sent for a change, with 200 and with 5,000 callers in line?

The network is stopped: signed webhooks and a card that somebody writes on change the line.
"""

from __future__ import annotations

import secrets
import statistics
import time
from itertools import pairwise
from typing import NamedTuple

from bench import load, report
from bench.follow import dashboards
from bench.requests_of_twilio import hung_up, new_calls
from bench.station import Station, cpu_seconds, our_app, silence_of, station
from tests.support.visitors import signed_in

LINES = ((200, 3000), (5000, 6000))
"""How many are in line, and how many bytes an answer may have."""

DASHBOARDS = 70
CHANGES = 40
SECONDS_BETWEEN_CHANGES = 0.4
JOINING_SECONDS = 120


class _Measured(NamedTuple):
    whole: int
    answers: list[int]
    late_ms: list[float]
    cpu_ms: float
    """The app's processor time for each change that it sends to all dashboards."""


def _measure(where: Station, pid: int, callers: int) -> _Measured:
    sids = ["CA" + secrets.token_hex(16) for _ in range(callers)]
    report.checked(
        load.run(where.app_port, new_calls(where, callers, sids=sids), connections=4, seconds=JOINING_SECONDS)
    )
    desk = signed_in(where.url)
    whole = desk.get("/queue-status").body
    with dashboards(where.app_port, DASHBOARDS) as watching:
        began, cpu = [], cpu_seconds(pid)
        for number in range(CHANGES):
            began.append(time.monotonic())
            if number % 3 == 0:  # writes on the card of a caller that is shown
                note = {"call_sid": sids[number], "field": "topic", "value": f"Topic {number}", "base": 0}
                answer = desk.press("/desk/card", note)
                assert answer.status == 200, answer.text
            else:  # somebody joins at the end, or the first in line hangs up and another comes into sight
                request = hung_up(where, sids.pop(0)) if number % 3 == 1 else new_calls(where, 1)[0]
                report.checked(load.run(where.app_port, [request], connections=1))
            time.sleep(SECONDS_BETWEEN_CHANGES)  # an answer until then is counted for this change, not for the next
        cpu = cpu_seconds(pid) - cpu
    told = [(at, size) for at, size in zip(watching.changes, watching.bytes, strict=True) if at >= began[0]]
    spans = pairwise([*began, began[-1] + SECONDS_BETWEEN_CHANGES])
    late = [at - one for one, end in spans for at, _ in told if one <= at < end]
    return _Measured(len(whole), [size for _, size in told], [at * 1000 for at in late], cpu / CHANGES * 1000)


def main() -> None:
    rows = []
    for callers, most in LINES:
        report.doing(
            f"{callers:,} callers join, then {CHANGES} changes while {DASHBOARDS} dashboards watch", seconds=40
        )
        with station() as where, our_app(where) as app, silence_of(where):
            whole, answers, late_ms, cpu_ms = _measure(where, app.pid, callers)
        middle, largest = statistics.median(answers), max(answers)
        late = f"{statistics.median(late_ms):.0f}"
        rows.append(
            (
                f"{callers:,}",
                f"{whole:,}",
                f"{middle:,.0f}",
                f"{largest:,}",
                f"{most:,}",
                len(answers),
                late,
                f"{cpu_ms:.0f}",
            )
        )
    headings = ("in line", "the whole, bytes", "a change, median", "largest", "bar", "answers")
    title = f"The answer about a change, {DASHBOARDS} dashboards"
    report.table(title, (*headings, "late, median ms", "the app's CPU ms a change"), rows)


if __name__ == "__main__":
    main()
