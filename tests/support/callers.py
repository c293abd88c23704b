"""A station with calls of the last hour in its store, for tests of what pages show and do about callers."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from callin.model import Card, FieldText, Outcome
from callin.stores.sqlite import SqliteStore
from tests.callers.conftest import House
from tests.support.calls import call_fields, new_call_sid
from tests.support.clock import HeldClock
from tests.support.processes import wait_until
from tests.support.station import App, running_app
from tests.support.visitors import Visitor
from tests.support.web import Answer

ANNA = "+447700900321"
AN_HOUR_AGO = 3600.0


@dataclass
class StationWithPast:
    """The app, started on a store in which there are calls already."""

    app: App

    def ring(self, number: str = ANNA) -> str:
        sid = new_call_sid()
        self.app.signed("/twiml/enqueue", call_fields(sid, From=number))
        return sid

    def hang_up(self, call_sid: str) -> None:
        self.app.signed("/twiml/status", call_fields(call_sid, CallStatus="completed"))

    def who(self, name: str = "screener") -> Visitor:
        return self.app.visitor(name)

    def caller(self, call_sid: str, name: str = "screener") -> dict[str, Any]:
        answer = self.who(name).get(f"/caller?call_sid={call_sid}")
        assert answer.status == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def press(self, path: str, body: object, name: str = "screener") -> Answer:
        self.who(name).get("/callers")
        return self.who(name).press(path, body)

    def fill_in(self, name: str = "admin", **fields: str) -> Answer:
        self.who(name).get("/callers")
        return self.who(name).fill_in("/callers", **fields)


@contextlib.contextmanager
def running_with_callers(folder: Path) -> Iterator[StationWithPast]:
    """The app, on a store with a call of Anna's an hour ago, which is counted."""
    store = SqliteStore(str(folder / "line.sqlite"))
    house = House(store, HeldClock(time.time() - AN_HOUR_AGO))
    call = house.ring(ANNA)
    typed = Card(
        call.call_sid, FieldText("Anna <b>", 1, "sam"), FieldText("Leeds", 1, "sam"), FieldText("Owls & mice", 1, "sam")
    )
    store.change_card(call.call_sid, lambda _: typed)
    house.clock.advance(90)
    house.end(call, Outcome.LET_GO)
    house.call("anonymous")
    store.close()
    with running_app(folder) as app:
        found = StationWithPast(app)
        wait_until(lambda: "•••321" in found.fill_in("screener", do="search", text="321").text, why="nobody is counted")
        yield found
