"""The studio: what its leg is to do, and what becomes of a press."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace

from callin.board import Board
from callin.contracts import Clock, Moves, PhoneError, Store, StoreError
from callin.line.calls import Line
from callin.model import (
    AIR_DESK,
    AIR_QUEUE,
    Call,
    Desk,
    DeskDocument,
    Intent,
    Offer,
    Opening,
    Outcome,
    Over,
    Press,
    PressKind,
)
from callin.rules import calls, desks, shows

CLAIMS_TRIED = 3
"""So many callers are tried for one Next: each that is not to be had has just hung up."""

DECIDED_AT_MOST = 3
"""So often it is decided what the leg does, when a press comes in the midst of it each time."""

GREETING_SECONDS = 20.0
"""Longer than the greeting takes, or any other sentence: who came before is in a queue, or is there no more."""

SENTENCES = {
    "not_connected": "Connect to the queue first.",
    "already": "That was done already.",
    "nobody": "Nobody is on the air.",
    "busy": "The next caller is on the way.",
    "gone": "That caller is no longer in line.",
    "empty": "Nobody is waiting.",
    "not_ready": "Nobody who waits has pressed 1 yet. You can take one of them all the same.",
}


OPENINGS = {
    Opening.OPEN: "The line is open.",
    Opening.LAST_CALLS: "Last calls: nobody new is let in, who waits is served.",
    Opening.CLOSED: "The line is closed. Everyone who waits is thanked, within a minute.",
}


class Refused(Exception):
    """A press does not count: `code` is for the page, the message a sentence for the person."""

    def __init__(self, code: str, sentence: str = "") -> None:
        super().__init__(sentence or SENTENCES[code])
        self.code = code


class PhoneFailed(Exception):
    """Twilio could not be asked to act on a press. With `star`, a `*` on the desk's own call does what was meant."""

    def __init__(self, error: PhoneError, *, star: bool) -> None:
        super().__init__(str(error))
        self.star = star


class Studio:
    """The air desk. A press only asks: what happens is what Twilio says afterwards."""

    def __init__(self, line: Line, board: Board, store: Store, moves: Moves, clock: Clock) -> None:
        self._line = line
        self._board = board
        self._store = store
        self._moves = moves
        self._clock = clock

    # What the studio's leg asks

    def dequeue(self, question: desks.Question, by: str, *, take_over: bool = False) -> DeskDocument:
        """What the leg is to do. `by` is its From; `take_over` says that it answered our offer."""
        leg = question.leg
        if take_over:
            question = replace(question, star=False)  # it was the answer to our offer, and not Next
        desk = self._seat(leg, by, take_over=take_over)
        if leg in desk.gone:
            return Over()
        if desk.leg != leg:
            return Offer(failed=take_over)
        for tries_left in reversed(range(DECIDED_AT_MOST)):
            if not desks.is_current(desk, question):
                return desks.document(self._change(lambda before: desks.asked_late(before, question)))
            begun, desk = self._begin(desk, question, whatever_happened=not tries_left)
            if begun:
                break
        return desks.document(desk)

    def _begin(self, seen: Desk, question: desks.Question, *, whatever_happened: bool) -> tuple[bool, Desk]:
        """The desk in its next turn, if what is decided here of the desk as `seen` still holds when it is written."""
        promised, may_dial = self._promised(seen), True
        wants = desks.wants_somebody(seen, question.at, star=question.star)
        if not promised and wants and not self._may_dial_the_line(seen):
            promised, may_dial = self._bring_somebody(seen)
        begun = [True]

        def begin(desk: Desk) -> Desk:
            # Between our reading and this writing another request may have begun the turn: then it is the same turn.
            if not desks.is_current(desk, question):
                return desk
            begun[0] = whatever_happened or desks.is_as_decided(desk, seen, promised)
            return desks.begun(desk, question, promised, may_dial=may_dial) if begun[0] else desk

        desk = self._change(begin)
        return begun[0], desk

    def _seat(self, leg: str, by: str, *, take_over: bool) -> Desk:
        desk = self._change(lambda before: desks.seated(before, leg, by))
        if desk.rival != leg:
            return desk
        try:
            if take_over or by == desk.leg_by:
                return self._replace(desk.leg, leg, by)
            state = self._moves.state(desk.leg)
        except PhoneError:
            return desk
        if state is None or state.over:
            return self._take_over(desk.leg, leg, by)
        return desk

    def _replace(self, old: str, leg: str, by: str) -> Desk:
        if old:
            self._moves.end_leg(old)
        return self._take_over(old, leg, by)

    def _take_over(self, old: str, leg: str, by: str) -> Desk:
        return self._change(lambda before: desks.taken_over(before, leg, by) if before.leg == old else before)

    def _promised(self, desk: Desk) -> str:
        """The caller who is to come to the desk and to nobody else; empty when there is none."""
        if desk.claimed:
            if desks.claim_holds(desk, self._store.call(desk.claimed), AIR_QUEUE, self._clock()):
                return desk.claimed
            self._line.give_up(desk.claimed)
        if desk.on_air and desks.is_to_come_back(desk, self._store.call(desk.on_air)):
            return desk.on_air
        return ""

    def _may_dial_the_line(self, desk: Desk) -> bool:
        """Whether first come, first served is all that is asked for, so that nobody need be moved beforehand."""
        return desk.automatic and self._board.twilio_has_our_order()

    def _bring_somebody(self, desk: Desk) -> tuple[str, bool]:
        """Claims the first in line and sends them to the desk: who, and whether to dial the line's queue instead.

        That is done where Twilio cannot be asked, so that the show goes on. Where nobody is to be had, whoever rings
        next comes by themselves only where callers do that.
        """
        try:
            call = self._bring_first()
        except PhoneError:
            return "", True
        return (call.call_sid, False) if call else ("", desk.automatic and not self._store.show().ready_check)

    def _bring_first(self) -> Call | None:
        for call in self._board.first_in_line(CLAIMS_TRIED):
            if brought := self._bring(call.call_sid):
                return brought
        return None

    def _bring(self, call_sid: str) -> Call | None:
        """Claims the caller and sends them to the desk's queue; None when they are not to be had."""
        call = self._line.claim(call_sid)
        if call is None:
            return None
        try:
            there = self._moves.send(call, call.moves) or self._is_still_spoken_to(call)
        except PhoneError:
            if came := self._come(call_sid):
                return came
            self._line.give_up(call_sid)
            raise
        if not there:
            self._line.give_up(call_sid)
        return call if there else None

    def _come(self, call_sid: str) -> Call | None:
        """The claimed caller, when Twilio has moved them after all, though we were told that it failed."""
        call = self._line.known(call_sid)
        return call if call and call.claimed_by == AIR_DESK and call.queue == AIR_QUEUE else None

    def _is_still_spoken_to(self, call: Call) -> bool:
        """Whether a caller who is in no queue yet could be sent from the sentence that they hear: a greeting, say."""
        fresh = self._clock() - call.changed_at < GREETING_SECONDS
        return fresh and self._moves.redirect(call, call.moves)

    def somebody_is_ready(self) -> None:
        """A caller has said that they are ready: a desk that waits for one need not wait for its own next question."""
        desk = self._store.desk(AIR_DESK)
        waits = desk.leg and not (desk.on_air or desk.claimed) and desks.wants_somebody(desk, self._clock(), star=False)
        if waits:
            with contextlib.suppress(PhoneError):
                self._wake(desk.leg, desk.turn)

    # What is pressed on a page

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

    def _wake(self, leg: str, turn: int) -> None:
        """Has the desk's leg go on from this turn, unless it has gone on by itself since."""
        if self._change(lambda before: desks.woken(before, turn)).turn == turn:
            self._moves.wake(leg, turn)

    def _thank(self, call_sid: str, intent: Intent) -> None:
        self._line.wanted(call_sid, calls.Wanted(intent))
        if self._moves.thank(call_sid):
            # It is done: told of a failure, the page would send a *, and by then to the next caller.
            with contextlib.suppress(StoreError):
                self._line.end(call_sid, Outcome.DROPPED if intent is Intent.DROP else Outcome.AIRED)

    def _change(self, change: Callable[[Desk], Desk]) -> Desk:
        return self._store.change_desk(AIR_DESK, change)
