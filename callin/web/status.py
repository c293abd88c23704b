"""The state of the line as JSON, for dashboards."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from callin.web.base import JsonHandler, RefusedError, sent
from callin.web.form import pairs
from callin.web.middleware import MAY_WAIT, WAIT
from util import pages_version

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

ASK_AGAIN_SECONDS = 1
NO_MARK = "That is no mark: since takes one from an earlier answer."
UNREAD = "The line cannot be read just now. Please ask again in a minute."
VERSION_HEADER = "X-Pages-Version"
"""Tells a page that was loaded before a new version arrived that there is one."""

SIGNED_OUT = "You are signed out. Please sign in again."


class QueueStatusPage(JsonHandler):
    """`/queue-status`: the tutorial's two numbers for all, and for the signed-in the calls in order. Twilio is never
    asked on the way.

    With `?since=MARK` and no news, the front waits for some and then asks again, so that the session is looked at
    again too. Without the front the answer is given at once, with the time to ask again.
    """

    def get(self) -> WSGIApplication:
        self.services.look_at_twilio()
        who = self.visitor.signed_in
        if who is None and self.visitor.claims_a_session:
            raise RefusedError(HTTPStatus.UNAUTHORIZED, SIGNED_OUT)
        try:
            since = dict(pairs(self.request.query_string)).get("since")
            if who is None:
                self._must_be_read()
                body = self.services.board.strangers_json()
            elif since is None:
                body = self.services.board.status_json(full_numbers=who.role.sees_full_numbers)
            else:
                body = self._status_after(since, full_numbers=who.role.sees_full_numbers)
        except ValueError:
            raise RefusedError(HTTPStatus.BAD_REQUEST, NO_MARK) from None
        return sent(body, "application/json", (VERSION_HEADER, pages_version()))

    def _must_be_read(self) -> None:
        """Refuses to give two numbers that may no longer be so. A desk's page gets what was known, and says so."""
        if self.services.board.store_problem():
            raise RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, UNREAD)

    def _status_after(self, since: str, *, full_numbers: bool) -> bytes:
        may_wait = self.request.environ.get(MAY_WAIT)
        if may_wait:
            news_count = self.services.board.count_without_news(since)
            if news_count is not None:
                self.request.environ[WAIT] = news_count
                return b""
        ask_again_seconds = ASK_AGAIN_SECONDS if may_wait is None else None
        return self.services.board.status_after(since, full_numbers=full_numbers, ask_again_seconds=ask_again_seconds)
