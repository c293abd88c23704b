"""How much memory do the app and the rehearsal take, idle and with 5,000 callers in the queue?"""

from __future__ import annotations

from bench import report
from bench.station import our_app, resident_megabytes, station

CALLERS = 5000


def main() -> None:
    with station() as where, our_app(where) as app:
        where.ring_in(1, per_second=1)
        before = resident_megabytes(app.pid), resident_megabytes(where.network_pid)
        report.doing(f"{CALLERS:,} callers ring in", seconds=CALLERS / 200 + 10)
        where.ring_in(CALLERS, per_second=200)
        after = resident_megabytes(app.pid), resident_megabytes(where.network_pid)
    names = ("the app (server and worker)", "the rehearsal")
    rows = [(name, f"{one:.0f}", f"{many:.0f}") for name, one, many in zip(names, before, after, strict=True)]
    report.table("Memory, MB", ("", "one caller", f"{CALLERS:,} callers"), rows)


if __name__ == "__main__":
    main()
