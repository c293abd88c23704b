"""What the line asks of a store and of the telephone service: the contracts that the engines keep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from callin.model import Call, CallState, Desk, Member

MaybeCall = TypeVar("MaybeCall", bound=Call | None)


class StoreError(Exception):
    """The store could not do what it was asked, and did none of it. The message is a sentence for a person."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed after a mark: each call as it is now, and the mark to ask with next time."""

    mark: int
    calls: tuple[Call, ...]


class Store(Protocol):
    """One document per call and per desk, each changed alone and whole.

    Every method is safe to call from any thread and raises StoreError when the engine fails.
    """

    def call(self, call_sid: str) -> Call | None:
        """The call, live or done, or None."""

    def change_call(self, call_sid: str, change: Callable[[Call | None], MaybeCall]) -> MaybeCall:
        """Replaces a call by what `change`, a pure function, makes of it, atomically; answers the call as it is then.

        `change` may be run again when another got in between. Answering what it was given writes nothing.
        """

    def desk(self, name: str) -> Desk:
        """The desk; a desk that nobody used yet is as new."""

    def change_desk(self, name: str, change: Callable[[Desk], Desk]) -> Desk:
        """Replaces a desk by what `change` makes of it, as `change_call` does."""

    def live_calls(self) -> Changes:
        """Every live call, and the mark from which to follow their changes."""

    def changes_since(self, mark: int) -> Changes:
        """The calls that changed after `mark`. Cheap when nothing did: it may be asked on every request."""


class PhoneError(Exception):
    """The telephone service did not do what it was asked. The message is a sentence for a person.

    `permanent` says that asking again will not help: the call is over, the credentials are wrong.
    """

    def __init__(self, sentence: str, *, permanent: bool = False) -> None:
        super().__init__(sentence)
        self.permanent = permanent


class Phone(Protocol):
    """What the line may ask of the telephone service. Each call makes one request and raises PhoneError."""

    def members(self, queue: str) -> list[Member]:
        """The calls in the queue of that name, first in line first: one request for each thousand."""

    def call(self, call_sid: str) -> CallState | None:
        """The call's state, or None for one that the service does not know."""
