"""How many new calls a second can be greeted and queued? Ours (signed, stored) beside the tutorial's (neither)."""

from __future__ import annotations

import statistics

from bench import load, profile, report
from bench.load import Result
from bench.requests_of_twilio import new_calls
from bench.station import WSGI_THREADS, Station, cpu_seconds, our_app, station, tutorial

ROUNDS = 7
CALLS = 3000
TUTORIAL, OURS, WSGI = "the tutorial's", "the front", "WSGI"
COMPARED = ((OURS, TUTORIAL), (WSGI, TUTORIAL), (OURS, WSGI))


def _round(where: Station, pid: int, port: int) -> tuple[Result, float]:
    """What came of a round, and the microseconds of processor time that the server spent on each call."""
    load.run(port, new_calls(where, 200, port=port))
    calls = new_calls(where, CALLS, port=port)
    before = cpu_seconds(pid)
    result = report.checked(load.run(port, calls, seconds=20))
    return result, (cpu_seconds(pid) - before) / len(result.latencies) * 1e6


def main() -> None:
    """Three servers in turn: the tutorial's, ours, and ours as a WSGI app that gives each request a thread."""
    words = {
        TUTORIAL: "the tutorial's way: gunicorn, 8 threads, unsigned, nothing kept",
        OURS: "ours behind the front: signature checked, call stored",
        WSGI: f"the same under WSGI, {WSGI_THREADS} threads",
    }
    taken: dict[str, list[tuple[Result, float]]] = {name: [] for name in words}
    with station() as where:
        for number in range(ROUNDS):
            report.doing(f"new calls, round {number + 1} of {ROUNDS}", seconds=25)
            with tutorial(where) as (server, port):
                taken[TUTORIAL].append(_round(where, server.pid, port))
            with our_app(where) as app:
                taken[OURS].append(_round(where, app.pid, where.app_port))
            with our_app(where, threads=WSGI_THREADS) as app:
                taken[WSGI].append(_round(where, app.pid, where.app_port))
    rows: list[list[object]] = []
    for name, rounds in taken.items():
        results = [result for result, _ in rounds]
        spent = statistics.median(microseconds for _, microseconds in rounds)
        rows.append(
            [words[name], f"{report.per_second(results):,.0f}", f"{report.p99_ms(results):.1f}", f"{spent:.0f}"]
        )
    rows += [_ratios(f"{name} / {other}", taken[name], taken[other]) for name, other in COMPARED]
    headings = (f"{ROUNDS} rounds in turn", "requests/s", "p99 ms", "µs of processor time each")
    report.table("/twiml/enqueue, 16 connections, each call a new one", headings, rows)
    profile.show(statistics.median(microseconds for _, microseconds in taken[OURS]))


def _ratios(words: str, ours: list[tuple[Result, float]], theirs: list[tuple[Result, float]]) -> list[object]:
    """Ratios within each round: other load on the machine changes between rounds more than within one."""
    pairs = list(zip(ours, theirs, strict=True))
    rates = [one.per_second / other.per_second for (one, _), (other, _) in pairs]
    tails = [one.quantile_ms(0.99) / other.quantile_ms(0.99) for (one, _), (other, _) in pairs]
    spent = [one / other for (_, one), (_, other) in pairs]
    return [f"{words}, median of the rounds", *(_middle(one) for one in (rates, tails, spent))]


def _middle(ratios: list[float]) -> str:
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


if __name__ == "__main__":
    main()
