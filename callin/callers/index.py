"""By what a caller is found: the end of the number, the words of a name, the list that they are on.

A record of its own for each, so that either engine finds it by the beginning of its key: nobody reads all callers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from callin.callers.people import Caller
from callin.contracts import Store
from callin.model import Standing
from callin.rules import SHOWN_DIGITS

SHORTEST_END = SHOWN_DIGITS
AS_DIALLED = 7
"""So many digits may be a number as people dial it, whose first noughts are none of the number's own."""

WORDS_OF_A_NAME = 5
MOST_FOUND = 100


@dataclass(frozen=True, slots=True)
class Heading:
    """Something that a caller is found by. `key` is that, and then the number."""

    key: str
    number: str


def headings(caller: Caller | None) -> frozenset[str]:
    """The keys under which this caller is found."""
    if caller is None:
        return frozenset()
    found = {_by_end(caller.key)}
    if caller.standing:
        found.add(_by_standing(caller.standing))
    for person in caller.people:
        words = _plain(person.name).split()
        found |= {f"name {' '.join(words[first:])}" for first in range(min(len(words), WORDS_OF_A_NAME))}
    return frozenset(f"{one}|{caller.key}" for one in found)


class Index:
    """The headings in a store. They may point at callers who are otherwise by now: whoever reads them looks."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, number: str, keys: frozenset[str]) -> None:
        """Before the caller is changed, so that nobody is ever on a list that does not show them."""
        for key in sorted(keys):
            self._store.change_record(Heading, key, lambda _, key=key: Heading(key, number))  # type: ignore[misc]

    def remove(self, keys: frozenset[str]) -> None:
        """After the caller was changed."""
        for key in sorted(keys):
            self._store.change_record(Heading, key, lambda _: None)

    def on_list(self, standing: Standing, after: str = "") -> tuple[str, ...]:
        """The numbers on a list, in order, a hundred at a time: `after` is the last of those before."""
        prefix = f"{_by_standing(standing)}|"
        found = self._store.records_under(Heading, prefix, after and prefix + after, MOST_FOUND)
        return tuple([heading.number for heading in found])

    def search(self, text: str, *, whole_numbers: bool) -> tuple[str, ...]:
        """The numbers that end with these digits, or at which somebody of that name, or a part of it, has called.

        Without `whole_numbers` the last three digits count alone: else who sees no more of a number could try endings
        that are a digit longer each time, until they have all of it.
        """
        numbers = dict.fromkeys(
            heading.number
            for prefix in _asked(text, whole_numbers=whole_numbers)
            for heading in self._store.records_under(Heading, prefix, limit=MOST_FOUND)
        )
        return tuple(numbers)


def _asked(text: str, *, whole_numbers: bool) -> Iterator[str]:
    if digits := end_of_number(text, whole_numbers=whole_numbers):
        yield _by_end(digits)
        if len(digits) >= AS_DIALLED:
            yield _by_end(digits.lstrip("0"))
    elif name := _plain(text):
        yield f"name {name}"


def end_of_number(text: str, *, whole_numbers: bool) -> str:
    """The digits that a search is for; empty where it is for a name.

    >>> end_of_number("07700 900123", whole_numbers=True), end_of_number("07700 900123", whole_numbers=False)
    ('07700900123', '123')
    """
    digits = "".join(letter for letter in text if letter.isdecimal() and letter.isascii())
    if any(letter.isalpha() for letter in text) or len(digits) < SHORTEST_END:
        return ""
    return digits if whole_numbers else digits[-SHOWN_DIGITS:]


def _by_end(number: str) -> str:
    return f"end {number.removeprefix('+')[::-1]}"


def _by_standing(standing: Standing) -> str:
    return f"list {standing}"


def _plain(name: str) -> str:
    """A name as it is looked for: capitals and spaces make no difference."""
    return " ".join(name.casefold().replace("|", " ").split())
