"""The screeners' desks: what a leg does, which caller it speaks with, what each verdict does."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator

from msgspec.structs import replace

from callin.contracts import CallControl, Clock, PhoneError, Store
from callin.line.desks import Desks, PressRejected
from callin.live import Board
from callin.model import Call, Desk, HangUp, Instruction, Stage, Verdict, is_screen, queue_of
from callin.rules import claims, screening, takeover
from callin.rules import desks as desk_rules

CALLERS_TRIED = 3

ENDS_THE_CALL = frozenset({Verdict.LET_GO, Verdict.BLOCK})
SENTENCES = {
    Verdict.READY: "They are told that they are ready, and join the DJ's list.",
    Verdict.HOLD: "They are put on hold.",
    Verdict.BACK: "They go back to their place in line.",
    Verdict.LET_GO: "They are thanked and let go.",
    Verdict.BLOCK: "They are thanked and let go.",
}
SOON = "They are hearing an announcement, and will be told right after it."
LATER = "Twilio is not answering. Your decision is saved, and takes effect within a minute."
HANG_UP = "Your decision is saved, and takes effect when you hang up your own call. Then connect again."

SECONDS_BETWEEN_CLEANUPS = 3600.0
DESKS_PER_RUN = 20
"""Each costs a request to Twilio. The next run does the rest."""


class ScreenerDesks:
    """The screeners' desks, each known by its name, with their buttons."""

    def __init__(self, desks: Desks, board: Board, store: Store, control: CallControl, clock: Clock) -> None:
        self._desks = desks
        self._board = board
        self._store = store
        self._control = control
        self._clock = clock

    # The leg

    def next_instruction(self, name: str, request: desk_rules.DeskRequest, by: str) -> Instruction:
        """What the desk's leg does next. `by` is its From. `*` means nothing here: callers come only when taken."""
        desk = self._leg_joined(name, request.leg, by)
        if request.leg in desk.ended_legs:
            return HangUp()
        if desk.instructed_leg != request.leg:
            with contextlib.suppress(PhoneError):  # Twilio also makes it with its first caller
                self._control.make_queue(queue_of(name))
        request = replace(request, star=False)
        desk = self._desks.begin_turn(desk, request, lambda desk: desk_rules.Decision(desk, self._promised(desk)))
        return desk_rules.instruction(desk)

    def _promised(self, desk: Desk) -> str:
        if desk.claimed and not claims.claim_holds(desk, self._store.call(desk.claimed), self._clock()):
            self._desks.give_up(desk.name, desk.claimed)
            return ""
        return desk.claimed

    def _leg_joined(self, name: str, leg: str, by: str) -> Desk:
        """The desk with that leg. The browser has called again: its former leg, if it still lives, is ended."""
        desk = self._store.change_desk(name, lambda before: takeover.leg_joined(before, leg, by, self._clock()))
        while desk.rival == leg:
            # Meanwhile another call of the browser may have become the desk's: then that one is ended too.
            with contextlib.suppress(PhoneError):
                self._control.end_leg(desk.leg)
            desk = self._store.change_desk(
                name, functools.partial(takeover.leg_replaced, ended=desk.leg, leg=leg, by=by)
            )
        return desk

    # The buttons

    def take(self, name: str, turn: int, call_sid: str) -> str:
        """Brings this caller to the screener; if empty, the one that waits longest for a screener."""
        self._desks.mend_desk(name)
        desk = self._store.desk(name)
        if not desk.leg:
            raise PressRejected("not_connected", "Connect your phone first.")
        if desk.claimed or desk.on_air:
            raise PressRejected("decide")
        if turn != desk.turn:
            raise PressRejected("already")
        if call_sid and (code := screening.why_may_not_decide(self._store.call(call_sid), name)):
            raise PressRejected(code)
        try:
            brought = self._bring(name, call_sid)
        except PhoneError as error:
            raise self._desks.phone_failed(error, star=False) from error
        if brought is None:
            raise PressRejected(self._why_nobody(name, call_sid))
        with contextlib.suppress(PhoneError):  # otherwise the leg asks by itself, within 10 s of silence
            if self._store.change_desk(name, lambda before: desk_rules.woken(before, turn)).turn == turn:
                self._control.wake_screener(desk.leg, turn)
        return "They are being put through to you."

    def _bring(self, name: str, call_sid: str) -> Call | None:
        if call_sid:
            return self._desks.bring(name, call_sid)
        for call in self._board.to_be_screened(CALLERS_TRIED):
            if brought := self._desks.bring(name, call.call_sid):
                return brought
        return None

    def _why_nobody(self, name: str, call_sid: str) -> str:
        desk = self._store.desk(name)
        if desk.claimed or desk.on_air:
            return "already"
        return screening.why_may_not_decide(self._store.call(call_sid), name) or "gone" if call_sid else "empty"

    def judge(self, name: str, call_sid: str, verdict: Verdict, before: str = "") -> str:
        """A verdict on a caller that speaks with this desk, or that is in line and with no desk.

        `name` is empty for a person without a screener's desk. The verdict is stored first, so that it holds however
        the two part. A `*` may end the caller's call, so it parts only a caller that the verdict lets go.
        """
        is_placed = verdict is Verdict.READY and before
        ready_at = self._board.read(lambda lineup: lineup.ready_before(before)) if is_placed else 0.0
        call = self._must_be_mine(name, self._store.call(call_sid))
        if verdict is Verdict.READY and call.stage is Stage.READY and not call.claimed_by:
            at = ready_at or self._clock()
            self._store.change_call(call_sid, lambda now: screening.placed(now, at))
            return "They are already marked ready, and now have that place."
        judgement = screening.Judgement(name, verdict, ready_at)
        judged = self._store.change_call(call_sid, lambda now: screening.judged(now, judgement))
        call = self._must_be_mine(name, judged)
        star = verdict in ENDS_THE_CALL
        try:
            is_there = self._tell(call)
        except PhoneError as error:
            failed = self._desks.phone_failed(error, star=star, advice="" if star else HANG_UP)
            if call.stage is Stage.SCREENING:
                raise failed from error
            return LATER
        if not is_there and call.stage is Stage.SCREENING:
            self._store.change_call(call_sid, lambda now: screening.unjudged(now, verdict))
            raise PressRejected("gone")
        return SENTENCES[verdict] if is_there else SOON

    def _must_be_mine(self, name: str, call: Call | None) -> Call:
        if call is None or (code := screening.why_may_not_decide(call, name)):
            raise PressRejected(code if call else "gone")
        return call

    def _tell(self, call: Call) -> bool:
        """Sends the caller to hear the verdict. False if they are not there just now.

        In a screened show a verdict about the air redirects the call instead of taking it from its queue: only a
        redirect can tell Twilio where the call waits if the app is dead.
        """
        is_about_the_air = call.verdict in (Verdict.READY, Verdict.BACK) and self._board.stored_show().screened
        is_to_be_moved = call.stage is Stage.SCREENING or is_about_the_air
        if not is_to_be_moved and self._control.dequeue(call, call.documents_issued):
            return True
        # A caller that this desk claims may speak with it by now.
        return bool(is_to_be_moved or call.claimed_by) and self._control.redirect(call, call.documents_issued)


class IdleDeskCleanup:
    """Removes screeners' desks that nobody uses any more, with their queues: a browser has a new desk each day."""

    def __init__(self, store: Store, control: CallControl, clock: Clock) -> None:
        self._store = store
        self._control = control
        self._clock = clock
        self._next_run_at = 0.0
        self._left: list[str] = []

    def run(self) -> None:
        """Runs every hour. What Twilio refuses now is tried again by the next run. StoreError."""
        now = self._clock()
        if now >= self._next_run_at:
            self._next_run_at = now + SECONDS_BETWEEN_CLEANUPS
            self._left = list(self._idle_desks(now))
        names, self._left = self._left[:DESKS_PER_RUN], self._left[DESKS_PER_RUN:]
        for name in names:
            try:
                # The queue first: once the desk is gone, nothing shows that it had a queue.
                if self._control.remove_queue(queue_of(name)):
                    self._store.remove_desk(name, lambda desk: takeover.is_idle(desk, now))
            except PhoneError as error:
                if not error.permanent:
                    self._left = []
                    return

    def _idle_desks(self, now: float) -> Iterator[str]:
        for desk in self._store.live_calls().desks:
            if is_screen(desk.name) and not desk.began_at:
                self._store.change_desk(desk.name, lambda before: takeover.with_start_noted(before, now))
            elif takeover.is_idle(desk, now):
                yield desk.name
