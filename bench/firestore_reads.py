"""How many reads and writes does a day cost on Firestore? A short show with five dashboards, counted in the adapter.

A show's reads are of two kinds: those of each call, and those of each hour that somebody watches. Both are measured
separately, on the emulator, and added up for a day. https://cloud.google.com/firestore/quotas#free-quota
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from bench import report
from bench.follow import dashboards
from bench.soak.show import DJ_PHONE, Show
from bench.soak.watch import Watch
from bench.station import Station, app_command, ask, process, station
from tests.support.firestore import is_available, running_emulator

DASHBOARDS = 5
SHOW_SECONDS = 100.0
QUIET_SECONDS = 60.0
CROWD = 12
PATIENCE_SECONDS = (20.0, 60.0)
SHOW_HOURS = 4
CALLS_A_SHOW = 400
FREE_READS, FREE_WRITES = 50_000, 20_000


@dataclass(frozen=True)
class Used:
    """Documents read and written."""

    reads: float
    writes: float

    def __sub__(self, other: Used) -> Used:
        return Used(self.reads - other.reads, self.writes - other.writes)


def _used(where: Station) -> Used:
    told = ask("GET", where.url + "/bench/reads")
    return Used(told["reads"], told["writes"])


def _measure(where: Station) -> tuple[Used, Used, int]:
    """What was used in a quiet time, what a show used in addition, and the show's number of calls."""
    watch = Watch(where)
    show = Show(where, watch, 1, CROWD, PATIENCE_SECONDS)
    report.doing("a quiet time, then a show", seconds=QUIET_SECONDS + SHOW_SECONDS + 10)
    with dashboards(where.app_port, DASHBOARDS):
        time.sleep(5)  # the app reads the store once after its start, and nothing shows when it has
        before = _used(where)
        time.sleep(QUIET_SECONDS)  # what is measured
        quiet = _used(where) - before
        before = _used(where)
        show.run(SHOW_SECONDS)
        where.control("POST", "reset")
        time.sleep(5)  # the calls end and their callers' records are written, and nothing shows when they are
        busy = _used(where) - before
    show.browser.close()
    return quiet, busy, len(show.rang_at)


def main() -> None:
    if not is_available():
        print("\nNo Firestore emulator here: its reads are not counted.")
        return
    with running_emulator() as emulator:
        settings = {
            "STORE": "firestore:",
            "GOOGLE_CLOUD_PROJECT": "demo-reads",
            "FIRESTORE_EMULATOR_HOST": emulator.host,
            "DJ_PHONES": DJ_PHONE,
        }
        with station(**settings) as where:
            command = app_command(where, application="bench.counted:application")
            with process(command, where.environment, where.app_port):
                quiet, busy, calls = _measure(where)
    rows = []
    for name, free, at_rest, in_show in (
        ("reads", FREE_READS, quiet.reads, busy.reads),
        ("writes", FREE_WRITES, quiet.writes, busy.writes),
    ):
        an_hour = at_rest / QUIET_SECONDS * 3600
        a_call = max(0.0, in_show - at_rest * (SHOW_SECONDS + 5) / QUIET_SECONDS) / calls
        day = an_hour * SHOW_HOURS + a_call * CALLS_A_SHOW
        most = (free - an_hour * SHOW_HOURS) / a_call if a_call else float("inf")
        rows.append((name, f"{an_hour:.0f}", f"{a_call:.1f}", f"{day:,.0f}", f"{free:,}", f"{most:,.0f}"))
    headings = (
        f"{DASHBOARDS} dashboards, {calls} calls in {SHOW_SECONDS:.0f} s",
        "an hour of watching",
        "a call",
        f"a day: {SHOW_HOURS} h of show, {CALLS_A_SHOW} calls",
        "free a day",
        "calls a day within that",
    )
    report.table("What Firestore counts", headings, rows)


if __name__ == "__main__":
    main()
