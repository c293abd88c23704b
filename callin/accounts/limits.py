"""Rate limits for the pages that are open to all. Each instance counts in memory: a flood costs no store reads."""

from __future__ import annotations

import ipaddress
import threading
from enum import StrEnum
from typing import NamedTuple

HOME_BITS = 64
"""The smallest IPv6 network that a provider assigns. A client may use any address in it."""

SITE_BITS = 48
"""The largest IPv6 network that one customer usually has: 65,536 of the above. RFC 6177."""

SITE_FACTOR = 8
"""A /48 may also be an office, or part of a mobile network: it gets more than one home."""

MAX_UNPARSED_CHARACTERS = 100
MAX_KEYS = 10_000

VISIT_BURST = 120
SECONDS_PER_VISIT = 1.0
"""The limit of one address, and of one trusted device. Many listeners may share an address."""

STRANGERS_BURST = 2000
SECONDS_PER_STRANGERS_VISIT = 0.04
"""The limit of all strangers together. A listener that calls in takes two visits, so 1,000 may come within a minute
when the DJ reads out the address. After that 25 a second: a page takes 4 ms of processor time on App Engine's smallest
instance, so a flood from any number of addresses leaves nine tenths of it to calls."""

POLLS_PER_VISIT = 10
"""A stranger's poll of `/queue-status` costs a tenth of a page, so this many polls count as one page."""

_ALL_STRANGERS = "all"

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class AddressGroup(NamedTuple):
    """Addresses that are counted together. `factor` multiplies the limit of one address."""

    key: str
    factor: int


def parse_address(text: str) -> Address | None:
    """The address, or None. An IPv4 address in IPv6 form (::ffff:192.0.2.1) becomes plain IPv4."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def address_groups(text: str) -> tuple[AddressGroup, ...]:
    """The groups that an address counts for, the smallest first.

    >>> address_groups("192.0.2.1")
    (AddressGroup(key='192.0.2.1', factor=1),)
    >>> address_groups("2001:db8:5:6::7")
    (AddressGroup(key='2001:db8:5:6::/64', factor=1), AddressGroup(key='2001:db8:5::/48', factor=8))
    """
    address = parse_address(text)
    if address is None:
        return (AddressGroup(text[:MAX_UNPARSED_CHARACTERS], 1),)
    if isinstance(address, ipaddress.IPv4Address):
        return (AddressGroup(str(address), 1),)
    return AddressGroup(_network(address, HOME_BITS), 1), AddressGroup(_network(address, SITE_BITS), SITE_FACTOR)


def _network(address: ipaddress.IPv6Address, bits: int) -> str:
    return str(ipaddress.IPv6Network((int(address), bits), strict=False))


class TokenBuckets:
    """One token bucket per key: a burst at once, then one token every `seconds_per_token`."""

    def __init__(self, burst: int, seconds_per_token: float) -> None:
        self._burst = burst
        self._seconds_per_token = seconds_per_token
        self._spent: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, key: str, now: float, factor: int = 1) -> bool:
        """Takes a token; False if there is none. `factor` multiplies both the burst and the rate."""
        with self._lock:
            spent, at = self._spent.pop(key, (0.0, now))
            spent = max(0.0, spent - max(0.0, now - at) * factor / self._seconds_per_token)
            allowed = spent + 1 <= self._burst * factor
            self._spent[key] = spent + allowed, now
            while len(self._spent) > MAX_KEYS:
                del self._spent[next(iter(self._spent))]
            return allowed

    def give_back(self, key: str, count: int = 1) -> None:
        """Returns tokens that were taken."""
        with self._lock:
            if key in self._spent:
                spent, at = self._spent[key]
                self._spent[key] = max(0.0, spent - count), at


MESSAGES_PER_ADDRESS = 10
"""How many messages a home or an office may leave on the page at once, and how many within a day."""


def message_limits() -> TokenBuckets:
    return TokenBuckets(MESSAGES_PER_ADDRESS, 86400.0 / MESSAGES_PER_ADDRESS)


PRESSES_AT_ONCE, SECONDS_PER_PRESS = 20, 0.5
"""How often a device may press with one key."""


def press_limits() -> TokenBuckets:
    return TokenBuckets(PRESSES_AT_ONCE, SECONDS_PER_PRESS)


class VisitRefusal(StrEnum):
    """Why a visit is refused. The value names the sentence in `callin.words`."""

    TOO_OFTEN = "too_often"
    CROWDED = "crowded"


class VisitLimits:
    """Limits visits: for each trusted device, for strangers by address, and for all strangers together.

    `factor` multiplies every limit.
    """

    def __init__(self, factor: int = 1) -> None:
        self._trusted = TokenBuckets(VISIT_BURST * factor, SECONDS_PER_VISIT / factor)
        self._addresses = TokenBuckets(VISIT_BURST * factor, SECONDS_PER_VISIT / factor)
        self._strangers = TokenBuckets(STRANGERS_BURST * factor, SECONDS_PER_STRANGERS_VISIT / factor)

    def refusal(self, address: str, trusted_key: str, now: float) -> VisitRefusal | None:
        """Counts a visit; why it is refused, if it is one too many.

        `trusted_key` names a browser that has signed in before; it is empty for a stranger. Strangers at the same
        address do not use up what a trusted device may.
        """
        if trusted_key:
            return None if self._trusted.take(trusted_key, now) else VisitRefusal.TOO_OFTEN
        if not all(self._addresses.take(key, now, factor) for key, factor in address_groups(address)):
            return VisitRefusal.TOO_OFTEN
        return None if self._strangers.take(_ALL_STRANGERS, now) else VisitRefusal.CROWDED

    def give_back(self, address: str, visits: int) -> None:
        """Uncounts a stranger's last visits, because they led to a sign-in."""
        for key, _ in address_groups(address):
            self._addresses.give_back(key, visits)
        self._strangers.give_back(_ALL_STRANGERS, visits)
