"""Backs up the station's records: `python -m callin.backup FILE`, also while the app runs.

A FILE that ends in `.jsonl` has one JSON object a line, of either store. Any other FILE is a copy of the SQLite store,
made by SQLite itself. `python -m callin.restore` reads both, into either store.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from callin.config import ConfigError, read_only
from callin.contracts import StoreError
from callin.model import StoredRecord
from callin.stores import SQLITE, open_store, sqlite_file

FORMAT = 1
"""The version of the lines. A reader refuses a newer one."""
HEADER = "radio-call-in backup"
SQLITE_MAGIC = b"SQLite format 3\0"
LINES = ".jsonl"
NAME = "radio-call-in-{}"


class BackupError(Exception):
    """The command failed. The message is a sentence for a person."""


def back_up(store: str, project: str, path: Path) -> str:
    """Writes a backup of the store that STORE names, and says what is in it."""
    if path.exists():
        raise BackupError(f"{path} already exists. Name another file, or remove it.")
    if path.suffix != LINES and not store.startswith(SQLITE):
        raise BackupError(f"A backup of Firestore is a file of lines: name one that ends in {LINES}.")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=path.parent) as folder:
        part = Path(folder) / "part"
        with _consistent(store, project, part) as records:
            if path.suffix == LINES:
                kinds = write_lines(records, Path(folder) / "lines")
                part = Path(folder) / "lines"
            else:
                kinds = Counter(record.kind for record in records)
        _sync(part)
        part.replace(path)
        _sync(path.parent)
    return f"{counted(kinds)}, {path.stat().st_size / 1e6:,.1f} MB in {path}"


@contextmanager
def _consistent(store: str, project: str, copy: Path) -> Iterator[Iterable[StoredRecord]]:
    """The records as of one moment. A SQLite store is copied first, so that a running app does not have to wait."""
    if store.startswith(SQLITE):
        sqlite_file.copy(store.removeprefix(SQLITE), copy)
        yield records_of_copy(copy)
        return
    with closing(open_store(store, project)) as opened:
        yield opened.stored_records()


def records_of_copy(path: Path) -> Iterator[StoredRecord]:
    """The records of a SQLite store's copy, as this version stores them. The copy itself stays as it is."""
    with tempfile.TemporaryDirectory() as folder:
        sqlite_file.copy(str(path), Path(folder) / "copy")
        with closing(open_store(f"{SQLITE}{folder}/copy", "")) as store:
            yield from store.stored_records()


def write_lines(records: Iterable[StoredRecord], path: Path) -> Counter[str]:
    """Writes a backup as lines: a header, the records, and their number, which shows that the file is whole."""
    kinds: Counter[str] = Counter()
    with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        made_at = datetime.fromtimestamp(time.time(), UTC).isoformat(timespec="seconds")
        file.write(json.dumps({HEADER: FORMAT, "made_at": made_at}) + "\n")
        for kind, key, document in records:
            file.write(f'{{"kind":{json.dumps(kind)},"key":{json.dumps(key)},"record":{document}}}\n')
            kinds[kind] += 1
        file.write(json.dumps({"records": kinds.total()}) + "\n")
    return kinds


def read(path: Path) -> Iterator[StoredRecord]:
    """The records of a backup of either form. BackupError if the file is not one, or is too new or incomplete."""
    try:
        with path.open("rb") as file:
            is_sqlite = file.read(len(SQLITE_MAGIC)) == SQLITE_MAGIC
        yield from records_of_copy(path) if is_sqlite else _read_lines(path)
    except (OSError, sqlite3.Error) as error:
        raise BackupError(f"{path} cannot be read: {error}.") from error


def _read_lines(path: Path) -> Iterator[StoredRecord]:
    with path.open(encoding="utf-8") as file:
        try:
            _check_header(path, json.loads(next(file, "")))
            count = 0
            for line in file:
                found = json.loads(line)
                if "records" in found:
                    break
                document = json.dumps(found["record"], ensure_ascii=False, separators=(",", ":"))
                yield StoredRecord(found["kind"], found["key"], document)
                count += 1
            else:
                found = {}
        except (ValueError, TypeError, LookupError) as error:
            raise BackupError(f"{path} is not a backup of Radio Call-In, or it is damaged.") from error
    if found.get("records") != count:
        raise BackupError(f"{path} is incomplete: it ends after {count:,} records. Use another backup.")


def _check_header(path: Path, header: dict[str, object]) -> None:
    version = header[HEADER]
    if not isinstance(version, int) or version > FORMAT:
        raise BackupError(
            f"{path} was written by a newer Radio Call-In (its format is {version}, this program knows {FORMAT}): "
            "install that version, then restore."
        )


def counted(kinds: Counter[str]) -> str:
    """How many records of each kind.

    >>> counted(Counter(call=1200, card=3))
    '1,203 records (1,200 call, 3 card)'
    """
    each = ", ".join(f"{count:,} {kind}" for kind, count in sorted(kinds.items()))
    return f"{kinds.total():,} records ({each})" if each else "no records"


def keep_last(folder: Path, count: int) -> None:
    """Deletes all but the last of the backups that `--keep` has made in a folder."""
    for old in sorted(folder.glob(NAME.format("*")))[:-count]:
        old.unlink()


def _sync(path: Path) -> None:
    """Waits until a file or folder is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def main(arguments: list[str] | None = None) -> int:
    """The command. 0 if the backup was made, 1 with a sentence on stderr if not."""
    parser = argparse.ArgumentParser(prog="python -m callin.backup", description=(__doc__ or "").split("\n\n")[1])
    parser.add_argument("file", type=Path, metavar="FILE", help="the backup to write, or with --keep a folder for it")
    parser.add_argument(
        "--keep", type=int, metavar="N", help="name the backup by the time, and delete all but the last N"
    )
    asked = parser.parse_args(arguments)
    path: Path = asked.file
    try:
        settings = read_only("STORE", "GOOGLE_CLOUD_PROJECT")
        if asked.keep is not None:
            name = NAME.format(datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%SZ"))
            path /= name + (".sqlite" if settings["STORE"].startswith(SQLITE) else LINES)
        print(f"Backed up {back_up(settings['STORE'], settings['GOOGLE_CLOUD_PROJECT'], path)}.")
        if asked.keep is not None:
            keep_last(path.parent, max(1, asked.keep))
    except ConfigError as error:
        return failed(f"These settings are missing or wrong:\n{error}")
    except (BackupError, StoreError, OSError) as error:
        return failed(f"There is no new backup. {error}")
    return 0


def failed(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
