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

    from callin.web.services import Services


Networks = Iterable[IPv4Network | IPv6Network]


def client_address(environ: Mapping[str, str], *, on_app_engine: bool, trusted_proxies: Networks) -> str:
    """The address of the client, without a port; an IPv4 address in IPv6 form becomes plain IPv4.

    On App Engine it is X-Appengine-User-IP, which Google's front removes from what clients send, under exactly that
    name. Elsewhere it is the peer; if the peer is one of `trusted_proxies`, the right-most address in
    X-Forwarded-For that is none of them: each proxy appends the address that it was asked from, and what stands
    further left a client can write.

    The environ must hold no header that was spelt with underscores: a plain WSGI server gives X_Forwarded_For the same
    name as X-Forwarded-For, and the client's may win. `callin.front` drops such headers. Behind another server the
    proxy has to.
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
            break  # The last proxy did not say, so the proxy itself is all that is known.
        address = before
    return str(address or text)


def _is_trusted(address: Address, trusted_proxies: Networks) -> bool:
    return any(address in network for network in trusted_proxies)


def _hop(text: str) -> Address | None:
    """An entry of X-Forwarded-For. Some proxies add the port: 192.0.2.1:4711, [2001:db8::1]:4711."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    return parse_address(text)


TOKEN_HEADER = "X-Form-Token"  # noqa: S105 - its name alone
"""What a page's script sends with a change; a form has it as the field `token`. No other site can read it."""

COOKIE_SECONDS = 30 * 86400
TRUSTED_DEVICE_SECONDS = 180 * 86400


def cookie_name(name: str, *, https: bool) -> str:
    """What a cookie of ours is called. Over https a browser takes one of such a name from this very host alone.

    https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes
    """
    return f"__Host-{name}" if https else name


class Visitor:
    """The browser behind a request. Nothing that it could make up is believed."""

    def __init__(self, request: webapp2.Request, response: webapp2.Response, services: Services) -> None:
        self.request = request
        self._response = response
        self._services = services
        self._https = services.links.public_url.startswith("https:")

    @cached_property
    def signed_in(self) -> SignedIn | None:
        """Who is signed in with this browser. StoreError when that cannot be known."""
        return self._services.accounts.signed_in(self._session_cookie)

    @property
    def claims_a_session(self) -> bool:
        """Whether it has a session's cookie, be it one that no longer counts."""
        return bool(self._session_cookie)

    @cached_property
    def _session_cookie(self) -> str:
        return self._cookie("session")

    @cached_property
    def address(self) -> str:
        """Where the request comes from, as far as the client cannot write it itself."""
        services = self._services
        return client_address(
            self.request.environ, on_app_engine=services.on_app_engine, trusted_proxies=services.trusted_proxies
        )

    @cached_property
    def trusted_key(self) -> str:
        """The key that a trusted device's requests are counted by; empty for a stranger."""
        device = self._services.accounts.trusted_device(self.device_cookie)
        if device:
            return device.key
        try:
            return self.signed_in.session.mark if self.signed_in else ""
        except StoreError:
            return ""

    # Forms

    def form_token(self) -> str:
        """What a page puts into its forms. A stranger's browser gets a cookie that it belongs to."""
        if not self._form_subject:
            nonce = secrets.token_hex(16)
            self._set_cookie("visitor", nonce, None, "Strict")
            return self._services.keyring.sign("form", f"form visitor {nonce}")
        return self._services.keyring.sign("form", self._form_subject)

    def owns_form_token(self, token: str) -> bool:
        """Whether a page that we gave this very browser, or session, has sent it."""
        subject = self._form_subject
        return bool(subject) and self._services.keyring.unsign(token, subject) == "form"

    @property
    def _form_subject(self) -> str:
        if self.signed_in is not None:
            return f"form {self.signed_in.session.mark}"
        nonce = self._cookie("visitor")
        return f"form visitor {nonce}" if nonce else ""

    # Signing in and out

    @property
    def device_cookie(self) -> str:
        """The cookie of a trusted device, not yet checked; empty for a stranger."""
        return self._cookie("known")

    def begin_session(self, cookie: str, device_cookie: str = "") -> None:
        """This browser is signed in from now on. A session that it had before ends."""
        if self.signed_in is not None:
            self._services.accounts.sign_out(self.signed_in)
        self._set_cookie("session", cookie, COOKIE_SECONDS, "Lax")
        if device_cookie:
            self._set_cookie("known", device_cookie, TRUSTED_DEVICE_SECONDS, "Lax")

    def forget_session(self) -> None:
        self._set_cookie("session", "", 0, "Lax")

    def _cookie(self, name: str) -> str:
        """A cookie of ours, whose values need no quotes. Every poll has some: WebOb takes longer to read them."""
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
