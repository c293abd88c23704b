"""A browser's block: it lasts for a day, and nothing of it stays afterwards."""

from __future__ import annotations

from callin.callers import BlockedBrowser, Retention
from callin.callers.service import BLOCKED_SECONDS, BlockedBrowsers
from tests.callers.conftest import House

ONE, SAME, OTHER = "client:listener_a1_1000000", "client:listener_a1_1000600", "client:listener_b2_1000000"


def test_a_browser_is_blocked_for_a_day_whichever_token_it_uses(house: House) -> None:
    store, clock = house.store, house.clock
    browsers = BlockedBrowsers(store, clock)
    browsers.block(ONE, "anna")
    assert [browsers.is_blocked(number) for number in (ONE, SAME, OTHER)] == [True, True, False]
    clock.advance(BLOCKED_SECONDS - 1)
    assert browsers.is_blocked(SAME)
    clock.advance(1)
    assert not browsers.is_blocked(SAME)


def test_blocked_browsers_are_listed_and_expired_blocks_deleted(house: House) -> None:
    store, clock = house.store, house.clock
    browsers = BlockedBrowsers(store, clock)
    browsers.block(ONE, "anna")
    clock.advance(60)
    browsers.block(OTHER, "ben")
    assert [(one.key, one.by) for one in browsers.blocked()] == [
        ("client:listener_b2", "ben"),
        ("client:listener_a1", "anna"),
    ]
    browsers.unblock(OTHER)
    assert [one.key for one in browsers.blocked()] == ["client:listener_a1"]
    clock.advance(BLOCKED_SECONDS)
    browsers.block(OTHER, "ben")
    assert [one.key for one in browsers.blocked()] == ["client:listener_b2"]
    Retention(store, house.callers, clock, lambda _: None, lambda: 0.0).run()
    assert [one.key for one in store.records(BlockedBrowser)] == ["client:listener_b2"]
