"""Runs every measurement in turn and prints a table for each: `make bench`."""

from __future__ import annotations

import time

from bench import crowd, enqueue, memory, queue_status, report, rest_requests, servers


def main() -> None:
    print(report.machine())
    for question in (enqueue, queue_status, rest_requests, servers, crowd, memory):
        started = time.monotonic()
        question.main()
        print(f"\n{question.__name__}: {time.monotonic() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main()
