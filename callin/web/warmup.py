"""App Engine's warm-up request: what is slow to load is loaded before the first caller needs it."""

from __future__ import annotations

from http import HTTPStatus

from callin import twiml
from callin.web.base import JsonHandler, RefusedError
from util import generate_token


class WarmupHandler(JsonHandler):
    """`/_ah/warmup`: 503 while the store fails. https://cloud.google.com/appengine/docs/standard/configuring-warmup-requests"""

    def get(self) -> None:
        generate_token(self.services.token_keys, "dj_warmup", lifetime_seconds=1)
        twiml.empty()
        self.services.board.status()
        self.services.warm_up()
        self.services.look_at_twilio()
        if problem := self.services.health.store_problem():
            raise RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, problem)
        self.write_json({"warm": True})
