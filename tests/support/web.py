"""HTTP for tests: any method, any bytes, no redirects followed, no proxies; and Twilio's signatures."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree as ET

TIMEOUT_SECONDS = 20.0
FORM = "application/x-www-form-urlencoded"

Fields = Mapping[str, str] | Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Answer:
    """An HTTP answer, whole."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:
        return json.loads(self.body)

    def xml(self) -> ET.Element:
        """The TwiML document. It must be one: 200, text/xml, a Response."""
        assert self.status == 200, self.text
        assert self.headers.get_content_type() == "text/xml"
        document = ET.fromstring(self.body)  # noqa: S314 - our own app wrote it
        assert document.tag == "Response"
        return document


class Ask(Protocol):
    """Sends one request, and answers what came back. `ask` and `Https.ask` do."""

    def __call__(
        self, url: str, method: str = "GET", body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer: ...


def ask(
    url: str,
    method: str = "GET",
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    timeout_seconds: float = TIMEOUT_SECONDS,
) -> Answer:
    """One request on a connection of its own. The path and query are sent as they stand."""
    parts = urlsplit(url)
    assert parts.scheme == "http"
    assert parts.hostname in ("127.0.0.1", "localhost"), "tests speak with this machine alone"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout_seconds)
    return exchange(connection, path, method, body, headers)


def exchange(
    connection: http.client.HTTPConnection,
    path: str,
    method: str = "GET",
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """One request on this connection, which is closed after it."""
    try:
        connection.request(method, path, body=body, headers=dict(headers or {}))
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()


def signature(auth_token: str, url: str, fields: Iterable[tuple[str, str]] = ()) -> str:
    """Twilio's signature, implemented from its documentation and not by its library, which the app uses.

    https://www.twilio.com/docs/usage/webhooks/webhooks-security#validating-signatures-from-twilio
    """
    text = url + "".join(name + value for name, value in sorted(set(fields)))
    return base64.b64encode(hmac.new(auth_token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def as_pairs(fields: Fields) -> list[tuple[str, str]]:
    return list(fields.items()) if isinstance(fields, Mapping) else list(fields)


def ask_signed(
    base: str,
    auth_token: str,
    path: str,
    fields: Fields,
    method: str = "POST",
    signed: str | None = None,
    send: Ask = ask,
) -> Answer:
    """A request as Twilio makes it: form fields by POST, or in the query by GET. `signed` replaces the signature."""
    pairs = as_pairs(fields)
    url = base + path
    if method == "GET":
        url += ("&" if "?" in path else "?") + urlencode(pairs)
        headers = {"X-Twilio-Signature": signature(auth_token, url) if signed is None else signed}
        return send(url, "GET", headers=headers)
    headers = {
        "X-Twilio-Signature": signature(auth_token, url, pairs) if signed is None else signed,
        "Content-Type": FORM,
    }
    return send(url, method, urlencode(pairs).encode(), headers)
