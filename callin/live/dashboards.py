"""The line as dashboards show it, and the wait for what changes."""

from __future__ import annotations

from typing import Any, NamedTuple

from callin.contracts import Clock
from callin.live.answers import FULL, MASKED, Answers, AnswerState, as_json
from callin.live.cache import LineCache

MARK_DIGITS = 20


class _Mark(NamedTuple):
    """A mark as a dashboard sends it: the store's, the tag of what is not in the store, and the view if named."""

    number: int
    unstored_tag: str
    view: str
    text: str


class Dashboards:
    """Answers dashboards. Each answer is made once, however many dashboards ask."""

    def __init__(self, cache: LineCache, clock: Clock) -> None:
        self._cache = cache
        self._clock = clock
        self._answers = Answers(cache.lineup, cache.stats)

    def status(self, *, full_numbers: bool = False) -> dict[str, Any]:
        """The line as a dashboard shows it: the object of `/queue-status`. While the store fails: what was known."""
        with self._cache.as_known():
            view = FULL if full_numbers else MASKED
            return self._answers.whole(self._moment(), view) | self._end(view)

    def status_json(self, *, full_numbers: bool = False) -> bytes:
        """The body of `/queue-status`: made once a second at most while nothing changes, however many ask."""
        with self._cache.as_known():
            return self._whole(FULL if full_numbers else MASKED)

    def strangers_json(self) -> bytes:
        """The body of `/queue-status` for a stranger: the tutorial's two numbers."""
        with self._cache.as_known():
            return as_json(self._answers.figures(self._clock()))

    def count_without_news(self, since: str) -> int | None:
        """The count of news if nothing is new since the mark `since`, else None. ValueError if it is not a mark.

        The store is followed for a while from now on, so that the count grows with the next news. A mark from another
        instance that is ahead of ours is waited for.
        """
        mark = _parsed(since)
        with self._cache.lock:
            is_followed = self._cache.follow()
        if not is_followed:
            self._cache.refresh_if_possible()
        with self._cache.lock:
            return self._cache.news_count if self._is_no_news(mark.number, mark.unstored_tag) else None

    def status_after(self, since: str, *, full_numbers: bool = False, ask_again_seconds: int | None = None) -> bytes:
        """The body of `/queue-status?since=…`: what changed since that mark. ValueError if it is not a mark.

        A mark that is ahead of ours, older than 10 minutes, or of the other view, is answered with everything and
        `"reset": true`. `ask_again_seconds` is put into the answer.
        """
        mark = _parsed(since)
        more: dict[str, Any] = {} if ask_again_seconds is None else {"ask_again_seconds": ask_again_seconds}
        if not self._cache.is_followed:
            self._cache.refresh_if_possible()
        with self._cache.lock:
            return self._news_since(mark, FULL if full_numbers else MASKED, more)

    @property
    def answers_made(self) -> int:
        """How many answers were made so far. Other requests shared one of these."""
        return self._answers.made

    def day_summary(self, since: float, until: float) -> dict[str, Any]:
        """The object of `/day`, for the time between two moments. While the store fails: what was known."""
        self._cache.refresh_if_possible()
        return self._cache.stats.summary(since, until)

    # Inside: the lock is held

    def _news_since(self, mark: _Mark, view: str, more: dict[str, Any]) -> bytes:
        is_same = self._cache.mark == mark.number
        if is_same and mark.unstored_tag == self._cache.unstored_tag() and mark.view in (view, ""):
            return as_json({"mark": mark.text, "unchanged": True} | self._now() | more)
        if is_same:
            # One instance may have failed to read Twilio. A page that reaches both must not ask in a tight loop.
            more.setdefault("ask_again_seconds", 1)
        known = self._cache.mark
        is_known = known is not None and mark.number <= known and not self._cache.is_old(mark.number)
        if not mark.view:  # a page that was loaded before this version cannot read changes
            return self._whole(view, {"reset": not is_known} | more, names_view=False)
        body = None
        if is_known and mark.view == view:
            body = self._answers.changes_body(mark.number, self._moment(), view)
        if body is None:
            return self._whole(view, {"reset": True} | more)
        return _joined(body, self._end(view) | {"since": mark.text} | more)

    def _is_no_news(self, mark: int, unstored_tag: str) -> bool:
        return (self._cache.mark is None or self._cache.mark <= mark) and self._cache.unstored_tag() == unstored_tag

    def _whole(self, view: str, more: dict[str, Any] | None = None, *, names_view: bool = True) -> bytes:
        body = self._answers.whole_body(self._moment(), view)
        return _joined(body, self._end(view if names_view else "") | (more or {}))

    def _moment(self) -> AnswerState:
        return AnswerState(self._clock(), self._cache.mark or 0, self._cache.twilio)

    def _end(self, view: str) -> dict[str, Any]:
        """What stands at the end of an answer: the mark to ask with next time, and the time."""
        mark = ".".join(filter(None, (str(self._cache.mark or 0), self._cache.unstored_tag(), view)))
        return {"mark": mark, "reset": False} | self._now()

    def _now(self) -> dict[str, Any]:
        return {"now": round(self._clock(), 3)}


def _joined(body: bytes, end: dict[str, Any]) -> bytes:
    return body[:-1] + b"," + as_json(end)[1:]


def _parsed(since: str) -> _Mark:
    number, dot, rest = since.partition(".")
    if not (dot and number.isascii() and number.isdigit() and len(number) <= MARK_DIGITS):
        raise ValueError("that is not a mark")
    unstored_tag, _, view = rest.partition(".")
    return _Mark(int(number), unstored_tag, view, since)
