"""The engines under test, each empty and as a way to open the same store again, as another instance would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from callin.contracts import Store
from callin.stores.sqlite import SqliteStore

Opener = Callable[[], Store]
"""Opens the test's store: each time as another instance of the app does."""


@pytest.fixture(params=["sqlite"])
def opener(tmp_path: Path) -> Iterator[Opener]:
    opened: list[Store] = []

    def open_another() -> Store:
        opened.append(SqliteStore(str(tmp_path / "line.db")))
        return opened[-1]

    yield open_another
    for store in opened:
        store.close()


@pytest.fixture
def store(opener: Opener) -> Store:
    return opener()
