"""The app's health as JSON, for a monitor outside."""

from __future__ import annotations

from http import HTTPStatus

from callin.health import NONCE
from callin.web.base import JsonHandler, RefusedError
from callin.web.form import Facts, pairs

BAD_NONCE = "nonce has 8 to 64 letters, digits, hyphens and underscores."


class HealthHandler(JsonHandler):
    """`/health`: 200 when all is well, else 503; for anybody, by any host name.

    With `nonce` the answer holds its HMAC, so that somebody who has SESSION_KEY knows that it is this app.
    """

    def get(self) -> None:
        nonce = self._nonce()
        health = self.services.health
        report = health.report()
        if not report["ok"]:
            self.response.set_status(HTTPStatus.SERVICE_UNAVAILABLE.value)
        self.write_json(report | ({"nonce": nonce, "proof": health.proof(nonce)} if nonce else {}))

    def _nonce(self) -> str:
        try:
            facts = Facts(pairs(self.request.query_string))
        except ValueError:
            raise RefusedError(HTTPStatus.BAD_REQUEST, BAD_NONCE) from None
        nonce = facts.get("nonce")
        if facts.repeats(["nonce"]) or (nonce and not NONCE.fullmatch(nonce)):
            raise RefusedError(HTTPStatus.BAD_REQUEST, BAD_NONCE)
        return nonce
