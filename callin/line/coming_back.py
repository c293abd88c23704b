"""Gives listeners their place back who call again soon after their call broke."""

from __future__ import annotations

from callin.contracts import Store
from callin.model import Call, caller_of
from callin.rules import calls, coming_back


class ComingBack:
    """Raises StoreError as the store does."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def give_place_back(self, call_sid: str, former_sid: str) -> bool:
        """Whether the call now stands where the former one of the same browser stood."""
        former = self._store.call(former_sid)
        if former is None:
            return False

        def change(call: Call | None) -> Call | None:
            if call is None or not call.live or caller_of(call.number) != caller_of(former.number):
                return call
            at = coming_back.place_of(former, call)
            return calls.advance(call, calls.Placed(at, returned=False)) if at else call

        after = self._store.change_call(call_sid, change)
        return after is not None and after.placed_at == (former.placed_at or former.joined_at)
