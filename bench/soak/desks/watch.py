"""Watches app and network during a show with several desks, and checks every connection."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from bench.soak.desks import checks
from bench.soak.network import Caller
from bench.soak.watch import Watch

PARTED_WITHIN_SECONDS = 5.0
"""While the app is down, the fallback document also gives a caller to a leg that asks to take over. An app that is back
parts one of the two within this."""


@dataclass
class DesksWatch(Watch):
    """Looks like `Watch`, and also at each desk's own calls."""

    strange: list[str] = field(default_factory=list)
    """What no look should show: two callers on one line, a caller connected to no desk, and the like."""
    lines: dict[str, str] = field(default_factory=dict)
    """The legs of other lines than the first, and their lines."""
    on_air_on: dict[str, set[str]] = field(default_factory=dict)
    """By line, the callers that were seen on the air there."""
    is_losing_webhooks: bool = False
    lost_on_the_way: dict[str, float] = field(default_factory=dict)
    """When a call was seen to be over that had been on its way to a desk, in seconds since 1970."""
    most_on_air: int = 0
    """How many were on the air at once, at most."""
    doubled_while_down: int = 0
    """How many looks saw two callers on a line while the app was down, or was just back."""
    _live_legs: set[str] = field(default_factory=set)
    _parted_by: float = 0.0

    def look(self, *, app_is_up: bool = True) -> None:
        if not app_is_up:
            self._parted_by = time.monotonic() + PARTED_WITHIN_SECONDS
        super().look(app_is_up=app_is_up)

    def _see_bridges(self, before: dict[str, Caller]) -> None:
        rows = self.rows()
        for caller in self.callers.values():
            was = before.get(caller.call_sid)
            # A caller that a desk claims leaves the queue at once: at the last look it may still have been there.
            has_left = was and (was.queue not in checks.STAGES_OF or rows.get(caller.call_sid, {}).get("claimed"))
            if was and has_left and was.live and not was.on_air_with and not caller.live:
                self.lost_on_the_way[caller.call_sid] = time.time()
            leg = self._left(was, caller) if was else None
            if leg and checks.kind_of(leg.number) == "air" and not leg.live:
                self.left_alone[caller.call_sid] = self.left_alone.get(caller.call_sid, 0) + 1
        self.strange += checks.strange_bridges(self.callers)
        doubled = checks.doubled_lines(self.callers, self.lines)
        if time.monotonic() > self._parted_by:
            self.strange += doubled
        else:
            self.doubled_while_down += len(doubled)
        legs = {one.call_sid for one in self.callers.values() if one.live and checks.kind_of(one.number) == "air"}
        on_air = [one for one in self.callers.values() if one.live and one.on_air_with in legs]
        for one in on_air:
            line = self.lines.get(one.on_air_with or "", checks.FIRST_LINE)
            self.on_air_on.setdefault(line, set()).add(one.call_sid)
        self.most_on_air = max(self.most_on_air, len(on_air))
        self._live_legs = legs

    def _left(self, was: Caller, now: Caller) -> Caller | None:
        """The leg that a caller has stopped speaking with since the last look, even if they spoke only in between."""
        if was.on_air_with != now.on_air_with and was.on_air_with:
            return self.callers.get(was.on_air_with)
        if now.bridges > was.bridges and now.on_air_with is None:
            number = now.spoke_with[-1][0]
            legs = [leg for leg in self.callers.values() if leg.number == number]  # the newest is first
            # Each line of a console has a leg from that number: take one that has ended since the last look, if any.
            ended = (leg for leg in legs if not leg.live and leg.call_sid in self._live_legs)
            return next(ended, legs[0] if legs else None)
        return None
