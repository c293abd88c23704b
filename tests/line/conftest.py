"""A line on a real SQLite file, with a clock and a telephone service that the test holds in its hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from callin.contracts import PhoneError
from callin.line import Line
from callin.model import WAITING_QUEUE, Arrival, CallState, Member
from callin.stores.sqlite import SqliteStore


@dataclass
class HeldClock:
    """A clock that moves when it is told to."""

    now: float = 1_000_000.0

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class ListedPhone:
    """A telephone service whose lists are written down by the test."""

    queues: dict[str, list[Member]] = field(default_factory=dict)
    calls: dict[str, CallState] = field(default_factory=dict)
    problem: str = ""
    asked: list[str] = field(default_factory=list)

    def members(self, queue: str) -> list[Member]:
        self.asked.append(queue)
        if self.problem:
            raise PhoneError(self.problem)
        return self.queues.get(queue, [])

    def call(self, call_sid: str) -> CallState | None:
        self.asked.append(call_sid)
        if self.problem:
            raise PhoneError(self.problem)
        return self.calls.get(call_sid)


@dataclass
class Studio:
    """Everything that a test of the line needs."""

    line: Line
    store: SqliteStore
    clock: HeldClock
    phone: ListedPhone

    def ring(self, call_sid: str, number: str = "+447700900001") -> None:
        self.line.arrive(Arrival(call_sid, number, "+442079460100"))
        self.phone.calls[call_sid] = CallState("in-progress", number)
        self.phone.queues.setdefault(WAITING_QUEUE, []).append(Member(call_sid, self.clock.now, 0))

    def hang_up(self, call_sid: str) -> None:
        self.phone.calls[call_sid] = CallState("completed", self.phone.calls[call_sid].number)
        for members in self.phone.queues.values():
            members[:] = [member for member in members if member.call_sid != call_sid]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(str(tmp_path / "line.db"))
    yield store
    store.close()


@pytest.fixture
def studio(store: SqliteStore) -> Studio:
    clock = HeldClock()
    return Studio(Line(store, clock), store, clock, ListedPhone())
