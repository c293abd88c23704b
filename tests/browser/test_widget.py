"""The station's own site, on another origin, shows the line with one tag, whatever its own policy allows."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Cast
from tests.support.chromium import new_page
from tests.support.looks import complaints_in_every_look
from tests.support.presses import DeskPage
from tests.support.station import Station


@dataclass
class Site:
    """The station's own site: one page with the tag, and a policy of its own."""

    script: str
    policy: str = ""
    attributes: str = ""
    server: ThreadingHTTPServer = field(init=False)

    def __post_init__(self) -> None:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = site.page.encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                if site.policy:
                    self.send_header("Content-Security-Policy", site.policy)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def page(self) -> str:
        return (
            '<!DOCTYPE html><html lang="en"><title>Radio</title><meta name="color-scheme" content="light dark">'
            '<main><h1>Our station</h1><div id="here"></div>'
            f'<script async src="{self.script}"{self.attributes}></script>'
            "<p>The rest of the site.</p></main></html>"
        )

    @property
    def url(self) -> str:
        # Another host than the app's, so that it is another site and not only another port.
        return f"http://localhost:{self.server.server_port}/"


@pytest.fixture
def site(studio: Station) -> Iterator[Site]:
    site = Site(studio.app.url + "/widget.js")
    yield site
    site.server.shutdown()
    site.server.server_close()


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
    expect(widget).to_contain_text("The line is open. 1 caller waits.")
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
    DeskPage(cast.station.app).set(opening="closed")
    page.goto(site.url)
    widget = page.get_by_role("region", name="Call Radio Call-In")
    expect(widget).to_contain_text("The line is closed.")
    expect(widget.get_by_role("link", name="To the call page")).to_be_visible()


def test_it_goes_where_the_site_wants_it(site: Site, page: Page) -> None:
    site.attributes = ' data-target="#here"'
    page.goto(site.url)
    expect(page.locator("#here").get_by_role("link", name="Call the studio")).to_be_visible()


def test_a_policy_that_allows_no_styles_leaves_it_in_order(site: Site, page: Page) -> None:
    origin = site.script.removesuffix("/widget.js")
    site.policy = f"default-src 'none'; script-src {origin}; connect-src {origin}"
    page.goto(site.url)
    expect(page.get_by_text("The line is open. Nobody waits.")).to_be_visible()
    assert complaints_in_every_look(page, "a") == []


def test_a_policy_that_allows_no_connection_leaves_the_link(site: Site, page: Page) -> None:
    origin = site.script.removesuffix("/widget.js")
    site.policy = f"default-src 'none'; script-src {origin}"
    page.goto(site.url)
    link = page.get_by_role("link", name="Call the studio")
    expect(link).to_have_attribute("href", f"{origin}/call")
