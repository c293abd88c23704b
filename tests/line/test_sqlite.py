"""The embedded store: atomic changes, marks that tell what changed, and files it must not touch."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from callin.contracts import StoreError
from callin.model import Call, Desk, Moment, Outcome, Stage
from callin.stores.sqlite import SqliteStore

CALL = Call(
    "CA1",
    "+447700900001",
    Stage.ON_AIR,
    (Moment(Stage.WAITING, 1.5), Moment(Stage.ON_AIR, 2.5)),
    move=3,
    queue="radio-callin-air",
    desk_leg="CAdj",
    desk_turn=4,
    bridged=True,
)


def test_a_call_and_a_desk_come_back_as_they_were(store: SqliteStore) -> None:
    store.change_call("CA1", lambda _: CALL)
    desk = Desk("air", 4, "CAdj", "CA1", ("CAold",))
    store.change_desk("air", lambda _: desk)
    assert store.call("CA1") == CALL
    assert store.desk("air") == desk
    assert store.desk("other") == Desk("other")


def test_what_changed_is_told_after_a_mark_and_nothing_else(store: SqliteStore) -> None:
    mark = store.live_calls().mark
    store.change_call("CA1", lambda _: CALL)
    changes = store.changes_since(mark)
    assert changes.calls == (CALL,)
    assert store.changes_since(changes.mark).calls == ()


def test_a_change_that_changes_nothing_writes_nothing(store: SqliteStore) -> None:
    store.change_call("CA1", lambda _: CALL)
    mark = store.live_calls().mark
    store.change_call("CA1", lambda call: call)
    assert store.live_calls().mark == mark


def test_a_done_call_is_told_as_a_change_and_is_not_among_the_live(store: SqliteStore) -> None:
    store.change_call("CA1", lambda _: CALL)
    mark = store.live_calls().mark
    done = replace(CALL, stage=Stage.DONE, outcome=Outcome.AIRED)
    store.change_call("CA1", lambda _: done)
    assert store.live_calls().calls == ()
    assert store.changes_since(mark).calls == (done,)


def test_two_processes_see_each_others_changes_by_mark(tmp_path: Path) -> None:
    one, other = SqliteStore(str(tmp_path / "line.db")), SqliteStore(str(tmp_path / "line.db"))
    mark = other.changes_since(other.live_calls().mark).mark
    one.change_call("CA1", lambda _: CALL)
    assert other.changes_since(mark).calls == (CALL,)
    one.close()
    other.close()


def test_no_change_is_lost_among_eight_threads(store: SqliteStore) -> None:
    store.change_call("CA1", lambda _: CALL)

    def raise_move(_: int) -> None:
        store.change_call("CA1", lambda call: replace(call, move=call.move + 1) if call else None)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(raise_move, range(200)))
    call = store.call("CA1")
    assert call is not None
    assert call.move == CALL.move + 200


def test_a_change_that_fails_leaves_nothing_behind(store: SqliteStore) -> None:
    def fail(_: Call | None) -> Call | None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        store.change_call("CA1", fail)
    assert store.call("CA1") is None
    store.change_call("CA1", lambda _: CALL)
    assert store.call("CA1") == CALL


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
        store.change_call("CA1", lambda _: CALL)
    other.execute("COMMIT")
    other.close()
    assert store.call("CA1") is None
    store.close()
