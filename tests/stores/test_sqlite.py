"""The embedded store: older files, and those it must not touch; what it does when the disk is full or locked."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from callin.contracts import StoreError
from callin.stores.sqlite import SqliteStore
from tests.stores.cast import ON_AIR


def test_a_newer_file_is_refused_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "line.db"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StoreError, match=r"newer Radio Call-In .* name another file in STORE"):
        SqliteStore(str(path))


def test_a_file_that_is_no_store_is_refused_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "line.db"
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreError, match="could not open"):
        SqliteStore(str(path))


def test_a_locked_file_gives_a_clear_error_and_no_half_written_call(tmp_path: Path) -> None:
    path = str(tmp_path / "line.db")
    store = SqliteStore(path, busy_timeout_seconds=0.05)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked"):
        store.change_call("CA1", lambda _: ON_AIR)
    other.execute("COMMIT")
    other.close()
    assert store.call("CA1") is None
    store.close()
