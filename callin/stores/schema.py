"""The tables of a SQLite file, and how a file of an older version gets them."""

from __future__ import annotations

import json
import sqlite3

from msgspec.structs import replace

from callin.contracts import StoreError
from callin.model import Call
from callin.stores.codec import dump, indexes_of, load

VERSION = 5

# A new file runs NEW, which has version 1's tables with version 2's columns, and then SINCE_2 to SINCE_5.
# The table of desks holds the show too, under its own key.
NEW = """
CREATE TABLE mark (value INTEGER NOT NULL);
INSERT INTO mark VALUES (0);
CREATE TABLE call (
  key TEXT PRIMARY KEY, mark INTEGER NOT NULL, live INTEGER NOT NULL, document TEXT NOT NULL,
  joined TEXT NOT NULL DEFAULT '', number_joined TEXT NOT NULL DEFAULT '', outcome_joined TEXT
);
CREATE INDEX call_by_mark ON call (mark);
CREATE TABLE desk (key TEXT PRIMARY KEY, mark INTEGER NOT NULL, document TEXT NOT NULL);
"""

FROM_1 = """
DROP INDEX call_live;
ALTER TABLE call ADD COLUMN joined TEXT NOT NULL DEFAULT '';
ALTER TABLE call ADD COLUMN number_joined TEXT NOT NULL DEFAULT '';
ALTER TABLE call ADD COLUMN outcome_joined TEXT;
"""

FILL = "UPDATE call SET document = ?, joined = ?, number_joined = ?, outcome_joined = ? WHERE key = ?"

SINCE_2 = """
CREATE INDEX call_live ON call (live) WHERE live = 1;
CREATE INDEX call_joined ON call (joined);
CREATE INDEX call_number_joined ON call (number_joined);
CREATE INDEX call_outcome_joined ON call (outcome_joined) WHERE outcome_joined IS NOT NULL;
CREATE INDEX desk_by_mark ON desk (mark);
CREATE TABLE lease (name TEXT PRIMARY KEY, holder TEXT NOT NULL, until REAL NOT NULL);  -- only earlier programs use it
"""

SINCE_3 = """
CREATE TABLE record (kind TEXT NOT NULL, key TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (kind, key));
"""

SINCE_4 = """
CREATE TABLE card (key TEXT PRIMARY KEY, mark INTEGER NOT NULL, document TEXT NOT NULL);
CREATE INDEX card_by_mark ON card (mark);
"""


# What desks write to each other. Listeners' messages are in `record`, of the kind `listenermessage`.
SINCE_5 = """
CREATE TABLE message (number INTEGER PRIMARY KEY, mark INTEGER NOT NULL, document TEXT NOT NULL);
CREATE INDEX message_by_mark ON message (mark);
"""


def migrate(connection: sqlite3.Connection, path: str) -> None:
    """Brings a new or older file up to this version, within a transaction. Raises StoreError for a newer file."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        raise StoreError(
            f"{path} was written by a newer Radio Call-In (its version is {version}, this program knows"
            f" {VERSION}): start the newer program, or name another file in STORE."
        )
    if version == VERSION:
        return
    if version < 2:
        _to_2(connection, version)
    if version < 3:
        _run(connection, SINCE_3)
    if version < 4:
        _run(connection, SINCE_4)
    _to_5(connection)
    connection.execute(f"PRAGMA user_version = {VERSION}")


def _to_2(connection: sqlite3.Connection, version: int) -> None:
    _run(connection, FROM_1 if version == 1 else NEW)
    for key, document in connection.execute("SELECT key, document FROM call").fetchall():
        call = _from_1(load(Call, key, document))
        connection.execute(FILL, (dump(call), *indexes_of(call), key))
    _run(connection, SINCE_2)


def _to_5(connection: sqlite3.Connection) -> None:
    """The messages between desks were one record among the desks: each becomes a row."""
    _run(connection, SINCE_5)
    for mark, document in connection.execute("SELECT mark, document FROM desk WHERE key = 'chat'").fetchall():
        for message in json.loads(document).get("messages", ()):
            row = (message["number"], mark, json.dumps(message))
            connection.execute("INSERT INTO message (number, mark, document) VALUES (?, ?, ?)", row)
    connection.execute("DELETE FROM desk WHERE key = 'chat'")


def _from_1(call: Call) -> Call:
    """Fills in what version 1 did not store about a call."""
    issued = max(call.document_seq, call.documents_issued)
    return replace(call, documents_issued=issued, queued_at=call.queued_at or call.changed_at)


def _run(connection: sqlite3.Connection, statements: str) -> None:
    # executescript would commit the transaction.
    for statement in statements.split(";"):
        connection.execute(statement)
