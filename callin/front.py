"""The front before webapp2: the event loop reads bodies and holds polls; a few threads ask the app for answers.

With a thread per request, each slow body and each poll that waits takes one: eighty of them stop every webhook. Here
they take none. The WSGI app makes every answer. All that the front knows of the line is how often there was news.

The server speaks RSGI, so that a thread sends its answer by itself. With ASGI each answer went back through the event
loop, and the two threads took turns with the interpreter: on a busy machine a new call cost a seventh more. See
docs/measurements.md.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import logging
import random
import signal
import time
from collections import deque
from collections.abc import Callable
from http import HTTPStatus
from types import FrameType
from typing import TYPE_CHECKING, Protocol

from callin.rsgi import Answer, Exchange, FullError, GoneError, Scope, WorkerPool, answer_of, body_of, environ_of
from callin.web.middleware import MAY_WAIT, REFUSED, WAIT, HTTPError

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication, WSGIEnvironment

HELD_SECONDS = (7.0, 10.0)
"""How long a poll is held: a random time, so that polls that began together do not end together."""

THREADS = 32
MOST_WAITING = 300
"""Threads for webhooks, and how many webhooks may wait for one. With Firestore a webhook takes some 50 ms of round
trips, so 32 threads answer some 600 a second. While the store hangs, each takes 3 s: the last of 300 is answered after
30 s, when Twilio has given up."""

PAGE_THREADS = 8
DASHBOARD_THREADS = 1
"""An answer takes 0.1 ms and never waits: more threads would only take the interpreter from the webhooks."""

MOST_DASHBOARDS = 2000
"""The server's number of connections (`--backpressure` in app.yaml)."""

WOKEN_AT_ONCE = 10

FINISH_SECONDS = 0.05
"""The task of an answered request ends after this time, or when the next request comes."""

log = logging.getLogger(__name__)


class LineNews(Protocol):
    """What the front knows about the line."""

    @property
    def news_count(self) -> int:
        """How often there has been news. Reading it takes no lock."""

    def call_on_news(self, call: Callable[[], object]) -> None:
        """Calls `call` after each increase of the count, in any thread."""


class Job:
    """A request for the app.

    `done` is set in the event loop: some time after the answer was sent, or, without an answer, as soon as the app
    wants to wait for news.
    """

    __slots__ = ("done", "exchange", "request")

    def __init__(self, request: WSGIEnvironment, exchange: Exchange, done: asyncio.Future[None]) -> None:
        self.request = request
        self.exchange = exchange
        self.done = done


class Front:
    """The RSGI application around the WSGI one.

    Webhooks, pages and polls have separate threads, so that no webhook waits for a page or a poll.
    """

    def __init__(
        self, application: WSGIApplication, news: LineNews, close: Callable[[], object] = lambda: None
    ) -> None:
        """`close` is called once, when the server has ended."""
        self._application = application
        self._news = news
        self._close = close
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_ending = False
        self._waiting: set[asyncio.Future[None]] = set()
        self._due: set[asyncio.Future[None]] = set()
        """The ones among them to wake, because there was news."""
        self._is_waking = False
        self._finished: deque[Job] = deque()
        """Jobs whose tasks in the event loop have yet to end, or to wait for news."""
        self._finishing: asyncio.TimerHandle | None = None
        self._webhooks = WorkerPool("webhooks", self._run, most_threads=THREADS, most_waiting=MOST_WAITING)
        self._pages = WorkerPool("pages", self._run, most_threads=PAGE_THREADS, most_waiting=MOST_WAITING)
        self._dashboards = WorkerPool(
            "dashboards", self._run_dashboard, most_threads=DASHBOARD_THREADS, most_waiting=MOST_DASHBOARDS
        )

    async def __rsgi__(self, scope: Scope, exchange: Exchange) -> None:
        if self._loop is None:
            self._start(asyncio.get_running_loop())
        self._finish()
        environ, path = environ_of(scope), scope.path
        try:
            body = await body_of(environ, exchange)
            if path == "/queue-status":
                await self._answer_with_news(environ, body, exchange)
            else:
                is_webhook = path.startswith("/twiml/") or path == "/dequeue-logic"
                await self._ask(self._webhooks if is_webhook else self._pages, environ, body, exchange)
        except GoneError:
            return
        except HTTPError as refused:
            environ[REFUSED] = refused
            exchange.response_bytes(*answer_of(self._application, environ))

    def __rsgi_del__(self, _loop: asyncio.AbstractEventLoop) -> None:
        """The server has answered its last request."""
        self._close()

    def _start(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._news.call_on_news(self._tell_loop)
        for number in (signal.SIGTERM, signal.SIGINT):
            self._end_held_polls_at(number)

    def _tell_loop(self) -> None:
        """Wakes the held polls, from any thread."""
        assert self._loop is not None  # noqa: S101 - it has started
        with contextlib.suppress(RuntimeError):  # the loop is closed: the process ends
            self._loop.call_soon_threadsafe(self._wake_all)

    def _end_held_polls_at(self, number: signal.Signals) -> None:
        """Ends held polls at the signal, because the server then waits for all requests. Its own handler runs too."""
        before = signal.getsignal(number)

        def end(number: int, frame: FrameType | None) -> None:
            self._is_ending = True
            self._tell_loop()
            if callable(before):
                before(number, frame)

        with contextlib.suppress(ValueError):  # not in the main thread: then the server's own limit ends them
            signal.signal(number, end)

    async def _ask(self, pool: WorkerPool[Job], environ: WSGIEnvironment, body: bytes, exchange: Exchange) -> None:
        """Lets a thread of the pool ask the app. Returns when the answer was sent, or when the app wants to wait."""
        environ["wsgi.input"] = io.BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        loop = asyncio.get_running_loop()
        job = Job(environ, exchange, loop.create_future())
        try:
            pool.put(job)
        except FullError:
            raise HTTPError(HTTPStatus.SERVICE_UNAVAILABLE, "The server is busy. Please try again.") from None
        if self._finishing is None:
            self._finishing = loop.call_later(FINISH_SECONDS, self._finish_later)
        await job.done

    def _finish_later(self) -> None:
        self._finishing = None
        self._finish()

    def _finish(self) -> None:
        """Ends the tasks of answered requests. It is not urgent, so no thread wakes the event loop for it."""
        while self._finished:
            job = self._finished.popleft()
            if not job.done.done():
                job.done.set_result(None)

    # In the pools' threads

    def _run(self, job: Job) -> None:
        answer: Answer = (500, [], b"")
        try:
            answer = answer_of(self._application, job.request)
        except BaseException:  # the thread goes on, and the client gets a 500
            log.exception("A request failed: %s", job.request["PATH_INFO"])
        if WAIT not in job.request:
            job.exchange.response_bytes(*answer)
        self._finished.append(job)
        if WAIT in job.request:
            assert self._loop is not None  # noqa: S101 - a request has come
            self._loop.call_soon_threadsafe(self._finish)

    def _run_dashboard(self, job: Job) -> None:
        self._run(job)
        time.sleep(0)  # otherwise a webhook's thread waits up to 5 ms for the interpreter, several times

    # Waiting for news

    async def _answer_with_news(self, environ: WSGIEnvironment, body: bytes, exchange: Exchange) -> None:
        """Answers at once, or after the next news if the handler wants to wait.

        The handler is asked again each time, so it also checks the session again.
        """
        deadline = asyncio.get_running_loop().time() + random.uniform(*HELD_SECONDS)  # noqa: S311 - no secret
        leaving: asyncio.Task[None] | None = None
        try:
            while True:
                may_wait = not self._is_ending and asyncio.get_running_loop().time() < deadline
                asked = environ | {MAY_WAIT: may_wait}
                await self._ask(self._dashboards, asked, body, exchange)
                if WAIT not in asked:
                    return
                leaving = leaving or asyncio.create_task(_leaving(exchange))
                await self._wait_for_news(asked[WAIT], deadline, leaving)
        finally:
            if leaving is not None:
                leaving.cancel()

    async def _wait_for_news(self, seen: int, deadline: float, leaving: asyncio.Task[None]) -> None:
        """Waits for news after `seen`, the deadline or the shutdown. GoneError if the client has left."""
        loop = asyncio.get_running_loop()
        woken: asyncio.Future[None] = loop.create_future()
        self._waiting.add(woken)

        def wake(_: object = None) -> None:
            if not woken.done():
                woken.set_result(None)

        timer = loop.call_at(deadline, wake)
        leaving.add_done_callback(wake)
        try:
            # The count grows before `_wake_all` is called: so either the new count is seen here, or this is woken.
            if self._news.news_count == seen and not self._is_ending:
                await woken
        finally:
            self._waiting.discard(woken)
            self._due.discard(woken)
            leaving.remove_done_callback(wake)
            timer.cancel()
        if leaving.done():
            raise GoneError

    def _wake_all(self) -> None:
        self._due.update(self._waiting)
        if not self._is_waking:
            self._is_waking = True
            self._wake_some()

    def _wake_some(self) -> None:
        """Wakes a few polls at a time, so that a webhook does not wait in the event loop behind hundreds of them."""
        for woken in [self._due.pop() for _ in range(min(WOKEN_AT_ONCE, len(self._due)))]:
            if not woken.done():
                woken.set_result(None)
        self._is_waking = bool(self._due)
        if self._due:
            asyncio.get_running_loop().call_soon(self._wake_some)


async def _leaving(exchange: Exchange) -> None:
    await exchange.client_disconnect()
