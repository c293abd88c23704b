"""A DJ's page without a browser: an identity, presses, and what the page does when Twilio cannot be reached."""

from __future__ import annotations

import http.client
import json
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from bench.signed_in import sign_in

TIMEOUT_SECONDS = 60.0
"""Longer than any press takes, even while the REST API is slow: a press that hangs would be a finding."""


class Desk:
    """Presses go out one at a time, in a thread of their own, so that the show goes on while Twilio is slow."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._headers: dict[str, str] = {}
        self._pressing = ThreadPoolExecutor(1, "presses")
        self._press: Future[tuple[int, dict[str, Any]]] | None = None
        self.answers: dict[str, int] = {}
        """How often which answer came: 200, or the code of a refusal."""

    def close(self) -> None:
        self._pressing.shutdown(cancel_futures=True)

    @property
    def is_pressing(self) -> bool:
        return self._press is not None

    def press(self, kind: str, body: dict[str, Any]) -> None:
        """Presses a button; `answered` has the result."""
        self._press = self._pressing.submit(self._post, f"/desk/{kind}", body)

    def answered(self) -> dict[str, Any] | None:
        """The answer to the press, once; None while there is nothing new. An app that is down gives no answer."""
        if self._press is None or not self._press.done():
            return None
        press, self._press = self._press, None
        try:
            status, answer = press.result()
        except (OSError, http.client.HTTPException, ValueError):
            status, answer = 0, {"code": "no answer"}
        word = str(answer.get("code", status))
        self.answers[word] = self.answers.get(word, 0) + 1
        return answer

    def _post(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if not self._headers:
            self._headers = self._signed_in()
        status, answer, _ = self._exchange(path, json.dumps(body), self._headers)
        return status, answer

    def _signed_in(self) -> dict[str, str]:
        headers = sign_in(self._port).headers
        _, _, given = self._exchange("/token", "", headers)
        identity = (given.get("Set-Cookie") or "").partition(";")[0]
        return headers | {"Cookie": f"{headers['Cookie']}; {identity}"}

    def _exchange(
        self, path: str, body: str, headers: dict[str, str]
    ) -> tuple[int, dict[str, Any], http.client.HTTPMessage]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT_SECONDS)
        try:
            connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
            response = connection.getresponse()
            text = response.read()
            return response.status, json.loads(text) if text else {}, response.headers
        finally:
            connection.close()
