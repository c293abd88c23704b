"""Parameters that follow from a call's numbers: places, the caller's name, and the carrier's attestation.

https://www.twilio.com/docs/voice/twiml#request-parameters
"""

from __future__ import annotations

import base64
import functools
import json
import secrets
from typing import NamedTuple
from urllib.parse import quote

from rehearsal.cast import persona_of

LONGEST_CALLER_NAME = 15
"""The most characters that a directory of callers' names stores for a name, in capitals."""

ATTESTATIONS = (
    "TN-Validation-Passed-A",
    "TN-Validation-Passed-B",
    "TN-Validation-Passed-C",
    "TN-Validation-Failed-A",
    "TN-Validation-Failed",
    "No-TN-Validation",
)
"""What STIR/SHAKEN may say; a failed one does not mean fraud: https://www.twilio.com/docs/voice/trusted-calling-with-shakenstir"""


class Origin(NamedTuple):
    city: str = ""
    state: str = ""
    zip_code: str = ""
    country: str = ""


# By the beginning of a number; the longest one that fits counts. Twilio fills in the city for North America alone.
_PLACES = {
    "+1": Origin(country="US"),
    "+1212": Origin("NEW YORK", "NY", "10001", "US"),
    "+1312": Origin("CHICAGO", "IL", "60601", "US"),
    "+1303": Origin("DENVER", "CO", "80202", "US"),
    "+1416": Origin("TORONTO", "ON", "M5H 2N2", "CA"),
    "+33": Origin(country="FR"),
    "+353": Origin(country="IE"),
    "+44": Origin(country="GB"),
    "+49": Origin(country="DE"),
    "+61": Origin(country="AU"),
}
_LONGEST_BEGINNING = max(map(len, _PLACES))


@functools.lru_cache(maxsize=8192)
def place_of(number: str) -> Origin:
    """The place that a number belongs to, as far as it is known."""
    beginnings = (number[:length] for length in range(_LONGEST_BEGINNING, 0, -1))
    return next((_PLACES[beginning] for beginning in beginnings if beginning in _PLACES), Origin())


def is_north_american(number: str) -> bool:
    return number.startswith("+1")


def geography(from_: str, to: str) -> dict[str, str]:
    """City, state, zip and country of both ends, each of them under its two names."""
    params: dict[str, str] = {}
    for role, number in (("Called", to), ("Caller", from_), ("From", from_), ("To", to)):
        if number.startswith("+"):
            place = place_of(number)
            params |= {
                f"{role}City": place.city,
                f"{role}State": place.state,
                f"{role}Zip": place.zip_code,
                f"{role}Country": place.country,
            }
    return params


@functools.lru_cache(maxsize=8192)
def caller_name(number: str) -> str:
    """The caller's name in the North American directory (CNAM); empty elsewhere."""
    if not is_north_american(number):
        return ""
    first, _, last = persona_of(number).name.partition(" ")
    return f"{last} {first}".upper()[:LONGEST_CALLER_NAME]


def forwarded_from(number: str) -> str:
    """The number that was rung first, if a carrier forwarded the call: here that of numbers with an odd last digit."""
    return f"{number[:-2]}99" if is_north_american(number) and int(number[-1]) % 2 else ""


def vouched(number: str, *, with_name: bool) -> dict[str, str]:
    """What every request of a call from North America says about its caller; ``with_name`` if names are looked up."""
    if not is_north_american(number):
        return {}
    params = {"StirVerstat": ATTESTATIONS[int(number[-2:]) % len(ATTESTATIONS)]}
    if with_name:
        params["CallerName"] = caller_name(number)
    if forwarded := forwarded_from(number):
        params["ForwardedFrom"] = forwarded
    return params


def introduction(number: str) -> dict[str, str]:
    """What only the first request has: a token to call others in this caller's name, and what Add-ons found out."""
    if not is_north_american(number):
        return {}
    return {"CallToken": _call_token(), "AddOns": _add_ons(number)}


def _call_token() -> str:
    """It comes escaped once by itself, before the form escapes it again."""
    parts = (base64.urlsafe_b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (27, 210, 64))
    token = {"parentCallInfoToken": ".".join(parts), "identityHeaderTokens": []}
    return quote(json.dumps(token, separators=(",", ":")), safe="")


def _add_ons(number: str) -> str:
    """https://www.twilio.com/docs/add-ons/what-are-add-ons#programmable-voice"""
    found = {"caller_name": caller_name(number), "caller_type": "CONSUMER", "error_code": None}
    result = {
        "request_sid": "XR" + secrets.token_hex(16),
        "status": "successful",
        "message": None,
        "code": None,
        "result": {"caller_name": found, "country_code": place_of(number).country, "phone_number": number},
    }
    whole = {"status": "successful", "message": None, "code": None, "results": {"twilio_caller_name": result}}
    return json.dumps(whole, separators=(",", ":"))
