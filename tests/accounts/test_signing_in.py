"""Signing in: who gets a session, who is refused and with which words, and how wrong passwords slow things down."""

from __future__ import annotations

import json
import sqlite3
import time
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from pathlib import Path

import pytest
from msgspec.structs import replace

from callin.accounts import Account, AccountError, BusyError, Passwords, Role, TooSoonError
from callin.accounts.passwords import LANES, MEMORY_KIB, PASSES, STRANGERS_WAITING, UNKNOWN_HASH, Checked
from tests.accounts.conftest import PASSWORD, House


def words_of(house: House, name: str, password: str, address: str = "192.0.2.1") -> str:
    with pytest.raises(AccountError) as refused:
        house.sign_in(name, password, address)
    return str(refused.value)


@pytest.mark.parametrize("name", ["anna", "Anna", " ANNA "])
def test_a_name_and_its_password_sign_in(house: House, name: str) -> None:
    house.join("Anna", Role.SCREENER)
    who = house.who(house.sign_in(name))
    assert (who.account.name, who.role) == ("Anna", Role.SCREENER)


def test_the_refusal_does_not_tell_whether_a_name_exists(house: House) -> None:
    house.join("anna")
    wrong = words_of(house, "anna", "wrong password")
    assert words_of(house, "nobody", "wrong password") == wrong
    assert words_of(house, "not a name!", "wrong password") == wrong
    assert words_of(house, "", "") == wrong


def test_a_disabled_account_gets_the_same_refusal_as_a_wrong_password(house: House) -> None:
    admin = house.who(house.join("chief", Role.ADMIN))
    house.join("anna")
    house.accounts.set_disabled(admin, "anna", disabled=True)
    assert words_of(house, "anna", PASSWORD) == words_of(house, "anna", "wrong password")
    house.accounts.set_disabled(admin, "anna", disabled=False)
    house.who(house.sign_in("anna"))


@pytest.mark.alone
def test_an_unknown_name_takes_as_long_as_a_known_one(house: House) -> None:
    house.join("anna")

    def seconds(name: str) -> float:
        took = []
        for n in range(5):
            began = time.perf_counter()
            words_of(house, name, "wrong password", f"192.0.2.{n}")
            took.append(time.perf_counter() - began)
            house.clock.advance(1000)
        return min(took)

    assert 0.5 < seconds("nobody") / seconds("anna") < 2.0


def test_the_hash_for_unknown_names_has_the_same_parameters() -> None:
    parameters = f"$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}$"
    assert UNKNOWN_HASH.startswith(parameters)
    assert Passwords().hash(PASSWORD).startswith(parameters)
    assert Passwords().check(None, "") == Checked(right=False)


def test_after_five_wrong_passwords_waits_double(house: House) -> None:
    house.join("anna")
    for n in range(5):
        words_of(house, "anna", "wrong password", f"192.0.2.{n}")
    assert words_of(house, "anna", PASSWORD, "198.51.100.1") == (
        "Too many wrong passwords. Please wait 1 second, then try again."
    )
    waits = []
    for n in range(9):
        with pytest.raises(TooSoonError) as soon:
            house.sign_in("anna", PASSWORD, f"198.51.100.{n}")
        waits.append(soon.value.seconds)
        house.clock.advance(soon.value.seconds)
        words_of(house, "anna", "wrong password", f"198.51.100.{n}")
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    house.clock.advance(60)
    house.who(house.sign_in("anna"))


def test_an_unknown_name_backs_off_like_a_known_one(house: House) -> None:
    for n in range(5):
        words_of(house, "nobody", "wrong password", f"192.0.2.{n}")
    assert "Please wait 1 second" in words_of(house, "nobody", "wrong password", "198.51.100.1")


def test_the_right_password_resets_the_backoff(house: House) -> None:
    house.join("anna")
    for _ in range(4):
        words_of(house, "anna", "wrong password")
        house.sign_in("anna")
    for _ in range(5):
        words_of(house, "anna", "wrong password")


def test_one_address_that_tries_many_names_has_to_wait(house: House) -> None:
    for n in range(20):
        words_of(house, f"name{n}", "wrong password")
    assert "Please wait" in words_of(house, "another", "wrong password")
    assert "Please wait" not in words_of(house, "another", "wrong password", "198.51.100.1")


def test_guesses_elsewhere_do_not_lock_a_trusted_device(house: House) -> None:
    house.join("anna")
    device_cookie = house.accounts.trusted_device_cookie("anna")
    for n in range(5):
        words_of(house, "anna", "wrong password", f"192.0.2.{n}")
    with pytest.raises(TooSoonError):
        house.sign_in("anna", device_cookie="made up.0000")
    with pytest.raises(TooSoonError):
        house.sign_in("anna", device_cookie=house.accounts.trusted_device_cookie("berta"))
    house.who(house.sign_in("anna", device_cookie=device_cookie))


def test_strangers_wait_for_each_other_and_trusted_devices_do_not_wait_for_strangers() -> None:
    passwords = Passwords(wait_seconds=0.01)
    kept = passwords.hash("whatever")
    with passwords.turn(by_stranger=True):
        with pytest.raises(BusyError, match="a few seconds"):
            passwords.check(None, "whatever", by_stranger=True)
        assert passwords.check(kept, "whatever").right
        assert passwords.hash("another")
    assert passwords.check(kept, "whatever", by_stranger=True).right


def test_one_stranger_waits_and_further_ones_are_refused_at_once() -> None:
    passwords = Passwords(wait_seconds=60)
    with ThreadPoolExecutor(3) as threads:
        with passwords.turn(by_stranger=True):
            asked = [threads.submit(passwords.check, None, "whatever", by_stranger=True) for _ in range(3)]
            told, waiting = wait(asked, timeout=10, return_when=FIRST_EXCEPTION)
            assert all(isinstance(one.exception(timeout=5), BusyError) for one in told)
            while len(waiting) > STRANGERS_WAITING:
                _, waiting = wait(waiting, timeout=10, return_when=FIRST_EXCEPTION)
        assert [one.result(timeout=10) for one in waiting] == [Checked(right=False)] * STRANGERS_WAITING


def test_a_password_is_the_same_in_every_unicode_form() -> None:
    passwords = Passwords()
    kept = passwords.hash("Zoe\u0308 und die \U0001f399\ufe0f")
    assert passwords.check(kept, "Zo\u00eb und die \U0001f399\ufe0f").right


def test_a_hash_with_older_parameters_is_renewed_at_sign_in(house: House) -> None:
    from argon2 import PasswordHasher

    house.join("anna")
    old = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    house.store.change_record(Account, "anna", lambda one: one and replace(one, password=old))
    house.sign_in("anna")
    account = house.store.record(Account, "anna")
    assert account is not None
    assert f"m={MEMORY_KIB},t={PASSES}" in account.password
    house.who(house.sign_in("anna"))


def test_neither_passwords_nor_session_tokens_are_stored(house: House, tmp_path: Path) -> None:
    cookie = house.join("anna")
    token = house.accounts.invitations.create(Role.DJ, "anna")
    with sqlite3.connect(tmp_path / "line.db") as connection:
        documents = connection.execute("SELECT key, document FROM record").fetchall()
    connection.close()
    text = json.dumps(documents)
    assert PASSWORD not in text
    assert cookie.partition("~")[2].partition(".")[0] not in text
    assert token not in text
    account = house.store.record(Account, "anna")
    assert "argon2" not in repr(account), "a log line about an account has no secret"


# The rehearsal's own


@pytest.mark.parametrize("name", ["dj", "screener", "admin"])
def test_rehearsal_accounts_exist_in_a_rehearsal_only(house: House, name: str) -> None:
    rehearsal = house.another(rehearsal=True)
    cookie = rehearsal.sign_in(name, "rehearsal", "127.0.0.1")
    who = rehearsal.signed_in(cookie)
    assert who is not None
    assert who.role == name
    assert house.accounts.signed_in(cookie) is None, "the same file, and the same key"
    assert "Wrong name or password" in words_of(house, name, "rehearsal")
    assert house.accounts.all_accounts() == []


def test_the_name_of_a_stored_rehearsal_account_is_free_for_a_station(house: House) -> None:
    house.another(rehearsal=True).sign_in("dj", "rehearsal", "127.0.0.1")
    assert house.who(house.join("dj", Role.SCREENER)).role == Role.SCREENER
    assert "Wrong name or password" in words_of(house, "dj", "rehearsal")
