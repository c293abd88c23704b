"""Anything but a complete backup of this version is refused with a sentence, and nothing is overwritten."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from callin import backup, restore
from callin.backup import BackupError
from callin.contracts import Store, StoreError
from tests.callers.conftest import KEYRING

NOW = 2_000.0


HEADER = json.dumps({backup.HEADER: backup.FORMAT})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is not a backup"),
        ("hello", "is not a backup"),
        ("[]", "is not a backup"),
        (json.dumps({backup.HEADER: backup.FORMAT + 1}), "was written by a newer Radio Call-In"),
        (HEADER + '\n{"kind":"call","key":"CA1"', "is damaged"),
        (HEADER + '\n{"kind":"novelty","key":"1","record":{}}\n', "is incomplete: it ends after 1 records"),
        (HEADER + '\n{"kind":"novelty","key":"1","record":{}}\n{"records":2}\n', "is incomplete"),
    ],
)
def test_a_file_that_is_not_a_whole_backup_is_refused_and_nothing_is_stored(
    open_store: Callable[[str], Store], tmp_path: Path, text: str, sentence: str
) -> None:
    path = tmp_path / "1.jsonl"
    path.write_text(text)
    store = open_store("sqlite")
    with pytest.raises(BackupError, match=sentence):
        restore.restore(path, [], store, KEYRING, NOW)
    assert list(store.stored_records()) == []


def test_a_copy_of_a_newer_version_is_refused_and_stays_as_it_is(
    open_store: Callable[[str], Store], tmp_path: Path
) -> None:
    path = tmp_path / "newer.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = path.read_bytes()
    with pytest.raises(StoreError, match="newer Radio Call-In"):
        restore.restore(path, [], open_store("sqlite"), KEYRING, NOW)
    assert path.read_bytes() == before


def test_a_backup_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "there").touch()
    with pytest.raises(BackupError, match="already exists"):
        backup.back_up("sqlite:///nowhere", "", tmp_path / "there")
    with pytest.raises(StoreError, match="There is no file nowhere"):
        backup.back_up("sqlite:///nowhere", "", tmp_path / "new")
    with pytest.raises(BackupError, match="is a file of lines"):
        backup.back_up("firestore:", "", tmp_path / "new")
    assert [path.name for path in tmp_path.iterdir()] == ["there"]
