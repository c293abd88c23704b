"""What an instance has seen of the line in Firestore: every live call, every desk, and what ended of late.

Two know of changes: the watch, which tells them in the order of time and misses none, and this instance's own writes,
which are seen at once, ahead of the watch. So the mark is the watch's: all that is older than it has been seen.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from callin.contracts import Changes
from callin.model import Call, Card, Chat, Desk, Message, Show

Followed = Call | Card | Chat | Desk | Message | Show
"""What a watch tells of. A chat is the talk as the version before this kept it, in one document."""

CONFIRMATION_SECONDS = 0.3
"""How long a wait holds for the watch to confirm a write of our own. Else pages would ask in a circle meanwhile."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A call, a card or a desk, say, as it was written at a mark; `stamp` is the engine's own form of the same time."""

    value: Followed
    mark: int
    stamp: Any


class Seen:
    """The entries by their document's name. Safe to use from many threads."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self._entries: dict[str, Entry] = {}
        self._mark = 0
        self._newest = 0
        self._ahead_since: float | None = None

    def get(self, name: str) -> Entry | None:
        with self.changed:
            return self._entries.get(name)

    def items(self) -> list[tuple[str, Followed]]:
        """The documents' names and what they hold, in no order."""
        with self.changed:
            return [(name, entry.value) for name, entry in self._entries.items()]

    def drop(self, name: str) -> None:
        """This instance took the document away: it is not told of again."""
        with self.changed:
            self._entries.pop(name, None)

    @property
    def mark(self) -> int:
        return self._mark

    @property
    def seconds_ahead(self) -> float:
        """For how long this instance has known of changes that the watch has not told."""
        ahead_since = self._ahead_since
        return 0.0 if ahead_since is None else time.monotonic() - ahead_since

    def wrote(self, name: str, entry: Entry) -> None:
        """This instance wrote it: seen at once."""
        with self.changed:
            self._take(name, entry)
            if entry.mark > self._mark and self._ahead_since is None:
                self._ahead_since = time.monotonic()
            self.changed.notify_all()

    def told_everything(self, entries: Mapping[str, Entry], complete_since: int) -> None:
        """The watch tells what is there. What is not among it, and no write of ours since, is forgotten.

        What changed before `complete_since`, and is live no more, is not told: whoever has an older mark has to ask.
        """
        with self.changed:
            mark = max([complete_since, *(entry.mark for entry in entries.values())])
            self._entries = {name: one for name, one in self._entries.items() if one.mark > mark}
            self._mark = max(self._mark, complete_since)
            self._newest = max(self._newest, self._mark)
            self.told(entries)

    def told(self, entries: Mapping[str, Entry]) -> None:
        """The watch tells what changed since it last told."""
        with self.changed:
            for name, entry in entries.items():
                self._take(name, entry)
                self._mark = max(self._mark, entry.mark)
            if self._newest <= self._mark:
                self._ahead_since = None
            self.changed.notify_all()

    def forget(self) -> None:
        with self.changed:
            self._entries = {}
            self._newest = self._mark
            self._ahead_since = None

    def _take(self, name: str, entry: Entry) -> None:
        # What is told may be older than what we wrote since.
        known = self._entries.get(name)
        if known is None or known.mark < entry.mark:
            self._entries[name] = entry
        self._newest = max(self._newest, entry.mark)

    def live(self) -> Changes:
        with self.changed:
            return self._changes(
                one.value for one in self._entries.values() if not isinstance(one.value, Call) or one.value.live
            )

    def since(self, mark: int) -> Changes:
        with self.changed:
            if mark >= self._newest:
                return Changes(self._mark, ())
            return self._changes(one.value for one in self._entries.values() if one.mark > mark)

    def _changes(self, values: Iterable[Followed]) -> Changes:
        return changes_of(self._mark, values)

    def wait(self, mark: int, seconds: float, ended: Callable[[], bool]) -> None:
        """Until something may have changed after `mark`, or the watch has ended, for so many seconds at most."""
        began = time.monotonic()
        with self.changed:
            while self._mark <= mark and not ended():
                waited = time.monotonic() - began
                hold = min(CONFIRMATION_SECONDS, seconds) if self._newest > mark else seconds
                if waited >= hold:
                    return
                self.changed.wait(hold - waited)


def messages_of(value: Followed) -> tuple[Message, ...]:
    """The messages that a document holds, oldest first."""
    if isinstance(value, Chat):
        return value.messages
    return (value,) if isinstance(value, Message) else ()


def changes_of(mark: int, values: Iterable[Followed]) -> Changes:
    """The values, each kind apart."""
    found = list(values)
    return Changes(
        mark,
        tuple([one for one in found if isinstance(one, Call)]),
        tuple([one for one in found if isinstance(one, Desk)]),
        tuple([one for one in found if isinstance(one, Show)]),
        tuple([one for one in found if isinstance(one, Card)]),
        tuple([message for one in found for message in messages_of(one)]),
    )
