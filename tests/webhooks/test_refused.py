"""What is reported about a request that was refused for its signature."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from callin.model import Refusal
from callin.web.base import parse_params
from callin.web.webhook import refused_request
from tests.support.web import signature

TOKEN = "t" * 32
PATH = "/twiml/enqueue"
FIELDS = {"CallSid": "CA" + "0" * 32, "From": "+447700900001"}


def refusal_of(
    given: str | None, host: str = "radio.example.com", query: str = "", **headers: str
) -> tuple[str, Refusal]:
    environ = {"REQUEST_METHOD": "POST", "HTTP_HOST": host} | headers
    if query:  # a WSGI server may leave an empty one out
        environ["QUERY_STRING"] = query
    if given is not None:
        environ["HTTP_X_TWILIO_SIGNATURE"] = given
    found = refused_request(environ, PATH, parse_params(urlencode(FIELDS)), FIELDS["CallSid"], TOKEN.encode())
    assert (found.method, found.call_sid) == ("POST", FIELDS["CallSid"])
    return found.address, found.refusal


@pytest.mark.parametrize("given", ["x", "é", "AAAA", "=" * 28, "A" * 28, "A" * 27])
def test_a_signature_that_cannot_be_a_sha1_is_malformed(given: str) -> None:
    assert refusal_of(given) == ("http://radio.example.com/twiml/enqueue", Refusal.MALFORMED)


def test_a_signature_by_another_token_is_not_ours_and_none_is_missing() -> None:
    theirs = signature("u" * 32, "https://radio.example.com" + PATH, FIELDS.items())
    assert refusal_of(theirs)[1] is Refusal.NOT_OURS
    assert refusal_of(None)[1] is Refusal.MISSING
    assert refusal_of("")[1] is Refusal.MISSING


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("query", ["", "n=1&result=x"])
def test_a_signature_that_is_good_for_the_address_asked_is_twilios_and_tells_that_address(
    scheme: str, query: str
) -> None:
    """Behind a proxy the app sees http and cannot tell which of the two Twilio used."""
    address = f"{scheme}://old.example.com:8443{PATH}"
    given = signature(TOKEN, address + (f"?{query}" if query else ""), FIELDS.items())
    assert refusal_of(given, "old.example.com:8443", query) == (address, Refusal.OTHER_ADDRESS)


def test_an_account_with_a_webhook_rule_is_known_by_its_header() -> None:
    given = "A" * 43 + "="  # SHA-256 is longer
    headers = {"HTTP_X_TWILIO_WEBHOOKS_SIGNATURE_SETTINGS": "key=KY1,algorithm=HMAC_SHA256"}
    assert refusal_of(given, **headers)[1] is Refusal.WEBHOOK_RULE


@pytest.mark.parametrize("host", ["", "a b", "x" * 300, "a\nb", "<script>"])
def test_a_malformed_host_is_not_repeated(host: str) -> None:
    assert refusal_of(None, host)[0] == "http://?/twiml/enqueue"
