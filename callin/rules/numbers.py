"""How a caller's number is shown to those who may not know it."""

from __future__ import annotations

import re

MIN_NUMBER_DIGITS = 4

SHOWN_DIGITS = 3
"""So many of a number's last digits everybody sees who is signed in."""

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
