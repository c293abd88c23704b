"""Listeners' calls: what Twilio reports of them, and what they hear next."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable

from msgspec.structs import replace

from callin import rules
from callin.contracts import CallControl, Clock, PhoneError, Store, StoreError
from callin.line.admission import Admission, ComingBack
from callin.line.desks import Desks, PressRejected
from callin.live import Board, Lineup
from callin.model import (
    ENDED_STATUSES,
    Arrival,
    Call,
    Denial,
    Desk,
    Follow,
    Known,
    Outcome,
    ReadyCheckAnswer,
    Show,
    Stage,
    caller_of,
    is_screen,
)
from callin.rules import calls, claims, leaving, numbers, shows
from callin.rules import screening as screening_rules

CALLER_GONE = "That caller has gone."
BROUGHT_BACK = "That caller is first in line."


class Calls:
    """The listeners' calls. Safe to use from many threads: each record changes alone, and whole."""

    def __init__(
        self,
        desks: Desks,
        admission: Admission,
        store: Store,
        board: Board,
        control: CallControl,
        clock: Clock,
        summary_of: Callable[[str], Known | None],
    ) -> None:
        """`summary_of` returns what is known of the caller behind a number. It may raise StoreError."""
        self._desks = desks
        self._store = store
        self._board = board
        self._control = control
        self._clock = clock
        self._summary_of = summary_of
        self._admission = admission
        self.coming_back = ComingBack(store)

    def arrive(self, arrival: Arrival) -> Call | Denial:
        """A call that rang joins the line once: a known CallSid keeps its place and its wait.

        A call that may not join is stored as done, with the outcome that says why. A call that is denied at once is
        not stored.
        """
        with self._admission.one_at_a_time(arrival.number):
            return self._arrive(arrival)

    def _arrive(self, arrival: Arrival) -> Call | Denial:
        show, in_line = self._board.show_and_size()
        now = self._clock()
        denial: Denial | None = None
        is_new = False

        def join(before: Call | None) -> Call | None:
            nonlocal denial, is_new
            is_new = before is None
            denial = self._denial(arrival, show, now) if is_new else None
            if before is not None or denial:
                return before
            known = self.known_of(arrival.number)  # in here, so that a call waits for the store only once
            refused = shows.why_not_admitted(show, in_line, known)
            is_questioned = show.ask_callers and not show.screened
            greeting, city = arrival.greeting, arrival.city
            event = calls.Arrived(now, arrival.call_sid, arrival.number, refused, known, greeting, city, is_questioned)
            return calls.new_call(event)

        call = self._store.change_call(arrival.call_sid, join)
        if call is not None and call.live and is_new:
            denial = self._admission.denial_afterwards(arrival.number, arrival.call_sid)
        return denial or call or Denial.NUMBER_BUSY

    def _denial(self, arrival: Arrival, show: Show, now: float) -> Denial | None:
        """Why a new call may not begin; None if it may."""
        by_browser = numbers.denial_of_browser(arrival.number, show, now)
        return by_browser or self._admission.denial(arrival.number, arrival.call_sid)

    def identity_in_call(self, browser: str) -> str:
        """The identity with which a listener's browser has a live call; empty for none. StoreError."""
        calls_of_browser = self._store.live_calls_of(f"client:{browser}", 1)
        return calls_of_browser[0].number.removeprefix("client:") if calls_of_browser else ""

    def left_queue(
        self,
        call_sid: str,
        n: int | None,
        result: str,
        *,
        call_over: bool = False,
        times_asked: int = 0,
        asked_since: float = 0.0,
        screening: bool = False,
    ) -> tuple[Follow, Call | None]:
        """The call asks what follows. Returns what it hears next, and the call as it is then.

        `result` is Twilio's QueueResult, empty for a call that a REST request sent here. `n` is the number of the
        document that the request came from, None for the fallback document. `times_asked` and `asked_since`, in seconds
        since 1970, describe the same request before this one. `screening`: it was a screener's queue.
        """
        call = self._store.call(call_sid)
        if call is None:
            # Only the fallback document queues a call that we do not know: keep the caller, reconciling adopts them.
            return (Follow.NOTHING if call_over or result == "hangup" else Follow.QUEUE_AGAIN), None
        was_on_air = result == "bridged" and not screening
        desk = self._store.desk(screening_rules.air_desk_of(call) if was_on_air else screening_rules.queue_desk(call))
        closing = result == "leave" and shows.is_ended_by_closing(call, self._board.stored_show(), desk)
        request = leaving.FollowRequest(
            self._clock(), n, result, call_over, times_asked, asked_since, ended_by_closing=closing, screening=screening
        )
        what = leaving.what_follows(call, desk, request)
        if times_asked >= leaving.ASKS_BEFORE_DOUBT and what is Follow.ONE_MOMENT:
            request = replace(request, leg_over=self._asked_of_twilio(call))
            what = leaving.what_follows(call, desk, request)
        what, after = self._leave(call, desk, request, awaited=self._is_awaited(call_sid, desk, request, what))
        if what is Follow.ONE_MOMENT and self._store.desk(desk.name).let_go == call_sid:
            # Meanwhile the desk's leg has asked for its next turn: the studio let the caller go.
            what, after = Follow.THANK, self._desks.end(call_sid, Outcome.AIRED) or after
        if what is Follow.THANK and call.desk_leg and call.desk_leg == desk.replaced_leg:
            self._desks.wake_if_dialling_for_nobody(desk.name)
        return what, after

    def _is_awaited(self, call_sid: str, desk: Desk, request: leaving.FollowRequest, what: Follow) -> bool:
        """Whether the desk claims the call. A call that comes back to an air desk is claimed here."""
        if what is Follow.ONE_MOMENT:
            # The desk first, then the call: a call waits for the desk only if the desk waits for it.
            claim = functools.partial(claims.with_claim, call_sid=call_sid, now=request.at)
            return self._store.change_desk(desk.name, claim).claimed == call_sid
        is_parted = request.screening and request.result in screening_rules.PARTED
        return desk.claimed == call_sid and not is_parted

    def _leave(self, call: Call, desk: Desk, request: leaving.FollowRequest, *, awaited: bool) -> tuple[Follow, Call]:
        what = Follow.NOTHING

        def change(before: Call | None) -> Call:
            nonlocal what
            what, after = leaving.left(before or call, desk, request, awaited=awaited)
            return after

        after = self._store.change_call(call.call_sid, change)
        with contextlib.suppress(StoreError):  # the desk is mended later; what the caller hears is decided
            if not after.live:
                self._admission.ended(after.number)
                self._desks.release_everywhere(after)
            elif is_screen(desk.name) and screening_rules.owning_desk(after) != desk.name:
                self._desks.release(desk.name, call.call_sid)
        return what, after

    def _asked_of_twilio(self, call: Call) -> bool | None:
        if not call.desk_leg:
            return None
        try:
            state = self._control.call_state(call.desk_leg)
        except PhoneError:
            return None
        return state is None or state.over

    def begin_message(self, call_sid: str) -> bool:
        """A waiting caller asks to leave a message. True if they may, and have left the line for it."""
        at = self._clock()
        call = self._store.change_call(call_sid, lambda call: leaving.message_begun(call, at))
        return call is not None and call.stage is Stage.MESSAGE

    def left_message(self, call_sid: str) -> None:
        """Twilio has recorded a message of the caller: the call is over."""
        at = self._clock()
        call = self._store.change_call(call_sid, lambda call: leaving.message_left(call, at))
        if call is not None and not call.live:
            self._admission.ended(call.number)

    def answered_ready_check(self, call_sid: str, answer: ReadyCheckAnswer) -> Call | None:
        """The caller answered the ready check, or did not in time."""
        return self._desks.advance(call_sid, calls.ReadyCheckAnswered(answer))

    def heard_notice(self, call_sid: str) -> Call | None:
        """Stores when the caller has heard that they go on the air after a tone, and may be broadcast."""
        return self._desks.advance(call_sid, calls.HeardNotice(self._clock()))

    def move(self, call_sid: str, before: str) -> str:
        """Puts a caller just before another in line, or last if `before` is empty. Their waits do not change."""
        place = self._board.read(lambda lineup: lineup.place_before(call_sid, before))
        if place is None:
            raise PressRejected("gone", "That caller cannot be moved there.")
        self._desks.advance(call_sid, calls.Placed(place[0], returned=place[1]))
        return "Moved."

    def talk_began(self, call_sid: str, talk: screening_rules.TalkBegan) -> Call | None:
        """Twilio is about to connect the call with a screener's leg."""
        call = self._store.change_call(call_sid, lambda before: screening_rules.in_talk(before, talk))
        if call is not None and screening_rules.owning_desk(call) == talk.desk and call.stage is Stage.SCREENING:
            self._store.change_desk(talk.desk, lambda desk: claims.with_caller(desk, call_sid, talk.leg, talk.turn))
        return call

    def call_status(self, call_sid: str, status: str, number: str = "", *, is_listeners: bool = False) -> None:
        """Twilio's status callback for a listener's call or a leg of the studio. `number` is its From.

        `is_listeners`: the call is no leg, even if the line does not know it, because it was denied.
        """
        if status in ENDED_STATUSES and self._desks.end(call_sid, None) is None and not is_listeners:
            self._desks.leg_ended(self._desks.desk_of_leg(call_sid, number), call_sid)

    def bring_back(self, call_sid: str) -> str:
        """Takes back Drop or Next while the caller is still being thanked: they are first in line."""
        at = self._clock()
        before: Call | None = None

        def bring(call: Call | None) -> Call | None:
            nonlocal before
            before = call
            return leaving.brought_back(call, at)

        brought = self._store.change_call(call_sid, bring)
        if before is None or brought is None or not brought.live:
            raise PressRejected("gone", CALLER_GONE)
        if before.live:
            if before.returned and before.stage in calls.WAITS:
                return BROUGHT_BACK  # by another desk, or by the first half of a doubled press
            raise PressRejected("already", "That caller is still on the line.")
        return self._redirect_back(before, brought)

    def _redirect_back(self, before: Call, brought: Call) -> str:
        try:
            is_there = self._control.redirect(brought, brought.documents_issued)
        except PhoneError as error:
            if self._has_reached(brought):
                return BROUGHT_BACK  # Twilio did it although it reported a failure
            self._leave_gone(before, brought)
            raise self._desks.phone_failed(error, star=False, advice="The caller was not brought back.") from error
        if not is_there:
            self._leave_gone(before, brought)
            raise PressRejected("gone", "That caller has hung up.")
        return BROUGHT_BACK

    def _has_reached(self, brought: Call) -> bool:
        call = self._store.call(brought.call_sid)
        return call is not None and call.live and call.document_seq >= brought.documents_issued

    def _leave_gone(self, before: Call, brought: Call) -> None:
        """The call is over as before. A desk may have claimed it in the meantime: then it ends again.

        Twilio may have reported its end in the meantime, when it counted as live: the outcome is the former one.
        """

        def undo(now: Call | None) -> Call | None:
            if now == brought:
                return before
            if now is None or now.live:
                return now
            return replace(now, outcome=before.outcome, intent=before.intent, hung_up=before.hung_up)

        undone = self._store.change_call(before.call_sid, undo)
        if undone is not None and undone.live:
            self._desks.end(before.call_sid, before.outcome)

    def known_of(self, number: str) -> Known | None:
        """What is known of the caller; None while the store fails, so that the call is let in."""
        try:
            is_kept = rules.is_somebodys(number) or rules.is_listeners_browser(number)
            return self._summary_of(number) if is_kept else None
        except StoreError:
            return None

    def learned(self, number: str, known: Known | None) -> None:
        """What is known of the caller behind a number has changed: puts it on their live calls.

        A browser has another From with each call: see `caller_of`.
        """
        caller = caller_of(number)
        for call in self._board.read(Lineup.live):
            if caller_of(call.number) == caller:
                self._store.change_call(call.call_sid, lambda now: calls.with_known(now, known))

    def anonymise(self, call_sid: str) -> None:
        """Removes the number, and what is known of the caller, from a call. The call goes on."""
        self._store.change_call(call_sid, calls.anonymised)

    def get_call(self, call_sid: str) -> Call | None:
        """The call, live or done, or None for an unknown one."""
        return self._store.call(call_sid)
