"""Finds connected callers, and legs of the studio, that no webhook reported: by elimination, from Twilio's lists."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

from callin import rules
from callin.contracts import CallControl, Clock, Store
from callin.live import Board, Lineup
from callin.model import AIR_DESK, EXTRA_DESKS, Call, CallState, Desk, is_screen
from callin.rules import claims, screening, takeover
from callin.rules import desks as desk_rules
from callin.rules.calls import Arrived, WentOnAir, new_call

BACK_SECONDS = 40.0
"""How long after its start the app may find what happened before. After that, every caller that heard the fallback's
sentence at the start is in a queue."""

SETTLED_SECONDS = 20.0
"""A younger leg of the studio may be about to ask us for the first time."""


class Numbers(NamedTuple):
    """The numbers that listeners and DJs ring, and the DJs' phones. Other calls that we do not know are left alone."""

    listener_number: str = ""
    dj_number: str = ""
    dj_phones: Callable[[], frozenset[str]] = frozenset
    """Returns the numbers that may run the show now."""


NO_NUMBERS = Numbers()


class _Candidate(NamedTuple):
    """A caller in no queue, and a desk that may have them, both unchanged `since` that moment."""

    call: Call
    desk: Desk
    since: float


class Bridges:
    """Twilio's lists do not show bridges. A live caller that is in no queue, and can be nowhere else, is connected."""

    def __init__(
        self, board: Board, store: Store, control: CallControl, clock: Clock, numbers: Numbers = NO_NUMBERS
    ) -> None:
        self._board = board
        self._store = store
        self._control = control
        self._clock = clock
        self._numbers = numbers
        self.back_since = -math.inf
        """When the app started, if it has compared with Twilio since: no webhook from before that is still to come."""
        self._candidates: dict[str, _Candidate] = {}
        """The callers that the last run found in no queue, by CallSid."""
        self.is_unsure = False
        """Whether another run soon may find more: the app is just back, and somebody is in no queue."""
        self._are_legs_called_back = False

    @property
    def is_back(self) -> bool:
        """Whether the app started so recently that unknown things may have happened before its start."""
        return self._clock() - self.back_since < BACK_SECONDS

    def begin(self, started_at: float) -> None:
        """The app started then. Webhooks for what happened before were lost with the process before this one."""
        self.back_since = started_at

    def find(self, now: float, missing: list[Call], unknown: Mapping[str, CallState], *, are_all_queued: bool) -> None:
        """Finds the legs and callers of the desks. PhoneError.

        `missing` are live calls of the line that are in no queue; `unknown` are live calls that the line does not have.
        `are_all_queued`: every call in line is in a queue, also those that changed just now.
        A candidate counts as connected after `claims.seconds_until_sure`: a leg that got no caller asks again before,
        and so begins a new turn.
        """
        self._find_legs(now, unknown)
        before, self._candidates = self._candidates, {}
        if self.is_back:
            callers = self._callers(now, unknown)
            missing = [*missing, *callers]
            self._call_back_idle_legs(are_callers_sure=are_all_queued and not callers)
        for call in missing:
            desk = self._store.desk(screening.queue_desk(call))
            if self._may_have(desk, call):
                was = before.get(call.call_sid)
                same = was is not None and (was.call, was.desk.leg, was.desk.turn) == (call, desk.leg, desk.turn)
                self._candidates[call.call_sid] = _Candidate(call, desk, was.since if was and same else now)
        names = [candidate.desk.name for candidate in self._candidates.values()]
        connected_count = 0
        for call, desk, since in self._candidates.values():
            unseen = call.call_sid in unknown
            sure = claims.seconds_until_sure(desk, is_back=self.is_back, has_rung_unseen=unseen)
            if now - since >= sure and names.count(desk.name) == 1:
                self._store.change_call(call.call_sid, functools.partial(_known_or, call))
                self._connect(call, desk)
                connected_count += 1
        self.is_unsure = self.is_back and (len(missing) > connected_count or not self._are_legs_called_back)

    def _find_legs(self, now: float, unknown: Mapping[str, CallState]) -> None:
        """Finds legs of the studio that are not the air desk's, the newest first.

        A phone is known by its number alone, and a phone that the app does not know may be keying its PIN. So phones
        count only for what happened before our start.
        """
        desk = self._store.desk(AIR_DESK)
        elsewhere = {self._store.desk(name).leg for name in EXTRA_DESKS} if unknown else set()
        replaced: set[str] = set()
        for leg, state in sorted(unknown.items(), key=lambda one: (one[1].started_at, one[0]), reverse=True):
            is_phone = state.to == self._numbers.dj_number and state.number in self._numbers.dj_phones()
            if not (state.number.startswith("client:dj_") or (is_phone and self.is_back)):
                continue
            if leg in elsewhere:
                continue
            is_settled = self.is_back or now - state.started_at > SETTLED_SECONDS
            if is_settled and leg not in (desk.leg, desk.rival):
                self._leg_found(leg, state.number, has_newer=state.number in replaced)
            replaced.add(state.number)

    def _leg_found(self, leg: str, by: str, *, has_newer: bool) -> None:
        """A live leg of the studio that no webhook reported: the fallback document gave it callers, and still does.

        If the desk has no leg, it becomes the desk's and keeps the caller that it may have. If the desk has one, this
        leg is ended (the same DJ has a newer one) or made to ask us. Either parts it from its caller: there are never
        two on the air.
        """
        desk = self._store.change_desk(
            AIR_DESK, lambda before: takeover.leg_joined(before, leg, by, self._clock()) if not before.leg else before
        )
        if desk.leg == leg:
            return
        if has_newer:
            self._control.end_leg(leg)
        else:
            self._control.wake(leg, desk.turn, desk.name)

    def _call_back_idle_legs(self, *, are_callers_sure: bool) -> None:
        """Has the air desks' legs that have nobody ask us, once after a start, as soon as no caller may be with them.

        Such a leg may play the fallback document, which would give it a caller without telling us, up to 20 s from now.
        """
        if self._are_legs_called_back:
            return
        desks = [self._store.desk(AIR_DESK), *self._board.read(Lineup.extra_desks)]
        idle = [desk for desk in desks if desk.leg and not desk.on_air and desk.began_at <= self.back_since]
        if idle and not are_callers_sure:
            return
        for desk in idle:
            self._store.change_desk(desk.name, functools.partial(desk_rules.woken, turn=desk.turn))
            self._control.wake(desk.leg, desk.turn, desk.name)
        self._are_legs_called_back = True  # not if a request failed: then the next run tries again

    def _connect(self, call: Call, desk: Desk) -> None:
        """Records that Twilio has connected the call with the desk's leg, unless either has changed since."""
        now = self._clock()

        def change(before: Call | None) -> Call | None:
            if before != call:
                return before
            if is_screen(desk.name):
                return screening.in_talk(before, screening.TalkBegan(now, desk.name, desk.leg, desk.turn))
            return rules.advance(before, WentOnAir(now, desk.leg, desk.turn, is_listed=True, desk=desk.name))

        after = self._store.change_call(call.call_sid, change)
        if after is not None and screening.owning_desk(after) == desk.name:
            self._store.change_desk(desk.name, lambda before: claims.with_missed_caller(before, after))

    def _may_have(self, desk: Desk, call: Call) -> bool:
        if claims.may_have(desk, call):
            return True
        return desk.name == AIR_DESK and claims.may_have_after_outage(
            desk, call, self._board.stored_show(), is_back=self.is_back
        )

    def _callers(self, now: float, unknown: Mapping[str, CallState]) -> list[Call]:
        """Callers that rang and were taken while the app was down, as calls that have waited since they rang."""
        number = self._numbers.listener_number
        return [
            new_call(Arrived(state.started_at or now, call_sid, state.number))
            for call_sid, state in unknown.items()
            if rules.is_listeners_browser(state.number) or (number and state.to == number)
        ]


def _known_or(found: Call, before: Call | None) -> Call:
    """A call that the line does not know joins it as it was found."""
    return before or found
