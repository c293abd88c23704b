"""Counts requests to the REST API, so that a test can limit how many an app sends."""

from __future__ import annotations

import re
from collections import Counter

_SID = re.compile(r"/[A-Z]{2}[0-9a-fA-F]{32}(?=[/.]|\Z)")
_PREFIX = re.compile(r"\A/2010-04-01(/Accounts/\{sid\})?")


class Requests:
    """How often each kind of request came, such as `GET /Queues/{sid}/Members`; refused ones count too."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def count(self, method: str, path: str) -> None:
        """Note one request."""
        general = _PREFIX.sub("", _SID.sub("/{sid}", path)).removesuffix(".json")
        self._counts[f"{method} {general or '/'}"] += 1

    def as_json(self) -> dict[str, int]:
        """The counts since the last reset, by kind."""
        return dict(sorted(self._counts.items()))

    def clear(self) -> None:
        """Start again from zero."""
        self._counts.clear()
