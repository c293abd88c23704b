"""The production bed for these tests, and Chromiums that reach it by its station's name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from tests.support import presses, production
from tests.support.chromium import chromium, chromium_path, new_page
from tests.support.listener_page import Listener
from tests.support.pages import fill_in_sign_in
from tests.support.production import PASSWORD, Bed, chromium_flags, running_bed
from tests.support.wire import Wire

DJ_HZ = 700.0
LISTENER_HZ = 950.0

expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def shared_bed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bed]:
    if not production.is_available():
        pytest.skip(production.WHY_NOT)
    with running_bed(tmp_path_factory.mktemp("bed")) as bed:
        yield bed


@pytest.fixture
def bed(shared_bed: Bed) -> Bed:
    """The single server, with nobody on the line and the show as new."""
    shared_bed.reset()
    presses.put_as_new(shared_bed.app)
    return shared_bed


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    if chromium_path() is None:
        pytest.skip("there is no chromium on this machine")
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="package")
def dj_browser(playwright: Playwright, shared_bed: Bed) -> Iterator[Browser]:
    """A Chromium whose microphone plays the DJ's tone."""
    with chromium(playwright, DJ_HZ, *shared_bed.chromium_flags) as browser:
        yield browser


class Network(NamedTuple):
    """The listener's connection to the internet: two wires. Sound over WebRTC uses neither."""

    to_app: Wire
    to_twilio: Wire

    def break_off(self) -> None:
        self.to_app.cut()
        self.to_twilio.cut()

    def come_back(self) -> None:
        self.to_app.mend()
        self.to_twilio.mend()


@pytest.fixture(scope="package")
def shared_network(shared_bed: Bed) -> Iterator[Network]:
    network = Network(Wire(shared_bed.https.port), Wire(int(shared_bed.app.environment["REHEARSAL_TLS_PORT"])))
    yield network
    network.to_app.close()
    network.to_twilio.close()


@pytest.fixture
def network(shared_network: Network) -> Iterator[Network]:
    """The listener's connection, whole before and after the test."""
    yield shared_network
    shared_network.come_back()


@pytest.fixture(scope="package")
def listener_browser(playwright: Playwright, shared_bed: Bed, shared_network: Network) -> Iterator[Browser]:
    """A Chromium whose microphone plays the listener's tone."""
    https = replace(shared_bed.https, port=shared_network.to_app.port)
    flags = chromium_flags(https, shared_bed.network, str(shared_network.to_twilio.port))
    with chromium(playwright, LISTENER_HZ, *flags) as browser:
        yield browser


@pytest.fixture(scope="module")
def deaf_browser(playwright: Playwright, shared_bed: Bed) -> Iterator[Browser]:
    """A Chromium that refuses its microphone to every page."""
    with chromium(playwright, None, *shared_bed.chromium_flags) as browser:
        yield browser


@pytest.fixture
def open_page(bed: Bed, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """Opens pages with an empty profile each, by default in the DJ's Chromium, and closes them after the test."""
    pages: list[Page] = []

    def open_one(path: str = "", name: str = "", browser: str = "dj_browser") -> Page:
        """A page at that path, signed in as `name` on the sign-in page if one is given."""
        page = new_page(request.getfixturevalue(browser), bare_microphone=browser != "dj_browser")
        pages.append(page)
        if name:
            page.goto(bed.app.url + "/sign-in?" + urlencode({"next": path}))
            fill_in_sign_in(page, name, PASSWORD)
            expect(page).to_have_url(bed.app.url + path)
        elif path:
            page.goto(bed.app.url + path)
        return page

    yield open_one
    for page in pages:
        page.context.close()


@pytest.fixture
def listener(bed: Bed, open_page: Callable[..., Page]) -> Listener:
    """A listener with the page open."""
    return Listener(open_page("/call", browser="listener_browser"), bed)
