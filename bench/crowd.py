"""Does a full line slow the app down? The same requests with 50 and with 5,000 callers in the queue."""

from __future__ import annotations

from bench import load, report
from bench.load import Result
from bench.requests_of_twilio import polls, waiting_calls
from bench.station import Station, our_app, silence_of, station

ROUNDS = 3
REQUESTS = 3000
SMALL, LARGE = 50, 5000
PER_SECOND = 200


def _one_round(where: Station, call_sids: list[str]) -> tuple[Result, Result]:
    wait = load.run(where.app_port, waiting_calls(where, call_sids, REQUESTS), connections=4, seconds=20)
    status = load.run(where.app_port, polls("/queue-status", REQUESTS), connections=4, seconds=20)
    return report.checked(wait), report.checked(status)


def _measure(callers: int) -> tuple[list[Result], list[Result]]:
    with station() as where, our_app(where):
        where.ring_in(callers, per_second=PER_SECOND)
        sids = [caller["call_sid"] for caller in where.control("GET", "callers")]
        with silence_of(where):
            _one_round(where, sids)
            rounds = [_one_round(where, sids) for _ in range(ROUNDS)]
    return [one[0] for one in rounds], [one[1] for one in rounds]


def main() -> None:
    small, large = _measure(SMALL), _measure(LARGE)
    rows = []
    for name, few, many in zip(("/twiml/wait", "/queue-status"), small, large, strict=True):
        cells: list[object] = [name]
        for figure in (report.p50_ms, report.p99_ms):
            cells += [f"{figure(few):.2f}", f"{figure(many):.2f}", f"{figure(many) / figure(few):.2f}"]
        rows.append(cells)
    headings = (
        "4 connections",
        f"p50 ms, {SMALL}",
        f"p50 ms, {LARGE:,}",
        "ratio",
        f"p99 ms, {SMALL}",
        f"p99 ms, {LARGE:,}",
        "ratio",
    )
    report.table(f"{LARGE:,} in the queue against {SMALL}", headings, rows)


if __name__ == "__main__":
    main()
