"""How many new calls a second can be greeted and queued? Ours (signed, stored) beside the tutorial's (neither)."""

from __future__ import annotations

import statistics

from bench import load, profile, report
from bench.load import Result
from bench.requests_of_twilio import new_calls
from bench.station import app_threads, cpu_seconds, our_app, station, tutorial

ROUNDS = 5
CALLS = 4000


def main() -> None:
    theirs: list[Result] = []
    ours: list[Result] = []
    microseconds: list[float] = []
    with station() as where:
        for _ in range(ROUNDS):
            with tutorial(where) as port:
                load.run(port, new_calls(where, 200, port=port))
                theirs.append(report.checked(load.run(port, new_calls(where, CALLS, port=port), seconds=20)))
            with our_app(where) as app:
                load.run(where.app_port, new_calls(where, 200))
                calls = new_calls(where, CALLS)
                before = cpu_seconds(app.pid)
                ours.append(report.checked(load.run(where.app_port, calls, seconds=20)))
                microseconds.append((cpu_seconds(app.pid) - before) / len(ours[-1].latencies) * 1e6)
    rate, their_rate = report.per_second(ours), report.per_second(theirs)
    # Neighbours on the machine come and go: each round's two stand closer together than the medians do.
    ratios = [one.per_second / other.per_second for one, other in zip(ours, theirs, strict=True)]
    rows = [
        (
            "the tutorial's way: gunicorn, 8 threads, unsigned, nothing kept",
            f"{their_rate:,.0f}",
            f"{report.p99_ms(theirs):.1f}",
        ),
        (
            f"ours: granian, {app_threads()} threads, signature checked, call stored",
            f"{rate:,.0f}",
            f"{report.p99_ms(ours):.1f}",
        ),
        (
            f"ours / the tutorial's, median of {ROUNDS} rounds ({min(ratios):.2f} to {max(ratios):.2f})",
            f"{statistics.median(ratios):.2f}",
            f"{report.p99_ms(ours) / report.p99_ms(theirs):.2f}",
        ),
    ]
    report.table("/twiml/enqueue, 16 connections, each call a new one", ("", "requests/s", "p99 ms"), rows)
    profile.show(statistics.median(microseconds))


if __name__ == "__main__":
    main()
