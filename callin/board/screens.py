"""The line as dashboards show it, and the wait for what changes."""

from __future__ import annotations

import logging
import threading
import time
from typing import Any, NamedTuple

from callin.board.answers import FULL, MASKED, Answers, Moment, as_json
from callin.board.memory import Memory
from callin.contracts import Clock, Store

FOLLOW_SECONDS = 1.0
FOLLOWED_SECONDS = 15.0
"""How long the store is followed after a dashboard asked: each asks every 10 s at least."""

MARK_DIGITS = 20

log = logging.getLogger(__name__)


class _Mark(NamedTuple):
    """A mark as a dashboard sends it: the store's, the word for how Twilio was read, and the view if it names one."""

    number: int
    reading: str
    view: str
    text: str


class Screens(Memory):
    """What dashboards ask. One answer is made for however many ask; while any do, one thread follows the store."""

    def __init__(self, store: Store, clock: Clock) -> None:
        super().__init__(store, clock)
        self._answers = Answers(self._lineup, self._diary)
        self._followed_until = 0.0
        self._follower: threading.Thread | None = None

    def status(self, *, full_numbers: bool = False) -> dict[str, Any]:
        """The line as a dashboard shows it: the object of `/queue-status`. While the store fails: what was known."""
        with self._as_known():
            view = FULL if full_numbers else MASKED
            return self._answers.whole(self._moment(), view) | self._end(view)

    def status_json(self, *, full_numbers: bool = False) -> bytes:
        """The body of `/queue-status`: made once a second at most while nothing changes, however many ask."""
        with self._as_known():
            return self._whole(FULL if full_numbers else MASKED)

    def strangers_json(self) -> bytes:
        """The body of `/queue-status` for somebody who is not signed in: the tutorial's two numbers."""
        with self._as_known():
            return as_json(self._answers.figures(self._clock()))

    def count_without_news(self, since: str) -> int | None:
        """The count of news if there is none after the mark `since`, else None. ValueError for what is no mark.

        The store is followed for a while from now on, so that the count grows with the next news. A mark from another
        instance that is ahead of ours is waited for.
        """
        mark = _parsed(since)
        with self._changed:
            is_followed = self._follow()
        if not is_followed:
            self._refresh_if_possible()
        with self._changed:
            return self._news_count if self._is_no_news(mark.number, mark.reading) else None

    def status_after(self, since: str, *, full_numbers: bool = False, ask_again_seconds: int | None = None) -> bytes:
        """The body of `/queue-status?since=…`: what changed since that mark. ValueError for what no answer gave.

        A mark that is ahead of ours, older than 10 minutes, or of the other view, is answered with everything and
        `"reset": true`. `ask_again_seconds` is put into the answer.
        """
        mark = _parsed(since)
        more: dict[str, Any] = {} if ask_again_seconds is None else {"ask_again_seconds": ask_again_seconds}
        if self._follower is None:  # else that thread refreshes
            self._refresh_if_possible()
        with self._changed:
            return self._news_since(mark, FULL if full_numbers else MASKED, more)

    @property
    def answers_made(self) -> int:
        """How many answers were made so far, rather than shared with those who asked the same."""
        return self._answers.made

    def day_summary(self, since: float, until: float) -> dict[str, Any]:
        """The object of `/day`, for what is between two moments. While the store fails: what was known."""
        self._refresh_if_possible()
        return self._diary.summary(since, until)

    # Inside: the lock is held

    def _news_since(self, mark: _Mark, view: str, more: dict[str, Any]) -> bytes:
        is_same = self._mark == mark.number
        if is_same and mark.reading == self._reading_word() and mark.view in (view, ""):
            return as_json({"mark": mark.text, "unchanged": True} | self._now() | more)
        if is_same:
            # Two instances may have read Twilio with different luck: their dashboards are not to run in circles.
            more.setdefault("ask_again_seconds", 1)
        is_known = self._mark is not None and mark.number <= self._mark and not self._is_old(mark.number)
        if not mark.view:  # a page that was loaded before this version cannot read changes
            return self._whole(view, {"reset": not is_known} | more, names_view=False)
        body = None
        if is_known and mark.view == view:
            body = self._answers.changes_body(mark.number, self._moment(), view)
        if body is None:
            return self._whole(view, {"reset": True} | more)
        return _joined(body, self._end(view) | {"since": mark.text} | more)

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
                if time.monotonic() > self._followed_until and not self._late_failure:
                    self._follower = None
                    return
            try:
                if self._refresh_if_possible(is_probe=True):
                    self._store.wait_for_change(self._mark or 0, FOLLOW_SECONDS)
                    continue
            except Exception:  # the next change must be noticed, whatever went wrong with this one
                log.exception("Following the store failed")
            time.sleep(FOLLOW_SECONDS)  # the store may well say at once that something has changed

    def _whole(self, view: str, more: dict[str, Any] | None = None, *, names_view: bool = True) -> bytes:
        body = self._answers.whole_body(self._moment(), view)
        return _joined(body, self._end(view if names_view else "") | (more or {}))

    def _moment(self) -> Moment:
        return Moment(self._clock(), self._mark or 0, self._reading)

    def _end(self, view: str) -> dict[str, Any]:
        """What stands at the end of an answer: the mark to ask with next time, and the time."""
        mark = ".".join(filter(None, (str(self._mark or 0), self._reading_word(), view)))
        return {"mark": mark, "reset": False} | self._now()

    def _now(self) -> dict[str, Any]:
        return {"now": round(self._clock(), 3)}


def _joined(body: bytes, end: dict[str, Any]) -> bytes:
    return body[:-1] + b"," + as_json(end)[1:]


def _parsed(since: str) -> _Mark:
    number, dot, rest = since.partition(".")
    if not (dot and number.isascii() and number.isdigit() and len(number) <= MARK_DIGITS):
        raise ValueError("that is no mark")
    reading, _, view = rest.partition(".")
    return _Mark(int(number), reading, view, since)
