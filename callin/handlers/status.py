"""The state of the line as JSON, for dashboards."""

from __future__ import annotations

from callin.handlers.base import JsonHandler


class QueueStatusPage(JsonHandler):
    """`/queue-status`: the tutorial's two numbers, and the calls in order. Twilio is never asked on the way."""

    def get(self) -> None:
        self.services.look_at_twilio()
        self.response.content_type = "application/json"
        self.response.body = self.services.line.status_json()
