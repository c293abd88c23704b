"""What the line asks of a store and of the telephone service: the contracts that the engines keep."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, Protocol, TypeVar

from callin.model import Call, CallState, Card, Desk, Member, Message, Outcome, Show

MaybeCall = TypeVar("MaybeCall", bound=Call | None)


class Record(Protocol):
    """A small document of some other kind: a frozen dataclass that has its key as a field."""

    @property
    def key(self) -> str: ...


AnyRecord = TypeVar("AnyRecord", bound=Record)


Clock = Callable[[], float]
"""Seconds since 1970."""


class StoreError(Exception):
    """The store could not do what it was asked, and did none of it. The message is a sentence for a person."""


class Changes(NamedTuple):
    """What changed after a mark: each call, desk, card and message as it is now, and the mark to ask with next time.

    A mark may be asked with on every instance of the app. It never goes back; what is told twice is told as it is now.
    """

    mark: int
    calls: tuple[Call, ...]
    desks: tuple[Desk, ...] = ()
    shows: tuple[Show, ...] = ()
    cards: tuple[Card, ...] = ()
    messages: tuple[Message, ...] = ()


class HistoryQuery(NamedTuple):
    """Which calls of the past: those that joined from `since` until just before `until`, in seconds since 1970.

    Of one number, or with one outcome, where that is given; not both.
    """

    since: float
    until: float
    number: str = ""
    outcome: Outcome | None = None


class Page(NamedTuple):
    """A page of history, newest first. `next` asks for the page that follows; it is empty at the end."""

    calls: tuple[Call, ...]
    next: str


class Store(Protocol):
    """One document per call, per card and per desk, each changed alone and whole.

    Every method is safe to call from any thread and raises StoreError when the engine fails.
    """

    is_serial: bool
    """Whether changes run one after the other: then what a change has read still holds when it is written."""

    def call(self, call_sid: str) -> Call | None:
        """The call, live or done, or None."""

    def change_call(self, call_sid: str, change: Callable[[Call | None], MaybeCall]) -> MaybeCall:
        """Replaces a call by what `change` makes of it, atomically; answers the call as it is then.

        `change` has no effects, for it may be run again when another got in between; it may read the store. Answering
        what it was given writes nothing.
        """

    def live_calls_of(self, caller: str, limit: int) -> tuple[Call, ...]:
        """The first live calls of a caller, see `caller_of`, in the order in which they were stored.

        Every call that was stored before is seen, on whichever instance.
        """

    def desk(self, name: str) -> Desk:
        """The desk; a desk that nobody used yet is as new."""

    def change_desk(self, name: str, change: Callable[[Desk], Desk]) -> Desk:
        """Replaces a desk by what `change` makes of it, as `change_call` does."""

    def remove_desk(self, name: str, may_go: Callable[[Desk], bool]) -> None:
        """Takes a desk out of the store for good, if it may go as it is then. No page is told."""

    def show(self) -> Show:
        """The show that is on; one that nobody set up yet is as new."""

    def change_show(self, change: Callable[[Show], Show]) -> Show:
        """Replaces the show by what `change` makes of it, as `change_call` does."""

    def card(self, call_sid: str) -> Card:
        """What was typed about a call; a card that nobody wrote on yet is as new."""

    def change_card(self, call_sid: str, change: Callable[[Card], Card]) -> Card:
        """Replaces a card by what `change` makes of it, as `change_call` does."""

    def remove_card(self, call_sid: str) -> None:
        """Takes what was typed about a call out of the store for good. No dashboard is told."""

    def remove_call(self, call_sid: str) -> None:
        """Takes a call that is over out of the store for good, with its card. A live one stays. No page is told."""

    def add_message(self, message: Message, *, keep: int) -> Message:
        """Writes down what somebody said to the other desks, under its number or a later one: none is used twice.

        Messages before the last `keep` are taken out of the store, now or when somebody speaks again. Nobody is told.
        """

    def live_calls(self) -> Changes:
        """Every live call with its card, every desk, the show and what was said last, and the mark to go on from."""

    def changes_since(self, mark: int) -> Changes:
        """What changed after `mark`, calls that ended among it.

        Cheap when nothing did: it may be asked on every request.
        """

    def wait_for_change(self, mark: int, seconds: float) -> None:
        """Holds the calling thread until something may have changed after `mark`, here or elsewhere, or time is up."""

    def history(self, wanted: HistoryQuery, after: str = "", limit: int = 100) -> Page:
        """The calls that are wanted, newest first, live ones too. `after` is the `next` of the page before."""

    def take_lease(self, name: str, holder: str, now: float, seconds: float) -> bool:
        """Whether `holder` has the lease from `now` for so many seconds: it was free, over, or the holder's own."""

    def record(self, kind: type[AnyRecord], key: str) -> AnyRecord | None:
        """A small document that has nothing to do with the line, or None. Every time it is read anew."""

    def change_record(
        self, kind: type[AnyRecord], key: str, change: Callable[[AnyRecord | None], AnyRecord | None]
    ) -> AnyRecord | None:
        """Replaces a record as `change_call` does; answering None takes it away. No dashboard is told."""

    def records(self, kind: type[AnyRecord]) -> tuple[AnyRecord, ...]:
        """All of that kind, by their keys. They are few."""

    def records_of(self, kind: type[AnyRecord], keys: Iterable[str]) -> tuple[AnyRecord, ...]:
        """Those of that kind with these keys, in the order of the keys, in one request; those that there are."""

    def records_under(
        self, kind: type[AnyRecord], prefix: str, after: str = "", limit: int = 100
    ) -> tuple[AnyRecord, ...]:
        """The first so many whose keys begin with `prefix`, which is not empty, and follow `after`; in one same order.

        Of ASCII keys the order is that of their characters.
        """

    def close(self) -> None:
        """Ends what the store keeps running. It is of no use afterwards."""


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

    def send(self, call: Call, n: int) -> bool:
        """Takes a call out of the queue that it waits in and asks what follows. False if it is not there."""

    def redirect(self, call: Call, n: int) -> bool:
        """The same for a call in no queue. False if it is over.

        If the app is dead from now on, the call waits in the queue where a screener's verdict puts it.
        """

    def thank(self, call_sid: str) -> bool:
        """Ends a call with thanks, whatever it is doing. False if it was over."""

    def end_leg(self, leg: str) -> bool:
        """Ends a leg of the studio. False if it was over."""

    def wake(self, leg: str, turn: int) -> bool:
        """Has the air desk's leg ask what to do. False if it is over."""

    def wake_screener(self, leg: str, turn: int) -> bool:
        """Has the leg of a screener's desk ask what to do. False if it is over."""

    def make_queue(self, name: str) -> None:
        """Makes a queue, unless there is one of that name. A Dial of a queue that does not exist fails."""

    def remove_queue(self, name: str) -> bool:
        """Removes a queue. False, and the queue stays, if somebody waits there."""

    def point_fallback(self, *, screened: bool) -> None:
        """Has the studio's legs get the fallback document that fits the show if the app is dead."""
