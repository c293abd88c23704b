"""Which leg is the air desk's: the first that asks, and later another that takes over."""

from __future__ import annotations

import contextlib
import functools

from callin.contracts import CallControl, Clock, PhoneError, Store
from callin.line.claims import Claims, PressRejected
from callin.model import AIR_DESK, Desk, Outcome
from callin.rules import calls, claims, desks, takeover


class Takeover:
    """Seats legs at the air desk, and replaces the desk's leg by another."""

    def __init__(self, claims: Claims, store: Store, control: CallControl, clock: Clock) -> None:
        self._claims = claims
        self._store = store
        self._control = control
        self._clock = clock

    def seat(self, leg: str, by: str, *, accepts: bool) -> Desk:
        """The desk after this leg asked for a document. `by` is its From; `accepts` says that it takes over."""
        desk = self._store.change_desk(AIR_DESK, lambda before: takeover.seated(before, leg, by))
        if desk.rival != leg:
            return desk
        try:
            if accepts or takeover.is_same_phone(desk, by):
                return self._replace(desk.leg, leg, by)
            state = self._control.call_state(desk.leg)
        except PhoneError:
            return desk
        if state is None or state.over:
            return self._take_over(desk.leg, leg, by)
        return desk

    def accept(self, leg: str) -> str:
        """The leg that was offered to take over becomes the desk's, and the one that was it is ended."""
        desk = self._store.desk(AIR_DESK)
        if not leg or desk.rival != leg:
            raise PressRejected("gone", "There is nothing to take over.")
        try:
            desk = self._replace(desk.leg, leg, desk.rival_by)
            self._claims.wake(leg, desk.turn)
        except PhoneError as error:
            raise self._claims.phone_failed(error, star=True) from error
        return "You have taken over."

    def _replace(self, old: str, leg: str, by: str) -> Desk:
        """Ends the leg that was the desk's and makes the other the desk's. PhoneError."""
        since = self._clock()
        if old and self._control.end_leg(old):
            self._store.change_desk(AIR_DESK, lambda before: takeover.with_replaced_leg(before, old, since))
        return self._take_over(old, leg, by)

    def _take_over(self, old: str, leg: str, by: str) -> Desk:
        return self._store.change_desk(
            AIR_DESK, lambda before: takeover.taken_over(before, leg, by) if before.leg == old else before
        )

    def hear_late(self, desk: Desk, request: desks.DeskRequest) -> None:
        """A leg that is over pressed `*` before it ended, and the request comes late: thank the caller it let go."""
        for call_sid in {desk.on_air, desk.claimed} - {""}:
            call = self._store.call(call_sid)
            if call is not None and desks.has_let_go(desk, call, request):
                self._store.change_desk(AIR_DESK, functools.partial(claims.after_letting_go, call_sid=call_sid))
                with contextlib.suppress(PhoneError):
                    self._thank_on_the_way(call_sid)
                self._claims.wake_if_dialling_for_nobody()

    def _thank_on_the_way(self, call_sid: str) -> None:
        """Thanks a caller that waits for the desk to come back. A caller that has not asked yet is thanked then.

        The call is read again: a caller that asks at this moment looks at the desk after that.
        """
        call = self._store.call(call_sid)
        if call is not None and call.stage in calls.WAITS and self._control.thank(call_sid):
            self._claims.end(call_sid, Outcome.AIRED)
