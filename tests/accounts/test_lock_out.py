"""Floods of wrong passwords and of visits: from one address, from many, from IPv6; and who gets in meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address

import pytest

from callin.accounts import BusyError, RefusedError, TooSoonError, Visits
from callin.accounts.addresses import SITE_TIMES, shares
from callin.accounts.passwords import Passwords
from callin.accounts.throttle import FREE_TRIES_OF_AN_ADDRESS, STRANGERS_TRIES_AT_ONCE
from callin.accounts.visits import STRANGERS_AT_ONCE, VISITS_AT_ONCE
from callin.contracts import StoreError
from callin.keyring import Keyring
from tests.accounts.conftest import PASSWORD, House


def ipv4(number: int) -> str:
    return str(IPv4Address("198.18.0.0") + number)


def flood(house: House, names: Iterable[str]) -> list[str]:
    """Wrong passwords for these names, each from an address of its own: how each was refused."""
    told = []
    for number, name in enumerate(names):
        with pytest.raises(RefusedError) as refused:
            house.sign_in(name, "a wrong password", ipv4(number))
        told.append(type(refused.value).__name__)
    return told


def test_a_flood_from_many_addresses_is_checked_sixty_times_and_then_once_a_second(house: House) -> None:
    wrong, busy = "WrongError", "BusyError"
    told = flood(house, (f"name{number}" for number in range(70)))
    assert told == [wrong] * STRANGERS_TRIES_AT_ONCE + [busy] * 10
    house.clock.advance(1)
    assert flood(house, ["another", "another"]) == [wrong, busy]


def test_a_browser_that_is_known_signs_in_during_a_flood_from_many_addresses_and_from_its_own(house: House) -> None:
    house.join("anna")
    known = house.accounts.known_browser("anna")
    flood(house, ["anna"] * 100)
    for _ in range(FREE_TRIES_OF_AN_ADDRESS + 5):
        with pytest.raises(RefusedError):
            house.sign_in("anna", "a wrong password", "192.0.2.1")
    with pytest.raises(RefusedError):
        house.sign_in("anna", address="203.0.113.1")
    for _ in range(50):
        house.who(house.sign_in("anna", address="192.0.2.1", known=known))


def test_the_studios_computer_is_known_for_each_who_signed_in_with_it(house: House) -> None:
    names = [f"dj-{number}" for number in range(8)]
    known = ""
    for name in names:
        house.join(name)
        known = house.accounts.known_browser(name, known)
    for name in names:
        flood(house, [name] * 6)
        house.who(house.sign_in(name, known=known))
    known = house.accounts.known_browser("dj-0", known)
    known = house.accounts.known_browser("another", known)
    with pytest.raises(TooSoonError):
        house.sign_in("dj-1", known=known)
    house.who(house.sign_in("dj-0", known=known))


def test_a_known_browser_may_guess_no_more_than_others(house: House) -> None:
    house.join("anna")
    known = house.accounts.known_browser("anna")
    for _ in range(5):
        with pytest.raises(RefusedError, match="do not belong together"):
            house.sign_in("anna", "a wrong password", known=known)
    with pytest.raises(TooSoonError):
        house.sign_in("anna", known=known)
    for number in range(15):
        with pytest.raises(RefusedError, match="do not belong together"):
            house.sign_in(f"name{number}", "a wrong password", known=known)
    with pytest.raises(TooSoonError):
        house.sign_in("another", "a wrong password", known=known)


@pytest.mark.parametrize("known", ["x", "anna~00.0000", "known.anna", "~.", "anna+berta~00"])
def test_a_cookie_that_we_did_not_make_is_a_strangers(house: House, known: str) -> None:
    assert house.accounts.device(known) is None
    assert house.another(keyring=Keyring("x" * 32)).device(house.accounts.known_browser("anna")) is None


def test_a_busy_answer_counts_for_a_strangers_address_and_for_nothing_else(house: House) -> None:
    house.join("anna")
    known = house.accounts.known_browser("anna")
    passwords = Passwords(wait_seconds=0)
    accounts = house.another(passwords=passwords)
    with passwords.place(by_stranger=True):
        for _ in range(FREE_TRIES_OF_AN_ADDRESS):
            with pytest.raises(BusyError):
                accounts.sign_in("anna", PASSWORD, "192.0.2.1")
        with pytest.raises(TooSoonError):
            accounts.sign_in("anna", PASSWORD, "192.0.2.1")
        for number in range(STRANGERS_TRIES_AT_ONCE):
            with pytest.raises(BusyError):
                accounts.sign_in("anna", PASSWORD, ipv4(number))
        assert accounts.sign_in("anna", PASSWORD, "192.0.2.1", known)
    assert accounts.sign_in("anna", PASSWORD, "192.0.2.2")


def test_nothing_is_counted_while_the_store_fails(house: House) -> None:
    house.join("anna")
    house.store.close()
    for _ in range(STRANGERS_TRIES_AT_ONCE + 10):
        with pytest.raises(StoreError):
            house.sign_in("anna")


# IPv6


def test_a_home_counts_as_one_and_a_site_as_eight() -> None:
    assert shares("2001:db8:5:6::7") == shares("2001:db8:5:6:ffff::1")
    assert shares("2001:db8:5:6::7")[1] == shares("2001:db8:5:7::7")[1] == ("2001:db8:5::/48", SITE_TIMES)
    assert shares("2001:db8:6::7")[1] != shares("2001:db8:5::7")[1]
    assert shares("192.0.2.1") == (("192.0.2.1", 1),) == shares("::ffff:192.0.2.1")
    assert shares("nonsense" * 100)[0].key == ("nonsense" * 100)[:100]


def test_wrong_passwords_from_one_home_have_to_wait_whatever_address_of_it_they_come_from(house: House) -> None:
    home = IPv6Address("2001:db8:5:6::")
    for number in range(FREE_TRIES_OF_AN_ADDRESS):
        with pytest.raises(RefusedError, match="do not belong together"):
            house.sign_in(f"name{number}", "a wrong password", str(home + number * 2**32))
    with pytest.raises(TooSoonError):
        house.sign_in("another", "a wrong password", str(home + 2**63))
    with pytest.raises(RefusedError, match="do not belong together"):
        house.sign_in("another", "a wrong password", "2001:db8:5:7::1")


# Visits


def asked(visits: Visits, address: str, count: int, known_as: str = "") -> int:
    """How many of so many visits at once are allowed."""
    return sum(not visits.refusal(address, known_as, 0.0) for _ in range(count))


def test_one_address_and_one_home_may_ask_a_hundred_and_twenty_times_at_once() -> None:
    visits = Visits()
    assert asked(visits, "192.0.2.1", 200) == VISITS_AT_ONCE == 120
    assert asked(visits, "192.0.2.2", 200) == VISITS_AT_ONCE
    homes = [IPv6Address("2001:db8:5::") + number * 2**64 for number in range(20)]
    assert sum(asked(visits, str(home + number), 1) for home in homes[:1] for number in range(200)) == VISITS_AT_ONCE
    assert sum(asked(visits, str(home), 200) for home in homes) == (SITE_TIMES - 1) * VISITS_AT_ONCE
    assert asked(visits, "2001:db8:6::1", 200) == VISITS_AT_ONCE


def test_all_strangers_together_have_a_budget_that_touches_no_known_browser() -> None:
    visits = Visits()
    assert sum(asked(visits, ipv4(number), 1) for number in range(3000)) == STRANGERS_AT_ONCE
    assert "Too many people" in visits.refusal("192.0.2.1", "", 0.0)
    assert asked(visits, "192.0.2.1", 200, known_as="browser") == VISITS_AT_ONCE
    assert asked(visits, "192.0.2.1", 200, known_as="another") == VISITS_AT_ONCE
    assert not visits.refusal("192.0.2.1", "", 1.0), "it comes back by itself"


def test_a_studio_that_signs_in_from_one_address_uses_nothing_up() -> None:
    visits = Visits()
    for _ in range(VISITS_AT_ONCE):
        assert asked(visits, "2001:db8::1", 2) == 2
        visits.give_back("2001:db8::1", 2)
    assert asked(visits, "2001:db8::1", 200) == VISITS_AT_ONCE
