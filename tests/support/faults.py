"""What goes wrong in a browser while a person uses pages: a test asserts that nothing does."""

from __future__ import annotations

from playwright.sync_api import ConsoleMessage, Page, Request, Response

PLAIN = ("http://", "ws://")
LEFT = "net::ERR_ABORTED"
"""A request that nobody waits for any longer: its page was left, or its player has enough data."""


class Faults:
    """Collects a page's errors, what its policy refuses, requests that fail, and addresses without encryption."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def watch(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.found.append(f"an exception: {error}"))
        page.on("request", lambda request: self._address(request.url))
        page.on("websocket", lambda socket: self._address(socket.url))
        page.on("requestfailed", self._failed)
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" or "Security Policy" in message.text:
            self.found.append(f"on the console: {message.text}")

    def _address(self, url: str) -> None:
        if url.startswith(PLAIN):
            self.found.append(f"not encrypted: {url}")

    def _failed(self, request: Request) -> None:
        if request.failure != LEFT:
            self.found.append(f"{request.method} {request.url}: {request.failure}")

    def _response(self, response: Response) -> None:
        if not response.ok and not 300 <= response.status < 400:
            self.found.append(f"{response.request.method} {response.url}: {response.status}")
