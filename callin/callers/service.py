"""The callers in a store: what is known of a number, the station's lists, blocked browsers, and deleted callers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from callin.callers import models
from callin.callers.models import BlockedBrowser, Caller, IndexEntry, index_keys
from callin.contracts import Clock, HistoryQuery, Record, Store
from callin.keyring import Keyring
from callin.model import Call, Card, FieldText, Known, SavedText, Standing, caller_of
from callin.rules import is_listeners_browser, is_somebodys
from callin.rules.cards import replaced_unseen

MAX_NOTES_CHARACTERS = 2000
MAX_FOUND = 100
HISTORY_CALLS = 20
SPARE_CALLS = 5
"""How many more calls to read than are returned, because live ones are left out."""

BLOCKED_SECONDS = 86400.0


class CallerPage(Struct, frozen=True):
    """A page of a list. `next` is the number that the next page begins after, empty at the end."""

    callers: list[Caller]
    next: str


class Callers:
    """The callers behind numbers. Safe to use from any thread; every method raises StoreError as the store does.

    A withheld number and a browser have no caller: see `rules.is_somebodys`.
    """

    def __init__(self, store: Store, clock: Clock, keyring: Keyring) -> None:
        self._store = store
        self._clock = clock
        self._keyring = keyring
        self.browsers = BlockedBrowsers(store, clock)
        self.deletions = Deletions(store, clock, keyring)

    # Reading

    def summary(self, number: str) -> Known | None:
        """What the desks see of a caller; for a browser only whether it is blocked. It costs one read."""
        if is_listeners_browser(number):
            return Known(standing=Standing.BLOCKED) if self.browsers.is_blocked(number) else None
        return models.summary_of(self._store.record(Caller, number), self._clock())

    def find(self, number: str) -> Caller | None:
        """The caller, or None for a number that never called or was deleted."""
        return self._store.record(Caller, number)

    def on_list(self, standing: Standing, after: str = "") -> CallerPage:
        """The callers on a list, by number, a hundred at a time."""
        prefix = f"{models.list_prefix(standing)}|"
        entries = self._store.records_under(IndexEntry, prefix, after and prefix + after, MAX_FOUND)
        found = self._all(entry.number for entry in entries)
        # An entry may be older than its caller.
        return CallerPage(
            [caller for caller in found if caller.standing is standing],
            entries[-1].number if len(entries) == MAX_FOUND else "",
        )

    def search(self, text: str, *, whole_numbers: bool = False) -> list[Caller]:
        """The callers with this end of a number or part of a name, the latest call first.

        `whole_numbers` is for people that may see them. For others only the last three digits are compared.
        """
        prefixes = models.search_prefixes(text, whole_numbers=whole_numbers)
        entries = [one for each in prefixes for one in self._store.records_under(IndexEntry, each, limit=MAX_FOUND)]
        found = self._all(dict.fromkeys(entry.number for entry in entries))
        return sorted(found, key=lambda caller: -caller.last_at)

    def history(self, number: str, *, without: str = "", limit: int = HISTORY_CALLS) -> list[tuple[Call, Card]]:
        """The last finished calls of a number, newest first, each with its card. `without` leaves out one CallSid."""
        query = HistoryQuery(since=0.0, until=self._clock() + 1, number=number)
        found = self._store.history(query, limit=limit + SPARE_CALLS).calls
        finished = [call for call in found if not call.live and call.call_sid != without][:limit]
        return [(call, self._store.card(call.call_sid)) for call in finished]

    def id_of(self, number: str) -> str:
        """The number, sealed for a page address: addresses are kept in browsers' histories and servers' logs."""
        return self._keyring.seal(number, "caller")

    def number_of(self, caller_id: str) -> str | None:
        """The number that `id_of` was given, or None for an id that we have not made."""
        return self._keyring.unseal(caller_id, "caller")

    # Changes by people

    def set_standing(self, number: str, standing: Standing, by: str, also: Sequence[Record] = ()) -> None:
        """Puts a caller on a list or takes them off it. The number need not have called before."""
        now = self._clock()

        def change(caller: Caller) -> Caller:
            if caller.standing is standing:
                return caller
            return replace(caller, standing=standing, standing_by=by, standing_at=now)

        self._change(number, change, also)

    def set_notes(self, number: str, text: str, base: int, by: str) -> SavedText:
        """Saves the notes on a number. The last writer wins; `base` is the revision that the writer has seen.

        ValueError, with a sentence, if they are too long.
        """
        if len(text) > MAX_NOTES_CHARACTERS:
            raise ValueError(f"Notes have at most {MAX_NOTES_CHARACTERS} characters.")
        now = self._clock()
        replaced: FieldText | None = None

        def change(caller: Caller) -> Caller:
            nonlocal replaced
            notes = caller.notes
            replaced = replaced_unseen(notes, text, base, by)
            return caller if notes.text == text else replace(caller, notes=FieldText(text, notes.revision + 1, by, now))

        caller = self._change(number, change)
        return SavedText(caller.notes if caller else FieldText(), replaced)

    # Changes by calls

    def record_call(self, call: Call) -> None:
        """Adds a call that has ended to its caller. Doing so twice changes nothing."""
        card = self._store.card(call.call_sid)
        stored = self._store.call(call.call_sid)
        if stored is not None and stored.number == call.number:  # otherwise the caller has been deleted since
            self._change(call.number, lambda caller: models.after_call(caller, call, card))

    def expire(self, call: Call) -> None:
        """A call is past the retention period. If it was the caller's last, only the list they are on is kept."""

        def change(caller: Caller) -> Caller:
            return caller if caller.last_at > call.changed_at else models.standing_only(caller)

        if is_somebodys(call.number) and self.find(call.number) is not None:
            self._change(call.number, change)

    def delete(self, number: str) -> None:
        """Deletes the caller and what a search finds them by."""
        if self.find(number) is not None:
            self._change(number, lambda caller: Caller(caller.key))

    # Storing

    def _change(self, number: str, change: Callable[[Caller], Caller], also: Sequence[Record] = ()) -> Caller | None:
        """Changes a caller and the index. New entries are written before the caller and old ones removed after it, so
        that nobody is on a list that does not show them."""
        expected = self._store.record(Caller, number)
        self._add_entries(number, index_keys(_stored(change(expected or Caller(number)))) - index_keys(expected))
        before: Caller | None = None

        def work(found: Caller | None) -> Caller | None:
            nonlocal before
            before = found
            return _stored(change(found or Caller(number)))

        after = self._store.change_record(Caller, number, work, also)
        if before != expected:  # somebody else was faster
            self._add_entries(number, index_keys(after) - index_keys(before))
        for key in sorted((index_keys(expected) | index_keys(before)) - index_keys(after)):
            self._store.change_record(IndexEntry, key, lambda _: None)
        return after

    def _add_entries(self, number: str, keys: frozenset[str]) -> None:
        for entry in (IndexEntry(key, number) for key in sorted(keys)):
            self._add_entry(entry)

    def _add_entry(self, entry: IndexEntry) -> None:
        self._store.change_record(IndexEntry, entry.key, lambda _: entry)

    def _all(self, numbers: Iterable[str]) -> list[Caller]:
        return list(self._store.records_of(Caller, numbers))


def _stored(caller: Caller) -> Caller | None:
    return None if caller.is_empty else caller


class BlockedBrowsers:
    """Listeners' browsers that are blocked, each for a day. Every method raises StoreError as the store does."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def is_blocked(self, number: str) -> bool:
        """Whether the browser with this From is blocked: one read."""
        found = self._store.record(BlockedBrowser, caller_of(number))
        return found is not None and self._clock() < found.until

    def block(self, number: str, by: str, also: Sequence[Record] = ()) -> None:
        """Blocks the browser with this From for a day from now."""
        blocked = BlockedBrowser(caller_of(number), by, self._clock() + BLOCKED_SECONDS)
        self._store.change_record(BlockedBrowser, blocked.key, lambda _: blocked, also)

    def unblock(self, number: str, also: Sequence[Record] = ()) -> None:
        self._store.change_record(BlockedBrowser, caller_of(number), lambda _: None, also)

    def blocked(self) -> list[BlockedBrowser]:
        """The browsers that are blocked now, the latest block first."""
        now = self._clock()
        found = [one for one in self._store.records(BlockedBrowser) if one.until > now]
        return sorted(found, key=lambda one: -one.until)

    def delete_expired(self) -> None:
        now = self._clock()

        def change(found: BlockedBrowser | None) -> BlockedBrowser | None:
            return found if found and found.until > now else None

        for one in self._store.records(BlockedBrowser):
            if one.until <= now:
                self._store.change_record(BlockedBrowser, one.key, change)


KEPT_SECONDS = 400 * 86400.0
"""How long deletions are remembered: an older backup could bring deleted callers back."""

PURPOSE = "deleted caller"


class Deletion(Struct, frozen=True):
    """An admin deleted a caller. `key` is the number's fingerprint, which nobody can read without SESSION_KEY."""

    key: str
    at: float


class Deletions:
    """The deletions in a store. Every method raises StoreError as the store does."""

    def __init__(self, store: Store, clock: Clock, keyring: Keyring) -> None:
        self._store = store
        self._clock = clock
        self._keyring = keyring

    def add(self, number: str) -> None:
        deletion = Deletion(self._keyring.fingerprints(number, PURPOSE)[0], self._clock())
        self._store.change_record(Deletion, deletion.key, lambda _: deletion)

    def delete_expired(self) -> None:
        for one in self._store.records(Deletion):
            if one.at < self._clock() - KEPT_SECONDS:
                self._store.change_record(Deletion, one.key, lambda _: None)


def is_deleted(number: str, deletions: Iterable[Deletion], keyring: Keyring) -> bool:
    """Whether one of the deletions is of this number, under the present SESSION_KEY or the one before."""
    keys = {one.key for one in deletions}
    return any(one in keys for one in keyring.fingerprints(number, PURPOSE))
