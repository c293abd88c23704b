"""The verdicts: pure comparisons of what the network saw with what the app says and stores. Each returns sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bench.soak.network import Caller

WAIT_TOLERANCE_SECONDS = 2.0
IN_LINE = frozenset({"arriving", "waiting", "screening", "ready", "held"})


@dataclass(frozen=True)
class Rang:
    """The callers: when each rang, which hung up, and which the studio left in mid-call (with their bridges so far).

    `excused` are callers that were on the air while the app was down, so that it could not learn how their calls ended.
    `left_alone` is how often each was on the air when the studio's leg ended: they may come back that often.
    """

    at: Mapping[str, float]
    hung_up: frozenset[str] = frozenset()
    left_by_studio: Mapping[str, int] = field(default_factory=dict)
    excused: frozenset[str] = frozenset()
    left_alone: Mapping[str, int] = field(default_factory=dict)


def missing(callers: Iterable[Caller], rows: Mapping[str, Any], *, more: int) -> list[str]:
    """Callers that wait or speak but are not in the app's list. `more` is how many it says it leaves out."""
    lost = [caller.call_sid for caller in callers if caller.placed and caller.call_sid not in rows]
    return [f"{len(lost)} who wait or speak are not in the app's line: {some(lost)}"] if len(lost) > more else []


def wrong_waits(
    rows: Mapping[str, Mapping[str, Any]], rang_at: Mapping[str, float], placed_at: Mapping[str, float], now: float
) -> list[str]:
    """Rows that say that a caller joined before they rang, or after they were seen in a queue (2 s either way)."""
    wrong = []
    for call_sid, row in rows.items():
        if call_sid not in rang_at:
            continue
        joined_at = row.get("joined_at") or now - row["wait_seconds"]
        earliest, latest = rang_at[call_sid], placed_at.get(call_sid, now)
        if not earliest - WAIT_TOLERANCE_SECONDS <= joined_at <= latest + WAIT_TOLERANCE_SECONDS:
            from_ring, from_queue = joined_at - earliest, joined_at - latest
            wrong.append(f"{call_sid} ({from_ring:+.1f} s from its ring, {from_queue:+.1f} s from its queue)")
    return [f"{len(wrong)} have a wrong wait: {some(wrong)}"] if wrong else []


def disagreements(callers: Iterable[Caller], status: Mapping[str, Any]) -> list[str]:
    """Differences between the app's line and the network about callers that wait or are on the air, at most 200."""
    here = [caller for caller in callers if caller.live]
    waiting = {caller.call_sid for caller in here if caller.queue is not None}
    on_air = {caller.call_sid for caller in here if caller.on_air_with is not None}
    listed_waiting = {row["call_sid"] for row in status["calls"] if row["stage"] in IN_LINE}
    listed_on_air = {row["call_sid"] for row in status["calls"] if row["stage"] == "on_air"}
    live = {caller.call_sid for caller in here}
    found = []
    for words, these in (
        ("the app does not list {}, who wait", waiting - listed_waiting if not status["more"] else set()),
        ("the app lists {} as waiting, who do not", listed_waiting & (on_air | (listed_waiting - live))),
        ("the app does not show {}, who are on the air", on_air - listed_on_air),
        ("the app shows {} on the air, who are not", listed_on_air - live),
    ):
        if these:
            found.append(words.format(some(sorted(these))))
    if status["current_size"] < len(waiting):
        found.append(f"the app counts {status['current_size']} in line, the network {len(waiting)}")
    return found


def unjust_ends(callers: Mapping[str, Caller], rang: Rang) -> tuple[list[str], list[str]]:
    """Calls that ended although nobody ended them: cut off while waiting, and left by the studio and then lost.

    The second list holds callers that the network itself ended, because no document of the app reached it.
    """
    cut_off, by_network, lost = [], [], []
    for call_sid in rang.at:
        caller = callers.get(call_sid)
        if caller is None or caller.live or call_sid in rang.hung_up:
            continue
        if caller.cut_off_by_error:
            by_network.append(call_sid)
        elif not caller.bridges:
            cut_off.append(call_sid)
        elif caller.bridges <= rang.left_by_studio.get(call_sid, 0):
            lost.append(call_sid)
    found = [f"{len(cut_off)} were cut off while they waited: {some(cut_off)}"] if cut_off else []
    found += [f"{len(lost)} were left by the studio in mid-call and never came back: {some(lost)}"] if lost else []
    return found, by_network


def aired_twice(callers: Mapping[str, Caller], rang: Rang) -> list[str]:
    """Callers that were on the air again although the studio had not left them in mid-call."""
    again = [
        caller.call_sid
        for caller in callers.values()
        if caller.call_sid in rang.at and caller.call_sid not in rang.excused
        if caller.bridges > 1 + rang.left_alone.get(caller.call_sid, 0)
    ]
    return [f"{len(again)} were on the air twice: {some(again)}"] if again else []


def unthanked(callers: Mapping[str, Caller], rang: Rang) -> list[str]:
    """Callers that were on the air, did not hang up by themselves, and heard no thanks."""
    return [
        caller.call_sid
        for caller in callers.values()
        if caller.call_sid in rang.at and not caller.live and caller.call_sid not in rang.hung_up
        if caller.bridges and not caller.thanked
    ]


def wrong_outcomes(callers: Mapping[str, Caller], rang: Rang, outcomes: Mapping[str, str | None]) -> list[str]:
    """Calls that are over at the network without an outcome, or with one that cannot be true."""
    none, wrong = [], []
    for call_sid in rang.at:
        caller = callers.get(call_sid)
        if caller is None or caller.live or call_sid not in outcomes:
            continue
        if call_sid in rang.excused and outcomes[call_sid]:
            continue
        outcome = outcomes[call_sid]
        if not outcome:
            none.append(call_sid)
        elif (outcome in ("aired", "dropped")) != (caller.bridges > 0):
            wrong.append(f"{call_sid} is {outcome}, bridged {caller.bridges} times")
    found = [f"{len(none)} are over and have no outcome: {some(none)}"] if none else []
    return found + ([f"{len(wrong)} have a wrong outcome: {some(wrong)}"] if wrong else [])


def some(these: Iterable[object]) -> str:
    """The first few of them, for a sentence."""
    named = [str(one) for one in these]
    return ", ".join(named[:3]) + (f" and {len(named) - 3} more" if len(named) > 3 else "")
