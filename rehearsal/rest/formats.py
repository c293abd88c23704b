"""How Twilio writes moments, numbers and addresses in its JSON."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import format_datetime

API = "/2010-04-01"
_NORTH_AMERICAN = re.compile(r"\+1([0-9]{3})([0-9]{3})([0-9]{4})\Z")


def moment(epoch_seconds: float | None) -> str | None:
    """RFC 2822 in UTC, as in `Tue, 04 Aug 2015 18:39:09 +0000`; None stays null."""
    if epoch_seconds is None:
        return None
    return format_datetime(datetime.fromtimestamp(int(epoch_seconds), UTC))


def formatted_number(number: str) -> str:
    """The readable form that Twilio adds to a number: North American ones get brackets, all others stay E.164."""
    match = _NORTH_AMERICAN.fullmatch(number)
    return f"({match[1]}) {match[2]}-{match[3]}" if match else number


def address(account_sid: str, *path: str) -> str:
    """The `uri` of a resource: relative to the API's host, with .json at its end."""
    return "/".join((API, "Accounts", account_sid, *path)) + ".json"
