"""Calls as Twilio describes them to the app: their SIDs, numbers and parameters."""

from __future__ import annotations

import secrets
import time
import zlib

from tests.support.station import LISTENER_NUMBER


def new_call_sid() -> str:
    return "CA" + secrets.token_hex(16)


def number_of(call_sid: str) -> str:
    """A number of the call's own: one number may have two calls at a time."""
    return f"+4477009{zlib.crc32(call_sid.encode()) % 100_000:05}"


def listener() -> str:
    """The From of a listener's browser that has just got its token."""
    return f"client:listener_{secrets.token_hex(8)}_{int(time.time())}"


def call_fields(call_sid: str = "", **others: str) -> dict[str, str]:
    """The parameters that Twilio always sends for a listener's call; `others` replace or add some."""
    call_sid = call_sid or new_call_sid()
    fields = {
        "CallSid": call_sid,
        "AccountSid": "AC" + "0" * 32,
        "From": number_of(call_sid),
        "To": LISTENER_NUMBER,
        "CallStatus": "in-progress",
        "ApiVersion": "2010-04-01",
        "Direction": "inbound",
    }
    return fields | AMERICAN | others


# Further parameters of a call from the United States. The app needs none of them, but they are signed.
AMERICAN = {
    "CallToken": "%7B%22parentCallInfoToken%22%3A%22" + "eyJhbGciOiJFUzI1NiJ9." * 20 + "%22%7D",
    "StirVerstat": "TN-Validation-Passed-A",
    "CallerName": "O'BRIEN & SONS, ZOË",
    "ForwardedFrom": "+12125550199",
    "AddOns": '{"status":"successful","message":null,"code":null,"results":{"a":{"result":{"name":"Zoë + <Søn>"}}}}',
    **{f"{role}City": "NEW YORK" for role in ("From", "To", "Caller", "Called")},
    **{f"{role}State": "NY" for role in ("From", "To", "Caller", "Called")},
    **{f"{role}Zip": "10001" for role in ("From", "To", "Caller", "Called")},
    **{f"{role}Country": "US" for role in ("From", "To", "Caller", "Called")},
}
