"""The air desks: what a DJ's leg does turn by turn, and what each press does.

The first desk chooses its next caller by itself. An extra desk, which is a further line of the same console,
takes only the caller that the DJ chose for it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from msgspec.structs import replace

from callin.contracts import CallControl, Clock, PhoneError, Store, StoreError
from callin.line.desks import Desks, PressRejected
from callin.line.sentences import DROPPING, HOLDING, SENTENCES, THANKING
from callin.line.takeover import Takeover
from callin.live import Board, Lineup
from callin.model import (
    AIR_DESK,
    EXTRA_DESKS,
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
from callin.rules import calls, claims, screening, shows
from callin.rules import desks as desk_rules

CLAIMS_TRIED = 3
"""How many callers one Next tries: each that is not available has just hung up."""


class AirDesks:
    """The air desks with their legs and buttons. A press is a request; Twilio's reports say what happened."""

    def __init__(
        self, desks: Desks, takeover: Takeover, board: Board, store: Store, control: CallControl, clock: Clock
    ) -> None:
        self._desks = desks
        self._board = board
        self._store = store
        self._control = control
        self._clock = clock
        self._takeover = takeover

    # The leg

    def next_instruction(
        self, request: desk_rules.DeskRequest, by: str, *, name: str = AIR_DESK, take_over: bool = False
    ) -> Instruction:
        """What the leg of the air desk `name` does next. `by` is its From; `take_over`: it accepted our offer."""
        leg, is_extra = request.leg, name != AIR_DESK
        if take_over:
            request = replace(request, star=False)  # the key accepted our offer, and does not mean Next
        if is_extra:
            request = replace(request, adrift=False)  # the fallback document of extra lines brings nobody
        desk = self._store.desk(name)
        if desk.leg != leg:
            if is_extra:
                desk = self._takeover.extra_leg_joined(name, leg, by)
            else:
                desk = self._takeover.leg_joined(leg, by, accepts=take_over)
        if leg in desk.ended_legs or (is_extra and desk.leg != leg):
            self._takeover.handle_late_star(desk, request)
            return HangUp()
        if desk.leg != leg:
            return self._takeover.offer(desk, leg, tried=take_over)
        desk = self._desks.by_schedule(desk)
        return self._instruction(self._desks.begin_turn(desk, request, lambda desk: self._decide(desk, request)))

    def _instruction(self, desk: Desk) -> Instruction:
        """What the leg does, as the show is now: it may have become screened since the turn began."""
        dials_line = isinstance(desk_rules.instruction(desk), DialLine) and desk.dials != READY_QUEUE
        if dials_line and self._board.stored_show().screened:
            desk = self._store.change_desk(desk.name, lambda now: desk_rules.dialling(now, desk.turn, READY_QUEUE))
        instruction = desk_rules.instruction(desk)
        if isinstance(instruction, DialCaller):
            return replace(instruction, whisper=self._board.whisper(desk))
        if isinstance(instruction, DialLine):
            return replace(instruction, seconds=self._board.dial_seconds())
        return instruction

    def _decide(self, desk: Desk, request: desk_rules.DeskRequest) -> desk_rules.Decision:
        """The caller that the next turn brings, or the queue of the line that the leg dials instead."""
        if desk_rules.may_have_lost_caller(desk, request) and self._desks.has_hung_up(desk.on_air):
            desk = self._store.desk(desk.name)
        promised, dials = self._promised(desk), ""
        wants = desk_rules.wants_caller(desk, request.at, star=request.asks_for_caller)
        if not promised and wants and self._may_bring_somebody(desk, request):
            self._desks.release_left_alone()
            dials = self._board.queue_in_our_order(desk.name)
            if not dials:
                promised, dials = self._bring_somebody(desk.name)
        return desk_rules.Decision(desk, promised, dials)

    def _may_bring_somebody(self, desk: Desk, request: desk_rules.DeskRequest) -> bool:
        """Whether this request may bring a caller. Without auto-advance a press of Next for an empty line brings
        nobody: a caller that rings later would be on the air by surprise."""
        is_pressed = desk_rules.press_in_force(desk, request.at) is not None
        return desk.automatic or not is_pressed or bool(self._board.first_in_line(1))

    def _promised(self, desk: Desk) -> str:
        """The caller that the desk takes next, by a claim or coming back; empty for none."""
        if desk.claimed:
            call = self._store.call(desk.claimed)
            holds = claims.claim_holds(desk, call, self._clock())
            if holds and (call is None or call.cleared or not self._board.stored_show().screened):
                return desk.claimed
            self._desks.give_up(desk.name, desk.claimed)
        call = self._store.call(desk.on_air) if desk.on_air else None
        if call is not None and claims.is_coming_back(desk, call) and call.intent is None:
            return desk.on_air
        return ""

    def _bring_somebody(self, name: str) -> tuple[str, str]:
        """Brings the first caller in line: their CallSid, or else the queue of the line to dial instead.

        While Twilio cannot be asked the leg dials the line, so that the show goes on. It also dials if nobody waits:
        then the next caller to ring comes. An extra desk dials for nobody.
        """
        try:
            call = self._bring_first(name)
        except PhoneError:
            return "", self._queue_to_dial_blindly(name)
        if call:
            return call.call_sid, ""
        return "", self._queue_to_dial_blindly(name) if self._board.may_dial_for_nobody() else ""

    def _queue_to_dial_blindly(self, name: str) -> str:
        return self._board.read(Lineup.queue_to_dial_blindly) if name == AIR_DESK else ""

    def _bring_first(self, name: str) -> Call | None:
        for call in self._first_in_line(name, CLAIMS_TRIED):
            if brought := self._desks.bring(name, call.call_sid):
                return brought
        return None

    def _first_in_line(self, name: str, count: int) -> list[Call]:
        """The first callers that Next may bring to this desk: none that another desk claims."""
        return [call for call in self._board.first_in_line(count + 1) if call.claimed_by in ("", name)][:count]

    def caller_became_available(self) -> None:
        """Wakes a desk that waits for a caller: its own next request may be 10 s away."""
        desk = self._store.desk(AIR_DESK)
        if self._board.is_waited_for(desk):
            with contextlib.suppress(PhoneError):
                self._desks.wake(desk.leg, desk.turn)

    # The buttons. `name` is the air desk that the press is for.

    def next(self, turn: int, shown: str, by: str, name: str = AIR_DESK) -> str:
        """Ends the caller on the air with thanks, and brings the next. A sentence of what will happen."""
        press = Press(PressKind.NEXT, turn, by, self._clock(), shown)
        self._desks.release_left_alone()
        waiting = bool(self._first_in_line(name, 1))
        if not shown and not waiting:
            raise PressRejected(desk_rules.why_rejected(self._store.desk(name), press) or self._why_nobody())
        desk = self._press(name, press)
        brought = None
        # Otherwise the leg dials the line's queue itself and gets the right caller.
        if waiting and not desk.claimed and not self._board.queue_in_our_order(name):
            brought = self._act(name, press, lambda: self._bring_first(name), star=True)
        self._let_go(name, press, Intent.END)
        if shown:
            return f"{THANKING} The next one is on the way." if waiting else THANKING
        return SENTENCES["busy" if brought or waiting else "empty"]

    def take(self, turn: int, shown: str, by: str, call_sid: str, name: str = AIR_DESK) -> str:
        """Ends the caller on the air with thanks, and brings this one. A sentence of what will happen."""
        press = Press(PressKind.TAKE, turn, by, self._clock(), shown)
        self._must_be_free(call_sid)
        self._press(name, press)
        brought = None
        try:
            brought = self._act(name, press, lambda: self._desks.bring(name, call_sid), star=False)
        finally:
            if brought is None:  # otherwise a later * would bring somebody else because of this press
                self._unpress(name, press)
        if brought is None:
            raise PressRejected("gone")
        self._let_go(name, press, Intent.END)
        chosen = "The caller you chose is on the way."
        return f"{THANKING} {chosen}" if shown else chosen

    def drop(self, turn: int, shown: str, by: str, name: str = AIR_DESK) -> str:
        """Ends the caller on the air with thanks; nobody follows until Next."""
        press = Press(PressKind.DROP, turn, by, self._clock(), shown)
        self._press(name, press)
        self._let_go(name, press, Intent.DROP)
        return DROPPING

    def hold(self, turn: int, shown: str, by: str, name: str = AIR_DESK) -> str:
        """Puts the caller on the air on hold; nobody follows until Next, or until they are taken again."""
        press = Press(PressKind.HOLD, turn, by, self._clock(), shown)
        self._press(name, press)
        call = self._set_intent(shown, Intent.HOLD)
        try:
            there = call is not None and self._control.redirect(call, call.documents_issued)
        except PhoneError as error:
            # No * instead: it may end the caller.
            self._set_intent(shown, None)
            self._unpress(name, press)
            raise self._desks.phone_failed(error, star=False) from error
        if not there:
            self._unpress(name, press)
            raise PressRejected("gone")
        return HOLDING

    def hang_up(self, shown: str, name: str = AIR_DESK) -> str:
        """The studio is about to hang up on purpose: the caller on the air will be thanked. Nothing happens yet."""
        if shown and shown == self._store.desk(name).on_air:
            self._set_intent(shown, Intent.END)
        return "Hanging up. The caller is being thanked."

    def _unpress(self, name: str, press: Press) -> None:
        self._store.change_desk(name, lambda before: desk_rules.unpressed(before, press))

    def _why_nobody(self) -> str:
        """Why Next brings nobody, as a code."""
        show, size = self._board.show_and_size()
        if not size:
            return "empty"
        if show.screened and not self._board.is_anybody_cleared():
            return "not_screened"
        return "not_ready" if show.ready_check else "all_taken"

    def _must_be_free(self, call_sid: str) -> None:
        """PressRejected for a caller that speaks with a screener, or is not ready in a screened show."""
        call = self._store.call(call_sid)
        if call is None or call.stage not in calls.IN_LINE:
            return  # bringing them finds that out
        if is_screen(owner := screening.owning_desk(call)) or owner in EXTRA_DESKS:
            raise PressRejected("taken")
        if not shows.may_go_on_air(call, self._board.stored_show()):
            raise PressRejected("unscreened")

    def _press(self, name: str, press: Press) -> Desk:
        """Stores the press on the desk; PressRejected if it does not count."""
        self._desks.mend_desk(name)
        code = ""

        def change(desk: Desk) -> Desk:
            nonlocal code
            code = desk_rules.why_rejected(desk, press)
            return desk_rules.pressed(desk, press)

        desk = self._store.change_desk(name, change)
        if code:
            raise PressRejected(code, self._why_already(desk, press) if code == "already" else "")
        return desk

    def _why_already(self, desk: Desk, press: Press) -> str:
        """The sentence for a press that comes after another one."""
        before = desk.press or desk.last_press
        if before is None or before.by == press.by:
            return SENTENCES["already"]
        return "Another desk pressed just before you."

    def _act(self, name: str, press: Press, act: Callable[[], Call | None], *, star: bool) -> Call | None:
        try:
            return act()
        except PhoneError as error:
            self._store.change_desk(name, lambda desk: desk_rules.press_failed(desk, press))
            if star and press.shown:  # before the leg asks for its next turn, another may have become the desk's
                self._set_intent(press.shown, Intent.END)
            raise self._desks.phone_failed(error, star=star) from error

    def _set_intent(self, call_sid: str, intent: Intent | None) -> Call | None:
        return self._desks.advance(call_sid, calls.SetIntent(intent))

    def _let_go(self, name: str, press: Press, intent: Intent) -> None:
        """Ends the caller on the air, so that the desk's leg goes on. With nobody on the air it wakes the leg."""
        try:
            if press.shown:
                self._thank(press.shown, intent)
            elif (desk := self._store.desk(name)).press == press:  # the leg has not followed the press by itself
                self._desks.wake(desk.leg, desk.turn, name)
        except PhoneError as error:
            self._store.change_desk(name, lambda before: desk_rules.press_failed(before, press))
            raise self._desks.phone_failed(error, star=True) from error

    def _thank(self, call_sid: str, intent: Intent) -> None:
        self._set_intent(call_sid, intent)
        if self._control.thank(call_sid):
            # Twilio is thanking the caller. After an error the page would send a *, which would end the next caller.
            with contextlib.suppress(StoreError):
                self._desks.end(call_sid, Outcome.DROPPED if intent is Intent.DROP else Outcome.AIRED)
