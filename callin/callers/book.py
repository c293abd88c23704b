"""The callers in a store: what is known of a number when it rings, and what the station's people change."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import NamedTuple

from callin.callers import people
from callin.callers.browsers import Browsers
from callin.callers.index import MOST_FOUND, Index, headings
from callin.callers.people import Caller
from callin.contracts import Clock, Store, Wanted
from callin.keyring import Keyring
from callin.model import Call, Card, Known, Standing, Words
from callin.rules import is_listeners_browser, is_somebodys

LONGEST_NOTES = 2000
HISTORY_CALLS = 20
SPARE_CALLS = 5
"""So many of a number's calls may be going on, and stand among its last."""


class Noted(NamedTuple):
    """Notes were saved: what they say now, and whose words that the writer had not seen were written over, if any."""

    now: Words
    replaced: Words | None


class Listed(NamedTuple):
    """A page of a list. `next` is the number that the next page comes after, empty at the end."""

    callers: list[Caller]
    next: str


class Callers:
    """The callers behind the numbers. Safe to use from many threads; every method raises StoreError as the store does.

    Withheld numbers and browsers have no caller: nobody asks for one, see `rules.is_somebodys`.
    """

    def __init__(self, store: Store, clock: Clock, keyring: Keyring) -> None:
        self._store = store
        self._clock = clock
        self._keyring = keyring
        self._index = Index(store)
        self.browsers = Browsers(store, clock)

    # What is known

    def known(self, number: str) -> Known | None:
        """What is known of the caller behind a number: one read. Of a browser, only whether it is blocked."""
        if is_listeners_browser(number):
            return Known(standing=Standing.BLOCKED) if self.browsers.is_blocked(number) else None
        return people.known(self._store.record(Caller, number), self._clock())

    def find(self, number: str) -> Caller | None:
        """The caller, or None for a number that nobody called from, or that was forgotten."""
        return self._store.record(Caller, number)

    def on_list(self, standing: Standing, after: str = "") -> Listed:
        """The callers on a list, by number, a hundred at a time."""
        numbers = self._index.on_list(standing, after)
        found = [caller for caller in self._all(numbers) if caller.standing is standing]
        return Listed(found, numbers[-1] if len(numbers) == MOST_FOUND else "")

    def search(self, text: str, *, whole_numbers: bool = False) -> list[Caller]:
        """The callers whose number or name matches, the most recent call first.

        `whole_numbers`: the searcher may see full numbers. Otherwise only the last three digits are compared.
        """
        numbers = self._index.search(text, whole_numbers=whole_numbers)
        return sorted(self._all(numbers), key=lambda caller: -caller.last_at)

    def history(self, number: str, *, without: str = "", limit: int = HISTORY_CALLS) -> list[tuple[Call, Card]]:
        """The last calls of a number that ended, newest first, each with what was typed about it."""
        wanted = Wanted(since=0.0, until=self._clock() + 1, number=number)
        found = self._store.history(wanted, limit=limit + SPARE_CALLS).calls
        over = [call for call in found if not call.live and call.call_sid != without][:limit]
        return [(call, self._store.card(call.call_sid)) for call in over]

    def id_of(self, number: str) -> str:
        """The number, sealed for a page address: addresses stand in browsers' histories and servers' logs."""
        return self._keyring.seal(number, "caller")

    def number_of(self, caller_id: str) -> str | None:
        """The number that `id_of` was given, or None for what we never made."""
        return self._keyring.unseal(caller_id, "caller")

    # What the station's people change

    def set_standing(self, number: str, standing: Standing, by: str) -> None:
        """Puts the caller on a list, or takes them off it. A number that never called may be put on one, too."""
        now = self._clock()

        def change(caller: Caller) -> Caller:
            if caller.standing is standing:
                return caller
            return replace(caller, standing=standing, standing_by=by, standing_at=now)

        self._change(number, change)

    def set_notes(self, number: str, text: str, base: int, by: str) -> Noted:
        """Saves the notes on a number. The last word wins; `base` is the revision that the writer had before them.

        ValueError, with a sentence, for too much of them.
        """
        if len(text) > LONGEST_NOTES:
            raise ValueError(f"Notes have at most {LONGEST_NOTES} characters.")
        now = self._clock()
        unseen: list[Words | None] = [None]

        def change(caller: Caller) -> Caller:
            there = caller.notes
            is_news = there.revision != base and there.by != by and there.text not in ("", text)
            unseen[0] = there if is_news else None
            return caller if there.text == text else replace(caller, notes=Words(text, there.revision + 1, by, now))

        caller = self._change(number, change)
        return Noted(caller.notes if caller else Words(), unseen[0])

    # What follows from calls

    def count(self, call: Call) -> None:
        """A call has ended: the caller is one who called. Telling it again changes nothing."""
        card = self._store.card(call.call_sid)
        now = self._store.call(call.call_sid)
        if now is not None and now.number == call.number:  # nobody has had the caller forgotten since
            self._change(call.number, lambda caller: people.after_call(caller, call, card))

    def fade(self, call: Call) -> None:
        """A call is too old to be kept. If it was their last, no more is kept of its caller than a list they are on."""

        def change(caller: Caller) -> Caller:
            return caller if caller.last_at > call.changed_at else people.faded(caller)

        if is_somebodys(call.number) and self.find(call.number) is not None:
            self._change(call.number, change)

    def forget(self, number: str) -> None:
        """Nothing is known of the caller any more, and nothing finds them."""
        if self.find(number) is not None:
            self._change(number, lambda caller: Caller(caller.key))

    # Inside

    def _change(self, number: str, change: Callable[[Caller], Caller]) -> Caller | None:
        """Changes a caller, and by what they are found. One of whom nothing is known any more is none."""
        plan = self._store.record(Caller, number)
        self._index.add(number, headings(_kept(change(plan or Caller(number)))) - headings(plan))
        seen: list[Caller | None] = [None]

        def work(before: Caller | None) -> Caller | None:
            seen[0] = before
            return _kept(change(before or Caller(number)))

        after = self._store.change_record(Caller, number, work)
        if seen[0] != plan:  # another was faster
            self._index.add(number, headings(after) - headings(seen[0]))
        self._index.remove((headings(plan) | headings(seen[0])) - headings(after))
        return after

    def _all(self, numbers: Iterable[str]) -> list[Caller]:
        return list(self._store.records_of(Caller, numbers))


def _kept(caller: Caller) -> Caller | None:
    return caller if caller.says_something else None
