"""Calls from browsers: the voice token that each needs, and where it goes. A signed cookie decides the identity, never
what a page sends."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import ClassVar

from callin import twiml
from callin.contracts import StoreError
from callin.live import Lineup
from callin.model import caller_of
from callin.rules import numbers
from callin.web.base import Handler, JsonHandler
from callin.web.call_arriving import greet, greet_without_store
from callin.web.dequeue import connect, connect_screener, go_on, is_desk
from callin.web.middleware import HTTPError
from callin.web.visitor import cookie_name
from callin.web.webhook import TwimlHandler
from callin.web.words import on_one_line, spoken_example
from callin.words import EDITABLE, defaults, filled, problem_of
from util import MAX_TOKEN_SECONDS, generate_token

IDENTITY_SECONDS = 12 * 3600
"""Longer than a show: a browser that crashes and comes back is the same DJ."""


class TokenHandler(JsonHandler):
    """Issues a token. The browser keeps its identity, so that renewing does not interrupt a call.

    A desk's identity belongs to its session.
    """

    methods = ("POST",)
    kind: ClassVar[str]
    """The prefix of the identities: dj, screener or listener."""
    remembered_seconds: ClassVar[int] = IDENTITY_SECONDS
    token_seconds: ClassVar[int] = MAX_TOKEN_SECONDS

    def post(self) -> None:
        remembered = identity_of(self, self.kind) or self._new_identity()
        identity = self.identity(remembered)
        seconds, is_extra = self.token_seconds, self.is_for_extra_line
        token = generate_token(self.services.token_keys, identity, lifetime_seconds=seconds, extra_line=is_extra)
        remember(self, self.kind, remembered, self.remembered_seconds)
        self.write_json({"token": token, "identity": identity, "expires_in_seconds": self.token_seconds})

    @property
    def is_for_extra_line(self) -> bool:
        """Whether it is for an extra line of a DJ's console."""
        return False

    def identity(self, remembered: str) -> str:
        """The identity that the token is for. HTTPError if the browser gets no token."""
        return remembered

    def _new_identity(self) -> str:
        if self.signed_in:
            return self.services.accounts.identities.new_identity(self.kind, self.signed_in)
        return f"{self.kind}_{secrets.token_hex(8)}"


def remember(handler: Handler, kind: str, identity: str, seconds: int) -> None:
    """Sets the cookie by which the browser is recognised for `seconds`."""
    handler.response.set_cookie(
        cookie_of(handler, kind),
        handler.services.keyring.sign(identity, purpose_of(kind)),
        path="/",
        max_age=seconds,
        secure=is_https(handler),
        httponly=True,
        samesite="Strict",
    )


def is_https(handler: Handler) -> bool:
    """Whether browsers reach the app over https, by PUBLIC_URL: a proxy may end TLS before the app."""
    return handler.services.links.public_url.startswith("https:")


def cookie_of(handler: Handler, kind: str) -> str:
    """The name of the cookie with a browser's identity of that kind."""
    return cookie_name(purpose_of(kind), https=is_https(handler))


def purpose_of(kind: str) -> str:
    """The purpose of the signature, so that no identity passes for one of another kind."""
    return f"{kind}_identity"


def identity_of(handler: Handler, kind: str) -> str | None:
    """The browser's identity of that kind; None if it has none, or if it is another session's."""
    cookie = handler.request.cookies.get(cookie_of(handler, kind), "")
    identity = handler.services.keyring.unsign(cookie, purpose_of(kind)) or ""
    if handler.signed_in:
        is_its_own = handler.services.accounts.identities.owns_identity(identity, kind, handler.signed_in)
    else:
        is_its_own = identity.rpartition("_")[0] == kind
    return identity if is_its_own else None


class DeskTokenHandler(TokenHandler):
    """`/token`: the DJ's browser may become the desk's leg. With `?extra=1`: the leg of another line of its console."""

    kind = "dj"

    @property
    def is_for_extra_line(self) -> bool:
        return self.request.params.get("extra") == "1" and self.services.installation.air_lines > 1


class ScreenerTokenHandler(TokenHandler):
    """`/screener/token`: a screener's browser may become the leg of its own desk."""

    kind = "screener"


BROWSER_SECONDS = 2 * 86400
"""How long a listener's browser is recognised: longer than a day's block made at the end of a long call."""


def is_blocked(handler: Handler, identity: str) -> bool:
    """Whether a listener's browser is blocked. While the store fails, none is."""
    try:
        return handler.services.callers.browsers.is_blocked(f"client:{identity}")
    except StoreError:
        return False


def takes_browser_calls(handler: Handler) -> bool:
    """Whether listeners may call from a browser now. While the store fails, they may."""
    try:
        return handler.services.board.show().browser_calls
    except StoreError:
        return True


class ListenerTokenHandler(TokenHandler):
    """`/call/token`: a listener's browser may begin one call, within ten minutes.

    The cookie identifies the browser; the token's identity also has a date. During a call the token is renewed for the
    call's identity: that keeps the call up, and cannot begin another.
    """

    kind = "listener"
    is_for_listeners = True
    is_limited = True
    remembered_seconds = BROWSER_SECONDS
    token_seconds = numbers.START_SECONDS

    def _must_not_visit_too_often(self) -> None:
        """Counts a browser in a call separately, so that it can renew its token during a flood."""
        try:
            super()._must_not_visit_too_often()
        except HTTPError:
            remembered = identity_of(self, self.kind)
            if not remembered or not self._is_in_line(f"client:{remembered}"):
                raise
            if self.services.visits.refusal("", remembered, self.services.clock()):
                raise

    def _is_in_line(self, caller: str) -> bool:
        """Whether the browser has a live call, from this instance's cache: a flood must not reach the store."""
        try:
            return any(caller_of(call.number) == caller for call in self.services.board.read(Lineup.live))
        except StoreError:
            return False

    def identity(self, remembered: str) -> str:
        try:
            of_call = self.services.calls.identity_in_call(remembered)
        except StoreError:
            of_call = ""  # if it gets another identity, the page keeps its call and asks again
        if of_call:
            return of_call
        if is_blocked(self, remembered):
            raise HTTPError(HTTPStatus.FORBIDDEN, self.written.refusals.blocked)
        if not takes_browser_calls(self):
            sentence = filled(self.written.refusals.web_is_off, number=self.services.page.listener_number)
            raise HTTPError(HTTPStatus.FORBIDDEN, sentence)
        return numbers.dated(remembered, self.services.clock())


class ClientHandler(TwimlHandler):
    """`/twiml/client`: a call from a browser. Only From, which Twilio signs, decides where it goes."""

    def answer(self) -> str:
        if self._is("dj"):
            return connect(self) if is_desk(self) else twiml.signed_out(self.words)
        if self._is("screener"):
            return say_sentence(self) if self.param("sentence") else connect_screener(self)
        if self._is("listener"):
            return greet(self)
        return twiml.unknown_browser(self.words)

    def apology(self) -> str:
        if self._is("dj"):
            return go_on(self)
        if self._is("screener"):
            return twiml.screener_apology(self.services.links, self.words)
        return greet_without_store(self)

    def _is(self, kind: str) -> bool:
        return self.param("From").startswith(f"client:{kind}_")


def say_sentence(handler: TwimlHandler) -> str:
    """Says one of the station's sentences, or a draft of it, in an admin's browser, see `/words`."""
    words, name = handler.services.station.words(fresh=True), handler.param("sentence")
    draft = on_one_line(handler.param("draft"))
    identity = handler.param("From").removeprefix("client:")
    if name not in EDITABLE or not handler.services.accounts.identities.may_change_words(identity):
        return twiml.unknown_browser(words)
    if draft and problem_of(name, draft, defaults(words.voice.language)):
        return twiml.unknown_browser(words)
    return twiml.say(words, spoken_example(words, name, handler.services.page.station_name, draft), hang_up=True)
