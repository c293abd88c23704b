"""Whose call may begin: how many one number or browser may have at a time, and when a listener's token begins one."""

from __future__ import annotations

import re

from callin.model import Denial, Show
from callin.rules.numbers import is_listeners_browser, is_somebodys

CALLS_PER_NUMBER = 2
CALLS_PER_BROWSER = 1

START_SECONDS = 600
"""How long after it was made a listener's token may begin a call."""
WEBHOOK_SECONDS = 30
"""How much later than that Twilio's question may come for a call that was begun in time."""

_DATE = re.compile(r"client:listener_[A-Za-z0-9]{1,40}_([0-9]{1,12})")


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


def dated(browser: str, now: float) -> str:
    """The identity with which a listener's browser may begin a call from now on. Twilio signs it: the date is ours.

    >>> dated("listener_a1", 1_700_000_000.9)
    'listener_a1_1700000000'
    """
    return f"{browser}_{int(now)}"


def denial_of_browser(number: str, show: Show, now: float) -> Denial | None:
    """Why a listener's browser may not begin a call, if it may not. None for any other From."""
    if not is_listeners_browser(number):
        return None
    if not show.browser_calls:
        return Denial.BROWSER_CALLS_OFF
    date = _DATE.fullmatch(number)
    is_in_time = date is not None and now - int(date[1]) <= START_SECONDS + WEBHOOK_SECONDS
    return None if is_in_time else Denial.TOKEN_TOO_OLD
