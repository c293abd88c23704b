"""The air desk: what its leg does turn by turn, and what each press does."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace

from callin.contracts import CallControl, Clock, PhoneError, Store, StoreError
from callin.line.claims import SENTENCES, Claims, Decision, PressRejected
from callin.line.takeover import Takeover
from callin.live import Board, Lineup
from callin.model import (
    AIR_DESK,
    READY_QUEUE,
    Call,
    Desk,
    DialCaller,
    DialLine,
    HangUp,
    Instruction,
    Intent,
    Outcome,
    Press,
    PressKind,
    is_screen,
)
from callin.rules import calls, claims, desks, screening, shows

CLAIMS_TRIED = 3
"""How many callers one Next tries: each that is not available has just hung up."""


class Studio:
    """The air desk with its leg and its buttons. A press is a request; Twilio's reports say what happened."""

    def __init__(
        self,
        claims: Claims,
        takeover: Takeover,
        board: Board,
        store: Store,
        control: CallControl,
        clock: Clock,
    ) -> None:
        self._claims = claims
        self._board = board
        self._store = store
        self._control = control
        self._clock = clock
        self._takeover = takeover

    # The leg

    def next_instruction(self, request: desks.DeskRequest, by: str, *, take_over: bool = False) -> Instruction:
        """What the leg does next. `by` is its From; `take_over` says that it accepted our offer."""
        leg = request.leg
        if take_over:
            request = replace(request, star=False)  # the key accepted our offer, and does not mean Next
        desk = self._store.desk(AIR_DESK)
        if desk.leg != leg:
            desk = self._takeover.seat(leg, by, accepts=take_over)
        if leg in desk.ended_legs:
            self._takeover.hear_late(desk, request)
            return HangUp()
        if desk.leg != leg:
            return self._takeover.offer(desk, leg, tried=take_over)
        return self._instruction(self._claims.begin_turn(desk, request, lambda desk: self._decide(desk, request)))

    def _instruction(self, desk: Desk) -> Instruction:
        """What the leg does, as the show is now: it may have become screened since the turn began."""
        if isinstance(desks.instruction(desk), DialLine) and desk.dials != READY_QUEUE and self._store.show().screened:
            desk = self._change(lambda before: desks.dialling(before, desk.turn, READY_QUEUE))
        instruction = desks.instruction(desk)
        if isinstance(instruction, DialCaller):
            return replace(instruction, whisper=self._board.whisper(desk))
        return instruction

    def _decide(self, desk: Desk, request: desks.DeskRequest) -> Decision:
        """The caller that the next turn brings, or the queue of the line that the leg dials instead."""
        if desks.may_have_lost_caller(desk, request) and self._claims.has_hung_up(desk.on_air):
            desk = self._store.desk(AIR_DESK)
        promised, dials = self._promised(desk), ""
        wants = desks.wants_caller(desk, request.at, star=request.asks_for_caller)
        if not promised and wants and self._may_bring_somebody(desk, request):
            dials = self._board.read(Lineup.queue_in_our_order)
            if not dials:
                promised, dials = self._bring_somebody()
        return Decision(desk, promised, dials)

    def _may_bring_somebody(self, desk: Desk, request: desks.DeskRequest) -> bool:
        """Whether this request may bring a caller. Without auto-advance a press of Next for an empty line brings
        nobody: a caller that rings later would be on the air by surprise."""
        is_pressed = desks.press_in_force(desk, request.at) is not None
        return desk.automatic or not is_pressed or bool(self._board.first_in_line(1))

    def _promised(self, desk: Desk) -> str:
        """The caller that the desk takes next, by a claim or coming back; empty for none."""
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

    def _bring_somebody(self) -> tuple[str, str]:
        """Brings the first caller in line: their CallSid, or else the queue of the line to dial instead.

        While Twilio cannot be asked the leg dials the line, so that the show goes on. It also dials if nobody waits:
        then the next caller to ring comes.
        """
        try:
            call = self._bring_first()
        except PhoneError:
            return "", self._board.read(Lineup.queue_to_dial_blindly)
        if call:
            return call.call_sid, ""
        is_asked_first = shows.is_asked_first(self._store.show())
        return "", "" if is_asked_first else self._board.read(Lineup.queue_to_dial_blindly)

    def _bring_first(self) -> Call | None:
        for call in self._board.first_in_line(CLAIMS_TRIED):
            if brought := self._claims.bring(AIR_DESK, call.call_sid):
                return brought
        return None

    def caller_became_available(self) -> None:
        """Wakes a desk that waits for a caller: its own next request may be 10 s away."""
        desk = self._store.desk(AIR_DESK)
        if self._board.is_waited_for(desk):
            with contextlib.suppress(PhoneError):
                self._claims.wake(desk.leg, desk.turn)

    def _change(self, change: Callable[[Desk], Desk]) -> Desk:
        return self._store.change_desk(AIR_DESK, change)

    # The buttons

    def next(self, turn: int, shown: str, by: str) -> str:
        """Ends the caller on the air with thanks, and brings the next. A sentence of what will happen."""
        press = Press(PressKind.NEXT, turn, by, self._clock(), shown)
        waiting = bool(self._board.first_in_line(1))
        if not shown and not waiting:
            self._must_count(press)
            raise PressRejected(self._why_nobody())
        desk = self._press(press)
        brought = None
        if waiting and not desk.claimed and not self._board.read(Lineup.queue_in_our_order):
            brought = self._act(press, self._bring_first, star=True)
        self._let_go(press, Intent.END)
        if shown:
            return "This caller is thanked, and the next one comes." if waiting else "This caller is thanked."
        return "The next caller comes." if brought or waiting else SENTENCES["empty"]

    def take(self, turn: int, shown: str, by: str, call_sid: str) -> str:
        """Ends the caller on the air with thanks, and brings this one. A sentence of what will happen."""
        press = Press(PressKind.TAKE, turn, by, self._clock(), shown)
        self._must_be_free(call_sid)
        self._press(press)
        brought = None
        try:
            brought = self._act(press, lambda: self._claims.bring(AIR_DESK, call_sid), star=False)
        finally:
            if brought is None:  # otherwise a later * would bring somebody else because of this press
                self._change(lambda before: desks.unpressed(before, press))
        if brought is None:
            raise PressRejected("gone")
        self._let_go(press, Intent.END)
        return "This caller is thanked, and the one you chose comes." if shown else "The caller you chose comes."

    def drop(self, turn: int, shown: str, by: str) -> str:
        """Ends the caller on the air with thanks; nobody follows until Next."""
        press = Press(PressKind.DROP, turn, by, self._clock(), shown)
        self._press(press)
        self._let_go(press, Intent.DROP)
        return "This caller is thanked and let go. Nobody follows until you press Next."

    def hold(self, turn: int, shown: str, by: str) -> str:
        """Puts the caller on the air on hold; nobody follows until Next, or until they are taken again."""
        press = Press(PressKind.HOLD, turn, by, self._clock(), shown)
        self._press(press)
        call = self._want(shown, Intent.HOLD)
        try:
            there = call is not None and self._control.redirect(call, call.documents_issued)
        except PhoneError as error:
            # No * instead: it may end the caller.
            self._want(shown, None)
            self._change(lambda before: desks.unpressed(before, press))
            raise self._claims.phone_failed(error, star=False) from error
        if not there:
            self._change(lambda before: desks.unpressed(before, press))
            raise PressRejected("gone")
        return "This caller is put on hold. Nobody follows until you press Next, or take them again."

    def hang_up(self, shown: str) -> str:
        """The studio is about to hang up on purpose: the caller on the air will be thanked. Nothing happens yet."""
        if shown and shown == self._store.desk(AIR_DESK).on_air:
            self._want(shown, Intent.END)
        return "You are hanging up. The caller is thanked."

    def _why_nobody(self) -> str:
        """Why Next brings nobody, as a code."""
        show, size = self._board.show_and_size()
        if not size:
            return "empty"
        return "not_screened" if show.screened and not self._board.is_anybody_cleared() else "not_ready"

    def _must_be_free(self, call_sid: str) -> None:
        """PressRejected for a caller that speaks with a screener, or is not ready in a screened show."""
        call = self._store.call(call_sid)
        if call is None or call.stage not in calls.IN_LINE:
            return  # bringing them finds that out
        if is_screen(screening.owning_desk(call)):
            raise PressRejected("taken")
        if not shows.may_go_on_air(call, self._store.show()):
            raise PressRejected("unscreened")

    def _must_count(self, press: Press) -> None:
        if code := desks.refusal(self._store.desk(AIR_DESK), press):
            raise PressRejected(code)

    def _press(self, press: Press) -> Desk:
        """Stores the press on the desk; PressRejected if it does not count."""
        self._claims.mend_desk(AIR_DESK)
        code = ""

        def change(desk: Desk) -> Desk:
            nonlocal code
            code = desks.refusal(desk, press)
            return desks.pressed(desk, press)

        desk = self._change(change)
        if code:
            raise PressRejected(code, self._who(desk, press) if code == "already" else "")
        return desk

    def _who(self, desk: Desk, press: Press) -> str:
        before = desk.press or desk.last_press
        if before is None or before.by == press.by:
            return SENTENCES["already"]
        return "Another desk pressed just before you."

    def _act(self, press: Press, act: Callable[[], Call | None], *, star: bool) -> Call | None:
        try:
            return act()
        except PhoneError as error:
            self._change(lambda desk: desks.press_failed(desk, press))
            if star and press.shown:  # before the leg asks for its next turn, another may have become the desk's
                self._want(press.shown, Intent.END)
            raise self._claims.phone_failed(error, star=star) from error

    def _want(self, call_sid: str, intent: Intent | None) -> Call | None:
        return self._claims.advance(call_sid, calls.SetIntent(intent))

    def _let_go(self, press: Press, intent: Intent) -> None:
        """Ends the caller on the air, so that the desk's leg goes on. With nobody on the air it wakes the leg."""
        try:
            if press.shown:
                self._thank(press.shown, intent)
            elif (desk := self._store.desk(AIR_DESK)).press == press:  # the leg has not followed the press by itself
                self._claims.wake(desk.leg, desk.turn)
        except PhoneError as error:
            self._change(lambda before: desks.press_failed(before, press))
            raise self._claims.phone_failed(error, star=True) from error

    def _thank(self, call_sid: str, intent: Intent) -> None:
        self._want(call_sid, intent)
        if self._control.thank(call_sid):
            # The caller is thanked. After an error the page would send a *, which would end the next caller.
            with contextlib.suppress(StoreError):
                self._claims.end(call_sid, Outcome.DROPPED if intent is Intent.DROP else Outcome.AIRED)
