"""The processes under measurement: a rehearsal network, our app by its real entry point, and the tutorial's way."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from callin import config
from callin.stores import open_store
from tests.support.processes import ROOT, Program, free_port, wait_until

BIN = Path(sys.executable).parent
GRANIAN = str(BIN / "granian")
STATIC_FILES = ("--static-path-route", "/static", "--static-path-mount", "static")
TUTORIAL_THREADS = 8
WSGI_THREADS = 80
"""As many as before the front, when each waiting dashboard held a thread."""


def ask(
    method: str, url: str, body: Any = None, timeout_seconds: float = 30, headers: Mapping[str, str] | None = None
) -> Any:
    """JSON over HTTP: the decoded answer, None if it is empty. A 4xx or 5xx raises urllib's HTTPError."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json", **(headers or {})}, method=method)
    with urllib.request.urlopen(request, timeout=timeout_seconds) as answer:
        text = answer.read()
    return json.loads(text) if text else None


@contextmanager
def process(command: list[str], environment: Mapping[str, str], port: int) -> Iterator[Program]:
    """Runs a server until it accepts connections, then hands it over; ends it and its children afterwards."""

    def accepts() -> bool:
        with socket.create_connection(("127.0.0.1", port), 0.2):
            return True

    running = Program("server", command, {**os.environ, **environment})
    try:
        running.wait_until_ready(accepts)
        yield running
    except BaseException:
        sys.stderr.write(running.output[-4000:])
        raise
    finally:
        running.end()


def _family(pid: int) -> Iterator[int]:
    """A process and its descendants."""
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        yield one
        for task in Path(f"/proc/{one}/task").iterdir():
            with suppress(FileNotFoundError, ProcessLookupError):  # the thread has ended
                waiting += [int(child) for child in (task / "children").read_text(encoding="ascii").split()]


def resident_megabytes(pid: int) -> float:
    """Memory of a process and its descendants: private and shared pages, shared ones divided (PSS)."""
    total = 0
    for one in _family(pid):
        rollup = Path(f"/proc/{one}/smaps_rollup").read_text(encoding="ascii")
        total += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return total / 1024


def cpu_seconds(pid: int) -> float:
    """Processor time that a process and its descendants have used so far."""
    ticks = 0
    for one in _family(pid):
        fields = Path(f"/proc/{one}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def percent_of_a_core(spent: Callable[[], float], seconds: float) -> float:
    """How much of one core something takes, over that many seconds from now. `spent` is its processor time so far."""
    before, began = spent(), time.monotonic()
    time.sleep(seconds)  # what is measured
    return 100 * (spent() - before) / (time.monotonic() - began)


@dataclass(frozen=True)
class Station:
    """A running rehearsal and the settings of an app that belongs to it."""

    environment: dict[str, str]
    network_url: str
    network_pid: int
    app_port: int

    @property
    def url(self) -> str:
        """The app's address."""
        return f"http://127.0.0.1:{self.app_port}"

    def control(self, method: str, path: str, body: Any = None) -> Any:
        return ask(method, f"{self.network_url}/rehearsal/{path}", body)

    def steer(self, method: str, path: str, body: Any = None) -> Any:
        """The same for one call; None if the network refuses, because that call is over."""
        try:
            return self.control(method, path, body)
        except urllib.error.HTTPError as refusal:
            refusal.close()
            if refusal.code >= 500:
                raise
            return None

    def ring_in(self, callers: int, per_second: float) -> None:
        """Sends patient callers, and waits until the app's own line holds them all. The app must be running."""
        before = self.in_line()
        crowd = {"callers": callers, "per_second": per_second, "patience_seconds": [7200, 7200]}
        self.control("POST", "crowd", crowd)
        seconds = callers / per_second + 120
        wait_until(lambda: self.in_line() >= before + callers, seconds, "not all are in line", 0.5)

    def wait_until_queued(self, call_sid: str) -> None:
        """Waits until this caller has heard the greeting. The network's clock is advanced; sound is not."""

        def look() -> bool:
            if self.control("GET", f"callers/{call_sid}")["queue"] is not None:
                return True
            self.control("PUT", "clock", {"advance_seconds": 2})
            return False

        wait_until(look, why=f"{call_sid} is not in a queue")

    def in_line(self) -> int:
        size: int = ask("GET", f"{self.url}/queue-status")["current_size"]
        return size


def settings_for(folder: Path, network_port: int, app_port: int) -> dict[str, str]:
    """Settings of a rehearsal with made-up credentials."""
    return {
        "CALLIN_SETTINGS": "",  # no file: a benchmark neither reads nor writes a station's settings
        "REHEARSAL_PORT": str(network_port),
        "TWILIO_ACCOUNT_SID": "AC" + "b" * 32,
        "TWILIO_AUTH_TOKEN": "c" * 32,
        "TWILIO_API_KEY_SID": "SK" + "d" * 32,
        "TWILIO_API_KEY_SECRET": "e" * 32,
        "TWILIO_LISTENER_NUMBER": "+442079460100",
        "TWILIO_DJ_NUMBER": "+442079460101",
        "TWILIO_API_URL": f"http://127.0.0.1:{network_port}",
        "TWILIO_SIGNALING_HOST": f"127.0.0.1:{network_port}",
        "PUBLIC_URL": f"http://127.0.0.1:{app_port}",
        "PORT": str(app_port),
        "STORE": f"sqlite:///{folder}/bench.db",
        "SESSION_KEY": "0123456789abcdef" * 4,
    }


@contextmanager
def station(**more_settings: str) -> Iterator[Station]:
    """A rehearsal network with made-up credentials, queues and numbers set up, and a store in a temporary folder."""
    network_port, app_port = free_port(), free_port()
    with tempfile.TemporaryDirectory() as folder:
        environment = settings_for(Path(folder), network_port, app_port) | more_settings
        command = [sys.executable, "-m", "rehearsal", "--static", str(ROOT / "static"), environment["PUBLIC_URL"]]
        with process(command, environment, network_port) as network:
            setup = subprocess.run(
                [sys.executable, "-m", "callin.setup", "--yes", "--without-health"],
                cwd=ROOT,
                env={**os.environ, **environment},
                capture_output=True,
                check=True,
                timeout=60,
                text=True,
            )
            environment |= dict(line.split("=", 1) for line in setup.stdout.split())
            yield Station(environment, environment["TWILIO_API_URL"], network.pid, app_port)


def app_command(where: Station, threads: int = 0, application: str = "", port: int = 0) -> list[str]:
    """Our app as app.yaml starts it; with `threads`, or for another application, a WSGI app in that many threads.

    It serves the static files too, as Google does there.
    """
    if application or threads:
        words = ["--interface", "wsgi", "--http", "1", "--factory", "--workers", "1", "--workers-kill-timeout", "2"]
        words += ["--blocking-threads", str(threads or WSGI_THREADS), "--log-level", "warning"]
        words = [GRANIAN, *words, application or "main:application"]
    else:
        words = _entry_point()
    return [*words, "--host", "127.0.0.1", "--port", str(port or where.app_port), *STATIC_FILES]


def _entry_point() -> list[str]:
    """The words of app.yaml's command, except the server's address."""
    found = re.search(r"entrypoint: >-\n((?:  .*\n)+)", (ROOT / "app.yaml").read_text(encoding="utf-8"))
    if found is None:
        raise RuntimeError("app.yaml does not say how the app is started")
    return re.sub(r"--host \S+|--port \S+", "", found[1].replace(" granian ", f" {GRANIAN} ")).split()


@contextmanager
def our_app(where: Station, *, threads: int = 0, fresh_store: bool = True) -> Iterator[Program]:
    """Our app by its real entry point."""
    command = app_command(where, threads)
    with _with_store(where, fresh_store=fresh_store), process(command, where.environment, where.app_port) as running:
        yield running


@contextmanager
def second_instance(where: Station, **changes: str) -> Iterator[int]:
    """Another instance of the app, at a port of its own that Twilio does not know; gives the port."""
    port = free_port()
    environment = where.environment | {"PORT": str(port)} | changes
    take_off_the_limit(environment)
    with process(app_command(where, port=port), environment, port):
        yield port


@contextmanager
def silence_of(where: Station) -> Iterator[None]:
    """Stops the network, so that only the app is measured, and not the callers on the same two cores."""
    os.kill(where.network_pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(where.network_pid, signal.SIGCONT)


@contextmanager
def our_app_on_gunicorn(where: Station) -> Iterator[Program]:
    """Our app under the tutorial's server, to compare the servers alone."""
    command = gunicorn(where.app_port, "main:application()")
    with _with_store(where, fresh_store=True), process(command, where.environment, where.app_port) as running:
        yield running


@contextmanager
def tutorial(where: Station) -> Iterator[tuple[Program, int]]:
    """The tutorial's app under its server. Yields the process and its port."""
    port = free_port()
    with process(gunicorn(port, "bench.tutorial:application"), where.environment, port) as running:
        yield running, port


def gunicorn(port: int, application: str) -> list[str]:
    words = f"--bind 127.0.0.1:{port} --worker-class gthread --workers 1 --threads {TUTORIAL_THREADS}"
    return [str(BIN / "gunicorn"), *words.split(), "--no-control-socket", "--log-level", "warning", application]


@contextmanager
def _with_store(where: Station, *, fresh_store: bool) -> Iterator[None]:
    if fresh_store:
        database = Path(where.environment["STORE"].removeprefix("sqlite:///"))
        for leftover in database.parent.glob(database.name + "*"):
            leftover.unlink()
        take_off_the_limit(where.environment)
    yield


def take_off_the_limit(environment: Mapping[str, str]) -> None:
    """Removes the limit of waiting callers, as a desk may: measured crowds are larger than the limit at first."""
    settings = config.read(environment)
    store = open_store(settings.store, settings.google_cloud_project)
    store.change_show(lambda show: replace(show, most_callers=0))
    store.close()
