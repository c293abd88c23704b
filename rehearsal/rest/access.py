"""Authenticates REST requests: HTTP Basic with the account's SID and Auth Token, or with an API key and its secret."""

from __future__ import annotations

import base64
import binascii
import hmac

from rehearsal.account import Account
from rehearsal.rest.errors import AUTHENTICATE, Refusal


def check(account: Account, authorization: str) -> None:
    """Refuse (401, 20003) all but the account itself. https://www.twilio.com/docs/usage/requests-to-twilio"""
    user, _, password = _decode(authorization).partition(b":")
    # Both pairs are always compared in full, so that the time taken tells nothing.
    by_token = _same(user, account.sid) & _same(password, account.auth_token)
    by_key = _same(user, account.api_key_sid) & _same(password, account.api_key_secret)
    if not (by_token or by_key):
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
