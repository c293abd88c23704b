"""Reads what a client sends to the REST API, and says what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

from aiohttp import web

from rehearsal.rest.errors import BAD_FRIENDLY_NAME, BAD_REQUEST, INVALID_URL, Refusal, invalid

Form = Mapping[str, str]

METHODS = ("GET", "POST")
MAX_NAME_LENGTH = 64


def url(value: str, name: str = "Url") -> str:
    """An absolute http or https address. Twilio answers 21205 for anything else."""
    try:
        parts = urlsplit(value)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", value)
    except ValueError:
        good = False
    if not good:
        raise Refusal(400, INVALID_URL, f"{name} is not a valid URL: {value[:200]}")
    return value


def method(sent: Form, name: str = "Method", default: str = "POST") -> str:
    """GET or POST, in any case."""
    value = sent.get(name) or default
    if value.upper() not in METHODS:
        raise invalid(name, value, "GET or POST")
    return value.upper()


def boolean(value: str, name: str) -> bool:
    """`true` or `false`, in any case."""
    if value.lower() not in ("true", "false"):
        raise invalid(name, value, "true or false")
    return value.lower() == "true"


def one_of(value: str, name: str, choices: Collection[str]) -> str:
    """One of a few words, as they are written."""
    if value not in choices:
        raise invalid(name, value, f"one of {', '.join(choices)}")
    return value


def whole_number(value: str, name: str, least: int, most: int) -> int:
    """A whole number within its bounds."""
    if not (value.isascii() and value.isdigit() and len(value) < 10 and least <= int(value) <= most):
        raise invalid(name, value, f"a whole number from {least} to {most}")
    return int(value)


def friendly_name(value: str) -> str:
    """A name of 1 to 64 characters. https://www.twilio.com/docs/api/errors/20002"""
    if not 1 <= len(value) <= MAX_NAME_LENGTH:
        raise Refusal(400, BAD_FRIENDLY_NAME, f"FriendlyName must have 1 to {MAX_NAME_LENGTH} characters")
    return value


async def form(request: web.Request) -> Form:
    """The request's form. If a name is repeated, the last value counts; a body of any other type has no parameters."""
    try:
        posted = await request.post()
    except (ValueError, LookupError):
        raise Refusal(400, BAD_REQUEST, "The body is not a form in UTF-8") from None
    return {name: value for name, value in posted.items() if isinstance(value, str)}


def refuse_unsupported(sent: Form, names: Collection[str]) -> None:
    """Refuse parameters of Twilio's that a rehearsal cannot honour, rather than ignore them silently."""
    for name in names:
        if sent.get(name):
            raise Refusal(400, BAD_REQUEST, f"The rehearsal network does not offer {name}")
