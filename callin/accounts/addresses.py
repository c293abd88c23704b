"""By which groups of addresses a client is counted: an IPv6 client owns far more addresses than one."""

from __future__ import annotations

import ipaddress
from typing import NamedTuple

HOME_BITS = 64
"""The smallest network that a provider hands out in IPv6: a client may use any address in it."""

SITE_BITS = 48
"""The largest network that one customer usually has: 65,536 of the above. RFC 6177."""

SITE_TIMES = 8
"""How many times what one home may: a /48 may also be a whole office, or part of a provider's mobile network."""

LONGEST_UNPARSED = 100

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Share(NamedTuple):
    """A group of addresses that is counted together, and how many times the limit of one address it has."""

    key: str
    times: int


def parse_address(text: str) -> Address | None:
    """The address, or None if the text is none. An IPv4 address that is written as IPv6 (::ffff:…) is the IPv4 one."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def shares(text: str) -> tuple[Share, ...]:
    """The groups that a request from this address counts for, the smallest first.

    >>> shares("192.0.2.1")
    (Share(key='192.0.2.1', times=1),)
    >>> shares("2001:db8:5:6::7")
    (Share(key='2001:db8:5:6::/64', times=1), Share(key='2001:db8:5::/48', times=8))
    """
    address = parse_address(text)
    if address is None:
        return (Share(text[:LONGEST_UNPARSED], 1),)
    if isinstance(address, ipaddress.IPv4Address):
        return (Share(str(address), 1),)
    return Share(_network(address, HOME_BITS), 1), Share(_network(address, SITE_BITS), SITE_TIMES)


def _network(address: ipaddress.IPv6Address, bits: int) -> str:
    return str(ipaddress.IPv6Network((int(address), bits), strict=False))
