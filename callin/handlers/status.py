"""The state of the line as JSON, for dashboards."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from callin.accounts import ADMINS, SignedIn
from callin.handlers.base import JsonHandler, RefusedError, sent
from callin.handlers.form import pairs

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

ASK_AGAIN_SECONDS = 1
NO_MARK = "That is no mark: since takes one from an earlier answer."
SIGNED_OUT = "You are signed out. Please sign in again."


class QueueStatusPage(JsonHandler):
    """`/queue-status`: the tutorial's two numbers for all, and for the signed-in the calls in order. Twilio is never
    asked on the way.

    With `?since=MARK` the answer is held until something changes. Held questions take a thread each, so they have a
    budget: past it they are answered at once, with the time to ask again. A webhook never waits for a dashboard.
    """

    needs = None

    def get(self) -> WSGIApplication:
        self.services.look_at_twilio()
        who = self.visitor.signed_in
        if who is None and self.visitor.claims_a_session:
            raise RefusedError(HTTPStatus.UNAUTHORIZED, SIGNED_OUT)
        try:
            since = dict(pairs(self.request.query_string)).get("since")
            if who is None:
                body = self.services.board.strangers_json()
            elif since is None:
                body = self.services.board.status_json(full_numbers=who.role in ADMINS)
            else:
                body = self._status_after(since, who)
        except ValueError:
            raise RefusedError(HTTPStatus.BAD_REQUEST, NO_MARK) from None
        return sent(body, "application/json")

    def _status_after(self, since: str, who: SignedIn) -> bytes:
        full_numbers = who.role in ADMINS
        places = self.services.held_polls
        if not places.acquire(blocking=False):
            return self.services.board.status_after(
                since, hold=False, full_numbers=full_numbers, ask_again_seconds=ASK_AGAIN_SECONDS
            )
        try:
            body = self.services.board.status_after(since, hold=True, full_numbers=full_numbers)
        finally:
            places.release()
        if not self.services.accounts.is_still(who):
            raise RefusedError(HTTPStatus.UNAUTHORIZED, SIGNED_OUT)
        return body
