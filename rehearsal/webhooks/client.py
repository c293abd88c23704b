"""Sends webhooks to the app as Twilio would: signed, with time limits, retries, and faults on request."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field, replace
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import unquote, urlencode, urljoin, urlsplit

import aiohttp
from yarl import URL

from rehearsal.account import Account
from rehearsal.behaviour import Behaviour
from rehearsal.clock import Clock
from rehearsal.faults import Faults
from rehearsal.webhooks.cookies import Cookies
from rehearsal.webhooks.overrides import FailureKind, Overrides, read_overrides
from rehearsal.webhooks.reach import Reach
from rehearsal.webhooks.signature import signature_headers
from rehearsal.webhooks.static_folder import StaticFolder

CONNECTIONS = 128
"""The most webhooks at once; more wait their turn, which does not count against the app."""

MOST_REDIRECTS = 10
MOST_DOCUMENT_BYTES = 64 * 1024
"""https://www.twilio.com/docs/api/errors/11750"""

USER_AGENT = "TwilioProxy/1.1"
FORM = "application/x-www-form-urlencoded; charset=UTF-8"


class WebhookError(Exception):
    """A webhook that failed for good: one of Twilio's 11xxx codes, a sentence, and the address that was asked."""

    def __init__(self, kind: FailureKind, code: int, message: str, url: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.code = code
        self.message = message
        self.url = url


@dataclass(frozen=True, slots=True)
class Answer:
    """What the app answered; ``url`` is the address that did, after redirects, with the fragment it was asked with.

    The parameters that a GET carried are not part of that address.
    """

    url: str
    content_type: str
    body: bytes
    headers: Mapping[str, str]
    cookies: SimpleCookie = field(default_factory=SimpleCookie)


class Webhooks:
    """The network's HTTP client; ``close`` it at the end."""

    def __init__(
        self,
        account: Account,
        clock: Clock,
        faults: Faults,
        behaviour: Behaviour,
        static: StaticFolder | None = None,
        reach: Reach | None = None,
    ) -> None:
        self._account = account
        self._clock = clock
        self._faults = faults
        self._static = static
        self._reach = reach or Reach()
        self._behaviour = behaviour
        self._session: aiohttp.ClientSession | None = None
        self._places = asyncio.Semaphore(CONNECTIONS)
        self._doubles: set[asyncio.Task[None]] = set()

    async def ask(
        self,
        url: str,
        method: str,
        params: Mapping[str, str],
        cookies: Cookies | None = None,
        *,
        report: bool = False,
    ) -> Answer:
        """Send a webhook and return its answer; WebhookError when all tries failed. ``cookies`` are its call's.

        ``report`` is for requests whose answer decides nothing, such as status callbacks: when a fault loses one of
        them it just vanishes, while a lost request for TwiML runs into its limit of time and is tried again.
        """
        overrides = read_overrides(url)
        cookies = cookies or Cookies()
        token = secrets.token_hex(16)
        if self._faults.webhook_doubles():
            self._double(self._one_try(url, method, params, cookies, overrides, token))
        for retry in range(overrides.retries + 1):
            try:
                if (delay := self._faults.webhook_delay_seconds()) > 0:
                    await self._clock.sleep(delay)
                if self._faults.webhook_is_lost():
                    if report:
                        return Answer(url, "", b"", {})
                    await self._clock.sleep(min(overrides.read_seconds, overrides.total_seconds))
                    raise WebhookError("rt", 11200, "The request was lost on its way.", url)
                return await self._one_try(url, method, params, cookies, overrides, token)
            except WebhookError as error:
                if retry == overrides.retries or not overrides.retries_after(error.kind):
                    raise
        raise AssertionError("the last try returns or raises")

    async def fetch_file(self, url: str, headers: Mapping[str, str]) -> tuple[int, Answer]:
        """GET a sound for Play: the status, below 400, and the file; WebhookError otherwise."""
        return await self._bounded(url, "GET", Overrides(), {"User-Agent": USER_AGENT, **headers}, None, None)

    async def close(self) -> None:
        """Drop what is under way and close the connections."""
        for task in list(self._doubles):
            task.cancel()
        await asyncio.gather(*self._doubles, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def _double(self, request: Coroutine[Any, Any, Answer]) -> None:
        async def send() -> None:
            with contextlib.suppress(WebhookError):  # the first of the two is the one that counts
                await request

        task = asyncio.create_task(send())
        self._doubles.add(task)
        task.add_done_callback(self._doubles.discard)

    async def _one_try(
        self,
        url: str,
        method: str,
        params: Mapping[str, str],
        cookies: Cookies,
        overrides: Overrides,
        token: str,
    ) -> Answer:
        address, number_sign, fragment = url.partition("#")
        form: list[tuple[str, str]] | None = list(params.items())
        for _ in range(MOST_REDIRECTS + 1):
            # What a GET carries belongs to this request alone: an empty Redirect in the answer asks `address` again.
            asked = address
            if method == "GET":
                asked, form = _with_query(address, form or []), None
            headers = {
                "User-Agent": USER_AGENT,
                "I-Twilio-Idempotency-Token": token,
                **signature_headers(self._account, self._behaviour.signed_by, asked, form or ()),
                **cookies.header(asked),
            }
            sent = _sorted_query(asked) if self._behaviour.query == "sorted" else asked
            status, answer = await self._bounded(sent, method, overrides, headers, form, MOST_DOCUMENT_BYTES)
            cookies.keep(sent, answer.cookies)
            if status < 300:
                return replace(answer, url=address + number_sign + fragment)
            address = urljoin(address, answer.headers.get("Location", ""))
            if status not in (307, 308):
                method, form = "GET", None
        raise WebhookError("other", 11215, "Too many HTTP redirects.", url)

    async def _bounded(
        self,
        url: str,
        method: str,
        overrides: Overrides,
        headers: dict[str, str],
        form: list[tuple[str, str]] | None,
        most_bytes: int | None,
    ) -> tuple[int, Answer]:
        with self._clock.working():
            async with self._places:
                try:
                    async with asyncio.timeout(min(overrides.read_seconds, overrides.total_seconds)):
                        status, answer = await self._exchange(url, method, overrides, headers, form, most_bytes)
                except aiohttp.ClientConnectorCertificateError as error:
                    raise WebhookError("ct", 11237, "Certificate invalid: no path to a trusted one.", url) from error
                except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
                    if self._static is None or not self._static.serves(url):
                        raise WebhookError("ct", 11205, f"HTTP connection failure: {error}", url) from error
                    status, answer = self._from_folder(self._static, url, method)
                except TimeoutError as error:
                    raise WebhookError("rt", 11200, "No answer within the limit of time.", url) from error
                except (aiohttp.ClientError, ValueError, OSError) as error:
                    raise WebhookError("ct", 11206, f"HTTP protocol violation: {error}", url) from error
        if status >= 400:
            raise WebhookError("5xx" if status >= 500 else "4xx", 11200, f"The answer was HTTP {status}.", url)
        return status, answer

    async def _exchange(
        self,
        url: str,
        method: str,
        overrides: Overrides,
        headers: dict[str, str],
        form: list[tuple[str, str]] | None,
        most_bytes: int | None,
    ) -> tuple[int, Answer]:
        if self._session is None:
            connector = self._reach.connector(CONNECTIONS)
            # No cookie jar: all calls share this session, and each call has cookies of its own.
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        body = None if form is None else urlencode(form).encode()
        if body is not None:
            headers = {**headers, "Content-Type": FORM}
        async with self._session.request(
            method,
            URL(url, encoded=True),  # exactly as it was signed
            headers=headers,
            data=body,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=overrides.connect_seconds),
        ) as response:
            kind = response.headers.get("Content-Type", "")
            if most_bytes is None or kind.startswith("audio/"):  # a document has a limit, a sound has none
                content = await response.read()
            else:  # one byte more than allowed shows that there is too much
                content = await _read_at_most(response, most_bytes + 1)
            return response.status, Answer(url, kind, content, response.headers.copy(), response.cookies)

    @staticmethod
    def _from_folder(static: StaticFolder, url: str, method: str) -> tuple[int, Answer]:
        status, kind, content = static.answer(method, unquote(urlsplit(url).path))
        return status, Answer(url, kind, content, {})


def _with_query(address: str, pairs: list[tuple[str, str]]) -> str:
    if not pairs:
        return address
    return f"{address}{'&' if '?' in address else '?'}{urlencode(pairs)}"


def _sorted_query(address: str) -> str:
    base, mark, query = address.partition("?")
    return base + mark + "&".join(sorted(query.split("&")))


async def _read_at_most(response: aiohttp.ClientResponse, most_bytes: int) -> bytes:
    content = b""
    while len(content) < most_bytes:
        chunk = await response.content.read(most_bytes - len(content))
        if not chunk:
            break
        content += chunk
    return content
