"""The tutorial's two helpers, `generate_token` and `render_template`, and what is as general as they are."""

from __future__ import annotations

import functools
import hashlib
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import jinja2

STATIC = Path(__file__).parent / "static"
TEMPLATES = Path(__file__).parent / "templates"
COMPILED_TEMPLATES = TEMPLATES / "__pycache__"
MAX_TOKEN_SECONDS = 3600

# Twilio allows up to 121 characters of these: https://www.twilio.com/docs/iam/access-tokens
_IDENTITY = re.compile(r"(dj|screener|listener)_[A-Za-z0-9_]{1,100}")


@dataclass(frozen=True)
class TokenKeys:
    """What signs a browser's token: an API key where there is one, else the account itself.

    `application_sid` is the studio's TwiML application. Listeners' and screeners' browsers call their own, because an
    application's fallback document cannot tell who is calling; without a `screener_application_sid` screeners call the
    studio's.
    """

    account_sid: str
    application_sid: str
    auth_token: str = field(repr=False)
    api_key_sid: str = ""
    api_key_secret: str = field(default="", repr=False)
    listener_application_sid: str = ""
    screener_application_sid: str = ""

    def application_of(self, identity: str) -> str:
        """The SID of the application that a browser with this identity may call."""
        kind = identity.partition("_")[0]
        if kind == "listener":
            return self.listener_application_sid
        return (self.screener_application_sid if kind == "screener" else "") or self.application_sid


def generate_token(
    keys: TokenKeys, identity: str, *, incoming: bool = False, lifetime_seconds: int = MAX_TOKEN_SECONDS
) -> str:
    """A token (JWT) with which a browser may call one application of ours, and be called only if `incoming`.

    `identity` says what it is for, and so which application: `dj_…`, `screener_…` or `listener_…`; Twilio signs it into
    every request as From=client:IDENTITY. An access token where there is an API key, else a capability token, as the
    tutorial had.
    ValueError for another kind of identity, or for a lifetime that is not 1 second to an hour.
    https://www.twilio.com/docs/iam/access-tokens  https://www.twilio.com/docs/iam/access-tokens#capability-tokens
    """
    if not _IDENTITY.fullmatch(identity):
        raise ValueError("an identity is dj_, screener_ or listener_ and up to 100 letters, digits and underscores")
    if not 0 < lifetime_seconds <= MAX_TOKEN_SECONDS:
        raise ValueError(f"a token lives for 1 to {MAX_TOKEN_SECONDS} seconds")
    if keys.api_key_sid:
        return _access_token(keys, identity, incoming, lifetime_seconds)
    return _capability_token(keys, identity, incoming, lifetime_seconds)


def _access_token(keys: TokenKeys, identity: str, incoming: bool, lifetime_seconds: int) -> str:
    # Imported on first use: the JWT library costs more at start than all of our own code.
    from twilio.jwt.access_token import AccessToken
    from twilio.jwt.access_token.grants import VoiceGrant

    token = AccessToken(
        keys.account_sid, keys.api_key_sid, keys.api_key_secret, identity=identity, ttl=lifetime_seconds
    )
    token.add_grant(VoiceGrant(incoming_allow=incoming, outgoing_application_sid=keys.application_of(identity)))
    return str(token.to_jwt())


def _capability_token(keys: TokenKeys, identity: str, incoming: bool, lifetime_seconds: int) -> str:
    from twilio.jwt.client import ClientCapabilityToken

    token = ClientCapabilityToken(keys.account_sid, keys.auth_token, ttl=lifetime_seconds)
    token.allow_client_outgoing(keys.application_of(identity))
    if incoming:
        token.allow_client_incoming(identity)
    # The name goes with outgoing calls too: without it the caller would be anonymous.
    token.client_name = identity
    return str(token.to_jwt())


def render_template(name: str, /, **values: object) -> str:
    """A page from a file in templates/. Whatever is put in is escaped; a value that is missing is an error."""
    return _environment().get_template(name).render(values)


def asset(name: str) -> str:
    """The address of a page's script or stylesheet, such as `desk.js`. It changes with the content, so that a browser
    may keep what it has loaded for a year. RuntimeError when the pages are not built."""
    return f"/static/built/{_built()[name]}"


@functools.cache
def pages_version() -> str:
    """A short text that changes with any script or stylesheet of the pages. RuntimeError when they are not built."""
    return hashlib.sha256(json.dumps(_built()).encode()).hexdigest()[:12]


@functools.cache
def _built() -> dict[str, str]:
    """The file in static/built of each script and stylesheet, as deploy/build_pages.mjs wrote it down."""
    try:
        manifest: dict[str, str] = json.loads((STATIC / "built" / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise RuntimeError("The pages are not built: run `node deploy/build_pages.mjs`, or any `make`.") from error
    return manifest


def compile_templates() -> None:
    """Compiles all of templates/ for this version of Python, to be deployed beside them."""
    pages = _environment().overlay(bytecode_cache=_compiled_templates(is_written=True))
    for name in pages.list_templates(extensions=["html"]):
        pages.get_template(name)


@functools.cache
def _environment() -> jinja2.Environment:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        auto_reload=False,
        bytecode_cache=_compiled_templates(is_written=False),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"asset": asset, "pages_version": pages_version}
    return environment


def _compiled_templates(*, is_written: bool) -> jinja2.BytecodeCache:
    """Templates as `compile_templates` left them. One that has changed since then is compiled from its source."""
    import jinja2
    from jinja2.bccache import Bucket

    class Compiled(jinja2.FileSystemBytecodeCache):
        def get_cache_key(self, name: str, filename: str | None = None) -> str:  # noqa: ARG002
            return super().get_cache_key(name)  # the file's folder is another one where it is deployed

        def dump_bytecode(self, bucket: Bucket) -> None:
            if is_written:
                super().dump_bytecode(bucket)

    if is_written:
        COMPILED_TEMPLATES.mkdir(exist_ok=True)
    return Compiled(str(COMPILED_TEMPLATES))
