"""Google's front between browsers and an app on App Engine: TLS, headers, static files, and a limit of requests.

From Google's reference: https://cloud.google.com/appengine/docs/standard/reference/request-headers
"""

from __future__ import annotations

import asyncio
import mimetypes
import secrets
import ssl
import threading
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

from tests.support.app_yaml import AppYaml, Rule
from tests.support.https import Https

MOST_BODY_BYTES = 32 * 1024 * 1024
PENDING_SECONDS = 10.0
"""How long a request waits for an instance that has room."""

HOP_BY_HOP = frozenset(
    ("connection", "keep-alive", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade")
)
APP_ENGINES_OWN = frozenset(
    f"x-appengine-{name}"
    for name in (
        "user-ip",
        "country",
        "region",
        "city",
        "citylatlong",
        "https",
        "default-version-hostname",
        "request-log-id",
        "cron",
    )
) | {"x-cloud-trace-context", "x-forwarded-proto"}
"""Removed by exact name, whatever the case: X_Appengine_User_IP with underscores is let through."""


class Backend:
    """One running copy of the app, with the number of requests assigned to it and of those that it has now."""

    def __init__(self, port: int, most_requests: int) -> None:
        self.port = port
        self.room = asyncio.Semaphore(most_requests)
        self.requests = 0
        self.answers = 0
        self.at_once = 0
        self.most_at_once = 0


class GoogleFront:
    """Serves in a thread of its own, from `start` to `end`. `code` is the app's folder, for its static files."""

    def __init__(self, app: AppYaml, code: Path, https: Https, http_port: int) -> None:
        self._app, self._code, self._https, self._http_port = app, code, https, http_port
        self._instances: list[Backend] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None

    @property
    def most_at_once(self) -> int:
        """The most simultaneous requests that one instance has had."""
        return max((one.most_at_once for one in self._instances), default=0)

    @property
    def answers(self) -> list[int]:
        """How many answers each instance that still takes requests has given."""
        return [one.answers for one in self._instances]

    def start(self) -> None:
        self._thread.start()
        self._run(self._listen())

    def end(self) -> None:
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def add(self, port: int) -> None:
        """Another instance takes requests."""
        self._loop.call_soon_threadsafe(self._instances.append, Backend(port, self._app.most_requests))

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    async def _listen(self) -> None:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0), cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False
        )
        app = web.Application(client_max_size=MOST_BODY_BYTES)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._https.certificate.chain, self._https.certificate.key)
        await web.TCPSite(self._runner, "127.0.0.1", self._https.port, ssl_context=context).start()
        await web.TCPSite(self._runner, "127.0.0.1", self._http_port).start()

    async def _close(self) -> None:
        assert self._runner is not None
        assert self._session is not None
        await self._runner.cleanup()
        await self._session.close()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        for rule in self._app.rules:
            file = rule.file_of(request.path)
            if file is None:
                continue
            if rule.is_secure and not request.secure:
                address = self._https.url + request.raw_path
                return web.Response(status=rule.redirect_status, headers={"Location": address})
            return await self._forward(request) if rule.kind == "script" else self._static(request, rule, file)
        return web.Response(status=404)

    def _static(self, request: web.Request, rule: Rule, file: str) -> web.Response:
        """A static file answers GET and nothing else."""
        if request.method != "GET":
            return web.Response(status=405)
        path, root = (self._code / file).resolve(), (self._code / "static").resolve()
        if not path.is_relative_to(root) or not path.is_file():
            return web.Response(status=404)
        kind = rule.mime_type or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        headers = {"Content-Type": kind, "Cache-Control": f"public, max-age={rule.cache_seconds}", **rule.headers}
        return web.Response(body=path.read_bytes(), headers=headers)

    async def _forward(self, request: web.Request) -> web.Response:
        """Asks an instance, in plain HTTP. Its answer goes out when it is whole."""
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return web.Response(status=413, text="Request Entity Too Large")
        headers = self._headers(request)
        while self._instances:
            instance = min(self._instances, key=lambda one: (one.requests, one.answers))
            try:
                return await self._ask(instance, request, headers, body)
            except aiohttp.ClientConnectorError:
                # It has ended: it gets no more requests, and this one, which it has not seen, goes to another.
                if instance in self._instances:
                    self._instances.remove(instance)
            except aiohttp.ClientError:
                return web.Response(status=502)
            except TimeoutError:
                break
        return web.Response(status=503)

    async def _ask(
        self, instance: Backend, request: web.Request, headers: CIMultiDict[str], body: bytes
    ) -> web.Response:
        assert self._session is not None
        instance.requests += 1
        try:
            async with asyncio.timeout(PENDING_SECONDS):
                await instance.room.acquire()
            instance.at_once += 1
            instance.most_at_once = max(instance.most_at_once, instance.at_once)
            try:
                async with self._session.request(
                    request.method,
                    URL(f"http://127.0.0.1:{instance.port}{request.raw_path}", encoded=True),
                    headers=headers,
                    data=body or None,
                    allow_redirects=False,
                    skip_auto_headers=("Accept", "Accept-Encoding", "User-Agent", "Content-Type"),
                    timeout=aiohttp.ClientTimeout(total=None),
                ) as answer:
                    kept = [(name, value) for name, value in answer.headers.items() if name.lower() not in HOP_BY_HOP]
                    return web.Response(status=answer.status, headers=CIMultiDict(kept), body=await answer.read())
            finally:
                instance.at_once -= 1
                instance.room.release()
        finally:
            instance.requests -= 1
            instance.answers += 1

    def _headers(self, request: web.Request) -> CIMultiDict[str]:
        """The client's headers without those that only the front may set, and the front's own."""
        removed = HOP_BY_HOP | APP_ENGINES_OWN | {"accept-encoding", "content-length"}
        kept: CIMultiDict[str] = CIMultiDict()
        for name, value in request.headers.items():
            if name.lower() not in removed and not name.lower().startswith("x-google-"):
                kept.add(name, value)
        client = request.remote or ""
        before = kept.pop("X-Forwarded-For", "")
        kept["X-Forwarded-For"] = f"{before}, {client}" if before else client
        kept["X-Forwarded-Proto"] = "https" if request.secure else "http"
        kept["X-Appengine-Https"] = "on" if request.secure else "off"
        kept["X-Appengine-User-IP"] = client
        kept["X-Appengine-Country"] = "ZZ"
        kept["X-Appengine-Default-Version-Hostname"] = "callin-test.ew.r.appspot.com"
        kept["X-Appengine-Request-Log-Id"] = secrets.token_hex(40)
        kept["X-Cloud-Trace-Context"] = f"{secrets.token_hex(16)}/1;o=1"
        return kept
