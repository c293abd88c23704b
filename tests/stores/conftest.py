"""The engines under test, each empty and as a way to open the same store again, as another instance would."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from callin.contracts import Store, StoreError
from callin.model import Call
from callin.stores.change_feed import Timing
from callin.stores.firestore import FirestoreStore
from callin.stores.sqlite import SqliteStore
from tests.support import firestore

Opener = Callable[[], Store]
"""Opens the test's store: each time as another instance of the app does."""


TIMINGS = {"firestore": Timing(), "firestore-polled": Timing(poll_seconds=0.2, may_watch=False)}


@pytest.fixture(params=["sqlite", *TIMINGS])
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opener]:
    """Firestore twice: with its watch, and with the polling that replaces a failed watch."""
    project = firestore.new_project()
    if request.param != "sqlite":
        request.getfixturevalue("emulator")
    opened: list[Store] = []

    def open_another() -> Store:
        if request.param == "sqlite":
            opened.append(SqliteStore(str(tmp_path / "line.db")))
        else:
            opened.append(FirestoreStore(project, timing=TIMINGS[request.param]))
        return opened[-1]

    yield open_another
    for store in opened:
        store.close()


@pytest.fixture
def store(opener: Opener) -> Store:
    return opener()


FirestoreOpener = Callable[..., FirestoreStore]


@pytest.fixture
def opened(emulator: firestore.Emulator) -> Iterator[FirestoreOpener]:
    project = firestore.new_project()
    stores: list[FirestoreStore] = []

    def open_another(timing: Timing | None = None, clock: Callable[[], float] = time.time) -> FirestoreStore:
        stores.append(FirestoreStore(project, clock=clock, timing=timing or Timing()))
        return stores[-1]

    yield open_another
    for store in stores:
        store.close()


def put(store: FirestoreStore, call: Call) -> None:
    store.change_call(call.call_sid, lambda _: call)


def looks(store: FirestoreStore) -> list[str]:
    with contextlib.suppress(StoreError):
        return sorted(call.call_sid for call in store.live_calls().calls)
    return []


@pytest.fixture
def open_store(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[[str], Store]]:
    """Opens a new store by the engine's name; all are closed after the test."""
    opened: list[Store] = []

    def open_one(engine: str) -> Store:
        if engine == "firestore":
            request.getfixturevalue("emulator")
            opened.append(FirestoreStore(firestore.new_project()))
        else:
            opened.append(SqliteStore(str(tmp_path / f"{len(opened)}.sqlite")))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()
