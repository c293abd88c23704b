"""Simulated browsers: they keep cookies, fill in forms, and press with the token of the page they are on."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from tests.support.web import FORM, Answer, Ask, ask

REHEARSAL_PASSWORD = "rehearsal"
TOKEN_HEADER = "X-Form-Token"


@dataclass
class Visitor:
    """One browser, with its cookies, and the token of the last page that it was shown."""

    url: str
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""
    send: Ask = ask

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    @property
    def headers(self) -> dict[str, str]:
        """What the browser and the page's script add to a request."""
        headers = {"Cookie": self.cookie} if self.cookies else {}
        return headers | ({TOKEN_HEADER: self.token} if self.token else {})

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def fill_in(self, path: str, **fields: str) -> Answer:
        """Sends the form of the page that the browser is on."""
        body = urlencode({"token": self.token} | fields).encode()
        return self.ask("POST", path, body, {"Content-Type": FORM})

    def press(self, path: str, body: object) -> Answer:
        return self.ask("POST", path, json.dumps(body).encode(), {"Content-Type": "application/json"})

    def ask(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        """One request with what this browser has. `headers` win; a Cookie among them is added to its own."""
        given = dict(headers or {})
        cookies = "; ".join(filter(None, (self.cookie, given.pop("Cookie", ""))))
        given = self.headers | ({"Cookie": cookies} if cookies else {}) | given
        answer = self.send(self.url + path, method, body, given)
        for line in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        if answer.headers.get_content_type() == "text/html":
            found = re.search(r'name="(?:form-)?token" (?:content|value)="([^"]+)"', answer.text)
            self.token = found[1] if found else self.token
        return answer

    def sign_in(self, name: str, password: str = REHEARSAL_PASSWORD, **fields: str) -> Answer:
        """Fills in the sign-in page. The answer may be a refusal."""
        self.get("/sign-in")
        return self.fill_in("/sign-in", name=name, password=password, **fields)

    def make_button_key(self, name: str, password: str = REHEARSAL_PASSWORD) -> str:
        """The key for a device with a button, from the page of one's own account."""
        answer = self.fill_in("/account", do="button-key", button_name=name, password_again=password)
        assert answer.status == 200, answer.text
        found = re.search(r'id="new-key">([^<]+)<', answer.text)
        assert found, answer.text
        return html.unescape(found[1])


def signed_in(url: str, name: str = "dj", password: str = REHEARSAL_PASSWORD, send: Ask = ask) -> Visitor:
    """A browser that is signed in, and on the start page."""
    visitor = Visitor(url, send=send)
    answer = visitor.sign_in(name, password)
    assert answer.status == 303, answer.text
    assert visitor.get("/").status == 200
    return visitor
