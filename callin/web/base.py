"""What all handlers share: who may ask, Twilio's signature and errors for TwiML, sentences for JSON.

Each check is in `dispatch`, so that no address can forget it. The roles that may ask stand beside each route in `main`.
"""

from __future__ import annotations

import json
import logging
import re
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import quote

import webapp2

from callin import logs, twiml
from callin.accounts import SignedIn
from callin.rules.missed import way_of
from callin.web.form import Facts, Pairs, is_signed, pairs
from callin.web.refused import refused_request
from callin.web.routing import Route
from callin.web.services import Services
from callin.web.visitor import TOKEN_HEADER, Visitor

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

_CALL_SID = re.compile(r"[A-Za-z0-9]{2,64}")
_MAX_DIGITS = 15


class RefusedError(Exception):
    """The request is refused with an HTTP status and a sentence, before anything is done."""

    def __init__(self, status: HTTPStatus, sentence: str = "") -> None:
        super().__init__(sentence or f"{status.phrase}.")
        self.status = status


class Handler(webapp2.RequestHandler):
    """A handler with the services, which only answers the methods that it names, and those who may ask."""

    methods: ClassVar[tuple[str, ...]] = ("GET",)
    is_limited: ClassVar[bool] = False
    """Whether strangers may ask only so often, from one address and all together: see `Visits`."""
    is_use: ClassVar[bool] = False
    """Whether asking keeps a session from running out: what people do does, what a page does by itself does not."""

    who: SignedIn | None = None

    @property
    def services(self) -> Services:
        services: Services = self.request.app.registry["services"]
        return services

    @property
    def roles(self) -> frozenset[str] | None:
        """The roles that may ask, from the table of routes; None where nobody need be signed in."""
        route: Route = self.request.route
        return route.roles

    def must_be_allowed(self) -> None:
        """Refuses a method that this address does not take."""
        if self.request.method not in self.methods:
            raise RefusedError(HTTPStatus.METHOD_NOT_ALLOWED)

    @property
    def person(self) -> SignedIn:
        """Who asks, where somebody must be signed in."""
        if self.who is None:
            raise RefusedError(HTTPStatus.UNAUTHORIZED)
        return self.who

    @cached_property
    def visitor(self) -> Visitor:
        return Visitor(self.request, self.response, self.services)

    def must_be_permitted(self) -> None:
        """Refuses those who are not signed in with a role that may ask this, and strangers who ask too often."""
        if self.is_limited:
            self._must_not_be_one_too_many()
        if self.roles is None:
            return
        self.who = self.visitor.signed_in
        if self.who is None:
            raise RefusedError(HTTPStatus.UNAUTHORIZED, "You are not signed in, or no longer. Please sign in.")
        if self.who.role not in self.roles:
            raise RefusedError(HTTPStatus.FORBIDDEN, f"This is not for a {self.who.role}.")
        if self.is_use:
            self.services.accounts.used(self.who)

    def _must_not_be_one_too_many(self) -> None:
        visitor = self.visitor
        sentence = self.services.visits.refusal(visitor.address, visitor.known_as, self.services.clock())
        if sentence:
            raise RefusedError(HTTPStatus.TOO_MANY_REQUESTS, sentence)

    def must_be_from_our_page(self, token: str) -> None:
        """Refuses a change that no page of ours asks for: another site may have the browser send it."""
        if not self.visitor.owns_form_token(token):
            raise RefusedError(HTTPStatus.FORBIDDEN, "This page is too old. Please reload it, and try again.")

    def refuse(self, status: HTTPStatus, sentence: str = "") -> None:
        """Answers with a status and a sentence."""
        if status is HTTPStatus.METHOD_NOT_ALLOWED:
            self.response.headers["Allow"] = ", ".join(self.methods)
        self.response.set_status(status.value)
        self.write_json({"error": sentence or f"{status.phrase}."})

    def write_json(self, value: object) -> None:
        self.response.cache_control = "no-store"
        self.response.content_type = "application/json"
        self.response.body = json.dumps(value).encode()


class TwimlHandler(Handler):
    """An address that Twilio asks, by GET and POST alike. `answer` makes the document.

    Whatever goes wrong, a caller hears something and is kept: that document is `apology`.
    """

    methods = ("GET", "POST")
    form: Pairs
    facts: Facts

    def answer(self) -> str:
        """The document. It may fail: then `apology` is sent."""
        raise NotImplementedError

    def apology(self) -> str:
        """The document for when `answer` failed. It must not ask the store or Twilio."""
        return twiml.empty()

    def dispatch(self) -> WSGIApplication | None:
        try:
            self.must_be_allowed()
            self._read()
            self._must_be_signed()
            self._must_be_clear()
        except RefusedError as refused:
            self.refuse(refused.status)
            return None
        logged_call = logs.call_sid.set(self.call_sid)
        try:
            document = self.answer()
        except Exception:
            log.exception("No document for %s", self.request.path)
            document = self.apology()
        finally:
            logs.call_sid.reset(logged_call)
        return sent(document.encode(), "text/xml; charset=utf-8")

    def fact(self, name: str) -> str:
        """A parameter of the request, or of the address that we ourselves wrote; empty when it is absent."""
        return self.facts.get(name)

    def number(self, name: str) -> int | None:
        """A parameter that is a whole number, not negative and not absurd; else None."""
        text = self.fact(name)
        if not text.isascii() or not text.isdigit() or len(text) > _MAX_DIGITS:
            return None
        return int(text)

    @property
    def call_sid(self) -> str:
        return self.fact("CallSid")

    def _read(self) -> None:
        try:
            query = pairs(self.request.environ["QUERY_STRING"])
            posted = self.request.method == "POST"
            self.form = pairs(self.request.environ["wsgi.input"].read().decode()) if posted else []
        except ValueError:
            raise RefusedError(HTTPStatus.BAD_REQUEST) from None
        self.facts = Facts(query, self.form)

    def _must_be_signed(self) -> None:
        """Refuses what Twilio did not sign, with the account's auth token, for this very address and form.

        The address is made from PUBLIC_URL, for behind a proxy the request does not know how it was addressed.
        https://www.twilio.com/docs/usage/webhooks/webhooks-security
        """
        path = quote(self.request.environ["PATH_INFO"], safe="/~")
        url = self.services.links.public_url + path
        if self.request.query_string:
            url += "?" + self.request.query_string
        given = self.request.environ.get("HTTP_X_TWILIO_SIGNATURE")
        validator, webhooks = self.services.validator, self.services.webhooks
        if not given or not given.isascii() or not is_signed(validator, url, self.form, given):
            webhooks.refused(refused_request(self.request.environ, path, self.form, self.call_sid, validator.token))
            self.services.look_at_twilio()  # every 20 s at most: its list tells whether a call was really refused
            raise RefusedError(HTTPStatus.FORBIDDEN)
        webhooks.accepted(self.call_sid)
        if self.fact("CallStatus") == "ringing":  # a call's first request, and no other, says so
            webhooks.reached(way_of(self.fact("From"), self.fact("To")))

    def _must_be_clear(self) -> None:
        """Refuses a request that names its call twice or not at all: nobody could say whom it is about."""
        if self.facts.repeats(("CallSid", "From", "To")):
            raise RefusedError(HTTPStatus.BAD_REQUEST)
        if not _CALL_SID.fullmatch(self.call_sid):
            raise RefusedError(HTTPStatus.BAD_REQUEST)


def sent(body: bytes, content_type: str, *more_headers: tuple[str, str]) -> WSGIApplication:
    """An answer as plain WSGI, which webapp2 sends as it is: WebOb would take longer than the line does."""
    headers = [("Content-Type", content_type), ("Content-Length", str(len(body))), *more_headers]

    def answer(_environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        start_response("200 OK", headers)
        return [body]

    return answer


class JsonHandler(Handler):
    """An address that answers JSON, never from a cache. An error is `{"error": "a sentence"}`.

    Its methods write JSON, or answer what is `sent`.
    """

    def dispatch(self) -> WSGIApplication | None:
        try:
            self.must_be_allowed()
            self.must_be_permitted()
            if self.request.method == "POST" and self.roles is not None:
                self.must_be_from_our_page(self.request.headers.get(TOKEN_HEADER, ""))
            answer: WSGIApplication | None = getattr(self, self.request.method.lower())()
        except RefusedError as refused:
            self.refuse(refused.status, str(refused))
        except Exception:
            log.exception("No answer for %s", self.request.path)
            self.refuse(HTTPStatus.SERVICE_UNAVAILABLE, "This cannot be answered just now. Please try again.")
        else:
            return answer
        return None
