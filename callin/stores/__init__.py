"""The two engines that store the records of the app: each implements `callin.contracts.Store`."""

from __future__ import annotations

from callin.contracts import Store

SQLITE = "sqlite:///"


def open_store(name: str, project: str) -> Store:
    """The store that STORE names. Only its engine is loaded: a cold start waits for every module."""
    if name == "firestore:":
        from callin.stores.firestore import FirestoreStore

        return FirestoreStore(project)
    from callin.stores.sqlite import SqliteStore

    return SqliteStore(name.removeprefix(SQLITE))
