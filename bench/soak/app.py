"""The app during a soak: started by its real entry point, killed with all its processes, and started again."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
import urllib.error

from bench.station import ROOT, Station, app_command, ask, take_off_the_limit

START_SECONDS = 20.0
END_SECONDS = 8.0


class App:
    """One server process with its worker, in a process group of its own."""

    def __init__(self, where: Station) -> None:
        self._where = where
        take_off_the_limit(where.environment)
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed by end()
        self._running: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        return self._running.pid if self._running else 0

    def start(self) -> float:
        """Starts the app. Returns the seconds until it answered."""
        began = time.monotonic()
        self._running = subprocess.Popen(
            app_command(self._where),
            cwd=ROOT,
            env={**os.environ, **self._where.environment},
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        while not self._answers():
            if self._running.poll() is not None or time.monotonic() - began > START_SECONDS:
                raise RuntimeError(f"the app does not start:\n{self.output()}")
            time.sleep(0.02)  # between two looks
        return time.monotonic() - began

    def _answers(self) -> bool:
        try:
            ask("GET", f"http://127.0.0.1:{self._where.app_port}/queue-status", timeout_seconds=5)
        except (urllib.error.URLError, OSError, ValueError):
            return False
        return True

    def kill(self) -> None:
        """SIGKILL to the server and its worker at once, as a power cut would."""
        if self._running is not None:
            os.killpg(self._running.pid, signal.SIGKILL)
            self._running.wait(END_SECONDS)

    def end(self) -> None:
        if self._running is not None and self._running.poll() is None:
            self._running.terminate()
            try:
                self._running.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
        self._log.close()

    def output(self) -> str:
        """The end of what it printed."""
        self._log.seek(0)
        return self._log.read().decode(errors="replace")[-4000:]
