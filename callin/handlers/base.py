"""What all handlers share: Twilio's signature and errors for TwiML, safe headers for pages, sentences for JSON.

Each check is in `dispatch`, so that no address can forget it.
"""

from __future__ import annotations

import json
import logging
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import quote

import webapp2

from callin import twiml
from callin.handlers.form import Facts, Pairs, is_signed, pairs
from callin.handlers.services import Services
from util import render_template

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

_CALL_SID = re.compile(r"[A-Za-z0-9]{2,64}")
_MAX_DIGITS = 9


class RefusedError(Exception):
    """The request is refused with an HTTP status and a sentence, before anything is done."""

    def __init__(self, status: HTTPStatus, sentence: str = "") -> None:
        super().__init__(sentence or f"{status.phrase}.")
        self.status = status


class Handler(webapp2.RequestHandler):
    """A handler with the services, which only answers the methods that it names."""

    methods: ClassVar[tuple[str, ...]] = ("GET",)

    @property
    def services(self) -> Services:
        services: Services = self.request.app.registry["services"]
        return services

    def must_be_allowed(self) -> None:
        """Refuses a method that this address does not take."""
        if self.request.method not in self.methods:
            raise RefusedError(HTTPStatus.METHOD_NOT_ALLOWED)

    def refuse(self, status: HTTPStatus, sentence: str = "") -> None:
        """Answers with a status and a sentence."""
        if status is HTTPStatus.METHOD_NOT_ALLOWED:
            self.response.headers["Allow"] = ", ".join(self.methods)
        self.response.set_status(status.value)
        self.write_json({"error": sentence or f"{status.phrase}."})

    def write_json(self, value: object) -> None:
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
        try:
            document = self.answer()
        except Exception:
            log.exception("No document for %s %s", self.request.path, self.fact("CallSid"))
            document = self.apology()
        return _sent(document)

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
        url = self.services.links.public_url + quote(self.request.environ["PATH_INFO"], safe="/~")
        if self.request.query_string:
            url += "?" + self.request.query_string
        given = self.request.environ.get("HTTP_X_TWILIO_SIGNATURE")
        if not given or not given.isascii() or not is_signed(self.services.validator, url, self.form, given):
            raise RefusedError(HTTPStatus.FORBIDDEN)

    def _must_be_clear(self) -> None:
        """Refuses a request that names its call twice or not at all: nobody could say whom it is about."""
        if self.facts.repeats(("CallSid", "From", "To")):
            raise RefusedError(HTTPStatus.BAD_REQUEST)
        if not _CALL_SID.fullmatch(self.call_sid):
            raise RefusedError(HTTPStatus.BAD_REQUEST)


def _sent(document: str) -> WSGIApplication:
    """The answer to Twilio as plain WSGI, which webapp2 sends as it is: WebOb would take longer than the line does."""
    body = document.encode()
    headers = [("Content-Type", "text/xml; charset=utf-8"), ("Content-Length", str(len(body)))]

    def answer(_environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        start_response("200 OK", headers)
        return [body]

    return answer


class JsonHandler(Handler):
    """An address that answers JSON, never from a cache. An error is `{"error": "a sentence"}`."""

    def dispatch(self) -> None:
        self.response.cache_control = "no-store"
        try:
            self.must_be_allowed()
            getattr(self, self.request.method.lower())()
        except RefusedError as refused:
            self.refuse(refused.status, str(refused))
        except Exception:
            log.exception("No answer for %s", self.request.path)
            self.refuse(HTTPStatus.SERVICE_UNAVAILABLE, "This cannot be answered just now. Please try again.")


class PageHandler(Handler):
    """A page for people. It loads and asks nothing but ourselves and the place where browsers signal."""

    def dispatch(self) -> None:
        self.response.cache_control = "no-store"
        try:
            self.must_be_allowed()
            self.get()
        except RefusedError as refused:
            self.refuse(refused.status)
        except Exception:
            log.exception("No page for %s", self.request.path)
            self.response.set_status(HTTPStatus.SERVICE_UNAVAILABLE.value)
            self.render("error.html", title="Something went wrong", message="Please reload this page in a moment.")

    def get(self) -> None:
        """Answers with the page."""
        raise NotImplementedError

    def render(self, template: str, **values: object) -> None:
        """Answers with a page from templates/."""
        self.response.content_type = "text/html"
        self.response.headers["Content-Security-Policy"] = page_policy(self.services.page.signalling_host)
        self.response.headers["Permissions-Policy"] = "microphone=(self), camera=(), geolocation=()"
        self.response.body = render_template(template, **values).encode()


def not_found(request: webapp2.Request, response: webapp2.Response, _error: Exception) -> None:
    """For an address that is not in the table of contents."""
    page = PageHandler(request, response)
    response.set_status(HTTPStatus.NOT_FOUND.value)
    page.render("error.html", title="Nothing here", message="There is no page at this address.")


def page_policy(signalling_host: str) -> str:
    """The Content-Security-Policy of a page that may signal with that host, or with Twilio's own when it is empty."""
    signalling = f"ws://{signalling_host} wss://{signalling_host}" if signalling_host else "wss://*.twilio.com"
    return (
        "default-src 'self'; "
        f"connect-src 'self' {signalling}; "
        "media-src 'self' blob: mediastream:; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
