"""The last calls that are over: they stay in sight of the desks for a while."""

from __future__ import annotations

from typing import Any

from callin.model import Call, Outcome

CALLS_KEPT = 12

NEVER_IN_LINE = frozenset({Outcome.LINE_FULL, Outcome.LINE_CLOSED})


class JustLeft:
    """Keeps the last calls that ended. Not safe to share between threads, like the lineup that has it."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        """The latest first."""

    def apply(self, call: Call) -> bool:
        """Keeps the call if it is over, and drops one that is live again. Whether anything changed."""
        before = self.calls
        others = [one for one in before if one.call_sid != call.call_sid]
        is_kept = not call.live and call.outcome not in NEVER_IN_LINE
        latest_first = sorted([*others, call] if is_kept else others, key=lambda one: one.changed_at, reverse=True)
        self.calls = latest_first[:CALLS_KEPT]
        return self.calls != before


def ended_row(call: Call) -> dict[str, Any]:
    """A call that is over as dashboards have it: its last stage, how it ended and when."""
    return {
        "call_sid": call.call_sid,
        "last": call.moments[-2].stage if len(call.moments) > 1 else "",
        "outcome": call.outcome,
        "hung_up": call.hung_up,
        "at": round(call.changed_at, 3),
    }
