"""The SQLite store: older files, files that it must not touch, and a full or locked disk."""

from __future__ import annotations

import json
import resource
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from msgspec.structs import asdict, replace

from callin.accounts import Account
from callin.contracts import HistoryQuery, StoreError
from callin.model import Call, Card, ChatMessage, Desk, FieldText, Moment, Outcome, Stage
from callin.stores import schema, sqlite
from callin.stores.sqlite import SqliteStore
from callin.stores.sqlite_file import BUSY_TIMEOUT_SECONDS
from tests.stores.cast import NUMBER, ON_AIR, ended, waiting

# What the first version of the program made, word for word.
VERSION_1 = """
CREATE TABLE mark (value INTEGER NOT NULL);
INSERT INTO mark VALUES (0);
CREATE TABLE call (key TEXT PRIMARY KEY, mark INTEGER NOT NULL, live INTEGER NOT NULL, document TEXT NOT NULL);
CREATE INDEX call_by_mark ON call (mark);
CREATE INDEX call_live ON call (mark) WHERE live = 1;
CREATE TABLE desk (key TEXT PRIMARY KEY, mark INTEGER NOT NULL, document TEXT NOT NULL);
PRAGMA user_version = 1;
UPDATE mark SET value = 7;
INSERT INTO call VALUES ('CA1', 5, 1, '{"number": "+447700900001", "stage": "on_air", "moments": [["waiting", 100.25],
 ["on_air", 160.5]], "move": 3, "queue": "radio-callin-air", "desk_leg": "CAdj", "desk_turn": 4, "bridged": true,
 "outcome": null}');
INSERT INTO call VALUES ('CA2', 6, 0, '{"number": "anonymous", "stage": "done", "moments": [["waiting", 200.0],
 ["done", 250.0]], "move": 1, "queue": "radio-callin-queue", "desk_leg": "", "desk_turn": 0, "bridged": false,
 "outcome": "hung_up"}');
INSERT INTO desk VALUES ('air', 7, '{"turn": 4, "leg": "CAdj", "call_sid": "CA1", "gone": ["CAold"]}');
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "line.db"


@contextmanager
def opened(path: Path, busy_timeout_seconds: float = 5.0) -> Iterator[SqliteStore]:
    store = SqliteStore(str(path), busy_timeout_seconds=busy_timeout_seconds)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def other_program(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()


# Files


def test_a_file_of_the_first_version_goes_on_as_it_was(path: Path) -> None:
    with other_program(path) as connection:
        connection.executescript(VERSION_1)
    on_air = Call(
        "CA1",
        NUMBER,
        Stage.ON_AIR,
        (Moment(Stage.WAITING, 100.25), Moment(Stage.ON_AIR, 160.5)),
        document_seq=3,
        documents_issued=3,
        queue="radio-callin-air",
        queued_at=160.5,
        desk_leg="CAdj",
        desk_turn=4,
        bridged=True,
    )
    with opened(path) as store:
        live = store.live_calls()
        assert live.calls == (on_air,)
        assert live.mark == 7
        assert live.desks == (Desk("air", turn=4, leg="CAdj", ended_legs=("CAold",)),)
        hung_up = store.call("CA2")
        assert hung_up is not None
        assert (hung_up.outcome, hung_up.documents_issued) == (Outcome.HUNG_UP, 1)
        assert store.history(HistoryQuery(0, 1000)).calls == (hung_up, on_air)
        assert store.history(HistoryQuery(0, 1000, number=NUMBER)).calls == (on_air,)
        assert store.history(HistoryQuery(0, 1000, outcome=Outcome.HUNG_UP)).calls == (hung_up,)
        store.change_call("CA1", lambda _: ended(on_air))
        assert store.changes_since(7).calls == (ended(on_air),)
    with opened(path) as again:
        assert again.call("CA1") == ended(on_air)


def test_a_file_that_cannot_be_made_new_stays_as_it_was(path: Path) -> None:
    with other_program(path) as connection:
        connection.executescript(VERSION_1)
        connection.execute("UPDATE call SET document = '{}' WHERE key = 'CA2'")
    with pytest.raises(StoreError, match="cannot read"):
        SqliteStore(str(path))
    with other_program(path) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        assert [column[1] for column in connection.execute("PRAGMA table_info(call)")][-1] == "document"


def test_a_file_of_the_second_version_gets_a_place_for_records(path: Path) -> None:
    with opened(path) as store:
        store.change_call("CA1", lambda _: ON_AIR)
    with other_program(path) as connection:
        connection.executescript("DROP TABLE record; DROP TABLE card; DROP TABLE message; PRAGMA user_version = 2")
    with opened(path) as store:
        assert store.call("CA1") == ON_AIR
        assert store.records(Account) == ()
    with other_program(path) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)


def test_a_file_of_the_third_version_gets_a_place_for_cards(path: Path) -> None:
    with opened(path) as store:
        store.change_call("CA1", lambda _: ON_AIR)
    with other_program(path) as connection:
        connection.executescript("DROP TABLE card; DROP TABLE message; PRAGMA user_version = 3")
    with opened(path) as store:
        assert store.card("CA1") == Card("CA1")
        assert store.live_calls().calls == (ON_AIR,)


def test_each_chat_message_in_a_file_of_the_fourth_version_gets_its_own_place(path: Path) -> None:
    said = (ChatMessage(8, 5.0, "Sam", "Two minutes left"), ChatMessage(9, 6.0, "Ann", "One"))
    talk = json.dumps({"messages": [asdict(message) for message in said]})
    with opened(path) as store:
        store.change_desk("air", lambda desk: replace(desk, turn=3))
    with other_program(path) as connection:
        connection.executescript("DROP TABLE message; PRAGMA user_version = 4")
        connection.execute("INSERT INTO desk VALUES ('chat', 1, ?)", (talk,))
        connection.commit()
    with opened(path) as store:
        live = store.live_calls()
        assert (live.messages, live.desks) == (said, (Desk("air", turn=3),))
        assert store.add_chat_message(ChatMessage(3, 7.0, "Sam", "Now"), keep=50).number == 10


def test_a_newer_file_is_refused_with_a_sentence(path: Path) -> None:
    with other_program(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match=r"newer Radio Call-In .* name another file in STORE"):
        SqliteStore(str(path))


def test_a_file_that_is_not_a_store_is_refused_with_a_sentence(path: Path) -> None:
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreError, match="could not open"):
        SqliteStore(str(path))


# Trouble


def test_a_locked_file_gives_a_clear_error_and_no_half_written_call(path: Path) -> None:
    with opened(path, busy_timeout_seconds=0.05) as store, other_program(path) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked"):
            store.change_call("CA1", lambda _: ON_AIR)
        other.execute("COMMIT")
        assert store.call("CA1") is None
        store.change_call("CA1", lambda _: ON_AIR)
        assert store.call("CA1") == ON_AIR


@pytest.mark.alone
def test_while_the_file_is_locked_webhooks_fail_in_time_to_apologise(path: Path) -> None:
    """Each tries a few times, behind others: the sum must be well below the 15 s that Twilio waits."""
    took: list[float] = []

    def webhook(store: SqliteStore, number: int) -> None:
        began = time.monotonic()
        with suppress(StoreError):
            store.call(f"CA{number}")
            store.desk("air")
            store.change_desk("air", lambda desk: replace(desk, turn=desk.turn + 1))
        took.append(time.monotonic() - began)

    with opened(path, busy_timeout_seconds=BUSY_TIMEOUT_SECONDS / 10) as store, other_program(path) as other:
        other.execute("BEGIN IMMEDIATE")
        threads = [threading.Thread(target=webhook, args=(store, number)) for number in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        other.execute("COMMIT")
    assert max(took) < 15 / 10


@contextmanager
def full_disk(path: Path) -> Iterator[None]:
    """No file of this process may grow beyond the size of the store's log, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.with_name(path.name + "-wal").stat().st_size + 1_000, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_gives_a_clear_error_and_no_half_written_call(path: Path) -> None:
    long_name = waiting("CA2", number="x" * 20_000)
    with opened(path) as store:
        store.change_call("CA1", lambda _: waiting("CA1"))
        mark = store.live_calls().mark
        with full_disk(path):
            for _ in range(2):
                with pytest.raises(StoreError, match="could not write"):
                    store.change_call("CA1", lambda _: ended(ON_AIR))
                with pytest.raises(StoreError, match="could not write"):
                    store.change_call("CA2", lambda _: long_name)
            assert store.call("CA1") == waiting("CA1")
        with opened(path) as other:
            assert other.call("CA1") == waiting("CA1")
            assert other.call("CA2") is None
        assert store.changes_since(mark).calls == ()
        store.change_call("CA2", lambda _: long_name)
        assert store.changes_since(mark).calls == (long_name,)
    with opened(path) as again:
        assert again.call("CA2") == long_name


# How it is asked


@pytest.mark.parametrize(
    "query", [sqlite.CHANGED, *(sqlite.HISTORY.format(name) for name in ("joined", "number_joined", "outcome_joined"))]
)
def test_no_query_reads_a_whole_table_or_sorts(path: Path, query: str) -> None:
    plan = [step for step in plan_of(path, query) if step not in (*UNION, "SCAN mark")]
    assert all(step.startswith("SEARCH ") and " USING INDEX " in step for step in plan), plan


def test_live_calls_are_found_without_reading_those_that_are_over(path: Path) -> None:
    plan = [step for step in plan_of(path, sqlite.LIVE) if "call" in step]
    assert plan == ["SEARCH call USING INDEX call_live (live=?)"] * 2
    assert "SEARCH call USING INDEX call_number_joined (number_joined>? AND number_joined<?)" in plan_of(
        path, sqlite.LIVE_CALLS_OF
    )


UNION = ("COMPOUND QUERY", "LEFT-MOST SUBQUERY", "UNION ALL")


def plan_of(path: Path, query: str) -> list[str]:
    with opened(path), other_program(path) as connection:
        values = "x" if "?1" in query else "x" * query.count("?")
        return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {query}", (*values,))]


def test_what_is_deleted_is_not_in_the_file_any_more(path: Path) -> None:
    with opened(path) as store:
        for number in range(200):
            call = ended(waiting(f"CA{number}", number, "+447700900777"))
            store.change_call(call.call_sid, lambda _, call=call: call)
            store.change_card(call.call_sid, lambda card: replace(card, name=FieldText("Anna Maria", 1, "sam")))
    assert b"Anna Maria" in path.read_bytes()
    with opened(path) as store:
        for number in range(200):
            store.remove_call(f"CA{number}")
    left = path.read_bytes()
    assert b"Anna Maria" not in left
    assert b"447700900777" not in left
