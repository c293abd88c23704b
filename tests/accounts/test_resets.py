"""Links for a new password: each sets one password, once."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from callin.accounts import AccountError
from callin.accounts.links import RESET_SECONDS, PasswordReset, reset_link
from callin.contracts import StoreError
from tests.accounts.conftest import KEYRING, PASSWORD, House, on_a_failing_store

NEW = "battery correct horse"


def test_a_used_link_of_the_command_stays_void_after_an_admin_makes_another(house: House) -> None:
    house.join("anna")
    house.clock.now = time.time()
    resets = house.accounts.resets
    link = reset_link(KEYRING, "anna")
    resets.use(link, NEW)
    resets.create("anna", "chief")
    assert resets.find(link) is None
    with pytest.raises(AccountError, match="already been used"):
        resets.use(link, PASSWORD)
    house.clock.advance(RESET_SECONDS + 1)
    resets.create("anna", "chief")
    assert len(house.store.records(PasswordReset)) == 1, "expired ones are deleted"


def test_one_of_two_simultaneous_uses_sets_the_password(house: House) -> None:
    house.join("anna")
    link = house.accounts.resets.create("anna", "chief")
    passwords = [NEW, "stapled horse lamp"]

    def use(password: str) -> bool:
        try:
            house.accounts.resets.use(link, password)
        except AccountError:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        worked = list(threads.map(use, passwords))
    assert sorted(worked) == [False, True]
    assert house.sign_in("anna", passwords[worked.index(True)])


def test_a_refused_password_does_not_use_up_the_link(house: House) -> None:
    house.join("anna")
    house.clock.now = time.time()
    for link in (house.accounts.resets.create("anna", "chief"), reset_link(KEYRING, "anna")):
        with pytest.raises(AccountError, match="at least 10"):
            house.accounts.resets.use(link, "short")
        house.accounts.resets.use(link, NEW)


def test_a_password_set_despite_a_store_error_uses_up_its_link(house: House) -> None:
    house.join("anna")
    link = house.accounts.resets.create("anna", "chief")
    on_a_failing_store(house, after_the_write=True).resets.use(link, NEW)
    assert house.sign_in("anna", NEW)
    assert house.accounts.resets.find(link) is None


def test_a_link_stays_used_if_the_store_cannot_tell_whether_it_set_a_password(house: House) -> None:
    house.join("anna")
    link = house.accounts.resets.create("anna", "chief")
    with pytest.raises(StoreError):
        on_a_failing_store(house, after_the_write=True, reads=False).resets.use(link, NEW)
    assert house.accounts.resets.find(link) is None


def test_a_link_is_valid_again_if_the_store_failed_before_the_password_was_set(house: House) -> None:
    house.join("anna")
    link = house.accounts.resets.create("anna", "chief")
    with pytest.raises(StoreError):
        on_a_failing_store(house, after_the_write=False).resets.use(link, NEW)
    house.accounts.resets.use(link, NEW)
    assert house.sign_in("anna", NEW)


def test_a_link_is_void_once_its_person_has_changed_the_password(house: House) -> None:
    house.join("anna")
    link = house.accounts.resets.create("anna", "chief")
    house.accounts.change_password(house.who(house.sign_in("anna")), PASSWORD, NEW)
    assert house.accounts.resets.find(link) is None
