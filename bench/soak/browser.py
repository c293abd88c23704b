"""A page without a browser: an account's session, an identity for its call, and its presses one at a time."""

from __future__ import annotations

import contextlib
import http.client
import json
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from tests.support.visitors import signed_in
from tests.support.web import ask

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

    def __init__(self, url: str, account: str, token_path: str, page: Browser | None = None) -> None:
        """Signs in. `token_path` gives the identity: `/token` a DJ's, `/screener/token` a screener's.

        With `page` it presses as that page, for another line: presses for two lines do not wait for each other.
        """
        self._url = url
        self._pressing = ThreadPoolExecutor(1, "presses")
        self._press: Future[Answer] | None = None
        self.answers: list[Answer] = []
        if page is None:
            visitor = signed_in(url, account)
            self.identity: str = visitor.ask("POST", token_path).json()["identity"]
            self.headers = {"Content-Type": "application/json", **visitor.headers}
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
        status, said = 0, dict[str, Any]()
        with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
            answer = ask(self._url + path, "POST", json.dumps(body).encode(), self.headers, TIMEOUT_SECONDS)
            status = answer.status
            said = answer.json()  # an answer that is not JSON has no sentence, which a check finds
        return Answer(path, body, sent_at, time.monotonic() - began, status, said)
