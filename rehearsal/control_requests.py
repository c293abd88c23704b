"""Reads the JSON that the control interface is sent, and says in a sentence what is wrong with it."""

from __future__ import annotations

import json
import math
import re
from typing import Any, TypeGuard

from aiohttp import web

from rehearsal.account import E164

# What Twilio shows for a caller that hides their number.
WITHHELD = ("anonymous", "unknown", "restricted", "unavailable", "+266696687")
BROWSER = re.compile(r"client:[A-Za-z0-9_]{1,121}\Z")
LINE = re.compile(r"[a-z0-9-]{1,40}\Z")
DIGITS = re.compile(r"[0-9*#]{1,32}\Z")
MAX_SPEECH_CHARACTERS = 1000
MAX_CROWD = 5000
MAX_PER_SECOND = 1000
MAX_ADVANCE_SECONDS = 7 * 24 * 3600
DEFAULT_PATIENCE_SECONDS = (30.0, 600.0)


class BadRequest(ValueError):
    """What is wrong with the body, in a sentence."""


async def read(request: web.Request, fields: tuple[str, ...]) -> dict[str, Any]:
    """The request's JSON object, which has no other fields than these. Raises BadRequest."""
    try:
        requested = json.loads(await request.text())
    except (ValueError, LookupError):
        raise BadRequest("The body must be JSON.") from None
    if not isinstance(requested, dict):
        raise BadRequest("The body must be a JSON object.")
    for name in requested:
        if name not in fields:
            raise BadRequest(f"There is no field {name[:40]!r} here: there is {' and '.join(fields)}.")
    return requested


def caller_number(value: object) -> str:
    """A number in E.164, or one of the words that stand for a withheld number."""
    if isinstance(value, str) and (E164.fullmatch(value) or value in WITHHELD):
        return value
    raise BadRequest(f"from must be a number such as +447700900001, or one of {', '.join(WITHHELD)}.")


def browser(value: object) -> str:
    """A browser's From, with the identity that a token would give it."""
    if isinstance(value, str) and BROWSER.fullmatch(value):
        return value
    raise BadRequest("from must be client: and an identity, to call an application.")


def line(value: object) -> dict[str, str]:
    """The parameter with which a browser calls for another line of its console; none if it is left out."""
    if value is None:
        return {}
    if isinstance(value, str) and LINE.fullmatch(value):
        return {"line": value}
    raise BadRequest("line must be a word such as air-2.")


def digits(value: object) -> str:
    """Keys of a phone."""
    if isinstance(value, str) and DIGITS.fullmatch(value):
        return value
    raise BadRequest("digits must be 1 to 32 of the keys 0 to 9, * and #.")


def speech(value: object) -> str:
    """A sentence or a few."""
    if isinstance(value, str) and value.strip() and len(value) <= MAX_SPEECH_CHARACTERS:
        return value.strip()
    raise BadRequest(f"text must have 1 to {MAX_SPEECH_CHARACTERS} characters.")


def confidence(value: object) -> float:
    """How sure the network is of a sentence."""
    if _is_number(value) and 0 <= value <= 1:
        return float(value)
    raise BadRequest("confidence must be a number from 0 to 1.")


def crowd(requested: dict[str, Any]) -> tuple[int, float, tuple[float, float]]:
    """How many, how many in a second, and the range of their patience in seconds."""
    callers = requested.get("callers")
    if not isinstance(callers, int) or isinstance(callers, bool) or not 1 <= callers <= MAX_CROWD:
        raise BadRequest(f"callers must be a whole number from 1 to {MAX_CROWD}.")
    per_second = requested.get("per_second", 1)
    if not _is_number(per_second) or not 0 < per_second <= MAX_PER_SECOND:
        raise BadRequest(f"per_second must be a number above 0, at most {MAX_PER_SECOND}.")
    patience = requested.get("patience_seconds", DEFAULT_PATIENCE_SECONDS)
    if not isinstance(patience, (list, tuple)) or len(patience) != 2 or not all(map(_is_number, patience)):
        raise BadRequest("patience_seconds must be two numbers, the least and the most.")
    least, most = float(patience[0]), float(patience[1])
    if not 0 < least <= most:
        raise BadRequest("patience_seconds must be two numbers above 0, the smaller first.")
    return callers, float(per_second), (least, most)


def advance_seconds(value: object) -> float:
    """By how much the network's clock jumps: forward, a week at most."""
    if _is_number(value) and 0 <= value <= MAX_ADVANCE_SECONDS:
        return float(value)
    raise BadRequest(f"advance_seconds must be a number from 0 to {MAX_ADVANCE_SECONDS}.")


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
