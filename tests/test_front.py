"""The front before webapp2: what it passes to the app, what it refuses, and how it waits and ends."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast
from urllib.parse import unquote, urlsplit

import pytest

from callin.front import Front
from callin.web.middleware import MAY_WAIT, WAIT, guard
from tests.support.processes import free_port, until, wait_until
from tests.support.station import App, new_environment, running_app

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

    from callin.rsgi import Scope


class Line:
    """Replaces the board: a count of news, and a WSGI app that notes its requests."""

    def __init__(self) -> None:
        self.news_count = 0
        self.asked: list[WSGIEnvironment] = []
        self._call: Callable[[], object] = lambda: None

    def call_on_news(self, call: Callable[[], object]) -> None:
        self._call = call

    def has_news(self) -> None:
        self.news_count += 1
        self._call()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.asked.append(environ)
        if environ["QUERY_STRING"] == "since=" + str(self.news_count) and environ.get(MAY_WAIT):
            environ[WAIT] = self.news_count
        start_response("200 OK", [("Content-Type", "text/plain"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
        return [environ["wsgi.input"].read(), b"!"]


class Headers(list[tuple[str, str]]):
    def items(self) -> list[tuple[str, str]]:
        return self


class Client:
    """One request as granian passes it on, and the answer. A body with `None` as its last part never ends."""

    def __init__(
        self, path: str, *, body: Iterable[bytes | None] | None = None, headers: Iterable[tuple[str, str]] = ()
    ) -> None:
        raw, _, query = path.partition("?")
        self.scope = SimpleNamespace(
            proto="http",
            http_version="1.1",
            method="GET" if body is None else "POST",
            scheme="http",
            path=unquote(raw),
            query_string=query,
            headers=Headers(headers),
            server="127.0.0.1:80",
            client="203.0.113.9:4711",
        )
        self._body = list(body or ())
        self._left = asyncio.Event()
        self.status = 0
        self.headers: list[tuple[str, str]] = []
        self.body = b""

    async def __call__(self) -> bytes:
        return b"".join([part async for part in self])

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self._body:
            if part is None:
                await asyncio.Event().wait()
            yield part or b""
        yield b""

    async def client_disconnect(self) -> None:
        await self._left.wait()

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        assert not self.status, "it is answered once"
        self.status, self.headers, self.body = status, headers, body

    def leave(self) -> None:
        self._left.set()

    def asks(self, front: Front) -> Awaitable[None]:
        return front.__rsgi__(cast("Scope", self.scope), self)


def ask(client: Client, line: Line) -> Client:
    asyncio.run(asyncio.wait_for(client.asks(Front(guard(line, https=False), line)), 20))
    return client


def test_a_request_becomes_what_pep_3333_says() -> None:
    line = Line()
    parts = [b"a=", b"1"]
    headers = [
        ("host", "station.example"),
        ("content-length", "3"),
        ("content-type", "application/x-www-form-urlencoded"),
        ("cookie", "one=1"),
        ("cookie", "two=2"),
        ("x-forwarded-for", "1.1.1.1"),
        ("x-forwarded-for", "2.2.2.2"),
    ]
    client = ask(Client("/caf%C3%A9%20x?q=%C3%A9", body=parts, headers=headers), line)
    [environ] = line.asked
    assert (environ["PATH_INFO"], environ["QUERY_STRING"]) == ("/caf\u00c3\u00a9 x", "q=%C3%A9")
    assert (environ["CONTENT_LENGTH"], environ["CONTENT_TYPE"]) == ("3", "application/x-www-form-urlencoded")
    assert (environ["HTTP_COOKIE"], environ["HTTP_X_FORWARDED_FOR"]) == ("one=1; two=2", "1.1.1.1,2.2.2.2")
    assert (environ["REMOTE_ADDR"], environ["HTTP_HOST"]) == ("203.0.113.9", "station.example")
    assert client.status == 200
    assert [value for name, value in client.headers if name == "Set-Cookie"] == ["a=1", "b=2"]
    assert client.body == b"a=1!"


def test_a_header_with_an_underscore_never_stands_for_the_one_with_a_dash() -> None:
    line = Line()
    ask(Client("/", headers=[("x_appengine_user_ip", "6.6.6.6"), ("x-appengine_user-ip", "6.6.6.6")]), line)
    assert "HTTP_X_APPENGINE_USER_IP" not in line.asked[0]


def test_a_body_that_takes_more_than_five_seconds_in_all_is_refused() -> None:
    line = Line()
    client = Client("/", body=[b"a", b"a", None], headers=[("content-length", "10")])
    began = time.monotonic()
    ask(client, line)
    assert (client.status, line.asked) == (408, [])
    assert 4.5 < time.monotonic() - began < 7
    assert "too long" in json.loads(client.body)["error"]


LENGTHS = [("x", 400), ("-1", 400), ("100001", 413), ("9" * 30, 413), ("9" * 5000, 413), ("0" * 5000 + "100001", 413)]


@pytest.mark.parametrize(("length", "status"), LENGTHS)
def test_a_malformed_or_too_large_content_length_is_refused(length: str, status: int) -> None:
    line = Line()
    body = [bytes(50_001)] * 2
    assert ask(Client("/", body=body, headers=[("content-length", length)]), line).status == status
    assert line.asked == []


@pytest.mark.parametrize(("length", "status"), LENGTHS)
def test_without_the_front_it_is_refused_too(length: str, status: int) -> None:
    line, statuses = Line(), []
    environ = {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": length}
    guard(line, https=False)(environ, lambda told, *_: statuses.append(told))
    assert [told[:3] for told in statuses] == [str(status)]
    assert line.asked == []


def test_news_between_the_answer_and_the_waiting_is_not_lost() -> None:
    """There is news after the handler has looked and before the front waits: it is not reported again."""

    class Late(Line):
        def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            answer = super().__call__(environ, start_response)
            self.news_count += 1  # the news comes before anybody waits
            return answer

    line = Late()
    ask(Client("/queue-status?since=0"), line)
    assert [environ[MAY_WAIT] for environ in line.asked] == [True, True]


def test_for_a_held_request_the_app_is_asked_again_when_there_is_news() -> None:
    line = Line()

    async def story() -> Client:
        front = Front(guard(line, https=False), line)
        client = Client("/queue-status?since=0")
        asking = asyncio.ensure_future(client.asks(front))
        await until(lambda: bool(line.asked))
        assert not asking.done()
        await asyncio.get_running_loop().run_in_executor(None, line.has_news)
        await asyncio.wait_for(asking, 20)
        return client

    assert asyncio.run(story()).status == 200
    assert len(line.asked) == 2


def test_a_client_that_leaves_is_forgotten_and_not_asked_about_again() -> None:
    line = Line()

    async def story() -> Client:
        front = Front(guard(line, https=False), line)
        client = Client("/queue-status?since=0")
        asking = asyncio.ensure_future(client.asks(front))
        await until(lambda: bool(line.asked))
        client.leave()
        await asyncio.wait_for(asking, 20)
        return client

    assert asyncio.run(story()).status == 0
    assert len(line.asked) == 1


def send_raw(app: App, request: bytes) -> socket.socket:
    where = urlsplit(app.url)
    connection = socket.create_connection((where.hostname, where.port), timeout=10)
    connection.sendall(request)
    return connection


@pytest.mark.alone
def test_the_server_ends_in_time_with_dashboards_waiting_and_each_gets_an_answer(tmp_path: Path) -> None:
    with running_app(tmp_path) as app:
        since = app.status()["mark"]
        head = f"GET /queue-status?since={since} HTTP/1.1\r\nHost: x\r\nCookie: {app.visitor().cookie}\r\n\r\n"
        dashboards = [send_raw(app, head.encode()) for _ in range(20)]
        app.get("/health")  # connections are accepted in order: those of the dashboards are by now
        began = time.monotonic()
        app.end()
        assert time.monotonic() - began < 1.9, "the server would have ended it after 2 s"
        for connection in dashboards:
            with connection, connection.makefile("rb") as answer:
                assert b'"unchanged"' in answer.read()


def test_without_the_front_a_dashboard_is_answered_at_once_and_told_when_to_ask_again(tmp_path: Path) -> None:
    class Plain(App):
        @property
        def command(self) -> list[str]:
            words = ["wsgi" if word == "rsgi" else word for word in super().command]
            return [*words[:-1], "main:application"]

    app = Plain(new_environment(tmp_path, free_port(), free_port()))
    try:
        app.start()

        def ask_again_seconds() -> int | None:
            since = app.status()["mark"]  # which changes once more when the first comparison with Twilio has failed
            answer = app.get(f"/queue-status?since={since}").json()
            return answer["ask_again_seconds"] if answer.get("unchanged") else None

        assert wait_until(ask_again_seconds, why="the dashboard is never told that nothing has changed") == 1
    finally:
        app.end()


def test_a_websocket_is_refused(app: App) -> None:
    head = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    with send_raw(app, head + b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAA\r\n\r\n") as connection:
        assert connection.recv(100).split()[1] in (b"303", b"400", b"403")


def test_the_body_is_read_once_and_whole() -> None:
    line = Line()
    body = bytes(range(256)) * 300
    parts = [body[start : start + 5000] for start in range(0, len(body), 5000)]
    assert ask(Client("/x", body=parts, headers=[("content-length", "76800")]), line).body == body + b"!"
    assert ask(Client("/x", body=parts, headers=[("transfer-encoding", "chunked")]), line).body == body + b"!"


def test_a_chunked_body_that_breaks_off_is_not_a_request() -> None:
    """granian passes one empty part at the end, and another one for an error."""
    line = Line()
    assert ask(Client("/x", body=[b"a=1", b""], headers=[("transfer-encoding", "chunked")]), line).status == 0
    assert line.asked == []
