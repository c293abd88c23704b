"""Requests to the rehearsal's control interface, as its own page sends them."""

from __future__ import annotations

import json

from tests.support.account import Account
from tests.support.web import Answer, ask


def control(account: Account, method: str, path: str, value: object = None, **headers: str) -> Answer:
    """The answer, good or bad. Bytes are sent as they are."""
    body = value if isinstance(value, bytes) else b"" if value is None else json.dumps(value).encode()
    return ask(f"{account.url}/rehearsal{path}", method, body, headers)
