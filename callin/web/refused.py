"""Looks at a request that was refused for its signature: what was wrong with it helps to find a wrong setting."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING

from callin.model import Refusal
from callin.web.form import Pairs, fits
from callin.webhooks import RefusedRequest

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

SHA1_BYTES = 20

_HOST = re.compile(r"[A-Za-z0-9.:\[\]-]{1,255}")


def refused_request(environ: WSGIEnvironment, path: str, form: Pairs, call_sid: str, token: bytes) -> RefusedRequest:
    """What there is to tell of it. `path` is quoted as Twilio quotes it, `token` the auth token."""
    given = environ.get("HTTP_X_TWILIO_SIGNATURE", "")
    host = environ.get("HTTP_HOST", "")
    host = host if _HOST.fullmatch(host) else "?"
    scheme = "http"
    if not given:
        refusal = Refusal.MISSING
    elif not _is_well_formed(given):
        refusal = Refusal.MALFORMED
    elif found := _scheme_that_fits(environ, f"{host}{path}", form, given, token):
        scheme, refusal = found, Refusal.OTHER_ADDRESS
    else:
        refusal = Refusal.NOT_OURS
    if refusal is not Refusal.OTHER_ADDRESS and environ.get("HTTP_X_TWILIO_WEBHOOKS_SIGNATURE_SETTINGS"):
        refusal = Refusal.WEBHOOK_RULE
    return RefusedRequest(environ["REQUEST_METHOD"], f"{scheme}://{host}{path}", refusal, call_sid)


def _is_well_formed(signature: str) -> bool:
    try:
        return len(base64.b64decode(signature, validate=True)) == SHA1_BYTES
    except (ValueError, binascii.Error):
        return False


def _scheme_that_fits(environ: WSGIEnvironment, address: str, form: Pairs, given: str, token: bytes) -> str:
    """The scheme with which the signature is good for the address that the request itself names, if it is.

    Only Twilio can have made it then, and PUBLIC_URL is wrong. Both schemes are tried: behind a proxy that ends TLS the
    request does not tell which one Twilio used.
    """
    query = environ["QUERY_STRING"]
    asked = address + (f"?{query}" if query else "")
    return next((scheme for scheme in ("https", "http") if fits(token, f"{scheme}://{asked}", form, given)), "")
