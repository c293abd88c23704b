"""A line on a real SQLite file, with a clock and a telephone service that the test controls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from callin.contracts import PhoneError, Store
from callin.line import Admission, AirDesks, Calls, Desks, ScreenerDesks, ShowSettings, Takeover
from callin.live import Board, Dashboards, LineCache
from callin.model import (
    AIR_DESK,
    SCREEN_DESK,
    WAITING_QUEUE,
    Arrival,
    Call,
    CallState,
    Desk,
    DialCaller,
    DialLine,
    Follow,
    Instruction,
    Member,
    SettingsChange,
    Verdict,
    WaitInSilence,
)
from callin.rules.desks import DeskRequest
from callin.rules.screening import TalkBegan
from callin.stores.sqlite import SqliteStore
from callin.twilio.reconcile import Reconciler
from tests.support.clock import HeldClock
from tests.support.page_line import PageLine

DJ = "CAdj"


@dataclass
class ListedPhone:
    """A telephone service whose lists the test writes."""

    queues: dict[str, list[Member]] = field(default_factory=dict)
    calls: dict[str, CallState] = field(default_factory=dict)
    problem: str = ""
    asked: list[str] = field(default_factory=list)
    unlisted: set[str] = field(default_factory=set)
    """Calls that ended and are in no list yet."""
    on_request: Callable[[str], None] = field(default=lambda _: None)

    def members(self, queue: str) -> list[Member]:
        self._ask(queue)
        return self.queues.get(queue, [])

    def call_state(self, call_sid: str) -> CallState | None:
        self._ask(call_sid)
        return self.calls.get(call_sid)

    def live_calls(self) -> dict[str, CallState]:
        self._ask("calls")
        return {sid: state for sid, state in self.calls.items() if state.status == "in-progress"}

    def ended_calls(self, since: float) -> dict[str, CallState]:
        self._ask("ended")
        assert since > 0
        listed = {sid: state for sid, state in self.calls.items() if sid not in self.unlisted}
        return {sid: state for sid, state in listed.items() if state.status == "completed"}

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        self.on_request(what)
        if self.problem:
            raise PhoneError(self.problem)


@dataclass
class NotedControl:
    """Call control that notes requests, and carries out or refuses them as the test says; its lists are the phone's."""

    phone: ListedPhone
    done: list[tuple[str, ...]] = field(default_factory=list)
    problem: str = ""
    there: bool = True
    fallback_is_screened: bool | None = None

    def dequeue(self, call: Call, n: int) -> bool:
        return self._note("dequeue", call.call_sid, str(n))

    def redirect(self, call: Call, n: int) -> bool:
        return self._note("redirect", call.call_sid, str(n))

    def thank(self, call_sid: str) -> bool:
        return self._note("thank", call_sid)

    def wake(self, leg: str, turn: int, desk: str) -> bool:
        return self._note("wake", leg, str(turn), *([] if desk == AIR_DESK else [desk]))

    def wake_screener(self, leg: str, turn: int) -> bool:
        return self._note("wake_screener", leg, str(turn))

    def make_queue(self, name: str) -> None:
        self._note("make_queue", name)

    def remove_queue(self, name: str) -> bool:
        return self._note("remove_queue", name)

    def end_leg(self, leg: str) -> bool:
        return self._note("end_leg", leg)

    def point_fallback(self, *, screened: bool) -> None:
        if self.problem:
            raise PhoneError(self.problem)
        self.fallback_is_screened = screened

    def members(self, queue: str) -> list[Member]:
        return self.phone.members(queue)

    def call_state(self, call_sid: str) -> CallState | None:
        return self.phone.call_state(call_sid)

    def live_calls(self) -> dict[str, CallState]:
        return self.phone.live_calls()

    def ended_calls(self, since: float) -> dict[str, CallState]:
        return self.phone.ended_calls(since)

    def _note(self, *what: str) -> bool:
        if self.problem:
            raise PhoneError(self.problem)
        self.done.append(what)
        return self.there


def read_line(store: Any, clock: HeldClock, **how: Any) -> tuple[Board, Dashboards]:
    """The line as another instance of the app reads it from that store."""
    cache = LineCache(store, clock, **how)
    return Board(cache, clock), Dashboards(cache, clock)


@dataclass
class House:
    """Everything that a test of the line needs: the line itself, and a DJ who connects, takes and presses."""

    store: Store
    clock: HeldClock = field(default_factory=HeldClock)
    phone: ListedPhone = field(default_factory=ListedPhone)

    def __post_init__(self) -> None:
        self.control = NotedControl(self.phone)
        self.cache = LineCache(self.store, self.clock)
        self.board = Board(self.cache, self.clock)
        self.dashboards = Dashboards(self.cache, self.clock)
        self.admission = Admission(self.store, self.clock)
        self.desks = Desks(self.store, self.board, self.control, self.clock, self.admission)
        self.calls = Calls(
            self.desks,
            self.admission,
            self.store,
            self.board,
            self.control,
            self.clock,
            summary_of=lambda _number: None,
        )
        self.takeover = Takeover(self.desks, self.store, self.control, self.clock)
        self.air_desks = AirDesks(self.desks, self.takeover, self.board, self.store, self.control, self.clock)
        self.show_settings = ShowSettings(self.desks, self.store, self.board, self.control, self.clock)
        self.screener_desks = ScreenerDesks(self.desks, self.board, self.store, self.control, self.clock)

    def reconciler(self, **how: Any) -> Reconciler:
        """What compares this line with the phone's lists, without waiting between requests."""
        how = {"seconds_between_requests": 0.0} | how
        return Reconciler(self.calls, self.desks, self.board, self.store, self.control, self.clock, **how)

    def ring(self, *call_sids: str) -> None:
        """Callers ring one second after the other, and are in the line's queue."""
        for call_sid in call_sids:
            number = f"+4477009{len(self.phone.calls):05}"
            self.calls.arrive(Arrival(call_sid, number, "+442079460100"))
            self.phone.calls[call_sid] = CallState("in-progress", number)
            self.phone.queues.setdefault(WAITING_QUEUE, []).append(Member(call_sid, self.clock.now, 0))
            self.clock.advance(1)

    def set(self, **settings: Any) -> str:
        """A desk changes these settings."""
        return self.show_settings.change(SettingsChange(**settings))

    def wait_for_next(self) -> None:
        """The air desk brings nobody before Next."""
        self.store.change_desk(AIR_DESK, lambda desk: replace(desk, paused=True))

    def hang_up(self, call_sid: str) -> None:
        """Callers hang up, and no webhook reports it."""
        self.phone.calls[call_sid] = CallState("completed", self.phone.calls[call_sid].number)
        for members in self.phone.queues.values():
            members[:] = [member for member in members if member.call_sid != call_sid]

    def call(self, call_sid: str) -> Call:
        call = self.store.call(call_sid)
        assert call is not None
        return call

    @property
    def desk(self) -> Desk:
        return self.store.desk(AIR_DESK)

    def ask(self, leg: str = DJ, turn: int | None = None, by: str = "", **how: bool) -> Instruction:
        """The studio's leg asks for a document; a leg that is the desk's asks in its present turn."""
        self.phone.calls.setdefault(leg, CallState("in-progress", by or f"client:dj_{leg}"))
        if turn is None and self.desk.instructed_leg == leg:
            turn = self.desk.turn
        take_over = how.pop("take_over", False)
        request = DeskRequest(leg, turn, self.clock.now, **how)
        return self.air_desks.next_instruction(request, by or f"client:dj_{leg}", take_over=take_over)

    def put_on_air(self, call_sid: str, leg: str = DJ) -> int:
        """The leg asks, and Twilio connects that caller to it: the turn."""
        document = self.ask(leg)
        assert isinstance(document, DialLine | DialCaller)
        self.desks.on_air(call_sid, leg, document.turn)
        return document.turn

    def screener_asks(self, name: str, leg: str, turn: int | None = None) -> Instruction:
        """A screener's leg asks for a document, in its desk's present turn."""
        by = "client:" + name.removeprefix(SCREEN_DESK)
        self.phone.calls.setdefault(leg, CallState("in-progress", by))
        desk = self.store.desk(name)
        turn = desk.turn if turn is None and desk.instructed_leg == leg else turn
        return self.screener_desks.next_instruction(name, DeskRequest(leg, turn, self.clock.now), by)

    def talk(self, name: str, leg: str, call_sid: str) -> None:
        """The screener takes that caller, and Twilio connects them."""
        self.screener_desks.take(name, self.store.desk(name).turn, call_sid)
        self.reach(call_sid)
        document = self.screener_asks(name, leg)
        assert isinstance(document, DialCaller)
        self.calls.talk_began(call_sid, TalkBegan(self.clock.now, name, leg, document.turn))

    def leg_dies(self, leg: str = DJ) -> None:
        self.phone.calls[leg] = CallState("completed", self.phone.calls[leg].number)
        self.calls.call_status(leg, "completed")

    def reach(self, call_sid: str) -> Follow:
        """A document that was sent by REST reaches the call."""
        return self.calls.left_queue(call_sid, self.call(call_sid).documents_issued, "")[0]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(str(tmp_path / "line.db"))
    yield store
    store.close()


@pytest.fixture
def house(store: SqliteStore) -> House:
    return House(store)


ANN, BOB = "screen-screener_ann_1", "screen-screener_bob_2"
LEG, OTHER = "CAann", "CAbob"


@pytest.fixture
def ann(house: House) -> str:
    """Ann's desk, with her leg there and nobody to speak with."""
    assert house.screener_asks(ANN, LEG) == WaitInSilence(0)
    house.control.done.clear()
    return ANN


def made_ready(house: House, call_sid: str) -> None:
    house.screener_desks.judge(ANN, call_sid, Verdict.READY)
    assert house.reach(call_sid) is Follow.READY


@pytest.fixture
def runs(house: House) -> Reconciler:
    return house.reconciler()


@pytest.fixture
def page() -> Iterator[PageLine]:
    page = PageLine()
    yield page
    page.close()
