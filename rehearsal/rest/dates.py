"""Filters of lists by date: of a day, and before or after a moment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from rehearsal.rest.errors import invalid
from rehearsal.rest.parameters import Form

Limit = tuple[str, datetime]
"""The relation, ``<``, ``>`` or none, and the moment."""


def dates(query: Form, field: str) -> list[Limit]:
    """The limits that a query sets to a field such as ``StartTime``, ``StartTime<`` and ``StartTime>``."""
    names = ((relation, field + relation) for relation in ("", "<", ">"))
    return [(relation, _moment(name, query[name])) for relation, name in names if query.get(name)]


def admits(at: float | None, limits: Iterable[Limit]) -> bool:
    """Whether a time (epoch seconds, or None for one that has not come) is within all limits.

    https://www.twilio.com/docs/voice/api/call-resource#read-multiple-call-resources: a day's calls, or a limit
    """
    return all(at is not None and _within(at, relation, limit) for relation, limit in limits)


def _within(at: float, relation: str, limit: datetime) -> bool:
    if relation == "<":
        return at <= limit.timestamp()
    if relation == ">":
        return at >= limit.timestamp()
    return datetime.fromtimestamp(at, UTC).date() == limit.date()


def _moment(name: str, value: str) -> datetime:
    """A day `2026-01-31`, which is its midnight, or a moment in ISO 8601; both in UTC."""
    try:
        limit = datetime.fromisoformat(value)
    except ValueError:
        raise invalid(name, value, "a date such as 2026-01-31") from None
    return (limit if limit.tzinfo else limit.replace(tzinfo=UTC)).astimezone(UTC)
