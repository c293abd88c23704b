"""Who is promised to which desk: claims made, kept and given up, and desks put right after a fault."""

from __future__ import annotations

import functools
from collections.abc import Callable

from callin import rules
from callin.board import Board
from callin.contracts import Clock, Store
from callin.model import AIR_DESK, Call, Desk, is_screen
from callin.rules import calls, pairs, seats, shows


class Claims:
    """Calls and desks as they belong together. A claim is written on the desk first, then on the call."""

    def __init__(self, store: Store, board: Board, clock: Clock) -> None:
        self._store = store
        self._board = board
        self._clock = clock

    def claim(self, desk: str, call_sid: str) -> Call | None:
        """The call, claimed for the desk; None, and the desk free, when it is not to be had.

        The desk first, then the call: so two who press at once take one caller.
        """
        now = self._clock()
        has_it = [False]

        def promise(before: Desk) -> Desk:
            # Who is promised already is brought by whoever promised them; a screener decides about one at a time.
            has_it[0] = not before.claimed and not (is_screen(desk) and before.on_air)
            return pairs.claimed(before, call_sid, now) if has_it[0] else before

        self._change_desk(desk, promise)
        if not has_it[0]:
            return None
        call = self._advance(call_sid, calls.Claimed(now, desk))
        if call is None or call.claimed_by != desk:
            self._change_desk(desk, lambda before: pairs.given_up(before, call_sid))
            return None
        if desk == AIR_DESK and not shows.may_go_on_air(call, self._store.show()):
            self.give_up(desk, call_sid)
            return None
        return call

    def give_up(self, desk: str, call_sid: str) -> None:
        """The desk gives up its claim: the caller is where Twilio has them, which may be on the air by now."""
        self._advance(call_sid, calls.Released(desk))
        self._change_desk(desk, lambda before: pairs.given_up(before, call_sid))

    def release_stale_claims(self, name: str = AIR_DESK) -> None:
        """Undoes a desk's claim that Twilio has not confirmed in time, or that a crash left half made."""
        desk = self._store.desk(name)
        promised = self._store.call(desk.claimed) if desk.claimed else None
        if desk.claimed and not pairs.claim_holds(desk, promised, self._clock()):
            self.give_up(name, desk.claimed)

    def put_right(self) -> None:
        """Mends a desk that a fault between two writes left with a caller who is over, or without the one it has."""
        self.put_desk_right(AIR_DESK)
        for desk in self._board.screeners():
            self.put_desk_right(desk.name)

    def put_desk_right(self, name: str) -> None:
        """The same for one desk alone."""
        self.release_stale_claims(name)
        desk = self._store.desk(name)
        call = self._store.call(desk.on_air) if desk.on_air else None
        if desk.on_air and pairs.has_no_more(desk, call):
            end = pairs.parted if call and call.live else pairs.released
            self._change_desk(name, lambda before: end(before, desk.on_air))
        for call in self._board.talking() if is_screen(name) else self._board.on_air():
            if not pairs.has_unawares(desk, call):
                continue
            # What is remembered may be older than the desk: the call may have ended since.
            if (now := self._store.call(call.call_sid)) is not None:
                self._change_desk(name, functools.partial(pairs.aware, call=now))

    def leg_ended(self, name: str, leg: str) -> None:
        """A leg of that desk is over. Whoever was promised to a screener is promised to nobody."""
        if not is_screen(name):
            self._change_desk(name, lambda before: seats.leg_ended(before, leg))
            return
        desk = self._change_desk(name, lambda before: seats.at_rest(seats.leg_ended(before, leg)))
        if desk.claimed and not desk.leg:
            self.give_up(name, desk.claimed)

    def _release_everywhere(self, call: Call) -> None:
        self._release(AIR_DESK, call.call_sid)
        if call.screener:
            self._release(call.screener, call.call_sid)

    def _release(self, name: str, call_sid: str) -> None:
        desk = self._store.desk(name)
        if call_sid in (desk.on_air, desk.claimed):
            self._change_desk(name, lambda before: pairs.released(before, call_sid))

    def _advance(self, call_sid: str, event: calls.Event) -> Call | None:
        return self._store.change_call(call_sid, lambda before: rules.advance(before, event))

    def _change_desk(self, name: str, change: Callable[[Desk], Desk]) -> Desk:
        return self._store.change_desk(name, change)
