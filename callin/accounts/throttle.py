"""How often a password may be tried: by name, by address, and by all strangers together.

Browsers with which somebody has signed in before are counted apart: no stranger slows them down.
"""

from __future__ import annotations

from typing import NamedTuple

from callin.accounts.addresses import shares
from callin.accounts.devices import Device
from callin.accounts.patience import Allowance, Patience
from callin.accounts.refusals import BusyError

FREE_TRIES = 5
FREE_TRIES_OF_AN_ADDRESS = 20
"""A whole studio may share an address."""

FREE_TRIES_OF_A_DEVICE = 20
STRANGERS_TRIES_AT_ONCE = 60
SECONDS_A_STRANGERS_TRY = 1.0
"""What all strangers together may have checked. A check takes a fifth of a second on App Engine's smallest instance:
after the first sixty, a flood from any number of addresses costs a fifth of it."""

LONGEST_NAME = 100
_ALL_STRANGERS = "all"

Key = tuple[str, str]


class Attempt(NamedTuple):
    """A try that has begun: what slows the name down, what slows the rest down, and whether a stranger made it."""

    by_name: Key
    others: tuple[Key, ...]
    is_strangers: bool


class LoginThrottle:
    """Counts tries from their beginning, so that many at once gain nothing. Each instance counts for itself."""

    def __init__(self) -> None:
        self._patience = Patience()
        self._strangers = Allowance(STRANGERS_TRIES_AT_ONCE, SECONDS_A_STRANGERS_TRY)

    def begin(self, name: str, address: str, device: Device | None, now: float) -> Attempt:
        """Begins a try. TooSoonError: the name or the address has to wait. BusyError: all strangers have to, which
        counts for this one's address.

        From a known browser the address does not count; and if this very name signed in with it before, others who
        try the name do not slow it down.
        """
        name = name[:LONGEST_NAME]
        by_name: Key = ("device", f"{device.key} {name}") if device and name in device.names else ("name", name)
        if device:
            others = [(("device", device.key), FREE_TRIES_OF_A_DEVICE)]
        else:
            others = [(("address", key), FREE_TRIES_OF_AN_ADDRESS * times) for key, times in shares(address)]
        attempt = Attempt(by_name, tuple([key for key, _ in others]), device is None)
        self._patience.begin([(by_name, FREE_TRIES), *others], now)
        if attempt.is_strangers and not self._strangers.take(_ALL_STRANGERS, now):
            self._patience.take_back(by_name)
            raise BusyError
        return attempt

    def begin_own(self, name: str, now: float) -> Attempt:
        """The same for somebody who is signed in, and is asked for their password again."""
        attempt = Attempt(("own", name), (), is_strangers=False)
        self._patience.begin([(attempt.by_name, FREE_TRIES)], now)
        return attempt

    def succeeded(self, attempt: Attempt) -> None:
        """The password was right. What was tried from that address before it still counts."""
        self._patience.forgive(attempt.by_name)
        self._take_back_others(attempt)

    def cannot_be_checked(self, attempt: Attempt) -> None:
        """Nothing was tried, for the store failed."""
        self._patience.take_back(attempt.by_name)
        self._take_back_others(attempt)

    def found_no_place(self, attempt: Attempt) -> None:
        """Nothing was tried, for too many try at once. It still counts for a stranger's address: else it cost a flood
        nothing to keep all places taken.
        """
        self._patience.take_back(attempt.by_name)
        if attempt.is_strangers:
            self._strangers.give_back(_ALL_STRANGERS)
        else:
            self._take_back_others(attempt)

    def _take_back_others(self, attempt: Attempt) -> None:
        for key in attempt.others:
            self._patience.take_back(key)
        if attempt.is_strangers:
            self._strangers.give_back(_ALL_STRANGERS)
