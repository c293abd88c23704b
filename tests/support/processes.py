"""Real programs under test: started on free ports, waited for by a condition, ended with everything they started."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 30.0
END_SECONDS = 8.0
SHORTEST_PAUSE_SECONDS = 0.01

T = TypeVar("T")


def wait_until(
    condition: Callable[[], T], seconds: float = 30.0, why: str = "", longest_pause_seconds: float = 0.05
) -> T:
    """The value of `condition` as soon as it is true. AssertionError when that takes longer than `seconds`.

    A connection that is refused or broken, and an answer that does not hold yet, count as not yet. Most looks are
    requests, which cost the programs under test more than this process: a long wait looks less often.
    """
    deadline = time.monotonic() + seconds
    pause_seconds = SHORTEST_PAUSE_SECONDS
    while True:
        problem: Exception | None = None
        try:
            answer = condition()
            if answer:
                return answer
        except (OSError, AssertionError, LookupError) as error:
            problem = error
        if time.monotonic() > deadline:
            raise AssertionError(f"after {seconds:g} s: {why or 'still not so'}") from problem
        time.sleep(pause_seconds)  # between two looks
        pause_seconds = min(pause_seconds * 1.2, longest_pause_seconds)


async def until(condition: Callable[[], object]) -> None:
    """Waits on an event loop until the condition is true. TimeoutError after 30 s."""
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - other threads or programs make it true
            await asyncio.sleep(0.01)


_reserved: list[socket.socket] = []
"""Holds the UDP port of each TCP port that `free_port` has answered, until this process ends."""


def free_port() -> int:
    """A free port, below the range of outgoing connections.

    It is reserved: a test may start several programs before the one that listens there, and tests of other processes
    look for ports meanwhile. What reserves it is the UDP port of the same number, which nobody else wants.
    """
    generator = random.Random(os.urandom(8))
    while True:
        port = generator.randrange(15000, 32000)
        reservation = socket.socket(type=socket.SOCK_DGRAM)
        try:
            reservation.bind(("127.0.0.1", port))
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
        except OSError:
            reservation.close()
            continue
        _reserved.append(reservation)
        return port


class Program:
    """A running program in a process group of its own. What it prints is kept in a file."""

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str], cwd: Path = ROOT) -> None:
        self.name = name
        self._output = tempfile.NamedTemporaryFile(prefix=f"{name}-", suffix=".log")  # noqa: SIM115 - closed by end()
        self._process = subprocess.Popen(
            list(command),
            env=dict(environment),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    @property
    def output(self) -> str:
        """What it printed so far."""
        return Path(self._output.name).read_text(encoding="utf-8", errors="replace")

    def wait_until_ready(self, condition: Callable[[], object], seconds: float = START_SECONDS) -> None:
        """Waits for the condition, and fails at once with the output when the program has ended instead."""

        def ready() -> bool:
            if self._process.poll() is not None:
                raise RuntimeError(f"{self.name} ended with {self._process.returncode}:\n{self.output}")
            return bool(condition())

        try:
            wait_until(ready, seconds, f"{self.name} is not ready")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.output}") from error

    def wait(self, seconds: float = START_SECONDS) -> int:
        """Its exit status, once it has ended by itself."""
        return self._process.wait(seconds)

    def kill(self) -> None:
        """SIGKILL to the whole group, as a power cut would."""
        self._signal(signal.SIGKILL)
        self._process.wait(END_SECONDS)

    def end(self) -> None:
        """Ends the whole group, gently first, and nothing of it is left."""
        self._signal(signal.SIGTERM)
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        finally:
            self._signal(signal.SIGKILL)
            self._process.wait(END_SECONDS)
            with contextlib.suppress(OSError):
                self._output.close()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)
