"""The client's address, as far as the client cannot write it itself.

An app that believed a stranger's forwarding header would let the stranger choose the address they are counted by.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import IPv4Network, IPv6Network

from callin.accounts import Address, parse_address

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
