"""Numbers of callers: how they are shown, how many calls one may have, and when a browser may begin one."""

from __future__ import annotations

import re

from callin.model import Denial, Show

MIN_NUMBER_DIGITS = 4

SHOWN_DIGITS = 3
"""How many of a number's last digits everybody who is signed in sees."""

WITHHELD_NUMBERS = frozenset({"+266696687", "+7378742883", "+2562533", "+8656696", "+86282452253"})
"""What some carriers send for a withheld number: anonymous, restricted, blocked, unknown and unavailable, spelt on a
telephone's keys."""


_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


def is_somebodys(number: str) -> bool:
    """Whether there is a caller behind the number: it is neither withheld nor a browser's.

    >>> is_somebodys("+447700900123"), is_somebodys("client:listener_1"), is_somebodys("+266696687")
    (True, False, False)
    """
    return _E164.fullmatch(number) is not None and number not in WITHHELD_NUMBERS


def is_listeners_browser(number: str) -> bool:
    """Whether the call comes from a browser, by the listeners' page.

    >>> is_listeners_browser("client:listener_a1_1700000000"), is_listeners_browser("client:dj_anna_a1")
    (True, False)
    """
    return number.startswith("client:listener_")


def masked(number: str) -> str:
    """A number as a dashboard may show it: its last three digits, or a word where there is no number.

    >>> masked("+447700900123"), masked("client:listener_1"), masked("anonymous")
    ('•••123', 'browser', 'withheld')
    """
    shown = in_full(number)
    return f"•••{shown[-SHOWN_DIGITS:]}" if shown == number else shown


def masked_digits(text: str) -> str:
    """A text of a person with all but its last three digits hidden: it may hold a number.

    >>> masked_digits("ann 07700 900123")
    'ann ••••• •••123'
    """
    last = [index for index, letter in enumerate(text) if letter.isdecimal()][-SHOWN_DIGITS:]
    return "".join("•" if letter.isdecimal() and index not in last else letter for index, letter in enumerate(text))


def in_full(number: str) -> str:
    """A number as an admin sees it: itself, or a word where there is no number.

    >>> in_full("+447700900123"), in_full("client:listener_1"), in_full("anonymous")
    ('+447700900123', 'browser', 'withheld')
    """
    if number.startswith("client:"):
        return "browser"
    if number in WITHHELD_NUMBERS:
        return "withheld"
    digits = number.removeprefix("+")
    return number if digits.isdecimal() and len(digits) >= MIN_NUMBER_DIGITS else "withheld"


CALLS_PER_NUMBER = 2
CALLS_PER_BROWSER = 1

START_SECONDS = 600
"""How long after it was made a listener's token may begin a call."""
WEBHOOK_SECONDS = 30
"""How much later Twilio's request may arrive for a call that began in time."""

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
    """The reason for denying a call from this From when its caller is at the limit."""
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
