"""The app during a soak: started by its real entry point, killed with all its processes, and started again."""

from __future__ import annotations

import os

from bench.station import Station, app_command, ask, take_off_the_limit
from tests.support.processes import Program


class App:
    """One server process with its worker."""

    def __init__(self, where: Station) -> None:
        self._where = where
        take_off_the_limit(where.environment)
        self._program: Program | None = None

    @property
    def pid(self) -> int:
        return self._program.pid if self._program else 0

    def start(self) -> None:
        """Starts the app, and waits until it answers."""
        self._program = Program("app", app_command(self._where), {**os.environ, **self._where.environment})
        status = self._where.url + "/queue-status"
        self._program.wait_until_ready(lambda: ask("GET", status, timeout_seconds=5))

    def kill(self) -> None:
        """SIGKILL to the server and its worker at once, as a power cut would."""
        if self._program is not None:
            self._program.kill()

    def end(self) -> None:
        if self._program is not None:
            self._program.end()
