"""The browser that asks: its address, its session, and the token of its forms."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network
from typing import TYPE_CHECKING

from callin.accounts import Address, SignedIn, parse_address
from callin.contracts import StoreError

if TYPE_CHECKING:
    import webapp2

    from callin.web.application import Services


Networks = Iterable[IPv4Network | IPv6Network]


def client_address(environ: Mapping[str, str], *, on_app_engine: bool, trusted_proxies: Networks) -> str:
    """The client's address without a port; an IPv4 address in IPv6 form becomes plain IPv4.

    On App Engine it is X-Appengine-User-IP: Google's front removes a header of exactly that name from requests.
    Elsewhere it is the peer. If the peer is one of `trusted_proxies`, it is the right-most address in X-Forwarded-For
    that is not: each proxy appends its own client's address, and a client can write what is further left.

    The environ must not contain headers spelt with underscores: to a plain WSGI server X_Forwarded_For is the same
    header as X-Forwarded-For. `callin.front` drops such headers; under another server the proxy must.
    https://cloud.google.com/appengine/docs/standard/reference/request-headers
    """
    if on_app_engine:
        text = environ.get("HTTP_X_APPENGINE_USER_IP", "")
        return str(parse_address(text) or text)
    text = environ.get("REMOTE_ADDR", "")
    address = parse_address(text)
    hops = environ.get("HTTP_X_FORWARDED_FOR", "").split(",")
    while address is not None and hops and _is_trusted(address, trusted_proxies):
        before = _hop(hops.pop())
        if before is None:
            break  # the proxy appended nothing, so its own address is all that is known
        address = before
    return str(address or text)


def _is_trusted(address: Address, trusted_proxies: Networks) -> bool:
    return any(address in network for network in trusted_proxies)


def _hop(text: str) -> Address | None:
    """An entry of X-Forwarded-For. Some proxies add a port: 192.0.2.1:4711, [2001:db8::1]:4711."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    return parse_address(text)


# The first that fits counts: Edge and Opera also say Chrome, Chrome also says Safari, Android also says Linux.
BROWSERS = {"Edg": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "an iPhone",
    "iPad": "an iPad",
    "Windows": "Windows",
    "CrOS": "ChromeOS",
    "Mac OS": "a Mac",
    "Linux": "Linux",
}


def browser_of(user_agent: str) -> str:
    """The browser and the system that a User-Agent header names, in words that a person recognises.

    >>> browser_of("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0")
    'Firefox on Windows'
    """
    browser = next((name for part, name in BROWSERS.items() if part in user_agent), "A browser")
    system = next((name for part, name in SYSTEMS.items() if part in user_agent), "")
    return f"{browser} on {system}" if system else browser


TOKEN_HEADER = "X-Form-Token"  # noqa: S105 - its name alone
"""The header in which a script sends its page's form token. A form sends it in the field `token`."""

COOKIE_SECONDS = 30 * 86400
TRUSTED_DEVICE_SECONDS = 180 * 86400


def cookie_name(name: str, *, https: bool) -> str:
    """The name of a cookie. Over https its prefix makes browsers accept it from this host only.

    https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes
    """
    return f"__Host-{name}" if https else name


class Visitor:
    """The browser behind a request. Its cookies count only if this app has signed them."""

    def __init__(self, request: webapp2.Request, response: webapp2.Response, services: Services) -> None:
        self.request = request
        self._response = response
        self._services = services
        self._https = services.links.public_url.startswith("https:")

    @cached_property
    def signed_in(self) -> SignedIn | None:
        """The account that is signed in. StoreError if that cannot be read."""
        return self._services.accounts.signed_in(self._session_cookie)

    @property
    def claims_a_session(self) -> bool:
        """Whether it sends a session's cookie, valid or not."""
        return bool(self._session_cookie)

    @cached_property
    def _session_cookie(self) -> str:
        return self._cookie("session")

    @cached_property
    def address(self) -> str:
        """The client's address, from what the client cannot write itself."""
        services = self._services
        return client_address(
            self.request.environ, on_app_engine=services.on_app_engine, trusted_proxies=services.trusted_proxies
        )

    @property
    def browser(self) -> str:
        """The browser in words, such as "Firefox on Windows"."""
        return browser_of(self.request.environ.get("HTTP_USER_AGENT", ""))

    @cached_property
    def trusted_key(self) -> str:
        """The key that a trusted device's requests are counted by; empty for a stranger."""
        device = self._services.accounts.trusted_device(self.device_cookie)
        if device:
            return device.key
        try:
            return self.signed_in.session.token_hash if self.signed_in else ""
        except StoreError:
            return ""

    # Forms

    def form_token(self) -> str:
        """The token for a page's forms. A stranger's browser also gets a cookie that the token belongs to."""
        if not self._form_subject:
            nonce = secrets.token_hex(16)
            self._set_cookie("visitor", nonce, None, "Strict")
            return self._services.keyring.sign("form", f"form visitor {nonce}")
        return self._services.keyring.sign("form", self._form_subject)

    def owns_form_token(self, token: str) -> bool:
        """Whether this session, or this browser, was given the token."""
        subject = self._form_subject
        return bool(subject) and self._services.keyring.unsign(token, subject) == "form"

    @property
    def _form_subject(self) -> str:
        if self.signed_in is not None:
            return f"form {self.signed_in.session.token_hash}"
        nonce = self._cookie("visitor")
        return f"form visitor {nonce}" if nonce else ""

    # Signing in and out

    @property
    def device_cookie(self) -> str:
        """The cookie of a trusted device, not yet checked; empty for a stranger."""
        return self._cookie("known")

    def begin_session(self, cookie: str, device_cookie: str) -> None:
        """Signs this browser in and makes it a trusted device. A session that it had before ends."""
        if self.signed_in is not None:
            self._services.accounts.sign_out(self.signed_in)
        self._set_cookie("session", cookie, COOKIE_SECONDS, "Lax")
        self._set_cookie("known", device_cookie, TRUSTED_DEVICE_SECONDS, "Lax")

    def forget_session(self) -> None:
        self._set_cookie("session", "", 0, "Lax")

    def _cookie(self, name: str) -> str:
        """A cookie of ours, whose values need no quotes. Each poll reads some, and WebOb takes longer."""
        named = self._named(name) + "="
        given: str = self.request.environ.get("HTTP_COOKIE", "")
        for pair in map(str.strip, given.split(";")):
            if pair.startswith(named):
                return pair[len(named) :]
        return ""

    def _set_cookie(self, name: str, value: str, seconds: int | None, samesite: str) -> None:
        self._response.set_cookie(
            self._named(name),
            value,
            path="/",
            max_age=seconds,
            secure=self._https,
            httponly=True,
            samesite=samesite,
        )

    def _named(self, name: str) -> str:
        return cookie_name(name, https=self._https)
