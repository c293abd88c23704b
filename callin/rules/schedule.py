"""When the scheduled shows are on: through midnight, summer time, exceptions and overlaps.

Shows run by the clock on the wall. A time that the clock skips in spring counts as the moment of the jump. A time that
it shows twice in autumn counts the first time. If shows overlap, the one that began later is on.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise

from msgspec.structs import replace

from callin.model import Airing, DateException, Schedule, ScheduledShow, Slot

DAYS_BACK = 15
"""A weekly show that was cancelled once has been on within this time."""

DAYS_AHEAD = 60
"""The next airing is looked for this far ahead."""

DAYS_HELD = 2
"""What is on is computed this far ahead: a show that begins the day before ends within this time."""


def slot_at(schedule: Schedule, zone: tzinfo, now: float) -> Slot:
    """What the schedule says at a moment."""
    today = local(now, zone).date()
    near = airings(schedule, zone, today - timedelta(days=DAYS_BACK), today + timedelta(days=DAYS_HELD))
    on = on_at(near, now)
    begun = [one for one in near if one.starts_at <= now]
    begins_at, ends_at = _span(near, on, now)
    return Slot(
        begins_at=begins_at,
        ends_at=min(ends_at, moment(today + timedelta(days=DAYS_HELD), time(), zone)),
        on=on,
        last=on or max(begun, key=lambda one: (one.ends_at, one.starts_at), default=None),
        next=_resumed(near, on, ends_at) or next_airing(schedule, zone, now),
    )


def _resumed(found: list[Airing], on: Airing | None, ends_at: float) -> Airing | None:
    """The rest of a show that another one interrupts until `ends_at`; None if it then takes no new callers."""
    after = on_at(found, ends_at) if on else None
    if on is None or after is None or after.starts_at > on.starts_at or after.last_calls_at <= ends_at:
        return None
    return replace(after, starts_at=ends_at)


def on_at(found: Iterable[Airing], at: float) -> Airing | None:
    """The airing that is on: of several, the one that began last."""
    return max((one for one in found if one.starts_at <= at < one.ends_at), key=_order, default=None)


def next_airing(schedule: Schedule, zone: tzinfo, now: float) -> Airing | None:
    """The first airing that begins after a moment. Of several at that time it is the one that is then on."""
    today = local(now, zone).date()
    days = (today + timedelta(days=count) for count in range(DAYS_AHEAD))
    for day in days:
        if after := [one for one in airings(schedule, zone, day, day) if one.starts_at > now]:
            return on_at(after, after[0].starts_at)
    return None


def _span(found: list[Airing], on: Airing | None, now: float) -> tuple[float, float]:
    """Since when and until when the airing is on, or none is."""
    bounds = sorted({at for one in found for at in (one.starts_at, one.ends_at)})
    before, after = [at for at in bounds if at <= now], [at for at in bounds if at > now]
    ends_at = next((at for at in after if on_at(found, at) is not on), float("inf"))
    begins_at = next((at for earlier, at in _backwards(before) if on_at(found, earlier) is not on), 0.0)
    return begins_at, ends_at


def _backwards(bounds: list[float]) -> Iterable[tuple[float, float]]:
    """Each bound with the one before it, latest first."""
    return reversed(list(pairwise([0.0, *bounds])))


def airings(schedule: Schedule, zone: tzinfo, first: date, last: date) -> list[Airing]:
    """The airings that begin from one date to another, both included, in order."""
    days = [first + timedelta(days=count) for count in range((last - first).days + 1)]
    found = (airing_on(show, day, zone) for show in schedule.shows for day in days)
    return sorted((one for one in found if one), key=_order)


def airing_on(show: ScheduledShow, day: date, zone: tzinfo) -> Airing | None:
    """The show on that date; None if it is not on, or the clock skips all of it."""
    different = exception_on(show, day)
    if different is None and day.weekday() not in show.weekdays:
        return None
    if different and (different.cancelled or not (different.starts or day.weekday() in show.weekdays)):
        return None
    starts = time.fromisoformat((different and different.starts) or show.starts)
    ends = time.fromisoformat((different and different.ends) or show.ends)
    end_day = day if ends > starts else day + timedelta(days=1)
    starts_at, ends_at = moment(day, starts, zone), moment(end_day, ends, zone)
    topic = (different and different.topic) or show.topic
    return Airing(starts_at, ends_at, show, topic) if starts_at < ends_at else None


def exception_on(show: ScheduledShow, day: date) -> DateException | None:
    return next((one for one in show.exceptions if one.date == day.isoformat()), None)


def moment(day: date, at: time, zone: tzinfo) -> float:
    """The moment at which the clock on the wall shows a time: see this module's first lines."""
    wall = datetime.combine(day, at, zone)  # fold is 0: the first of two
    seconds = wall.timestamp()
    if datetime.fromtimestamp(seconds, zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return seconds
    # The clock skips this time. It jumps between the two moments that its offsets before and after would give.
    before, after = wall.replace(fold=1).timestamp(), seconds
    offset = datetime.fromtimestamp(before, zone).utcoffset()
    while after - before > 1:
        middle = (before + after) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after


def _order(one: Airing) -> tuple[float, str]:
    return one.starts_at, one.show.key


def local(at: float, zone: tzinfo) -> datetime:
    """A moment as the clock on the wall shows it."""
    return datetime.fromtimestamp(at, UTC).astimezone(zone)
