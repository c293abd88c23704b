"""What changed lately and which calls ended lately, as dashboards ask for it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from msgspec import Struct, field

from callin.model import Call, Outcome, caller_of
from callin.rules.places import kept_until

MARKS_LOGGED = 5000


class Touched(Struct):
    """What may have changed: CallSids, names of desks, and numbers of chat messages."""

    calls: set[str] = field(default_factory=set)
    desks: set[str] = field(default_factory=set)
    messages: set[int] = field(default_factory=set)

    def add(self, other: Touched) -> None:
        self.calls |= other.calls
        self.desks |= other.desks
        self.messages |= other.messages

    def __bool__(self) -> bool:
        return bool(self.calls or self.desks or self.messages)


class ChangeLog:
    """What the store reported at each mark, and which calls came into the shown part of the line.

    It may report too much (a change twice, or one that a dashboard cannot see), never too little.
    """

    def __init__(self) -> None:
        self._entries: deque[tuple[int, Touched]] = deque()
        self._complete_since = 0
        self._shown: frozenset[str] = frozenset()
        self._shown_at = -1

    def restart(self, mark: int) -> None:
        """Forgets everything. From now on the log is complete since `mark`."""
        self._entries.clear()
        self._complete_since = mark
        self._shown, self._shown_at = frozenset(), -1

    def add(self, mark: int, touched: Touched) -> None:
        """The store reported these, and its mark is now `mark`."""
        if not touched:
            return
        # A store may report a change before its mark moves. Dashboards that were answered at this mark have not seen
        # the change, so it counts for the next mark.
        if mark == self._shown_at:
            mark += 1
        if self._entries and self._entries[-1][0] >= mark:
            self._entries[-1][1].add(touched)
            return
        self._entries.append((mark, touched))
        if len(self._entries) > MARKS_LOGGED:
            self._complete_since = self._entries.popleft()[0]

    def show(self, mark: int, call_sids: Iterable[str]) -> None:
        """An answer at `mark` shows these calls. Newly shown calls count as changed.

        Calls that are no longer shown stand behind these now: a dashboard cuts them off.
        """
        shown = frozenset(call_sids)
        self.add(mark, Touched(set(shown - self._shown)))
        self._shown, self._shown_at = shown, mark

    def since(self, mark: int) -> Touched | None:
        """All that changed after `mark`; None if the log does not go back that far."""
        if mark < self._complete_since:
            return None
        touched = Touched()
        for changed_at, one in reversed(self._entries):
            if changed_at <= mark:
                break
            touched.add(one)
        return touched


CALLS_KEPT = 12

NEVER_IN_LINE = frozenset({Outcome.LINE_FULL, Outcome.LINE_CLOSED})


class JustLeft:
    """Keeps the last calls that ended. Not safe to share between threads, like the lineup that has it."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        """The latest first."""

    def apply(self, call: Call) -> bool:
        """Keeps the call if it is over, and drops one that is live again. Returns whether anything changed."""
        before = self.calls
        others = [one for one in before if one.call_sid != call.call_sid]
        is_kept = not call.live and call.outcome not in NEVER_IN_LINE
        latest_first = sorted([*others, call] if is_kept else others, key=lambda one: one.changed_at, reverse=True)
        self.calls = latest_first[:CALLS_KEPT]
        return self.calls != before

    def sids_of_places_for(self, calls: Iterable[Call]) -> set[str]:
        """The SIDs of the calls kept here whose places the browsers of these calls may have again."""
        callers = {caller_of(call.number) for call in calls}
        return {one.call_sid for one in self.calls if kept_until(one) and caller_of(one.number) in callers}


def place_kept_until(former: Call, live: Iterable[Call]) -> float:
    """Until when the browser of this ended call can have its place again; 0 if none is kept, or once it is back."""
    until, caller = kept_until(former), caller_of(former.number)
    return 0.0 if until and any(caller_of(call.number) == caller for call in live) else until
