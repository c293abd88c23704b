"""The station's own site, on another origin, shows the line with one tag, whatever its own policy allows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Cast
from tests.support.chromium import new_page
from tests.support.looks import complaints_in_every_look
from tests.support.presses import DeskBrowser
from tests.support.site import Site
from tests.support.station import Station


@pytest.fixture
def site(studio: Station) -> Iterator[Site]:
    site = Site(studio.app.url + "/widget.js")
    yield site
    site.end()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = new_page(browser)
    yield page
    page.context.close()


def test_the_site_shows_the_line_and_opens_the_call_page(site: Site, cast: Cast, page: Page) -> None:
    cast.waiting("+447700900001")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site.url)
    widget = page.get_by_role("region", name="Call Radio Call-In")
    expect(widget).to_contain_text("The line is open. 1 caller is waiting.")
    assert complaints_in_every_look(page, "a") == []
    assert {url.split("/")[2] for url in asked} == {site.url.split("/")[2], cast.station.app.url.split("/")[2]}
    assert page.context.cookies() == []

    link = widget.get_by_role("link", name="Call the studio")
    link.focus()
    with page.expect_popup() as opened:
        link.press("Enter")
    expect(opened.value.get_by_role("button", name="Call", exact=True)).to_be_visible()
    pages = len(page.context.pages)
    link.press("Enter")  # a second window would be in the way; a reload would end the call
    assert len(page.context.pages) == pages
    assert page.url == site.url


def test_it_follows_the_line(site: Site, cast: Cast, page: Page) -> None:
    DeskBrowser(cast.station.app).set(opening="closed")
    page.goto(site.url)
    widget = page.get_by_role("region", name="Call Radio Call-In")
    expect(widget).to_contain_text("The line is closed.")
    expect(widget.get_by_role("link", name="Go to the call page")).to_be_visible()


def test_it_goes_where_the_site_wants_it(site: Site, page: Page) -> None:
    site.attributes = ' data-target="#here"'
    page.goto(site.url)
    expect(page.locator("#here").get_by_role("link", name="Call the studio")).to_be_visible()


def test_a_policy_that_allows_no_styles_leaves_it_accessible(site: Site, page: Page) -> None:
    origin = site.script.removesuffix("/widget.js")
    site.policy = f"default-src 'none'; script-src {origin}; connect-src {origin}"
    page.goto(site.url)
    expect(page.get_by_text("The line is open. Nobody is waiting.")).to_be_visible()
    assert complaints_in_every_look(page, "a") == []


def test_a_policy_that_allows_no_connection_leaves_the_link(site: Site, page: Page) -> None:
    origin = site.script.removesuffix("/widget.js")
    site.policy = f"default-src 'none'; script-src {origin}"
    page.goto(site.url)
    link = page.get_by_role("link", name="Call the studio")
    expect(link).to_have_attribute("href", f"{origin}/call")
