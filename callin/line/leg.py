"""The studio's leg: what it is to do, and who is brought to it."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable
from dataclasses import replace

from callin.contracts import PhoneError
from callin.line.bringing import Bringing
from callin.model import (
    AIR_DESK,
    READY_QUEUE,
    Call,
    Desk,
    DeskDocument,
    Direct,
    Offer,
    Outcome,
    Over,
    Take,
)
from callin.rules import calls, desks, pairs, seats, shows

CLAIMS_TRIED = 3
"""So many callers are tried for one Next: each that is not to be had has just hung up."""

DECIDED_AT_MOST = 3
"""So often it is decided what the leg does, when a press comes in the midst of it each time."""


class StudioLeg(Bringing):
    """The air desk as its leg knows it: a phone's or a browser's, one at a time."""

    def dequeue(self, question: desks.Question, by: str, *, take_over: bool = False) -> DeskDocument:
        """What the leg is to do. `by` is its From; `take_over` says that it answered our offer."""
        leg = question.leg
        if take_over:
            question = replace(question, star=False)  # it was the answer to our offer, and not Next
        desk = self._seat(leg, by, take_over=take_over)
        if leg in desk.gone:
            self._heard_late(desk, question)
            return Over()
        if desk.leg != leg:
            return Offer(failed=take_over)
        for tries_left in reversed(range(DECIDED_AT_MOST)):
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

    def _begin(self, seen: Desk, question: desks.Question, *, whatever_happened: bool) -> tuple[bool, Desk]:
        """The desk in its next turn, if what is decided here of the desk as `seen` still holds when it is written."""
        promised, dials = self._promised(seen), ""
        if not promised and desks.wants_somebody(seen, question.at, star=question.star):
            dials = self._queue_to_dial(seen)
            if not dials:
                promised, dials = self._bring_somebody(seen)
        begun = [True]

        def begin(desk: Desk) -> Desk:
            # Between our reading and this writing another request may have begun the turn: then it is the same turn.
            if not desks.is_current(desk, question):
                return desk
            begun[0] = whatever_happened or desks.is_as_decided(desk, seen, promised)
            return desks.begun(desk, question, promised, dials) if begun[0] else desk

        desk = self._change(begin)
        return begun[0], desk

    def _seat(self, leg: str, by: str, *, take_over: bool) -> Desk:
        desk = self._change(lambda before: seats.seated(before, leg, by))
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
        since = self._clock()
        if old and self._moves.end_leg(old):
            self._change(lambda before: seats.ousting(before, old, since))
        return self._take_over(old, leg, by)

    def _take_over(self, old: str, leg: str, by: str) -> Desk:
        return self._change(lambda before: seats.taken_over(before, leg, by) if before.leg == old else before)

    def _heard_late(self, desk: Desk, question: desks.Question) -> None:
        """A leg that is over asked before it ended, with a `*`: whom it let go is not brought back to the desk."""
        for call_sid in {desk.on_air, desk.claimed} - {""}:
            call = self._line.known(call_sid)
            if call is not None and desks.has_let_go(desk, call, question):
                self._change(functools.partial(pairs.letting_go, call_sid=call_sid))
                with contextlib.suppress(PhoneError):
                    self._thank_on_the_way(call_sid)
                self._line.spare_the_wait()

    def _thank_on_the_way(self, call_sid: str) -> None:
        """Thanks a caller who waits for the desk to come back; who has not asked yet what follows is told when they do.

        Only now is it looked up where they are: whoever asks at this moment looks at the desk after that.
        """
        call = self._line.known(call_sid)
        if call is not None and call.stage in calls.WAITS and self._moves.thank(call_sid):
            self._line.end(call_sid, Outcome.AIRED)

    def _promised(self, desk: Desk) -> str:
        """The caller who is to come to the desk and to nobody else; empty when there is none."""
        if desk.claimed:
            call = self._store.call(desk.claimed)
            holds = pairs.claim_holds(desk, call, self._clock())
            if holds and (call is None or call.cleared or not self._store.show().screened):
                return desk.claimed
            self._line.give_up(AIR_DESK, desk.claimed)
        call = self._store.call(desk.on_air) if desk.on_air else None
        if call is not None and pairs.is_to_come_back(desk, call) and call.intent is None:
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
            if brought := self._bring(call.call_sid):
                return brought
        return None

    def _bring(self, call_sid: str) -> Call | None:
        """Claims the caller and sends them to the desk's queue; None when they are not to be had."""
        return self._bring_to(AIR_DESK, call_sid)

    def somebody_is_ready(self) -> None:
        """A caller has said that they are ready: a desk that waits for one need not wait for its own next question."""
        desk = self._store.desk(AIR_DESK)
        if desks.waits_in_silence(desk, self._clock()):
            with contextlib.suppress(PhoneError):
                self._line.wake(desk.leg, desk.turn)

    def _change(self, change: Callable[[Desk], Desk]) -> Desk:
        return self._store.change_desk(AIR_DESK, change)
