"""How soon do dashboards follow? From a ring at the rehearsal until every one has it, compared with a bare notify."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bench import load, report
from bench.load import Result
from bench.requests_of_twilio import new_calls, waiting_calls
from bench.station import (
    WSGI_THREADS,
    Station,
    app_command,
    cpu_seconds,
    our_app,
    percent_of_a_core,
    process,
    second_instance,
    silence_of,
    station,
)
from tests.support.firestore import is_available, running_emulator
from tests.support.processes import ROOT, free_port
from tests.support.visitors import signed_in

FEW, SOME, MANY = 50, 200, 500
LOADS = ((FEW, 0), (SOME, 0), (MANY, 0), (SOME, WSGI_THREADS))
"""Numbers of dashboards: behind the front, and under WSGI with that many threads, where each asks every second."""
IN_LINE = 12
ROUNDS, RINGS = 4, 10
LOADED_RINGS = 50
SECONDS_BETWEEN_RINGS = 0.4
STAY_FOR_RINGS = 5
LAST_SECONDS = 2.0
WEBHOOKS_PER_SECOND = 20
IDLE_SECONDS = 30.0
HEADINGS = ("", "median ms", "p99 ms", "missed")
LATE_SECONDS = 5.0
"""A dashboard that does not have a call by then counts as this late."""


@dataclass
class Watching:
    """Running dashboards; once they have ended, how long each took to get each call."""

    count: int
    began: dict[str, float] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    missed: int = 0
    changes: list[float] = field(default_factory=list)
    """The times of all answers that reported a change."""
    bytes: list[int] = field(default_factory=list)
    """How long each of them was."""

    def take(self, told: dict[str, Any]) -> None:
        self.changes, self.bytes = told["changes"], told["bytes"]
        for call_sid, began in self.began.items():
            moments = told["seen"].get(call_sid, [])
            self.seconds += [at - began for at in moments]
            self.missed += self.count - len(moments)
            self.seconds += [LATE_SECONDS] * (self.count - len(moments))

    def quantile_ms(self, share: float) -> float:
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000


@contextmanager
def dashboards(port: int, count: int, *, is_ours: bool = True) -> Iterator[Watching]:
    """Runs dashboards in a process of their own until the block ends. In our app a DJ is signed in."""
    watching = Watching(count)
    cookie = signed_in(f"http://127.0.0.1:{port}").cookie if is_ours else ""
    command = [sys.executable, "-m", "bench.dashboards", str(port), str(count), cookie]
    running = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert running.stdout is not None
        if running.stdout.readline().strip() != "ready":
            raise RuntimeError("the dashboards did not all get an answer")
        yield watching
        time.sleep(LAST_SECONDS)  # a late dashboard counts with its time, not as missed
        out, _ = running.communicate("", timeout=30)
        watching.take(json.loads(out))
    finally:
        if running.poll() is None:
            running.kill()
            running.wait()


def ring(where: Station, watching: Watching, number: int) -> None:
    """Somebody rings, and an earlier caller hangs up, but late enough for dashboards that poll every second."""
    began = time.monotonic()
    call_sid = where.control("POST", "callers", {"from": f"+447700900{number % 900:03d}"})["call_sid"]
    watching.began[call_sid] = began
    time.sleep(SECONDS_BETWEEN_RINGS)  # so that the dashboards' times are of one ring, not of two at once
    if len(watching.began) > STAY_FOR_RINGS:
        where.control("DELETE", f"callers/{list(watching.began)[-1 - STAY_FOR_RINGS]}")


def notify(port: int, watching: Watching, number: int) -> None:
    call_sid = f"CA{number}"
    watching.began[call_sid] = time.monotonic()
    request = urllib.request.Request(f"http://127.0.0.1:{port}/notify?call={call_sid}", b"", method="POST")
    urllib.request.urlopen(request).close()
    time.sleep(SECONDS_BETWEEN_RINGS)  # as above


@contextmanager
def webhooks(where: Station) -> Iterator[Result]:
    """Sends twenty signed webhooks a second: new calls, which are stored, and waiting callers."""
    sids = [caller["call_sid"] for caller in where.control("GET", "callers")]
    ended = threading.Event()
    result = Result()

    def send() -> None:
        number = 0
        while not ended.wait(max(0.0, began + number / WEBHOOKS_PER_SECOND - time.monotonic())):
            is_new = number % 4 == 0
            requests = new_calls(where, 1) if is_new else waiting_calls(where, sids[number % len(sids) :], 1)
            one = load.run(where.app_port, requests, connections=1)
            result.latencies += one.latencies
            result.failures += one.failures
            number += 1

    began = time.monotonic()
    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield result
    finally:
        ended.set()
        thread.join()


def _beside_a_bare_notify(where: Station) -> list[tuple[object, ...]]:
    port = free_port()
    command = app_command(where, application="bench.bare_notify:application", port=port)
    with our_app(where), process(command, where.environment, port):
        where.ring_in(IN_LINE, per_second=5)
        with dashboards(where.app_port, FEW) as ours, dashboards(port, FEW, is_ours=False) as bare:
            for first in range(0, ROUNDS * RINGS, RINGS):
                for turn in range(first, first + RINGS):
                    ring(where, ours, turn)
                for turn in range(first, first + RINGS):
                    notify(port, bare, turn)
    ratio = [f"{ours.quantile_ms(share) / bare.quantile_ms(share):.1f}" for share in (0.5, 0.99)]
    return [
        _row(f"a bare notify, {FEW} held requests", bare),
        _row(f"from a ring until {FEW} dashboards have it", ours),
        ("ours / the bare notify", *ratio, ""),
    ]


def _under_load(where: Station, count: int, threads: int) -> list[tuple[object, ...]]:
    shape = f"under WSGI, {threads} threads" if threads else "behind the front"
    report.doing(f"{count} dashboards {shape}", seconds=LOADED_RINGS * SECONDS_BETWEEN_RINGS + 20)
    with our_app(where, threads=threads):
        where.ring_in(IN_LINE, per_second=5)
        with dashboards(where.app_port, count) as watching, webhooks(where) as answered:
            for turn in range(LOADED_RINGS):
                ring(where, watching, turn)
    report.checked(answered)
    webhook_row = (
        f"the webhooks meanwhile ({len(answered.latencies)})",
        f"{answered.quantile_ms(0.5):.1f}",
        f"{answered.quantile_ms(0.99):.1f}",
        "",
    )
    return [_row(f"{count} dashboards {shape}, {WEBHOOKS_PER_SECOND} webhooks a second", watching), webhook_row]


def _another_instance() -> list[tuple[object, ...]]:
    if not is_available():
        return [("the other of two instances on Firestore: no emulator here", "", "", "")]
    with running_emulator() as emulator:
        settings = {
            "STORE": "firestore:",
            "GOOGLE_CLOUD_PROJECT": "demo-bench",
            "FIRESTORE_EMULATOR_HOST": emulator.host,
        }
        with station(**settings) as where, our_app(where), second_instance(where) as port:
            where.ring_in(IN_LINE, per_second=5)
            with dashboards(port, FEW) as watching:
                for turn in range(LOADED_RINGS):
                    ring(where, watching, turn)
    return [_row(f"{FEW} dashboards of the other instance, on Firestore's emulator", watching)]


def _row(words: str, watching: Watching) -> tuple[object, ...]:
    return words, f"{watching.quantile_ms(0.5):.1f}", f"{watching.quantile_ms(0.99):.1f}", watching.missed


def _idle(where: Station) -> None:
    rows = []
    with our_app(where) as app:
        where.ring_in(IN_LINE, per_second=5)
        time.sleep(5)  # the app compares with Twilio once more after the last ring, and nothing shows when it has
        report.doing("no dashboard, then five idle ones", seconds=2 * IDLE_SECONDS)
        with silence_of(where):
            for count in (0, 5):
                with dashboards(where.app_port, count):
                    share = percent_of_a_core(lambda: cpu_seconds(app.pid), IDLE_SECONDS)
                    rows.append((count, f"{share:.2f} %"))
    report.table(f"What idle dashboards cost, over {IDLE_SECONDS:.0f} s", ("dashboards", "of a core"), rows)


def many_dashboards(loads: Iterable[tuple[int, int]]) -> None:
    """The dashboards' times while webhooks come: behind the front, or under WSGI with that many threads."""
    for count, threads in loads:
        with station() as where:
            report.table(f"{count} dashboards while webhooks come", HEADINGS, _under_load(where, count, threads))


def main() -> None:
    report.doing(f"{FEW} dashboards, and a bare notify", seconds=2 * ROUNDS * RINGS * SECONDS_BETWEEN_RINGS + 15)
    with station() as where:
        report.table("From a ring to the dashboards", HEADINGS, _beside_a_bare_notify(where))
    many_dashboards(LOADS)
    report.doing(f"{FEW} dashboards of a second instance", seconds=LOADED_RINGS * SECONDS_BETWEEN_RINGS + 20)
    report.table("Two instances", HEADINGS, _another_instance())
    with station() as where:
        _idle(where)


if __name__ == "__main__":
    main()
