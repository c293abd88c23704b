"""How long from the start of the process to the first answer? Ours by its real entry point, compared with an empty app.

Both are compiled beforehand, as a deployment is by `python -m callin.compile`.
"""

from __future__ import annotations

import compileall
import os
import signal
import statistics
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from py_compile import PycInvalidationMode

from bench import report
from bench.station import Station, app_command, cpu_seconds, station
from callin import compile as compiling
from tests.support.processes import END_SECONDS, ROOT, START_SECONDS

ROUNDS = 11
EMPTY = "bench.empty_app:application"
OURS = "main:application"


def first_answer_ms(where: Station, application: str, path: str) -> tuple[float, float]:
    """Milliseconds from spawning the server to its first 200, and of processor time. Ends the server."""
    began = time.perf_counter()
    running = subprocess.Popen(
        app_command(where, application=application),
        cwd=ROOT,
        env={**os.environ, **where.environment},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while not _answers(where.url + path):
            if running.poll() is not None or time.perf_counter() - began > START_SECONDS:
                raise RuntimeError(f"{application} does not start")
            time.sleep(0.002)  # between two looks
        return (time.perf_counter() - began) * 1000, cpu_seconds(running.pid) * 1000
    finally:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait(END_SECONDS)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=START_SECONDS) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def compile_both() -> None:
    compiling.main()
    compileall.compile_dir(
        Path(__file__).parent, quiet=1, force=True, invalidation_mode=PycInvalidationMode.CHECKED_HASH
    )


def main() -> None:
    compile_both()
    taken: dict[str, list[tuple[float, float]]] = {EMPTY: [], "/queue-status": [], "/sign-in": []}
    with station() as where:
        report.doing(f"{ROUNDS + 1} rounds of three cold starts", seconds=(ROUNDS + 1) * 3)
        for number in range(ROUNDS + 1):
            for name, times in taken.items():
                one = first_answer_ms(where, EMPTY if name == EMPTY else OURS, "/" if name == EMPTY else name)
                if number:  # the first round only warms the disk's cache
                    times.append(one)
    rows = []
    for name, times in taken.items():
        words = "an empty webapp2 + Jinja2 app, a page" if name == EMPTY else f"ours, {name}"
        cells = [words]
        for which in (0, 1):
            mine, empty = (statistics.median(one[which] for one in these) for these in (times, taken[EMPTY]))
            cells += [f"{mine:.0f}", f"{mine / empty:.2f}"]
        rows.append([*cells, f"{min(one[0] for one in times) / min(one[0] for one in taken[EMPTY]):.2f}"])
    headings = ("spawn to the first 200", "median ms", "ratio", "processor ms", "ratio", "ratio of the fastest times")
    report.table(f"Cold start, {ROUNDS} rounds in turn", headings, rows)


if __name__ == "__main__":
    main()
