"""Voice tokens for browsers: whose they are is decided here and kept in a signed cookie, never by what a page sends."""

from __future__ import annotations

import secrets
from typing import ClassVar

from callin.handlers.base import Handler, JsonHandler
from util import MAX_TOKEN_SECONDS, generate_token, sign, unsign

IDENTITY_SECONDS = 12 * 3600
"""A show's length: a browser that crashed and came back is the same DJ, and goes on where it was."""


class TokenHandler(JsonHandler):
    """A fresh token. The same browser keeps its identity, so that renewing does not interrupt a call."""

    methods = ("POST",)
    kind: ClassVar[str]
    """What an identity of this address begins with, and so what it is for."""

    def post(self) -> None:
        identity = identity_of(self, self.kind) or f"{owner(self, self.kind)}_{secrets.token_hex(8)}"
        token = generate_token(self.services.token_keys, identity)
        self._remember(identity)
        self.write_json({"token": token, "identity": identity, "expires_in_seconds": MAX_TOKEN_SECONDS})

    def _remember(self, identity: str) -> None:
        name = cookie_of(self.kind)
        self.response.set_cookie(
            name,
            sign(identity, name, self.services.session_key),
            path="/",
            max_age=IDENTITY_SECONDS,
            secure=self.services.links.public_url.startswith("https:"),
            httponly=True,
            samesite="Strict",
        )


def cookie_of(kind: str) -> str:
    """The name of the cookie that keeps a browser's identity of that kind."""
    return f"{kind}_identity"


def owner(handler: Handler, kind: str) -> str:
    """What an identity of that kind begins with: the kind and, where somebody is signed in, the account's name."""
    return f"{kind}_{handler.who.account.key.replace('-', '_')}" if handler.who else kind


def identity_of(handler: Handler, kind: str) -> str | None:
    """The identity of that kind that we gave the browser, or None: it had none, or another account has."""
    name = cookie_of(kind)
    identity = unsign(handler.request.cookies.get(name, ""), name, handler.services.session_key)
    return identity if identity and identity.rpartition("_")[0] == owner(handler, kind) else None
