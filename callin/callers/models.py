"""Callers as frozen values: what a finished call adds to them, and the keys that a search finds them by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from msgspec import Struct, field
from msgspec.structs import replace

from callin.model import Call, Card, FieldText, Known, Standing
from callin.rules import SHOWN_DIGITS

MAX_PEOPLE = 10
MAX_AIRED = 50
MAX_COUNTED = 50
RECENT_SECONDS = 30 * 86400.0

MIN_SEARCH_DIGITS = SHOWN_DIGITS
DIALLED_DIGITS = 7
"""A search of at least this many digits may be a number as dialled, with leading zeros that E.164 lacks."""

MAX_NAME_WORDS = 5


class Person(Struct, frozen=True):
    """Somebody that has called from a number. A household or an office has several."""

    name: str
    place: str = ""
    last_at: float = 0.0


class CountedCall(Struct, frozen=True):
    """A call that the caller's figures contain. `aired_at` is 0 if it was not on the air."""

    call_sid: str
    ended_at: float
    aired_at: float = 0.0


class Caller(Struct, frozen=True):
    """The person, or people, behind a number, over all their calls. `key` is the number in E.164.

    `counted` has the last calls that were counted, so that none counts twice. A call that is not in it and ended at
    `counted_until` or earlier was counted too. `aired` has the times of the last airings.
    """

    key: str
    people: tuple[Person, ...] = ()
    notes: FieldText = field(default_factory=FieldText)
    standing: Standing = Standing.NONE
    standing_by: str = ""
    standing_at: float = 0.0
    calls: int = 0
    first_at: float = 0.0
    last_at: float = 0.0
    aired: tuple[float, ...] = ()
    counted: tuple[CountedCall, ...] = ()
    counted_until: float = 0.0

    @property
    def last_person(self) -> Person:
        """The person that called last, if anybody wrote a name down."""
        return max(self.people, key=lambda person: person.last_at, default=Person(""))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to store."""
        return not (self.calls or self.standing or self.notes.text or self.people)

    def aired_recently(self, now: float) -> int:
        """How often they were on the air in the last 30 days."""
        return sum(at > now - RECENT_SECONDS for at in self.aired)


class IndexEntry(Struct, frozen=True):
    """Something a caller is found by. `key` is that text and the number, so that stores find it by its beginning."""

    stored_as: ClassVar[str] = "heading"

    key: str
    number: str


class BlockedBrowser(Struct, frozen=True):
    """A listener's browser that is blocked. `key` is its From without the date of the token."""

    key: str
    by: str
    until: float


def summary_of(caller: Caller | None, now: float) -> Known:
    """What the desks see of a caller. `caller` is None for a number that the store does not know."""
    if caller is None:
        return Known()
    person = caller.last_person
    return Known(
        calls=caller.calls,
        aired_30_days=caller.aired_recently(now),
        last_aired_at=caller.aired[-1] if caller.aired else None,
        standing=caller.standing,
        name=person.name,
        place=person.place,
    )


def after_call(before: Caller | None, call: Call, card: Card) -> Caller:
    """The caller after a call has ended, with what was typed about it. Applied twice, it counts the call once."""
    caller = before or Caller(call.number)
    if card.name.text.strip():
        person = Person(card.name.text.strip(), card.place.text.strip(), call.joined_at)
        caller = replace(caller, people=with_person(caller.people, person))
    same = next((one for one in caller.counted if one.call_sid == call.call_sid), None)
    if same is None and call.changed_at <= caller.counted_until:
        return caller
    new = CountedCall(call.call_sid, call.changed_at, call.first_aired_at or 0.0)
    counted = sorted((*(one for one in caller.counted if one is not same), new), key=lambda one: one.ended_at)
    dropped = counted[:-MAX_COUNTED]
    aired = [at for at in caller.aired if same is None or at != same.aired_at] + [new.aired_at] * (new.aired_at > 0)
    return replace(
        caller,
        calls=caller.calls + (same is None),
        first_at=min(caller.first_at or call.joined_at, call.joined_at),
        last_at=max(caller.last_at, call.changed_at),
        aired=tuple(sorted(aired)[-MAX_AIRED:]),
        counted=tuple(counted[-MAX_COUNTED:]),
        counted_until=dropped[-1].ended_at if dropped else caller.counted_until,
    )


def standing_only(caller: Caller) -> Caller:
    """What is kept of a caller after the retention period: the list that they are on."""
    return Caller(caller.key, standing=caller.standing, standing_by=caller.standing_by, standing_at=caller.standing_at)


def with_person(people: Iterable[Person], new: Person) -> tuple[Person, ...]:
    """The people behind a number with one more, or one updated. An empty place does not overwrite a known one."""
    kept = list(people)
    for index, one in enumerate(kept):
        if one.name.casefold() == new.name.casefold():
            newer = new.last_at >= one.last_at
            name, place = (new.name, new.place or one.place) if newer else (one.name, one.place or new.place)
            kept[index] = Person(name, place, max(one.last_at, new.last_at))
            break
    else:
        kept.append(new)
    return tuple(sorted(kept, key=lambda person: person.last_at)[-MAX_PEOPLE:])


# Search: a caller is found by the end of the number, the words of a name, and the list that they are on.


def index_keys(caller: Caller | None) -> frozenset[str]:
    """The keys of the entries that this caller is found by."""
    if caller is None:
        return frozenset()
    found = {_number_prefix(caller.key)}
    if caller.standing:
        found.add(list_prefix(caller.standing))
    for person in caller.people:
        words = _normalised(person.name).split()
        found |= {f"name {' '.join(words[first:])}" for first in range(min(len(words), MAX_NAME_WORDS))}
    return frozenset(f"{one}|{caller.key}" for one in found)


def search_prefixes(text: str, *, whole_numbers: bool) -> Iterator[str]:
    """The prefixes of the keys that match a search.

    Without `whole_numbers` only the last three digits count. Otherwise somebody that may see only these could find
    the whole number by trying one digit more each time.
    """
    if digits := digits_of(text, whole_numbers=whole_numbers):
        yield _number_prefix(digits)
        if len(digits) >= DIALLED_DIGITS and (significant := digits.lstrip("0")) not in ("", digits):
            yield _number_prefix(significant)
    elif name := _normalised(text):
        yield f"name {name}"


def digits_of(text: str, *, whole_numbers: bool) -> str:
    """The digits that a search is for; empty if it is for a name.

    >>> digits_of("07700 900123", whole_numbers=True), digits_of("07700 900123", whole_numbers=False)
    ('07700900123', '123')
    """
    digits = "".join(letter for letter in text if letter.isdecimal() and letter.isascii())
    if any(letter.isalpha() for letter in text) or len(digits) < MIN_SEARCH_DIGITS:
        return ""
    return digits if whole_numbers else digits[-SHOWN_DIGITS:]


def list_prefix(standing: Standing) -> str:
    return f"list {standing}"


def _number_prefix(number: str) -> str:
    return f"end {number.removeprefix('+')[::-1]}"  # backwards: the end of the number comes first


def _normalised(name: str) -> str:
    return " ".join(name.casefold().replace("|", " ").split())
