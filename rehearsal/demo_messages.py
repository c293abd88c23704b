"""The demo's messages: an admin switches messages on, and two callers leave one each while others wait in line."""

from __future__ import annotations

import contextlib
import http.cookiejar
import json
import re
import threading
import urllib.request
from typing import Any
from urllib.parse import urlencode

ADMIN = {"name": "admin", "password": "rehearsal"}
"""An account that every rehearsal has: the app's sign-in page shows it."""

LONGEST_SECONDS = 20
MESSAGES = {
    "+447700900350": "Hello, this is Freya. I cannot hold, but I would love to hear that song for my sister.",
    "+441134960351": "Tell your guest that the new bridge is the best thing that we have had in years.",
}
KEY = "5"
TONE_SECONDS = 60.0
SPEAKS_SECONDS = 8.0
IN_THE_WAY = (OSError, ValueError, LookupError)
_TOKEN = re.compile(r'name="token" value="([^"]+)"')


class DemoMessages:
    """Runs on a thread of its own. If something goes wrong, the demo goes on without messages."""

    def __init__(self, app_url: str, network_url: str, stop: threading.Event) -> None:
        self._app_url = app_url
        self._network_url = network_url
        self._stop = stop
        self._browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def start(self) -> None:
        threading.Thread(target=self._run, name="demo messages", daemon=True).start()

    def _run(self) -> None:
        with contextlib.suppress(*IN_THE_WAY):
            self._switch_on()
            callers = [(self._ring(number), words) for number, words in MESSAGES.items()]
            for call_sid, words in callers:
                with contextlib.suppress(*IN_THE_WAY):
                    self._leave(call_sid, words)

    def _ring(self, number: str) -> str:
        return str(self._ask("POST", "callers", {"from": number, "to": "listener"})["call_sid"])

    def _switch_on(self) -> None:
        self._fill_in("/sign-in", ADMIN | {"next": "/messages"})
        form = {"is_on": "on", "longest_seconds": str(LONGEST_SECONDS), "keep_days": "30"}
        self._fill_in("/messages", form)

    def _fill_in(self, page: str, form: dict[str, str]) -> None:
        with self._browser.open(self._app_url + page, timeout=10) as answer:
            token = _TOKEN.search(answer.read().decode())
        if token is None:
            raise LookupError(f"{page} has no form")
        with self._browser.open(self._app_url + page, urlencode(form | {"token": token[1]}).encode(), timeout=10):
            pass

    def _leave(self, call_sid: str, words: str) -> None:
        """The caller presses the key once music plays, waits for the tone, speaks, and presses another key."""
        self._wait_until(call_sid, "Play")
        self._ask("POST", f"callers/{call_sid}/digits", {"digits": KEY})
        self._wait_until(call_sid, "Beep")
        self._ask("POST", f"callers/{call_sid}/speech", {"text": words})
        self._stop.wait(SPEAKS_SECONDS)
        self._ask("POST", f"callers/{call_sid}/digits", {"digits": "#"})

    def _wait_until(self, call_sid: str, verb: str) -> None:
        """Waits until the caller has heard such a verb. LookupError if that takes too long, or the demo ends."""
        for _ in range(round(TONE_SECONDS / 0.5)):
            if any(one["verb"] == verb for one in self._ask("GET", f"callers/{call_sid}")["heard"]):
                return
            if self._stop.wait(0.5):
                break
        raise LookupError(f"{call_sid} has heard no {verb}")

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        request = urllib.request.Request(  # noqa: S310 - our own address
            f"{self._network_url}/rehearsal/{path}",
            None if body is None else json.dumps(body).encode(),
            {"Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own address
            return json.loads(answer.read() or b"null")
