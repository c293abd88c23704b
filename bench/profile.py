"""Where does the time of a new call go? One process calls the app as a server would, under cProfile."""

from __future__ import annotations

import cProfile
import io
import pstats
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import main as contents
from bench import report
from bench.requests_of_twilio import new_calls
from bench.station import Station, settings_for, take_off_the_limit
from callin import app as building
from callin import config
from callin.stores import open_store
from tests.support.processes import ROOT

CALLS = 3000

LAYERS = {
    "edge": "our edge (limits, headers), webapp2 and WebOb",
    "form": "reading the form, checking the signature",
    "line": "the line: rules, documents, handlers",
    "store": "the store: SQLite, JSON",
}
FILES = (
    ("callin/web/middleware.py", "edge"),
    ("callin/web/application.py", "edge"),
    ("webapp2", "edge"),
    ("webob", "edge"),
    ("callin/web/webhook.py", "form"),
    ("callin/stores/", "store"),
    ("callin/", "line"),
    ("twilio/", "line"),
)

Function = tuple[str, int, str]
Stats = dict[Function, tuple[int, int, float, float, dict[Function, tuple[int, int, float, float]]]]


def shares(stats: Stats) -> dict[str, float]:
    """Each layer's share of the time: a function's own time goes to its file's layer, or else to its callers'."""
    known: dict[Function, dict[str, float]] = {}

    def layers_of(function: Function) -> dict[str, float]:
        if function not in known:
            known[function] = {}  # a cycle among a library's functions adds nothing
            layer = _layer(function)
            known[function] = {layer: 1.0} if layer else _of_callers(stats[function][4], layers_of)
        return known[function]

    total: dict[str, float] = defaultdict(float)
    for function, (_, _, own_seconds, _, _) in stats.items():
        for layer, share in layers_of(function).items():
            total[layer] += own_seconds * share
    whole = sum(total.values())
    return {layer: total[layer] / whole for layer in LAYERS}


def _layer(function: Function) -> str:
    path = function[0].removeprefix(str(ROOT))
    return next((layer for part, layer in FILES if part in path), "")


def _of_callers(callers: dict[Function, Any], layers_of: Callable[[Function], dict[str, float]]) -> dict[str, float]:
    spread: dict[str, float] = defaultdict(float)
    whole = sum(seconds for _, _, _, seconds in callers.values()) or 1.0
    for caller, (_, _, _, seconds) in callers.items():
        for layer, share in layers_of(caller).items():
            spread[layer] += share * seconds / whole
    return spread


def _environ(request: bytes) -> dict[str, Any]:
    head, _, body = request.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/twiml/enqueue",
        "QUERY_STRING": "",
        "SCRIPT_NAME": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": headers["Content-Type"],
        "CONTENT_LENGTH": headers["Content-Length"],
        "HTTP_HOST": headers["Host"],
        "HTTP_X_TWILIO_SIGNATURE": headers["X-Twilio-Signature"],
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
    }


def _run(app: Callable[..., Any], where: Station) -> float:
    """The microseconds of processor time for each call."""
    environs = [_environ(request) for request in new_calls(where, CALLS)]
    statuses: set[str] = set()

    def begin(status: str, _headers: object, _problem: object = None) -> Callable[[bytes], None]:
        statuses.add(status)
        return lambda _: None

    began = time.thread_time()
    for environ in environs:
        list(app(environ, begin))
    spent = time.thread_time() - began
    if statuses != {"200 OK"}:
        raise SystemExit(f"the profiled calls were answered {sorted(statuses)}")
    return spent / CALLS * 1e6


def profile() -> tuple[float, dict[str, float]]:
    """Microseconds for a new call without a server, and each layer's share of it."""
    with tempfile.TemporaryDirectory() as folder:
        environment = settings_for(Path(folder), 1, 2) | {
            name: "AP" + letter * 32 for name, letter in (("TWILIO_APP_SID", "a"), ("TWILIO_LISTENER_APP_SID", "b"))
        }
        settings = config.read(environment)
        take_off_the_limit(environment)
        store = open_store(settings.store, settings.google_cloud_project)
        app = building.build(contents.ROUTES, settings, store, time.time).application
        where = Station(environment, "", 0, 2)
        _run(app, where)
        microseconds = _run(app, where)
        profiler = cProfile.Profile()
        profiler.enable()
        _run(app, where)
        profiler.disable()
        store.close()
    return microseconds, shares(pstats.Stats(profiler).stats)  # type: ignore[attr-defined] # no stub


def show(server_microseconds: float | None = None) -> None:
    """Prints the profile; with the processor time of a call at the server, the server's own share too."""
    microseconds, found = profile()
    whole = max(server_microseconds or 0.0, microseconds)
    rows = [
        (LAYERS[layer], f"{share * microseconds:.0f}", f"{share * microseconds / whole:.0%}")
        for layer, share in found.items()
    ]
    if server_microseconds:
        rest = whole - microseconds
        rows.insert(
            0, ("the server, its threads and their waiting for one another", f"{rest:.0f}", f"{rest / whole:.0%}")
        )
    rows.append(("a new call in all", f"{whole:.0f}", ""))
    report.table("Where the time of a new call goes", ("", "µs of processor time", "share"), rows)


if __name__ == "__main__":
    show()
