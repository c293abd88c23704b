"""Moves what SQLite has written from its log into the file, in a thread of its own: no caller waits for the disk.

https://www.sqlite.org/wal.html#performance_considerations
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from contextlib import closing

TRANSACTIONS_BETWEEN = 200

log = logging.getLogger(__name__)


class Checkpoints:
    """A passive checkpoint after every so many transactions: it waits for nobody, and nobody for it.

    The thread and its connection are there only once there was so much to move.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._written = 0
        self._wanted = threading.Event()
        self._stopped = False
        self._thread: threading.Thread | None = None

    def wrote(self) -> None:
        """One transaction was committed. To be told by one thread at a time."""
        self._written += 1
        if self._written >= TRANSACTIONS_BETWEEN and not self._stopped:
            self._written = 0
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="checkpoints", daemon=True)
                self._thread.start()
            self._wanted.set()

    def close(self) -> None:
        """Ends the thread, after the checkpoint that it may be in."""
        self._stopped = True
        self._wanted.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        try:
            with closing(sqlite3.connect(self._path, isolation_level=None)) as connection:
                while self._wanted.wait() and not self._stopped:
                    self._wanted.clear()
                    connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        except sqlite3.Error as error:
            # The store's own connection checkpoints too, when the log has grown long.
            log.warning("The log of the store is not moved into its file in the background: %s", error)
