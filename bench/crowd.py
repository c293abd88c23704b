"""Does a full line slow the app down? The same questions and changes with 50 and with 5,000 callers in line.

Both apps run side by side and are asked in turn, and the network is stopped, so that only the line is compared.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from itertools import pairwise

from bench import load, report
from bench.follow import dashboards
from bench.load import Result
from bench.requests_of_twilio import hung_up, new_calls, polls, waiting_calls
from bench.station import Station, our_app, second_instance, silence_of, station
from tests.support.visitors import signed_in

SMALL, LARGE = 50, 5000
ROUNDS = 5
REQUESTS = 1500
CHANGES = 20
WATCHING = 5
SECONDS_BETWEEN_CHANGES = 0.15


class Line:
    """An app with this many in line, and its measurements: rounds of requests, and how late changes were seen."""

    def __init__(self, where: Station, port: int, size: int) -> None:
        self.waits: list[Result] = []
        self.statuses: list[Result] = []
        self.follows: list[Result] = []
        self._where = where
        self._port = port
        self._cookie = signed_in(f"http://127.0.0.1:{port}").cookie
        self._sids = ["CA" + secrets.token_hex(16) for _ in range(size)]
        report.checked(load.run(port, new_calls(where, size, sids=self._sids), connections=4, seconds=120))

    def ask(self) -> None:
        """A round of requests, four at a time."""
        for rounds, requests in (
            (self.waits, waiting_calls(self._where, self._sids, REQUESTS)),
            (self.statuses, polls("/queue-status", REQUESTS, self._cookie)),
        ):
            rounds.append(report.checked(load.run(self._port, requests, connections=4, seconds=20)))

    def change(self) -> None:
        """A round of changes while dashboards watch: in turn, somebody joins at the end and the first one hangs up."""
        began = []
        with dashboards(self._port, WATCHING) as watching:
            for number in range(CHANGES):
                sids = ["CA" + secrets.token_hex(16)]
                request = (
                    hung_up(self._where, self._sids.pop(0)) if number % 2 else new_calls(self._where, 1, sids=sids)[0]
                )
                self._sids += [] if number % 2 else sids
                began.append(time.monotonic())
                report.checked(load.run(self._port, [request], connections=1))
                time.sleep(SECONDS_BETWEEN_CHANGES)  # what dashboards get until then counts for this change
        spans = pairwise([*began, began[-1] + SECONDS_BETWEEN_CHANGES])
        self.follows.append(Result(1, [at - one for one, end in spans for at in watching.changes if one <= at < end]))


def _row(name: str, few: Sequence[Result], many: Sequence[Result]) -> list[object]:
    cells: list[object] = [name]
    figures: tuple[Callable[[Sequence[Result]], float], ...] = (report.p50_ms, report.p99_ms)
    for figure in figures:
        cells += [f"{figure(few):.2f}", f"{figure(many):.2f}", f"{figure(many) / figure(few):.2f}"]
    return cells


def main() -> None:
    with station() as where, silence_of(where), our_app(where):
        store = where.environment["STORE"] + ".large"
        with second_instance(where, STORE=store) as port:
            small, large = Line(where, where.app_port, SMALL), Line(where, port, LARGE)
            for number in range(ROUNDS + 1):
                report.doing(f"questions and changes, round {number + 1} of {ROUNDS + 1}", seconds=25)
                for line in (small, large):
                    line.ask()
                    line.change()
                    if not number:  # the first round only warms both up
                        line.waits, line.statuses, line.follows = [], [], []
    rows = [
        _row("/twiml/wait", small.waits, large.waits),
        _row("/queue-status", small.statuses, large.statuses),
        _row(f"a change, until {WATCHING} dashboards have it", small.follows, large.follows),
    ]
    headings = [f"{LARGE:,} in line against {SMALL}"]
    for figure in ("median", "p99"):
        headings += [f"{figure} ms, {SMALL}", f"{figure} ms, {LARGE:,}", "ratio"]
    report.table("A full line", headings, rows)


if __name__ == "__main__":
    main()
