"""Our app with one more address: `/bench/reads` says how much its Firestore store has read and written so far."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

import main
from callin import app as building
from callin import config
from callin.stores import open_store
from callin.stores.firestore import FirestoreStore

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


def application() -> WSGIApplication:
    settings = config.read()
    store = open_store(settings.store, settings.google_cloud_project)
    if not isinstance(store, FirestoreStore):
        raise SystemExit("STORE must be firestore:")
    app = building.build(main.ROUTES, settings, store, time.time).application

    def counted(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/bench/reads":
            return app(environ, start_response)
        body = json.dumps({"reads": store.reads, "writes": store.writes}).encode()
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    return counted
