"""Invitations: each makes one account, with its role, within three days."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from callin.accounts import AccountError, Invitation, Role, first_admin_link
from callin.accounts.models import INVITATION_SECONDS
from callin.contracts import StoreError
from callin.keyring import Keyring
from tests.accounts.conftest import KEYRING, PASSWORD, House, on_a_failing_store


@pytest.mark.parametrize("role", list(Role))
def test_an_invitation_creates_one_account_with_its_role(house: House, role: Role) -> None:
    token = house.accounts.invitations.create(role, "chief")
    found = house.accounts.invitations.find(token)
    assert found is not None
    assert (found.role, found.invited_by) == (role, "chief")
    assert house.who(house.accounts.accept(token, "anna", PASSWORD)).role == role
    assert house.accounts.invitations.find(token) is None
    with pytest.raises(AccountError, match="expired or has already been used"):
        house.accounts.accept(token, "berta", PASSWORD)
    assert [account.key for account in house.accounts.all_accounts()] == ["anna"]


def test_one_of_two_simultaneous_uses_of_a_link_succeeds(house: House) -> None:
    token = house.accounts.invitations.create(Role.DJ, "chief")

    def accept(name: str) -> bool:
        try:
            return bool(house.accounts.accept(token, name, PASSWORD))
        except AccountError:
            return False

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(accept, ["anna", "berta"])) == [False, True]
    assert len(house.accounts.all_accounts()) == 1


def test_an_invitation_expires_after_three_days_and_is_deleted(house: House) -> None:
    token = house.accounts.invitations.create(Role.DJ, "chief")
    house.clock.advance(INVITATION_SECONDS - 1)
    assert house.accounts.invitations.find(token)
    house.clock.advance(1)
    assert house.accounts.invitations.find(token) is None
    with pytest.raises(AccountError):
        house.accounts.accept(token, "anna", PASSWORD)
    house.accounts.invitations.create(Role.DJ, "chief")
    assert len(house.store.records(Invitation)) == 1


def test_a_taken_name_does_not_use_up_the_invitation(house: House) -> None:
    house.join("Anna")
    token = house.accounts.invitations.create(Role.ADMIN, "chief")
    with pytest.raises(AccountError, match="taken"):
        house.accounts.accept(token, "ANNA", "another good one")
    house.sign_in("anna")
    assert house.who(house.accounts.accept(token, "berta", PASSWORD)).role == Role.ADMIN


def test_an_account_created_despite_a_store_error_uses_up_its_invitation(house: House) -> None:
    token = house.accounts.invitations.create(Role.DJ, "chief")
    accounts = on_a_failing_store(house, after_the_write=True)
    assert accounts.signed_in(accounts.accept(token, "anna", PASSWORD))
    with pytest.raises(AccountError, match="expired or has already been used"):
        house.accounts.accept(token, "berta", PASSWORD)
    assert [account.key for account in house.accounts.all_accounts()] == ["anna"]


def test_an_invitation_stays_used_if_the_store_cannot_tell_whether_it_created_an_account(house: House) -> None:
    token = house.accounts.invitations.create(Role.DJ, "chief")
    with pytest.raises(StoreError):
        on_a_failing_store(house, after_the_write=True, reads=False).accept(token, "anna", PASSWORD)
    with pytest.raises(AccountError, match="expired or has already been used"):
        house.accounts.accept(token, "berta", PASSWORD)
    house.sign_in("anna")


def test_an_invitation_reopens_if_the_store_failed_before_the_account_was_created(house: House) -> None:
    token = house.accounts.invitations.create(Role.DJ, "chief")
    with pytest.raises(StoreError):
        on_a_failing_store(house, after_the_write=False).accept(token, "anna", PASSWORD)
    assert house.who(house.accounts.accept(token, "anna", PASSWORD)).role == Role.DJ


@pytest.mark.parametrize(
    ("name", "password", "words"),
    [
        ("anna", "123456789", "at least 10"),
        ("anna", "x" * 201, "at most 200"),
        ("", PASSWORD, "1 to 30 letters"),
        ("anna b", PASSWORD, "no spaces"),
        ("anna_b", PASSWORD, "hyphens"),
        ("-anna", PASSWORD, "hyphens"),
        ("<b>", PASSWORD, "letters"),
        ("anna\n", "short", "at least 10"),
        ("a" * 31, PASSWORD, "1 to 30"),
        ("zoë", PASSWORD, "a to z"),
    ],
)
def test_an_invalid_name_or_password_is_refused_with_the_reason(
    house: House, name: str, password: str, words: str
) -> None:
    token = house.accounts.invitations.create(Role.DJ, "chief")
    with pytest.raises(AccountError, match=words):
        house.accounts.accept(token, name, password)
    assert house.accounts.invitations.find(token), "and the invitation is still good"


def test_the_first_admins_link_needs_no_store_and_works_once(house: House) -> None:
    house.clock.now = time.time()
    link = first_admin_link(KEYRING)
    assert house.who(house.accounts.accept(link, "chief", PASSWORD)).role == Role.ADMIN
    assert house.accounts.invitations.find(link) is None
    with pytest.raises(AccountError, match="expired or has already been used"):
        house.another().accept(link, "other", PASSWORD)


def test_the_first_admins_link_expires_and_cannot_be_made_without_the_key(house: House) -> None:
    house.clock.now = time.time()
    link = first_admin_link(KEYRING)
    assert house.accounts.invitations.find(first_admin_link(Keyring("x" * 32))) is None
    value, date, signature = link.split(".")
    assert house.accounts.invitations.find(f"{value}.z{date[1:]}.{signature}") is None
    assert house.accounts.invitations.find(link) is not None
    house.clock.advance(INVITATION_SECONDS)
    assert house.accounts.invitations.find(link) is None


def test_a_first_admins_link_of_version_1_0_still_works(house: House) -> None:
    link = "1800000000~x.59c1474ccb2adaac81d67c11556fafc3945cb011d3d89b1cb3b928a19ad66dc3"
    house.clock.now = 1_800_000_000.0 - 1
    assert house.accounts.invitations.find(link) is not None
    house.clock.advance(1)
    assert house.accounts.invitations.find(link) is None


def test_a_used_link_stays_used_after_old_invitations_are_deleted(house: House) -> None:
    house.clock.now = time.time()
    link = first_admin_link(KEYRING)
    house.accounts.accept(link, "chief", PASSWORD)
    house.clock.advance(INVITATION_SECONDS - 1)
    house.accounts.invitations.create(Role.DJ, "chief")
    assert house.accounts.invitations.find(link) is None


@pytest.mark.parametrize("token", ["", "x", "a" * 300, "%00", "~.", "1~x.0"])
def test_a_made_up_link_is_not_an_invitation(house: House, token: str) -> None:
    assert house.accounts.invitations.find(token) is None
