"""Voice tokens for browsers: whose they are is decided here and kept in a signed cookie, never by what a page sends."""

from __future__ import annotations

import secrets
from typing import ClassVar

from callin.web.base import Handler, JsonHandler
from callin.web.visitor import cookie_name
from util import MAX_TOKEN_SECONDS, generate_token, sign, unsign

IDENTITY_SECONDS = 12 * 3600
"""A show's length: a browser that crashed and came back is the same DJ, and goes on where it was."""


class TokenHandler(JsonHandler):
    """A fresh token. The same browser keeps its identity, so that renewing does not interrupt a call.

    A desk's identity belongs to its session: another session has another one.
    """

    methods = ("POST",)
    kind: ClassVar[str]
    """What an identity of this address begins with, and so what it is for."""
    remembered_seconds: ClassVar[int] = IDENTITY_SECONDS
    token_seconds: ClassVar[int] = MAX_TOKEN_SECONDS

    def post(self) -> None:
        remembered = identity_of(self, self.kind) or self._new_identity()
        identity = self.identity(remembered)
        token = generate_token(self.services.token_keys, identity, lifetime_seconds=self.token_seconds)
        self._remember(remembered)
        self.write_json({"token": token, "identity": identity, "expires_in_seconds": self.token_seconds})

    def identity(self, remembered: str) -> str:
        """The identity that the token is for, from the browser's cookie. RefusedError if it gets none."""
        return remembered

    def _new_identity(self) -> str:
        if self.who:
            return self.services.accounts.new_voice(self.kind, self.who)
        return f"{self.kind}_{secrets.token_hex(8)}"

    def _remember(self, identity: str) -> None:
        self.response.set_cookie(
            cookie_of(self, self.kind),
            sign(identity, purpose_of(self.kind), self.services.session_key),
            path="/",
            max_age=self.remembered_seconds,
            secure=is_https(self),
            httponly=True,
            samesite="Strict",
        )


def is_https(handler: Handler) -> bool:
    """Whether browsers reach the app over https: what PUBLIC_URL says, whatever the request came by."""
    return handler.services.links.public_url.startswith("https:")


def cookie_of(handler: Handler, kind: str) -> str:
    """The name of the cookie that keeps a browser's identity of that kind."""
    return cookie_name(purpose_of(kind), https=is_https(handler))


def purpose_of(kind: str) -> str:
    """What an identity's signature is for, so that none of another kind passes for it."""
    return f"{kind}_identity"


def identity_of(handler: Handler, kind: str) -> str | None:
    """The identity of that kind that we gave the browser, or None: it had none, or another session has."""
    cookie = handler.request.cookies.get(cookie_of(handler, kind), "")
    identity = unsign(cookie, purpose_of(kind), handler.services.session_key) or ""
    if handler.who:
        is_its_own = handler.services.accounts.is_voice_of(identity, kind, handler.who)
    else:
        is_its_own = identity.rpartition("_")[0] == kind
    return identity if is_its_own else None
