"""What every desk does alike: callers are brought to it, claimed for it and sent to its queue."""

from __future__ import annotations

from callin.board import Board
from callin.contracts import Clock, Moves, PhoneError, Store
from callin.line.calls import Line
from callin.model import Call, queue_of

GREETING_SECONDS = 20.0
"""Longer than the greeting takes, or any other sentence: who came before is in a queue, or is there no more."""


class Bringing:
    """Brings callers to a desk; what is done there is for those who build on it."""

    def __init__(self, line: Line, board: Board, store: Store, moves: Moves, clock: Clock) -> None:
        self._line = line
        self._board = board
        self._store = store
        self._moves = moves
        self._clock = clock

    def _bring_to(self, desk: str, call_sid: str) -> Call | None:
        """Claims the caller and sends them to the desk's queue; None when they are not to be had."""
        call = self._line.claim(desk, call_sid)
        if call is None:
            return None
        try:
            there = self._moves.send(call, call.moves) or self._is_still_spoken_to(call)
        except PhoneError:
            if came := self._come(desk, call_sid):
                return came
            self._line.give_up(desk, call_sid)
            raise
        if not there:
            self._line.give_up(desk, call_sid)
        return call if there else None

    def _come(self, desk: str, call_sid: str) -> Call | None:
        """The claimed caller, when Twilio has moved them after all, though we were told that it failed."""
        call = self._line.known(call_sid)
        return call if call and call.claimed_by == desk and call.queue == queue_of(desk) else None

    def _is_still_spoken_to(self, call: Call) -> bool:
        """Whether a caller who is in no queue yet could be sent from the sentence that they hear: a greeting, say."""
        fresh = self._clock() - call.changed_at < GREETING_SECONDS
        return fresh and self._moves.redirect(call, call.moves)
