"""Which server, with how many threads, should run the app? The same app under each, in turn."""

from __future__ import annotations

import time

from bench import load, report
from bench.load import Result
from bench.requests_of_twilio import new_calls, polls
from bench.station import Station, our_app, our_app_on_gunicorn, resident_megabytes, station
from tests.support.visitors import signed_in

ROUNDS = 3
CALLS = 3000
SECONDS = 3.0
SERVERS = (
    "gunicorn gthread, 8 threads",
    "granian, the front",
    "granian, 1 thread",
    "granian, 4 threads",
    "granian, 8 threads",
    "granian, 80 threads",
)


def _one(where: Station, server: str) -> tuple[Result, Result, float, float]:
    started = time.monotonic()
    running = our_app_on_gunicorn(where) if server.startswith("gunicorn") else our_app(where, threads=_threads(server))
    with running as app:
        report.checked(load.run(where.app_port, polls("/_ah/warmup", 1), connections=1))
        start_ms = (time.monotonic() - started) * 1000
        cookie = signed_in(where.url).cookie
        load.run(where.app_port, polls("/queue-status", 100, cookie))
        status = report.checked(load.run(where.app_port, polls("/queue-status", 200_000, cookie), seconds=SECONDS))
        enqueue = report.checked(load.run(where.app_port, new_calls(where, CALLS), seconds=20))
        return enqueue, status, start_ms, resident_megabytes(app.pid)


def _threads(server: str) -> int:
    """0 for the app behind its front; otherwise a WSGI app in that many threads."""
    return int(server.split()[1]) if server.split()[1].isdigit() else 0


def main() -> None:
    taken: dict[str, list[tuple[Result, Result, float, float]]] = {server: [] for server in SERVERS}
    with station() as where:
        for _ in range(ROUNDS):
            for server in SERVERS:
                report.doing(server, seconds=10)
                taken[server].append(_one(where, server))
    rows = []
    for server, rounds in taken.items():
        enqueue, status = [one[0] for one in rounds], [one[1] for one in rounds]
        cells = [server]
        for results in (enqueue, status):
            cells += [f"{report.per_second(results):,.0f}", f"{report.p99_ms(results):.1f}"]
        cells += [f"{min(one[2] for one in rounds):.0f}", f"{max(one[3] for one in rounds):.0f}"]
        rows.append(cells)
    headings = ("our app under", "enqueue/s", "p99 ms", "status/s", "p99 ms", "start to warm ms", "MB")
    report.table("The server, 16 connections", headings, rows)


if __name__ == "__main__":
    main()
