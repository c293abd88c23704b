"""The bars of new calls, dashboards, changes and cold starts, in one run of some five minutes."""

from __future__ import annotations

from bench import cold_start, delta_bytes, enqueue, follow, report


def main() -> None:
    print(report.machine())
    enqueue.main()
    follow.many_dashboards(((follow.SOME, 0), (follow.MANY, 0)))
    delta_bytes.main()
    cold_start.main()


if __name__ == "__main__":
    main()
