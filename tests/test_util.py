"""The tutorial's two helpers: tokens with the least rights, and pages in which everything is escaped."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import jinja2
import jwt
import pytest
from msgspec.structs import replace

from callin.words import calendar, defaults, written_words
from util import TokenKeys, generate_token, render_template

WITH_API_KEY = TokenKeys("AC" + "1" * 32, "AP" + "2" * 32, "3" * 32, "SK" + "4" * 32, "5" * 32)
WITHOUT_API_KEY = TokenKeys("AC" + "1" * 32, "AP" + "2" * 32, "3" * 32, listener_application_sid="AP" + "6" * 32)


def claims(token: str, secret: str) -> dict[str, Any]:
    decoded: dict[str, Any] = jwt.decode(token, secret, algorithms=["HS256"])
    return decoded


def test_an_access_token_allows_calls_to_one_application_of_ours_and_nothing_else() -> None:
    found = claims(generate_token(WITH_API_KEY, "dj_anna"), WITH_API_KEY.api_key_secret)
    assert found["iss"] == WITH_API_KEY.api_key_sid
    assert found["sub"] == WITH_API_KEY.account_sid
    assert found["grants"] == {
        "identity": "dj_anna",
        "voice": {"outgoing": {"application_sid": WITH_API_KEY.application_sid}},
    }
    assert 0 < found["exp"] - time.time() <= 3600


def test_its_header_says_that_it_is_twilios_kind() -> None:
    assert jwt.get_unverified_header(generate_token(WITH_API_KEY, "dj_1"))["cty"] == "twilio-fpa;v=1"


def test_being_called_is_not_granted() -> None:
    found = claims(generate_token(WITH_API_KEY, "dj_1"), WITH_API_KEY.api_key_secret)
    assert "incoming" not in found["grants"]["voice"]
    found = claims(generate_token(WITHOUT_API_KEY, "dj_1"), WITHOUT_API_KEY.auth_token)
    assert "incoming" not in found["scope"]


def test_without_an_api_key_it_is_the_tutorials_capability_token() -> None:
    found = claims(generate_token(WITHOUT_API_KEY, "listener_7"), WITHOUT_API_KEY.auth_token)
    assert found["iss"] == WITHOUT_API_KEY.account_sid
    assert (
        found["scope"]
        == f"scope:client:outgoing?appSid={WITHOUT_API_KEY.listener_application_sid}&clientName=listener_7"
    )
    assert 0 < found["exp"] - time.time() <= 3600


def test_each_kind_of_browser_may_call_its_own_application() -> None:
    keys = replace(WITH_API_KEY, listener_application_sid="AP" + "6" * 32, screener_application_sid="AP" + "7" * 32)

    def application(identity: str, keys: TokenKeys = keys) -> str:
        grants = claims(generate_token(keys, identity), keys.api_key_secret)["grants"]
        return str(grants["voice"]["outgoing"]["application_sid"])

    assert application("dj_1") == keys.application_sid
    assert application("listener_1") == keys.listener_application_sid
    assert application("screener_1") == keys.screener_application_sid
    assert application("screener_1", replace(keys, screener_application_sid="")) == keys.application_sid


@pytest.mark.parametrize(
    "identity",
    ["", "dj_", "listener_", "anna", "screener_", "admin_1", "dj-1", "dj_\u00e4", "dj_1 ", "dj_1\n", "dj_" + "x" * 101],
)
def test_an_identity_says_what_it_is_for_in_characters_that_twilio_takes(identity: str) -> None:
    with pytest.raises(ValueError, match="identity"):
        generate_token(WITH_API_KEY, identity)


@pytest.mark.parametrize("lifetime_seconds", [0, -1, 3601])
def test_no_token_lives_longer_than_an_hour(lifetime_seconds: int) -> None:
    with pytest.raises(ValueError, match="3600"):
        generate_token(WITH_API_KEY, "dj_1", lifetime_seconds=lifetime_seconds)


def test_no_secret_shows_when_the_keys_are_printed() -> None:
    assert WITH_API_KEY.auth_token not in repr(WITH_API_KEY)
    assert WITH_API_KEY.api_key_secret not in repr(WITH_API_KEY)


def test_what_goes_into_a_page_is_escaped_in_every_file() -> None:
    name = "<b>&'\""
    facts = SimpleNamespace(logo="", is_rehearsal=True, signalling_host="x", listener_number="+442079460100")
    english = written_words("en")
    script = english.for_script(calendar(defaults("en"))) | {"name": name}
    page = render_template("listener/call.html", page=facts, title=name, words=english.page, script=script)
    assert "<b>&" not in page
    assert "&lt;b&gt;&amp;&#39;&#34;" in page
    assert r"\u003cb\u003e\u0026\u0027" in page


def test_a_value_that_is_missing_is_an_error_and_no_empty_place() -> None:
    with pytest.raises(jinja2.UndefinedError):
        render_template("listener/call.html")
