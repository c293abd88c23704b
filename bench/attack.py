"""Do clients that never finish their requests stop the webhooks? The short form of this is tests/test_attacks.py.

`python -m bench.attack [SECONDS]`: 200 slow bodies, 200 slow heads and 200 abandoned HTTP/2 streams, 20 s each: against
the app itself, through Caddy with the project's Caddyfile, and against the app as it was served before the front.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench import report
from bench.requests_of_twilio import new_calls, waiting_calls
from bench.station import WSGI_THREADS, Station, app_command, process, station
from tests.support.attacks import (
    STREAMS_A_CONNECTION,
    AbandonedStreams,
    Attack,
    Connect,
    SlowBody,
    SlowHead,
    attacked,
    encrypted,
    plain,
)
from tests.support.https import Https, make_certificate
from tests.support.processes import ROOT, free_port
from tests.support.production import start_caddy

SECONDS = 20.0
AFTERWARDS_SECONDS = 3.0
SECONDS_BETWEEN_WEBHOOKS = 0.1
TIMEOUT_SECONDS = 8.0
IN_TIME_SECONDS = 1.0
HOST = "callin.station.example"

Shape = Callable[[Station], AbstractContextManager[Connect]]

ATTACKS: tuple[tuple[str, type[Attack], int], ...] = (
    ("200 slow bodies", SlowBody, 200),
    ("200 slow heads", SlowHead, 200),
    ("200 abandoned HTTP/2 streams", AbandonedStreams, 200 // STREAMS_A_CONNECTION),
)


@dataclass
class Webhooks:
    """How long each took; infinite if it had no answer in 8 s."""

    seconds: list[float] = field(default_factory=list)

    def row(self) -> list[str]:
        ordered = sorted(self.seconds)
        in_time = sum(one < IN_TIME_SECONDS for one in ordered)
        slowest = f"{ordered[-1] * 1000:.0f}" if ordered[-1] < TIMEOUT_SECONDS else "no answer"
        return [f"{in_time} of {len(ordered)}", f"{ordered[len(ordered) // 2] * 1000:.0f}", slowest]


def webhooks_for(where: Station, connect: Connect, seconds: float) -> Webhooks:
    """Sends a signed webhook every 100 ms, without waiting for the answers to earlier ones."""
    told = Webhooks()
    threads = []
    until = time.monotonic() + seconds
    number = 0
    while time.monotonic() < until:
        [request] = new_calls(where, 1) if number % 4 == 0 else waiting_calls(where, ["CA" + "a" * 32], 1)
        threads.append(threading.Thread(target=lambda one=request: told.seconds.append(_seconds_for(one, connect))))
        threads[-1].start()
        number += 1
        time.sleep(SECONDS_BETWEEN_WEBHOOKS)  # a rate, however long the answers take
    for thread in threads:
        thread.join()
    return told


def _seconds_for(request: bytes, connect: Connect) -> float:
    began = time.monotonic()
    try:
        with connect() as connection:
            connection.settimeout(TIMEOUT_SECONDS)
            connection.sendall(request)
            if connection.recv(4096).startswith(b"HTTP/1.1 200"):
                return time.monotonic() - began
    except OSError:
        pass
    return TIMEOUT_SECONDS


@contextmanager
def behind_the_front(where: Station) -> Iterator[Connect]:
    with process(app_command(where), where.environment, where.app_port):
        yield plain(where.app_port)


@contextmanager
def as_before(where: Station) -> Iterator[Connect]:
    """WSGI in 80 threads, and HTTP/2 for clients that begin with it."""
    command = app_command(where, threads=WSGI_THREADS)
    command[command.index("--http") + 1] = "auto"
    with process(command, where.environment, where.app_port):
        yield plain(where.app_port)


@contextmanager
def behind_caddy(where: Station) -> Iterator[Connect]:
    with tempfile.TemporaryDirectory() as name, behind_the_front(where):
        folder = Path(name)
        https = Https(make_certificate(folder, HOST), free_port())
        caddy = start_caddy(https, free_port(), ROOT, str(where.app_port), folder)
        try:
            yield encrypted(https.port, HOST, str(https.certificate.authority))
        finally:
            caddy.end()


SHAPES: tuple[tuple[str, Shape, int], ...] = (
    ("the app behind the front", behind_the_front, 3),
    ("the same behind Caddy", behind_caddy, 2),
    (f"as before: WSGI, {WSGI_THREADS} threads, HTTP/2 too", as_before, 3),
)


def _one(where: Station, shape: Shape, kind: type[Attack], count: int, seconds: float) -> list[str]:
    with shape(where) as connect:
        _seconds_for(new_calls(where, 1)[0], connect)
        with attacked(kind, count, connect):
            meanwhile = webhooks_for(where, connect, seconds)
        afterwards = webhooks_for(where, connect, AFTERWARDS_SECONDS)
    return [*meanwhile.row(), *afterwards.row()]


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    rows = []
    with station() as where:
        for words, shape, attacks in SHAPES:
            for attack, kind, count in ATTACKS[:attacks]:
                report.doing(f"{attack} at {words}", seconds=seconds + AFTERWARDS_SECONDS + TIMEOUT_SECONDS)
                rows.append([words, attack, *_one(where, shape, kind, count, seconds)])
    figures = ("answered in 1 s", "median ms", "slowest ms", "afterwards", "median ms", "slowest ms")
    headings = ("", f"{seconds:.0f} s of", *figures)
    report.table("Webhooks during an attack", headings, rows)


if __name__ == "__main__":
    main()
