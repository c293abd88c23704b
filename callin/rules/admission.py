"""How many calls one number or one listener's browser may have at a time."""

from __future__ import annotations

from callin.model import Denial
from callin.rules.numbers import is_listeners_browser, is_somebodys

CALLS_PER_NUMBER = 2
CALLS_PER_BROWSER = 1


def most_calls(number: str) -> int:
    """How many calls of this From may be live at a time; 0 for no limit: withheld numbers are not one caller.

    >>> most_calls("+447700900123"), most_calls("client:listener_a1_1700000000"), most_calls("anonymous")
    (2, 1, 0)
    """
    if is_listeners_browser(number):
        return CALLS_PER_BROWSER
    return CALLS_PER_NUMBER if is_somebodys(number) else 0


def too_many(number: str) -> Denial:
    """Why a call of this From is denied that is one too many."""
    return Denial.BROWSER_BUSY if is_listeners_browser(number) else Denial.NUMBER_BUSY
