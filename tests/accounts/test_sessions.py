"""Sessions: how long they last, how they end everywhere, and what they cost the store."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from callin.accounts import AccountError, Accounts, BusyError, Passwords, Role
from callin.accounts.models import MAX_SESSIONS, SESSION_IDLE_SECONDS, SESSION_SECONDS
from callin.accounts.sessions import FRESH_SECONDS, MAX_ENDED, AccountCache, Sessions
from callin.accounts.throttle import FREE_TRIES
from callin.contracts import StoreError
from callin.keyring import Keyring
from tests.accounts.conftest import PASSWORD, CountedStore, House

HOUR = 3600.0


@pytest.mark.parametrize(
    "cookie", ["", "x", "anna", "anna~", "~", "anna~token", "anna~token.0000", "a" * 5000, "\u20ac.x"]
)
def test_a_malformed_cookie_signs_nobody_in(house: House, cookie: str) -> None:
    house.join("anna")
    assert house.accounts.signed_in(cookie) is None


def test_a_cookie_signed_with_another_key_signs_nobody_in(house: House) -> None:
    cookie = house.join("anna")
    assert house.another(keyring=Keyring("x" * 32)).signed_in(cookie) is None


def test_sessions_and_trusted_devices_survive_a_key_rotation(house: House) -> None:
    cookie, device_cookie = house.join("anna"), house.accounts.trusted_device_cookie("anna")
    changed = house.another(keyring=Keyring("x" * 32, "k" * 32))
    assert changed.signed_in(cookie) is not None
    assert changed.trusted_device(device_cookie) == house.accounts.trusted_device(device_cookie)
    signed_in_since = changed.sign_in("anna", PASSWORD, "192.0.2.1")
    assert house.another(keyring=Keyring("x" * 32)).signed_in(signed_in_since) is not None


def test_a_session_ends_after_twelve_idle_hours(house: House) -> None:
    cookie = house.join("anna")
    house.clock.advance(SESSION_IDLE_SECONDS - 1)
    house.accounts.touch(house.who(cookie))
    house.clock.advance(SESSION_IDLE_SECONDS)
    house.who(cookie)
    house.clock.advance(1)
    assert house.accounts.signed_in(cookie) is None


def test_a_session_ends_after_thirty_days_even_in_use(house: House) -> None:
    cookie = house.join("anna")
    for _ in range(int(SESSION_SECONDS / (6 * HOUR))):
        house.clock.advance(6 * HOUR)
        house.accounts.touch(house.who(cookie))
    house.clock.advance(1)
    assert house.accounts.signed_in(cookie) is None


def test_signing_out_ends_this_session_and_no_other(house: House) -> None:
    one, other = house.join("anna"), house.sign_in("anna")
    house.accounts.sign_out(house.who(one))
    assert house.accounts.signed_in(one) is None
    house.who(other)


def test_every_sign_in_begins_its_own_session(house: House) -> None:
    house.join("anna")
    assert len({house.sign_in("anna") for _ in range(3)}) == 3


@pytest.mark.parametrize("how", ["end", "disable", "sign out", "password"])
def test_an_ended_session_stops_at_once_here_and_within_a_minute_on_other_instances(house: House, how: str) -> None:
    admin = house.who(house.join("chief", Role.ADMIN))
    cookie, mine = house.join("anna"), house.sign_in("anna")
    elsewhere = house.another()
    assert elsewhere.signed_in(cookie) is not None
    if how == "end":
        house.accounts.end_sessions("anna")
    elif how == "disable":
        house.accounts.set_disabled(admin, "anna", disabled=True)
    elif how == "sign out":
        house.accounts.sign_out(house.who(cookie))
    else:
        house.accounts.change_password(house.who(mine), PASSWORD, "another good one")
        house.who(mine)
    assert house.accounts.signed_in(cookie) is None
    assert FRESH_SECONDS < 60
    house.clock.advance(FRESH_SECONDS)
    assert elsewhere.signed_in(cookie) is None


def test_a_changed_role_counts_at_once(house: House) -> None:
    admin = house.who(house.join("chief", Role.ADMIN))
    cookie = house.join("anna")
    house.accounts.change_role(admin, "anna", Role.SCREENER)
    assert house.who(cookie).role == Role.SCREENER


def test_the_101st_session_ends_the_one_that_was_idle_longest(house: House) -> None:
    first = house.join("anna")
    account = house.who(first).account
    for n in range(MAX_SESSIONS):
        house.clock.advance(1)
        account = account.with_session(type(account.sessions[0])(f"mark{n}", house.clock.now, house.clock.now))
    assert len(account.sessions) == MAX_SESSIONS
    assert account.sessions[0].token_hash == "mark0"


def test_admins_cannot_change_their_own_role_or_disable_themselves(house: House) -> None:
    admin = house.who(house.join("chief", Role.ADMIN))
    with pytest.raises(AccountError, match="own account"):
        house.accounts.change_role(admin, "chief", Role.DJ)
    with pytest.raises(AccountError, match="own account"):
        house.accounts.set_disabled(admin, "chief", disabled=True)


def test_a_new_password_needs_the_current_one(house: House) -> None:
    who = house.who(house.join("anna"))
    with pytest.raises(AccountError, match="current password"):
        house.accounts.change_password(who, "not my password", "another good one")
    with pytest.raises(AccountError, match="at least 10"):
        house.accounts.change_password(who, PASSWORD, "short")
    house.accounts.change_password(who, PASSWORD, "another good one")
    house.sign_in("anna", "another good one")
    with pytest.raises(AccountError):
        house.sign_in("anna", PASSWORD)


def test_a_busy_password_check_does_not_count_as_wrong(house: House) -> None:
    passwords = Passwords(wait_seconds=0.01)
    accounts = house.another(passwords=passwords)
    cookie = house.join("anna")
    who = house.who(cookie)
    with passwords.turn(by_stranger=False):
        for _ in range(FREE_TRIES + 1):
            with pytest.raises(BusyError):
                accounts.change_password(who, PASSWORD, "another good one")
    accounts.change_password(who, PASSWORD, "another good one")


def test_a_dashboard_that_polls_for_a_minute_costs_two_reads_and_no_write(
    house: House, counted: tuple[CountedStore, Accounts]
) -> None:
    cookie = house.join("anna")
    store, accounts = counted
    for _ in range(600):
        who = accounts.signed_in(cookie)
        assert who is not None
        accounts.touch(who)
        house.clock.advance(0.1)
    assert (store.reads, store.writes) == (2, 0)
    for forged in range(100):
        accounts.signed_in(f"anna{forged}~x.0000")
    assert store.reads == 2, "a cookie that we did not sign is not looked up"
    store.close()


def test_sessions_stay_open_while_the_store_fails(house: House, counted: tuple[CountedStore, Accounts]) -> None:
    cookie, other = house.join("anna"), house.join("berta")
    store, accounts = counted
    assert accounts.signed_in(cookie) is not None
    store.fails = True
    house.clock.advance(FRESH_SECONDS + 1)
    assert accounts.signed_in(cookie) is not None
    with pytest.raises(StoreError):
        accounts.signed_in(other)
    store.fails = False
    house.accounts.end_sessions("anna")
    house.clock.advance(FRESH_SECONDS + 1)
    assert accounts.signed_in(cookie) is None
    store.close()


def test_a_store_that_fails_slowly_is_not_read_again_for_five_seconds(
    house: House, counted: tuple[CountedStore, Accounts]
) -> None:
    """Dashboards are answered one after the other, so one that waits for the store makes all others wait."""
    cookie = house.join("anna")
    store, accounts = counted
    assert accounts.signed_in(cookie) is not None
    asked = []

    def fail_slowly(*_: object) -> None:
        asked.append(house.clock.now)
        house.clock.advance(3)
        raise StoreError("The store took too long.")

    store.record = fail_slowly
    house.clock.advance(FRESH_SECONDS + 1)
    for _ in range(5):
        assert accounts.signed_in(cookie) is not None
        house.clock.advance(0.9)
    assert len(asked) == 1
    store.close()


def test_threads_end_sessions_at_the_same_time_when_as_many_as_are_remembered_have_ended(house: House) -> None:
    sessions = Sessions(AccountCache(house.accounts.account, house.clock), house.clock)
    sessions.end(map(str, range(MAX_ENDED)))

    def end(thread: int) -> None:
        for number in range(5000):
            sessions.end([f"{thread}-{number}"])

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(end, range(4)))
    finally:
        sys.setswitchinterval(interval)
