"""The outermost layer, plain WSGI: what webapp2 and WebOb get wrong is met here once, before they see it.

Their faults: bytes that are no UTF-8 in path or query, and broken multipart, become a 500; HEAD is refused; a method
they do not know is a 501. Nobody needs a big body here, so none is read.
"""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

MAX_BODY_BYTES = 100_000
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")
"""The methods that webapp2 answers by itself, by calling a handler or with a 405 that names the right ones."""

DEFAULT_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}

# What the front and the app tell each other in a request's environ. Without the front none of them is there.
MAY_WAIT = "callin.may_wait"
"""Whether the front waits for news where a handler has none; False when it has waited long enough."""
WAIT = "callin.wait"
"""A handler's wish: wait until the count of news is another than this, then ask again. Its answer is thrown away."""
REFUSED = "callin.refused"
"""Why the front refuses the request; it is answered from here, like all others."""

log = logging.getLogger(__name__)


class HTTPError(Exception):
    """The request is refused, before anything is done: a status and a sentence, by default the status's own words."""

    def __init__(self, status: HTTPStatus, sentence: str = "") -> None:
        super().__init__(sentence or f"{status.phrase}.")
        self.status = status


Refused = HTTPError


def guard(application: WSGIApplication, *, https: bool) -> WSGIApplication:
    """`application` behind the checks; every answer carries the headers that browsers are to hold it by.

    `https` says that the public address is https, so that browsers may be told never to use anything else.
    """
    headers = dict(DEFAULT_HEADERS)
    if https:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    defaults = [(name.lower(), (name, value)) for name, value in headers.items()]

    def guarded(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        begin = _with_headers(start_response, defaults)
        head = environ["REQUEST_METHOD"] == "HEAD"
        try:
            _check(environ)
            if head:
                environ["REQUEST_METHOD"] = "GET"
            answer = application(environ, begin)
        except Refused as refused:
            answer = _refuse(begin, refused)
        except Exception:
            log.exception("A request failed: %s", environ.get("PATH_INFO"))
            answer = _refuse(begin, Refused(HTTPStatus.SERVICE_UNAVAILABLE, "Something went wrong. Please try again."))
        return _discarded(answer) if head else answer

    return guarded


def _check(environ: WSGIEnvironment) -> None:
    if (refused := environ.get(REFUSED)) is not None:
        raise refused
    body = _body(environ)  # first: who is refused in the middle of sending may never read why
    if environ["REQUEST_METHOD"] not in METHODS:
        raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, "This method is not used here.")
    try:
        environ.get("PATH_INFO", "").encode("latin-1").decode()
        query = environ.get("QUERY_STRING", "")
        if "%" in query or not query.isascii():
            unquote_to_bytes(query.encode("latin-1")).decode()
    except UnicodeError:
        raise Refused(HTTPStatus.BAD_REQUEST, "The address is not valid UTF-8.") from None
    if environ.get("CONTENT_TYPE", "").lstrip().lower().startswith("multipart/"):
        raise Refused(HTTPStatus.BAD_REQUEST, "Only ordinary forms are taken here.")
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
    environ["webob.is_body_seekable"] = True  # else WebOb would copy it into a file


def _body(environ: WSGIEnvironment) -> bytes:
    """The whole body. Under the front it has been read, and has a length; so it must have under any other server."""
    length = environ.get("CONTENT_LENGTH") or ""
    if not length and environ.get("HTTP_TRANSFER_ENCODING"):
        raise Refused(HTTPStatus.LENGTH_REQUIRED, "The body has no length.")
    if length and not (length.isascii() and length.isdigit()):
        raise Refused(HTTPStatus.BAD_REQUEST, "The length of the body is no number.")
    if int(length or 0) > MAX_BODY_BYTES:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "That is too much.")
    body: bytes = environ["wsgi.input"].read(int(length)) if length else b""
    return body


def _with_headers(start_response: StartResponse, defaults: list[tuple[str, tuple[str, str]]]) -> StartResponse:
    def begin(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
        given = {name.lower() for name, _ in headers}
        missing = [header for name, header in defaults if name not in given]
        return start_response(status, [*headers, *missing], exc_info)

    return begin


def _refuse(start_response: StartResponse, refused: Refused) -> Iterable[bytes]:
    body = json.dumps({"error": str(refused)}).encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    if refused.status is HTTPStatus.METHOD_NOT_ALLOWED:
        headers.append(("Allow", "GET, HEAD, POST"))
    if refused.status is HTTPStatus.SERVICE_UNAVAILABLE:
        headers.append(("Retry-After", "2"))
    start_response(f"{refused.status.value} {refused.status.phrase}", headers)
    return [body]


def _discarded(answer: Iterable[bytes]) -> Iterable[bytes]:
    """Ends an answer whose body nobody wants."""
    close = getattr(answer, "close", None)
    if close is not None:
        close()
    return []
