"""Work of many threads in one transaction: each thread gets its own result or its own error."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from callin.contracts import StoreError
from callin.stores.sqlite_file import SqliteFile
from tests.support.processes import wait_until


@pytest.fixture
def file(tmp_path: Path) -> Iterator[SqliteFile]:
    with closing(SqliteFile(str(tmp_path / "line.db"), 1.0)) as opened:
        yield opened


def all_at_once(file: SqliteFile, works: list[Callable[[], int]]) -> list[object]:
    """The results of jobs that wait while another thread has the lock."""
    with ThreadPoolExecutor(len(works)) as pool:
        with file.reading():
            asked = [pool.submit(file.write, work) for work in works]
            wait_until(lambda: file.waiting == len(works))
        return [one.exception() or one.result() for one in asked]


def refuse() -> int:
    raise ValueError("no")


def fail() -> int:
    raise sqlite3.OperationalError("disk full")


def test_what_waits_is_committed_in_one_transaction(file: SqliteFile) -> None:
    assert all_at_once(file, [file.next_mark] * 8) == [1] * 8
    assert file.write(file.next_mark) == 2


def test_each_thread_gets_its_own_result_and_work_that_fails_fails_alone(file: SqliteFile) -> None:
    first, second, third = all_at_once(file, [lambda: 10, refuse, lambda: 30])
    assert (first, third) == (10, 30)
    assert isinstance(second, ValueError)


def test_an_error_of_sqlite_fails_all_of_the_transaction_and_nothing_after_it(file: SqliteFile) -> None:
    failed = all_at_once(file, [file.next_mark, fail, file.next_mark])
    assert all(isinstance(one, StoreError) for one in failed)
    assert file.write(file.next_mark) == 1


def test_what_comes_while_a_transaction_runs_is_committed_with_it(file: SqliteFile) -> None:
    later: list[Future[int]] = []
    with ThreadPoolExecutor(1) as pool:

        def work() -> int:
            later.append(pool.submit(file.write, file.next_mark))
            wait_until(lambda: file.waiting == 1)
            return file.next_mark()

        assert file.write(work) == 1
        assert later[0].result() == 1
