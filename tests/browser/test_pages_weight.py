"""What a page costs to open: few requests, few bytes, and next to none of them the next time."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.chromium import new_page
from tests.support.pages import sign_in
from tests.support.station import Station

MOST_REQUESTS = 10
MOST_BYTES = 250_000
# What each page has once it has loaded all that it needs before anybody presses.
READY = {
    "/": "[data-part-of-desk=connect][aria-disabled=false]",
    "/screener": "[data-part-of-desk=connect][aria-disabled=false]",
    "/call": "[data-part=call][aria-disabled=false]",
    "/waits": "[data-figure=calls]:not(:text('–'))",
    **dict.fromkeys(("/account", "/callers", "/messages", "/shows", "/sounds", "/station", "/words"), "main"),
}
LOADED = """() => performance.getEntriesByType("resource")
  .filter(({ transferSize, name }) => transferSize > 0 && !name.includes("/queue-status"))
  .map(({ name }) => name)"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = new_page(browser)
    yield page
    page.context.close()


def opened(page: Page, url: str, path: str) -> list[str]:
    """Opens the page and lists what came over the network for it, the page itself apart."""
    page.goto(url + path)
    expect(page.locator(READY[path]).first).to_be_visible()
    addresses: list[str] = page.evaluate(LOADED)
    return addresses


@pytest.mark.parametrize("path", READY)
def test_a_page_needs_few_requests_and_bytes_and_hardly_any_the_next_time(
    station: Station, page: Page, path: str
) -> None:
    sign_in(page, station.app.url, "admin")
    first = opened(page, station.app.url, path)
    assert len(first) < MOST_REQUESTS
    files = [address for address in first if "/static/" in address]
    assert files
    weights = {address: len(gzip.compress(urlopen(address).read())) for address in files}
    assert sum(weights.values()) < MOST_BYTES, weights
    again = opened(page, station.app.url, path)
    assert [address for address in again if "/static/" in address] == []
