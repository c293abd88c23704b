"""Callers as plain frozen values, and what a call that has ended adds to what is known of its caller."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from callin.model import Call, Card, Known, Standing, Words

PEOPLE_KEPT = 10
AIRED_KEPT = 50
CALLS_REMEMBERED = 50
LATELY_SECONDS = 30 * 86400.0


@dataclass(frozen=True, slots=True)
class Person:
    """One who called from a number: a household, or an office, has several."""

    name: str
    place: str = ""
    last_at: float = 0.0


@dataclass(frozen=True, slots=True)
class CountedCall:
    """A call that is counted already. `aired_at` is 0 for one that was not on the air."""

    call_sid: str
    ended_at: float
    aired_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Caller:
    """The person, or people, behind a number, over all their calls. `key` is the number in E.164.

    `counted` are the last calls that were counted, by which one that is told again is known; what ended no later than
    `counted_until`, and is not among them, was counted long ago. `aired` are the moments of the last airings.
    """

    key: str
    people: tuple[Person, ...] = ()
    notes: Words = field(default_factory=Words)
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
        """Who called last from there, as far as anybody wrote it down."""
        return max(self.people, key=lambda person: person.last_at, default=Person(""))

    @property
    def says_something(self) -> bool:
        """Whether there is anything to know of them."""
        return bool(self.calls or self.standing or self.notes.text or self.people)

    def aired_lately(self, now: float) -> int:
        """How often they were on the air in the last 30 days."""
        return sum(at > now - LATELY_SECONDS for at in self.aired)


def known(caller: Caller | None, now: float) -> Known:
    """What a desk is told of a caller; of one who never called before, too."""
    if caller is None:
        return Known()
    person = caller.last_person
    return Known(
        calls=caller.calls,
        aired_30_days=caller.aired_lately(now),
        last_aired_at=caller.aired[-1] if caller.aired else None,
        standing=caller.standing,
        name=person.name,
        place=person.place,
    )


def after_call(before: Caller | None, call: Call, card: Card) -> Caller:
    """The caller after a call of theirs that has ended, and what was typed about it. Told again, it counts once."""
    caller = before or Caller(call.number)
    if card.name.text.strip():
        said = Person(card.name.text.strip(), card.place.text.strip(), call.joined_at)
        caller = replace(caller, people=with_person(caller.people, said))
    same = next((one for one in caller.counted if one.call_sid == call.call_sid), None)
    if same is None and call.changed_at <= caller.counted_until:
        return caller
    now = CountedCall(call.call_sid, call.changed_at, call.first_aired_at or 0.0)
    counted = sorted((*(one for one in caller.counted if one is not same), now), key=lambda one: one.ended_at)
    forgotten = counted[:-CALLS_REMEMBERED]
    aired = [at for at in caller.aired if same is None or at != same.aired_at] + [now.aired_at] * (now.aired_at > 0)
    return replace(
        caller,
        calls=caller.calls + (same is None),
        first_at=min(caller.first_at or call.joined_at, call.joined_at),
        last_at=max(caller.last_at, call.changed_at),
        aired=tuple(sorted(aired)[-AIRED_KEPT:]),
        counted=tuple(counted[-CALLS_REMEMBERED:]),
        counted_until=forgotten[-1].ended_at if forgotten else caller.counted_until,
    )


def faded(caller: Caller) -> Caller:
    """What is kept of somebody who has not called for long: the list that they are on."""
    return Caller(caller.key, standing=caller.standing, standing_by=caller.standing_by, standing_at=caller.standing_at)


def with_person(people: Iterable[Person], new: Person) -> tuple[Person, ...]:
    """The people behind a number with one more, who may be one of them. A place that nobody said stays as it was."""
    kept = list(people)
    for index, one in enumerate(kept):
        if one.name.casefold() == new.name.casefold():
            newer = new.last_at >= one.last_at
            name, place = (new.name, new.place or one.place) if newer else (one.name, one.place or new.place)
            kept[index] = Person(name, place, max(one.last_at, new.last_at))
            break
    else:
        kept.append(new)
    return tuple(sorted(kept, key=lambda person: person.last_at)[-PEOPLE_KEPT:])
