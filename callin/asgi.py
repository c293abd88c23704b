"""Requests and answers between ASGI and WSGI: the environ, the whole body within limits, the whole answer.

ASGI: https://asgi.readthedocs.io/en/latest/specs/www.html WSGI: https://peps.python.org/pep-3333/
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from callin.web.middleware import MAX_BODY_BYTES, Refused

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication, WSGIEnvironment

BODY_SECONDS = 5.0
"""How long a whole body may take."""

MAX_DISCARDED_BYTES = 2_000_000

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Answer = tuple[int, list[tuple[bytes, bytes]], bytes]
"""A status, headers and a body."""


class GoneError(Exception):
    """The client has left."""


_SAME_FOR_ALL: dict[str, Any] = {
    "SCRIPT_NAME": "",
    "wsgi.version": (1, 0),
    "wsgi.errors": sys.stderr,
    "wsgi.multithread": True,
    "wsgi.multiprocess": False,
    "wsgi.run_once": False,
}


def environ_of(scope: Scope) -> WSGIEnvironment:
    """The request as PEP 3333 has it, but for its body."""
    path: bytes = scope["raw_path"]
    server, client = scope.get("server") or ("", ""), scope.get("client") or ("", "")
    environ = _SAME_FOR_ALL | {
        "REQUEST_METHOD": scope["method"],
        "PATH_INFO": (unquote_to_bytes(path) if b"%" in path else path).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": "HTTP/" + scope["http_version"],
        "REMOTE_ADDR": client[0],
        "wsgi.url_scheme": scope["scheme"],
    }
    for name, value in scope["headers"]:
        variable = _variable(name)
        text = value.decode("latin-1")
        if variable in environ:
            text = environ[variable] + ("; " if variable == "HTTP_COOKIE" else ",") + text
        if variable:
            environ[variable] = text
    return environ


@lru_cache(maxsize=256)
def _variable(name: bytes) -> str:
    """The variable of a header; empty for a name with an underscore, whose variable would be that of another header."""
    if b"_" in name:
        return ""
    variable = name.decode("latin-1").upper().replace("-", "_")
    return variable if variable in {"CONTENT_TYPE", "CONTENT_LENGTH"} else "HTTP_" + variable


TOO_MUCH = "That is too much."


async def body_of(environ: WSGIEnvironment, receive: Receive) -> bytes:
    """The whole body, with or without a length. Refused when it is too long, or takes too long to come."""
    given = environ.get("CONTENT_LENGTH")
    if given is None and "HTTP_TRANSFER_ENCODING" not in environ:
        return b""
    if given is not None and not (given.isascii() and given.isdigit()):
        raise Refused(HTTPStatus.BAD_REQUEST, "The length of the body is no number.")
    length = None if given is None else int(given)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _read(receive, length)
    except TimeoutError:
        raise Refused(HTTPStatus.REQUEST_TIMEOUT, "The request took too long to arrive.") from None


async def _read(receive: Receive, length: int | None) -> bytes:
    """Of a body that is too long the rest is taken too, within reason: its sender may read no answer before."""
    if length is not None and length > MAX_DISCARDED_BYTES:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_MUCH)
    body, size, more = b"", 0, True
    while more and size <= MAX_DISCARDED_BYTES and (length is None or size < length):
        message = await receive()
        if message["type"] == "http.disconnect":
            raise GoneError
        part = message.get("body", b"")
        size += len(part)
        body = body + part if size <= MAX_BODY_BYTES else b""
        more = message.get("more_body", False)
    if size > MAX_BODY_BYTES:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_MUCH)
    return body


def answer_of(application: WSGIApplication, environ: WSGIEnvironment) -> Answer:
    begun: list[tuple[str, list[tuple[str, str]]]] = []

    def begin(status: str, headers: list[tuple[str, str]], _problem: object = None) -> Callable[[bytes], object]:
        begun.append((status, headers))
        return written.append

    written: list[bytes] = []
    parts = application(environ, begin)
    try:
        written += parts
    finally:
        close = getattr(parts, "close", None)
        if close is not None:
            close()
    status, headers = begun[-1]
    encoded = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    return int(status[:3]), encoded, b"".join(written)
