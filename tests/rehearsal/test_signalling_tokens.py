"""How the rehearsal reads tokens that Twilio's own library has made."""

from __future__ import annotations

import time
from typing import Any

import jwt
import pytest
from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import VoiceGrant
from twilio.jwt.client import ClientCapabilityToken

from rehearsal.account import Account, ApiKey
from rehearsal.signalling.tokens import TokenError, read_token

ACCOUNT = Account.random()
KEYS = {ACCOUNT.api_key_sid: ApiKey(ACCOUNT.api_key_sid, ACCOUNT.api_key_secret, "", 0.0)}
APPLICATION = "AP" + "1" * 32


def access_token(account: Account = ACCOUNT, identity: str = "dj_ann", ttl: int = 3600, **voice: Any) -> str:
    grant = VoiceGrant(**({"outgoing_application_sid": APPLICATION} | voice))
    token = AccessToken(account.sid, account.api_key_sid, account.api_key_secret, [grant], identity=identity, ttl=ttl)
    return str(token.to_jwt())


def signed(payload: dict[str, Any], key: str = ACCOUNT.api_key_secret, **header: str) -> str:
    """A hand-made token, with claims that the library would not write."""
    whole = {"iss": ACCOUNT.api_key_sid, "sub": ACCOUNT.sid, "exp": time.time() + 3600} | payload
    return jwt.encode(whole, key, "HS256", headers={"cty": "twilio-fpa;v=1"} | header)


def refusal(token: object, now: float | None = None) -> int:
    with pytest.raises(TokenError) as refused:
        read_token(token, ACCOUNT, KEYS, time.time() if now is None else now)
    assert str(refused.value)
    return refused.value.code


def test_an_access_token_says_who_its_bearer_is_and_what_they_may_call() -> None:
    grant = read_token(access_token(), ACCOUNT, KEYS, time.time())
    assert (grant.identity, grant.application_sid, grant.incoming) == ("dj_ann", APPLICATION, False)
    assert 3500 < grant.expires_at - time.time() <= 3600


def test_an_access_token_may_allow_to_be_called_and_nothing_else() -> None:
    grant = read_token(access_token(outgoing_application_sid=None, incoming_allow=True), ACCOUNT, KEYS, time.time())
    assert (grant.application_sid, grant.incoming) == (None, True)


def test_a_capability_token_says_the_same_in_its_older_form() -> None:
    token = ClientCapabilityToken(ACCOUNT.sid, ACCOUNT.auth_token)
    token.allow_client_outgoing(APPLICATION, room="blue & green")
    token.allow_client_incoming("dj_ann")
    grant = read_token(token.to_jwt(), ACCOUNT, KEYS, time.time())
    assert (grant.identity, grant.application_sid, grant.incoming) == ("dj_ann", APPLICATION, True)
    assert grant.application_params == {"room": "blue & green"}


def test_a_capability_token_for_outgoing_calls_alone_can_name_its_bearer() -> None:
    token = ClientCapabilityToken(ACCOUNT.sid, ACCOUNT.auth_token)
    token.allow_client_outgoing(APPLICATION)
    token.client_name = "dj_ann"
    grant = read_token(token.to_jwt(), ACCOUNT, KEYS, time.time())
    assert (grant.identity, grant.incoming) == ("dj_ann", False)


def test_a_token_signed_with_another_secret_is_31202() -> None:
    assert refusal(signed({}, key="x" * 32)) == 31202
    stranger = ClientCapabilityToken(ACCOUNT.sid, ACCOUNT.api_key_secret)
    stranger.allow_client_outgoing(APPLICATION)
    assert refusal(stranger.to_jwt()) == 31202


def test_a_token_that_has_run_out_is_31205() -> None:
    token = access_token(ttl=60)
    assert refusal(token, time.time() + 61) == 31205
    assert read_token(token, ACCOUNT, KEYS, time.time() + 50)


def test_a_token_for_longer_than_a_day_is_31207() -> None:
    assert refusal(access_token(ttl=24 * 3600 + 300)) == 31207


@pytest.mark.parametrize(
    "token",
    [
        None,
        "",
        "not a token",
        "a.b.c",
        42,
        signed({"sub": "AC" + "0" * 32, "grants": {"identity": "a", "voice": {}}}),
        signed({"iss": "SK" + "0" * 32, "grants": {"identity": "a", "voice": {}}}),
        signed({}),
        signed({"grants": {"voice": {}}}),
        signed({"grants": {"identity": "ann smith", "voice": {}}}),
        signed({"grants": {"identity": "a" * 122, "voice": {}}}),
        signed({"grants": {"identity": "a", "voice": {"outgoing": {"application_sid": "AP1"}}}}),
        signed({"grants": {"identity": "a", "voice": {"outgoing": "everything"}}}),
        signed({"grants": ["voice"]}),
        signed({"exp": None, "grants": {"identity": "a", "voice": {}}}),
        signed({"exp": "tomorrow", "grants": {"identity": "a", "voice": {}}}),
        signed({"nbf": time.time() + 3600, "exp": time.time() + 7200, "grants": {"identity": "a", "voice": {}}}),
        signed({"grants": {"identity": "a", "chat": {}}}),
        str(ClientCapabilityToken(ACCOUNT.sid, ACCOUNT.auth_token).to_jwt()),
        jwt.encode({"iss": ACCOUNT.sid, "exp": time.time() + 3600, "scope": "client:all"}, ACCOUNT.auth_token, "HS256"),
        jwt.encode({"exp": time.time() + 3600}, "", "none", headers={"cty": "twilio-fpa;v=1"}),
    ],
    ids=[f"token{number}" for number in range(21)],  # tokens contain the time, but workers must agree on names
)
def test_anything_else_is_31204(token: object) -> None:
    assert refusal(token) == 31204
