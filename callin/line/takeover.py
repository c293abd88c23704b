"""Which leg is an air desk's: the first that asks, and later another that takes over, by consent or at once.

A console is the lines that one browser holds: the leg that takes over the first air desk gets the extra ones too.
"""

from __future__ import annotations

import contextlib
import functools
import math
from collections.abc import Sequence

from msgspec.structs import replace

from callin.contracts import CallControl, Clock, PhoneError, Record, Store
from callin.line.desks import Desks, PressRejected
from callin.model import AIR_DESK, EXTRA_DESKS, Desk, OfferTakeover, Outcome, queue_of
from callin.rules import calls, claims, takeover
from callin.rules import desks as desk_rules

NOTHING_TO_TAKE_OVER = "There is nothing to take over."
NOT_TAKEN_OVER = "The desk was not taken over: the call that asked has ended, or another has the desk."
SILENCE = f"In {takeover.CONSENT_SECONDS:.0f} s the desk is yours unless they refuse."
BY_SILENCE_ALONE = (
    "A telephone has the desk and cannot be asked. "
    f"In {takeover.CONSENT_SECONDS:.0f} s the desk is yours unless another DJ refuses."
)


class Takeover:
    """Gives the air desk its leg, and replaces the desk's leg by another."""

    def __init__(self, desks: Desks, store: Store, control: CallControl, clock: Clock) -> None:
        self._desks = desks
        self._store = store
        self._control = control
        self._clock = clock

    def leg_joined(self, leg: str, by: str, *, accepts: bool) -> Desk:
        """The desk after this leg asked for a document. `by` is its From; `accepts` says that it asks to take over."""
        now = self._clock()
        desk = self._store.change_desk(AIR_DESK, lambda before: takeover.leg_joined(before, leg, by, now))
        if desk.leg == leg:
            self._gather_lines(desk)
        if accepts:
            desk = self._store.change_desk(AIR_DESK, lambda before: takeover.asked(before, leg, now))
        if desk.rival != leg:
            return desk
        may = takeover.may_take_over(desk, leg, now) if accepts else takeover.is_consent(desk, now)
        try:
            if may or takeover.is_same_phone(desk, by):
                return self._replace(desk, leg, by)
            if self._is_over(desk.leg):
                return self._take_over(desk, leg, by)
        except PhoneError:
            pass
        return desk

    def offer(self, desk: Desk, leg: str, *, tried: bool) -> OfferTakeover:
        """What a leg hears that is not the desk's. `tried` says that it asked to take over just now."""
        now = self._clock()
        if desk.rival != leg:
            return OfferTakeover()
        may = takeover.may_take_over(desk, leg, now) if tried else takeover.is_consent(desk, now)
        is_waiting = takeover.is_asked(desk, now) and not may
        wait_seconds = math.ceil(takeover.consent_at(desk) + takeover.ANSWER_TRAVELS_SECONDS - now) if is_waiting else 0
        is_refused = takeover.seconds_of_refusal(desk, desk.rival_by, now) > 0
        return OfferTakeover(failed=may, wait_seconds=max(0, wait_seconds), refused=is_refused)

    def ask(self, leg: str) -> str:
        """The leg asks to take over. It does so at once if nobody has to be asked, or after the silence.

        The page asks again after the silence, and so does the leg itself each time it asks for a document.
        """
        now = self._clock()
        desk = self._store.change_desk(AIR_DESK, lambda before: takeover.asked(before, leg, now))
        self._must_be_rival(desk, leg)
        if takeover.may_take_over(desk, leg, now) or self._is_known_to_be_over(desk.leg):
            return self._complete(desk, leg, star=True)
        if seconds := takeover.seconds_of_refusal(desk, desk.rival_by, now):
            raise PressRejected("refused", f"You were refused just now. You can ask again in {math.ceil(seconds)} s.")
        who = takeover.account_of(desk.leg_by)
        return f"Asked {who}. {SILENCE}" if who else BY_SILENCE_ALONE

    def take_now(self, leg: str, also: Sequence[Record] = ()) -> str:
        """The leg takes over without consent. Only an admin may ask for that; `also` says so in the audit."""
        desk = self._store.desk(AIR_DESK)
        self._must_be_rival(desk, leg)
        return self._complete(desk, leg, star=False, also=also)

    def withdraw(self, leg: str) -> str:
        """The leg no longer asks to take over."""
        self._store.change_desk(AIR_DESK, lambda before: takeover.withdrawn(before, leg))
        return "You are no longer asking for the desk."

    def hand_over(self, leg: str, by: str, *, agrees: bool) -> str:
        """The person at the desk, whose browser is `by`, answers the leg that asks to take over."""
        now = self._clock()
        desk = self._store.desk(AIR_DESK)
        if desk.rival != leg or not takeover.is_asked(desk, now):
            raise PressRejected("gone", "Nobody is asking for the desk any more.")
        if not takeover.may_answer(desk, f"client:{by}"):
            raise PressRejected("not_yours", "Only the DJ at the desk can answer this.")
        who = takeover.account_of(desk.rival_by) or "The telephone"
        if agrees:
            self._complete(desk, leg, star=False)  # their own * would mean Next
            return f"{who} has the desk."
        after = self._store.change_desk(AIR_DESK, lambda before: takeover.refused(before, leg, now))
        if after.leg == leg:
            raise PressRejected("gone", f"{who} already has the desk.")
        return f"You keep the desk. {who} has been told."

    def _must_be_rival(self, desk: Desk, leg: str) -> None:
        if not leg or desk.rival != leg:
            raise PressRejected("gone", NOTHING_TO_TAKE_OVER)

    def _complete(self, desk: Desk, leg: str, *, star: bool, also: Sequence[Record] = ()) -> str:
        """Ends the desk's leg, and makes the rival the desk's. `star`: see PhoneFailed.

        PressRejected if the rival has ended, or another leg was faster.
        """
        try:
            desk = self._replace(desk, leg, desk.rival_by, also)
            if desk.leg != leg:
                raise PressRejected("gone", NOT_TAKEN_OVER)
            self._desks.wake(leg, desk.turn)
        except PhoneError as error:
            raise self._desks.phone_failed(error, star=star) from error
        return "You have taken over."

    def _is_known_to_be_over(self, leg: str) -> bool:
        """Whether Twilio has the leg as over; False while Twilio cannot be asked."""
        try:
            return self._is_over(leg)
        except PhoneError:
            return False

    def _is_over(self, leg: str) -> bool:
        state = self._control.call_state(leg)
        return state is None or state.over

    def _replace(self, desk: Desk, leg: str, by: str, also: Sequence[Record] = ()) -> Desk:
        """Ends the leg that is the desk's and makes the other the desk's. PhoneError."""
        if desk.leg:
            self._end(AIR_DESK, desk.leg)
        return self._take_over(desk, leg, by, also)

    def _take_over(self, desk: Desk, leg: str, by: str, also: Sequence[Record] = ()) -> Desk:
        def change(before: Desk) -> Desk:
            after = takeover.leg_replaced(before, desk.leg, leg, by)
            # If Twilio reported the end of the former leg first, that ended the pause, which taking over does not.
            is_paused = before.paused or (desk.paused and not before.leg)
            return replace(after, paused=is_paused) if after.leg == leg else after

        after = self._store.change_desk(AIR_DESK, change, also)
        self._gather_lines(after)
        return after

    def extra_leg_joined(self, name: str, leg: str, by: str) -> Desk:
        """The extra desk after this leg asked for a document. `by` is its From.

        The leg becomes the desk's if its browser is at the first desk. A leg that the desk had is ended: the page was
        loaded again, or another tab has taken over. If reconciling has given this leg to the first desk, it leaves that
        desk: a request that moves it for one desk would part the other from its caller.
        """
        first = self._store.desk(AIR_DESK)
        if first.leg == leg:
            first = self._store.change_desk(AIR_DESK, lambda before: takeover.leg_ended(before, leg))
        if not first.leg or first.leg_by != by or leg in first.ended_legs:
            return self._store.desk(name)
        desk = self._store.change_desk(name, lambda before: takeover.leg_joined(before, leg, by, self._clock()))
        if desk.rival == leg:
            desk = self._replace_extra(desk, leg, by)
        if desk.leg == leg:
            with contextlib.suppress(PhoneError):  # Twilio also makes it with its first caller
                self._control.make_queue(queue_of(name))
        return desk

    def _replace_extra(self, desk: Desk, leg: str, by: str) -> Desk:
        """Ends the desk's leg for another. If Twilio fails the desk keeps its leg, and the page tries again."""
        try:
            self._end(desk.name, desk.leg)
        except PhoneError:
            return self._store.change_desk(desk.name, lambda before: takeover.leg_ended(before, leg))
        return self._store.change_desk(
            desk.name, functools.partial(takeover.leg_replaced, ended=desk.leg, leg=leg, by=by)
        )

    def _gather_lines(self, first: Desk) -> None:
        """Ends the legs of extra desks that belong to another browser than the first desk's new leg.

        Their callers wait for the desk's next leg, or come back into line: see `claims.is_left_alone`. What Twilio
        refuses now, reconciling does.
        """
        now = self._clock()
        for desk in map(self._store.desk, EXTRA_DESKS):
            if takeover.is_of_another_console(desk, first):
                with contextlib.suppress(PhoneError):
                    self._end(desk.name, desk.leg)
                    self._desks.leg_ended(desk.name, desk.leg)
            elif desk.claimed:
                self._store.change_desk(desk.name, lambda before: claims.claimed_anew(before, now))

    def _end(self, name: str, leg: str) -> None:
        """Ends a live leg for another. PhoneError."""
        since = self._clock()
        if self._control.end_leg(leg):
            self._store.change_desk(name, lambda before: takeover.with_replaced_leg(before, leg, since))

    def handle_late_star(self, desk: Desk, request: desk_rules.DeskRequest) -> None:
        """A leg pressed `*` before it ended, and the request comes late: thanks the caller that the leg let go."""
        for call_sid in {desk.on_air, desk.claimed} - {""}:
            call = self._store.call(call_sid)
            if call is not None and takeover.has_let_go(desk, call, request):
                self._store.change_desk(desk.name, functools.partial(claims.after_letting_go, call_sid=call_sid))
                with contextlib.suppress(PhoneError):
                    self._thank_on_the_way(call_sid)
                self._desks.wake_if_dialling_for_nobody(desk.name)

    def _thank_on_the_way(self, call_sid: str) -> None:
        """Thanks a caller that waits for the desk to come back. A caller that has not asked yet is thanked then.

        The call is read again: a caller that asks at this moment looks at the desk after that.
        """
        call = self._store.call(call_sid)
        if call is not None and call.stage in calls.WAITS and self._control.thank(call_sid):
            self._desks.end(call_sid, Outcome.AIRED)
