"""What browsers may ask of the pages that are open to all, so that strangers cannot keep the server busy.

Each instance counts for itself, in its memory.
"""

from __future__ import annotations

from callin.accounts.addresses import shares
from callin.accounts.patience import Allowance

VISITS_AT_ONCE = 120
SECONDS_A_VISIT = 1.0
"""What one address may ask, and what a browser that is known may. Many listeners may share an address."""

STRANGERS_AT_ONCE = 2000
SECONDS_A_STRANGERS_VISIT = 0.04
"""What all strangers together may ask. A listener who calls in takes two visits: so a thousand may come within a
minute when the DJ gives out the page's address. 25 a second after that: a page takes about 4 ms of processor time on
App Engine's smallest instance, so that an attack from any number of addresses leaves nine tenths of it to the calls."""

OFTEN = "That was often. Please wait a minute, then try again."
CROWDED = "Too many people are asking just now. Please wait a minute, then try again."

_ALL_STRANGERS = "all"


class Visits:
    """Counts visits: of a known browser for itself alone, of a stranger by address and for all strangers together."""

    def __init__(self) -> None:
        self._known = Allowance(VISITS_AT_ONCE, SECONDS_A_VISIT)
        self._addresses = Allowance(VISITS_AT_ONCE, SECONDS_A_VISIT)
        self._strangers = Allowance(STRANGERS_AT_ONCE, SECONDS_A_STRANGERS_VISIT)

    def refusal(self, address: str, known_as: str, now: float) -> str:
        """Counts a visit. A sentence if it is one too many, else nothing.

        `known_as` names a browser with which somebody has signed in before, empty for a stranger's. No stranger can
        use up what a known browser may, from the same address or from many.
        """
        if known_as:
            return "" if self._known.take(known_as, now) else OFTEN
        if not all(self._addresses.take(key, now, times) for key, times in shares(address)):
            return OFTEN
        return "" if self._strangers.take(_ALL_STRANGERS, now) else CROWDED

    def give_back(self, address: str, visits: int) -> None:
        """A stranger's last visits do not count after all: somebody has signed in with that browser."""
        for key, _ in shares(address):
            self._addresses.give_back(key, visits)
        self._strangers.give_back(_ALL_STRANGERS, visits)
