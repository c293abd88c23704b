"""Child processes in process groups of their own: started, read from, and ended with everything that they started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence

TERM_SECONDS = 6.0
KILL_SECONDS = 3.0
LINES_KEPT = 200


class Child:
    """A running program. Its stdout is kept in `lines`, its stderr in `complaints` and also copied to ours.

    A `quiet` one keeps its stderr to itself.
    """

    def __init__(self, name: str, command: Sequence[str], environ: Mapping[str, str], *, quiet: bool = False) -> None:
        self.name = name
        self.lines: deque[str] = deque(maxlen=LINES_KEPT)
        self.complaints: deque[str] = deque(maxlen=LINES_KEPT)
        self._quiet = quiet
        self._process = subprocess.Popen(  # noqa: S603 - the command is the caller's own
            list(command),
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            bufsize=1,
            start_new_session=True,  # so that Ctrl-C reaches us alone, and a whole group can be ended at once
        )
        self._readers = [
            threading.Thread(target=self._read_stdout, daemon=True),
            threading.Thread(target=self._read_stderr, daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    @property
    def pid(self) -> int:
        """The process, and the number of its group."""
        return self._process.pid

    def exit_status(self) -> int | None:
        """The program's exit status, or None while it runs."""
        return self._process.poll()

    def finish_reading(self) -> None:
        """Wait until everything that an ended program wrote has been read (a second at most)."""
        for reader in self._readers:
            reader.join(timeout=1)

    def ask_to_end(self) -> None:
        """SIGTERM to the whole group."""
        self._signal_group(signal.SIGTERM)

    def end(self) -> None:
        """SIGTERM to the whole group, SIGKILL to what is left of it after six seconds. Returns when all are gone."""
        self.ask_to_end()
        if not self._gone_within(TERM_SECONDS):
            self._signal_group(signal.SIGKILL)
            self._gone_within(KILL_SECONDS)
        self.finish_reading()

    def _signal_group(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def _gone_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._process.poll()  # reaps the leader, so that its group can vanish
            try:
                os.killpg(self.pid, 0)
            except ProcessLookupError:
                return True
            time.sleep(0.02)  # a group's end can only be polled
        return False

    def _read_stdout(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 - it was asked for above
        for line in self._process.stdout:
            self.lines.append(line.rstrip("\n"))

    def _read_stderr(self) -> None:
        assert self._process.stderr is not None  # noqa: S101 - it was asked for above
        for line in self._process.stderr:
            self.complaints.append(line.rstrip())
            if not self._quiet:
                print(f"{self.name} | {self.complaints[-1]}", file=sys.stderr, flush=True)


def end_all(children: Sequence[Child]) -> None:
    """End them at the same time, so that it takes as long as the slowest one, not as long as all together."""
    for child in children:
        child.ask_to_end()
    for child in children:
        child.end()
