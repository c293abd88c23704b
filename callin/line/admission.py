"""Which calls join the line: the limit on live calls of one caller, and the place of a call that was cut off.

The limit is exact over all instances, and cheap under a flood of calls.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

from msgspec import Struct

from callin.contracts import Clock, Store, StoreError
from callin.model import Call, Denial, Outcome, caller_of
from callin.rules import advance, calls, numbers, places
from callin.rules.calls import Ended

SECONDS_REMEMBERED = 2.0
"""How long a caller at the limit is denied further calls without reading the store."""

MOST_REMEMBERED = 1000
LOCKS = 64
LONGEST_WAIT_SECONDS = 3.0


class _Full(Struct, frozen=True):
    """A caller at the limit: its live calls, and until when that is assumed."""

    call_sids: frozenset[str]
    until: float


class Admission:
    """Denies calls of a caller at the limit. While the store fails it denies none."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._full: dict[str, _Full] = {}
        self._locks = [threading.Lock() for _ in range(LOCKS)]

    def denial(self, number: str, call_sid: str) -> Denial | None:
        """Why the call is over its caller's limit; None if it is not, or if the store fails."""
        most = numbers.most_calls(number)
        if not most:
            return None
        caller = caller_of(number)
        full = self._full.get(caller)
        if full and self._clock() < full.until and call_sid not in full.call_sids:
            return numbers.too_many(number)
        try:
            live = [call.call_sid for call in self._store.live_calls_of(caller, most)]
        except StoreError:
            return None
        if len(live) < most or call_sid in live:
            return None
        self._remember(caller, live)
        return numbers.too_many(number)

    def denial_afterwards(self, number: str, call_sid: str) -> Denial | None:
        """The same for a call that was just stored, perhaps at the same moment as others: the first calls stay.

        A denied call stays in the store as one that ended, so that every instance learns that it ended.
        """
        denial = None if self._store.is_serial else self.denial(number, call_sid)
        if denial:
            over = Ended(self._clock(), Outcome.LINE_FULL)
            with contextlib.suppress(StoreError):  # then its status callback ends it
                self._store.change_call(call_sid, lambda call: advance(call, over))
        return denial

    def ended(self, number: str) -> None:
        """A call of that From is over, so that another may begin."""
        self._full.pop(caller_of(number), None)

    def one_at_a_time(self, number: str) -> contextlib.AbstractContextManager[None]:
        """Makes calls of one caller wait for each other in this instance, unless the store does.

        Without it, many more calls would be stored only to be ended again.
        """
        if self._store.is_serial or not numbers.most_calls(number):
            return contextlib.nullcontext()
        return self._turn(self._locks[hash(caller_of(number)) % LOCKS])

    @staticmethod
    @contextlib.contextmanager
    def _turn(lock: threading.Lock) -> Iterator[None]:
        is_mine = lock.acquire(timeout=LONGEST_WAIT_SECONDS)
        try:
            yield
        finally:
            if is_mine:
                lock.release()

    def _remember(self, caller: str, live: list[str]) -> None:
        if len(self._full) >= MOST_REMEMBERED:
            self._full.clear()
        self._full[caller] = _Full(frozenset(live), self._clock() + SECONDS_REMEMBERED)


class ComingBack:
    """Keeps a listener's place in line for a browser whose call was cut off. Raises StoreError as the store does."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def give_place_back(self, call_sid: str, former_sid: str) -> bool:
        """Gives the call the place of the same browser's former call. True if it now stands there."""
        former = self._store.call(former_sid)
        if former is None:
            return False

        def change(call: Call | None) -> Call | None:
            if call is None or not call.live or caller_of(call.number) != caller_of(former.number):
                return call
            kept = places.place_kept_for(former, call)
            return calls.advance(call, calls.Placed(*kept)) if kept else call

        after = self._store.change_call(call_sid, change)
        return after is not None and after.placed_at == (former.placed_at or former.joined_at)

    def give_up_place(self, call_sid: str, caller: str) -> bool:
        """Keeps no place for this call, because its listener has pressed Hang up. False if it is not this browser's."""
        after = self._store.change_call(call_sid, lambda call: places.without_place(call, caller))
        return after is not None and after.hung_up_on_page
