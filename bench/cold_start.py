"""How long from the start of the process to the first answer? Ours by its real entry point, beside an empty app."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import time
import urllib.error
import urllib.request

from bench import report
from bench.station import END_SECONDS, ROOT, START_SECONDS, Station, app_command, station

ROUNDS = 9
EMPTY = "bench.empty_app:application"
OURS = "main:application"


def first_answer_ms(where: Station, application: str, path: str) -> float:
    """Milliseconds from spawning the server to its first 200. It and its worker are gone afterwards."""
    began = time.perf_counter()
    running = subprocess.Popen(
        app_command(where, application=application),
        cwd=ROOT,
        env={**os.environ, **where.environment},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while not _answers(f"http://127.0.0.1:{where.app_port}{path}"):
            if running.poll() is not None or time.perf_counter() - began > START_SECONDS:
                raise RuntimeError(f"{application} does not start")
            time.sleep(0.002)
        return (time.perf_counter() - began) * 1000
    finally:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait(END_SECONDS)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=START_SECONDS) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def main() -> None:
    taken: dict[str, list[float]] = {EMPTY: [], "/queue-status": [], "/": []}
    with station() as where:
        for number in range(ROUNDS + 1):
            for name, times in taken.items():
                one = first_answer_ms(where, EMPTY if name == EMPTY else OURS, "/" if name == EMPTY else name)
                if number:  # the first round only warms the disk's cache
                    times.append(one)
    empty = statistics.median(taken[EMPTY])
    rows = []
    for name, times in taken.items():
        words = "an empty webapp2 + Jinja2 app, a page" if name == EMPTY else f"ours, {name}"
        median = statistics.median(times)
        rows.append((words, f"{median:.0f}", f"{min(times):.0f}", f"{median / empty:.2f}"))
    headings = (f"spawn to the first 200, {ROUNDS} rounds in turn", "median ms", "fastest ms", "ratio of medians")
    report.table("Cold start", headings, rows)


if __name__ == "__main__":
    main()
