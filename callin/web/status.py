"""The line, the day and the app's health as JSON; and App Engine's warm-up request."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from callin import twiml
from callin.health import NONCE
from callin.web.base import SIGNED_OUT, JsonHandler, Params, parse_params, sent
from callin.web.middleware import MAY_WAIT, WAIT, HTTPError
from util import generate_token, pages_version

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

ASK_AGAIN_SECONDS = 1
SECURITY_TXT_SECONDS = 180 * 86400.0
NO_MARK = "since must be the mark of an earlier answer."
UNREAD = "The line cannot be read right now. Please try again in a minute."
VERSION_HEADER = "X-Pages-Version"
"""Tells an open page that a newer version of the pages has arrived."""


class QueueStatusPage(JsonHandler):
    """`/queue-status`: the tutorial's two numbers for all; for accounts also the calls in order. It never asks Twilio.

    With `?since=MARK` and no news, the front waits for news and then asks again, so that the session is checked again
    too. Without the front it answers at once, with the time to ask again.
    """

    def get(self) -> WSGIApplication:
        who = self.visitor.signed_in
        if who is None and self.visitor.claims_a_session:
            raise HTTPError(HTTPStatus.UNAUTHORIZED, SIGNED_OUT)
        if who is None:
            self._must_not_poll_too_often()
        else:
            self.must_have_passkey(who)
        self.services.reconcile_soon()
        try:
            since = dict(parse_params(self.request.query_string)).get("since")
            if who is None:
                self._must_be_read()
                body = self.services.dashboards.strangers_json()
            elif since is None:
                body = self.services.dashboards.status_json(full_numbers=who.role.sees_full_numbers)
            else:
                body = self._status_after(since, full_numbers=who.role.sees_full_numbers)
        except ValueError:
            raise HTTPError(HTTPStatus.BAD_REQUEST, NO_MARK) from None
        return sent(body, "application/json", (VERSION_HEADER, pages_version()))

    def _must_not_poll_too_often(self) -> None:
        """Limits strangers. A browser that has signed in before is not counted."""
        visitor = self.visitor
        if not visitor.trusted_key:
            self.must_be_within(self.services.polls.refusal(visitor.address, "", self.services.clock()))

    def _must_be_read(self) -> None:
        """Gives strangers no old numbers while the store fails. A desk's page gets them, and says so."""
        if self.services.board.cache.store_problem():
            raise HTTPError(HTTPStatus.SERVICE_UNAVAILABLE, UNREAD)

    def _status_after(self, since: str, *, full_numbers: bool) -> bytes:
        may_wait = self.request.environ.get(MAY_WAIT)
        if may_wait:
            news_count = self.services.dashboards.count_without_news(since)
            if news_count is not None:
                self.request.environ[WAIT] = news_count
                return b""
        ask_again_seconds = ASK_AGAIN_SECONDS if may_wait is None else None
        return self.services.dashboards.status_after(
            since, full_numbers=full_numbers, ask_again_seconds=ask_again_seconds
        )


MOST_HOURS = 48
USUAL_HOURS = 24
SLACK_SECONDS = 300
"""Added to the limits: a page asks from the beginning of a slot, and its request takes a while."""

_MOMENT = re.compile(r"[0-9]{1,11}(\.[0-9]{1,9})?")


class DayPage(JsonHandler):
    """`/day`: the calls that joined between two moments, the last 24 hours unless asked otherwise."""

    def get(self) -> None:
        asked = self.request.GET
        try:
            since, until = span(asked.get("from"), asked.get("until"), self.services.clock())
        except ValueError as problem:
            self.refuse(HTTPStatus.BAD_REQUEST, str(problem))
            return
        self.write_json(self.services.dashboards.day_summary(since, until))


def span(since: str | None, until: str | None, now: float) -> tuple[float, float]:
    """The start and end in seconds since 1970; ValueError with a sentence if they make no sense.

    Without `until` it is the next full second, so that all requests of one second share an answer.
    """
    end = math.floor(now) + 1.0 if until is None else _moment("until", until)
    begin = min(end, now) - USUAL_HOURS * 3600 if since is None else _moment("from", since)
    if begin >= end:
        raise ValueError("from must be before until.")
    if end - begin > MOST_HOURS * 3600 + SLACK_SECONDS:
        raise ValueError(f"Ask for {MOST_HOURS} hours at most.")
    if begin < now - MOST_HOURS * 3600 - SLACK_SECONDS:
        raise ValueError(f"from may be {MOST_HOURS} hours ago at most.")
    return begin, end


def _moment(name: str, text: str) -> float:
    if not _MOMENT.fullmatch(text):
        raise ValueError(f"{name} must be in seconds since 1970.")
    return float(text)


BAD_NONCE = "nonce must have 8 to 64 letters, digits, hyphens and underscores."


class HealthHandler(JsonHandler):
    """`/health`: 200 if all is well, otherwise 503; for anybody, under any host name.

    With `nonce` the answer contains its HMAC, which proves to anybody that has SESSION_KEY that it is this app.
    """

    def get(self) -> None:
        nonce = self._nonce()
        report = self.services.health.report()
        proof = {"nonce": nonce, "proof": self.services.keyring.proof(nonce)} if nonce else {}
        self.write_json(report | proof, HTTPStatus.OK if report["ok"] else HTTPStatus.SERVICE_UNAVAILABLE)

    def _nonce(self) -> str:
        try:
            params = Params(parse_params(self.request.query_string))
        except ValueError:
            raise HTTPError(HTTPStatus.BAD_REQUEST, BAD_NONCE) from None
        nonce = params.get("nonce")
        if params.repeats(["nonce"]) or (nonce and not NONCE.fullmatch(nonce)):
            raise HTTPError(HTTPStatus.BAD_REQUEST, BAD_NONCE)
        return nonce


class SecurityTxtHandler(JsonHandler):
    """`/.well-known/security.txt`, which says where to report a weakness. https://www.rfc-editor.org/rfc/rfc9116"""

    def get(self) -> None:
        contact = self.services.installation.security_contact
        if not contact:
            raise HTTPError(HTTPStatus.NOT_FOUND, "This station names no contact.")
        self.response.content_type = "text/plain"
        expires = datetime.fromtimestamp(self.services.clock() + SECURITY_TXT_SECONDS, UTC)
        self.response.text = f"Contact: {contact}\nExpires: {expires:%Y-%m-%dT%H:%M:%SZ}\nPreferred-Languages: en\n"


class WarmupHandler(JsonHandler):
    """`/_ah/warmup`: 503 while the store fails. https://cloud.google.com/appengine/docs/standard/configuring-warmup-requests"""

    def get(self) -> None:
        generate_token(self.services.token_keys, "dj_warmup", lifetime_seconds=1)
        twiml.empty()
        self.services.dashboards.status()
        self.services.warm_up()
        self.services.reconcile_soon()
        if problem := self.services.health.store.problem():
            raise HTTPError(HTTPStatus.SERVICE_UNAVAILABLE, problem)
        self.write_json({"warm": True})


class WatchHandler(JsonHandler):
    """`/_ah/watch`: App Engine's cron looks at the app from outside, and alerts are sent. Others get 403.

    App Engine removes this header from every request that does not come from its cron:
    https://cloud.google.com/appengine/docs/standard/scheduling-jobs-with-cron-yaml#securing_urls_for_cron
    """

    def get(self) -> None:
        if not self.services.on_app_engine or self.request.headers.get("X-Appengine-Cron") != "true":
            raise HTTPError(HTTPStatus.FORBIDDEN, "Only App Engine's cron may ask this.")
        self.write_json({"problem": self.services.watch()})
