"""The contracts of the outside world: `Store`, which SQLite and Firestore implement, and Twilio's `CallControl`."""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

from msgspec.structs import replace

from callin.model import ON_NOW, Call, CallState, Card, ChatMessage, Desk, Member, Outcome, Show
from callin.model.stored import LeaseHolder, StoredRecord

T = TypeVar("T")
MaybeCall = TypeVar("MaybeCall", bound=Call | None)

Clock = Callable[[], float]
"""Seconds since 1970."""

REMOVED_AT_ONCE = 5  # how many old messages one new message removes at most


class StoreError(Exception):
    """The store could not do what it was asked, and did none of it. The message is a sentence for a person."""


class Record(Protocol):
    """A record of any kind: its class is its kind."""

    @property
    def key(self) -> str: ...


class Changes(NamedTuple):
    """What changed after a mark: each record as it is now, and the mark to ask with next time.

    A mark is valid on every instance of the app and never goes back. A change may be reported twice.
    """

    mark: int
    calls: tuple[Call, ...] = ()
    desks: tuple[Desk, ...] = ()
    shows: tuple[Show, ...] = ()
    cards: tuple[Card, ...] = ()
    messages: tuple[ChatMessage, ...] = ()

    @classmethod
    def of(cls, mark: int, records: Iterable[Any]) -> Changes:
        """Sorts records by kind."""
        kinds: dict[type, list[Any]] = {Call: [], Desk: [], Show: [], Card: [], ChatMessage: []}
        for record in records:
            kinds[type(record)].append(record)
        return cls(mark, *map(tuple, kinds.values()))


class HistoryQuery(NamedTuple):
    """Calls that joined from `since` until just before `until`, in seconds since 1970.

    Either `number` or `outcome` may narrow the query, not both.
    """

    since: float
    until: float
    number: str = ""
    outcome: Outcome | None = None


class Page(NamedTuple):
    """A page of history, newest first. `next` asks for the page that follows; it is empty at the end."""

    calls: tuple[Call, ...]
    next: str


class Store(ABC):
    """Records of the app: frozen Structs, found by kind (their class) and key, each changed alone and whole.

    An engine implements the abstract methods once for all kinds; the methods for calls, desks and so on are built on
    them. Every method is safe to call from any thread and raises StoreError when the engine fails.
    """

    is_serial: bool
    """True if changes run one at a time: what a change has read still holds when the change is written."""

    # What each engine implements

    @abstractmethod
    def record(self, kind: type[T], key: str) -> T | None:
        """The record as it is stored now, or None."""

    @abstractmethod
    def change_record(
        self, kind: type[T], key: str, change: Callable[[T | None], T | None], also: Sequence[Record] = ()
    ) -> T | None:
        """Replaces a record by the result of `change`, atomically, and returns that result.

        `change` may run several times, so it must have no side effects; it may read the store. Returning an equal
        record writes nothing. Returning None deletes the record, which `changes_since` does not report. `also` are new
        records of unwatched kinds, stored in the same commit unless `change` raises: the audit's lines about it.
        """

    @abstractmethod
    def records_of(self, kind: type[T], keys: Iterable[str]) -> tuple[T, ...]:
        """The records with these keys, in the order of `keys`, by one request. Missing ones are left out."""

    @abstractmethod
    def records_under(self, kind: type[T], prefix: str, after: str = "", limit: int = 100) -> tuple[T, ...]:
        """The first `limit` records whose keys begin with `prefix` and follow `after`, ordered by key.

        `prefix` is not empty. Only keys in ASCII have the same order in every engine.
        """

    @abstractmethod
    def records(self, kind: type[T]) -> tuple[T, ...]:
        """All records of a kind with few records, ordered by key."""

    @abstractmethod
    def history(self, query: HistoryQuery, after: str = "", limit: int = 100) -> Page:
        """Calls that match, newest first, live ones too. `after` is the `next` of the page before."""

    @abstractmethod
    def live_calls_of(self, caller: str, limit: int) -> tuple[Call, ...]:
        """The first live calls of a caller (see `caller_of`) in the order in which they were stored.

        Includes every call stored before, on any instance.
        """

    @abstractmethod
    def live_calls(self) -> Changes:
        """Every live call and its card, every desk, the show and the last messages, with the mark to continue from."""

    @abstractmethod
    def changes_since(self, mark: int) -> Changes:
        """What changed after `mark`, including calls that ended. Cheap enough to ask on every request."""

    @abstractmethod
    def wait_for_change(self, mark: int, seconds: float) -> None:
        """Blocks until something may have changed after `mark`, on any instance, or time is up."""

    @abstractmethod
    def stored_records(self) -> Iterator[StoredRecord]:
        """Every record of every kind as of one moment, also of kinds that this program does not know."""

    @abstractmethod
    def add_records(self, records: Iterable[StoredRecord]) -> int:
        """Stores new records as they are, some hundred at a time, and returns how many. None may exist already."""

    @abstractmethod
    def close(self) -> None:
        """Ends the store's threads and connections. The store cannot be used afterwards."""

    # What the app asks of either engine

    def call(self, call_sid: str) -> Call | None:
        """The call, live or done, or None."""
        return self.record(Call, call_sid)

    def change_call(self, call_sid: str, change: Callable[[Call | None], MaybeCall]) -> MaybeCall:
        """Replaces a call, see `change_record`. Never deletes one: `change` returns None only for an unknown call."""
        after: Any = self.change_record(Call, call_sid, lambda before: change(before) or before)
        return after  # type: ignore[no-any-return] # None only if `change` may return None

    def remove_call(self, call_sid: str) -> None:
        """Deletes a call that is over, and its card. A live call stays."""
        call = self.call(call_sid)
        if call is None or not call.live:
            self.remove_card(call_sid)  # first: without its call nothing would lead to the card
            self.change_record(Call, call_sid, lambda call: call if call and call.live else None)

    def desk(self, name: str) -> Desk:
        """The desk; a new one if nobody has used it yet."""
        return self.record(Desk, name) or Desk(name)

    def change_desk(self, name: str, change: Callable[[Desk], Desk], also: Sequence[Record] = ()) -> Desk:
        """Replaces a desk, see `change_record`."""
        return self._change(Desk(name), name, change, also)

    def remove_desk(self, name: str, may_go: Callable[[Desk], bool]) -> None:
        """Deletes a desk if `may_go` of the desk as it is then."""
        self.change_record(Desk, name, lambda desk: desk if desk and not may_go(desk) else None)

    def show(self) -> Show:
        """The show that is on; a new one if nobody has set it up yet."""
        return self.record(Show, ON_NOW) or Show()

    def change_show(self, change: Callable[[Show], Show], also: Sequence[Record] = ()) -> Show:
        """Replaces the show, see `change_record`."""
        return self._change(Show(), ON_NOW, change, also)

    def card(self, call_sid: str) -> Card:
        """What was typed about a call; an empty card if nobody has written one yet."""
        return self.record(Card, call_sid) or Card(call_sid)

    def change_card(self, call_sid: str, change: Callable[[Card], Card]) -> Card:
        """Replaces a card, see `change_record`."""
        return self._change(Card(call_sid), call_sid, change)

    def remove_card(self, call_sid: str) -> None:
        """Deletes what was typed about a call."""
        self.change_record(Card, call_sid, lambda _: None)

    def _change(self, new: T, key: str, change: Callable[[T], T], also: Sequence[Record] = ()) -> T:
        """Changes a record that exists as `new` before it is first written. An unchanged new record is not written."""

        def work(before: T | None) -> T | None:
            after = change(before or new)
            return after if after != (before or new) else before

        return self.change_record(type(new), key, work, also) or new

    def add_chat_message(self, message: ChatMessage, *, keep: int) -> ChatMessage:
        """Stores a message under its number, or the next free later one. Deletes messages before the last `keep`."""
        numbers = sorted(one.number for one in self.live_calls().messages)
        said = replace(message, number=max([message.number, *(number + 1 for number in numbers[-1:])]))
        while not self._add(said):
            said = replace(said, number=said.number + 1)
        with contextlib.suppress(StoreError):  # the next message tries again
            for number in numbers[: max(0, len(numbers) + 1 - keep)][:REMOVED_AT_ONCE]:
                self.change_record(ChatMessage, message_key(number), lambda _: None)
        return said

    def _add(self, message: ChatMessage) -> bool:
        """Stores a message, unless there is one of its number."""
        return self.change_record(ChatMessage, message_key(message.number), lambda there: there or message) is message

    def acquire_lease(self, name: str, holder: str, now: float, seconds: float) -> bool:
        """Acquires a lease that is free, expired or the holder's, until `now + seconds`. False if another has it."""

        def acquire(lease: LeaseHolder | None) -> LeaseHolder:
            is_taken = lease is not None and lease.holder != holder and lease.until > now
            return lease if lease and is_taken else LeaseHolder(name, holder, now + seconds)

        lease = self.change_record(LeaseHolder, name, acquire)
        return lease is not None and lease.holder == holder


def message_key(number: int) -> str:
    """Keys of messages sort as the numbers do."""
    return f"{number:020}"


class PhoneError(Exception):
    """The telephone service did not do what it was asked. The message is a sentence for a person.

    `permanent` says that asking again will not help: the call is over, the credentials are wrong.
    """

    def __init__(self, sentence: str, *, permanent: bool = False) -> None:
        super().__init__(sentence)
        self.permanent = permanent


class CallControl(Protocol):
    """What the line asks of the telephone service. Each method makes one request, and no request is tried twice.

    Every method raises PhoneError. `n` is the number of the document that a call is sent to: see `Call`.
    """

    def members(self, queue: str) -> list[Member]:
        """The calls in the queue of that name, first in line first: one request for each thousand."""

    def call_state(self, call_sid: str) -> CallState | None:
        """The state of a call or leg, or None for one that the service does not know."""

    def live_calls(self) -> dict[str, CallState]:
        """Every call in progress, by CallSid: one request for each thousand."""

    def ended_calls(self, since: float) -> dict[str, CallState]:
        """The last thousand calls that were answered and ended on the day of `since` or later, by CallSid."""

    def dequeue(self, call: Call, n: int) -> bool:
        """Takes a call out of the queue that it waits in and asks what follows. False if it is not there."""

    def redirect(self, call: Call, n: int) -> bool:
        """The same for a call in no queue. False if it is over.

        If the app is dead from now on, the call waits in the queue where a screener's verdict puts it.
        """

    def thank(self, call_sid: str) -> bool:
        """Ends a call with thanks, whatever it is doing. False if it was over."""

    def end_leg(self, leg: str) -> bool:
        """Ends a leg of the studio. False if it was over."""

    def wake(self, leg: str, turn: int, desk: str) -> bool:
        """Has an air desk's leg ask what to do. False if it is over."""

    def wake_screener(self, leg: str, turn: int) -> bool:
        """Has the leg of a screener's desk ask what to do. False if it is over."""

    def make_queue(self, name: str) -> None:
        """Makes a queue, unless there is one of that name. A Dial of a queue that does not exist fails."""

    def remove_queue(self, name: str) -> bool:
        """Removes a queue. False, and the queue stays, if somebody waits there."""

    def point_fallback(self, *, screened: bool) -> None:
        """Has the studio's legs get the fallback document that fits the show if the app is dead."""
