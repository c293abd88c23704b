"""The state of the line as JSON, for dashboards."""

from __future__ import annotations

from http import HTTPStatus

from callin.handlers.base import JsonHandler

ASK_AGAIN_SECONDS = 1


class QueueStatusPage(JsonHandler):
    """`/queue-status`: the tutorial's two numbers, and the calls in order. Twilio is never asked on the way.

    With `?since=MARK` the answer is held until something changes. Held questions take a thread each, so they have a
    budget: past it they are answered at once, with the time to ask again. A webhook never waits for a dashboard.
    """

    def get(self) -> None:
        self.services.look_at_twilio()
        since = self.request.GET.get("since")
        try:
            body = self.services.board.status_json() if since is None else self._status_after(since)
        except ValueError:
            self.refuse(HTTPStatus.BAD_REQUEST, "That is no mark: since takes one from an earlier answer.")
            return
        self.response.content_type = "application/json"
        self.response.body = body

    def _status_after(self, since: str) -> bytes:
        places = self.services.held_polls
        if not places.acquire(blocking=False):
            return self.services.board.status_after(since, hold=False, ask_again_seconds=ASK_AGAIN_SECONDS)
        try:
            return self.services.board.status_after(since, hold=True)
        finally:
            places.release()
