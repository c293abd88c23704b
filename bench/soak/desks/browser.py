"""A page without a browser: an account's session, an identity for its call, and its presses one at a time."""

from __future__ import annotations

import http.client
import json
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from bench.signed_in import sign_in

TIMEOUT_SECONDS = 60.0
"""Longer than any press may take: one that hangs is a finding, so it is not cut short here."""


@dataclass(frozen=True)
class Answer:
    """A press and its result. `status` is 0 if no answer came; times are seconds since 1970."""

    path: str
    body: dict[str, Any]
    sent_at: float
    seconds: float
    status: int
    said: dict[str, Any]

    @property
    def call_sid(self) -> str:
        """The caller that the press is about: the caller on the air, for a press that ends their call."""
        found: str = self.body.get("on_air", "") if self.path in ENDING else self.body.get("call_sid", "")
        return found

    @property
    def code(self) -> str:
        return str(self.said.get("code", self.status or "no answer"))

    @property
    def may_count(self) -> bool:
        """Whether it may have taken effect: it did, or Twilio could not be reached, or no answer came."""
        return self.status in (0, 200, 503)


ENDING = frozenset({"/desk/next", "/desk/take", "/desk/drop", "/desk/hold", "/desk/hang-up"})


class Browser:
    """Presses go out in a thread of their own, so that the show goes on meanwhile."""

    def __init__(self, port: int, account: str, token_path: str, page: Browser | None = None) -> None:
        """Signs in. `token_path` gives the identity: `/token` a DJ's, `/screener/token` a screener's.

        With `page` it presses as that page, for another line: presses for two lines do not wait for each other.
        """
        self._port = port
        self._pressing = ThreadPoolExecutor(1, "presses")
        self._press: Future[Answer] | None = None
        self.answers: list[Answer] = []
        if page is None:
            self.headers = sign_in(port, account).headers
            self.identity = self._take_identity(token_path)
        else:
            self.headers, self.identity = page.headers, page.identity

    def close(self) -> None:
        self._pressing.shutdown(cancel_futures=True)

    @property
    def is_pressing(self) -> bool:
        return self._press is not None

    def press(self, path: str, body: dict[str, Any]) -> None:
        """Presses a button; `answered` has the result."""
        self._press = self._pressing.submit(self.ask, path, body)

    def answered(self) -> Answer | None:
        """The answer to the press, once; None while there is nothing new."""
        if self._press is None or not self._press.done():
            return None
        answer, self._press = self._press.result(), None
        self.answers.append(answer)
        return answer

    def finish(self) -> None:
        """Waits for the last answer."""
        if self._press is not None:
            self.answers.append(self._press.result())
            self._press = None

    def ask(self, path: str, body: dict[str, Any]) -> Answer:
        """Presses, and waits for the answer."""
        sent_at, began = time.time(), time.monotonic()
        try:
            status, text, _ = self._exchange(path, json.dumps(body))
            said = json.loads(text) if text else {}
        except (OSError, http.client.HTTPException):
            status, said = 0, {}
        except ValueError:
            said = {}  # an answer that is not JSON has no sentence, which a check finds
        return Answer(path, body, sent_at, time.monotonic() - began, status, said)

    def _take_identity(self, path: str) -> str:
        _, text, given = self._exchange(path, "")
        cookie = (given.get("Set-Cookie") or "").partition(";")[0]
        self.headers |= {"Cookie": f"{self.headers['Cookie']}; {cookie}"}
        identity: str = json.loads(text)["identity"]
        return identity

    def _exchange(self, path: str, body: str) -> tuple[int, bytes, http.client.HTTPMessage]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT_SECONDS)
        try:
            connection.request("POST", path, body, {"Content-Type": "application/json", **self.headers})
            response = connection.getresponse()
            return response.status, response.read(), response.headers
        finally:
            connection.close()
