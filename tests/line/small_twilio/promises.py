"""What must always hold: nobody is lost, nobody is in two places, and all is well when it is quiet again."""

from __future__ import annotations

from callin.contracts import Store
from callin.model import AIR_DESK, AIR_DESKS, HELD_QUEUE, Call, Desk, Opening, Outcome, Stage, is_screen_queue, queue_of
from callin.rules.calls import ENDED_BY_THE_STUDIO, WAITS
from tests.line.small_twilio.legs import Bridge, Leg, Request
from tests.line.small_twilio.network import Network
from tests.line.small_twilio.rest import SmallControl

THANKS_SECONDS = 120.0
"""Longer than three tries at a document, the goodbye, and the comparison with Twilio that mends what they lost."""

WITHOUT_TALK = frozenset({Outcome.HUNG_UP, Outcome.LOST})


class Promises:
    """Watches the network and the store. `let_go` are the callers that somebody at the studio meant to let go."""

    def __init__(self, store: Store, network: Network, phone: SmallControl) -> None:
        self._store = store
        self._network = network
        self._phone = phone
        self.let_go: set[str] = set()
        self._broken: list[str] = []
        self._turns = dict.fromkeys(AIR_DESKS, 0)
        self._moves: dict[str, tuple[int, int]] = {}
        self._thanked_since: dict[str, float] = {}
        self._aired: set[str] = set()
        """Callers that were on the air, as a queue's result has told the app."""
        network.before_the_end = self._before_the_end
        network.bridged = self._bridged
        network.starred = self._starred
        network.connecting = self._connecting
        network.answered = self._answered
        self.screened = False
        """Whether a DJ was told that the show is screened."""
        phone.thanks_are_due = lambda leg: self._before_the_end(leg, f"{leg.sid} is thanked by REST")

    @property
    def callers(self) -> list[Leg]:
        """The listeners' calls that are live."""
        return [leg for leg in self._network.legs.values() if leg.live and not leg.at_desk]

    @property
    def legs(self) -> list[Leg]:
        """The air desk's legs that are live."""
        return [leg for leg in self._network.legs.values() if leg.live and leg.at_desk and not leg.at_screener]

    @property
    def screeners(self) -> list[Leg]:
        """The screeners' legs that are live."""
        return [leg for leg in self._network.legs.values() if leg.live and leg.at_screener]

    @property
    def desk(self) -> Desk:
        return self._store.desk(AIR_DESK)

    def calls(self) -> dict[str, Call]:
        """What the line knows about every call, live or ended."""
        every = (self._store.call(sid) for sid, leg in self._network.legs.items() if not leg.at_desk)
        return {call.call_sid: call for call in every if call is not None}

    # As it happens

    def _before_the_end(self, leg: Leg, why: str) -> None:
        """The most important promise: the app ends no live call that nobody let go."""
        if leg.at_desk:
            is_refused = leg.line != AIR_DESK and self._store.desk(leg.line).leg != leg.sid
            if leg.sid not in self._phone.ended and not is_refused:
                self._broken.append(f"nobody took over from this leg: {why}")
        elif leg.sid not in self.let_go and not self._is_turned_away(leg):
            self._broken.append(f"nobody meant this caller to go: {why}")

    def _is_turned_away(self, leg: Leg) -> bool:
        """Whether the line was closed or full for them; they may still hear that for as long as a goodbye takes."""
        call, show = self._store.call(leg.sid), self._store.show()
        if call is None or call.outcome not in (Outcome.LINE_CLOSED, Outcome.LINE_FULL):
            return False
        limited = show.opening is not Opening.OPEN or show.most_callers > 0
        return limited or self._network.clock.now - call.changed_at < THANKS_SECONDS

    def _bridged(self, bridge: Bridge) -> None:
        """An earlier press does not let go a caller that the line has taken back."""
        call = self._store.call(bridge.caller.sid)
        if bridge.told and call is not None and call.live and not (call.intent or call.verdict):
            self.let_go.discard(bridge.caller.sid)

    def _connecting(self, bridge: Bridge) -> None:
        """In a screened show only callers that a screener made ready go on the air."""
        call = self._store.call(bridge.caller.sid)
        if self.screened and not bridge.desk.at_screener and not (call and call.cleared):
            self._broken.append(f"{bridge.caller.sid} comes on the air unscreened")

    def _starred(self, bridge: Bridge) -> None:
        """A `*` lets a caller go, but not a screener's, unless Twilio itself ends the call."""
        if not bridge.desk.at_screener or self._network.behaviour.star_ends_the_caller:
            self.let_go.add(bridge.caller.sid)

    def _answered(self, request: Request) -> None:
        if request.proves_airing and self._store.call(request.leg.sid) is not None:
            self._aired.add(request.leg.sid)

    # After each step

    def check(self) -> None:
        assert self._broken == []
        for name in AIR_DESKS:
            turn = self._store.desk(name).turn
            assert turn >= self._turns[name], f"the turn of {name} went back"
            self._turns[name] = turn
        self._check_places()
        for call in self.calls().values():
            self._check_moves(call)
            self._check_goodbye(call)

    def _check_places(self) -> None:
        for line in AIR_DESKS:
            busy = [leg.sid for leg in self.legs if leg.bridge is not None and leg.line == line]
            assert len(busy) <= 1, f"{busy} have a caller each on {line}"
        for leg in self.callers:
            places = [name for name, members in self._network.queues.items() if leg.sid in members]
            assert len(places) + (leg.bridge is not None) <= 1, f"{leg.sid} is in {places} and on the air"

    def _check_moves(self, call: Call) -> None:
        move, moves = self._moves.get(call.call_sid, (0, 0))
        assert call.document_seq >= move, f"the move of {call.call_sid} went back"
        assert call.documents_issued >= max(moves, call.document_seq), f"the moves of {call.call_sid} went back"
        self._moves[call.call_sid] = (call.document_seq, call.documents_issued)

    def _check_goodbye(self, call: Call) -> None:
        leg, now = self._network.legs[call.call_sid], self._network.clock.now
        if call.outcome not in ENDED_BY_THE_STUDIO or not leg.live or _is_untold(leg):
            self._thanked_since.pop(call.call_sid, None)
            return
        since = self._thanked_since.setdefault(call.call_sid, now)
        assert now - since <= THANKS_SECONDS, f"{call.call_sid} is {call.outcome} and lives on"

    # When it is quiet again

    def check_settled(self) -> None:
        """The line is what Twilio lists: who waits where, who is on the air, and who is over."""
        calls, desk = self.calls(), self.desk
        live = {leg.sid: leg for leg in self.callers}
        for leg in live.values():
            self._check_place(leg, calls.get(leg.sid), desk)
        for sid, call in calls.items():
            assert sid in live or not call.live, f"{sid} is over at Twilio, but {call.stage}"
            assert call.live or call.outcome is not None
            self._check_outcome(call)
            by = self._store.desk(call.claimed_by) if call.claimed_by else desk
            assert not call.claimed_by or by.claimed == sid, f"{sid} is claimed by a desk that has no such claim"
            assert not call.verdict or call.stage is Stage.SCREENING, f"{sid} has not heard that it is {call.verdict}"
        for name in {*AIR_DESKS, *(call.screener for call in calls.values() if call.screener)}:
            one = self._store.desk(name)
            assert not one.on_air or one.on_air in live, f"{name} has {one.on_air}, whose call is over"
            assert not one.claimed or calls[one.claimed].queue == queue_of(name)
        self._check_that_the_line_moves(calls, desk)

    def check_outcomes(self) -> None:
        """Every call has an outcome. Callers that were on the air, as Twilio reported, have not just hung up."""
        for sid, call in self.calls().items():
            assert call.outcome is not None, f"{sid} has no outcome"
            self._check_outcome(call)

    def _check_outcome(self, call: Call) -> None:
        if call.call_sid in self._aired:
            assert call.outcome not in WITHOUT_TALK, f"{call.call_sid} was on the air and is {call.outcome}"

    def _check_place(self, leg: Leg, call: Call | None, desk: Desk) -> None:
        assert call is not None, f"{leg.sid} is live and unknown"
        assert call.live, f"{leg.sid} is live and {call.outcome}"
        if leg.bridge is not None and leg.bridge.desk.at_screener:
            assert call.stage is Stage.SCREENING, f"{leg.sid} speaks with a screener and is {call.stage}"
            with_whom = self._store.desk(call.screener)
            if with_whom.leg == leg.bridge.desk.sid:
                assert with_whom.on_air == leg.sid, f"{call.screener} does not know of {leg.sid}"
        elif leg.bridge is not None:
            assert call.stage is Stage.ON_AIR, f"{leg.sid} is on the air and {call.stage}"
            desk = self._store.desk(call.air_desk)
            assert (desk.on_air, desk.leg) == (leg.sid, leg.bridge.desk.sid)
        else:
            assert call.stage in WAITS, f"{leg.sid} is queued and {call.stage}"
            assert call.queue == leg.queue, f"{leg.sid} is in {leg.queue!r} and not in {call.queue}"

    def _check_that_the_line_moves(self, calls: dict[str, Call], desk: Desk) -> None:
        waiting = [leg for leg in self.callers if leg.queue not in ("", HELD_QUEUE) and not is_screen_queue(leg.queue)]
        show = self._store.show()
        ready = [leg for leg in waiting if calls[leg.sid].cleared or not show.screened]
        if desk.leg and not desk.paused and ready and not show.ready_check:
            busy = [leg.sid for leg in self.legs if leg.bridge]
            assert desk.leg in busy, f"{len(ready)} wait, and nobody is put through"
        strays = [leg.sid for leg in self.callers if is_screen_queue(leg.queue) and not calls[leg.sid].claimed_by]
        assert strays == [], "callers wait for a screener, and none takes them"
        if show.opening is Opening.CLOSED:
            left = [leg.sid for leg in waiting if not calls[leg.sid].claimed_by]
            assert left == [], "the line is closed, but callers wait"


def _is_untold(leg: Leg) -> bool:
    """Whether no webhook told the app of the leg's bridge: the queue's result proves it when the two part."""
    return leg.bridge is not None and not leg.bridge.told
