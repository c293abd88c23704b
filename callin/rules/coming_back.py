"""A listener whose call broke or whose page was reloaded calls again: the place that they had."""

from __future__ import annotations

from callin.model import Call, Outcome, Stage

KEPT_SECONDS = 60.0
"""How long a browser's place is kept after its call has ended."""

IN_LINE = (Stage.ARRIVING, Stage.WAITING, Stage.READY)


def place_of(former: Call, call: Call) -> float:
    """The moment as of which `call` stands in line, because `former` of the same browser has just ended; 0 for none.

    A caller that was on the air, on hold or with a screener, or was let go, has no place to come back to. Whether a
    screener had made the former call ready does not count: somebody else may sit at the browser now.
    """
    last = former.moments[-2].stage if len(former.moments) > 1 else Stage.DONE
    was_in_line = former.outcome is Outcome.HUNG_UP and last in IN_LINE and former.first_aired_at is None
    is_soon = 0 <= call.joined_at - former.changed_at <= KEPT_SECONDS
    stands = call.stage is Stage.WAITING and not call.placed_at and not call.returned
    return former.placed_at or former.joined_at if was_in_line and is_soon and stands else 0.0
