"""The single derived texts by which history is found in both engines: their order is that of time, then of CallSid."""

from __future__ import annotations

from typing import NamedTuple

from callin.contracts import HistoryQuery
from callin.model import Call

LONGEST_NUMBER = 200
"""What a caller's number may count in an order, in characters: Firestore sorts by 1,500 bytes at most."""


class Orders(NamedTuple):
    """A call's places in history: among all calls, those of its number, and those with its outcome (None: not over)."""

    joined: str
    number_joined: str
    outcome_joined: str | None


class Range(NamedTuple):
    """The texts of one order, from `low` until just before `high`."""

    order: str
    low: str
    high: str


def orders(call: Call) -> Orders:
    place = f"{_instant(call.joined_at)}|{call.call_sid}"
    return Orders(place, f"{_quoted(call.number)}|{place}", f"{call.outcome}|{place}" if call.outcome else None)


def wanted_range(wanted: HistoryQuery, after: str) -> Range:
    """Where the calls that are wanted stand, before `after` (the place of the last one that was told)."""
    order, prefix = "joined", ""
    if wanted.number:
        order, prefix = "number_joined", f"{_quoted(wanted.number)}|"
    elif wanted.outcome:
        order, prefix = "outcome_joined", f"{wanted.outcome}|"
    low, high = (prefix + _instant(seconds) for seconds in (wanted.since, wanted.until))
    return Range(order, low, min(after, high) if after.startswith(prefix) and after else high)


def caller_range(caller: str) -> Range:
    """Where all calls of a caller stand. A browser's From goes on with a date."""
    last = "_" if caller.startswith("client:") else "|"
    number = _quoted(caller)
    return Range("number_joined", number + last, number + chr(ord(last) + 1))


def _instant(seconds: float) -> str:
    # Digits of one length sort as the numbers do. Before 1970 nobody called.
    return f"{max(0.0, seconds):017.6f}"


def _quoted(number: str) -> str:
    # A number is any text when it is withheld; the bar parts it from what follows.
    return number[:LONGEST_NUMBER].replace("%", "%25").replace("|", "%7C")
