"""How many polls a second can be answered? Ours (from memory) and the tutorial's (a REST request for each)."""

from __future__ import annotations

from bench import load, report
from bench.load import Result
from bench.requests_of_twilio import polls
from bench.station import our_app, station, tutorial
from tests.support.visitors import signed_in

ROUNDS = 3
SECONDS = 4.0
CALLERS = 200


def main() -> None:
    theirs: list[Result] = []
    ours: list[Result] = []
    with station() as where, our_app(where), tutorial(where) as (_, port):
        where.ring_in(CALLERS, per_second=50)
        cookie = signed_in(where.url).cookie
        report.doing(
            f"{2 * ROUNDS} rounds of polls, ours and the tutorial's in turn", seconds=2 * ROUNDS * (SECONDS + 1)
        )
        for rounds, target, its_cookie in ((theirs, port, ""), (ours, where.app_port, cookie)) * ROUNDS:
            load.run(target, polls("/queue-status", 50, its_cookie))
            asked = polls("/queue-status", 200_000, its_cookie)
            rounds.append(report.checked(load.run(target, asked, seconds=SECONDS)))
    rate, their_rate = report.per_second(ours), report.per_second(theirs)
    rows = [
        ("the tutorial's way: two numbers, by REST each time", f"{their_rate:,.0f}", f"{report.p99_ms(theirs):.1f}"),
        (f"ours: those and {CALLERS} callers, from the line", f"{rate:,.0f}", f"{report.p99_ms(ours):.1f}"),
        ("ours / the tutorial's", f"{rate / their_rate:.1f}", f"{report.p99_ms(ours) / report.p99_ms(theirs):.2f}"),
    ]
    report.table(f"/queue-status, 16 connections, {CALLERS} callers in line", ("", "requests/s", "p99 ms"), rows)


if __name__ == "__main__":
    main()
