"""What Twilio's lists show, and no webhook told: callers who join the line, were let go, or speak with a desk."""

from __future__ import annotations

from collections.abc import Callable

from callin import rules
from callin.board import Board
from callin.contracts import Clock, Moves, Store, StoreError
from callin.line.claims import Claims
from callin.model import AIR_DESK, Call, Desk, Known, Outcome, is_screen
from callin.rules import calls, outage, pairs
from callin.rules import screening as screened

SENT_ON_AT_MOST = 50
"""So many callers are sent on in a sweep, a request each; the next sweep does the rest."""


def nobody(_number: str) -> None:
    """Nothing is known of any caller."""


class Mending(Claims):
    """The line as the sweep mends it."""

    def __init__(
        self, store: Store, board: Board, moves: Moves, clock: Clock, known: Callable[[str], Known | None] = nobody
    ) -> None:
        """`known` tells what is known of the caller behind a number. It may raise StoreError."""
        super().__init__(store, board, clock)
        self._known = known
        self._moves = moves

    def found(
        self,
        call_sid: str,
        number: str,
        queue: str,
        queued_at: float,
        listed_at: float,
        *,
        leg_lives: bool = False,
        went_on: bool = False,
    ) -> Call | None:
        """Twilio listed the call in a queue: one that the line does not know there joins it, with its true wait.

        `leg_lives` says that the air desk's leg does: whom it has let go, and could not be told so, is thanked now.
        `went_on` says that it may have had others while nobody could tell us: the order is Twilio's then, in which
        those are last. PhoneError when they could not be thanked: they are tried again.
        """
        call = self._store.call(call_sid)
        if leg_lives and call is not None and outage.was_let_go(call, self._store.desk(AIR_DESK), queued_at):
            self._moves.thank(call_sid)
            return self.end(call_sid, Outcome.AIRED)
        return self._advance(
            call_sid,
            calls.Found(listed_at, call_sid, number, queue, queued_at, self._known_of(number), in_this_order=went_on),
        )

    def adopt(self, call: Call) -> None:
        """A call of which nobody could tell us joins the line, as it is given."""
        self._store.change_call(call.call_sid, lambda before: before or call)

    def connected(self, call: Call, desk: Desk) -> None:
        """Twilio has connected the call with the desk's leg, and could not tell us: unless either has changed since."""
        now = self._clock()

        def change(before: Call | None) -> Call | None:
            if before != call:
                return before
            if is_screen(desk.name):
                return screened.in_talk(before, screened.Talk(now, desk.name, desk.leg, desk.turn))
            return rules.advance(before, calls.WentOnAir(now, desk.leg, desk.turn, is_listed=True))

        after = self._store.change_call(call.call_sid, change)
        if after is not None and screened.desk_of(after) == desk.name:
            self._change_desk(desk.name, lambda before: pairs.aware(before, after))

    def send_on(self) -> None:
        """Sends those to hear a verdict whom it has not reached, for Twilio could not be asked then; and those to their
        own queue, and what is new there, whom the fallback document has queued. PhoneError."""
        in_order = sorted(self._board.live_calls(), key=lambda call: call.joined_at)
        for call in in_order:
            if call.verdict and call.stage in calls.WAITS and not call.claimed_by:
                self._moves.send(call, call.moves)
        for call in [one for one in in_order if screened.is_to_be_sent_on(one)][:SENT_ON_AT_MOST]:
            after = self._store.change_call(call.call_sid, screened.sent_on)
            if after is not None and after.moves > call.moves:
                self._moves.send(after, after.moves)

    def point_fallback(self) -> None:
        """Has Twilio know whether the show is screened, for when we do not answer. PhoneError."""
        self._moves.point_fallback(screened=self._store.show().screened)

    def end(self, call_sid: str, outcome: Outcome | None) -> Call | None:
        """The call is over. `outcome` is None where it follows from the stage that the call was in."""
        call = self._advance(call_sid, calls.Ended(self._clock(), outcome))
        if call is not None:
            self._release_everywhere(call)
        return call

    def _known_of(self, number: str) -> Known | None:
        """What is known of the caller; nothing while the store fails, for they are let in all the same."""
        try:
            is_kept = rules.is_somebodys(number) or rules.is_listeners_browser(number)
            return self._known(number) if is_kept else None
        except StoreError:
            return None
