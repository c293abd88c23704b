"""The control interface of the rehearsal, asked as a page of it does."""

from __future__ import annotations

import json

from tests.support.account import Account
from tests.support.web import Answer, ask


def control(account: Account, method: str, path: str, value: object = None, **headers: str) -> Answer:
    """An answer, good or bad. A value that is bytes is sent as it is."""
    body = value if isinstance(value, bytes) else b"" if value is None else json.dumps(value).encode()
    return ask(f"{account.url}/rehearsal{path}", method, body, headers)
