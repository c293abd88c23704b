"""The store on App Engine: Firestore in native mode, one document for each call and each desk.

No index is needed but those that Firestore keeps of each field by itself: every query asks for a range of one field.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

from callin.contracts import AnyRecord, Changes, HistoryQuery, MaybeCall, Page, StoreError
from callin.model import ON_NOW, Call, Card, Desk, Message, Show
from callin.stores.documents import Conflict, Documents, call_name, card_name, desk_name, show_name
from callin.stores.following import Following, Pace
from callin.stores.order import wanted_range
from callin.stores.records import Records
from callin.stores.seen import Entry, Followed, Seen, changes_of
from callin.stores.talk import Talk

CHANGE_SECONDS = 6.0
"""How long a record that others change too is tried for. Twilio waits 15 s for an answer."""
TOO_MANY = "Too many change the same record at once."
DEFAULT_PACE = Pace()
FIRST_PAUSE_SECONDS = 0.02
LONGEST_PAUSE_SECONDS = 0.3
LOCKS = 64

Record = TypeVar("Record", bound=Followed | None)
Written = TypeVar("Written", bound=Followed)


class FirestoreStore:
    """A `Store` that several instances share. Nothing is loaded, and no thread runs, before it is first used.

    A change reads a document, and writes it on the condition that it is still the same; no transaction, since those
    of many webhooks on one document would fail one another. What is asked all the time (live calls, changes since a
    mark) comes from memory, which one watch per instance keeps up to date.
    """

    is_serial = False

    def __init__(
        self,
        project: str = "",
        *,
        clock: Callable[[], float] = time.time,
        pace: Pace = DEFAULT_PACE,
    ) -> None:
        """`project` is Google Cloud's; where it is empty the library finds it."""
        self._documents = Documents(project, clock)
        self._seen = Seen()
        self._locks = [threading.RLock() for _ in range(LOCKS)]
        self._following = Following(self._documents, self._seen, pace)
        self._records = Records(self._documents)
        self._talk = Talk(self._documents, self._seen)

    @property
    def reads(self) -> int:
        """How many documents were read so far, by requests, queries and the watch, as Firestore counts them."""
        return self._documents.reads

    @property
    def writes(self) -> int:
        return self._documents.writes

    @property
    def requests(self) -> int:
        """How many requests were begun so far."""
        return self._documents.requests

    @property
    def is_following(self) -> bool:
        """Whether changes are being followed: from the first look at the line until nobody looked for a while."""
        return self._following.is_running

    def close(self) -> None:
        self._following.stop()
        self._documents.close()

    def call(self, call_sid: str) -> Call | None:
        with self._noticing_failure():
            entry = self._documents.read(call_name(call_sid))
        return entry.value if entry and isinstance(entry.value, Call) else None

    def change_call(self, call_sid: str, change: Callable[[Call | None], MaybeCall]) -> MaybeCall:
        # A call that was not seen is most likely new: then one request, which creates it, is enough.
        return self._change(call_name(call_sid), None, change, guess=True)  # type: ignore[arg-type]

    def live_calls_of(self, caller: str, limit: int) -> tuple[Call, ...]:
        with self._noticing_failure():
            return tuple(self._documents.live_calls_of(caller)[:limit])

    def desk(self, name: str) -> Desk:
        with self._noticing_failure():
            entry = self._documents.read(desk_name(name))
        return entry.value if entry and isinstance(entry.value, Desk) else Desk(name)

    def change_desk(self, name: str, change: Callable[[Desk], Desk]) -> Desk:
        key = desk_name(name)
        return self._change(key, Desk(name), change, guess=self._seen.get(key) is not None)  # type: ignore[arg-type]

    def remove_desk(self, name: str, may_go: Callable[[Desk], bool]) -> None:
        self._remove(desk_name(name), lambda value: isinstance(value, Desk) and may_go(value))

    def show(self) -> Show:
        with self._noticing_failure():
            entry = self._documents.read(show_name(ON_NOW))
        return entry.value if entry and isinstance(entry.value, Show) else Show()

    def change_show(self, change: Callable[[Show], Show]) -> Show:
        key = show_name(ON_NOW)
        return self._change(key, Show(), change, guess=self._seen.get(key) is not None)  # type: ignore[arg-type]

    def card(self, call_sid: str) -> Card:
        with self._noticing_failure():
            entry = self._documents.read(card_name(call_sid))
        return entry.value if entry and isinstance(entry.value, Card) else Card(call_sid)

    def change_card(self, call_sid: str, change: Callable[[Card], Card]) -> Card:
        return self._change(card_name(call_sid), Card(call_sid), change, guess=True)  # type: ignore[arg-type]

    def remove_card(self, call_sid: str) -> None:
        self._remove(card_name(call_sid))

    def remove_call(self, call_sid: str) -> None:
        if self._remove(call_name(call_sid), lambda value: not (isinstance(value, Call) and value.live)):
            self.remove_card(call_sid)

    def _remove(self, name: str, may_go: Callable[[Followed], bool] = lambda _: True) -> bool:
        """Takes a document away, if it may go. Whether it is not there any more."""
        with self._noticing_failure(), self._alone_here(name):
            while (entry := self._documents.read(name)) is not None:
                if not may_go(entry.value):
                    return False
                with suppress(Conflict):
                    self._documents.remove("line", name, entry.stamp)
                    return True
        return True

    def add_message(self, message: Message, *, keep: int) -> Message:
        self._following.use()
        with self._noticing_failure():
            return self._talk.add(message, keep=keep)

    def _change(
        self,
        name: str,
        new: Followed | None,
        change: Callable[[Followed | None], Record],
        *,
        guess: bool,
    ) -> Record:
        deadline = time.monotonic() + CHANGE_SECONDS
        pause = FIRST_PAUSE_SECONDS
        with self._noticing_failure(), self._alone_here(name):
            if guess and (done := self._change_what_was_seen(name, new, change)) is not None:
                return done
            while True:
                entry = self._documents.read(name)
                before = entry.value if entry else new
                after = change(before)
                if after is None or after == before:
                    return after
                with suppress(Conflict):
                    return self._write(name, after, entry)
                if time.monotonic() > deadline:
                    raise StoreError(TOO_MANY)
                time.sleep(random.uniform(0, pause))  # noqa: S311 - makes no secret
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    def _change_what_was_seen(
        self, name: str, new: Followed | None, change: Callable[[Followed | None], Record]
    ) -> Record | None:
        """Saves the read, when what was seen is still there: the write tells. None: read, and try again."""
        entry = self._seen.get(name)
        before = entry.value if entry else new
        try:
            after = change(before)
        except Exception:  # noqa: BLE001 - if the change refuses what is really there, that is raised
            return None
        if after is not None and after != before:
            with suppress(Conflict):
                return self._write(name, after, entry)
        return None

    def _write(self, name: str, value: Written, before: Entry | None) -> Written:
        written = self._documents.write(name, value, before)
        if self.is_following:
            self._seen.wrote(name, written)
        return value

    def live_calls(self) -> Changes:
        self._following.use()
        return self._seen.live()

    def changes_since(self, mark: int) -> Changes:
        self._following.use()
        changes = self._seen.since(mark)
        if mark >= self._documents.complete_since:
            return changes
        changed = self._documents.changed_after(mark).values()
        return changes_of(changes.mark, (one.value for one in changed if one.mark > mark))

    def wait_for_change(self, mark: int, seconds: float) -> None:
        self._following.use()
        self._seen.wait(mark, seconds, lambda: self._following.has_failed)

    def history(self, wanted: HistoryQuery, after: str = "", limit: int = 100) -> Page:
        with self._noticing_failure():
            found = self._documents.past(wanted_range(wanted, after), limit + 1)
        return Page(tuple([call for _, call in found[:limit]]), found[limit - 1][0] if len(found) > limit else "")

    def take_lease(self, name: str, holder: str, now: float, seconds: float) -> bool:
        with self._noticing_failure():
            return self._documents.take_lease(name, holder, now, seconds)

    def record(self, kind: type[AnyRecord], key: str) -> AnyRecord | None:
        return self._records.read(kind, key)

    def change_record(
        self, kind: type[AnyRecord], key: str, change: Callable[[AnyRecord | None], AnyRecord | None]
    ) -> AnyRecord | None:
        return self._records.change(kind, key, change)

    def records(self, kind: type[AnyRecord]) -> tuple[AnyRecord, ...]:
        return self._records.all(kind)

    def records_of(self, kind: type[AnyRecord], keys: Iterable[str]) -> tuple[AnyRecord, ...]:
        return self._records.of(kind, keys)

    def records_under(
        self, kind: type[AnyRecord], prefix: str, after: str = "", limit: int = 100
    ) -> tuple[AnyRecord, ...]:
        return self._records.under(kind, prefix, after, limit)

    @contextmanager
    def _alone_here(self, name: str) -> Iterator[None]:
        """Threads of one instance wait for each other, which is quicker than to find out that one was too late."""
        lock = self._locks[hash(name) % len(self._locks)]
        if not lock.acquire(timeout=CHANGE_SECONDS):
            raise StoreError(TOO_MANY)
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def _noticing_failure(self) -> Iterator[None]:
        try:
            yield
        except StoreError:
            self._following.doubt()
            raise
