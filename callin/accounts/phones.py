"""The phones that may run the show by keypad: a number alone can be forged, so each of their calls keys a PIN."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field, replace

from callin.accounts.refusals import RefusedError
from callin.contracts import Clock, Store

WRONG_PINS = 5
"""So many in a row, over all calls from a number, lock it until an admin unlocks it."""

CALLS_KEPT = 20
"""More than a station's switchboard has at a time. A call whose end nobody reported is forgotten after so many."""


@dataclass(frozen=True, slots=True)
class DjPhone:
    """A number of DJ_PHONES. `key` is the number itself.

    `wrong` has the CallSid of each wrong PIN in a row, `let_in` those of the calls that gave the right one and go on.
    `locked_at` is in seconds since 1970, and 0 while the number is not locked.
    """

    key: str
    wrong: tuple[str, ...] = ()
    locked_at: float = 0.0
    let_in: tuple[str, ...] = ()

    @property
    def is_locked(self) -> bool:
        return bool(self.locked_at)

    @property
    def is_as_new(self) -> bool:
        """Whether there is nothing to remember."""
        return self == DjPhone(self.key)

    def lets_in(self, call_sid: str) -> bool:
        """Whether that call may run the show. One that is in stays in, also while others get the number locked."""
        return call_sid in self.let_in

    def next_try(self, call_sid: str) -> int:
        """Which try of that call comes next, from 1, since the count began."""
        return self.wrong.count(call_sid) + 1

    def tried(self, call_sid: str, which: int | None, now: float, *, right: bool) -> DjPhone:
        """The phone after a PIN was keyed in answer to the call's try number `which`. A request may come twice."""
        doubled = which is not None and which < self.next_try(call_sid)
        if self.is_locked or self.lets_in(call_sid) or doubled:
            return self
        if right:
            return replace(self, wrong=(), let_in=(*self.let_in, call_sid)[-CALLS_KEPT:])
        wrong = (*self.wrong, call_sid)
        return replace(self, wrong=wrong, locked_at=now if len(wrong) >= WRONG_PINS else 0.0)


@dataclass(frozen=True)
class Phones:
    """The numbers of DJ_PHONES and their PIN, with what the store has of them. Without a PIN a number is enough.

    A stranger who forges one of the numbers can get it locked, but never in. So a lock stops no call that is in, no
    browser and no other number, and an admin takes it back with one press.
    """

    store: Store
    clock: Clock
    numbers: frozenset[str]
    pin: str = field(repr=False)

    def look(self, number: str, call_sid: str) -> DjPhone:
        """The phone as that call finds it: one read. StoreError when it cannot be known."""
        if not self.pin:
            return DjPhone(number, let_in=(call_sid,))
        return self.store.record(DjPhone, number) or DjPhone(number)

    def try_pin(self, number: str, call_sid: str, pin: str, which: int | None) -> DjPhone:
        """The phone after that call keyed a PIN. StoreError: nobody is let in, and the try does not count."""
        if not self.pin:
            return self.look(number, call_sid)
        right = hmac.compare_digest(pin.encode(), self.pin.encode())
        now = self.clock()

        def change(before: DjPhone | None) -> DjPhone:
            return (before or DjPhone(number)).tried(call_sid, which, now, right=right)

        return self.store.change_record(DjPhone, number, change) or DjPhone(number)

    def ended(self, number: str, call_sid: str) -> None:
        """A call is over: that it was let in need not be kept."""
        if not self.pin or number not in self.numbers:
            return

        def change(before: DjPhone | None) -> DjPhone | None:
            if before is None:
                return None
            after = replace(before, let_in=tuple([one for one in before.let_in if one != call_sid]))
            return None if after.is_as_new else after

        self.store.change_record(DjPhone, number, change)

    def locked(self) -> list[DjPhone]:
        """Those that are locked, by their numbers."""
        if not self.pin:
            return []
        return [phone for phone in self.store.records(DjPhone) if phone.is_locked and phone.key in self.numbers]

    def unlock(self, number: str) -> None:
        """Lets a number try again, with its count at nought."""

        def change(before: DjPhone | None) -> DjPhone | None:
            if before is None or not before.is_locked:
                raise RefusedError("That phone is not locked.")
            after = replace(before, wrong=(), locked_at=0.0)
            return None if after.is_as_new else after

        self.store.change_record(DjPhone, number, change)
