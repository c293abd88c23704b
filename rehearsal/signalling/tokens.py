"""Reads the tokens that browsers send, as strictly as Twilio does.

Two forms exist: the Access Token, signed with an API key's secret (https://www.twilio.com/docs/iam/access-tokens), and
the older capability token, signed with the account's auth token (https://www.twilio.com/docs/iam/capability-token).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import jwt

from rehearsal.account import Account, ApiKey

# https://www.twilio.com/docs/api/errors: the ones that the browser SDK distinguishes.
BAD_SIGNATURE, INVALID, EXPIRED, TOO_LONG = 31202, 31204, 31205, 31207
_ACCESS_TOKEN_TYPE = "twilio-fpa;v=1"  # noqa: S105 - the name of a form, no secret
_LONGEST_SECONDS = 24 * 3600
_IDENTITY = re.compile(r"[A-Za-z0-9_]{1,121}\Z")
_APPLICATION = re.compile(r"AP[0-9a-f]{32}\Z")
_SCOPE = re.compile(r"scope:([a-z]+):([a-z]+)(?:\?(.*))?\Z")


class TokenError(Exception):
    """Why a token is not accepted: one of Twilio's error codes and a sentence."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Grant:
    """What a token allows: its identity, the application it may call, and whether it can be called."""

    identity: str
    expires_at: float
    application_sid: str | None = None
    application_params: Mapping[str, str] = field(default_factory=dict)
    incoming: bool = False


def read_token(token: object, account: Account, keys: Mapping[str, ApiKey], now: float) -> Grant:
    """What the token allows now (epoch seconds). `keys` are the account's, by SID. Raises TokenError."""
    if not isinstance(token, str):
        raise TokenError(INVALID, "JWT is missing")
    try:
        header = jwt.get_unverified_header(token)
    except jwt.InvalidTokenError as error:
        raise TokenError(INVALID, f"JWT is invalid: {error}") from error
    is_access_token = header.get("cty") == _ACCESS_TOKEN_TYPE
    secret = account.auth_token
    if is_access_token:
        key = keys.get(_issuer(token))
        if key is None:
            raise TokenError(INVALID, "JWT is invalid: another account's")
        secret = key.secret
    payload = _verified(token, secret)
    expires_at = _check_times(payload, now)
    if is_access_token:
        return _access_grant(payload, account, expires_at)
    return _capability_grant(payload, account, expires_at)


def _issuer(token: str) -> str:
    """The key that the token claims to be signed with; the signature is checked afterwards."""
    try:
        payload = jwt.decode(token, options={"verify_signature": False, "verify_aud": False, "verify_exp": False})
    except jwt.InvalidTokenError as error:
        raise TokenError(INVALID, f"JWT is invalid: {error}") from error
    return str(payload.get("iss"))


def _verified(token: str, secret: str) -> dict[str, Any]:
    unchecked = {f"verify_{claim}": False for claim in ("exp", "nbf", "iat", "aud", "iss", "sub", "jti")}
    try:
        return jwt.decode(token, secret, algorithms=["HS256"], options=unchecked)  # type: ignore[arg-type] # TypedDict
    except jwt.InvalidSignatureError as error:
        raise TokenError(BAD_SIGNATURE, "JWT signature validation failed") from error
    except jwt.InvalidTokenError as error:
        raise TokenError(INVALID, f"JWT is invalid: {error}") from error


def _check_times(payload: Mapping[str, Any], now: float) -> float:
    times = {name: payload[name] for name in ("exp", "nbf", "iat") if payload.get(name) is not None}
    if any(isinstance(time, bool) or not isinstance(time, int | float) for time in times.values()):
        raise TokenError(INVALID, "JWT is invalid: its times are not numbers")
    expires_at, begins_at = times.get("exp"), times.get("nbf") or times.get("iat")
    if expires_at is None:
        raise TokenError(INVALID, "JWT is invalid: it never expires")
    if expires_at <= now:
        raise TokenError(EXPIRED, "JWT is expired")
    if begins_at is not None and begins_at > now + 60:
        raise TokenError(INVALID, "JWT is invalid: it is not valid yet")
    # A minute of tolerance for rounding.
    if expires_at - (begins_at or now) > _LONGEST_SECONDS + 60:
        raise TokenError(TOO_LONG, "JWT expiration is too long")
    return float(expires_at)


def _access_grant(payload: Mapping[str, Any], account: Account, expires_at: float) -> Grant:
    if payload.get("sub") != account.sid:
        raise TokenError(INVALID, "JWT is invalid: another account's")
    grants = payload.get("grants")
    voice = grants.get("voice") if isinstance(grants, dict) else None
    if not isinstance(grants, dict) or not isinstance(voice, dict):
        raise TokenError(INVALID, "JWT is invalid: it grants no voice")
    outgoing, incoming = voice.get("outgoing") or {}, voice.get("incoming") or {}
    if not isinstance(outgoing, dict) or not isinstance(incoming, dict):
        raise TokenError(INVALID, "JWT is invalid: its voice grant is malformed")
    params = outgoing.get("params") or {}
    if not isinstance(params, dict):
        raise TokenError(INVALID, "JWT is invalid: its voice grant is malformed")
    return Grant(
        identity=_identity(grants.get("identity")),
        expires_at=expires_at,
        application_sid=_application(outgoing.get("application_sid")),
        application_params={str(name): str(value) for name, value in params.items()},
        incoming=incoming.get("allow") is True,
    )


def _capability_grant(payload: Mapping[str, Any], account: Account, expires_at: float) -> Grant:
    if payload.get("iss") != account.sid:
        raise TokenError(INVALID, "JWT is invalid: another account's")
    scopes: dict[str, dict[str, str]] = {}
    for text in str(payload.get("scope", "")).split():
        scope = _SCOPE.match(text)
        if scope is None:
            raise TokenError(INVALID, "JWT is invalid: its scope is malformed")
        if scope[1] == "client":
            scopes[scope[2]] = _flat(scope[3] or "")
    outgoing, incoming = scopes.get("outgoing", {}), scopes.get("incoming", {})
    if not outgoing and not incoming:
        raise TokenError(INVALID, "JWT is invalid: it grants no voice")
    return Grant(
        identity=_identity(incoming.get("clientName") or outgoing.get("clientName") or "Anonymous"),
        expires_at=expires_at,
        application_sid=_application(outgoing.get("appSid")),
        application_params=_flat(outgoing.get("appParams", "")),
        incoming="clientName" in incoming,
    )


def _flat(query: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(query, keep_blank_values=True).items()}


def _identity(value: object) -> str:
    if not isinstance(value, str) or not _IDENTITY.match(value):
        raise TokenError(INVALID, "JWT is invalid: its identity must be 1 to 121 letters, digits and underscores")
    return value


def _application(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not _APPLICATION.match(value):
        raise TokenError(INVALID, "JWT is invalid: its application is no SID")
    return value
