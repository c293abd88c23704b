"""Calls that are answered with a sentence and never join the line."""

from __future__ import annotations

import re
from enum import StrEnum

_BROWSER = re.compile(r"client:listener_[A-Za-z0-9]{1,40}(?=_[0-9]{1,12}\Z)")


class Denial(StrEnum):
    """Why a call does not join the line. Nothing is stored about it."""

    NUMBER_BUSY = "number_busy"
    BROWSER_BUSY = "browser_busy"
    BROWSER_CALLS_OFF = "browser_calls_off"
    TOKEN_TOO_OLD = "token_too_old"  # noqa: S105 - a reason, no secret


def caller_of(number: str) -> str:
    """Who calls, as far as From tells: the number, or a listener's browser without the date of its token.

    >>> caller_of("+447700900123"), caller_of("client:listener_a1_1700000000")
    ('+447700900123', 'client:listener_a1')
    """
    found = _BROWSER.match(number)
    return found[0] if found else number
