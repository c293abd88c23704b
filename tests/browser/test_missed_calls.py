"""Calls that never reached the app, on the pages of the desks: the likely cause in words, until calls come again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.chromium import new_page
from tests.support.line_status import FakeLine, a_caller, a_status
from tests.support.looks import complaints_in_every_look
from tests.support.pages import DeskPage, sign_in
from tests.support.station import Station
from tests.support.web import ask

BANNER = '[data-line="missed-banner"]'
TWO_COMPARISONS_MS = 45_000


@pytest.fixture
def pages(dj_browser: Browser) -> Iterator[list[Page]]:
    pages = [new_page(dj_browser), new_page(dj_browser)]
    yield pages
    for page in pages:
        page.context.close()


@pytest.mark.timeout(150)
def test_every_desk_says_that_this_account_signs_another_way_and_stops_when_calls_come_again(
    studio: Station, pages: list[Page]
) -> None:
    for page, path in zip(pages, ("/", "/screener"), strict=True):
        sign_in(page, studio.app.url)
        page.goto(studio.app.url + path)
        expect(page.locator(BANNER)).to_be_hidden()
    studio.control("PUT", "/behaviour", {"signed_by": "shared_key"})
    caller = studio.ring()
    studio.until(lambda: studio.is_waiting(caller), "the fallback document did not queue the caller")
    for page in pages:
        expect(page.locator(BANNER)).to_contain_text("1 call has not reached this app.", timeout=TWO_COMPARISONS_MS)
        expect(page.locator(BANNER)).to_contain_text("A Webhook Rule changes how this account signs")
    assert ask(studio.app.url + "/health").status == 503

    studio.control("PUT", "/behaviour", {"signed_by": "auth_token"})
    studio.wait_until_queued(studio.ring("+447700900002"))
    for page in pages:
        expect(page.locator(BANNER)).to_be_hidden(timeout=TWO_COMPARISONS_MS)


def test_the_banner_is_accessible_and_fits_in_every_look(studio: Station, pages: list[Page]) -> None:
    cause = "Twilio asks http://a.example/twiml/enqueue, but PUBLIC_URL is https://b.example: they must be the same."
    trouble = {"ok": True, "age_seconds": 2, "problem": "", "missed_calls": 12, "missed_cause": cause}
    FakeLine(pages[0], a_status(a_caller(), twilio=trouble))
    desk = DeskPage(pages[0], studio.app.url)
    desk.open()
    desk.wait_until_ready()
    desk.refresh()
    expect(pages[0].locator(BANNER)).to_contain_text("12 calls have not reached this app.")
    assert complaints_in_every_look(pages[0]) == []
