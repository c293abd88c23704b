"""Recovery codes, and answers to a passkey challenge that no passkey gave."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest
from fido2.cose import ES256
from fido2.webauthn import AttestedCredentialData

from callin.accounts import AccountError, Passkey, SecondFactor, SecondFactorNeededError
from callin.accounts.second_factor import NO_CODE, TRY_AGAIN, SecondFactors
from tests.accounts.conftest import PASSWORD, House

KEY = ES256({1: 2, 3: -7, -1: 1, -2: b"x" * 32, -3: b"y" * 32})
CREDENTIAL = base64.urlsafe_b64encode(AttestedCredentialData.create(bytes(16), b"\1\2\3\4", KEY)).rstrip(b"=").decode()


@pytest.fixture
def factors(house: House) -> SecondFactors:
    """The second factors of anna, who has a passkey."""
    house.join("anna")
    passkey = Passkey("AQIDBA", CREDENTIAL, "phone", 1.0)
    house.store.change_record(SecondFactor, "anna", lambda _: SecondFactor("anna", (passkey,)))
    return house.accounts.second_factors


def needed(house: House) -> SecondFactorNeededError:
    with pytest.raises(SecondFactorNeededError) as raised:
        house.sign_in("anna")
    return raised.value


def test_the_right_password_alone_does_not_sign_in(house: House, factors: SecondFactors) -> None:
    assert needed(house).key == "anna"
    with pytest.raises(AccountError, match="Wrong name or password"):
        house.sign_in("anna", "wrong password")


def second(house: House, factors: SecondFactors, pending: str, code: str) -> str:
    """The cookie of a session that a recovery code has begun."""

    def check(key: str) -> tuple[()]:
        factors.use_code(key, code)
        return ()

    account = house.accounts.pending_account(pending)
    return house.accounts.sign_in_second(account, check, "192.0.2.1", "Firefox")


def test_each_of_ten_recovery_codes_signs_in_once(house: House, factors: SecondFactors) -> None:
    codes = factors.new_codes("anna")
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}", code) for code in codes)

    def sign_in(code: str) -> str:
        return second(house, factors, needed(house).pending, code)

    who = house.who(sign_in(f" {codes[0].upper().replace('-', ' ')} "))
    assert who.session.has_second_factor
    with pytest.raises(AccountError, match=re.escape(NO_CODE)):
        sign_in(codes[0])
    assert factors.use_code("anna", codes[1]) == 8


def test_codes_are_stored_hashed_and_new_ones_void_the_old(house: House, factors: SecondFactors) -> None:
    old = factors.new_codes("anna")
    stored = house.store.record(SecondFactor, "anna")
    assert stored is not None
    assert all(re.fullmatch(r"[0-9a-f]{64}", one) for one in stored.recovery_codes)
    factors.new_codes("anna")
    with pytest.raises(AccountError):
        factors.use_code("anna", old[0])


def test_guessing_codes_is_slowed_down(house: House, factors: SecondFactors) -> None:
    pending = needed(house).pending
    problems = []
    for number in range(7):
        with pytest.raises(AccountError) as raised:
            second(house, factors, pending, f"guess-{number}")
        problems.append(str(raised.value))
    assert "Too many" in problems[-1]


def test_the_second_step_has_five_minutes_and_the_password_must_still_be_right(
    house: House, factors: SecondFactors
) -> None:
    pending = needed(house).pending
    assert house.accounts.pending_account(pending).key == "anna"
    house.clock.advance(301)
    with pytest.raises(AccountError, match="took too long"):
        house.accounts.pending_account(pending)
    pending = needed(house).pending
    account = house.accounts.account("anna")
    assert account is not None
    codes = factors.new_codes("anna")
    who = house.who(second(house, factors, pending, codes[0]))
    house.accounts.change_password(who, PASSWORD, "quite another one here")
    with pytest.raises(AccountError, match="Wrong name or password"):
        house.accounts.pending_account(pending)
    for made_up in ("", "x", "1~anna~x", "anna", pending[:-1]):
        with pytest.raises(AccountError):
            house.accounts.pending_account(made_up)


@pytest.mark.parametrize("response", ["", "null", "[]", "{", '{"id": "AQIDBA"}', '{"id": 1, "response": {}}', "1" * 99])
def test_an_answer_that_no_passkey_gave_is_refused_with_a_sentence(
    house: House, factors: SecondFactors, response: str
) -> None:
    state = factors.begin_sign_in("anna").state
    with pytest.raises(AccountError, match=re.escape(TRY_AGAIN)):
        factors.check_passkey("anna", state, response)
    registration = factors.begin_registration("anna", "Anna").state
    with pytest.raises(AccountError, match=re.escape(TRY_AGAIN)):
        factors.finish_registration("anna", registration, response, "x")


@pytest.mark.parametrize("state", ["", "x", "é", "====", "A" * 500])
def test_a_question_that_we_did_not_ask_is_refused(factors: SecondFactors, state: str) -> None:
    with pytest.raises(AccountError, match=re.escape(TRY_AGAIN)):
        factors.check_passkey("anna", state, "{}")


def test_a_question_is_one_accounts_and_one_purposes_for_five_minutes(house: House, factors: SecondFactors) -> None:
    opened: Any = factors._open  # noqa: SLF001 - what is in a state shows nowhere else
    state = factors.begin_sign_in("anna").state
    assert opened(state, "sign in anna")
    for purpose in ("sign in berta", "register anna"):
        with pytest.raises(AccountError):
            opened(state, purpose)
    house.clock.advance(301)
    with pytest.raises(AccountError):
        opened(state, "sign in anna")


def test_without_passkeys_the_password_is_enough_again(house: House, factors: SecondFactors) -> None:
    factors.new_codes("anna")
    factors.remove("anna", "AQIDBA")
    assert house.store.record(SecondFactor, "anna") is None, "the codes are gone too"
    assert house.who(house.sign_in("anna"))
    with pytest.raises(AccountError, match="already been removed"):
        factors.remove("anna", "AQIDBA")
    with pytest.raises(AccountError, match="Add a passkey first"):
        factors.new_codes("anna")


@pytest.mark.parametrize(
    ("url", "possible"),
    [
        ("https://station.example", True),
        ("http://localhost:8080", True),
        ("http://127.0.0.1:8080", False),
        ("http://[::1]:8080", False),
    ],
)
def test_passkeys_need_a_name_in_the_public_url(house: House, url: str, possible: bool) -> None:
    keyring = house.accounts._keyring  # noqa: SLF001 - the house has it nowhere else
    assert SecondFactors(house.store, house.clock, keyring, url).is_possible is possible
