"""How many new calls a second can be greeted and queued? Ours (signed, stored) beside the tutorial's (neither)."""

from __future__ import annotations

import statistics

from bench import load, profile, report
from bench.load import Result
from bench.requests_of_twilio import new_calls
from bench.station import Station, app_threads, cpu_seconds, our_app, station, tutorial

ROUNDS = 7
CALLS = 3000


def _round(where: Station, pid: int, port: int) -> tuple[Result, float]:
    """What came of a round, and the microseconds of processor time that the server spent on each call."""
    load.run(port, new_calls(where, 200, port=port))
    calls = new_calls(where, CALLS, port=port)
    before = cpu_seconds(pid)
    result = report.checked(load.run(port, calls, seconds=20))
    return result, (cpu_seconds(pid) - before) / len(result.latencies) * 1e6


def main() -> None:
    theirs, ours = [], []
    with station() as where:
        for _ in range(ROUNDS):
            with tutorial(where) as (server, port):
                theirs.append(_round(where, server.pid, port))
            with our_app(where) as app:
                ours.append(_round(where, app.pid, where.app_port))
    rows: list[list[object]] = []
    for words, rounds in (
        ("the tutorial's way: gunicorn, 8 threads, unsigned, nothing kept", theirs),
        (f"ours: granian, {app_threads()} threads, signature checked, call stored", ours),
    ):
        results = [result for result, _ in rounds]
        spent = statistics.median(microseconds for _, microseconds in rounds)
        rows.append([words, f"{report.per_second(results):,.0f}", f"{report.p99_ms(results):.1f}", f"{spent:.0f}"])
    # Neighbours on the machine come and go: the two of one round stand closer together than the medians do.
    pairs = list(zip(ours, theirs, strict=True))
    rates = [one.per_second / other.per_second for (one, _), (other, _) in pairs]
    tails = [one.quantile_ms(0.99) / other.quantile_ms(0.99) for (one, _), (other, _) in pairs]
    spent_ratios = [one / other for (_, one), (_, other) in pairs]
    rows.append(
        ["ours / the tutorial's, median of the rounds", *(_middle(one) for one in (rates, tails, spent_ratios))]
    )
    headings = (f"{ROUNDS} rounds in turn", "requests/s", "p99 ms", "µs of processor time each")
    report.table("/twiml/enqueue, 16 connections, each call a new one", headings, rows)
    profile.show(statistics.median(microseconds for _, microseconds in ours))


def _middle(ratios: list[float]) -> str:
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


if __name__ == "__main__":
    main()
