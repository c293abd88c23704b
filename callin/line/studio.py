"""The studio: what becomes of a press."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from callin.contracts import PhoneError, StoreError
from callin.line.leg import StudioLeg
from callin.line.refusals import SENTENCES, PhoneFailed, Refused
from callin.model import (
    AIR_DESK,
    Call,
    Desk,
    Intent,
    Opening,
    Outcome,
    Press,
    PressKind,
)
from callin.rules import calls, desks, shows

OPENINGS = {
    Opening.OPEN: "The line is open.",
    Opening.LAST_CALLS: "Last calls: nobody new is let in, who waits is served.",
    Opening.CLOSED: "The line is closed. Everyone who waits is thanked, within a minute.",
}


class Studio(StudioLeg):
    """The air desk with its buttons. A press only asks: what happens is what Twilio says afterwards."""

    def next(self, turn: int, seen: str, by: str) -> str:
        """Ends the caller on the air with thanks, and brings the next. A sentence of what will happen."""
        press = Press(PressKind.NEXT, turn, by, self._clock(), seen)
        waiting = bool(self._board.first_in_line(1))
        if not seen and not waiting:
            self._must_count(press)
            raise Refused("not_ready" if self._board.show_and_size()[1] else "empty")
        desk = self._press(press)
        brought = None
        if waiting and not desk.claimed and not self._may_dial_the_line(desk):
            brought = self._act(press, self._bring_first, star=True)
        self._let_go(press, Intent.END)
        if seen:
            return "This caller is thanked, and the next one comes." if waiting else "This caller is thanked."
        return "The next caller comes." if brought or waiting else SENTENCES["empty"]

    def take(self, turn: int, seen: str, by: str, call_sid: str) -> str:
        """Ends the caller on the air with thanks, and brings this one. A sentence of what will happen."""
        press = Press(PressKind.TAKE, turn, by, self._clock(), seen)
        self._press(press)
        brought = None
        try:
            brought = self._act(press, lambda: self._bring(call_sid), star=False)
        finally:
            if brought is None:  # a * for another reason must not bring somebody else on its account
                self._change(lambda before: desks.unpressed(before, press))
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
            self._change(lambda before: desks.unpressed(before, press))
            raise self._failed(error, star=False) from error
        if not there:
            self._change(lambda before: desks.unpressed(before, press))
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
        self._line.put_right()
        desk = self._change(lambda before: desks.with_automatic(before, on=on))
        if not on and desk.leg and not desk.on_air:
            with contextlib.suppress(PhoneError):  # else it ends by itself, within 20 s of silence
                self._wake(desk.leg, desk.turn)
        return "Callers follow each other." if on else "You press Next for each caller."

    def take_over(self, leg: str) -> str:
        """The leg that was offered to take over becomes the desk's, and the one that was it is ended."""
        desk = self._store.desk(AIR_DESK)
        if not leg or desk.rival != leg:
            raise Refused("gone", "There is nothing to take over.")
        try:
            desk = self._replace(desk.leg, leg, desk.rival_by)
            self._wake(leg, desk.turn)
        except PhoneError as error:
            raise self._failed(error, star=True) from error
        return "You take over."

    def _must_count(self, press: Press) -> None:
        if code := desks.refusal(self._store.desk(AIR_DESK), press):
            raise Refused(code)

    def _press(self, press: Press) -> Desk:
        """Puts the press on the desk; Refused when it does not count."""
        self._line.put_right()
        code = [""]

        def change(desk: Desk) -> Desk:
            code[0] = desks.refusal(desk, press)
            return desks.pressed(desk, press)

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
            self._change(lambda desk: desks.press_failed(desk, press))
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
                self._wake(desk.leg, desk.turn)
        except PhoneError as error:
            self._change(lambda before: desks.press_failed(before, press))
            raise self._failed(error, star=True) from error

    def _thank(self, call_sid: str, intent: Intent) -> None:
        self._line.wanted(call_sid, calls.Wanted(intent))
        if self._moves.thank(call_sid):
            # It is done: told of a failure, the page would send a *, and by then to the next caller.
            with contextlib.suppress(StoreError):
                self._line.end(call_sid, Outcome.DROPPED if intent is Intent.DROP else Outcome.AIRED)
