"""Runs every measurement in turn and prints a table for each: `make bench`."""

from __future__ import annotations

import signal
import sys
import time

from bench import (
    attack,
    cold_start,
    console,
    crowd,
    dead_air,
    delta_bytes,
    enqueue,
    firestore_reads,
    follow,
    listeners,
    memory,
    next_caller,
    queue_status,
    report,
    rest_requests,
    servers,
    wait_estimates,
)

QUESTIONS = (
    enqueue,
    queue_status,
    follow,
    next_caller,
    dead_air,
    console,
    crowd,
    delta_bytes,
    cold_start,
    rest_requests,
    firestore_reads,
    servers,
    memory,
    attack,
    wait_estimates,
    listeners,
)


def main() -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that it ends what it has started, as on Ctrl-C
    print(report.machine())
    for question in QUESTIONS:
        started = time.monotonic()
        print(f"{question.__name__}: {(question.__doc__ or '').splitlines()[0]}", file=sys.stderr, flush=True)
        question.main()
        print(f"\n{question.__name__}: {time.monotonic() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main()
