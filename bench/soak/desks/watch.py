"""Watches app and network during a show with several desks, and checks every connection."""

from __future__ import annotations

from dataclasses import dataclass, field

from bench.soak.desks import checks
from bench.soak.network import Caller
from bench.soak.watch import Watch


@dataclass
class DesksWatch(Watch):
    """A look as before, with an eye for each desk's own calls."""

    strange: list[str] = field(default_factory=list)
    """What no look should show: two desks on the air, somebody connected with what is no desk, and the like."""

    def _see_bridges(self, before: dict[str, Caller]) -> None:
        for caller in self.callers.values():
            was = before.get(caller.call_sid)
            leg = self._left(was, caller) if was else None
            if leg and checks.kind_of(leg.number) == "air" and not leg.live:
                self.left_alone[caller.call_sid] = self.left_alone.get(caller.call_sid, 0) + 1
        self.strange += checks.strange_bridges(self.callers)

    def _left(self, was: Caller, now: Caller) -> Caller | None:
        """The leg that a caller no longer speaks with since the last look, also if they spoke only in between."""
        if was.on_air_with != now.on_air_with and was.on_air_with:
            return self.callers.get(was.on_air_with)
        if now.bridges > was.bridges and now.on_air_with is None:
            number = now.spoke_with[-1][0]
            return next((leg for leg in self.callers.values() if leg.number == number), None)  # the newest is first
        return None
