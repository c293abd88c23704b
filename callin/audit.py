"""The audit: who did what, when and from where, for admins to read. Numbers in it are masked."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import ClassVar

from msgspec import Struct

from callin.contracts import Clock, Store, StoreError

PAGE_LINES = 50
READ_AT_ONCE = 500
MAX_SCANNED = 2000
"""How many lines one page looks through for those that match a filter."""

DELETED_AT_ONCE = 100
SECONDS_BETWEEN_DELETIONS = 600.0
SECONDS_BETWEEN_REPEATS = 3600.0
MAX_REMEMBERED = 5000

_PREFIX = "line "
_LAST_MICROSECOND = 10**16 - 1

log = logging.getLogger(__name__)


class Act(StrEnum):
    """The kinds of lines: the audit has no others."""

    SIGN_IN = "sign-in"
    REFUSAL = "refusal"
    ACCOUNT = "account"
    LIST = "list"
    OPENING = "opening"
    SETTINGS = "settings"
    DESK = "desk"
    DELETION = "deletion"
    SEARCH = "search"
    NUMBERS = "numbers"


TITLES = {
    Act.SIGN_IN: "Signing in and out",
    Act.REFUSAL: "Refused",
    Act.ACCOUNT: "Accounts and roles",
    Act.LIST: "Blocks and lists",
    Act.OPENING: "Opening and closing",
    Act.SETTINGS: "Settings",
    Act.DESK: "Desks taken over",
    Act.DELETION: "Deletions",
    Act.SEARCH: "Searches and downloads",
    Act.NUMBERS: "Full numbers seen",
}


class AuditLine(Struct, frozen=True):
    """One thing that somebody did. `key` sorts the newest first.

    `act` is a text, not an `Act`: a newer program may have written a kind that this one does not know.
    """

    stored_as: ClassVar[str] = "audit"

    key: str
    at: float
    who: str
    address: str
    act: str
    what: str

    @property
    def title(self) -> str:
        """The kind in words."""
        return TITLES[Act(self.act)] if self.act in list(Act) else self.act


class Filter(Struct, frozen=True):
    """Which lines to find: of one account, of one kind. Empty for any."""

    who: str = ""
    act: str = ""

    def fits(self, line: AuditLine) -> bool:
        return (not self.who or line.who == self.who) and (not self.act or line.act == self.act)


class AuditResult(Struct, frozen=True):
    """Lines, newest first. `next` asks for the page that follows; it is empty at the end.

    `back_to` is the time of the last line that was looked at, 0 if there was none.
    """

    lines: list[AuditLine]
    next: str
    back_to: float


class Audit:
    """The audit in a store. Its lines are kept for `keep_seconds()`, 0 for ever. Safe to use from any thread."""

    def __init__(self, store: Store, clock: Clock, keep_seconds: Callable[[], float] = lambda: 0.0) -> None:
        self._store = store
        self._clock = clock
        self._keep_seconds = keep_seconds
        self._next_deletion_at = 0.0
        self._written: dict[tuple[str, ...], float] = {}

    def line(self, act: Act, who: str, address: str, what: str) -> AuditLine:
        """A new line, to be stored in one commit with the change that it describes: see `Store.change_record`."""
        now = self._clock()
        return AuditLine(_key(now) + secrets.token_hex(4), now, who, address, act.value, what)

    def write(self, act: Act, who: str, address: str, what: str) -> None:
        """Adds a line about what changes no record. If the store fails, the line goes to the log."""
        line = self.line(act, who, address, what)
        try:
            self._store.change_record(AuditLine, line.key, lambda _: line)
        except StoreError as error:
            log.error("The audit lacks a line (%s): %s from %s: %s", error, who, address, what)

    def write_once(self, act: Act, who: str, address: str, what: str) -> None:
        """Adds a line, unless this instance has written the same one within the hour."""
        now, same = self._clock(), (act.value, who, address, what)
        if now - self._written.get(same, -SECONDS_BETWEEN_REPEATS) < SECONDS_BETWEEN_REPEATS:
            return
        if len(self._written) >= MAX_REMEMBERED:
            self._written.clear()
        self._written[same] = now
        self.write(act, who, address, what)

    def page(self, wanted: Filter, after: str = "") -> AuditResult:
        """The next lines that match. A page may have none, and still a `next`: see MAX_SCANNED."""
        found: list[AuditLine] = []
        last = None
        # Firestore bills each record that is read: without a filter the page needs no more than it shows.
        at_once = PAGE_LINES if wanted == Filter() else READ_AT_ONCE
        for count, last in enumerate(self._lines(after, at_once), start=1):
            if wanted.fits(last):
                found.append(last)
            if len(found) == PAGE_LINES or count == MAX_SCANNED:
                return AuditResult(found, last.key.removeprefix(_PREFIX), last.at)
        return AuditResult(found, "", last.at if last else 0.0)

    def lines(self, wanted: Filter) -> Iterator[AuditLine]:
        """Every line that matches, newest first."""
        return filter(wanted.fits, self._lines())

    def delete_old(self) -> None:
        """Deletes some lines that are past the retention period. Runs after each comparison with Twilio's lists."""
        now = self._clock()
        keep_seconds = self._keep_seconds()
        if not keep_seconds or now < self._next_deletion_at:
            return
        old = self._store.records_under(AuditLine, _PREFIX, _key(now - keep_seconds), DELETED_AT_ONCE)
        for line in old:
            self._store.change_record(AuditLine, line.key, lambda _: None)
        self._next_deletion_at = 0.0 if len(old) == DELETED_AT_ONCE else now + SECONDS_BETWEEN_DELETIONS

    def _lines(self, after: str = "", at_once: int = READ_AT_ONCE) -> Iterator[AuditLine]:
        key = after and _PREFIX + after
        while found := self._store.records_under(AuditLine, _PREFIX, key, at_once):
            yield from found
            if len(found) < at_once:
                return
            key = found[-1].key


def _key(at: float) -> str:
    """The beginning of the keys of that moment. Later moments sort first."""
    return f"{_PREFIX}{_LAST_MICROSECOND - int(at * 1e6):016}"
