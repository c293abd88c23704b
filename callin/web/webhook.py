"""What all addresses that Twilio asks share: its signature over the request, and a document whatever goes wrong."""

from __future__ import annotations

import base64
import binascii
import hmac
import logging
import re
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

from webob.multidict import MultiDict

from callin import logs, twiml
from callin.model import Refusal
from callin.rules.missed import way_of
from callin.web.base import Handler, sent
from callin.web.form import Facts, Pairs, pairs
from callin.web.middleware import HTTPError
from callin.webhooks import RefusedRequest

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication, WSGIEnvironment

    from twilio.request_validator import RequestValidator

log = logging.getLogger(__name__)

_CALL_SID = re.compile(r"[A-Za-z0-9]{2,64}")
_MAX_DIGITS = 15


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
        except HTTPError as refused:
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
            raise HTTPError(HTTPStatus.BAD_REQUEST) from None
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
            raise HTTPError(HTTPStatus.FORBIDDEN)
        webhooks.accepted(self.call_sid)
        if self.fact("CallStatus") == "ringing":  # a call's first request, and no other, says so
            webhooks.reached(way_of(self.fact("From"), self.fact("To")))

    def _must_be_clear(self) -> None:
        """Refuses a request that names its call twice or not at all: nobody could say whom it is about."""
        if self.facts.repeats(("CallSid", "From", "To")):
            raise HTTPError(HTTPStatus.BAD_REQUEST)
        if not _CALL_SID.fullmatch(self.call_sid):
            raise HTTPError(HTTPStatus.BAD_REQUEST)


def is_signed(validator: RequestValidator, url: str, form: Pairs, given: str) -> bool:
    """Whether the signature is Twilio's, over this address and these fields.

    Twilio's own check tries other forms of the address too, so it decides when the usual form does not fit.
    https://www.twilio.com/docs/usage/webhooks/webhooks-security
    """
    return fits(validator.token, url, form, given) or bool(validator.validate(url, MultiDict(form), given))


def fits(token: bytes, url: str, form: Pairs, given: str) -> bool:
    """Whether the signature is the one for exactly this address and these fields."""
    # Sorted by name, then value; of equal pairs only one: as Twilio's library has it.
    signed = url + "".join([name + value for name, value in sorted(set(form))])
    digest = hmac.digest(token, signed.encode(), "sha1")
    return hmac.compare_digest(base64.b64encode(digest), given.encode())


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
