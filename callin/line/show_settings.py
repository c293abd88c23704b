"""What the desks switch for the whole show: opening, limit, ready check, whisper, browser calls, screening."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from callin.board import Board
from callin.contracts import CallControl, Clock, PhoneError, Store
from callin.line.claims import Claims
from callin.model import AIR_DESK, AIR_QUEUE, READY_QUEUE, Document, Opening, Show
from callin.rules import calls, presses, screening, shows

OPENINGS = {
    Opening.OPEN: "The line is open.",
    Opening.LAST_CALLS: "Last calls: nobody new is let in, who waits is served.",
    Opening.CLOSED: "The line is closed. Everyone who waits is thanked, within a minute.",
}

SCREENED = "Callers are screened: only those whom a screener made ready go on the air."
UNSCREENED = "Callers are not screened: whoever is first in line goes on the air."


class ShowSettings:
    """The show's switches. Each answers a sentence that says what holds from now on."""

    def __init__(self, claims: Claims, store: Store, board: Board, control: CallControl, clock: Clock) -> None:
        self._claims = claims
        self._store = store
        self._board = board
        self._control = control
        self._clock = clock

    def set_opening(self, opening: Opening) -> str:
        """Opens the line, lets nobody new in, or closes it: callers that wait then are thanked within a minute."""
        now = self._clock()
        self._change(lambda show: shows.opened(show, opening, now))
        return OPENINGS[opening]

    def set_ready_check(self, *, on: bool) -> str:
        """Whether the caller that is up next is asked to turn the radio down and press 1."""
        self._change(lambda show: shows.with_ready_check(show, on=on))
        return "Whoever is up next is asked to press 1." if on else "Nobody is asked to press 1."

    def set_whisper(self, *, on: bool) -> str:
        """Whether the DJ, and nobody else, hears who is coming just before they are on."""
        self._change(lambda show: shows.with_whisper(show, on=on))
        return "You hear who is coming before they are on." if on else "Nothing is whispered to you."

    def set_browser_calls(self, *, on: bool) -> str:
        """Whether listeners may call from a browser. Calls that are on the line go on."""
        self._change(lambda show: shows.with_browser_calls(show, on=on))
        return "Listeners may call from the web." if on else "Nobody new calls from the web: listeners ring by phone."

    def set_limit(self, most_callers: int) -> str:
        """How many may be in line at most; 0 for no limit. Callers in line stay."""
        self._change(lambda show: shows.limited(show, most_callers))
        return f"At most {most_callers} wait at a time." if most_callers else "As many wait as call."

    def set_screened(self, *, on: bool) -> str:
        """Whether only callers that a screener made ready go on the air. It holds at once, or not at all."""
        at = self._clock()
        before = self._change_screening(on=on, at=at)
        if on:
            try:
                self._control.point_fallback(screened=True)
                self._keep_the_unscreened_off()
            except PhoneError as error:
                self._undo_screening(at, before)
                raise self._claims.phone_failed(error, star=False) from error
        else:
            with contextlib.suppress(PhoneError):  # reconciling does it later: until then too few come, never too many
                self._control.point_fallback(screened=False)
        return SCREENED if on else UNSCREENED

    def set_automatic(self, *, on: bool) -> str:
        """Whether callers follow each other by themselves. With nobody on the air, nobody comes before Next."""
        self._claims.mend_desk(AIR_DESK)
        desk = self._store.change_desk(AIR_DESK, lambda before: presses.with_automatic(before, on=on))
        if not on and desk.leg and not desk.on_air:
            with contextlib.suppress(PhoneError):  # else it ends by itself, within 20 s of silence
                self._claims.wake(desk.leg, desk.turn)
        return "Callers follow each other." if on else "You press Next for each caller."

    def _change(self, change: Callable[[Show], Show]) -> None:
        self._store.change_show(change)
        self._board.show_changed()

    def _change_screening(self, *, on: bool, at: float) -> bool:
        """Sets it; answers what it was before."""
        before = [on]

        def change(show: Show) -> Show:
            if show.screened_at != at:  # a store that repeats a write finds what it wrote itself
                before[0] = show.screened
            return shows.with_screening(show, on=on, at=at)

        self._change(change)
        return before[0]

    def _undo_screening(self, at: float, before: bool) -> None:
        """Sets it back, unless another desk has set it since: that desk was told that its own setting holds."""
        self._change(lambda show: shows.with_screening(show, on=before, at=at) if show.screened_at == at else show)

    def _keep_the_unscreened_off(self) -> None:
        """Sends unscreened callers that are claimed for the air back into line; the desk's leg stops dialling it."""
        claimed = self._store.desk(AIR_DESK).claimed
        call = self._store.call(claimed) if claimed else None
        if call is not None and not call.cleared:
            self._claims.give_up(AIR_DESK, claimed)
        for there in self._board.live_calls():
            if there.queue == AIR_QUEUE and there.stage in calls.WAITS and not there.cleared:
                self._send_back(there.call_sid)
        desk = self._store.desk(AIR_DESK)
        if desk.leg and not desk.on_air and desk.document is Document.DIRECT and desk.dials != READY_QUEUE:
            self._claims.wake(desk.leg, desk.turn)

    def _send_back(self, call_sid: str) -> None:
        call = self._store.change_call(call_sid, screening.recalled)
        if call is not None and call.stage in calls.WAITS and not self._control.send(call, call.moves):
            self._control.redirect(call, call.moves)  # on the way into the queue, or out of it
