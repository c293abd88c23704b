"""The line: the one place where a call or a desk changes."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from callin import rules
from callin.contracts import Store, StoreError
from callin.lineup import Lineup
from callin.model import (
    AIR_DESK,
    AIR_QUEUE,
    WAITING_QUEUE,
    Arrival,
    Call,
    Desk,
    DeskDocument,
    Follow,
    Outcome,
    Place,
    Reading,
    Row,
    Snapshot,
    Stage,
)

ROWS_SHOWN = 200

Clock = Callable[[], float]
"""Seconds since 1970."""


class Line:
    """The station's call-in line. Safe to use from many threads.

    What changes goes to the store first; what is read comes from memory, brought up to date by the store's mark, so
    that a webhook or a dashboard costs the same with five thousand callers as with fifty.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._lineup = Lineup()
        self._mark: int | None = None
        self._reading = Reading()
        self._body: tuple[tuple[int, int, Reading], bytes] | None = None

    # What Twilio says

    def arrive(self, arrival: Arrival) -> Call:
        """A call that rang joins the line, once: a CallSid that is known keeps its place and its wait."""
        event = rules.Arrived(self._clock(), arrival.call_sid, arrival.number)
        return self._store.change_call(arrival.call_sid, lambda before: before or rules.new_call(event))

    def adopt(self, call_sid: str, number: str, joined_at: float) -> Call | None:
        """A call that Twilio has queued and we did not know joins the line, with its true wait."""
        event = rules.Arrived(joined_at, call_sid, number)
        return self._advance(call_sid, event)

    def on_air(self, call_sid: str, desk_leg: str, turn: int | None) -> Call | None:
        """Twilio is about to bridge the call with the desk's leg. None for a call that nobody knows."""
        event = rules.WentOnAir(self._clock(), desk_leg, turn)
        call = self._advance(call_sid, event)
        if call is not None and call.live:
            self._store.change_desk(AIR_DESK, lambda desk: rules.given(desk, call_sid))
        return call

    def left_queue(
        self, call_sid: str, move: int | None, result: str, *, call_over: bool, times_asked: int = 0
    ) -> tuple[Follow, Call | None]:
        """The call left a queue with Twilio's QueueResult: what it hears next, and the call as it is then.

        `move` is the one that the queue's action carried, None when it carried none (the fallback document's).
        """
        call = self._store.call(call_sid)
        if call is not None and move is not None and move < call.move:
            return Follow.NOTHING, call
        if call is None:
            # Only the fallback document queues a call that we do not know: keep the caller, the sweep adopts them.
            return (Follow.NOTHING if call_over or result == "hangup" else Follow.QUEUE_AGAIN), None
        now = self._clock()
        if result == "bridged":
            call = self._advance(call_sid, rules.Bridged(now)) or call
        desk = self._store.desk(AIR_DESK)
        follow = rules.follow(call, desk, result, call_over=call_over, times_asked=times_asked)
        return follow, self._obey(call, follow, result, call_over=call_over)

    def _obey(self, call: Call, follow: Follow, result: str, *, call_over: bool) -> Call | None:
        now = self._clock()
        if call_over or result == "hangup":
            return self.end(call.call_sid, Outcome.HUNG_UP if result == "hangup" else None)
        if follow is Follow.THANK:
            return self.end(call.call_sid, Outcome.AIRED)
        if follow is Follow.QUEUE_FULL:
            return self.end(call.call_sid, Outcome.LINE_FULL)
        if follow in (Follow.QUEUE_AGAIN, Follow.ONE_MOMENT):
            sent = rules.Sent(now, rules.queue_for(follow))
            if follow is Follow.ONE_MOMENT:
                self._store.change_desk(AIR_DESK, lambda desk: rules.given(desk, call.call_sid))
            return self._advance(call.call_sid, sent)
        return call

    def call_status(self, call_sid: str, status: str) -> None:
        """Twilio's status callback for a leg: a listener's call, or the studio's own."""
        if status not in rules.ENDED_STATUSES:
            return
        if self._store.desk(AIR_DESK).leg == call_sid or self._store.call(call_sid) is None:
            self._store.change_desk(AIR_DESK, lambda desk: rules.leg_ended(desk, call_sid))
        self.end(call_sid, None)

    def end(self, call_sid: str, outcome: Outcome | None) -> Call | None:
        """The call is over. `outcome` is None where it follows from the stage that the call was in."""
        event = rules.Ended(self._clock(), outcome)
        call = self._advance(call_sid, event)
        if call is not None and self._store.desk(AIR_DESK).call_sid == call_sid:
            self._store.change_desk(AIR_DESK, lambda desk: rules.released(desk, call_sid))
        return call

    # What the studio's leg asks

    def dequeue(self, leg: str, turn: int | None) -> DeskDocument:
        """The studio's leg asks for its next caller: what it is to do, in which of the desk's turns."""
        desk = self._store.change_desk(AIR_DESK, lambda desk: rules.dequeue(desk, leg, turn))
        return rules.document(self._with_live_promise(desk))

    def _with_live_promise(self, desk: Desk) -> Desk:
        call = self._store.call(desk.call_sid) if desk.call_sid else None
        kept = call is not None and call.stage is Stage.WAITING and call.queue == AIR_QUEUE
        return desk if kept else replace(desk, call_sid="")

    # What people and callers read

    def place(self, call_sid: str) -> Place:
        """Where the caller stands. It writes nothing; an unknown call has no position."""
        with self._lock:
            self._refresh()
            now = self._clock()
            call = self._lineup.get(call_sid)
            return Place(
                position=self._lineup.position(call) if call else None,
                size=self._lineup.size,
                wait_seconds=max(0, int(now - call.joined_at)) if call else 0,
                average_wait_seconds=self._lineup.average_wait_seconds(now),
                stage=call.stage if call else None,
                move=call.move if call else 1,
            )

    def knows(self, call_sid: str) -> bool:
        """Whether the call was ever in the line, live or done."""
        return self._store.call(call_sid) is not None

    def live_calls(self) -> list[Call]:
        """Every live call, in no order."""
        with self._lock:
            self._refresh()
            return self._lineup.live()

    def snapshot(self) -> Snapshot:
        """The line as a dashboard shows it. While the store fails: what was last known."""
        with self._lock:
            self._refresh_if_possible()
            return self._snapshot(self._clock())

    def status_json(self) -> bytes:
        """The body of `/queue-status`: made once a second at most while nothing changes, however many ask."""
        with self._lock:
            self._refresh_if_possible()
            now = self._clock()
            key = (self._lineup.version, int(now), self._reading)
            if self._body is None or self._body[0] != key:
                self._body = key, json.dumps(as_status(self._snapshot(now))).encode()
            return self._body[1]

    def twilio_was_read(self, problem: str = "") -> None:
        """Says how a reading of Twilio's member list went: `problem` is a sentence, or empty when it went well."""
        with self._lock:
            self._reading = Reading(self._reading.good_at, problem) if problem else Reading(self._clock())

    # Inside

    def _advance(self, call_sid: str, event: rules.Event) -> Call | None:
        return self._store.change_call(call_sid, lambda before: rules.advance(before, event))

    def _refresh(self) -> None:
        if self._mark is None:
            changes = self._store.live_calls()
            self._lineup.replace(changes.calls)
        else:
            changes = self._store.changes_since(self._mark)
            self._lineup.take(changes.calls)
        self._mark = changes.mark

    def _refresh_if_possible(self) -> None:
        try:
            self._refresh()
        except StoreError as error:
            self._reading = Reading(self._reading.good_at, str(error))

    def _snapshot(self, now: float) -> Snapshot:
        on_air = [_row(call, None, now) for call in self._lineup.on_air()]
        waiting = self._lineup.first(ROWS_SHOWN - len(on_air))
        rows = [_row(call, position, now) for position, call in enumerate(waiting, start=1)]
        good_at = self._reading.good_at
        return Snapshot(
            current_size=self._lineup.size,
            average_wait_seconds=self._lineup.average_wait_seconds(now),
            calls=(*on_air, *rows),
            more=self._lineup.size - len(rows),
            twilio_ok=not self._reading.problem and good_at is not None,
            twilio_age_seconds=None if good_at is None else max(0, int(now - good_at)),
            problem=self._reading.problem,
        )


def _row(call: Call, position: int | None, now: float) -> Row:
    on_air = call.stage is Stage.ON_AIR
    waited_until = call.changed_at if on_air else now
    return Row(
        call_sid=call.call_sid,
        position=position,
        stage=call.stage,
        wait_seconds=max(0, int(waited_until - call.joined_at)),
        on_air_seconds=max(0, int(now - call.changed_at)) if on_air else None,
        number=rules.masked(call.number),
    )


def as_status(snapshot: Snapshot) -> dict[str, Any]:
    """A snapshot as the JSON object of `/queue-status`, with the tutorial's names for what it had."""
    return {
        "queue": WAITING_QUEUE,
        "current_size": snapshot.current_size,
        "average_wait_time": snapshot.average_wait_seconds,
        "calls": [
            {
                "call_sid": row.call_sid,
                "position": row.position,
                "stage": row.stage,
                "wait_seconds": row.wait_seconds,
                "on_air_seconds": row.on_air_seconds,
                "number": row.number,
            }
            for row in snapshot.calls
        ],
        "more": snapshot.more,
        "twilio": {
            "ok": snapshot.twilio_ok,
            "age_seconds": snapshot.twilio_age_seconds,
            "problem": snapshot.problem,
        },
    }
