"""The cookies that an app sets on a call's webhooks: kept for that call alone, and sent back with its later ones."""

from __future__ import annotations

from http.cookies import SimpleCookie

from aiohttp import CookieJar
from yarl import URL


class Cookies:
    """One call's cookies, by host and path as in a browser.

    https://www.twilio.com/docs/usage/webhooks/webhooks-overview#cookies
    """

    def __init__(self) -> None:
        self._jar: CookieJar | None = None
        """Made when the first cookie comes: most apps set none, and thousands of calls have one of these."""

    def keep(self, url: str, cookies: SimpleCookie) -> None:
        """Remember what the answer of ``url`` set."""
        if cookies:
            if self._jar is None:
                self._jar = CookieJar(unsafe=True)  # from addresses without a name too, such as 127.0.0.1
            self._jar.update_cookies(cookies, URL(url, encoded=True))

    def header(self, url: str) -> dict[str, str]:
        """The Cookie header of a request to ``url``; empty when there is none."""
        cookies = self._jar.filter_cookies(URL(url, encoded=True)) if self._jar is not None else {}
        pairs = "; ".join(f"{name}={cookie.value}" for name, cookie in cookies.items())
        return {"Cookie": pairs} if pairs else {}
