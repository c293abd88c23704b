"""RSGI for a WSGI app: converts requests and answers, and runs the app in threads beside the event loop.

RSGI: https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md WSGI: https://peps.python.org/pep-3333/
"""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import lru_cache
from http import HTTPStatus
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from callin.web.middleware import MAX_BODY_BYTES, TOO_LARGE, HTTPError, parse_length

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication, WSGIEnvironment


BODY_SECONDS = 5.0
"""How long a whole body may take to arrive."""

MAX_DISCARDED_BYTES = 2_000_000

Answer = tuple[int, list[tuple[str, str]], bytes]
"""A status, headers and a body."""


class Headers(Protocol):
    def items(self) -> list[tuple[str, str]]:
        """Names are in lower case. A header may repeat. Values that are not ASCII are missing."""


class Scope(Protocol):
    """A request without its body. Addresses are `host:port`; the path is decoded, the query is not."""

    proto: str
    http_version: str
    server: str
    client: str
    scheme: str
    method: str
    path: str
    query_string: str
    headers: Headers


class Exchange(Protocol):
    """A request's body and its answer. `response_bytes` may be called in any thread, once."""

    def __call__(self) -> Awaitable[bytes]: ...
    def __aiter__(self) -> AsyncIterator[bytes]: ...
    def client_disconnect(self) -> Awaitable[None]: ...
    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None: ...


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
    """The request without its body, as PEP 3333 describes it."""
    server_name, _, server_port = scope.server.rpartition(":")
    environ = _SAME_FOR_ALL | {
        "REQUEST_METHOD": scope.method,
        # granian decodes the path, with U+FFFD for bytes that are not UTF-8. The middleware must see that they are not.
        "PATH_INFO": _native(scope.path).replace(NOT_UTF_8, "\xff"),
        "QUERY_STRING": _native(scope.query_string),
        "SERVER_NAME": server_name,
        "SERVER_PORT": server_port,
        "SERVER_PROTOCOL": "HTTP/" + scope.http_version,
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.url_scheme": scope.scheme,
    }
    for name, value in scope.headers.items():
        variable = _variable(name)
        if variable in environ:
            environ[variable] += ("; " if variable == "HTTP_COOKIE" else ",") + value
        elif variable:
            environ[variable] = value
    return environ


def _native(text: str) -> str:
    return text if text.isascii() else text.encode().decode("latin-1")


NOT_UTF_8 = _native("\ufffd")


@lru_cache(maxsize=256)
def _variable(name: str) -> str:
    """The variable of a header; empty for a name with an underscore, because it would be another header's variable."""
    if "_" in name:
        return ""
    variable = name.upper().replace("-", "_")
    return variable if variable in {"CONTENT_TYPE", "CONTENT_LENGTH"} else "HTTP_" + variable


async def body_of(environ: WSGIEnvironment, exchange: Exchange) -> bytes:
    """The whole body. HTTPError if it is too large, or takes too long to arrive."""
    given = environ.get("CONTENT_LENGTH")
    if given is None and "HTTP_TRANSFER_ENCODING" not in environ:
        return b""
    length = None if given is None else parse_length(given)
    if length is not None and length > MAX_DISCARDED_BYTES:
        raise HTTPError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_LARGE)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            if length is not None and length <= MAX_BODY_BYTES:
                return await exchange()
            return await _read(exchange)
    except TimeoutError:
        raise HTTPError(HTTPStatus.REQUEST_TIMEOUT, "The request took too long to arrive.") from None
    except RuntimeError as error:  # granian's ProtocolClosed: the client left before its body was complete
        raise GoneError from error


async def _read(exchange: Exchange) -> bytes:
    """Reads a body to its end even if it is too large, up to a limit: its sender may not read an answer before."""
    body, size, ends = b"", 0, 0
    async for part in exchange:
        ends += not part
        size += len(part)
        body = body + part if size <= MAX_BODY_BYTES else b""
        if size > MAX_DISCARDED_BYTES:
            break
    if size > MAX_BODY_BYTES:
        raise HTTPError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_LARGE)
    if ends > 1:  # granian sends an empty part at the end, and another for an error
        raise GoneError
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
    return int(status[:3]), headers, b"".join(written)


Job = TypeVar("Job")

THREADS_AT_WORK = 8
"""How many threads work at a time, unless they are waiting for something themselves."""

STUCK_SECONDS = 0.02
"""If jobs wait and none has been taken for this long, the working threads must be waiting themselves: a thread that
only waits for the interpreter gets it within 5 ms."""


log = logging.getLogger(__name__)


class FullError(Exception):
    """Too many jobs are waiting."""


class WorkerPool(Generic[Job]):
    """Runs `run(job)` in daemon threads, in the order of `put`.

    A job wakes a thread if more jobs wait than threads are at work: SQLite stores the calls of several in one
    transaction. But many threads take the interpreter from each other, so past 8 a job wakes one only if none has taken
    a job for 20 ms. A store that answers in 50 ms therefore gets as many as it needs. See docs/measurements.md.

    `put` belongs to the thread of the event loop. `run` must not raise.
    """

    def __init__(self, name: str, run: Callable[[Job], None], *, most_threads: int, most_waiting: int) -> None:
        self._name = name
        self._run = run
        self._most_threads = most_threads
        self._most_waiting = most_waiting
        self._jobs: deque[Job] = deque()
        self._lock = threading.Lock()
        """Guards `_jobs` and `_at_work`; held for a few instructions only, so the event loop may take it."""
        self._at_work = 0
        self._taken_at = 0.0
        self._threads = 0
        self._calls: SimpleQueue[None] = SimpleQueue()
        self._look: asyncio.TimerHandle | None = None

    @property
    def waiting(self) -> int:
        """How many jobs wait for a thread."""
        return len(self._jobs)

    def put(self, job: Job) -> None:
        """Queues the job. FullError if too many wait."""
        with self._lock:
            if len(self._jobs) >= self._most_waiting:
                raise FullError
            self._jobs.append(job)
        if self._at_work < min(len(self._jobs), THREADS_AT_WORK) or self._is_stuck():
            self._wake(1)
        if self._look is None:
            self._look = asyncio.get_running_loop().call_later(STUCK_SECONDS, self._look_again)

    def _is_stuck(self) -> bool:
        return time.monotonic() - self._taken_at > STUCK_SECONDS

    def _look_again(self) -> None:
        """Doubles the threads while jobs wait and none is taken."""
        self._look = None
        if not self._jobs:
            return
        if self._is_stuck():
            self._wake(max(1, min(self._at_work, len(self._jobs))))
        self._look = asyncio.get_running_loop().call_later(STUCK_SECONDS, self._look_again)

    def _wake(self, threads: int) -> None:
        for _ in range(min(threads, self._most_threads - self._at_work)):
            if self._at_work >= self._threads:
                thread = threading.Thread(target=self._work, name=f"{self._name}-{self._threads + 1}", daemon=True)
                try:
                    thread.start()
                except RuntimeError:
                    log.exception("Cannot start another thread for %s", self._name)
                    return  # `_look_again` retries while jobs wait
                self._threads += 1
            with self._lock:
                self._at_work += 1
            self._calls.put(None)

    def _work(self) -> None:
        while True:
            self._calls.get()
            while (job := self._next()) is not None:
                self._run(job)
                del job  # it holds a request and its answer

    def _next(self) -> Job | None:
        with self._lock:
            if self._jobs:
                self._taken_at = time.monotonic()
                return self._jobs.popleft()
            self._at_work -= 1
            return None
