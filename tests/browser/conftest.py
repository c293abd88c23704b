"""Chromium for the tests that need one, and the two people of every story: a DJ and a listener, each with a tone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from tests.support import presses
from tests.support.chromium import LEVEL_TOLERANCE_DB, chromium, chromium_path, new_page
from tests.support.pages import CallPage, DeskPage
from tests.support.processes import free_port, wait_until
from tests.support.screener import ScreenerPage
from tests.support.station import Station, running_station
from tests.support.wire import Wire, wire_to

DJ_HZ = 700.0
LISTENER_HZ = 950.0

# How long a test waits for a page if nothing else is promised: a busy machine is slow.
expect.set_options(timeout=30_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs Chromium; without it, tests are skipped (and fail in CI)."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if chromium_path() is None:
                item.add_marker(pytest.mark.skip(reason="there is no chromium on this machine"))


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Only for this folder, because its event loop would disturb tests that have one of their own."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="package")
def dj_browser(playwright: Playwright) -> Iterator[Browser]:
    """A Chromium whose microphone plays the DJ's tone."""
    with chromium(playwright, DJ_HZ) as browser:
        yield browser


@pytest.fixture(scope="package")
def browser(dj_browser: Browser) -> Browser:
    """Any Chromium, for pages that need no microphone."""
    return dj_browser


@pytest.fixture(scope="package")
def listener_browser(playwright: Playwright) -> Iterator[Browser]:
    """A Chromium whose microphone plays the listener's tone."""
    with chromium(playwright, LISTENER_HZ) as browser:
        yield browser


@pytest.fixture(scope="session")
def rehearsal_port() -> int:
    return free_port()


@pytest.fixture(scope="session")
def shared_wire(rehearsal_port: int) -> Iterator[Wire]:
    with wire_to(rehearsal_port) as wire:
        yield wire


@pytest.fixture(scope="session")
def shared_studio(
    tmp_path_factory: pytest.TempPathFactory, rehearsal_port: int, shared_wire: Wire
) -> Iterator[Station]:
    changes = {
        # A mixer's sound settings leave the microphone as it is, so that levels can be compared.
        "DESK_SOUND": "studio",
        "REHEARSAL_PORT": str(rehearsal_port),
        "TWILIO_API_URL": f"http://127.0.0.1:{rehearsal_port}",
        "TWILIO_SIGNALING_HOST": f"127.0.0.1:{shared_wire.port}",
    }
    with running_station(tmp_path_factory.mktemp("studio"), **changes) as station:
        yield station


@pytest.fixture
def wire(shared_wire: Wire) -> Iterator[Wire]:
    """The cable between the browsers' signalling and the phone network."""
    yield shared_wire
    shared_wire.mend()


@pytest.fixture
def studio(shared_studio: Station) -> Station:
    """A station with nobody on the line, which is open, and where callers follow each other."""
    shared_studio.reset()
    presses.put_as_new(shared_studio.app)
    return shared_studio


@dataclass
class Cast:
    """Opens pages for one test, and closes them all after it."""

    station: Station
    dj_browser: Browser
    start_listener_browser: Callable[[], Browser]
    pages: list[Page]

    def waiting(self, *numbers: str) -> list[str]:
        """Simulated callers, in this order in the line: their calls' SIDs."""
        sids = []
        for number in numbers:
            sids.append(self.station.ring(number))
            # The greeting takes seconds: the network's clock may be advanced, browsers' time cannot.
            self.station.control("PUT", "/clock", {"advance_seconds": 20})
            self.station.wait_until_queued(sids[-1])
        return sids

    def held_by_the_page(self) -> dict[str, Any]:
        """The real desk's facts that a made-up line must repeat, or the page would end or mute its call."""
        real = self.station.app.status()["desks"][0]
        return {key: real[key] for key in ("leg", "leg_by", "turn", "mute_presses")}

    def desk_leg(self, caller_sid: str) -> str:
        """The SID of the desk's leg, once this caller is bridged to it."""
        return str(wait_until(lambda: self.station.caller(caller_sid)["bridged_to"], why="nobody is bridged"))

    def reading(self, call_sid: str) -> dict[str, Any]:
        """What a call has heard in the last second, by the network's meter."""
        heard: dict[str, Any] = self.station.control("GET", f"/sound/{call_sid}")["heard"]
        return heard

    def caller_hears(self, call_sid: str, frequency_hz: float, level_dbfs: float | None = None) -> None:
        """Waits until a call has heard a tone of that frequency, and of that level, for a second."""

        def is_heard() -> bool:
            heard = self.reading(call_sid)
            assert heard["frequency_hz"] is not None, "nothing is heard"
            assert abs(heard["frequency_hz"] - frequency_hz) < 3, heard
            assert level_dbfs is None or abs(heard["level_dbfs"] - level_dbfs) < LEVEL_TOLERANCE_DB, heard
            return bool(heard["seconds"] > 0.9)

        wait_until(is_heard, why=f"{call_sid} does not hear {frequency_hz} Hz at {level_dbfs} dBFS")

    def caller_hears_among_others(self, call_sid: str, frequency_hz: float, least_dbfs: float = -40.0) -> None:
        """Waits until a call hears a tone, whatever else it hears."""

        def is_heard() -> bool:
            answer = self.station.control("GET", f"/sound/{call_sid}?hz={frequency_hz}")
            [level] = answer["tones_dbfs"]
            return level is not None and level > least_dbfs

        wait_until(is_heard, why=f"{call_sid} does not hear {frequency_hz} Hz")

    def desk(self, name: str = "dj") -> DeskPage:
        """The DJ's page, just opened and ready, for one of the rehearsal's accounts."""
        desk = self.new_desk()
        desk.open(name)
        desk.wait_until_ready()
        return desk

    def new_desk(self) -> DeskPage:
        """A tab in which the DJ's page is not open yet."""
        page = new_page(self.dj_browser)
        self.pages.append(page)
        return DeskPage(page, self.station.app.url)

    def screener(self, name: str = "screener") -> ScreenerPage:
        """A screener's page, just opened. Its microphone plays the listener's tone: nobody else needs that here."""
        page = new_page(self.start_listener_browser(), bare_microphone=True)
        self.pages.append(page)
        screener = ScreenerPage(page, self.station.app.url)
        screener.open(name)
        return screener

    def call_page(self) -> CallPage:
        """The listeners' page, just opened."""
        page = new_page(self.start_listener_browser(), bare_microphone=True)
        self.pages.append(page)
        call = CallPage(page, self.station.app.url)
        call.open()
        return call


@pytest.fixture
def cast(studio: Station, dj_browser: Browser, request: pytest.FixtureRequest) -> Iterator[Cast]:
    cast = Cast(studio, dj_browser, lambda: request.getfixturevalue("listener_browser"), [])
    yield cast
    for page in cast.pages:
        page.context.close()
