"""Voice identities: each belongs to one session, and runs no desk once that has ended."""

from __future__ import annotations

import re

import pytest

from callin.accounts import Accounts, Role
from callin.accounts.models import SESSION_IDLE_SECONDS
from callin.accounts.sessions import FRESH_SECONDS
from tests.accounts.conftest import PASSWORD, CountedStore, House


def voice(house: House, cookie: str, kind: str = "dj") -> str:
    return house.accounts.identities.new_identity(kind, house.who(cookie))


def test_an_identity_contains_the_account_name_and_a_random_suffix(house: House) -> None:
    cookie = house.join("Anna-B")
    one, other = voice(house, cookie), voice(house, cookie)
    assert re.fullmatch(r"dj_anna_b_[0-9a-f]{24}", one)
    assert one[:-8] == other[:-8]
    assert one != other


def test_the_longest_name_makes_an_identity_that_twilio_takes(house: House) -> None:
    identity = voice(house, house.join("a" + "-b" * 14 + "c"), "screener")
    assert re.fullmatch(r"[A-Za-z0-9_]{1,121}", identity)
    assert house.accounts.identities.may_screen(identity)


def test_an_identity_belongs_to_one_session_and_kind(house: House) -> None:
    cookie, other = house.join("anna"), house.sign_in("anna")
    identity = voice(house, cookie)
    assert house.accounts.identities.owns_identity(identity, "dj", house.who(cookie))
    assert not house.accounts.identities.owns_identity(identity, "dj", house.who(other))
    assert not house.accounts.identities.owns_identity(identity, "screener", house.who(cookie))
    assert house.accounts.identities.may_run_the_show(identity)
    assert not house.accounts.identities.may_screen(identity)


@pytest.mark.parametrize("how", ["sign out", "end", "end others", "disable", "password", "role", "time"])
def test_an_identity_is_refused_once_its_session_or_role_is_gone(house: House, how: str) -> None:
    admin = house.who(house.join("chief", Role.ADMIN))
    cookie, other = house.join("anna"), house.sign_in("anna")
    identity, elsewhere = voice(house, cookie), house.another()
    assert house.accounts.identities.may_run_the_show(identity)
    assert elsewhere.identities.may_run_the_show(identity)
    if how == "sign out":
        house.accounts.sign_out(house.who(cookie))
    elif how == "end":
        house.accounts.end_sessions("anna")
    elif how == "end others":
        house.accounts.end_sessions("anna", except_for=house.who(other).session.token_hash)
    elif how == "disable":
        house.accounts.set_disabled(admin, "anna", disabled=True)
    elif how == "password":
        house.accounts.change_password(house.who(other), PASSWORD, "another good one")
    elif how == "role":
        house.accounts.change_role(admin, "anna", Role.SCREENER)
    else:
        house.clock.advance(SESSION_IDLE_SECONDS + 1)
    assert not house.accounts.identities.may_run_the_show(identity)
    house.clock.advance(FRESH_SECONDS)
    assert not elsewhere.identities.may_run_the_show(identity)
    if how == "disable":
        house.accounts.set_disabled(admin, "anna", disabled=False)
        assert not house.accounts.identities.may_run_the_show(identity), "its session does not come back"


def test_a_screeners_identity_stays_valid_when_the_role_changes(house: House) -> None:
    admin = house.who(house.join("chief", Role.ADMIN))
    cookie = house.join("sue", Role.SCREENER)
    identity = voice(house, cookie, "screener")
    house.accounts.change_role(admin, "sue", Role.DJ)
    assert house.accounts.identities.may_screen(identity)
    house.accounts.sign_out(house.who(cookie))
    assert not house.accounts.identities.may_screen(identity)


@pytest.mark.parametrize(
    "identity",
    [
        "",
        "dj_",
        "dj_1",
        "dj_anna",
        "dj_anna_0123456789abcdef",
        "dj_anna_0123456789abcdef01234567",
        "dj_nobody_0123456789abcdef01234567",
        "dj__0123456789abcdef01234567",
        "dj_anna_b_0123456789abcdef01234567",
        "DJ_ANNA_0123456789ABCDEF01234567",
        "listener_0123456789abcdef",
        "dj_anna_0123456789abcdef01234567\n",
    ],
)
def test_an_identity_without_a_session_is_refused(house: House, identity: str) -> None:
    house.join("anna")
    assert not house.accounts.identities.may_run_the_show(identity)
    assert not house.accounts.identities.may_screen(identity)
    assert not house.accounts.identities.may_screen("screener" + identity.removeprefix("dj"))


def test_a_session_begun_on_another_instance_counts_at_once(house: House) -> None:
    cookie, elsewhere = house.join("anna"), house.another()
    assert elsewhere.signed_in(cookie) is not None, "it has the account in memory now"
    later = house.sign_in("anna")
    assert elsewhere.signed_in(later) is not None
    latest = house.sign_in("anna")
    assert elsewhere.identities.may_run_the_show(voice(house, latest))


def test_while_the_store_fails_valid_identities_stay_valid_and_ended_ones_stay_ended(
    house: House, counted: tuple[CountedStore, Accounts]
) -> None:
    cookie, ended = house.join("anna"), house.sign_in("anna")
    unseen = voice(house, house.join("berta"))
    good, dead = voice(house, cookie), voice(house, ended)
    store, accounts = counted
    assert accounts.identities.may_run_the_show(good)
    who = accounts.signed_in(ended)
    assert who is not None
    accounts.sign_out(who)
    store.fails = True
    for _ in range(3):
        assert accounts.identities.may_run_the_show(good)
        assert not accounts.identities.may_run_the_show(dead)
        assert accounts.identities.may_run_the_show(unseen), "nobody can know, so the show goes on"
        house.clock.advance(FRESH_SECONDS + 1)
    store.close()


def test_requests_of_an_ended_session_cost_one_read(house: House, counted: tuple[CountedStore, Accounts]) -> None:
    cookie, other = house.join("anna"), house.sign_in("anna")
    identity = voice(house, cookie)
    house.accounts.sign_out(house.who(cookie))
    store, accounts = counted
    assert accounts.signed_in(other) is not None
    before = store.reads
    for _ in range(100):
        assert not accounts.identities.may_run_the_show(identity)
        assert accounts.signed_in(cookie) is None
    assert store.reads == before + 1
    store.close()
