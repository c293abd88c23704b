"""What DJs' and screeners' desks have in common: claiming and bringing callers, turns, and callers that hang up."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable

from msgspec.structs import replace

from callin import rules
from callin.contracts import CallControl, Clock, PhoneError, Store
from callin.line.admission import Admission
from callin.line.sentences import SENTENCES
from callin.live import Board, Lineup
from callin.model import AIR_DESK, EXTRA_DESKS, Call, Desk, Outcome, Stage, is_screen, queue_of
from callin.rules import calls, claims, screening, shows, takeover
from callin.rules import desks as desk_rules

GREETING_SECONDS = 20.0
"""No greeting or other sentence takes longer. A call that is older than this is either in a queue or over."""

DECISIONS_TRIED = 3
"""How often a turn is decided because presses come in between. The last decision counts."""


class PressRejected(Exception):
    """A press does not count: `code` is for the page, the message a sentence for the person."""

    def __init__(self, code: str, sentence: str = "") -> None:
        super().__init__(sentence or SENTENCES[code])
        self.code = code


class PhoneFailed(Exception):
    """Twilio could not act on a press. With `star`, a `*` on the desk's own call does what was meant.

    `advice` says what else does.
    """

    def __init__(self, error: PhoneError, *, star: bool, advice: str = "") -> None:
        super().__init__(f"{error} {advice}".rstrip())
        self.star = star


class Desks:
    """Keeps desks and their callers in agreement. A claim is written on the desk first, then on the call."""

    def __init__(self, store: Store, board: Board, control: CallControl, clock: Clock, admission: Admission) -> None:
        self._admission = admission
        self._store = store
        self._board = board
        self._control = control
        self._clock = clock

    def bring(self, desk: str, call_sid: str) -> Call | None:
        """Claims the call and takes it out of its queue to the desk's. None if it is not available. PhoneError."""
        call = self.claim(desk, call_sid)
        if call is None:
            return None
        try:
            is_sent = self._control.dequeue(call, call.documents_issued) or self._is_redirected_from_greeting(call)
        except PhoneError:
            # Twilio may have moved the call although it reported a failure.
            now = self._store.call(call_sid)
            if now and now.claimed_by == desk and now.queue == queue_of(desk):
                return now
            self.give_up(desk, call_sid)
            raise
        if not is_sent:
            self.give_up(desk, call_sid)
        return call if is_sent else None

    def _is_redirected_from_greeting(self, call: Call) -> bool:
        """Redirects a call that is in no queue yet because it still hears a sentence, or is asked a question."""
        is_recent = self._clock() < max(call.changed_at + GREETING_SECONDS, call.asking_until)
        return is_recent and self._control.redirect(call, call.documents_issued)

    def claim(self, desk: str, call_sid: str) -> Call | None:
        """The call, claimed for the desk. None, and the desk free, if the call is not available.

        The desk is written first, then the call: two desks that press at once take one caller.
        """
        now = self._clock()
        is_claimed = False

        def claim(before: Desk) -> Desk:
            nonlocal is_claimed
            # The request that made an existing claim brings that caller. A screener decides about one call at a time.
            is_claimed = not before.claimed and not (is_screen(desk) and before.on_air)
            return claims.with_claim(before, call_sid, now) if is_claimed else before

        self._store.change_desk(desk, claim)
        if not is_claimed:
            return None
        call = self.advance(call_sid, calls.Claimed(now, desk))
        if call is None or call.claimed_by != desk:
            self._store.change_desk(desk, lambda before: claims.without_claim(before, call_sid))
            return None
        if not is_screen(desk) and not shows.may_go_on_air(call, self._board.stored_show()):
            self.give_up(desk, call_sid)
            return None
        return call

    def by_schedule(self, desk: Desk) -> Desk:
        """The desk with auto-advance as the schedule has it. It is stored with the first turn in a show."""
        programme = self._board.read(lambda lineup: lineup.programme)
        if desk_rules.by_schedule(desk, programme) == desk:
            return desk
        return self._store.change_desk(desk.name, lambda before: desk_rules.by_schedule(before, programme))

    def begin_turn(
        self, desk: Desk, request: desk_rules.DeskRequest, decide: Callable[[Desk], desk_rules.Decision]
    ) -> Desk:
        """The desk in the turn that the request begins. It is decided again if a press comes in between."""
        for tries_left in reversed(range(DECISIONS_TRIED)):
            if not desk_rules.is_current(desk, request):
                return self._store.change_desk(desk.name, lambda before: desk_rules.asked_late(before, request))
            has_begun, desk = self._begin_turn(request, decide(desk), is_last_try=not tries_left)
            if has_begun:
                break
        return desk

    def _begin_turn(
        self, request: desk_rules.DeskRequest, decision: desk_rules.Decision, *, is_last_try: bool
    ) -> tuple[bool, Desk]:
        has_begun = True

        def begin(desk: Desk) -> Desk:
            nonlocal has_begun
            # Another request may have begun the turn in the meantime: then it is the same turn.
            if not desk_rules.is_current(desk, request):
                return desk
            has_begun = is_last_try or desk_rules.decision_holds(desk, decision)
            return desk_rules.next_turn(desk, request, decision.promised, decision.dials) if has_begun else desk

        desk = self._store.change_desk(decision.desk.name, begin)
        return has_begun, desk

    def give_up(self, desk: str, call_sid: str) -> None:
        """Gives up the desk's claim. The caller stays where Twilio has them, which may be on the air by now."""
        self.advance(call_sid, calls.Released(desk))
        self._store.change_desk(desk, lambda before: claims.without_claim(before, call_sid))

    def on_air(
        self, call_sid: str, desk_leg: str, turn: int | None, number: str = "", name: str = AIR_DESK
    ) -> Call | None:
        """Twilio is about to connect the call with the leg of the air desk `name`. None for an unknown call.

        With `number`, its From, a call whose arrival could not be stored joins the line now.
        """
        if turn is None and (desk := self._store.desk(name)).leg == desk_leg:
            turn = desk.turn  # the desk's document was made while the store failed
        event = calls.WentOnAir(self._clock(), desk_leg, turn, desk=name)
        call = self._went_on_air(call_sid, event)
        if call is None and number:
            self.advance(call_sid, calls.Arrived(event.at, call_sid, number))
            call = self._went_on_air(call_sid, event)
        return call

    def _went_on_air(self, call_sid: str, event: calls.WentOnAir) -> Call | None:
        def change(before: Call | None) -> Call | None:
            is_elsewhere = before is not None and before.air_desk != event.desk and event.turn is not None
            is_past = is_elsewhere and self._store.desk(event.desk).turn > (event.turn or 0)
            return rules.advance(before, replace(event, is_past=is_past))

        call = self._store.change_call(call_sid, change)
        if call is not None and call.stage is Stage.ON_AIR and call.air_desk == event.desk:
            leg, turn = event.desk_leg, event.turn
            self._store.change_desk(event.desk, lambda desk: claims.with_caller(desk, call_sid, leg, turn))
        return call

    def desk_of_leg(self, leg: str, number: str) -> str:
        """The name of the desk to which a leg of the studio belongs; `number` is its From."""
        name = screening.desk_of_from(number)
        if is_screen(name) or not number.startswith("client:"):
            return name  # a phone has the first line alone
        mine = (one for one in EXTRA_DESKS if takeover.is_leg_of(self._store.desk(one), leg))
        return next(mine, name)

    def release_stale_claims(self, name: str = AIR_DESK) -> None:
        """Gives up a claim that Twilio has not confirmed in time, or that a crash left incomplete.

        An extra desk to which nobody comes back gives up its caller too.
        """
        desk = self._store.desk(name)
        if not desk.claimed:
            return
        holds = claims.claim_holds(desk, self._store.call(desk.claimed), self._clock())
        is_extra = name in EXTRA_DESKS
        if not holds or (is_extra and claims.is_left_alone(desk, self._store.desk(AIR_DESK), self._clock())):
            self.give_up(name, desk.claimed)

    def release_left_alone(self) -> None:
        """Gives up the claims of extra desks to which nobody comes back: their callers are first in line."""
        for desk in self._board.read(Lineup.extra_desks):
            if not desk.leg:
                self.release_stale_claims(desk.name)

    def mend_desks(self) -> None:
        """Mends each desk that a fault between two writes left with a call that is over, or without the one it has."""
        for name in (AIR_DESK, *self._board.read(Lineup.other_desks)):
            self.mend_desk(name)

    def mend_desk(self, name: str) -> None:
        """The same for one desk."""
        self.release_stale_claims(name)
        desk = self._store.desk(name)
        call = self._store.call(desk.on_air) if desk.on_air else None
        if desk.on_air and claims.has_lost(desk, call):
            end = claims.without_live_caller if call and call.live else claims.without_call
            self._store.change_desk(name, lambda before: end(before, desk.on_air))
        for call in self._board.read(Lineup.talking if is_screen(name) else Lineup.on_air):
            if not claims.misses_caller(desk, call):
                continue
            # The board may be older than the desk: read the call again, it may have ended since.
            if (now := self._store.call(call.call_sid)) is not None:
                self._store.change_desk(name, functools.partial(claims.with_missed_caller, call=now))

    def leg_ended(self, name: str, leg: str) -> None:
        """A leg of that desk is over. A screener's claim ends with the leg."""
        if not is_screen(name):
            self._store.change_desk(name, lambda before: takeover.leg_ended(before, leg))
            return
        desk = self._store.change_desk(name, lambda before: takeover.at_rest(takeover.leg_ended(before, leg)))
        if desk.claimed and not desk.leg:
            self.give_up(name, desk.claimed)

    def end(self, call_sid: str, outcome: Outcome | None) -> Call | None:
        """The call is over. If `outcome` is None, the call's stage decides it. The caller may call again at once."""
        call = self.advance(call_sid, calls.Ended(self._clock(), outcome))
        if call is not None:
            self.release_everywhere(call)
            self._admission.ended(call.number)
        return call

    def has_hung_up(self, call_sid: str) -> bool:
        """Asks Twilio whether the call is over, before its own report arrives. If so the call ends here too.

        False while Twilio cannot be asked.
        """
        try:
            state = self._control.call_state(call_sid)
        except PhoneError:
            return False
        is_over = state is None or state.over
        if is_over:
            self.end(call_sid, None)
        return is_over

    def release_everywhere(self, call: Call) -> None:
        """Releases a call that is over from the desks that may have it."""
        extras = self._board.read(lambda lineup: lineup.extra_desks_with(call.call_sid))
        for name in (AIR_DESK, *extras):
            self.release(name, call.call_sid, hung_up=call.hung_up)
        if call.screener:
            self.release(call.screener, call.call_sid)

    def release(self, name: str, call_sid: str, *, hung_up: bool = False) -> None:
        """Releases the call from one desk, if that desk has it or has claimed it. `hung_up`: the caller ended it."""
        desk = self._store.desk(name)
        if call_sid in (desk.on_air, desk.claimed):
            end = claims.after_hang_up if hung_up else claims.without_call
            self._store.change_desk(name, lambda before: end(before, call_sid))

    def wake(self, leg: str, turn: int, name: str = AIR_DESK) -> None:
        """Has the air desk's leg ask again, unless it has begun another turn by itself. PhoneError."""
        if self._store.change_desk(name, lambda before: desk_rules.woken(before, turn)).turn == turn:
            self._control.wake(leg, turn, name)

    def wake_if_dialling_for_nobody(self, name: str) -> None:
        """Has the air desk's leg ask again if it dials for nobody, which saves 10 s of silence."""
        desk = self._store.desk(name)
        if claims.dials_for_nobody(desk):
            with contextlib.suppress(PhoneError):
                self.wake(desk.leg, desk.turn, name)

    def advance(self, call_sid: str, event: calls.Event) -> Call | None:
        """Applies an event to a call and stores the result."""
        return self._store.change_call(call_sid, lambda before: rules.advance(before, event))

    def phone_failed(self, error: PhoneError, *, star: bool, advice: str = "") -> PhoneFailed:
        """The exception for a press on which Twilio failed. Every dashboard shows the problem until Twilio works."""
        self._board.cache.twilio_was_read(problem=str(error))
        return PhoneFailed(error, star=star, advice=advice)
