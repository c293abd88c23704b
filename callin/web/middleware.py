"""The outermost WSGI layer: limits, default headers, and requests that webapp2 and WebOb would get wrong.

They answer 500 for bytes in the path or query that are not UTF-8, and for broken multipart; they refuse HEAD; and they
answer 501 for methods that they do not know.
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

NO_LENGTH = "Content-Length is not a number."
TOO_LARGE = "The request is too large."

MAX_BODY_BYTES = 100_000
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")
"""The methods that webapp2 knows: it calls a handler, or answers 405 with the right Allow header."""

DEFAULT_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}

FOR_A_YEAR = "public, max-age=31536000, immutable"
"""The Cache-Control of what never changes at its address."""

# Keys of the environ by which the front and the app communicate. Without the front there are none.
MAY_WAIT = "callin.may_wait"
"""Whether the front would wait for news; False after it has waited long enough."""
WAIT = "callin.wait"
"""A handler sets it to have the front wait until the count of news differs from it, and then ask again."""
REFUSED = "callin.refused"
"""The HTTPError with which the front refuses the request: this layer sends it, like all others."""

SOMETHING_WENT_WRONG = "Something went wrong. Please try again."

log = logging.getLogger(__name__)


class HTTPError(Exception):
    """Refuses the request, before anything is done. The sentence is the status's phrase by default."""

    def __init__(self, status: HTTPStatus, sentence: str = "") -> None:
        super().__init__(sentence or f"{status.phrase}.")
        self.status = status


class PasskeyMissingError(HTTPError):
    """Refuses an admin that has signed in without a passkey, if the station asks admins for one."""

    def __init__(self) -> None:
        super().__init__(HTTPStatus.FORBIDDEN, "This station asks admins for a passkey. Add one on your account page.")


def guard(application: WSGIApplication, *, https: bool) -> WSGIApplication:
    """Wraps `application` in the checks and adds the default headers to each answer.

    `https` says that PUBLIC_URL is https; then browsers are told to use nothing else.
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
        except HTTPError as refused:
            answer = _refuse(begin, refused)
        except Exception:
            log.exception("A request failed: %s", environ.get("PATH_INFO"))
            answer = _refuse(begin, HTTPError(HTTPStatus.SERVICE_UNAVAILABLE, SOMETHING_WENT_WRONG))
        return _discarded(answer) if head else answer

    return guarded


def _check(environ: WSGIEnvironment) -> None:
    if (refused := environ.get(REFUSED)) is not None:
        raise refused
    body = _body(environ)  # first, because a client that is refused while it sends may not read the answer
    if environ["REQUEST_METHOD"] not in METHODS:
        raise HTTPError(HTTPStatus.METHOD_NOT_ALLOWED, "This method is not allowed.")
    try:
        environ.get("PATH_INFO", "").encode("latin-1").decode()
        query = environ.get("QUERY_STRING", "")
        if "%" in query or not query.isascii():
            unquote_to_bytes(query.encode("latin-1")).decode()
    except UnicodeError:
        raise HTTPError(HTTPStatus.BAD_REQUEST, "The address is not valid UTF-8.") from None
    if environ.get("CONTENT_TYPE", "").lstrip().lower().startswith("multipart/"):
        raise HTTPError(HTTPStatus.BAD_REQUEST, "Multipart forms are not supported.")
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
    environ["webob.is_body_seekable"] = True  # otherwise WebOb would copy it into a file


def _body(environ: WSGIEnvironment) -> bytes:
    """The whole body. It needs a Content-Length: the front sets it, and other servers must."""
    given = environ.get("CONTENT_LENGTH") or ""
    if not given and environ.get("HTTP_TRANSFER_ENCODING"):
        raise HTTPError(HTTPStatus.LENGTH_REQUIRED, "Content-Length is missing.")
    length = parse_length(given) if given else 0
    if length > MAX_BODY_BYTES:
        raise HTTPError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_LARGE)
    body: bytes = environ["wsgi.input"].read(length) if length else b""
    return body


def parse_length(given: str) -> int:
    """A Content-Length as a number. HTTPError if it is none."""
    if not (given.isascii() and given.isdigit()):
        raise HTTPError(HTTPStatus.BAD_REQUEST, NO_LENGTH)
    return int(given.lstrip("0")[:20] or 0)  # `int` refuses more than 4,300 digits; 20 are over every limit


def _with_headers(start_response: StartResponse, defaults: list[tuple[str, tuple[str, str]]]) -> StartResponse:
    def begin(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
        given = {name.lower() for name, _ in headers}
        missing = [header for name, header in defaults if name not in given]
        return start_response(status, [*headers, *missing], exc_info)

    return begin


def _refuse(start_response: StartResponse, refused: HTTPError) -> Iterable[bytes]:
    body = json.dumps({"error": str(refused)}).encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    if refused.status is HTTPStatus.METHOD_NOT_ALLOWED:
        headers.append(("Allow", "GET, HEAD, POST"))
    if refused.status is HTTPStatus.SERVICE_UNAVAILABLE:
        headers.append(("Retry-After", "2"))
    start_response(f"{refused.status.value} {refused.status.phrase}", headers)
    return [body]


def _discarded(answer: Iterable[bytes]) -> Iterable[bytes]:
    """Closes an answer whose body is not sent."""
    close = getattr(answer, "close", None)
    if close is not None:
        close()
    return []
