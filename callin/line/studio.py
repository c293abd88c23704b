"""The air desk: what its leg does turn by turn, and what becomes of a press."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace

from callin.contracts import CallControl, Clock, PhoneError, Store, StoreError
from callin.line.calls import Line
from callin.line.claims import SENTENCES, Claims, PressRejected
from callin.line.takeover import Takeover
from callin.live import Board
from callin.model import (
    AIR_DESK,
    READY_QUEUE,
    Call,
    Desk,
    DeskDocument,
    Direct,
    Intent,
    Offer,
    Outcome,
    Over,
    Press,
    PressKind,
    Take,
    is_screen,
)
from callin.rules import calls, claims, desks, presses, screening, shows

CLAIMS_TRIED = 3
"""How many callers one Next tries: each that is not available has just hung up."""

DECISIONS_TRIED = 3
"""How often a turn is decided again because a press came in between."""


class Studio:
    """The air desk with its leg and its buttons. A press only asks: what happens is what Twilio says afterwards."""

    def __init__(
        self,
        line: Line,
        claims: Claims,
        takeover: Takeover,
        board: Board,
        store: Store,
        control: CallControl,
        clock: Clock,
    ) -> None:
        self._line = line
        self._claims = claims
        self._board = board
        self._store = store
        self._control = control
        self._clock = clock
        self._takeover = takeover

    # The leg

    def dequeue(self, question: desks.DeskRequest, by: str, *, take_over: bool = False) -> DeskDocument:
        """What the leg is to do. `by` is its From; `take_over` says that it answered our offer."""
        leg = question.leg
        if take_over:
            question = replace(question, star=False)  # it was the answer to our offer, and not Next
        desk = self._takeover.seat(leg, by, accepts=take_over)
        if leg in desk.ended_legs:
            self._takeover.hear_late(desk, question)
            return Over()
        if desk.leg != leg:
            return Offer(failed=take_over)
        for tries_left in reversed(range(DECISIONS_TRIED)):
            if not desks.is_current(desk, question):
                return self._document(self._change(lambda before: desks.asked_late(before, question)))
            begun, desk = self._begin(desk, question, whatever_happened=not tries_left)
            if begun:
                break
        return self._document(desk)

    def _document(self, desk: Desk) -> DeskDocument:
        """What the leg does, as the show is now: it may be screened since that was decided."""
        if isinstance(desks.document(desk), Direct) and desk.dials != READY_QUEUE and self._store.show().screened:
            desk = self._change(lambda before: desks.dialling(before, desk.turn, READY_QUEUE))
        document = desks.document(desk)
        return replace(document, whisper=self._board.whisper(desk)) if isinstance(document, Take) else document

    def _begin(self, seen: Desk, question: desks.DeskRequest, *, whatever_happened: bool) -> tuple[bool, Desk]:
        """The desk in its next turn, if what is decided here of the desk as `seen` still holds when it is written."""
        promised, dials = self._promised(seen), ""
        if not promised and desks.wants_caller(seen, question.at, star=question.star):
            dials = self._queue_to_dial(seen)
            if not dials:
                promised, dials = self._bring_somebody(seen)
        begun = [True]

        def begin(desk: Desk) -> Desk:
            # Between our reading and this writing another request may have begun the turn: then it is the same turn.
            if not desks.is_current(desk, question):
                return desk
            begun[0] = whatever_happened or desks.is_as_seen(desk, seen, promised)
            return desks.next_turn(desk, question, promised, dials) if begun[0] else desk

        desk = self._change(begin)
        return begun[0], desk

    def _promised(self, desk: Desk) -> str:
        """The caller who is to come to the desk and to nobody else; empty when there is none."""
        if desk.claimed:
            call = self._store.call(desk.claimed)
            holds = claims.claim_holds(desk, call, self._clock())
            if holds and (call is None or call.cleared or not self._store.show().screened):
                return desk.claimed
            self._claims.give_up(AIR_DESK, desk.claimed)
        call = self._store.call(desk.on_air) if desk.on_air else None
        if call is not None and claims.is_coming_back(desk, call) and call.intent is None:
            return desk.on_air
        return ""

    def _queue_to_dial(self, desk: Desk) -> str:
        """The queue of the line to dial, where first come, first served is all that is asked for, so that nobody need
        be moved beforehand; else empty."""
        return self._board.queue_in_our_order() if desk.automatic else ""

    def _bring_somebody(self, desk: Desk) -> tuple[str, str]:
        """Claims the first in line and sends them to the desk: who, or else which queue of the line to dial instead.

        That is done where Twilio cannot be asked, so that the show goes on. Where nobody is to be had, whoever rings
        next comes by themselves only where callers do that.
        """
        try:
            call = self._bring_first()
        except PhoneError:
            return "", self._board.queue_of_whoever_comes()
        if call:
            return call.call_sid, ""
        comes_by_itself = desk.automatic and not shows.is_asked_first(self._store.show())
        return "", self._board.queue_of_whoever_comes() if comes_by_itself else ""

    def _bring_first(self) -> Call | None:
        for call in self._board.first_in_line(CLAIMS_TRIED):
            if brought := self._claims.bring(AIR_DESK, call.call_sid):
                return brought
        return None

    def somebody_is_ready(self) -> None:
        """A caller has said that they are ready: a desk that waits for one need not wait for its own next question."""
        desk = self._store.desk(AIR_DESK)
        if desks.waits_in_silence(desk, self._clock()):
            with contextlib.suppress(PhoneError):
                self._claims.wake(desk.leg, desk.turn)

    def _change(self, change: Callable[[Desk], Desk]) -> Desk:
        return self._store.change_desk(AIR_DESK, change)

    # The buttons

    def next(self, turn: int, seen: str, by: str) -> str:
        """Ends the caller on the air with thanks, and brings the next. A sentence of what will happen."""
        press = Press(PressKind.NEXT, turn, by, self._clock(), seen)
        waiting = bool(self._board.first_in_line(1))
        if not seen and not waiting:
            self._must_count(press)
            raise PressRejected(self._why_nobody())
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
            brought = self._act(press, lambda: self._claims.bring(AIR_DESK, call_sid), star=False)
        finally:
            if brought is None:  # a * for another reason must not bring somebody else on its account
                self._change(lambda before: presses.unpressed(before, press))
        if brought is None:
            raise PressRejected("gone")
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
        call = self._want(seen, Intent.HOLD)
        try:
            there = call is not None and self._control.redirect(call, call.documents_issued)
        except PhoneError as error:
            # No * instead: it may end the caller, who is to be kept.
            self._want(seen, None)
            self._change(lambda before: presses.unpressed(before, press))
            raise self._claims.phone_failed(error, star=False) from error
        if not there:
            self._change(lambda before: presses.unpressed(before, press))
            raise PressRejected("gone")
        return "This caller is put on hold. Nobody follows until you press Next, or take them again."

    def hang_up(self, seen: str) -> str:
        """The studio is about to hang up, and means to: the caller on the air is thanked. Nothing is done yet."""
        if seen and seen == self._store.desk(AIR_DESK).on_air:
            self._want(seen, Intent.END)
        return "You hang up; the caller is thanked."

    def _why_nobody(self) -> str:
        """Why Next brings nobody, as a code."""
        show, size = self._board.show_and_size()
        if not size:
            return "empty"
        return "not_screened" if show.screened and not self._board.is_anybody_cleared() else "not_ready"

    def _must_be_free(self, call_sid: str) -> None:
        """Refuses a caller who speaks with a screener, or whom none has made ready though the show is screened."""
        call = self._store.call(call_sid)
        if call is None or call.stage not in calls.IN_LINE:
            return  # which is found out when they are to be brought
        if is_screen(screening.desk_of(call)):
            raise PressRejected("taken")
        if not shows.may_go_on_air(call, self._store.show()):
            raise PressRejected("unscreened")

    def _must_count(self, press: Press) -> None:
        if code := presses.refusal(self._store.desk(AIR_DESK), press):
            raise PressRejected(code)

    def _press(self, press: Press) -> Desk:
        """Puts the press on the desk; Refused when it does not count."""
        self._claims.mend_desk(AIR_DESK)
        code = [""]

        def change(desk: Desk) -> Desk:
            code[0] = presses.refusal(desk, press)
            return presses.pressed(desk, press)

        desk = self._change(change)
        if code[0]:
            raise PressRejected(code[0], self._who(desk, press) if code[0] == "already" else "")
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
                self._want(press.seen, Intent.END)
            raise self._claims.phone_failed(error, star=star) from error

    def _want(self, call_sid: str, intent: Intent | None) -> Call | None:
        return self._claims.advance(call_sid, calls.SetIntent(intent))

    def _let_go(self, press: Press, intent: Intent) -> None:
        """Ends the caller on the air, so that the desk's leg goes on; with nobody there, the leg is told to go on."""
        try:
            if press.seen:
                self._thank(press.seen, intent)
            elif (desk := self._store.desk(AIR_DESK)).press == press:  # the leg has not followed it by itself
                self._claims.wake(desk.leg, desk.turn)
        except PhoneError as error:
            self._change(lambda before: presses.press_failed(before, press))
            raise self._claims.phone_failed(error, star=True) from error

    def _thank(self, call_sid: str, intent: Intent) -> None:
        self._want(call_sid, intent)
        if self._control.thank(call_sid):
            # It is done: told of a failure, the page would send a *, and by then to the next caller.
            with contextlib.suppress(StoreError):
                self._line.end(call_sid, Outcome.DROPPED if intent is Intent.DROP else Outcome.AIRED)
