"""Voice tokens for browsers: whose they are is decided here and kept in a signed cookie, never by what a page sends."""

from __future__ import annotations

import secrets
from typing import ClassVar

from callin.handlers.base import JsonHandler
from util import MAX_TOKEN_SECONDS, generate_token, sign, unsign


class TokenHandler(JsonHandler):
    """A fresh token. The same browser keeps its identity, so that renewing does not interrupt a call."""

    methods = ("POST",)
    kind: ClassVar[str]
    """What an identity of this address begins with, and so what it is for."""

    def post(self) -> None:
        identity = self._known_identity() or f"{self.kind}_{secrets.token_hex(8)}"
        token = generate_token(self.services.token_keys, identity)
        self._remember(identity)
        self.write_json({"token": token, "identity": identity, "expires_in_seconds": MAX_TOKEN_SECONDS})

    def _known_identity(self) -> str | None:
        signed = self.request.cookies.get(self._cookie, "")
        return unsign(signed, self._cookie, self.services.session_key)

    def _remember(self, identity: str) -> None:
        self.response.set_cookie(
            self._cookie,
            sign(identity, self._cookie, self.services.session_key),
            path=self.request.path,
            secure=self.services.links.public_url.startswith("https:"),
            httponly=True,
            samesite="Strict",
        )

    @property
    def _cookie(self) -> str:
        return f"{self.kind}_identity"
