"""A request's parameters and Twilio's signature over them: the two things that every webhook pays for.

WebOb and Twilio's library do both as well; measured on a new call, they took more time than all that follows but the
store. What is unusual is left to them, and the contract tests hold both ways to Twilio's own signatures.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from webob.multidict import MultiDict

if TYPE_CHECKING:
    from twilio.request_validator import RequestValidator

MAX_FIELDS = 500

Pairs = list[tuple[str, str]]


def pairs(encoded: str) -> Pairs:
    """The names and values of a query or a form, in order, empty values too.

    ValueError for bytes that are not UTF-8 and for more than MAX_FIELDS of them.
    """
    if not encoded:
        return []
    fields = encoded.split("&")
    if len(fields) > MAX_FIELDS:
        raise ValueError("too many fields")
    found = []
    for one in fields:
        name, _, value = one.partition("=")
        if one:
            found.append((_decoded(name), _decoded(value)))
    return found


def _decoded(text: str) -> str:
    if "+" in text:
        text = text.replace("+", " ")
    return unquote_to_bytes(text).decode() if "%" in text else text


class Facts:
    """Parameters by name. A name may come more than once: the last one counts, and `repeats` tells."""

    def __init__(self, *sources: Pairs) -> None:
        self._last: dict[str, str] = {}
        self._repeated: set[str] = set()
        for source in sources:
            for name, value in source:
                if name in self._last:
                    self._repeated.add(name)
                self._last[name] = value

    def get(self, name: str) -> str:
        """The value, empty where there is none."""
        return self._last.get(name, "")

    def repeats(self, names: Iterable[str]) -> bool:
        """Whether any of these came more than once."""
        return bool(self._repeated) and not self._repeated.isdisjoint(names)


def is_signed(validator: RequestValidator, url: str, form: Pairs, given: str) -> bool:
    """Whether the signature is Twilio's, over this address and these fields.

    Twilio's own check tries other forms of the address too, so it decides when the usual form does not fit.
    https://www.twilio.com/docs/usage/webhooks/webhooks-security
    """
    return fits(validator.token, url, form, given) or bool(validator.validate(url, MultiDict(form), given))


def fits(token: bytes, url: str, form: Pairs, given: str) -> bool:
    """Whether the signature is the one for exactly this address and these fields."""
    # Sorted by name, then value; of equal pairs only one: as Twilio's library has it.
    signed = url + "".join([name + value for name, value in sorted(set(form))])
    digest = hmac.digest(token, signed.encode(), "sha1")
    return hmac.compare_digest(base64.b64encode(digest), given.encode())
