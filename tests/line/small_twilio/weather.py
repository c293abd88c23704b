"""What goes wrong: the fates of webhooks and REST requests, and what befalls the app in the middle of a request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from callin.contracts import Changes, HistoryQuery, MaybeCall, Page, Record, Store, StoreError
from callin.model import Call, Card, ChatMessage, Desk, Show


class Fate(Enum):
    """What happens to a webhook. A request for TwiML is sent again if it or its answer is lost."""

    NOW = "now"
    LATE = "late"
    TWICE = "twice"
    LOST = "lost"
    ANSWER_LOST = "answer lost"


class Luck(Enum):
    """What happens to a REST request. In all cases but the first the app is told that it failed."""

    DONE = "done"
    REFUSED = "refused"
    DONE_UNTOLD = "done, untold"
    DONE_LATER = "done later"


class Trouble(Enum):
    """What goes wrong in the app at one point of a request: before or after it changes a record or asks Twilio."""

    MEANWHILE = "meanwhile"
    STORE_FAILS = "the store fails"
    KILLED = "killed"


class Killed(BaseException):
    """The app's process ended in the middle of something."""


@dataclass(frozen=True)
class Weather:
    """The faults of one step: webhooks and REST requests take them in order, and are well when none is left.

    `trouble` comes at the point of that number, counted in what the app does in this step; `which` is the webhook on
    its way that gets in between.
    """

    fates: tuple[Fate, ...] = ()
    lucks: tuple[Luck, ...] = ()
    trouble: Trouble | None = None
    point: int = 0
    which: int = 0


FAIR = Weather()


class Sky:
    """The current weather."""

    def __init__(self) -> None:
        self.meanwhile: Callable[[int], None] = lambda _: None
        """Has a webhook that is on its way answered at once."""
        self.set(FAIR)

    def set(self, weather: Weather) -> None:
        self._fates = list(weather.fates)
        self._lucks = list(weather.lucks)
        self._weather = weather
        self._points_passed = 0

    def fate(self) -> Fate:
        return self._fates.pop(0) if self._fates else Fate.NOW

    def luck(self) -> Luck:
        return self._lucks.pop(0) if self._lucks else Luck.DONE

    def pass_a_point(self) -> None:
        """The app is about to change a record or to ask Twilio, or just has."""
        self._points_passed += 1
        weather = self._weather
        if weather.trouble is None or self._points_passed != weather.point + 1:
            return
        if weather.trouble is Trouble.KILLED:
            raise Killed
        if weather.trouble is Trouble.MEANWHILE:
            self.meanwhile(weather.which)

    def store_fails(self) -> bool:
        weather = self._weather
        return weather.trouble is Trouble.STORE_FAILS and self._points_passed >= weather.point + 1


class TroubledStore:
    """A store under that sky. What is read into the Board is left alone: threads that read it wait for each other."""

    def __init__(self, store: Store, sky: Sky) -> None:
        self.is_serial = store.is_serial
        self._store = store
        self._sky = sky
        self._is_changing_a_call = False

    def call(self, call_sid: str) -> Call | None:
        self._pass()
        return self._store.call(call_sid)

    def live_calls_of(self, caller: str, limit: int) -> tuple[Call, ...]:
        return self._store.live_calls_of(caller, limit)

    def change_call(self, call_sid: str, change: Callable[[Call | None], MaybeCall]) -> MaybeCall:
        self._pass()
        self._is_changing_a_call = True
        try:
            return self._store.change_call(call_sid, change)
        finally:
            self._is_changing_a_call = False

    def desk(self, name: str) -> Desk:
        self._pass()
        return self._store.desk(name)

    def change_desk(self, name: str, change: Callable[[Desk], Desk], also: Sequence[Record] = ()) -> Desk:
        self._pass()
        return self._store.change_desk(name, change, also)

    def show(self) -> Show:
        return self._store.show()

    def change_show(self, change: Callable[[Show], Show], also: Sequence[Record] = ()) -> Show:
        self._pass()
        return self._store.change_show(change, also)

    def card(self, call_sid: str) -> Card:
        self._pass()
        return self._store.card(call_sid)

    def change_card(self, call_sid: str, change: Callable[[Card], Card]) -> Card:
        self._pass()
        return self._store.change_card(call_sid, change)

    def add_chat_message(self, message: ChatMessage, *, keep: int) -> ChatMessage:
        self._pass()
        return self._store.add_chat_message(message, keep=keep)

    def _pass(self) -> None:
        self._sky.pass_a_point()
        if self._sky.store_fails():
            raise StoreError("The store could not write its file: the weather is bad.")

    def live_calls(self) -> Changes:
        return self._store.live_calls()

    def changes_since(self, mark: int) -> Changes:
        return self._store.changes_since(mark)

    def wait_for_change(self, mark: int, seconds: float) -> None:
        self._store.wait_for_change(mark, seconds)

    def history(self, wanted: HistoryQuery, after: str = "", limit: int = 100) -> Page:
        return self._store.history(wanted, after, limit)

    def acquire_lease(self, name: str, holder: str, now: float, seconds: float) -> bool:
        return self._store.acquire_lease(name, holder, now, seconds)

    def record(self, kind: type[Any], key: str) -> Any | None:
        if not self._is_changing_a_call:  # what is read within a change is read at the same moment
            self._pass()
        return self._store.record(kind, key)

    def close(self) -> None:
        self._store.close()
