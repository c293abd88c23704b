"""How many new calls a second can be greeted and queued? Ours (signed, stored) beside the tutorial's (neither)."""

from __future__ import annotations

from bench import load, report
from bench.requests_of_twilio import new_calls
from bench.station import our_app, station, tutorial

ROUNDS = 3
CALLS = 4000


def main() -> None:
    theirs, ours = [], []
    with station() as where:
        for _ in range(ROUNDS):
            with tutorial(where) as port:
                load.run(port, new_calls(where, 200, port=port))
                theirs.append(report.checked(load.run(port, new_calls(where, CALLS, port=port), seconds=20)))
            with our_app(where):
                load.run(where.app_port, new_calls(where, 200))
                ours.append(report.checked(load.run(where.app_port, new_calls(where, CALLS), seconds=20)))
    rate, their_rate = report.per_second(ours), report.per_second(theirs)
    rows = [
        (
            "the tutorial's way: gunicorn, 8 threads, unsigned, nothing kept",
            f"{their_rate:,.0f}",
            f"{report.p99_ms(theirs):.1f}",
        ),
        ("ours: granian, signature checked, call stored", f"{rate:,.0f}", f"{report.p99_ms(ours):.1f}"),
        ("ours / the tutorial's", f"{rate / their_rate:.1f}", f"{report.p99_ms(ours) / report.p99_ms(theirs):.2f}"),
    ]
    report.table("/twiml/enqueue, 16 connections, each call a new one", ("", "requests/s", "p99 ms"), rows)


if __name__ == "__main__":
    main()
