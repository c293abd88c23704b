"""What all handlers share: permissions, errors as sentences, JSON in and out.

Each check is in `dispatch`, so that no address can forget it. The roles that may ask stand beside each route in `main`.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qsl

import webapp2

from callin.accounts import SignedIn, VisitRefusal
from callin.audit import Act, AuditLine
from callin.model import AIR_DESKS
from callin.web.application import Route, Services
from callin.web.middleware import SOMETHING_WENT_WRONG, HTTPError, PasskeyMissingError
from callin.web.visitor import TOKEN_HEADER, Visitor
from callin.words import written_words

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from callin.words import WrittenWords

MAX_FIELDS = 500


Fields = list[tuple[str, str]]


def parse_params(encoded: str) -> Fields:
    """The names and values of a query or a form, in order, empty values too.

    ValueError for bytes that are not UTF-8, and for more than MAX_FIELDS fields.
    """
    return parse_qsl(encoded, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)


class Params:
    """Parameters by name. If a name repeats, its last value counts."""

    def __init__(self, *sources: Fields) -> None:
        self._last: dict[str, str] = {}
        self._repeated: set[str] = set()
        for source in sources:
            for name, value in source:
                if name in self._last:
                    self._repeated.add(name)
                self._last[name] = value

    def get(self, name: str) -> str:
        """The value; empty if there is none."""
        return self._last.get(name, "")

    def items(self) -> Iterable[tuple[str, str]]:
        """The names and values, in the order in which the names first came."""
        return self._last.items()

    def __contains__(self, name: str) -> bool:
        return name in self._last

    def repeats(self, names: Iterable[str]) -> bool:
        """Whether any of these names repeats."""
        return bool(self._repeated) and not self._repeated.isdisjoint(names)


_CALL_SID = re.compile(r"CA[A-Za-z0-9]{1,62}|")
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
"""What no store takes: JSON may contain unpaired surrogates."""

VIEW_ONLY = "View only. A DJ or admin runs the show."
ADMINS_ONLY = "Only an admin can do this."
SIGNED_OUT = "You are signed out. Please sign in again."

log = logging.getLogger(__name__)


class Handler(webapp2.RequestHandler):
    """A handler with the services. It answers the methods that it names, to the roles of its route."""

    methods: ClassVar[tuple[str, ...]] = ("GET",)
    is_limited: ClassVar[bool] = False
    """Whether `VisitLimits` holds for strangers."""
    keeps_session_alive: ClassVar[bool] = False
    """Whether a request keeps the session alive. False for what a page requests by itself."""

    is_open_without_passkey: ClassVar[bool] = False
    """Whether an admin without a passkey may ask, although the station asks admins for one."""

    is_for_listeners: ClassVar[bool] = False
    """Whether listeners read its answers: these are in the station's language, all others in English."""

    signed_in: SignedIn | None = None

    @cached_property
    def services(self) -> Services:
        services: Services = self.request.app.registry["services"]
        return services

    @property
    def roles(self) -> frozenset[str] | None:
        """The roles that may ask, from the table of routes; None if nobody has to be signed in."""
        route: Route = self.request.route
        return route.roles

    def method_must_be_allowed(self) -> None:
        """Refuses methods that are not in `methods`."""
        if self.request.method not in self.methods:
            raise HTTPError(HTTPStatus.METHOD_NOT_ALLOWED)

    @property
    def person(self) -> SignedIn:
        """The account that asks, on a route that requires one."""
        if self.signed_in is None:
            raise HTTPError(HTTPStatus.UNAUTHORIZED)
        return self.signed_in

    @cached_property
    def visitor(self) -> Visitor:
        return Visitor(self.request, self.response, self.services)

    def must_be_permitted(self) -> None:
        """Refuses accounts whose role may not ask this, and strangers that ask too often."""
        if self.is_limited:
            self._must_not_visit_too_often()
        if self.roles is None:
            return
        self.signed_in = self.visitor.signed_in
        if self.signed_in is None:
            raise HTTPError(HTTPStatus.UNAUTHORIZED, SIGNED_OUT)
        if self.signed_in.role not in self.roles:
            self.note(Act.REFUSAL, f"was refused {self.request.path}", once=True)
            raise HTTPError(HTTPStatus.FORBIDDEN, VIEW_ONLY if "dj" in self.roles else ADMINS_ONLY)
        self.must_have_passkey(self.signed_in)
        if self.keeps_session_alive:
            self.services.accounts.touch(self.signed_in)

    def must_have_passkey(self, who: SignedIn) -> None:
        """Refuses an admin that has signed in with the password alone, if the station asks admins for a passkey."""
        if self.services.admins_need_passkey and who.is_admin_without_passkey and not self.is_open_without_passkey:
            raise PasskeyMissingError

    def note(self, act: Act, what: str, who: str = "", *, once: bool = False) -> None:
        """Writes a line of the audit about what this request did. `what` begins with a verb in the past.

        `who` is an account's name, by default the one that is signed in. With `once` the same line of the last hour
        is not repeated.
        """
        audit = self.services.audit
        (audit.write_once if once else audit.write)(act, who or self._name, self.visitor.address, what)

    def lines(self, act: Act, what: str, who: str = "") -> tuple[AuditLine]:
        """The audit's line about a change, as that change stores it: both are there, or neither. See `note`."""
        return (self.services.audit.line(act, who or self._name, self.visitor.address, what),)

    @property
    def _name(self) -> str:
        return self.signed_in.account.name if self.signed_in else ""

    @property
    def written(self) -> WrittenWords:
        """What its answers say, in the language of those that read them."""
        return written_words(self.services.station.words().voice.language if self.is_for_listeners else "en")

    def _must_not_visit_too_often(self) -> None:
        visitor = self.visitor
        self.must_be_within(self.services.visits.refusal(visitor.address, visitor.trusted_key, self.services.clock()))

    def must_be_within(self, refusal: VisitRefusal | None) -> None:
        """Refuses what `VisitLimits` refuses."""
        if refusal is not None:
            raise HTTPError(HTTPStatus.TOO_MANY_REQUESTS, getattr(self.written.refusals, refusal))

    def must_be_from_our_page(self, token: str) -> None:
        """Refuses a change that no page of ours has asked for: another site can make the browser send it."""
        if not self.visitor.owns_form_token(token):
            raise HTTPError(HTTPStatus.FORBIDDEN, "This page is out of date. Please reload it, and try again.")

    def refuse(self, status: HTTPStatus, sentence: str = "") -> None:
        """Answers with a status and a sentence."""
        if status is HTTPStatus.METHOD_NOT_ALLOWED:
            self.response.headers["Allow"] = ", ".join(self.methods)
        self.write_json({"error": sentence or f"{status.phrase}."}, status)

    def write_json(self, value: object, status: HTTPStatus = HTTPStatus.OK) -> None:
        self.response.set_status(status.value)
        self.response.cache_control = "no-store"
        self.response.content_type = "application/json"
        self.response.body = json.dumps(value).encode()


def sent(body: bytes, content_type: str, *more_headers: tuple[str, str]) -> WSGIApplication:
    """An answer as plain WSGI, which webapp2 passes on: WebOb's own would make a new call cost a tenth more."""
    headers = [("Content-Type", content_type), ("Content-Length", str(len(body))), *more_headers]

    def answer(_environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        start_response("200 OK", headers)
        return [body]

    return answer


class JsonHandler(Handler):
    """An address that answers with JSON. An error is `{"error": "a sentence"}`.

    A method writes JSON, or returns what `sent` makes.
    """

    def dispatch(self) -> WSGIApplication | None:
        try:
            self.method_must_be_allowed()
            self.must_be_permitted()
            if self.request.method == "POST" and self.roles is not None:
                self.must_be_from_our_page(self.request.headers.get(TOKEN_HEADER, ""))
            answer: WSGIApplication | None = getattr(self, self.request.method.lower())()
        except HTTPError as refused:
            self.refuse(refused.status, str(refused))
        except Exception:
            log.exception("No answer for %s", self.request.path)
            self.refuse(HTTPStatus.SERVICE_UNAVAILABLE, SOMETHING_WENT_WRONG)
        else:
            return answer
        return None


class ChangeHandler(JsonHandler):
    """A change that a page's script asks for. The body is JSON, which another site's form cannot send."""

    methods = ("POST",)
    keeps_session_alive = True
    body: dict[str, Any]

    def read_body(self) -> None:
        if self.request.content_type != "application/json":
            raise HTTPError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send JSON.")
        try:
            body: Any = json.loads(self.request.body)
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            raise HTTPError(HTTPStatus.BAD_REQUEST, "Send a JSON object.")
        self.body = body

    def whole(self, name: str) -> int:
        """A whole number in the body, 0 or more."""
        value = self.body.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise HTTPError(HTTPStatus.BAD_REQUEST, f"{name} must be a whole number.")
        return value

    def flag(self, name: str) -> bool:
        """A boolean in the body."""
        value = self.body.get(name)
        if not isinstance(value, bool):
            raise HTTPError(HTTPStatus.BAD_REQUEST, f"{name} must be true or false.")
        return value

    def call(self, name: str) -> str:
        """A CallSid in the body; empty for none."""
        value = self.body.get(name)
        if not isinstance(value, str) or not _CALL_SID.fullmatch(value):
            raise HTTPError(HTTPStatus.BAD_REQUEST, f"{name} must be a CallSid, or empty.")
        return value

    def text(self, name: str) -> str:
        """Text in the body, as a person typed it."""
        value = self.body.get(name)
        if not isinstance(value, str) or _NO_TEXT.search(value):
            raise HTTPError(HTTPStatus.BAD_REQUEST, f"{name} must be text.")
        return value


def air_desk_of(line: object) -> str:
    """The air desk that a press names as its `line`."""
    if line not in AIR_DESKS:
        raise HTTPError(HTTPStatus.BAD_REQUEST, f"line must be one of {', '.join(AIR_DESKS)}.")
    return str(line)
