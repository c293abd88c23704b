"""The studio: what becomes of a press."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from callin.contracts import PhoneError, StoreError
from callin.line.leg import StudioLeg
from callin.line.refusals import SENTENCES, PhoneFailed, Refused
from callin.model import (
    AIR_DESK,
    AIR_QUEUE,
    READY_QUEUE,
    Call,
    Desk,
    Document,
    Intent,
    Opening,
    Outcome,
    Press,
    PressKind,
    Show,
    is_screen,
)
from callin.rules import calls, presses, screening, shows

OPENINGS = {
    Opening.OPEN: "The line is open.",
    Opening.LAST_CALLS: "Last calls: nobody new is let in, who waits is served.",
    Opening.CLOSED: "The line is closed. Everyone who waits is thanked, within a minute.",
}

SCREENED = "Callers are screened: only those whom a screener made ready go on the air."
UNSCREENED = "Callers are not screened: whoever is first in line goes on the air."


class Studio(StudioLeg):
    """The air desk with its buttons. A press only asks: what happens is what Twilio says afterwards."""

    def next(self, turn: int, seen: str, by: str) -> str:
        """Ends the caller on the air with thanks, and brings the next. A sentence of what will happen."""
        press = Press(PressKind.NEXT, turn, by, self._clock(), seen)
        waiting = bool(self._board.first_in_line(1))
        if not seen and not waiting:
            self._must_count(press)
            raise Refused(self._why_nobody())
        desk = self._press(press)
        brought = None
        if waiting and not desk.claimed and not self._queue_to_dial(desk):
            brought = self._act(press, self._bring_first, star=True)
        self._let_go(press, Intent.END)
        if seen:
            return "This caller is thanked, and the next one comes." if waiting else "This caller is thanked."
        return "The next caller comes." if brought or waiting else SENTENCES["empty"]

    def take(self, turn: int, seen: str, by: str, call_sid: str) -> str:
        """Ends the caller on the air with thanks, and brings this one. A sentence of what will happen."""
        press = Press(PressKind.TAKE, turn, by, self._clock(), seen)
        self._must_be_free(call_sid)
        self._press(press)
        brought = None
        try:
            brought = self._act(press, lambda: self._bring(call_sid), star=False)
        finally:
            if brought is None:  # a * for another reason must not bring somebody else on its account
                self._change(lambda before: presses.unpressed(before, press))
        if brought is None:
            raise Refused("gone")
        self._let_go(press, Intent.END)
        return "This caller is thanked, and the one you chose comes." if seen else "The caller you chose comes."

    def drop(self, turn: int, seen: str, by: str) -> str:
        """Ends the caller on the air with thanks; nobody follows until Next."""
        press = Press(PressKind.DROP, turn, by, self._clock(), seen)
        self._press(press)
        self._let_go(press, Intent.DROP)
        return "This caller is thanked and let go. Nobody follows until you press Next."

    def hold(self, turn: int, seen: str, by: str) -> str:
        """Puts the caller on the air on hold; nobody follows until Next, or until they are taken again."""
        press = Press(PressKind.HOLD, turn, by, self._clock(), seen)
        self._press(press)
        call = self._line.wanted(seen, calls.Wanted(Intent.HOLD))
        try:
            there = call is not None and self._moves.redirect(call, call.moves)
        except PhoneError as error:
            # No * instead: it may end the caller, who is to be kept.
            self._line.wanted(seen, calls.Wanted(None))
            self._change(lambda before: presses.unpressed(before, press))
            raise self._failed(error, star=False) from error
        if not there:
            self._change(lambda before: presses.unpressed(before, press))
            raise Refused("gone")
        return "This caller is put on hold. Nobody follows until you press Next, or take them again."

    def move(self, call_sid: str, before: str) -> str:
        """Puts a caller just before another in line, or last where `before` is empty. Waits stay what they are."""
        place = self._board.place_before(call_sid, before)
        if place is None:
            raise Refused("gone", "That caller cannot be moved there.")
        self._line.place(call_sid, place[0], returned=place[1])
        return "Moved."

    def set_opening(self, opening: Opening) -> str:
        """Opens the line, lets nobody new in, or closes it: who waits then is thanked, all within a minute."""
        now = self._clock()
        self._store.change_show(lambda show: shows.opened(show, opening, now))
        self._board.show_changed()
        return OPENINGS[opening]

    def set_ready_check(self, *, on: bool) -> str:
        """Whether who is up next is asked to turn the radio down and press 1."""
        self._store.change_show(lambda show: shows.with_ready_check(show, on=on))
        self._board.show_changed()
        return "Whoever is up next is asked to press 1." if on else "Nobody is asked to press 1."

    def set_whisper(self, *, on: bool) -> str:
        """Whether the DJ, and nobody else, hears who is coming just before they are on."""
        self._store.change_show(lambda show: shows.with_whisper(show, on=on))
        self._board.show_changed()
        return "You hear who is coming before they are on." if on else "Nothing is whispered to you."

    def set_browser_calls(self, *, on: bool) -> str:
        """Whether listeners may call from a browser. Calls that are on the line go on."""
        self._store.change_show(lambda show: shows.with_browser_calls(show, on=on))
        self._board.show_changed()
        return "Listeners may call from the web." if on else "Nobody new calls from the web: listeners ring by phone."

    def set_limit(self, most_callers: int) -> str:
        """How many may be in line at most; 0 for no limit. Who is in line stays."""
        self._store.change_show(lambda show: shows.limited(show, most_callers))
        self._board.show_changed()
        return f"At most {most_callers} wait at a time." if most_callers else "As many wait as call."

    def hang_up(self, seen: str) -> str:
        """The studio is about to hang up, and means to: the caller on the air is thanked. Nothing is done yet."""
        if seen and seen == self._store.desk(AIR_DESK).on_air:
            self._line.wanted(seen, calls.Wanted(Intent.END))
        return "You hang up; the caller is thanked."

    def automatic(self, *, on: bool) -> str:
        """Whether callers follow each other by themselves. With nobody on the air, nobody comes before Next."""
        self._line.put_desk_right(AIR_DESK)
        desk = self._change(lambda before: presses.with_automatic(before, on=on))
        if not on and desk.leg and not desk.on_air:
            with contextlib.suppress(PhoneError):  # else it ends by itself, within 20 s of silence
                self._line.wake(desk.leg, desk.turn)
        return "Callers follow each other." if on else "You press Next for each caller."

    def take_over(self, leg: str) -> str:
        """The leg that was offered to take over becomes the desk's, and the one that was it is ended."""
        desk = self._store.desk(AIR_DESK)
        if not leg or desk.rival != leg:
            raise Refused("gone", "There is nothing to take over.")
        try:
            desk = self._replace(desk.leg, leg, desk.rival_by)
            self._line.wake(leg, desk.turn)
        except PhoneError as error:
            raise self._failed(error, star=True) from error
        return "You take over."

    def set_screened(self, *, on: bool) -> str:
        """Whether only callers whom a screener made ready go on the air. It holds at once, or not at all."""
        at = self._clock()
        before = self._change_screening(on=on, at=at)
        if on:
            try:
                self._moves.point_fallback(screened=True)
                self._keep_the_unscreened_off()
            except PhoneError as error:
                self._undo_screening(at, before)
                raise self._failed(error, star=False) from error
        else:
            with contextlib.suppress(PhoneError):  # the sweep does it later: until then too few come, and not too many
                self._moves.point_fallback(screened=False)
        return SCREENED if on else UNSCREENED

    def _change_screening(self, *, on: bool, at: float) -> bool:
        """Sets it; answers what it was before."""
        before = [on]

        def change(show: Show) -> Show:
            if show.screened_at != at:  # else a store that repeats a write has found its own
                before[0] = show.screened
            return shows.with_screening(show, on=on, at=at)

        self._store.change_show(change)
        self._board.show_changed()
        return before[0]

    def _undo_screening(self, at: float, before: bool) -> None:
        """Sets it back, unless another desk has set it since: that desk was told that its own setting holds."""
        self._store.change_show(
            lambda show: shows.with_screening(show, on=before, at=at) if show.screened_at == at else show
        )
        self._board.show_changed()

    def _keep_the_unscreened_off(self) -> None:
        """Sends back into line who is promised to the air unscreened, and has the desk's leg dial the line no more."""
        claimed = self._store.desk(AIR_DESK).claimed
        call = self._line.known(claimed) if claimed else None
        if call is not None and not call.cleared:
            self._line.give_up(AIR_DESK, claimed)
        for there in self._board.live_calls():
            if there.queue == AIR_QUEUE and there.stage in calls.WAITS and not there.cleared:
                self._send_back(there.call_sid)
        desk = self._store.desk(AIR_DESK)
        if desk.leg and not desk.on_air and desk.document is Document.DIRECT and desk.dials != READY_QUEUE:
            self._line.wake(desk.leg, desk.turn)

    def _send_back(self, call_sid: str) -> None:
        call = self._line.recall(call_sid)
        if call is not None and call.stage in calls.WAITS and not self._moves.send(call, call.moves):
            self._moves.redirect(call, call.moves)  # on the way into the queue, or out of it

    def _why_nobody(self) -> str:
        """Why Next brings nobody, as a code."""
        show, size = self._board.show_and_size()
        if not size:
            return "empty"
        return "not_screened" if show.screened and not self._board.is_anybody_cleared() else "not_ready"

    def _must_be_free(self, call_sid: str) -> None:
        """Refuses a caller who speaks with a screener, or whom none has made ready though the show is screened."""
        call = self._line.known(call_sid)
        if call is None or call.stage not in calls.IN_LINE:
            return  # which is found out when they are to be brought
        if is_screen(screening.desk_of(call)):
            raise Refused("taken")
        if not shows.may_go_on_air(call, self._store.show()):
            raise Refused("unscreened")

    def _must_count(self, press: Press) -> None:
        if code := presses.refusal(self._store.desk(AIR_DESK), press):
            raise Refused(code)

    def _press(self, press: Press) -> Desk:
        """Puts the press on the desk; Refused when it does not count."""
        self._line.put_desk_right(AIR_DESK)
        code = [""]

        def change(desk: Desk) -> Desk:
            code[0] = presses.refusal(desk, press)
            return presses.pressed(desk, press)

        desk = self._change(change)
        if code[0]:
            raise Refused(code[0], self._who(desk, press) if code[0] == "already" else "")
        return desk

    def _who(self, desk: Desk, press: Press) -> str:
        before = desk.press or desk.last_press
        if before is None or before.by == press.by:
            return SENTENCES["already"]
        return "Another desk has pressed just before you."

    def _act(self, press: Press, act: Callable[[], Call | None], *, star: bool) -> Call | None:
        try:
            return act()
        except PhoneError as error:
            self._change(lambda desk: presses.press_failed(desk, press))
            if star and press.seen:  # the leg that sends the * may be another's before it comes to ask for the next
                self._line.wanted(press.seen, calls.Wanted(Intent.END))
            raise self._failed(error, star=star) from error

    def _failed(self, error: PhoneError, *, star: bool) -> PhoneFailed:
        """Twilio did not do it, which every desk is told: the next look at Twilio that goes well takes it back."""
        self._board.twilio_was_read(problem=str(error))
        return PhoneFailed(error, star=star)

    def _let_go(self, press: Press, intent: Intent) -> None:
        """Ends the caller on the air, so that the desk's leg goes on; with nobody there, the leg is told to go on."""
        try:
            if press.seen:
                self._thank(press.seen, intent)
            elif (desk := self._store.desk(AIR_DESK)).press == press:  # the leg has not followed it by itself
                self._line.wake(desk.leg, desk.turn)
        except PhoneError as error:
            self._change(lambda before: presses.press_failed(before, press))
            raise self._failed(error, star=True) from error

    def _thank(self, call_sid: str, intent: Intent) -> None:
        self._line.wanted(call_sid, calls.Wanted(intent))
        if self._moves.thank(call_sid):
            # It is done: told of a failure, the page would send a *, and by then to the next caller.
            with contextlib.suppress(StoreError):
                self._line.end(call_sid, Outcome.DROPPED if intent is Intent.DROP else Outcome.AIRED)
