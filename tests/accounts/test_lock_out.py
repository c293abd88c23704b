"""Floods of wrong passwords and of visits, from one address, many, and IPv6; and who still gets in."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address

import pytest

from callin.accounts import AccountError, BusyError, TooSoonError, VisitLimits
from callin.accounts.limits import SITE_FACTOR, STRANGERS_BURST, VISIT_BURST, VisitRefusal, address_groups
from callin.accounts.passwords import Passwords
from callin.accounts.throttle import FREE_TRIES_PER_ADDRESS
from callin.accounts.throttle import STRANGERS_BURST as STRANGERS_TRIES
from callin.contracts import StoreError
from callin.keyring import Keyring
from tests.accounts.conftest import PASSWORD, House


def ipv4(number: int) -> str:
    return str(IPv4Address("198.18.0.0") + number)


def flood(house: House, names: Iterable[str]) -> list[str]:
    """Tries wrong passwords for these names, each from an address of its own. Returns how each was refused."""
    told = []
    for number, name in enumerate(names):
        with pytest.raises(AccountError) as refused:
            house.sign_in(name, "a wrong password", ipv4(number))
        told.append(type(refused.value).__name__)
    return told


def test_a_flood_from_many_addresses_is_checked_sixty_times_and_then_once_a_second(house: House) -> None:
    wrong, busy = "WrongPasswordError", "BusyError"
    told = flood(house, (f"name{number}" for number in range(70)))
    assert told == [wrong] * STRANGERS_TRIES + [busy] * 10
    house.clock.advance(1)
    assert flood(house, ["another", "another"]) == [wrong, busy]


def test_a_trusted_device_signs_in_during_a_flood_from_many_addresses_and_from_its_own(house: House) -> None:
    house.join("anna")
    device_cookie = house.accounts.trusted_device_cookie("anna")
    flood(house, ["anna"] * 100)
    for _ in range(FREE_TRIES_PER_ADDRESS + 5):
        with pytest.raises(AccountError):
            house.sign_in("anna", "a wrong password", "192.0.2.1")
    with pytest.raises(AccountError):
        house.sign_in("anna", address="203.0.113.1")
    for _ in range(50):
        house.who(house.sign_in("anna", address="192.0.2.1", device_cookie=device_cookie))


def test_the_studios_computer_is_trusted_for_each_name_that_signed_in_on_it(house: House) -> None:
    names = [f"dj-{number}" for number in range(8)]
    device_cookie = ""
    for name in names:
        house.join(name)
        device_cookie = house.accounts.trusted_device_cookie(name, device_cookie)
    for name in names:
        flood(house, [name] * 6)
        house.who(house.sign_in(name, device_cookie=device_cookie))
    device_cookie = house.accounts.trusted_device_cookie("dj-0", device_cookie)
    device_cookie = house.accounts.trusted_device_cookie("another", device_cookie)
    with pytest.raises(TooSoonError):
        house.sign_in("dj-1", device_cookie=device_cookie)
    house.who(house.sign_in("dj-0", device_cookie=device_cookie))


def test_a_trusted_device_may_guess_no_more_than_others(house: House) -> None:
    house.join("anna")
    device_cookie = house.accounts.trusted_device_cookie("anna")
    for _ in range(5):
        with pytest.raises(AccountError, match="Wrong name or password"):
            house.sign_in("anna", "a wrong password", device_cookie=device_cookie)
    with pytest.raises(TooSoonError):
        house.sign_in("anna", device_cookie=device_cookie)
    for number in range(15):
        with pytest.raises(AccountError, match="Wrong name or password"):
            house.sign_in(f"name{number}", "a wrong password", device_cookie=device_cookie)
    with pytest.raises(TooSoonError):
        house.sign_in("another", "a wrong password", device_cookie=device_cookie)


@pytest.mark.parametrize("device_cookie", ["x", "anna~00.0000", "known.anna", "~.", "anna+berta~00"])
def test_a_forged_device_cookie_makes_no_trusted_device(house: House, device_cookie: str) -> None:
    assert house.accounts.trusted_device(device_cookie) is None
    assert house.another(keyring=Keyring("x" * 32)).trusted_device(house.accounts.trusted_device_cookie("anna")) is None


def test_a_busy_answer_counts_for_a_strangers_address_and_for_nothing_else(house: House) -> None:
    house.join("anna")
    device_cookie = house.accounts.trusted_device_cookie("anna")
    passwords = Passwords(wait_seconds=0)
    accounts = house.another(passwords=passwords)
    with passwords.turn(by_stranger=True):
        for _ in range(FREE_TRIES_PER_ADDRESS):
            with pytest.raises(BusyError):
                accounts.sign_in("anna", PASSWORD, "192.0.2.1")
        with pytest.raises(TooSoonError):
            accounts.sign_in("anna", PASSWORD, "192.0.2.1")
        for number in range(STRANGERS_TRIES):
            with pytest.raises(BusyError):
                accounts.sign_in("anna", PASSWORD, ipv4(number))
        assert accounts.sign_in("anna", PASSWORD, "192.0.2.1", device_cookie)
    assert accounts.sign_in("anna", PASSWORD, "192.0.2.2")


def test_nothing_is_counted_while_the_store_fails(house: House) -> None:
    house.join("anna")
    house.store.close()
    for _ in range(STRANGERS_TRIES + 10):
        with pytest.raises(StoreError):
            house.sign_in("anna")


# IPv6


def test_an_ipv6_home_counts_as_one_address_and_a_site_as_eight() -> None:
    assert address_groups("2001:db8:5:6::7") == address_groups("2001:db8:5:6:ffff::1")
    assert (
        address_groups("2001:db8:5:6::7")[1] == address_groups("2001:db8:5:7::7")[1] == ("2001:db8:5::/48", SITE_FACTOR)
    )
    assert address_groups("2001:db8:6::7")[1] != address_groups("2001:db8:5::7")[1]
    assert address_groups("192.0.2.1") == (("192.0.2.1", 1),) == address_groups("::ffff:192.0.2.1")
    assert address_groups("nonsense" * 100)[0].key == ("nonsense" * 100)[:100]


def test_all_addresses_of_an_ipv6_home_share_one_backoff(house: House) -> None:
    home = IPv6Address("2001:db8:5:6::")
    for number in range(FREE_TRIES_PER_ADDRESS):
        with pytest.raises(AccountError, match="Wrong name or password"):
            house.sign_in(f"name{number}", "a wrong password", str(home + number * 2**32))
    with pytest.raises(TooSoonError):
        house.sign_in("another", "a wrong password", str(home + 2**63))
    with pytest.raises(AccountError, match="Wrong name or password"):
        house.sign_in("another", "a wrong password", "2001:db8:5:7::1")


# VisitLimits


def asked(visits: VisitLimits, address: str, count: int, trusted_key: str = "") -> int:
    """How many of these simultaneous visits are allowed."""
    return sum(not visits.refusal(address, trusted_key, 0.0) for _ in range(count))


def test_an_address_and_an_ipv6_home_have_a_burst_of_120_visits() -> None:
    visits = VisitLimits()
    assert asked(visits, "192.0.2.1", 200) == VISIT_BURST == 120
    assert asked(visits, "192.0.2.2", 200) == VISIT_BURST
    homes = [IPv6Address("2001:db8:5::") + number * 2**64 for number in range(20)]
    assert sum(asked(visits, str(home + number), 1) for home in homes[:1] for number in range(200)) == VISIT_BURST
    assert sum(asked(visits, str(home), 200) for home in homes) == (SITE_FACTOR - 1) * VISIT_BURST
    assert asked(visits, "2001:db8:6::1", 200) == VISIT_BURST


def test_the_limit_of_all_strangers_does_not_affect_trusted_devices() -> None:
    visits = VisitLimits()
    assert sum(asked(visits, ipv4(number), 1) for number in range(3000)) == STRANGERS_BURST
    assert visits.refusal("192.0.2.1", "", 0.0) is VisitRefusal.CROWDED
    assert asked(visits, "192.0.2.1", 200, trusted_key="browser") == VISIT_BURST
    assert asked(visits, "192.0.2.1", 200, trusted_key="another") == VISIT_BURST
    assert not visits.refusal("192.0.2.1", "", 1.0), "it comes back by itself"


def test_sign_ins_give_their_visits_back_to_the_address() -> None:
    visits = VisitLimits()
    for _ in range(VISIT_BURST):
        assert asked(visits, "2001:db8::1", 2) == 2
        visits.give_back("2001:db8::1", 2)
    assert asked(visits, "2001:db8::1", 200) == VISIT_BURST
