"""Signs in as a rehearsal's DJ, so that the app answers a measurement as it answers the desk's page."""

from __future__ import annotations

import http.client
import re
from dataclasses import dataclass
from urllib.parse import urlencode

NAME = "dj"
PASSWORD = "rehearsal"
TIMEOUT_SECONDS = 30.0
_TOKEN = re.compile(r'name="(?:form-)?token" (?:content|value)="([^"]+)"')


@dataclass(frozen=True)
class DeskSession:
    """What one of our pages has: its browser's cookie, and the token that its script sends with each press."""

    cookie: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Cookie": self.cookie, "X-Form-Token": self.token}


def sign_in(port: int, name: str = NAME) -> DeskSession:
    """Signs in one more browser with a rehearsal's account. OSError or RuntimeError when that fails."""
    page, cookie = _exchange(port, "GET", "/sign-in", "", "")
    form = urlencode({"token": _token(page), "name": name, "password": PASSWORD, "next": "/"})
    _, session = _exchange(port, "POST", "/sign-in", form, cookie)
    desk, _ = _exchange(port, "GET", "/", "", session)
    return DeskSession(session, _token(desk))


def _token(page: str) -> str:
    found = _TOKEN.search(page)
    if found is None:
        raise RuntimeError("The app did not sign us in.")
    return found[1]


def _exchange(port: int, method: str, path: str, body: str, cookie: str) -> tuple[str, str]:
    """The page, and its cookies."""
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        set_cookies = [line.partition(";")[0] for line in response.headers.get_all("Set-Cookie") or []]
        return response.read().decode(), "; ".join(set_cookies)
    finally:
        connection.close()
