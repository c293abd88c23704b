"""What pages and browsers get from files and keys: templates, addresses of scripts and stylesheets, voice tokens.

It stands beside `main` because the tutorial that this app grew from has `generate_token` and `render_template` in its
`util`, and because all of it reads the folders beside it, `templates` and `static`. It imports nothing of `callin`.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    import jinja2

STATIC = Path(__file__).parent / "static"
TEMPLATES = Path(__file__).parent / "templates"
COMPILED_TEMPLATES = TEMPLATES / "__pycache__"
MAX_TOKEN_SECONDS = 3600

# Twilio allows up to 121 characters of these: https://www.twilio.com/docs/iam/access-tokens
_IDENTITY = re.compile(r"(dj|screener|listener)_[A-Za-z0-9_]{1,100}")


class TokenKeys(Struct, frozen=True):
    """The keys that sign a browser's token: an API key if there is one, otherwise the account's auth token.

    Each kind of browser calls a TwiML application of its own, because each needs its own fallback document:
    `application_sid` is the studio's. Without a `screener_application_sid`, screeners call the studio's.
    """

    account_sid: str
    application_sid: str
    auth_token: str
    api_key_sid: str = ""
    api_key_secret: str = ""
    listener_application_sid: str = ""
    screener_application_sid: str = ""
    identity_prefix: str = ""
    """What stands before each identity, so that two stations in one account tell their browsers apart."""

    def __repr__(self) -> str:
        return f"TokenKeys({self.account_sid!r})"  # without the secrets

    def application_of(self, identity: str) -> str:
        """The SID of the application that a browser with this identity may call."""
        kind = identity.partition("_")[0]
        if kind == "listener":
            return self.listener_application_sid
        return (self.screener_application_sid if kind == "screener" else "") or self.application_sid


def generate_token(
    keys: TokenKeys,
    identity: str,
    *,
    lifetime_seconds: int = MAX_TOKEN_SECONDS,
    extra_line: bool = False,
) -> str:
    """A token (JWT) with which a browser may call one of our applications. Nobody can call the browser.

    The prefix of `identity` decides which application: `dj_…`, `screener_…` or `listener_…`. Twilio sends the identity
    with every request as From=client:IDENTITY, and signs it. The token is an access token if there is an API key,
    otherwise a capability token as in the tutorial. `extra_line`: it is for an extra line of a DJ's console, which
    calls the screeners' application, because its fallback document brings no caller.
    ValueError for another prefix, or for a lifetime that is not 1 second to an hour.
    https://www.twilio.com/docs/iam/access-tokens  https://www.twilio.com/docs/iam/access-tokens#capability-tokens
    """
    if not _IDENTITY.fullmatch(identity):
        raise ValueError("an identity is dj_, screener_ or listener_ and up to 100 letters, digits and underscores")
    if not 0 < lifetime_seconds <= MAX_TOKEN_SECONDS:
        raise ValueError(f"a token lives for 1 to {MAX_TOKEN_SECONDS} seconds")
    make = _access_token if keys.api_key_sid else _capability_token
    application_sid = keys.screener_application_sid if extra_line else keys.application_of(identity)
    return make(keys, application_sid, keys.identity_prefix + identity, lifetime_seconds)


def _access_token(keys: TokenKeys, application_sid: str, identity: str, lifetime_seconds: int) -> str:
    # Imported on first use: the JWT library costs more at start than all of our own code.
    from twilio.jwt.access_token import AccessToken
    from twilio.jwt.access_token.grants import VoiceGrant

    token = AccessToken(
        keys.account_sid, keys.api_key_sid, keys.api_key_secret, identity=identity, ttl=lifetime_seconds
    )
    token.add_grant(VoiceGrant(outgoing_application_sid=application_sid))
    return str(token.to_jwt())


def _capability_token(keys: TokenKeys, application_sid: str, identity: str, lifetime_seconds: int) -> str:
    from twilio.jwt.client import ClientCapabilityToken

    token = ClientCapabilityToken(keys.account_sid, keys.auth_token, ttl=lifetime_seconds)
    token.allow_client_outgoing(application_sid)
    # The name goes with outgoing calls too: without it the caller would be anonymous.
    token.client_name = identity
    return str(token.to_jwt())


def render_template(name: str, /, **values: object) -> str:
    """A page from a file in templates/. Values are escaped; a missing value is an error."""
    return _environment().get_template(name).render(values)


def asset(name: str) -> str:
    """The address of a page's script or stylesheet, such as `desk.js`. RuntimeError if the pages are not built.

    It changes with the content, so that browsers may cache the file for a year.
    """
    return f"/static/built/{_built()[name]}"


@functools.cache
def pages_version() -> str:
    """A text that changes with any script or stylesheet. RuntimeError if the pages are not built."""
    return hashlib.sha256(json.dumps(_built()).encode()).hexdigest()[:12]


@functools.cache
def _built() -> dict[str, str]:
    """The file in static/built of each script and stylesheet, from the manifest of deploy/build_pages.mjs."""
    try:
        manifest: dict[str, str] = json.loads((STATIC / "built" / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise RuntimeError("The pages are not built: run `node deploy/build_pages.mjs`, or any `make`.") from error
    return manifest


def compile_templates() -> None:
    """Compiles all templates for this version of Python, to be deployed with them."""
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
    """The cache that `compile_templates` fills. A template that has changed since then is compiled again."""
    import jinja2
    from jinja2.bccache import Bucket

    class Compiled(jinja2.FileSystemBytecodeCache):
        def get_cache_key(self, name: str, filename: str | None = None) -> str:  # noqa: ARG002 - as inherited
            return super().get_cache_key(name)  # without the folder, which is another one after a deployment

        def dump_bytecode(self, bucket: Bucket) -> None:
            if is_written:
                super().dump_bytecode(bucket)

    if is_written:
        COMPILED_TEMPLATES.mkdir(exist_ok=True)
    return Compiled(str(COMPILED_TEMPLATES))
