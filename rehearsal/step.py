"""A step: where a call's next document comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin

from rehearsal.twiml import TwimlError


@dataclass(frozen=True, slots=True)
class Step:
    """Ask for a document at ``url``, or take the one given as ``twiml``; ``params`` go along with the question."""

    url: str = ""
    method: str = "POST"
    params: Mapping[str, str] = field(default_factory=dict)
    twiml: str | None = None


def resolve(base_url: str, address: str) -> str:
    """An address in a document, absolute; an empty one is the document's own.

    Raises TwimlError 11100 for what is no http address, and for a relative one in a document that came by REST and so
    has no address of its own (https://www.twilio.com/docs/api/errors/11100).
    """
    url = urljoin(base_url, address.strip()) if address.strip() else base_url
    if not url.startswith(("http://", "https://")) or any(character.isspace() for character in url):
        raise TwimlError(11100, f"Invalid URL format: {address[:200]!r}")
    return url
