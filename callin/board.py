"""The board: the line as people and callers read it, from memory, and the wait for what changes."""

from __future__ import annotations

import json
import logging
import threading
import time
import zlib
from collections import deque
from collections.abc import Callable
from typing import Any

from callin import rules
from callin.contracts import Clock, Store, StoreError
from callin.diary import Diary
from callin.lineup import Lineup
from callin.model import AIR_DESK, AIR_QUEUE, WAITING_QUEUE, Call, Desk, Place, Reading, Show
from callin.rows import call_row, card_row, chat_rows, desk_row, show_row, who_sits_at
from callin.rules import desks as desk_rules
from callin.rules import screening, shows
from callin.rules.whispers import whisper

ROWS_SHOWN = 200

HELD_SECONDS = 10.0
"""How long a dashboard's question is held while nothing changes."""

MARK_SECONDS = 600.0
"""A dashboard whose mark is older than this takes everything anew."""

FOLLOW_SECONDS = 1.0
SHOW_SECONDS = 1.0
MARKS_REMEMBERED = 5000
MARK_DIGITS = 20

log = logging.getLogger(__name__)


class Board:
    """What is known of the line, brought up to date by the store's mark. Safe to use from many threads.

    Reading costs the same with five thousand callers as with fifty, and one answer is made for however many ask. While
    somebody watches, one thread waits for the store's changes and wakes everyone who is held.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._changed = threading.Condition()
        self._lineup = Lineup()
        self._diary = Diary(store, clock)
        self._mark: int | None = None
        self._told: tuple[int | None, str] | None = None
        self._show_read_at = 0.0
        self._marks: deque[tuple[int, float]] = deque(maxlen=MARKS_REMEMBERED)
        self._reading = Reading()
        self._bodies: dict[bool, tuple[tuple[int, int, Reading], bytes]] = {}  # by whether numbers are in full
        self._watchers = 0
        self._follower: threading.Thread | None = None

    # What callers and the studio's leg ask

    def place(self, call_sid: str) -> Place:
        """Where the caller stands. It writes nothing; an unknown call has no position."""
        with self._changed:
            self._refresh()
            now = self._clock()
            call, show = self._lineup.get(call_sid), self._lineup.show
            desk = self._lineup.desk(screening.desk_that_has(call) if call else AIR_DESK)
            return Place(
                position=self._lineup.position(call) if call else None,
                size=self._lineup.size,
                wait_seconds=max(0, int(now - call.joined_at)) if call else 0,
                average_wait_seconds=self._lineup.average_wait_seconds(now),
                stage=call.stage if call else None,
                sent_home=call is not None and shows.is_sent_home(call, show, desk),
                is_asked=call is not None and self._lineup.is_asked(call),
                is_passed_over=call is not None and shows.is_passed_over(call, show),
                is_astray=call is not None and screening.is_astray(call, desk, show),
                awaits_screener=call is not None and not shows.may_go_on_air(call, show),
                is_coming=call is not None and call.claimed_by == AIR_DESK and call.queue == AIR_QUEUE,
                is_wanted=call is not None and self._is_wanted(call, now),
            )

    def _is_wanted(self, call: Call, now: float) -> bool:
        """Whether the air desk waits in silence for the first who may come, and this is the one."""
        return (
            desk_rules.waits_in_silence(self._lineup.desk(AIR_DESK), now) and next(self._lineup.up_next(), None) == call
        )

    def whisper(self, desk: Desk) -> str:
        """What the DJ is told of the caller who is promised to the desk; empty where the show has no whisper."""
        with self._changed:
            self._refresh()
            return self._whispered(desk)

    def _whispered(self, desk: Desk) -> str:
        if not self._lineup.show.whisper or not desk.claimed or desk.name != AIR_DESK:
            return ""
        return whisper(self._lineup.get(desk.claimed), self._lineup.card(desk.claimed))

    def show_and_size(self) -> tuple[Show, int]:
        """The show, at most a second old, and how many are in line: as they are where callers are limited.

        A call that rings asks this. Where nothing hangs on how many wait, it does not pay for counting them.
        """
        with self._changed:
            if self._clock() - self._show_read_at > SHOW_SECONDS:
                self._lineup.take_show(self._store.show())
                self._show_read_at = self._clock()
            if self._lineup.show.most_callers:
                self._refresh()
            return self._lineup.show, self._lineup.size

    def show_changed(self) -> None:
        """The next call that rings is let in, or not, by the show as it is now: on this instance at once."""
        self._show_read_at = 0.0

    def first_in_line(self, count: int) -> list[Call]:
        """The first so many callers whom Next may bring, in order."""
        with self._changed:
            self._refresh()
            return [call for call, _ in zip(self._lineup.up_next(), range(count), strict=False)]

    def place_before(self, call_sid: str, other_sid: str) -> tuple[float, bool] | None:
        """Where a call has to stand to come just before another, or last where that is empty: see Lineup."""
        with self._changed:
            self._refresh()
            return self._lineup.place_before(call_sid, other_sid)

    def queue_in_our_order(self) -> str:
        """The queue of the line from which a desk gets the caller whom Next would bring, or whoever comes next where
        nobody waits; empty where dialling a queue would bring somebody else."""
        with self._changed:
            self._refresh()
            return "" if shows.is_asked_first(self._lineup.show) else self._lineup.queue_in_our_order()

    def queue_of_whoever_comes(self) -> str:
        """The queue of the line to dial where Twilio cannot be asked to bring the one whom Next would bring."""
        with self._changed:
            self._refresh()
            return self._lineup.queue_of_whoever_comes()

    def is_anybody_cleared(self) -> bool:
        """Whether anybody in line may go on the air in a screened show, ready or not."""
        with self._changed:
            self._refresh()
            return any(call.cleared for call in self._lineup.in_order())

    def to_be_screened(self, count: int) -> list[Call]:
        """The first so many callers whom no screener has spoken with and no desk has, in order."""
        with self._changed:
            self._refresh()
            return [call for call, _ in zip(self._lineup.to_be_screened(), range(count), strict=False)]

    def ready_before(self, other_sid: str) -> float:
        """Where a call has to stand to come just before another among those who are ready: see Lineup."""
        with self._changed:
            self._refresh()
            return self._lineup.ready_before(other_sid)

    def screeners(self) -> list[Desk]:
        """The screeners' desks that somebody sits at or that have a caller."""
        with self._changed:
            self._refresh()
            return self._lineup.desks()

    def talking(self) -> list[Call]:
        """The calls that speak with a screener."""
        with self._changed:
            self._refresh()
            return self._lineup.talking()

    def live_calls(self) -> list[Call]:
        """Every live call, in no order."""
        with self._changed:
            self._refresh()
            return self._lineup.live()

    def on_air(self) -> list[Call]:
        """The calls on the air."""
        with self._changed:
            self._refresh()
            return self._lineup.on_air()

    # What dashboards ask

    def status(self, *, full_numbers: bool = False) -> dict[str, Any]:
        """The line as a dashboard shows it: the object of `/queue-status`. While the store fails: what was known."""
        with self._changed:
            self._refresh_if_possible()
            return self._status(self._clock(), full_numbers=full_numbers) | self._now()

    def status_json(self, *, full_numbers: bool = False) -> bytes:
        """The body of `/queue-status`: made once a second at most while nothing changes, however many ask."""
        with self._changed:
            self._refresh_if_possible()
            return self._status_json(full_numbers=full_numbers)

    def strangers_json(self) -> bytes:
        """The body of `/queue-status` for somebody who is not signed in: the tutorial's two numbers."""
        with self._changed:
            self._refresh_if_possible()
            return json.dumps(self._figures(self._clock())).encode()

    def status_after(
        self, since: str, *, hold: bool, full_numbers: bool = False, ask_again_seconds: int | None = None
    ) -> bytes:
        """The body of `/queue-status?since=…`: held until something changes, at most 10 s, where `hold` allows it.

        `since` is a mark as an answer gave it; ValueError for anything else. One from another instance that is ahead
        of ours is waited for; one that stays ahead, or that is older than 10 minutes, is answered with everything and
        `"reset": true`. `ask_again_seconds` is put into the answer.
        """
        mark, reading = _parsed(since)
        more: dict[str, Any] = {} if ask_again_seconds is None else {"ask_again_seconds": ask_again_seconds}
        with self._changed:
            self._refresh_if_possible()
            if hold:
                self._hold(mark, reading)
            if self._mark is None or self._mark < mark or self._is_old(mark):
                return json.dumps(
                    self._status(self._clock(), full_numbers=full_numbers) | self._now() | {"reset": True} | more
                ).encode()
            if self._mark == mark and reading == self._reading_word():
                return json.dumps({"mark": since, "unchanged": True} | self._now() | more).encode()
            if self._mark == mark:
                # Two instances may have read Twilio with different luck: their dashboards are not to run in circles.
                more.setdefault("ask_again_seconds", 1)
            return self._status_json(more, full_numbers=full_numbers)

    def day_summary(self, since: float, until: float) -> dict[str, Any]:
        """The object of `/day`, for what is between two moments. While the store fails: what was known."""
        with self._changed:
            self._refresh_if_possible()
        return self._diary.summary(since, until)

    def is_twilio_read(self) -> bool:
        """Whether the last look at Twilio's member list went well, and nothing has failed since."""
        with self._changed:
            return self._reading_word() == "ok"

    def twilio_was_read(self, problem: str = "") -> None:
        """Says how a reading of Twilio's member list went: `problem` is a sentence, or empty when it went well."""
        with self._changed:
            self._reading = Reading(self._reading.good_at, problem) if problem else Reading(self._clock())
            self._tell()

    # Inside: the lock is held

    def _hold(self, mark: int, reading: str) -> None:
        deadline = time.monotonic() + HELD_SECONDS
        self._watchers += 1
        try:
            while (self._mark is None or self._mark <= mark) and self._reading_word() == reading:
                remaining = deadline - time.monotonic()
                if remaining <= 0:
                    return
                self._follow()
                self._changed.wait(remaining)
        finally:
            self._watchers -= 1

    def _follow(self) -> None:
        if self._follower is None:
            self._diary.load_soon()
            self._follower = threading.Thread(target=self._run, name="board", daemon=True)
            self._follower.start()

    def _run(self) -> None:
        """Waits for the store's changes while somebody watches, and wakes everyone who is held."""
        while True:
            with self._changed:
                if not self._watchers:
                    self._follower = None
                    return
                is_read = self._refresh_if_possible()
                mark = self._mark
            if not is_read:
                time.sleep(FOLLOW_SECONDS)  # the store may well say at once that something has changed
                continue
            try:
                self._store.wait_for_change(mark or 0, FOLLOW_SECONDS)
            except Exception:  # whoever is held must hear of the next change, whatever one wait met
                log.exception("Waiting for the store failed")
                time.sleep(FOLLOW_SECONDS)

    def _refresh(self) -> None:
        if self._mark is None:
            changes = self._store.live_calls()
            self._lineup.replace(changes)
            self._diary.take(changes.calls)
        else:
            changes = self._store.changes_since(self._mark)
            # What this instance has just written may be told before its mark is.
            self._lineup.take(changes)
            if changes.calls:  # else a caller would wait for whoever is adding up the day
                self._diary.take(changes.calls)
            if changes.mark == self._mark:
                return
        self._mark = changes.mark
        self._marks.append((changes.mark, self._clock()))
        self._tell()

    def _refresh_if_possible(self) -> bool:
        try:
            self._refresh()
        except StoreError as error:
            self._reading = Reading(self._reading.good_at, str(error))
            self._tell()
            return False
        return True

    def _tell(self) -> None:
        """Wakes everyone who is held, if there is news: whoever came upon it, for it is news only once."""
        news = self._mark, self._reading_word()
        if news != self._told:
            self._told = news
            self._changed.notify_all()

    def _reading_word(self) -> str:
        if self._reading.problem:
            return f"{zlib.crc32(self._reading.problem.encode()):x}"
        return "unread" if self._reading.good_at is None else "ok"

    def _is_old(self, mark: int) -> bool:
        """Whether the mark was the line's more than 10 minutes ago, as far as this instance remembers."""
        if not self._marks or mark == self._mark:
            return False
        since = self._clock()
        for known, at in reversed(self._marks):
            if known <= mark:
                break
            since = at
        return mark < self._marks[0][0] or self._clock() - since > MARK_SECONDS

    def _status_json(self, more: dict[str, Any] | None = None, *, full_numbers: bool) -> bytes:
        now = self._clock()
        key = (self._lineup.version, int(now), self._reading)
        known, body = self._bodies.get(full_numbers, (None, b""))
        if known != key:
            body = json.dumps(self._status(now, full_numbers=full_numbers)).encode()
            self._bodies[full_numbers] = key, body
        return body[:-1] + b", " + json.dumps(self._now() | (more or {}))[1:].encode()

    def _now(self) -> dict[str, Any]:
        return {"now": round(self._clock(), 3)}

    def _row(self, call: Call, place: int | None, now: float, shown: Callable[[str], str]) -> dict[str, Any]:
        desk = screening.desk_of(call)
        return call_row(call, place, now, shown) | {
            "with_name": who_sits_at(self._lineup.desk(desk)) if desk else "",
            "card": card_row(self._lineup.card(call.call_sid)),
        }

    def _figures(self, now: float) -> dict[str, Any]:
        """What the tutorial had, with its names."""
        return {
            "queue": WAITING_QUEUE,
            "current_size": self._lineup.size,
            "average_wait_time": self._lineup.average_wait_seconds(now),
        }

    def _status(self, now: float, *, full_numbers: bool) -> dict[str, Any]:
        """A dashboard's object."""
        shown = rules.in_full if full_numbers else rules.masked
        apart = [self._row(call, None, now, shown) for call in (*self._lineup.on_air(), *self._lineup.held())][
            :ROWS_SHOWN
        ]
        places = range(1, ROWS_SHOWN - len(apart) + 1)
        waiting = [
            self._row(call, place, now, shown) for place, call in zip(places, self._lineup.in_order(), strict=False)
        ]
        desks = [self._lineup.desk(AIR_DESK), *(desk for desk in self._lineup.desks() if desk.leg)]
        good_at, problem = self._reading.good_at, self._reading.problem
        return self._figures(now) | {
            "mark": f"{self._mark or 0}.{self._reading_word()}",
            "reset": False,
            "calls": apart + waiting,
            "more": self._lineup.size - len(waiting),
            "desks": [desk_row(desk, self._lineup.get(desk.on_air), self._whispered(desk)) for desk in desks],
            "show": show_row(self._lineup.show) | {"median_wait_seconds": self._diary.median_wait_seconds()},
            "chat": chat_rows(self._lineup.chat),
            "twilio": {
                "ok": not problem and good_at is not None,
                "age_seconds": None if good_at is None else max(0, int(now - good_at)),
                "problem": problem,
            },
        }


def _parsed(since: str) -> tuple[int, str]:
    mark, dot, reading = since.partition(".")
    if not (dot and mark.isascii() and mark.isdigit() and len(mark) <= MARK_DIGITS):
        raise ValueError("that is no mark")
    return int(mark), reading
