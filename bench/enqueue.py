"""How many new calls a second can be greeted and queued? Ours (signed, stored) and the tutorial's (neither)."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

from bench import load, profile, report
from bench.load import Result
from bench.requests_of_twilio import new_calls
from bench.station import (
    TUTORIAL_THREADS,
    WSGI_THREADS,
    Station,
    app_command,
    cpu_seconds,
    our_app,
    process,
    station,
    take_off_the_limit,
    tutorial,
)
from tests.support.processes import free_port

ROUNDS = 31
CALLS = 300
"""For each server in each round. Rounds are short, because other load on the machine changes within seconds."""

WARM_UP = 500
TUTORIAL, OURS = "the tutorial's", "the front"
WSGI = {f"WSGI, {threads} threads": threads for threads in (TUTORIAL_THREADS, WSGI_THREADS)}
COMPARED = ((OURS, TUTORIAL), *((name, TUTORIAL) for name in WSGI))


class Server(NamedTuple):
    pid: int
    port: int


@contextmanager
def _servers(where: Station) -> Iterator[dict[str, Server]]:
    """The tutorial's, ours, and ours as a WSGI app with a thread for each request. Ours have fresh stores."""
    with ExitStack() as running:
        theirs, their_port = running.enter_context(tutorial(where))
        ours = running.enter_context(our_app(where))
        servers = {TUTORIAL: Server(theirs.pid, their_port), OURS: Server(ours.pid, where.app_port)}
        for name, threads in WSGI.items():
            port = free_port()
            environment = where.environment | {"PORT": str(port), "STORE": f"{where.environment['STORE']}.{threads}"}
            take_off_the_limit(environment)
            wsgi = running.enter_context(process(app_command(where, threads, port=port), environment, port))
            servers[name] = Server(wsgi.pid, port)
        yield servers


def _round(where: Station, server: Server, calls: int) -> tuple[Result, float]:
    """The result of a round, and the microseconds of processor time that the server spent on each call."""
    requests = new_calls(where, calls, port=server.port)
    before = cpu_seconds(server.pid)
    result = report.checked(load.run(server.port, requests, seconds=20))
    return result, (cpu_seconds(server.pid) - before) / len(result.latencies) * 1e6


def main() -> None:
    """Measures four servers in turn, one at a time."""
    words = {
        TUTORIAL: f"the tutorial's way: gunicorn, {TUTORIAL_THREADS} threads, no signature, nothing stored",
        OURS: "ours behind the front: signature checked, call stored",
        **{name: f"the same under {name}" for name in WSGI},
    }
    report.doing(f"new calls, {ROUNDS} rounds of four servers in turn", seconds=60)
    with station() as where, _servers(where) as servers:
        for server in servers.values():
            _round(where, server, WARM_UP)
        rounds = [{name: _round(where, server, CALLS) for name, server in servers.items()} for _ in range(ROUNDS)]
    taken = {name: [one[name] for one in rounds] for name in words}
    rows: list[list[object]] = []
    for name, its_rounds in taken.items():
        results = [result for result, _ in its_rounds]
        all_of_them = Result(1.0, [seconds for result in results for seconds in result.latencies])
        spent = statistics.mean(microseconds for _, microseconds in its_rounds)
        rate = f"{report.per_second(results):,.0f}"
        rows.append([words[name], rate, f"{all_of_them.quantile_ms(0.99):.1f}", f"{spent:.0f}"])
    rows += [_ratios(f"{name} / {other}", taken[name], taken[other]) for name, other in COMPARED]
    headings = (f"{ROUNDS} rounds in turn", "requests/s", "p99 ms", "µs of processor time each")
    report.table("/twiml/enqueue, 16 connections, each call a new one", headings, rows)
    profile.show(statistics.mean(microseconds for _, microseconds in taken[OURS]))


def _ratios(words: str, ours: list[tuple[Result, float]], theirs: list[tuple[Result, float]]) -> list[object]:
    """Ratios within each round, because other load on the machine changes less within a round than between rounds."""
    rates = [one.per_second / other.per_second for (one, _), (other, _) in zip(ours, theirs, strict=True)]
    spent = statistics.mean(one for _, one in ours) / statistics.mean(one for _, one in theirs)
    return [f"{words}, median of the rounds, and the middle half of them", _middle(rates), "", f"{spent:.2f}"]


def _middle(ratios: list[float]) -> str:
    low, median, high = statistics.quantiles(ratios, n=4)
    return f"{median:.2f} ({low:.2f} to {high:.2f})"


if __name__ == "__main__":
    main()
