"""Authenticates REST requests: HTTP Basic with the account's SID and Auth Token, or with an API key and its secret."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Iterable

from rehearsal.account import Account, ApiKey
from rehearsal.rest.errors import AUTHENTICATE, Refusal


def check(account: Account, keys: Iterable[ApiKey], authorization: str, *, is_standard: bool) -> None:
    """Refuse (401, 20003) everybody but the account itself. https://www.twilio.com/docs/usage/requests-to-twilio

    A standard key opens all but the account and its keys (`is_standard` is False for those):
    https://www.twilio.com/docs/iam/api-keys#types-of-api-keys
    """
    user, _, password = _decode(authorization).partition(b":")
    # Each pair is always compared in full, so that the time taken reveals nothing.
    by_token = _same(user, account.sid) & _same(password, account.auth_token)
    fitting = [key for key in keys if _same(user, key.sid) & _same(password, key.secret)]
    by_key = bool(fitting)
    if not (by_token or (by_key and is_standard)):
        raise Refusal(401, AUTHENTICATE, "Authenticate")


def _decode(authorization: str) -> bytes:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return b""
    try:
        return base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _same(given: bytes, wanted: str) -> bool:
    return hmac.compare_digest(given, wanted.encode())
