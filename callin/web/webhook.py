"""What all addresses for Twilio share: they check its signature, and always answer with a document."""

from __future__ import annotations

import base64
import binascii
import functools
import hmac
import logging
import re
import zlib
from http import HTTPStatus
from typing import TYPE_CHECKING, ClassVar

from webob.multidict import MultiDict

from callin import logs, twiml
from callin.missed_calls import RefusedRequest
from callin.model import MusicPosition, Refusal
from callin.rules.missed import rung_number_of
from callin.web.base import Fields, Handler, Params, parse_params, sent
from callin.web.middleware import HTTPError

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication, WSGIEnvironment

    from twilio.request_validator import RequestValidator

    from callin.words import SpokenWords

log = logging.getLogger(__name__)

_CALL_SID = re.compile(r"[A-Za-z0-9]{2,64}")
_MAX_DIGITS = 15


class TwimlHandler(Handler):
    """An address for Twilio, by GET or POST. `answer` makes the document.

    If it fails, `apology` does: the caller hears something, and is not lost.
    """

    methods = ("GET", "POST")
    is_retried: ClassVar[bool] = False
    """Whether a failure is answered with an error, so that Twilio asks again: for reports whose answer nobody hears."""

    form: Fields
    params: Params
    call_sid: str

    def answer(self) -> str:
        """The document."""
        raise NotImplementedError

    def apology(self) -> str:
        """The document after `answer` has failed. It must not ask the store or Twilio."""
        return twiml.empty()

    def dispatch(self) -> WSGIApplication | None:
        try:
            self.method_must_be_allowed()
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
            if self.is_retried:
                self.refuse(HTTPStatus.SERVICE_UNAVAILABLE)
                return None
            document = self.apology()
        finally:
            logs.call_sid.reset(logged_call)
        return sent(document.encode(), "text/xml; charset=utf-8")

    @property
    def words(self) -> SpokenWords:
        """What the station says, in its language and voice."""
        return self.services.station.words()

    @property
    def music(self) -> twiml.Music:
        """A waiting caller's music, from where the last document left off. Callers begin with different tunes."""
        tunes = self.services.chosen_sounds.current().music
        if not tunes:
            return twiml.Music()
        tune = self.number("tune")
        begin = zlib.crc32(self.call_sid.encode()) % len(tunes) if tune is None else tune
        return twiml.Music(tunes, MusicPosition(begin, self.number("at") or 0))

    def param(self, name: str) -> str:
        """A parameter from Twilio, or from our own address; empty if there is none."""
        value = self.params.get(name)
        return self.services.links.names.caller(value) if name == "From" else value

    def number(self, name: str) -> int | None:
        """A parameter as a whole number of at most 15 digits; otherwise None."""
        text = self.param(name)
        if not text.isascii() or not text.isdigit() or len(text) > _MAX_DIGITS:
            return None
        return int(text)

    def _read(self) -> None:
        try:
            query = parse_params(self.request.query_string)
            posted = self.request.method == "POST"
            self.form = parse_params(self.request.environ["wsgi.input"].read().decode()) if posted else []
        except ValueError:
            raise HTTPError(HTTPStatus.BAD_REQUEST) from None
        self.params = Params(query, self.form)
        self.call_sid = self.params.get("CallSid")

    def _must_be_signed(self) -> None:
        """Refuses requests without Twilio's signature, by the account's auth token, over this address and form.

        The address is made from PUBLIC_URL: behind a proxy the request itself does not have it.
        https://www.twilio.com/docs/usage/webhooks/webhooks-security
        """
        environ = self.request.environ
        path = environ["PATH_INFO"]  # of the table of routes, so nothing in it needs quoting
        url = self.services.links.public_url + path
        if query := self.request.query_string:
            url += "?" + query
        given = environ.get("HTTP_X_TWILIO_SIGNATURE")
        validator, webhooks = self.services.validator, self.services.webhooks
        if not given or not given.isascii() or not is_signed(validator, url, self.form, given):
            webhooks.refused(refused_request(environ, path, self.form, self.call_sid, validator.token))
            self.services.reconcile_soon()  # at most every 20 s: Twilio's list shows whether a real call was refused
            raise HTTPError(HTTPStatus.FORBIDDEN)
        webhooks.accepted(self.call_sid)
        if self.param("CallStatus") == "ringing":  # only a call's first request says so
            webhooks.reached(rung_number_of(self.param("From"), self.param("To")))

    def _must_be_clear(self) -> None:
        """Refuses a request that names its call twice, or not at all."""
        if self.params.repeats(("CallSid", "From", "To")) or not _CALL_SID.fullmatch(self.call_sid):
            raise HTTPError(HTTPStatus.BAD_REQUEST)


def is_signed(validator: RequestValidator, url: str, form: Fields, given: str) -> bool:
    """Whether the signature is Twilio's, over this address and these fields.

    If the usual form of the address does not fit, Twilio's own check decides: it tries other forms too.
    https://www.twilio.com/docs/usage/webhooks/webhooks-security
    """
    return fits(validator.token, url, form, given) or bool(validator.validate(url, MultiDict(form), given))


def fits(token: bytes, url: str, form: Fields, given: str) -> bool:
    """Whether the signature is for exactly this address and these fields."""
    # Sorted by name, then value, without duplicates: as in Twilio's library.
    signed = url + "".join([name + value for name, value in sorted(set(form))])
    digest = _keyed(token).copy()
    digest.update(signed.encode())
    return hmac.compare_digest(base64.b64encode(digest.digest()), given.encode())


@functools.lru_cache(maxsize=1)
def _keyed(token: bytes) -> hmac.HMAC:
    """The HMAC with this key, to be copied. Unlike `hmac.digest` a copy does not let other threads run meanwhile."""
    return hmac.new(token, digestmod="sha1")


SHA1_BYTES = 20

_HOST = re.compile(r"[A-Za-z0-9.:\[\]-]{1,255}")


def refused_request(environ: WSGIEnvironment, path: str, form: Fields, call_sid: str, token: bytes) -> RefusedRequest:
    """What was wrong with the signature, which helps to find a wrong setting.

    `token` is the auth token.
    """
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


def _scheme_that_fits(environ: WSGIEnvironment, address: str, form: Fields, given: str, token: bytes) -> str:
    """The scheme with which the signature fits the address that the request itself names; empty if neither does.

    If one fits, the request is Twilio's, and PUBLIC_URL is wrong. Behind a proxy that ends TLS the request does not say
    which scheme Twilio used.
    """
    query = environ.get("QUERY_STRING")
    asked = address + (f"?{query}" if query else "")
    return next((scheme for scheme in ("https", "http") if fits(token, f"{scheme}://{asked}", form, given)), "")
