"""SQLite's log is moved into the file after some transactions, by a thread that delays no caller."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from callin.model import Desk
from callin.stores.sqlite import SqliteStore
from callin.stores.sqlite_file import TRANSACTIONS_BETWEEN_CHECKPOINTS
from tests.support.processes import wait_until


def rows_in_file_alone(path: Path, folder: Path) -> int:
    """How many desks the file holds without its log: what a checkpoint has moved there."""
    alone = folder / "alone.db"
    alone.write_bytes(path.read_bytes())
    with closing(sqlite3.connect(alone)) as connection:
        try:
            return int(connection.execute("SELECT count(*) FROM desk").fetchone()[0])
        except sqlite3.DatabaseError:
            return 0  # nothing was moved yet, or the copy was made in the middle


def test_the_log_is_moved_into_the_file_and_everything_stays(tmp_path: Path) -> None:
    path = tmp_path / "line.db"
    store = SqliteStore(str(path))
    for number in range(TRANSACTIONS_BETWEEN_CHECKPOINTS + 1):
        store.change_desk(f"desk {number}", lambda desk: Desk(desk.name, turn=desk.turn + 1))
    (tmp_path / "copy").mkdir()
    wait_until(lambda: rows_in_file_alone(path, tmp_path / "copy") > 0, why="nothing was moved")
    store.close()
    again = SqliteStore(str(path))
    assert all(again.desk(f"desk {number}").turn == 1 for number in range(TRANSACTIONS_BETWEEN_CHECKPOINTS + 1))
    again.close()
