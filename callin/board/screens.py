"""The line as dashboards show it, and the wait for what changes."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from callin import rules
from callin.board.memory import Memory
from callin.contracts import Clock, Store
from callin.model import AIR_DESK, WAITING_QUEUE, Call, Desk, Reading
from callin.rows import call_row, card_row, chat_rows, desk_row, show_row, who_sits_at
from callin.rules import screening
from callin.rules.whispers import whisper

ROWS_SHOWN = 200

FOLLOW_SECONDS = 1.0
FOLLOWED_SECONDS = 15.0
"""How long the store is followed after a dashboard asked: each asks every 10 s at least."""

MARK_DIGITS = 20

log = logging.getLogger(__name__)


class Screens(Memory):
    """What dashboards ask. One answer is made for however many ask; while any do, one thread follows the store."""

    def __init__(self, store: Store, clock: Clock) -> None:
        super().__init__(store, clock)
        self._bodies: dict[bool, tuple[tuple[int, int, Reading], bytes]] = {}  # by whether numbers are in full
        self._followed_until = 0.0
        self._follower: threading.Thread | None = None

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

    def count_without_news(self, since: str) -> int | None:
        """The count of news if there is none after the mark `since`, else None. ValueError for what is no mark.

        The store is followed for a while from now on, so that the count grows with the next news. A mark from another
        instance that is ahead of ours is waited for.
        """
        mark, reading = _parsed(since)
        with self._changed:
            if not self._follow():
                self._refresh_if_possible()
            return self._news_count if self._is_no_news(mark, reading) else None

    def status_after(self, since: str, *, full_numbers: bool = False, ask_again_seconds: int | None = None) -> bytes:
        """The body of `/queue-status?since=…`. `since` is a mark as an answer gave it; ValueError for anything else.

        One that is ahead of ours, or older than 10 minutes, is answered with everything and `"reset": true`.
        `ask_again_seconds` is put into the answer.
        """
        mark, reading = _parsed(since)
        more: dict[str, Any] = {} if ask_again_seconds is None else {"ask_again_seconds": ask_again_seconds}
        with self._changed:
            if self._follower is None:  # else that thread refreshes
                self._refresh_if_possible()
            return self._news_since(mark, reading, more, full_numbers=full_numbers)

    def day_summary(self, since: float, until: float) -> dict[str, Any]:
        """The object of `/day`, for what is between two moments. While the store fails: what was known."""
        with self._changed:
            self._refresh_if_possible()
        return self._diary.summary(since, until)

    # Inside: the lock is held

    def _news_since(self, mark: int, reading: str, more: dict[str, Any], *, full_numbers: bool) -> bytes:
        if self._mark is None or self._mark < mark or self._is_old(mark):
            return json.dumps(
                self._status(self._clock(), full_numbers=full_numbers) | self._now() | {"reset": True} | more
            ).encode()
        if self._mark == mark and reading == self._reading_word():
            return json.dumps({"mark": f"{mark}.{reading}", "unchanged": True} | self._now() | more).encode()
        if self._mark == mark:
            # Two instances may have read Twilio with different luck: their dashboards are not to run in circles.
            more.setdefault("ask_again_seconds", 1)
        return self._status_json(more, full_numbers=full_numbers)

    def _is_no_news(self, mark: int, reading: str) -> bool:
        return (self._mark is None or self._mark <= mark) and self._reading_word() == reading

    def _follow(self) -> bool:
        """Has a thread refresh this at each change of the store, for a while. Whether it has begun to before."""
        self._followed_until = time.monotonic() + FOLLOWED_SECONDS
        if self._follower is not None:
            return True
        self._diary.load_soon()
        follower = threading.Thread(target=self._run, name="board", daemon=True)
        follower.start()
        self._follower = follower  # not before it runs: a thread that could not start follows nothing
        return False

    def _run(self) -> None:
        while True:
            with self._changed:
                if time.monotonic() > self._followed_until:
                    self._follower = None
                    return
            try:
                with self._changed:
                    is_read = self._refresh_if_possible()
                    mark = self._mark
                if is_read:
                    self._store.wait_for_change(mark or 0, FOLLOW_SECONDS)
                    continue
            except Exception:  # the next change must be noticed, whatever went wrong with this one
                log.exception("Following the store failed")
            time.sleep(FOLLOW_SECONDS)  # the store may well say at once that something has changed

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

    def _whispered(self, desk: Desk) -> str:
        if not self._lineup.show.whisper or not desk.claimed or desk.name != AIR_DESK:
            return ""
        return whisper(self._lineup.get(desk.claimed), self._lineup.card(desk.claimed))


def _parsed(since: str) -> tuple[int, str]:
    mark, dot, reading = since.partition(".")
    if not (dot and mark.isascii() and mark.isdigit() and len(mark) <= MARK_DIGITS):
        raise ValueError("that is no mark")
    return int(mark), reading
