"""Callers on a real SQLite file, with a clock that the test moves, and calls that come and go."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from msgspec.structs import replace

from callin.callers import Caller, Callers, CallerStats
from callin.contracts import Store
from callin.keyring import Keyring
from callin.model import Call, Card, FieldText, Moment, Outcome, Stage
from callin.stores.sqlite import SqliteStore
from tests.support.clock import HeldClock

NUMBER = "+447700900001"
OTHER = "+447700900002"
CALL_SECONDS = 60.0
KEYRING = Keyring("k" * 32)


@dataclass
class House:
    """A store, its callers and the stats that an instance keeps. The clock begins in 2020."""

    store: Store
    clock: HeldClock = field(default_factory=lambda: HeldClock(1_577_836_800.0))
    sids: Iterator[str] = field(default_factory=lambda: (f"CA{n}" for n in itertools.count(1)))

    def __post_init__(self) -> None:
        self.callers = Callers(self.store, self.clock, KEYRING)
        self.stats = CallerStats(self.store, self.callers, self.clock)

    def ring(self, number: str = NUMBER) -> Call:
        """Somebody joins the line."""
        call = Call(next(self.sids), number, Stage.WAITING, (Moment(Stage.WAITING, self.clock.now),))
        self.put(call)
        return call

    def call(self, number: str = NUMBER, name: str = "", place: str = "", *, aired: bool = False) -> Call:
        """A call that comes and, a minute later, is over."""
        call = self.ring(number)
        if name or place:
            self.write(call.call_sid, name, place)
        self.clock.advance(CALL_SECONDS)
        if aired:
            moments = (*call.moments, Moment(Stage.ON_AIR, self.clock.now - CALL_SECONDS / 2))
            call = replace(call, stage=Stage.ON_AIR, moments=moments, bridged=True)
        return self.end(call, Outcome.AIRED if aired else Outcome.HUNG_UP)

    def end(self, call: Call, outcome: Outcome = Outcome.HUNG_UP) -> Call:
        moments = (*call.moments, Moment(Stage.DONE, self.clock.now))
        over = replace(call, stage=Stage.DONE, moments=moments, outcome=outcome)
        self.put(over)
        return over

    def write(self, call_sid: str, name: str, place: str = "") -> None:
        """Somebody fills in a card."""
        self.store.change_card(
            call_sid, lambda _: Card(call_sid, FieldText(name, 1, "sam"), FieldText(place, 1, "sam"))
        )

    def put(self, call: Call) -> None:
        self.store.change_call(call.call_sid, lambda _: call)

    def caller(self, number: str = NUMBER) -> Caller:
        found = self.callers.find(number)
        assert found is not None
        return found


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    store = SqliteStore(str(tmp_path / "line.db"))
    yield House(store)
    store.close()
