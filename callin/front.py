"""A front before webapp2: it reads bodies and waits for news in the event loop; a few threads ask the app for answers.

A server that gives each request a thread loses one to each slow body and to each dashboard that waits: eighty of them
stop every webhook. Here they take none. The WSGI app still makes every answer; all that the front knows of the line is
how often there was news of it.
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

from callin.asgi import Answer, GoneError, Receive, Scope, Send, answer_of, body_of, environ_of
from callin.web.middleware import MAY_WAIT, REFUSED, WAIT, Refused
from callin.workers import FullError, WorkerPool

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication, WSGIEnvironment

HELD_SECONDS = (7.0, 10.0)
"""How long a question waits for news: a random time, so that those that began together do not end together."""

THREADS = 32
MOST_WAITING = 300
"""Threads for webhooks, and how many webhooks may wait for one. SQLite keeps one or two threads busy. On Firestore a
webhook waits for some 50 ms of round trips: 32 threads answer some 600 a second. While the store hangs, each takes 3 s:
the last of 300 is answered after 30 s, when Twilio has given up."""

PAGE_THREADS = 8
DASHBOARD_THREADS = 1
"""An answer takes 0.1 ms and waits for nothing: more threads would only take the interpreter from the webhooks."""

MOST_DASHBOARDS = 2000
"""As many as the server has connections (`--backpressure` in app.yaml)."""

WOKEN_AT_ONCE = 10

log = logging.getLogger(__name__)


class News(Protocol):
    """What the front knows of the line."""

    @property
    def news_count(self) -> int:
        """How often there was news so far. Reading it takes no lock."""

    def call_on_news(self, call: Callable[[], object]) -> None:
        """From now on `call` is called, in any thread, each time after the count grew."""


class Job:
    """A request for the app, and the future of its answer."""

    __slots__ = ("answer", "future", "request")

    def __init__(self, environ: WSGIEnvironment, future: asyncio.Future[Answer]) -> None:
        self.request = environ
        self.future = future
        self.answer: Answer = (500, [], b"")


class Front:
    """The ASGI application around a WSGI one.

    Webhooks, pages and dashboards each have threads of their own, so that no webhook waits for a page or a dashboard.
    """

    def __init__(self, application: WSGIApplication, news: News) -> None:
        self._application = application
        self._news = news
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_ending = False
        self._waiting: set[asyncio.Future[None]] = set()
        self._due: set[asyncio.Future[None]] = set()
        """Those of them that are to be woken, since there was news."""
        self._is_waking = False
        self._answered: deque[Job] = deque()
        self._is_told = False
        self._webhooks = WorkerPool("webhooks", self._run, most_threads=THREADS, most_waiting=MOST_WAITING)
        self._pages = WorkerPool("pages", self._run, most_threads=PAGE_THREADS, most_waiting=MOST_WAITING)
        self._dashboards = WorkerPool(
            "dashboards", self._run_dashboard, most_threads=DASHBOARD_THREADS, most_waiting=MOST_DASHBOARDS
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._loop is None:
            self._start(asyncio.get_running_loop())
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "lifespan":
            await _lifespan(receive, send)
        else:
            await send({"type": "websocket.close"})

    def _start(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._news.call_on_news(self._tell_loop)
        for number in (signal.SIGTERM, signal.SIGINT):
            self._end_held_questions_at(number)

    def _tell_loop(self) -> None:
        """In any thread."""
        assert self._loop is not None  # noqa: S101 - it has started
        with contextlib.suppress(RuntimeError):  # it is closed: the process ends
            self._loop.call_soon_threadsafe(self._wake_all)

    def _end_held_questions_at(self, number: signal.Signals) -> None:
        """At the signal the server waits for requests to end. Its own handler, in the event loop, stays as it is."""
        before = signal.getsignal(number)

        def end(number: int, frame: FrameType | None) -> None:
            self._is_ending = True
            self._tell_loop()
            if callable(before):
                before(number, frame)

        with contextlib.suppress(ValueError):  # not in the main thread: then the server's limit ends them
            signal.signal(number, end)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        environ, path = environ_of(scope), scope["path"]
        try:
            body = await body_of(environ, receive)
            if path == "/queue-status":
                answer = await self._answer_with_news(environ, body, receive)
            else:
                is_webhook = path.startswith("/twiml/") or path == "/dequeue-logic"
                answer = await self._ask(self._webhooks if is_webhook else self._pages, environ, body)
        except GoneError:
            return
        except Refused as refused:
            environ[REFUSED] = refused
            answer = answer_of(self._application, environ)
        status, headers, content = answer
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def _ask(self, pool: WorkerPool[Job], environ: WSGIEnvironment, body: bytes) -> Answer:
        environ["wsgi.input"] = io.BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        job = Job(environ, asyncio.get_running_loop().create_future())
        try:
            pool.put(job)
        except FullError:
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, "Too much is asked just now. Please try again.") from None
        return await job.future

    # In the pools' threads

    def _run(self, job: Job) -> None:
        try:
            job.answer = answer_of(self._application, job.request)
        except BaseException:  # the thread goes on, and the client gets a 500
            log.exception("A request failed: %s", job.request["PATH_INFO"])
        self._answered.append(job)
        if not self._is_told:
            self._is_told = True
            assert self._loop is not None  # noqa: S101 - a request has come
            self._loop.call_soon_threadsafe(self._hand_out)

    def _run_dashboard(self, job: Job) -> None:
        self._run(job)
        time.sleep(0)  # else a webhook's thread waits up to 5 ms for the interpreter, several times

    # In the event loop again

    def _hand_out(self) -> None:
        self._is_told = False  # before looking: what is added from now on is told anew
        while self._answered:
            job = self._answered.popleft()
            if not job.future.done():
                job.future.set_result(job.answer)

    # Waiting for news

    async def _answer_with_news(self, environ: WSGIEnvironment, body: bytes, receive: Receive) -> Answer:
        """The handler's answer; where it wants to wait, that after the next news. It is asked again each time, so it
        looks at the session again."""
        deadline = asyncio.get_running_loop().time() + random.uniform(*HELD_SECONDS)  # noqa: S311 - no secret
        leaving: asyncio.Task[None] | None = None
        try:
            while True:
                may_wait = not self._is_ending and asyncio.get_running_loop().time() < deadline
                asked = environ | {MAY_WAIT: may_wait}
                answer = await self._ask(self._dashboards, asked, body)
                if WAIT not in asked:
                    return answer
                leaving = leaving or asyncio.create_task(_leaving(receive))
                await self._wait_for_news(asked[WAIT], deadline, leaving)
        finally:
            if leaving is not None:
                leaving.cancel()

    async def _wait_for_news(self, seen: int, deadline: float, leaving: asyncio.Task[None]) -> None:
        """Until the count of news is no longer `seen`, the deadline, or the end. GoneError when the client has left."""
        loop = asyncio.get_running_loop()
        woken: asyncio.Future[None] = loop.create_future()
        self._waiting.add(woken)

        def wake(_: object = None) -> None:
            if not woken.done():
                woken.set_result(None)

        timer = loop.call_at(deadline, wake)
        leaving.add_done_callback(wake)
        try:
            # `_wake_all` is called after the count has grown: so either the new count is seen here, or we are woken.
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
        """A few at a time, so that a webhook does not come last in the event loop after hundreds of dashboards."""
        for woken in [self._due.pop() for _ in range(min(WOKEN_AT_ONCE, len(self._due)))]:
            if not woken.done():
                woken.set_result(None)
        self._is_waking = bool(self._due)
        if self._due:
            asyncio.get_running_loop().call_soon(self._wake_some)


async def _leaving(receive: Receive) -> None:
    """Ends when the client has left."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return
